"""What the virus scanner's word means for a file: who may open it meanwhile, and what is said of it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from app.kernel.errors import Problem
from app.kernel.words import N_


class Scan(StrEnum):
    """Where a file stands with the virus scanner."""

    NOT_SCANNED = "not_scanned"
    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"


BEING_CHECKED = Problem(
    "being_checked",
    N_(
        "This file is being checked for viruses. Until that is done, only whoever uploaded it can open it. "
        "Try again in a few minutes."
    ),
)
FOUND_BAD = Problem(
    "virus_found",
    N_(
        "The virus scanner found something in this file, so nobody can open it. Whoever uploaded it was asked for another."
    ),
)


def opening_problem(scan: Scan, *, is_uploader: bool) -> Problem | None:
    """Why a file does not open now; None when it does. Asked wherever the bytes of a file leave the store."""
    if scan is Scan.REFUSED:
        return FOUND_BAD
    if scan is Scan.WAITING and not is_uploader:
        return BEING_CHECKED
    return None


def opens_for(scan: Scan, added_by: UUID, person_id: UUID | None) -> bool:
    """Whether this person, or with None the house itself, may have the bytes now."""
    return opening_problem(scan, is_uploader=added_by == person_id) is None
