"""Forgotten drafts: of a call that says so, what was never submitted is deleted some time after the deadline, and never
before its owner was warned by a letter that went."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services
from app.applications.discarding import delete_draft
from app.applications.effects import tell_one
from app.applications.models import Application
from app.applications.taking_back import closing
from app.communications.instants import day_text
from app.communications.models import Letter
from app.identities.models import Person
from app.kernel.database import scoped
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import State

WARNED = timedelta(days=14)
"""How long before it goes its owner is told."""
KIND = "draft_forgotten"


def forget_drafts(session: Session, at: datetime) -> int:
    """Warn, and delete what was warned of in time. How many letters were put and drafts deleted."""
    drafts = session.scalars(
        scoped(
            select(Application)
            .join(Call, Call.id == Application.call_id)
            .where(Application.state == State.DRAFT, Application.submitted_at.is_(None))
            .where(Call.closes_at.is_not(None) & (Call.closes_at < at) | (Call.outline_closes_at < at))
            .order_by(Application.created_at, Application.id)
        )
    ).all()
    return sum(_forget(session, draft, at) for draft in drafts)


def _forget(session: Session, draft: Application, at: datetime) -> int:
    definition = definition_by_version(session, draft.call_version_id)
    closes = closing(session, draft, definition) if definition.drafts_kept_days is not None else None
    if closes is None or definition.drafts_kept_days is None:
        return 0
    goes = closes + timedelta(days=definition.drafts_kept_days)
    if at < goes - WARNED:
        return 0
    warning = _warning(session, draft)
    if warning is None:
        _warn(session, draft, definition, max(goes, at + WARNED), at)
        return 1
    if at < goes or warning.sent_at is None or at < warning.sent_at + WARNED:
        return 0
    delete_draft(session, draft, by=services.system("a forgotten draft"), at=at)
    return 1


def _warning(session: Session, draft: Application) -> Letter | None:
    found = select(Letter).where(Letter.application_id == draft.id, Letter.kind == KIND)
    return session.scalars(scoped(found.order_by(Letter.created_at.desc()).limit(1))).first()


def _warn(session: Session, draft: Application, definition: Definition, goes: datetime, at: datetime) -> None:
    person = session.get_one(Person, draft.lead_person_id)
    day = day_text(goes.astimezone(ZoneInfo(definition.lead_side.zone)).date(), person.locale)
    tell_one(session, draft, definition, person, KIND, {"day": day}, at)
