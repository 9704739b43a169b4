"""When something opens and closes: one place that decides every deadline. Pure; instants are UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from app.programmes.models import CallState

MORNING = dt.time(9)
"""When reminders fall due, on the recipient's clocks."""
LATE = dt.timedelta(hours=12)
"""A reminder that could not be sent within this time is left out: a late one misleads."""
OPEN_FOR = dt.timedelta(hours=12)
"""A browser does not say when a form is closed: one that was loaded or saved so long before counts as open."""


class Standing(StrEnum):
    """Where a call stands for the public; all but the first two follow from the clock."""

    DRAFT = "draft"
    FORECAST = "forecast"
    EMBARGOED = "embargoed"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"


class Dated(Protocol):
    """What of a call the clock decides by: the call itself, or a row of a list."""

    @property
    def state(self) -> CallState: ...
    @property
    def opens_at(self) -> dt.datetime | None: ...
    @property
    def closes_at(self) -> dt.datetime | None: ...
    @property
    def outline_closes_at(self) -> dt.datetime | None: ...
    @property
    def visible_at(self) -> dt.datetime | None: ...
    @property
    def forecast_at(self) -> dt.datetime | None: ...


def standing(call: Dated, at: dt.datetime) -> Standing:
    """Where a call stands at an instant. It opens and closes by itself."""
    if call.state is CallState.DECIDED:
        return Standing.DECIDED
    if call.state is CallState.DRAFT:
        return Standing.DRAFT if call.forecast_at is None else Standing.FORECAST
    if call.visible_at is not None and at < call.visible_at:
        return Standing.EMBARGOED
    if call.opens_at is not None and at < call.opens_at:
        return Standing.ANNOUNCED
    newcomers = newcomers_until(call)
    if newcomers is not None and at > newcomers:
        return Standing.CLOSED
    return Standing.OPEN


def newcomers_until(call: Dated) -> dt.datetime | None:
    """Until when an application can be begun: where there are outlines, the invited alone go on after theirs."""
    return call.outline_closes_at or call.closes_at


def next_turn(call: Dated, at: dt.datetime) -> dt.datetime | None:
    """The next instant at which the standing of a call changes by itself, or None."""
    turns = [
        each for each in (call.visible_at, call.opens_at, newcomers_until(call)) if each is not None and each >= at
    ]
    return min(turns) if call.state is CallState.ANNOUNCED and turns else None


@dataclass(frozen=True)
class Deadline:
    """A deadline as it holds for somebody: what is shown, and the last instant that is still taken."""

    closes: dt.datetime
    last: dt.datetime

    def is_over(self, at: dt.datetime) -> bool:
        """Whether it is too late. The last instant itself is in time."""
        return at > self.last


def deadline(
    closes: dt.datetime, grace_minutes: int | None, *, was_begun: bool, extended_to: Iterable[dt.datetime] = ()
) -> Deadline:
    """The joint deadline for one application: the latest of what was granted; grace for a form open at that instant."""
    latest = max([closes, *extended_to])
    grace = dt.timedelta(minutes=(grace_minutes or 0) if was_begun else 0)
    return Deadline(latest, latest + grace)


def was_open(last_used: dt.datetime | None, closes: dt.datetime) -> bool:
    """Whether a form that somebody last loaded or saved then was open at the deadline. Its grace begins there."""
    return last_used is not None and closes - OPEN_FOR <= last_used <= closes


def side_deadline(
    joint: Deadline, own: dt.datetime | None, grace_minutes: int = 0, *, extended_to: Iterable[dt.datetime] = ()
) -> Deadline:
    """One side's internal deadline for its part: never later than the joint one."""
    if own is None:
        return joint
    latest = max([own, *extended_to])
    last = latest + dt.timedelta(minutes=grace_minutes)
    return Deadline(min(latest, joint.closes), min(last, joint.last))


def end_of_day(day: dt.date, zone: str) -> dt.datetime:
    """The last second of a day on the clocks of the zone."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    return midnight - dt.timedelta(seconds=1)


def window(asked_at: dt.datetime, days: int, zone: str) -> Deadline:
    """So many days to answer: until the end of the last of them on the clocks of the zone."""
    day = asked_at.astimezone(ZoneInfo(zone)).date() + dt.timedelta(days=days)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    return Deadline(end - dt.timedelta(seconds=1), end - dt.timedelta(seconds=1))


def reminder_instant(closes: dt.datetime, days: int, zone: str) -> dt.datetime:
    """Nine in the morning where the reader is, so many days before the day on which it closes there."""
    day = closes.astimezone(ZoneInfo(zone)).date() - dt.timedelta(days=days)
    return dt.datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(dt.UTC)
