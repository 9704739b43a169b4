"""Deleting a draft that was never submitted: its rows go, its files go with the next sweep, a deed without a word stays.

Whatever hangs on the application goes with it, found by the keys of the tables: a room that gets a new table of drafts
need not think of this one. What was ever submitted is never deleted; the database refuses it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, union, update
from sqlalchemy.orm import Session

from app.applications import effects
from app.applications.approvals.models import ApprovalTask
from app.applications.letters.models import InvitedLetter
from app.applications.models import Answer, Application, Attachment, BudgetYear, Submission
from app.applications.notes import note
from app.applications.parts import parts_of
from app.applications.queries import team_of
from app.applications.team.models import ApplicationMember
from app.communications import services as mail
from app.communications.services import About
from app.identities.models import Person, PersonalLink
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Problem
from app.kernel.models import Base
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import Hat, State

SENT_ONCE = Problem("sent_once", N_("What was submitted is never deleted. You can withdraw it."))


@dataclass(frozen=True)
class Going:
    """What a draft holds, for the page that asks before it goes: counts, and the names of those who were invited."""

    answers: int
    files: int
    amounts: int
    invited: tuple[str, ...]


def going_of(session: Session, application: Application) -> Going:
    """What would go."""
    parts = parts_of(session, application, definition_by_version(session, application.call_version_id))
    own = [part.id for part in parts]
    partners = {part.person_id: part.name for part in parts if not part.is_own and part.person_id is not None}
    others = {key: name for key, name in _others(session, application).items() if key != application.lead_person_id}
    return Going(
        _count(session, Answer, (Answer.application_id == application.id) & (Answer.value != "")),
        _count(session, Attachment, (Attachment.application_id == application.id) & Attachment.removed_at.is_(None)),
        _count(session, BudgetYear, BudgetYear.application_side_id.in_(own)),
        tuple({**partners, **others}.values()),
    )


def _others(session: Session, application: Application) -> dict[UUID, str]:
    """Whoever else was asked for something, by person with the name: to be of the team, for a letter or to be the host,
    for an approval. Whoever declined or is no longer asked is left out."""
    asked = union(
        select(ApplicationMember.person_id).where(
            ApplicationMember.application_id == application.id,
            ApplicationMember.accepted_at.is_(None),
            ApplicationMember.declined_at.is_(None),
            ApplicationMember.ended_at.is_(None),
        ),
        select(InvitedLetter.person_id).where(
            InvitedLetter.application_id == application.id,
            InvitedLetter.declined_at.is_(None),
            InvitedLetter.recalled_at.is_(None),
        ),
        select(ApprovalTask.person_id).where(
            ApprovalTask.application_id == application.id,
            ApprovalTask.closed_at.is_(None),
            ApprovalTask.told_at.is_not(None),
        ),
    ).subquery()
    people = select(Person.id, Person.name).join(asked, asked.c.person_id == Person.id)
    return {row.id: row.name for row in session.execute(scoped(people.order_by(Person.name, Person.id)))}


def _count(session: Session, model: type[Any], condition: ColumnElement[bool]) -> int:
    return session.scalar(scoped(select(func.count()).select_from(model).where(condition))) or 0


def delete_draft(session: Session, application: Application, *, by: Acting, at: datetime) -> None:
    """Delete it for good. Whoever was invited or asked is told by mail; the system tells the lead applicant too. NotAllowed for
    anybody else, and for what was ever submitted."""
    session.refresh(application, with_for_update=True)
    problem = None if Hat.SYSTEM in by.hats else may(Action.DELETE_DRAFT, by, application.state)
    if problem is None and (application.state is not State.DRAFT or _was_submitted(session, application)):
        problem = SENT_ONCE
    if problem is not None:
        raise NotAllowed([problem])
    told = [*(mate.person_id for mate in team_of(session, application)), *_others(session, application)]
    _tell(session, application, [person_id for person_id in told if person_id != by.person_id], by=by, at=at)
    note(session, "delete-draft", application, by=by, at=at)
    session.flush()
    for link in _links_of(application.id):
        session.execute(link.values(revoked_at=at))
    for table, condition in hanging_on(application.id):
        session.execute(delete(table).where(condition))
    session.execute(delete(Application.__table__).where(Application.__table__.c.id == application.id))  # type: ignore[arg-type]
    session.expunge_all()


def _was_submitted(session: Session, application: Application) -> bool:
    sent = select(Submission.id).where(Submission.application_id == application.id).limit(1)
    return application.submitted_at is not None or session.scalar(scoped(sent)) is not None


def _tell(session: Session, application: Application, people: Sequence[UUID], *, by: Acting, at: datetime) -> None:
    """Without a word of the draft: nothing of it is to be left in the outbox either."""
    definition = effects.present(session, application)
    for person_id in dict.fromkeys(people):
        person = session.get_one(Person, person_id)
        values = {
            "name": person.name,
            "call": definition.title.in_(person.locale),
            "by": by.name,
            "is_forgotten": Hat.SYSTEM in by.hats,
            "senders": "\n".join(side.name for side in definition.sides),
        }
        dedupe = f"draft-deleted:{application.id}:{person_id}"
        mail.post(
            session, "draft_deleted", person_id, dedupe=dedupe, values=values, at=at, about=About(application.call_id)
        )


def hanging_on(application_id: UUID) -> list[tuple[Table, ColumnElement[bool]]]:
    """Every table with rows of an application, those first that others do not need, each with the rows meant."""
    whole: Table = Application.__table__  # type: ignore[assignment]
    meant: dict[Table, ColumnElement[bool]] = {whole: whole.c.id == application_id}
    for table in Base.metadata.sorted_tables:
        ways = [
            each.parent.in_(select(each.column).where(meant[each.column.table]))
            for each in table.foreign_keys
            if each.column.table in meant and each.column.table is not table
        ]
        if ways and table is not whole:
            meant[table] = or_(*ways)
    del meant[whole]
    return list(reversed(meant.items()))


def _links_of(application_id: UUID) -> list[Any]:
    """The personal links that open something of it."""
    return [
        update(PersonalLink).where(
            PersonalLink.subject_id.in_(select(table.c.id).where(condition)), PersonalLink.revoked_at.is_(None)
        )
        for table, condition in hanging_on(application_id)
        if "id" in table.c
    ]
