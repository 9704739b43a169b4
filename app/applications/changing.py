"""Changing a call while applications are written: with a moved deadline, whoever has a draft is told in the same deed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.census import drafts_of_call
from app.applications.effects import tell_moved
from app.applications.models import Application
from app.kernel.actors import Acting
from app.programmes import queries, revising
from app.programmes.models import Call, WorkingCopy
from app.workflow.vocabulary import State


def propose(session: Session, call: Call, work: WorkingCopy, *, by: Acting, at: datetime) -> tuple[str, ...]:
    """As `revising.propose`; when the change is taken and moves the deadline, all who have a draft are told."""
    before = call.closes_at
    missing = revising.propose(session, call, work, by=by, at=at, has_drafts=has_drafts(session, call))
    if not missing:
        _tell(session, call, before, at)
    return missing


def agree(session: Session, call: Call, work: WorkingCopy, sha256: str, *, by: Acting, at: datetime) -> tuple[str, ...]:
    """As `revising.agree_to_proposal`; when the change is taken and moves the deadline, all who have a draft are told."""
    before = call.closes_at
    missing = revising.agree_to_proposal(
        session, call, work, sha256, by=by, at=at, has_drafts=has_drafts(session, call)
    )
    if not missing:
        _tell(session, call, before, at)
    return missing


def has_drafts(session: Session, call: Call) -> bool:
    """Whether somebody has begun to write."""
    return drafts_of_call(session, call.id) > 0


def _tell(session: Session, call: Call, before: datetime | None, at: datetime) -> None:
    if call.closes_at is None or call.closes_at == before:
        return
    drafts = select(Application).where(Application.call_id == call.id, Application.state == State.DRAFT)
    number = queries.newest_version(session, call.id).number
    tell_moved(session, call, drafts, before, call.closes_at, at, f"version-{number}")
