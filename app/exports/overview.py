"""The columns of the overview: one application a row. Workbook and CSV write the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.applications.attachments import file_questions
from app.applications.tally import Tally, rate_of
from app.exports import headings
from app.exports.tables import CallTables, OverviewRow
from app.programmes.definition import Definition, PanelResult, Side
from app.programmes.definition.keys.words import name_of
from app.programmes.kinds import Option, Text
from app.reviews.queries import ResultLine
from app.reviews.rules import rounded

Value = str | int | Decimal | datetime | None


def filled(text: Text, locale: str, **values: object) -> str:
    """A heading in a language, with its values."""
    words = text.in_(locale)
    return words % values if values else words


def columns(tables: CallTables, locale: str) -> list[str]:
    """The headings, in order."""
    return [heading for heading, _ in _cells(tables, None, locale)]


def rows(tables: CallTables, locale: str) -> Iterator[list[Value]]:
    """The rows, in the order of the headings."""
    for row in tables.overview:
        yield [value for _, value in _cells(tables, row, locale)]


def _cells(tables: CallTables, row: OverviewRow | None, locale: str) -> Iterator[tuple[str, Value]]:
    definition, zone = tables.definition, tables.definition.lead_side.zone
    yield headings.REFERENCE.in_(locale), row.reference if row else None
    yield headings.TITLE.in_(locale), row.title if row else None
    yield headings.STATUS.in_(locale), headings.STATES[row.state].in_(locale) if row else None
    yield filled(headings.SUBMITTED, locale, zone=zone), row.submitted_at if row else None
    yield from _people(definition, row, locale)
    yield from _moneys(definition, row, locale)
    yield from _standings(tables, row, locale)
    yield from _verdicts(definition, row, locale)
    yield from _decision(row, locale, zone)
    if file_questions(definition):
        yield headings.FILES.in_(locale), "\n".join(row.files) if row else None


def _people(definition: Definition, row: OverviewRow | None, locale: str) -> Iterator[tuple[str, Value]]:
    for side in definition.sides:
        leader = row.leaders.get(side.key) if row else None
        yield filled(headings.LEADER, locale, side=side.short), leader.name if leader else None
        yield filled(headings.INSTITUTION, locale, side=side.short), leader.institution if leader else None


def _moneys(definition: Definition, row: OverviewRow | None, locale: str) -> Iterator[tuple[str, Value]]:
    """Each side's amounts in columns of that side's own currency; nothing is ever added across."""
    years = range(1, (definition.years or 1) + 1)
    for side in definition.paying_sides:
        yield from cells_of_side(side, years, row.asked.get(side.key) if row else None, locale)
        if side.asks_least:
            least = row.least.get(side.key) if row else None
            heading = filled(headings.LEAST, locale, side=side.short, currency=side.currency)
            yield heading, least.major if least is not None else None
    for side in definition.paying_sides:
        granted = row.granted.get(side.key) if row else None
        yield from _of_side(side, years, (headings.GRANTED, headings.GRANTED_TOTAL), granted, locale)


def cells_of_side(side: Side, years: range, asked: Tally | None, locale: str) -> Iterator[tuple[str, Value]]:
    """What is asked of one side: each cost, then the sums."""
    for cost in side.allowed_costs:
        yield from _of_cost(side, cost, years, asked, locale)
    yield from _of_side(side, years, (headings.ASKED, headings.ASKED_TOTAL), asked, locale)


def _of_cost(side: Side, cost: Option, years: range, asked: Tally | None, locale: str) -> Iterator[tuple[str, Value]]:
    words = {"side": side.short, "cost": cost.title.in_(locale), "currency": side.currency}
    for year in years:
        money = asked.lines.get((year, cost.key)) if asked else None
        yield filled(headings.ASKED_COST, locale, year=year, **words), money.major if money else None
    yield filled(headings.ASKED_COST_TOTAL, locale, **words), asked.of_cost(cost.key).major if asked else None


def _of_side(
    side: Side, years: range, headed: tuple[Text, Text], tally: Tally | None, locale: str
) -> Iterator[tuple[str, Value]]:
    """By year and in all; where overhead lies on top, the direct and the indirect costs before what they come to."""
    (heading, total), words = headed, {"side": side.short, "currency": side.currency}
    direct, indirect = (tally.years, {year: tally.indirect_of(year) for year in tally.years}) if tally else ({}, {})
    for part, amounts, in_all in (
        (headings.DIRECT, direct, tally.direct if tally else None),
        (headings.INDIRECT, indirect, tally.indirect if tally else None),
        (None, tally.totals if tally else {}, tally.total if tally else None),
    ):
        if part is not None and rate_of(side) is None:
            continue
        of = f", {part.in_(locale)}" if part else ""
        for year in years:
            money = amounts.get(year)
            yield filled(heading, locale, year=year, **words) + of, money.major if money is not None else None
        yield filled(total, locale, **words) + of, in_all.major if in_all is not None else None


def _standings(tables: CallTables, row: OverviewRow | None, locale: str) -> Iterator[tuple[str, Value]]:
    for panel in tables.definition.panels:
        if panel.key not in tables.panels:
            continue
        title, line = panel.title.in_(locale), row.standings.get(panel.key) if row else None
        result = line.result if line else None
        yield filled(headings.N, locale, panel=title), result.n if result else None
        yield filled(headings.MEAN, locale, panel=title), shown(result.mean) if result else None
        yield filled(headings.MEDIAN, locale, panel=title), shown(result.median) if result else None
        yield filled(headings.SPREAD, locale, panel=title), shown(result.deviation) if result else None
        how = name_of(PanelResult, panel.result).in_(locale)
        yield filled(headings.RESULT, locale, panel=title, how=how), shown(line.value) if line else None
        yield filled(headings.RANK, locale, panel=title), _place(line, locale)
        behind = line.percentile if line else None
        yield filled(headings.PERCENTILE, locale, panel=title), None if behind is None else rounded(behind, 0)


def _place(line: ResultLine | None, locale: str) -> str | None:
    """The rank, or that the application was not discussed, which is a result of its own."""
    if line is not None and line.is_set_aside:
        return headings.NOT_DISCUSSED.in_(locale)
    return str(line.rank) if line is not None and line.rank else None


def shown(value: Fraction | float | None) -> Decimal | None:
    """A number as the screen shows it."""
    return None if value is None else rounded(value)


def _verdicts(definition: Definition, row: OverviewRow | None, locale: str) -> Iterator[tuple[str, Value]]:
    for side in definition.sides:
        said = row.verdicts.get(side.key) if row else None
        yield (
            filled(headings.VERDICT, locale, side=side.short),
            headings.RECOMMENDED[said.recommends].in_(locale) if said else None,
        )
        yield filled(headings.VERDICT_REASONS, locale, side=side.short), said.reasons if said else None
    proposed = headings.OUTCOMES[row.proposal.outcome].in_(locale) if row and row.proposal else None
    yield headings.PROPOSAL.in_(locale), proposed


def _decision(row: OverviewRow | None, locale: str, zone: str) -> Iterator[tuple[str, Value]]:
    decision = row.decision if row else None
    yield headings.OUTCOME.in_(locale), headings.OUTCOMES[decision.outcome].in_(locale) if decision else None
    yield filled(headings.DECIDED, locale, zone=zone), decision.at if decision else None
    yield headings.TOOK_PART.in_(locale), decision.took_part if decision else None
    yield headings.DECISION_REASONS.in_(locale), decision.reasons if decision else None
