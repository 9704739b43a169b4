"""Last year's call as the beginning of this year's: everything kept, dates shifted, names moved on. Pure."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def copied(data: Mapping[str, Any], *, key: str, year: int) -> dict[str, Any]:
    """The declaration under another key and year. Every date moves by as many years; the years in titles follow.

    A call whose own year no source tells keeps its dates.
    """
    before = data["year"] if isinstance(data["year"], int) else year
    made: dict[str, Any] = _shifted(copy.deepcopy(dict(data)), year - before)
    made["key"], made["year"] = key, year
    made["title"] = {language: _renamed(text, before, year) for language, text in made["title"].items()}
    made["reference_prefix"] = _prefix(str(made["reference_prefix"]), before, year)
    return made


def _renamed(text: str, before: int, year: int) -> str:
    return re.sub(rf"\b{before}\b", str(year), text)


def _prefix(prefix: str, before: int, year: int) -> str:
    for old, new in ((str(before), str(year)), (f"{before % 100:02d}", f"{year % 100:02d}")):
        if old in prefix:
            return prefix.replace(old, new)
    return f"{prefix}-{year % 100:02d}"


def _shifted(value: Any, years: int) -> Any:
    if isinstance(value, dict):
        if "unknown" in value:
            return value
        return {key: _shifted(inner, years) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shifted(inner, years) for inner in value]
    if isinstance(value, str) and DAY.fullmatch(value):
        return moved_day(dt.date.fromisoformat(value), years).isoformat()
    return value


def moved_day(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; the 29th of February becomes the 28th. A weekend is left to the pre-flight."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
