"""When a request arrived: stamped at the door of the house, before routing, the body and any lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from app.kernel import clock

ARRIVED, FIRST_BYTE = "tandem.arrived", "tandem.first_byte"
LONGEST_WAY = timedelta(minutes=10)
"""A server that says when the first byte came is believed so far back; what takes longer is slow on purpose."""
Answer = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Answer], Iterable[bytes]]


class Arrival:
    """The outermost layer: notes the instant, and lets the request in."""

    def __init__(self, house: Wsgi) -> None:
        self.house = house

    def __call__(self, environ: dict[str, Any], answer: Answer) -> Iterable[bytes]:
        environ[ARRIVED] = came_at(environ.get(FIRST_BYTE), clock.now())
        return self.house(environ, answer)


def came_at(first_byte: datetime | None, now: datetime) -> datetime:
    """The arrival: the first byte where the server noted it, else now. Pure."""
    if first_byte is None or first_byte > now:
        return now
    return max(first_byte, now - LONGEST_WAY)
