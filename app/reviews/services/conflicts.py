"""Answering for conflicts of interest. What was declared once is never taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews.conflicts import clear_of
from app.reviews.detection import detected
from app.reviews.models import Assignment, ConflictAnswer, Panel, PanelMember
from app.reviews.queries import IN_PLAY
from app.reviews.services.assigning import take_back
from app.trail.services import record
from app.workflow.vocabulary import State


def answer_conflicts(
    session: Session, member: PanelMember, conflicts: Mapping[UUID, str], *, by: Acting, at: datetime
) -> None:
    """Answer for every application in play: a conflict with its reason, or none. A conflict is never taken back."""
    if member.accepted_at is None:
        raise Refused.because("not_accepted", N_("Say first whether you accept the invitation."))
    panel = session.get_one(Panel, member.panel_id)
    problems = [
        Problem("reason_missing", N_("Write in a few words what the conflict is."), field=f"reason-{application_id}")
        for application_id, reason in conflicts.items()
        if not reason.strip()
    ]
    if problems:
        raise Refused(problems)
    asked = session.scalars(
        scoped(
            select(Application.id)
            .where(Application.call_id == panel.call_id, Application.state != State.DRAFT)
            .where(Application.state.in_(IN_PLAY[panel.stage]) | Application.id.in_(list(conflicts)))
        )
    ).all()
    seen = see_conflicts(session, member, at=at)
    for application_id in asked:
        _answer(session, member.person_id, application_id, conflicts.get(application_id), at=at)
    member.conflicts_answered_at = at
    session.flush()
    record(
        session,
        "answer-conflicts",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel-member",
        subject_id=member.id,
        asked=len(asked),
        conflicts=len(set(conflicts) & set(asked)),
        seen=seen,
    )


def see_conflicts(session: Session, member: PanelMember, *, at: datetime) -> int:
    """Close to a member every application in play that software sees a conflict with, as the panel's rule says.

    How many were newly closed. What the member declared stands as it was declared.
    """
    panel = session.get_one(Panel, member.panel_id)
    definition = definition_of(session, session.get_one(Call, panel.call_id))
    clear = session.scalars(
        scoped(
            select(Application.id)
            .where(Application.call_id == panel.call_id, Application.state.in_(IN_PLAY[panel.stage]))
            .where(clear_of(member.person_id, Application.id))
        )
    ).all()
    found = detected(session, definition, panel.key, member.person_id, clear)
    for application_id, reason in found.items():
        _answer(session, member.person_id, application_id, reason, at=at)
    return len(found)


def declare_conflict(
    session: Session, person_id: UUID, application: Application, reason: str, *, by: Acting, at: datetime
) -> None:
    """Close an application to oneself, for good: for coordinators, chairs and reviewers."""
    if not reason.strip():
        raise Refused.because(
            "reason_missing", N_("Write in a few words what the conflict is."), field="conflict-reason"
        )
    _answer(session, person_id, application.id, reason, at=at)
    session.flush()
    record(
        session,
        "declare-conflict",
        by=by,
        at=at,
        call_id=application.call_id,
        subject="application",
        subject_id=application.id,
    )


def _answer(session: Session, person_id: UUID, application_id: UUID, reason: str | None, *, at: datetime) -> None:
    known = session.scalar(
        scoped(
            select(ConflictAnswer).where(
                ConflictAnswer.person_id == person_id, ConflictAnswer.application_id == application_id
            )
        )
    )
    if known is None:
        known = ConflictAnswer(person_id=person_id, application_id=application_id, has_conflict=False, reason="", at=at)
        session.add(known)
    if reason is not None and not known.has_conflict:
        known.has_conflict, known.reason, known.at = True, reason.strip(), at
        seats = select(PanelMember.id).where(PanelMember.person_id == person_id)
        session.flush()
        take_back(session, Assignment.application_id == application_id, Assignment.member_id.in_(seats))
