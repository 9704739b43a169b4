"""Raw values, as TOML and JSON give them, turned into exact ones; None where they are something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

from app.kernel.money import Money, exponent

TOO_LARGE = 10**12
YEARS = range(1900, 2200)


def shown(value: object) -> str:
    """A value as a message shows it: short, texts between quotation marks, lists and tables by their name."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | Mapping):
        return "a list" if isinstance(value, list) else "a table"
    written = str(value)
    brief = written if len(written) <= 60 else f"{written[:59]}…"
    return f"“{brief}”" if isinstance(value, str) else brief


def as_decimal(value: object) -> Decimal | None:
    """A finite number of ordinary size. A float is read as it was written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= TOO_LARGE:
        return None
    return Decimal(int(number)) if number == int(number) else number.normalize()


def as_date(value: object) -> dt.date | None:
    """A day, from a TOML date or a text such as `2027-04-01`."""
    try:
        day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        return None
    return day if day.year in YEARS else None


def as_time(value: object) -> dt.time | None:
    """A clock time without zone, from a TOML time or a text such as `14:00`."""
    try:
        clock = dt.time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return clock if isinstance(clock, dt.time) and clock.tzinfo is None else None


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217 that are legal tender somewhere today."""
    countries = map(str, Locale("en").territories)
    return frozenset(str(code) for country in countries for code in get_territory_currencies(country))


def money_of(units: int, currency: str) -> Money:
    """Money of so many whole units of a currency."""
    return Money(units * 10 ** exponent(currency), currency)


def whole_units(money: Money) -> int:
    """The whole units of money that `money_of` made."""
    return int(money.major)
