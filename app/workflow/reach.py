"""Which states an application can come to in a call with these stages."""

from __future__ import annotations

from collections.abc import Collection

from app.workflow.table import TABLE
from app.workflow.vocabulary import Stage, State


def reachable(stages: Collection[Stage]) -> frozenset[State]:
    """Every state that can be reached from a draft."""
    found, ahead = {State.DRAFT}, [State.DRAFT]
    while ahead:
        for row in TABLE.rows_from(ahead.pop(), stages):
            for end in TABLE.ends_of(row, stages) - found:
                found.add(end)
                ahead.append(end)
    return frozenset(found)


def can_reach_award(stages: Collection[Stage]) -> bool:
    """Whether an award is possible at all."""
    return State.AWARDED in reachable(stages)
