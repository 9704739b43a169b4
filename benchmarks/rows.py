"""What is measured, and what is to be reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

Headers = Callable[[str], dict[str, str]]


def _nothing(_etag: str) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Work:
    """One row: the house's page, the floor's page, and the targets. `path` gets the number of the request."""

    key: str
    label: str
    path: Callable[[int], str]
    ratio: float
    statements: int
    status: int = 200
    headers: Headers = _nothing
    floor: str = "/"
    body: Callable[[int], dict[str, str]] | None = None
    """What is posted with the request of this number; None for a page that is only read."""
    is_ours: bool = False
    """Whether the applicant asks, signed in."""


DRAFT, WRITER, SECRET = (UUID(int=number) for number in (1, 2, 3))
ANSWER = "research_plan"
WORDS = "A thought about the statistics of an invented study, written on and on. " * 40
"""About five hundred words: what an autosaved answer is like."""

WORK = (
    Work("a", "list of 50 calls, first time", lambda number: f"/?first={number}", 1.5, 4),
    Work("a", "list of 50 calls, warm", lambda _: "/", 0.6, 1),
    Work(
        "b",
        "autosave one field of a draft",
        lambda number: f"/applications/{DRAFT}/answers/{ANSWER}",
        2.0,
        5,
        floor="/answer",
        body=lambda number: {"value": f"{WORDS} {number}", "version": str(number + 1)},
        is_ours=True,
    ),
    Work("a′", "the same with a known ETag", lambda _: "/", 0.5, 1, 304, lambda etag: {"If-None-Match": etag}),
)
"""An address that was not asked before has no body kept, so it is made anew each time: that is «first time»."""

MOST_MEGABYTES, MOST_STEPS = 160.0, 2
