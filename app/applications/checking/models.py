"""What applicants were told, what they said before they typed, and what the formal check asked of single questions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, JSONText, Protected, one_of, word_of


class NoticeRead(Identified, Protected, Base):
    """The notice as it stood before somebody on the first day of typing: its words, in both languages. Two records of
    one person that are made one may both have read it."""

    __tablename__ = "notice_read"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    words: Mapped[Any] = mapped_column(JSONText)
    sha256: Mapped[str]
    at: Mapped[datetime]


class QuizAnswers(Identified, Protected, Base):
    """What was said in the quiz by the person who went on from it to begin."""

    __tablename__ = "quiz_answers"
    __table_args__ = (UniqueConstraint("application_id"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    said: Mapped[Any] = mapped_column(JSONText)
    answers: Mapped[Any] = mapped_column(JSONText)
    at: Mapped[datetime]


class CheckCondition(Identified, Protected, Base):
    """Something that must still be done by a day, though the application passed the formal check."""

    __tablename__ = "check_condition"
    __table_args__ = (
        CheckConstraint("length(text) > 0", name="says_something"),
        CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name="met_by_somebody"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    text: Mapped[str]
    due: Mapped[date]
    set_at: Mapped[datetime]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    met_at: Mapped[datetime | None]
    met_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class FlagKind(StrEnum):
    """To whom a question is flagged."""

    COLLEAGUE = "colleague"
    APPLICANT = "applicant"


class Flag(Identified, Protected, Base):
    """One question of a submitted application that is asked about: of a colleague, or of the applicant with a date.

    `words` of a colleague answer it; the applicant's `proposed` waits until it is accepted or refused.
    """

    __tablename__ = "question_flag"
    __table_args__ = (
        CheckConstraint(one_of("kind", FlagKind), name="kind"),
        CheckConstraint("length(text) > 0", name="says_something"),
        CheckConstraint("(kind = 'colleague') = (to_person_id IS NOT NULL)", name="colleague_is_named"),
        CheckConstraint("kind = 'colleague' OR until IS NOT NULL", name="applicant_has_a_date"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_at IS NULL) = (is_accepted IS NULL)", name="decided_one_way"),
        CheckConstraint("is_accepted IS NULL OR kind = 'applicant'", name="only_corrections_are_decided"),
        CheckConstraint("decided_at IS NULL OR answered_at IS NOT NULL", name="answered_before_decided"),
        CheckConstraint("closed_at IS NULL OR decided_at IS NULL", name="closed_or_decided"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    question_key: Mapped[str]
    kind: Mapped[FlagKind] = mapped_column(word_of(FlagKind))
    text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    to_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(default="")
    before: Mapped[Any | None] = mapped_column(JSONText)
    proposed: Mapped[Any | None] = mapped_column(JSONText)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    is_accepted: Mapped[bool | None]
    because: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CallPromise(Identified, Base):
    """A new day by which applicants were promised the decision, told to all of them. The last one holds."""

    __tablename__ = "call_promise"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime]
    said_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
