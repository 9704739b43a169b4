"""Reading the trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.trail.models import TrailEntry


@dataclass(frozen=True)
class Deed:
    """One line of the trail as a page shows it."""

    position: int
    at: datetime
    actor: str
    verb: str
    subject: str
    payload: Any


def deeds_of_call(
    session: Session, call_id: UUID, *, among: Sequence[Select[Any]], limit: int = 200, offset: int = 0
) -> tuple[Deed, ...]:
    """The newest deeds of a call: of the call itself, and of whatever has an id `among` those this reader may see."""
    rows = session.execute(
        select(
            TrailEntry.position,
            TrailEntry.at,
            TrailEntry.actor,
            TrailEntry.verb,
            TrailEntry.subject,
            TrailEntry.payload,
        )
        .where(TrailEntry.chain == str(call_id))
        .where(or_(TrailEntry.subject_id.is_(None), *(TrailEntry.subject_id.in_(ids) for ids in among)))
        .order_by(TrailEntry.position.desc())
        .limit(limit)
        .offset(offset)
        .execution_options(scoped=True)
    )
    return tuple(Deed(*row) for row in rows)
