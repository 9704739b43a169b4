"""Instants as letters write them: on the clocks of a place, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_name


def instant_text(at: datetime, zone: str, locale: str) -> str:
    """An instant on the clocks of a zone, with the zone's name: `1 Apr 2027, 14:00 CEST`."""
    local = at.astimezone(ZoneInfo(zone))
    name = get_timezone_name(local, "short", locale="en_US" if zone.startswith("America") else "en_GB")
    return f"{format_datetime(local, 'd MMM y, HH:mm', locale=locale)} {name}"


def day_text(day: date, locale: str) -> str:
    """A day without a clock, which is the same in every zone: `31 Dec 2029`."""
    return str(format_date(day, "d MMM y", locale=locale))
