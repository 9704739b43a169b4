"""Which part of applying an application is at: its outline, where the call has one, or the full application. Pure."""

from __future__ import annotations

from datetime import datetime

from app.programmes.definition import Definition, Part
from app.programmes.models import Call
from app.workflow.table import OF_OUTLINE, WRITTEN
from app.workflow.vocabulary import Stage, State


def part_at(definition: Definition, state: State) -> Part:
    """The part that is written or judged in this state. A call without outlines has only full applications."""
    of_outline = state is State.DRAFT or state in OF_OUTLINE or state is State.NOT_INVITED
    return Part.OUTLINE if of_outline and Stage.OUTLINE in definition.stages else Part.FULL


def closing_of(call: Call, part: Part) -> datetime | None:
    """The deadline of the call for one part, before any grace or extension."""
    return call.outline_closes_at if part is Part.OUTLINE else call.closes_at


def outline_selects(definition: Definition) -> bool:
    """Whether outlines are chosen among; else whoever sent one in time goes on."""
    return definition.outline is None or definition.outline.selects


def is_judged(definition: Definition, part: Part) -> bool:
    """Whether a panel judges this part."""
    return Stage.REVIEW in definition.stages and bool(definition.panels_at(part))


def asks_budget(definition: Definition, part: Part, side_key: str) -> bool:
    """Whether a side's budget belongs to this part. The full application asks for every side's that pays."""
    return part is Part.FULL or any(
        section.budget and section.owner == side_key for section in definition.sections_at(part)
    )


def written_in(part: Part, *, has_outlines: bool) -> frozenset[State]:
    """The states in which this part of an application is written, in a call that has outlines or has none."""
    of_outline = frozenset({State.OUTLINE_REOPENED} | ({State.DRAFT} if has_outlines else set()))
    return of_outline if part is Part.OUTLINE else WRITTEN - of_outline


def writes_full(definition: Definition, state: State) -> bool:
    """Whether the full application is being written: only then are approvals asked for."""
    return state in WRITTEN and part_at(definition, state) is Part.FULL
