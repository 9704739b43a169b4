"""The budget of a side as the form draws it: what is typed, what stands, its sums, and how the sides' amounts fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from app.applications import queries
from app.applications.matching import shown_at_rate
from app.applications.parts import Part
from app.applications.rules import caps_of
from app.applications.tally import Line, lines_of, place_of, rate_of
from app.kernel.errors import Problem
from app.kernel.money import AmountProblem, Money, amount_text, parse_amount
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.definition.vocabulary import Matching, Overhead
from app.web.sums import SumTable, percent_text, sum_table
from app.web.words import amount_of, by_field, language, problem_text, problem_texts, typed_amount

LEAST: Line = (0, "least")
"""Where the least amount that is enough stands among what was typed."""


@dataclass(frozen=True)
class LineField:
    """One amount of a budget. `was` is the text that stood there when the page was drawn."""

    name: str
    label: str
    value: str
    was: str
    shown: str
    note: str | None
    errors: tuple[str, ...]


@dataclass(frozen=True)
class YearField:
    """One year of a budget with its lines: one for each cost, or one that stands for the year."""

    id: str
    label: str
    note: str | None
    errors: tuple[str, ...]
    lines: tuple[LineField, ...]
    has_costs: bool


@dataclass(frozen=True)
class BudgetField:
    """A side's budget in its own currency, to write or to read. `words` are its rules."""

    id: str
    side: str
    currency: str
    words: tuple[str, ...]
    errors: tuple[str, ...]
    years: tuple[YearField, ...]
    sums: SumTable | None
    total: str | None
    is_writable: bool
    least: LineField | None = None
    about: str | None = None


@dataclass(frozen=True)
class BalanceText:
    """How the amounts of the sides fit the rule of the call, in words; `is_met` is None as long as one is missing."""

    rule: str
    lines: tuple[tuple[str, bool], ...]
    is_met: bool | None


def typed_lines(form: Mapping[str, str], start: str) -> dict[Line, str]:
    """The amounts of a form by year and cost, from the fields whose names begin with `start`."""
    found: dict[Line, str] = {}
    for name in form:
        year, _, cost = name.removeprefix(start).partition("-")
        if name.startswith(start) and year.isdecimal() and len(year) < 3:
            found[int(year), cost] = typed_amount(form[name])
    return found


def overtaken(own: Part, typed: Mapping[Line, str], were: Mapping[Line, str]) -> dict[Line, Problem]:
    """Lines that another tab or person changed since this page was loaded: both amounts are told, none overwritten."""
    found: dict[Line, Problem] = {}
    for line, text in typed.items():
        stands = own.lines.get(line)
        was = were.get(line)
        if was is None or _read_or_none(was, own) == stands:
            continue
        message = N_("Changed meanwhile to %(stands)s, and you typed %(yours)s. Save again to replace it with yours.")
        values = {"stands": stands if stands is not None else "–", "yours": text}
        found[line] = Problem("changed_meanwhile", message, field=place_of(own.key, line), values=values)
    return found


def _read_or_none(text: str, own: Part) -> Money | None:
    try:
        return parse_amount(text, own.side.currency or "") if text.strip() else None
    except AmountProblem:
        return None


def budget_field(
    definition: Definition,
    part: Part,
    typed: Mapping[Line, str],
    problems: Sequence[Problem],
    *,
    is_writable: bool,
) -> BudgetField:
    """A side's budget by year and cost; each year over its cap says so beside the field. `typed` holds what could not
    be kept, to be shown again."""
    errors = by_field(problem_texts([*queries.caps_broken(definition, part), *queries.least_above(part)])) | by_field(
        problem_texts(problems)
    )
    years = range(1, (definition.years or 1) + 1)
    tally = part.tally
    return BudgetField(
        f"budget-{part.key}",
        part.side.short,
        part.side.currency or "",
        budget_words(part),
        errors.get(f"budget-{part.key}", ()),
        tuple(_year_field(definition, part, year, typed, errors) for year in years),
        sum_table(tally, [(cost.key, cost.title) for cost in part.side.allowed_costs]) if tally else None,
        amount_of(tally.total) if tally and not tally.is_empty else None,
        is_writable,
        _least_field(part, typed, errors) if part.side.asks_least else None,
        _about(definition, part),
    )


def _about(definition: Definition, part: Part) -> str | None:
    """The sum at the reference rate of the call, and never without the words that say which rate that is."""
    if part.tally is None or part.tally.is_empty:
        return None
    shown = shown_at_rate(definition.matching, part.tally.total, definition.lead_side.currency)
    if shown is None:
        return None
    return str(gettext("about %(amount)s", amount=amount_of(shown.about))) + " " + shown.words.in_(language())


