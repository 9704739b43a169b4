"""Changing a call while applications are written: with a moved deadline, whoever has a draft is told in the same deed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.effects import tell_moved
from app.applications.models import Application
from app.applications.stages import closing_of, written_in
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes import queries, revising
from app.programmes.definition import Part
from app.programmes.models import Call, WorkingCopy


def propose(session: Session, call: Call, work: WorkingCopy, *, by: Acting, at: datetime) -> tuple[str, ...]:
    """As `revising.propose`; when the change is taken and moves the deadline, all who have a draft are told."""
    before = {part: closing_of(call, part) for part in Part}
    missing = revising.propose(session, call, work, by=by, at=at, has_drafts=has_drafts(session, call))
    if not missing:
        _tell(session, call, before, at)
    return missing


def agree(session: Session, call: Call, work: WorkingCopy, sha256: str, *, by: Acting, at: datetime) -> tuple[str, ...]:
    """As `revising.agree_to_proposal`; when the change is taken and moves the deadline, all who have a draft are told."""
    before = {part: closing_of(call, part) for part in Part}
    missing = revising.agree_to_proposal(
        session, call, work, sha256, by=by, at=at, has_drafts=has_drafts(session, call)
    )
    if not missing:
        _tell(session, call, before, at)
    return missing


def has_drafts(session: Session, call: Call) -> bool:
    """Whether somebody has begun to write, whatever became of it since: the form is fixed from the first draft on."""
    begun = select(Application.id).where(Application.call_id == call.id).limit(1)
    return session.scalar(scoped(begun)) is not None


def _tell(session: Session, call: Call, before: Mapping[Part, datetime | None], at: datetime) -> None:
    """Each part's moved deadline, to those who write that part."""
    has_outlines = call.outline_closes_at is not None
    number = queries.newest_version(session, call.id).number
    for part, old in before.items():
        new = closing_of(call, part)
        if new is None or new == old:
            continue
        states = written_in(part, has_outlines=has_outlines)
        drafts = select(Application).where(Application.call_id == call.id, Application.state.in_(states))
        tell_moved(session, call, drafts, old, new, at, f"version-{number}")
