"""Panels, their members, conflicts, assignments and scores."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, Protected, Stamped, one_of, word_of
from app.programmes.definition.vocabulary import Part, Visibility


class Panel(Identified, Base):
    """A group that judges, for one side or jointly. Sealed from the others of its stage until all have closed.

    `stage` and `sees_others` repeat the declaration, so that scopes can ask for them.
    """

    __tablename__ = "panel"
    __table_args__ = (
        UniqueConstraint("call_id", "key"),
        CheckConstraint(one_of("stage", Part), name="stage"),
        CheckConstraint(one_of("sees_others", Visibility), name="sees_others"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    key: Mapped[str]
    side_key: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    closed_because: Mapped[str] = mapped_column(default="")
    stage: Mapped[Part] = mapped_column(word_of(Part), default=Part.FULL, server_default="full")
    sees_others: Mapped[Visibility] = mapped_column(
        word_of(Visibility), default=Visibility.AFTER_CLOSING, server_default="after_closing"
    )
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PanelTurn(Identified, Base):
    """One panel begins only when another has closed, and then sees what that one found."""

    __tablename__ = "panel_turn"
    __table_args__ = (
        UniqueConstraint("panel_id", "after_id"),
        CheckConstraint("panel_id <> after_id", name="not_itself"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    after_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)


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
    is_outside: Mapped[bool] = mapped_column(default=False, server_default=false())
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


class Rejoinder(Identified, Protected, Base):
    """What the applicants answer to the reviews: a draft until sent, and read by nobody before."""

    __tablename__ = "rejoinder"
    __table_args__ = (CheckConstraint("closes_at > opened_at", name="some_time"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), unique=True)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Interview(Identified, Protected, Base):
    """When and where the applicants of one application are met, and what came of it."""

    __tablename__ = "interview"
    __table_args__ = (CheckConstraint("(noted_at IS NULL) = (noted_by IS NULL)", name="noted_by_somebody"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), unique=True)
    begins_at: Mapped[datetime]
    zone: Mapped[str]
    place: Mapped[str]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    noted_at: Mapped[datetime | None]
    noted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
