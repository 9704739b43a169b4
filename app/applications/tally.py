"""The sums of one side's amounts: by year, by cost and in all, with what lies on top. One arithmetic for form, sheet,
frozen version, office, award, letter and export. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor

from app.kernel.money import Money, sum_of
from app.programmes.definition import Side
from app.programmes.definition.vocabulary import Overhead

Line = tuple[int, str]
"""The year, counted from 1, and the key of a cost; the key is empty where the call has no list of costs."""


@dataclass(frozen=True)
class Tally:
    """All sums of one side, in its own currency. `direct` is what was typed; `percent` is None unless something lies
    on top of it, and then `total` is more than `direct`."""

    currency: str
    lines: Mapping[Line, Money] = field(hash=False)
    percent: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def years(self) -> dict[int, Money]:
        """The direct costs of each year that has an amount."""
        return {
            year: sum_of((money for (of, _), money in self.lines.items() if of == year), self.currency)
            for year in sorted({year for year, _ in self.lines})
        }

    def of_cost(self, cost: str) -> Money:
        """One cost over all years."""
        return sum_of((money for (_, key), money in self.lines.items() if key == cost), self.currency)

    @property
    def direct(self) -> Money:
        return sum_of(self.lines.values(), self.currency)

    def indirect_of(self, year: int) -> Money:
        """What lies on top of a year; see `on_top`."""
        return on_top(self.years.get(year, Money(0, self.currency)), self.percent)

    @property
    def indirect(self) -> Money:
        """The sum of the years, so that the column adds up; not the rate of the sum."""
        return sum_of((on_top(money, self.percent) for money in self.years.values()), self.currency)

    def total_of(self, year: int) -> Money:
        """What is asked for, or paid, in a year."""
        return self.years.get(year, Money(0, self.currency)) + self.indirect_of(year)

    @property
    def totals(self) -> dict[int, Money]:
        """The same for each year that has an amount."""
        return {year: self.total_of(year) for year in self.years}

    @property
    def total(self) -> Money:
        return self.direct + self.indirect


def on_top(direct: Money, percent: Decimal | None) -> Money:
    """Indirect costs of one year: so many per cent of its direct costs, to the minor unit, a half rounded up."""
    if percent is None:
        return Money(0, direct.currency)
    return Money(floor(Fraction(direct.minor) * Fraction(percent) / 100 + Fraction(1, 2)), direct.currency)


def rate_of(side: Side) -> Decimal | None:
    """The rate that lies on top of a side's amounts; None where the amounts hold everything."""
    return side.overhead_percent if side.overhead is Overhead.ON_TOP else None


def tally_of(side: Side, lines: Mapping[Line, Money]) -> Tally:
    """The sums of a side that pays. Raises ValueError for a side without a currency."""
    if side.currency is None:
        raise ValueError(f"side {side.key} has no currency")
    return Tally(side.currency, dict(sorted(lines.items())), rate_of(side))


def tally_of_years(side: Side, years: Mapping[int, Money]) -> Tally:
    """The same of amounts that are given by year alone, as grants are."""
    return tally_of(side, {(year, ""): money for year, money in years.items()})


def lines_of(side: Side, years: Iterable[int]) -> list[Line]:
    """The lines of a side's budget, year by year: one for each allowed cost, or one."""
    costs = [cost.key for cost in side.allowed_costs] or [""]
    return [(year, cost) for year in years for cost in costs]


def place_of(side_key: str, line: Line) -> str:
    """The field of a line: `budget-<side>-<year>`, and `-<cost>` where there are costs."""
    year, cost = line
    return f"budget-{side_key}-{year}" + (f"-{cost}" if cost else "")
