"""The time of day. Only doors (web, terminal, worker) ask; everything else is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _no_offset() -> timedelta:
    return timedelta(0)


_offset: Callable[[], timedelta] = _no_offset


def now() -> datetime:
    """The present instant in UTC, moved by the rehearsal offset if a demonstration has set one."""
    return datetime.now(UTC) + _offset()


def follow(offset: Callable[[], timedelta] | None) -> None:
    """Let a demonstration move the clock: `offset` is asked each time; None returns to real time."""
    global _offset  # noqa: PLW0603  # one clock a process is the point
    _offset = offset or _no_offset
