"""The sums of a budget as a table: a line for each cost, direct and indirect costs, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from app.applications.tally import Tally
from app.kernel.money import Money
from app.programmes.definition import Text
from app.web.words import amount_of, language


@dataclass(frozen=True)
class SumRow:
    """One line of the table: an amount for each year, and their sum."""

    label: str
    years: tuple[str, ...]
    total: str
    is_sum: bool


@dataclass(frozen=True)
class SumTable:
    """The years in order, and the rows."""

    years: tuple[int, ...]
    rows: tuple[SumRow, ...]


def percent_text(percent: Decimal) -> str:
    """A rate as it is written in this language: 25, 12.5."""
    text = f"{percent.normalize():f}"
    return text.replace(".", ",") if language() == "sv" else text


def sum_table(tally: Tally | None, costs: Sequence[tuple[str, Text]] = ()) -> SumTable | None:
    """None without amounts, and where the years alone say everything."""
    if tally is None or tally.is_empty or not (costs or tally.percent is not None):
        return None
    years = tuple(tally.years)
    rows = [
        _row(title.in_(language()), [tally.lines.get((year, key)) for year in years], tally.of_cost(key))
        for key, title in costs
    ]
    if tally.percent is not None:
        rows.append(_row(gettext("Direct costs"), [tally.years[year] for year in years], tally.direct))
        label = gettext("Indirect costs, %(percent)s %% on top", percent=percent_text(tally.percent))
        rows.append(_row(label, [tally.indirect_of(year) for year in years], tally.indirect))
    rows.append(_row(gettext("In all"), [tally.total_of(year) for year in years], tally.total, is_sum=True))
    return SumTable(years, tuple(rows))


def _row(label: str, years: Sequence[Money | None], total: Money, *, is_sum: bool = False) -> SumRow:
    shown = tuple("–" if money is None else amount_of(money) for money in years)
    return SumRow(label, shown, amount_of(total), is_sum)
