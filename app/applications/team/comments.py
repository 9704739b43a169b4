"""Remarks of the team at questions of a draft: written, answered, marked as done. Nobody else sees them, ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application
from app.applications.notes import note
from app.applications.team.models import DraftComment
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.queries import definition_by_version

LONGEST, MOST = 2000, 1000


@dataclass(frozen=True)
class Remark:
    """One comment as the team reads it, with its answers."""

    id: UUID
    question_key: str
    text: str
    by: str
    at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    answers: tuple[Remark, ...] = ()


def remarks(session: Session, application: Application) -> tuple[Remark, ...]:
    """All comments with their answers, the oldest first."""
    resolver = aliased(Person)
    rows = session.execute(
        scoped(
            select(DraftComment, Person.name, resolver.name)
            .join(Person, Person.id == DraftComment.written_by)
            .outerjoin(resolver, resolver.id == DraftComment.resolved_by)
            .where(DraftComment.application_id == application.id)
            .order_by(DraftComment.written_at, DraftComment.id)
        )
    ).all()
    answers: dict[UUID | None, list[Remark]] = {}
    for row, by, resolved_by in rows:
        answers.setdefault(row.answers_id, []).append(
            Remark(row.id, row.question_key, row.text, by, row.written_at, row.resolved_at, resolved_by)
        )
    return tuple(
        Remark(
            top.id, top.question_key, top.text, top.by, top.at, top.resolved_at, top.resolved_by,
            tuple(answers.get(top.id, ())),
        )
        for top in answers.get(None, ())
    )  # fmt: skip


def open_counts(session: Session, application: Application) -> dict[str, int]:
    """How many comments wait at each question."""
    rows = session.execute(
        scoped(
            select(DraftComment.question_key, func.count().label("waiting"))
            .where(
                DraftComment.application_id == application.id,
                DraftComment.answers_id.is_(None),
                DraftComment.resolved_at.is_(None),
            )
            .group_by(DraftComment.question_key)
        )
    )
    return {row.question_key: row.waiting for row in rows}


def write_comment(
    session: Session, application: Application, question_key: str, text: str, *, by: Acting, at: datetime
) -> DraftComment:
    """Remark something at a question. NotFound for a question that the call does not ask; Refused when empty."""
    _may_comment(application, by)
    definition = definition_by_version(session, application.call_version_id)
    if question_key not in {question.key for question in definition.questions}:
        raise NotFound()
    return _keep(session, application, question_key, text, None, by=by, at=at)


def answer_comment(
    session: Session, application: Application, comment_id: UUID, text: str, *, by: Acting, at: datetime
) -> DraftComment:
    """Answer a comment. An answer is not answered itself."""
    _may_comment(application, by)
    comment = _comment(session, application, comment_id)
    return _keep(session, application, comment.question_key, text, comment.id, by=by, at=at)


def resolve_comment(session: Session, application: Application, comment_id: UUID, *, by: Acting, at: datetime) -> None:
    """Mark a comment as done; done twice is done once."""
    _may_comment(application, by)
    comment = _comment(session, application, comment_id)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = at, by.person_id
        session.flush()
        note(session, "resolve-comment", application, by=by, at=at, comment=str(comment.id))


def _may_comment(application: Application, by: Acting) -> None:
    problem = may(Action.COMMENT_DRAFT, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])


def _comment(session: Session, application: Application, comment_id: UUID) -> DraftComment:
    found = session.scalar(
        scoped(
            select(DraftComment).where(
                DraftComment.id == comment_id,
                DraftComment.application_id == application.id,
                DraftComment.answers_id.is_(None),
            )
        )
    )
    if found is None:
        raise NotFound()
    return found


def _keep(
    session: Session,
    application: Application,
    question_key: str,
    text: str,
    answers_id: UUID | None,
    *,
    by: Acting,
    at: datetime,
) -> DraftComment:
    words = text.strip()
    if not words:
        raise Refused.because("empty", N_("Write the comment."), field="text")
    if len(words) > LONGEST:
        message = N_("%(count)s characters, and at most %(limit)s fit. The comment was not sent.")
        raise Refused.because("too_long", message, field="text", values={"count": len(words), "limit": LONGEST})
    known = session.scalar(
        scoped(select(func.count()).select_from(DraftComment).where(DraftComment.application_id == application.id))
    )
    if (known or 0) >= MOST:
        raise Refused.because(
            "too_many", N_("There are too many comments here. Mail each other instead."), field="text"
        )
    row = DraftComment(
        application_id=application.id,
        question_key=question_key,
        answers_id=answers_id,
        text=words,
        written_by=by.person_id,
        written_at=at,
    )
    session.add(row)
    session.flush()
    return row
