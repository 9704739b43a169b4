"""What a right allows, as hats. Pure."""

from __future__ import annotations

from app.applications.team.models import Right
from app.workflow.vocabulary import Hat

ORDER = tuple(Right)


def includes(right: Right, wanted: Right) -> bool:
    """Whether a right allows what another one allows."""
    return ORDER.index(right) >= ORDER.index(wanted)


def hats_of(right: Right, *, of_side: bool) -> frozenset[Hat]:
    """The hats of an accepted member: of one side, or of the whole application. One side cannot submit the whole."""
    hats = {Hat.MEMBER}
    if includes(right, Right.COMMENT):
        hats.add(Hat.COMMENTER)
    if includes(right, Right.EDIT):
        hats.add(Hat.SIDE_EDITOR if of_side else Hat.CO_EDITOR)
    if includes(right, Right.SUBMIT) and not of_side:
        hats.add(Hat.CO_SUBMITTER)
    return frozenset(hats)
