"""Keeping what was read and said before anybody typed: the notice, and the answers of the quiz."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.checking.models import NoticeRead, QuizAnswers
from app.applications.models import Application
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.asking.notice import Notice, notice_from, notice_of
from app.programmes.asking.quiz import Finding, judged, quiz_of
from app.programmes.definition import Definition
from app.programmes.kinds import Answer
from app.programmes.queries import definition_by_version


@dataclass(frozen=True)
class Told:
    """A notice as one person had it before the own typing, and when."""

    notice: Notice
    at: datetime


def keep_notice(session: Session, application: Application, *, by: Acting, at: datetime) -> None:
    """Note that the notice stood before this person who now types. The same words are noted once."""
    if by.person_id is None:
        return
    notice = notice_of(definition_by_version(session, application.call_version_id))
    if session.scalar(scoped(_read(application, by.person_id).where(NoticeRead.sha256 == notice.sha256))) is not None:
        return
    session.add(
        NoticeRead(
            application_id=application.id, person_id=by.person_id, words=notice.words, sha256=notice.sha256, at=at
        )
    )
    session.flush()


def told(session: Session, application: Application, person_id: UUID) -> Told | None:
    """What this person was told last before typing; None where nothing was typed yet."""
    row = session.scalars(scoped(_read(application, person_id).order_by(NoticeRead.at.desc()).limit(1))).first()
    return Told(notice_from(row.words), row.at) if row is not None else None


def _read(application: Application, person_id: UUID) -> Select[NoticeRead]:
    return select(NoticeRead).where(NoticeRead.application_id == application.id, NoticeRead.person_id == person_id)


def keep_quiz(
    session: Session,
    application: Application,
    said: Mapping[str, bool | None],
    answers: Mapping[str, Answer],
    *,
    at: datetime,
) -> None:
    """Keep the answers of whoever went on from the quiz. Those already kept stay: they were given before typing."""
    known = {key: value for key, value in said.items() if value is not None}
    given = {key: value for key, value in answers.items() if value is not None}
    if not known and not given:
        return
    if session.scalar(scoped(select(QuizAnswers).where(QuizAnswers.application_id == application.id))) is not None:
        return
    session.add(QuizAnswers(application_id=application.id, said=known, answers=given, at=at))
    session.flush()


@dataclass(frozen=True)
class QuizLine:
    """One finding of the quiz, then and with what stands in the form now."""

    then: Finding
    now: Finding

    @property
    def still_holds(self) -> bool:
        """Whether what stands in the form now comes to the same."""
        return self.then.is_met == self.now.is_met


@dataclass(frozen=True)
class KeptQuiz:
    """The quiz of a draft: when it was answered, and line by line what came of it."""

    at: datetime
    lines: tuple[QuizLine, ...]


def quiz_of_draft(
    session: Session, application: Application, definition: Definition, answers: Mapping[str, Answer]
) -> KeptQuiz | None:
    """The quiz held against `answers`, what stands in the form now or was submitted; None where there was no quiz."""
    row = session.scalar(scoped(select(QuizAnswers).where(QuizAnswers.application_id == application.id)))
    if row is None or quiz_of(definition).is_empty:
        return None
    given = {question.key: answers.get(question.key) for question in quiz_of(definition).questions}
    later = {**row.answers, **{key: value for key, value in given.items() if value is not None}}
    before, after = judged(definition, row.said, row.answers), judged(definition, row.said, later)
    return KeptQuiz(row.at, tuple(QuizLine(*pair) for pair in zip(before, after, strict=True)))
