"""What the other leaves are made of: keyed entries, moments, marked unknowns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo


class Keyed(Protocol):
    """Anything that has a key in its list."""

    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=Keyed)


def named(entries: tuple[Entry, ...], key: str) -> Entry:
    """The entry of that key. Raises KeyError."""
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)


@dataclass(frozen=True)
class Unknown:
    """A value that no source tells, and why."""

    key_path: str
    why: str


@dataclass(frozen=True)
class Moment:
    """A date, a clock time and a zone as they were written; each may still be unknown (None)."""

    date: dt.date | None
    time: dt.time | None
    zone: str | None

    @property
    def instant(self) -> dt.datetime | None:
        """The moment in UTC, or None as long as a part is unknown."""
        if self.date is None or self.time is None or self.zone is None:
            return None
        return dt.datetime.combine(self.date, self.time, ZoneInfo(self.zone)).astimezone(dt.UTC)

    @property
    def stated(self) -> str:
        """The known parts as they were written, such as `2021-04-01 17:00 America/Chicago`."""
        clock = self.time.isoformat("auto" if self.time.second else "minutes") if self.time else None
        return " ".join(part for part in (self.date and self.date.isoformat(), clock, self.zone) if part)

    def in_zone(self, zone: str) -> dt.datetime | None:
        """The moment on the clocks of another zone, or None as long as a part is unknown."""
        return self.instant.astimezone(ZoneInfo(zone)) if self.instant else None
