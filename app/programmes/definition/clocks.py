"""The weeks in which one side alone has changed its clocks: hours between two places, then and usually. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class OddHours:
    """How many hours lie between two places at an instant, and how many usually do."""

    then: str
    usual: str


def odd_hours(home: str, away: str, at: dt.datetime) -> OddHours | None:
    """The hours between two zones where only one of them has summer time just then; None in all other weeks.

    A zone that never changes its clocks (Phoenix, UTC) is never alone in having changed them.
    """
    places = (ZoneInfo(home), ZoneInfo(away))
    if not all(_changes(place, at.year) for place in places):
        return None
    summer = [bool(at.astimezone(place).dst()) for place in places]
    if summer[0] == summer[1]:
        return None
    here, there = (at.astimezone(place) for place in places)
    standard = [(each.utcoffset() or dt.timedelta()) - (each.dst() or dt.timedelta()) for each in (here, there)]
    return OddHours(
        _hours((here.utcoffset() or dt.timedelta()) - (there.utcoffset() or dt.timedelta())),
        _hours(standard[0] - standard[1]),
    )


def _changes(place: ZoneInfo, year: int) -> bool:
    return any(dt.datetime(year, month, 15, tzinfo=place).dst() for month in (1, 7))


def _hours(apart: dt.timedelta) -> str:
    return f"{abs(apart.total_seconds()) / 3600:g}"
