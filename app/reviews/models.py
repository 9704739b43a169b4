"""Panels, their members, conflicts, assignments and scores."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, Protected, Stamped


class Panel(Identified, Base):
    """A group that judges, for one side or jointly. Sealed from the others until all have closed."""

    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("call_id", "key"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    key: Mapped[str]
    side_key: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    closed_because: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PanelMember(Identified, Stamped, Base):
    """A person named to a panel, and what that person answered."""

    __tablename__ = "panel_member"
    __table_args__ = (
        UniqueConstraint("panel_id", "person_id"),
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="one_answer"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    is_chair: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str | None]
    conflicts_answered_at: Mapped[datetime | None]


class ConflictAnswer(Identified, Protected, Base):
    """What a person answered about one application. A yes closes every door, in every later stage too."""

    __tablename__ = "conflict_answer"
    __table_args__ = (UniqueConstraint("person_id", "application_id"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    has_conflict: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Assignment(Identified, Stamped, Protected, Base):
    """One application to be judged by one member of one panel."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("member_id", "application_id"),)

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("panel_member.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)


class Review(Identified, Stamped, Protected, Base):
    """What one reviewer wrote of one application: a draft until submitted."""

    __tablename__ = "review"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"), unique=True)
    overall: Mapped[int | None]
    for_applicant: Mapped[str] = mapped_column(default="")
    for_panel: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Score(Identified, Protected, Base):
    """A score for one criterion, in hundredths of a point so that half points stay exact."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("review_id", "criterion"),)

    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id"), index=True)
    criterion: Mapped[str]
    hundredths: Mapped[int | None]
    remark: Mapped[str] = mapped_column(default="")