def _least_field(part: Part, typed: Mapping[Line, str], errors: Mapping[str, tuple[str, ...]]) -> LineField:
    """With how little the side could still do its part: a call may award less than was asked for, and not less than
    this."""
    name = f"least-{part.key}"
    was = amount_text(part.least, language()) if part.least is not None else ""
    return LineField(
        name,
        gettext("The least amount in all with which %(side)s could still do its part", side=part.side.short),
        typed.get(LEAST, was),
        was,
        amount_of(part.least) if part.least is not None else "–",
        gettext("Less than what is asked for, or the same. If less than this is granted, the project is not possible."),
        errors.get(name, ()),
    )


def _year_field(
    definition: Definition, part: Part, year: int, typed: Mapping[Line, str], errors: Mapping[str, tuple[str, ...]]
) -> YearField:
    note = gettext("paid only if the condition of the call is met") if year in definition.contingent_years else None
    label = gettext("Year %(year)s", year=year) if (definition.years or 1) > 1 else gettext("Amount asked for")
    titles = {cost.key: cost.title.in_(language()) for cost in part.side.allowed_costs}
    place = place_of(part.key, (year, ""))
    return YearField(
        place,
        label,
        note,
        errors.get(place, ()) if titles else (),
        tuple(
            _line_field(part, line, titles.get(line[1], label), None if titles else note, typed, errors)
            for line in lines_of(part.side, [year])
        ),
        bool(titles),
    )


def _line_field(  # noqa: PLR0917  # a line, its words, and what was typed
    part: Part,
    line: Line,
    label: str,
    note: str | None,
    typed: Mapping[Line, str],
    errors: Mapping[str, tuple[str, ...]],
) -> LineField:
    name, money = place_of(part.key, line), part.lines.get(line)
    was = amount_text(money, language()) if money is not None else ""
    shown = amount_of(money) if money is not None else "–"
    return LineField(name, label, typed.get(line, was), was, shown, note, errors.get(name, ()))


def budget_words(part: Part) -> tuple[str, ...]:
    """The rules of a side's budget, a sentence each: caps, indirect costs, and what is not paid."""
    said = [gettext("%(side)s: %(caps)s.", side=part.side.short, caps=", ".join(caps))] if (caps := _caps(part)) else []
    percent = rate_of(part.side)
    if percent is not None:
        said.append(
            gettext(
                "Write direct costs. Indirect costs of %(percent)s %% are added on top of them, beyond the caps.",
                percent=percent_text(percent),
            )
        )
    elif part.side.overhead is Overhead.INSIDE:
        said.append(gettext("Indirect costs lie inside these amounts."))
    if part.side.refused_costs:
        said.append(gettext("Not paid: %(costs)s", costs=part.side.refused_costs.in_(language())))
    return tuple(said)


def _caps(part: Part) -> list[str]:
    """The limits that hold for this application."""
    per_year, total = caps_of(part.side, part.beside)
    caps = []
    if per_year:
        caps.append(gettext("at most %(cap)s a year", cap=amount_of(per_year)))
    if total:
        caps.append(gettext("at most %(cap)s in all", cap=amount_of(total)))
    if part.side.least_total:
        caps.append(gettext("at least %(cap)s in all", cap=amount_of(part.side.least_total)))
    return caps


def sides_words(definition: Definition) -> str | None:
    """How many sides take part, in words; None where the call does not say."""
    least, most = definition.least_sides, definition.most_sides
    if least is not None and most is not None:
        return str(gettext("From %(least)s to %(most)s sides take part in an application.", least=least, most=most))
    if least is not None:
        return str(gettext("At least %(least)s sides take part in an application.", least=least))
    return str(gettext("At most %(most)s sides take part in an application.", most=most)) if most is not None else None


def balance_text(definition: Definition, parts: Sequence[Part]) -> BalanceText | None:
    """How the amounts fit; None where the call compares nothing, or only one side pays."""
    rule = definition.matching
    paying = [part for part in parts if part.side.pays]
    if rule is None or rule.rule is Matching.OWN_CAPS or len(paying) <= 1:
        return None
    found = queries.balances_of(definition, parts)
    words = {
        Matching.EQUAL: gettext(
            "The sides are to pay equal amounts, within %(percent)s %%.", percent=rule.percent or 0
        ),
        Matching.RATIO: gettext("The sides are to pay in the ratio of the call."),
        Matching.IN_KIND: gettext("A side may give in kind instead of money: 0 is then an amount."),
    }
    is_whole = all(part.tally is not None and not part.tally.is_empty for part in paying)
    met = all(balance.is_met for balance in found)
    lines = tuple((problem_text(balance.problem).text, balance.is_met) for balance in found)
    return BalanceText(words[rule.rule], lines, met if is_whole and found else None)
