"""Who is invited to work on an application, and the comments that the team writes in its draft."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, Protected, one_of, word_of


class Right(StrEnum):
    """What a member may do; each includes those before it."""

    READ = "read"
    COMMENT = "comment"
    EDIT = "edit"
    SUBMIT = "submit"


class MemberRole(StrEnum):
    """As what somebody is invited. An assistant writes for the team and is no applicant on the sheet."""

    CO_APPLICANT = "co_applicant"
    PARTICIPANT = "participant"
    ASSISTANT = "assistant"


class ApplicationMember(Identified, Protected, Base):
    """One person invited to one application, for the whole (`side_key` empty) or for one side of it.

    Only who has accepted, and has neither left nor been removed, counts. The row stays, and `took_part_since` with it,
    if the same person is invited again: whoever took part once judges nothing of it.
    """

    __tablename__ = "application_member"
    __table_args__ = (
        UniqueConstraint("application_id", "person_id"),
        CheckConstraint(one_of("role", MemberRole), name="role"),
        CheckConstraint(one_of("may", Right), name="may"),
        CheckConstraint("may <> 'submit' OR side_key IS NULL", name="submits_the_whole"),
        CheckConstraint("invited_by <> person_id", name="not_by_oneself"),
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="one_answer"),
        CheckConstraint("(declined_at IS NULL) = (declined_because IS NULL)", name="declined_with_a_sentence"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint("accepted_at IS NULL OR took_part_since IS NOT NULL", name="accepted_is_remembered"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    side_key: Mapped[str | None]
    role: Mapped[MemberRole] = mapped_column(word_of(MemberRole))
    may: Mapped[Right] = mapped_column(word_of(Right))
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    took_part_since: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class DraftComment(Identified, Protected, Base):
    """A remark of the team at one question of the draft, or an answer to one. It is in no version and no export."""

    __tablename__ = "draft_comment"
    __table_args__ = (
        CheckConstraint("length(text) > 0", name="not_empty"),
        CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved_by_somebody"),
        CheckConstraint("answers_id IS NULL OR resolved_at IS NULL", name="answers_are_not_resolved"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    question_key: Mapped[str]
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("draft_comment.id"), index=True)
    text: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
