"""Who is asked to approve what, and everything that happened to it since."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, JSONText, Protected, one_of, word_of
from app.programmes.definition import Approver, Window


class Happening(StrEnum):
    """What can happen to a task."""

    ASKED = "asked"
    ANSWERED = "answered"
    VOIDED = "voided"
    LAPSED = "lapsed"
    EXTENDED = "extended"
    HANDED_OVER = "handed_over"
    RECALLED = "recalled"


class Said(StrEnum):
    """The answers that a call may allow."""

    YES = "yes"
    NO = "no"
    RETURN = "return"
    ABSTAIN = "abstain"


class ApprovalTask(Identified, Protected, Base):
    """One person who is asked for one approval of one side's part. `for_person_id`: the one whose deputy this is;
    `told_at`: when the person was last told by mail that this waits, None while that is still to come."""

    __tablename__ = "approval_task"
    __table_args__ = (
        UniqueConstraint("application_id", "key", "side_key", "person_id"),
        CheckConstraint(one_of("who", Approver), name="who"),
        CheckConstraint(one_of("window", Window).replace("window IN", '"window" IN'), name="window"),
        CheckConstraint("for_person_id IS NULL OR for_person_id <> person_id", name="not_for_oneself"),
        CheckConstraint("until IS NULL OR until > asked_at", name="ends_later"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    key: Mapped[str]
    side_key: Mapped[str]
    who: Mapped[Approver] = mapped_column(word_of(Approver))
    window: Mapped[Window] = mapped_column(word_of(Window))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    for_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    until: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ApprovalEntry(Identified, Protected, Base):
    """One thing that happened to a task, with the hash of exactly what was answered. Append-only.

    `shown` holds, by path, the commitments in words: those an answer stood on, or old and new of what voided it.
    """

    __tablename__ = "approval_entry"
    __table_args__ = (
        UniqueConstraint("task_id", "position"),
        CheckConstraint(one_of("kind", Happening), name="kind"),
        CheckConstraint(one_of("answer", Said), name="answer"),
        CheckConstraint("(kind = 'answered') = (answer IS NOT NULL)", name="answer_given"),
        CheckConstraint("(answer IS NULL) = (sha256 IS NULL)", name="what_was_answered"),
        CheckConstraint("(answer IS NULL) = (name_given IS NULL)", name="name_was_given"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("approval_task.id"), index=True)
    position: Mapped[int]
    kind: Mapped[Happening] = mapped_column(word_of(Happening))
    at: Mapped[datetime]
    by_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("personal_link.id"))
    answer: Mapped[Said | None] = mapped_column(word_of(Said))
    because: Mapped[str] = mapped_column(default="")
    name_given: Mapped[str | None]
    on_behalf_of: Mapped[str | None]
    sha256: Mapped[str | None]
    material: Mapped[Any] = mapped_column(JSONText, nullable=True)
    submission_number: Mapped[int | None]
    shown: Mapped[Any] = mapped_column(JSONText, nullable=True)
