"""iCalendar (RFC 5545): CRLF, lines folded at 75 octets, instants in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MIMETYPE = "text/calendar"


@dataclass(frozen=True)
class Occasion:
    """An instant or a whole day. `uid` stays the same when the time moves, so that calendars move their entry."""

    uid: str
    title: str
    at: datetime | date
    lines: tuple[str, ...]
    url: str
    stamp: datetime


def calendar(name: str, occasions: Iterable[Occasion]) -> str:
    """The calendar as text."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tandem//Calls//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    lines = [*head, f"X-WR-CALNAME:{escaped(name)}", f"NAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for occasion in occasions:
        lines += _event(occasion)
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in [fold(line)])


def _event(occasion: Occasion) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{escaped(occasion.uid)}", f"DTSTAMP:{_utc(occasion.stamp)}")
    if isinstance(occasion.at, datetime):
        yield f"DTSTART:{_utc(occasion.at)}"
        yield f"DTEND:{_utc(occasion.at)}"
    else:
        yield f"DTSTART;VALUE=DATE:{occasion.at:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{occasion.at + timedelta(days=1):%Y%m%d}"
    text = escaped("\n".join((*occasion.lines, occasion.url)))
    yield from (f"SUMMARY:{escaped(occasion.title)}", f"DESCRIPTION:{text}", f"URL:{occasion.url}")
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value: commas, semicolons, backslashes and line ends escaped."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def fold(line: str) -> str:
    """The line in pieces of at most 75 octets, never cut within a character; each further piece begins with a space."""
    pieces, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > 75:
            pieces.append("")
            size = 1
        pieces[-1] += letter
        size += octets
    return "\r\n ".join(pieces)
