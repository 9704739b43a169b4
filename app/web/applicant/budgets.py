"""The budget of a side as the form draws it: what is typed, what stands, what is over a cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from app.applications import queries
from app.applications.parts import Part
from app.kernel.errors import Problem
from app.kernel.money import AmountProblem, Money, amount_text, parse_amount
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.web.words import amount_of, by_field, language, problem_texts


@dataclass(frozen=True)
class YearField:
    """One year of a budget. `was` is the text that stood there when the page was drawn."""

    name: str
    label: str
    value: str
    was: str
    shown: str
    note: str | None
    errors: tuple[str, ...]


@dataclass(frozen=True)
class BudgetField:
    """A side's budget in its own currency, to write or to read."""

    id: str
    side: str
    currency: str
    caps: tuple[str, ...]
    errors: tuple[str, ...]
    years: tuple[YearField, ...]
    total: str | None
    is_writable: bool


def overtaken(own: Part, typed: Mapping[int, str], were: Mapping[int, str]) -> dict[int, Problem]:
    """Years that another tab or person changed since this page was loaded: both amounts are told, none overwritten."""
    found: dict[int, Problem] = {}
    for year, text in typed.items():
        stands = own.years.get(year)
        was = were.get(year)
        if was is None or _read_or_none(was, own) == stands:
            continue
        message = N_("Changed meanwhile to %(stands)s, and you typed %(yours)s. Save again to replace it with yours.")
        values = {"stands": stands if stands is not None else "–", "yours": text}
        found[year] = Problem("changed_meanwhile", message, field=f"budget-{own.key}-{year}", values=values)
    return found


def _read_or_none(text: str, own: Part) -> Money | None:
    try:
        return parse_amount(text, own.side.currency or "") if text.strip() else None
    except AmountProblem:
        return None


def budget_field(
    definition: Definition,
    part: Part,
    typed: Mapping[int, str],
    problems: Sequence[Problem],
    *,
    is_writable: bool,
) -> BudgetField:
    """A side's budget by year; each year over its cap says so beside the field."""
    errors = by_field(problem_texts(queries.caps_broken(definition, part))) | by_field(problem_texts(problems))
    return BudgetField(
        f"budget-{part.key}",
        part.side.short,
        part.side.currency or "",
        caps_of(part),
        errors.get(f"budget-{part.key}", ()),
        tuple(_year_field(definition, part, year, typed, errors) for year in range(1, (definition.years or 1) + 1)),
        amount_of(part.total) if part.total else None,
        is_writable,
    )


def _year_field(
    definition: Definition, part: Part, year: int, typed: Mapping[int, str], errors: Mapping[str, tuple[str, ...]]
) -> YearField:
    name = f"budget-{part.key}-{year}"
    money = part.years.get(year)
    was = amount_text(money, language()) if money is not None else ""
    return YearField(
        name,
        gettext("Year %(year)s", year=year),
        typed.get(year, was),
        was,
        amount_of(money) if money is not None else "–",
        gettext("paid only if the condition of the call is met") if year in definition.contingent_years else None,
        errors.get(name, ()),
    )


def caps_of(part: Part) -> tuple[str, ...]:
    """The caps of a side in words."""
    caps = []
    if part.side.cap_per_year:
        caps.append(gettext("at most %(cap)s a year", cap=amount_of(part.side.cap_per_year)))
    if part.side.cap_total:
        caps.append(gettext("at most %(cap)s in all", cap=amount_of(part.side.cap_total)))
    return tuple(caps)
