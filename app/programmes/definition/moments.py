"""Dates, clock times and zones: a deadline is one instant, so a time that happens twice or never is refused."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.kernel.words import N_, say
from app.programmes.definition.mistakes import suggestion
from app.programmes.definition.reader import Table
from app.programmes.definition.tree import Moment

ZONES = N_("a zone of the IANA list, such as Europe/Stockholm, America/Chicago or UTC")


def read_moment(table: Table, key: str, *, required: bool = False, unknown: bool = True) -> Moment | None:
    """The moment under this key; each part, or the whole, may be a marked unknown."""
    parts = table.table(key, N_("a table of date, time and zone"), required=required, unknown=unknown)
    if parts is None:
        return None
    day, clock = parts.day("date", required=True), parts.clock("time", required=True)
    moment = Moment(day, clock, read_zone(parts, unknown=True))
    parts.close()
    if moment.date and moment.time and moment.zone:
        _refuse_odd_hours(parts, dt.datetime.combine(moment.date, moment.time), moment.zone)
    return moment


def read_zone(table: Table, *, required: bool = True, unknown: bool = False) -> str | None:
    """The zone of a table, or None."""
    zone = table.string("zone", required=required, unknown=unknown, allowed=ZONES)
    if zone and zone not in _zones():
        wrong = say(N_("“%(zone)s” is not a time zone%(perhaps)s"), zone=zone, perhaps=suggestion(zone, _zones()))
        table.note("zone", wrong, ZONES)
        return None
    return zone or None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _refuse_odd_hours(table: Table, local: dt.datetime, zone: str) -> None:
    if not _is_odd(local, zone):
        return
    last, first = _neighbours(local, zone)
    missing = local.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).astimezone(ZoneInfo(zone))
    wrong = N_("%(time)s on %(day)s does not exist in %(zone)s, where clocks go forward then")
    if missing.replace(tzinfo=None) == local:
        wrong = N_("%(time)s on %(day)s happens twice in %(zone)s, where clocks go back then")
    allowed = N_("a time up to %(last)s or from %(first)s, or the same instant in the zone UTC")
    table.note(
        "time",
        say(wrong, time=f"{local:%H:%M}", day=f"{local:%Y-%m-%d}", zone=zone),
        say(allowed, last=f"{last:%H:%M}", first=f"{first:%H:%M}"),
    )


def _is_odd(local: dt.datetime, zone: str) -> bool:
    """Whether clocks showed this time twice or never (the two readings of PEP 495 differ)."""
    aware = local.replace(tzinfo=ZoneInfo(zone))
    return aware.utcoffset() != aware.replace(fold=1).utcoffset()


def _neighbours(local: dt.datetime, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """The last ordinary minute before, and the first one after."""
    minute = dt.timedelta(minutes=1)
    last = first = local.replace(second=0, microsecond=0)
    while _is_odd(last, zone):
        last -= minute
    while _is_odd(first, zone):
        first += minute
    return last, first
