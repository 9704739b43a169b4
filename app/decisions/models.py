"""Verdict per side, the joint decision, and the one release of a call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.decisions.rules import Outcome
from app.kernel.models import Base, Identified, Protected, one_of, word_of


class Verdict(Identified, Protected, Base):
    """What one side says of one application."""

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("application_id", "side_key"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    side_key: Mapped[str]
    recommends: Mapped[bool]
    reasons: Mapped[str]
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class VerdictYear(Identified, Protected, Base):
    """What the side would pay in one year; asked and granted are different numbers."""

    __tablename__ = "verdict_year"
    __table_args__ = (
        UniqueConstraint("verdict_id", "year"),
        CheckConstraint("amount_minor >= 0", name="not_negative"),
    )

    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdict.id"), index=True)
    year: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]


class JointDecision(Identified, Protected, Base):
    """The decision of all sides together; a later one supersedes it and leaves it legible."""

    __tablename__ = "joint_decision"
    __table_args__ = (
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        Index(
            "uq_joint_decision_valid",
            "application_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(word_of(Outcome))
    model: Mapped[str]
    proposed: Mapped[str]
    reasons: Mapped[str]
    feedback: Mapped[str]
    took_part: Mapped[str]
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Release(Identified, Base):
    """The instant at which all letters of a call went and all results became visible."""

    __tablename__ = "release"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), unique=True)
    at: Mapped[datetime]
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class OutlineDecision(Identified, Protected, Base):
    """Whether the applicants are invited to the full application; a later one supersedes it and leaves it legible."""

    __tablename__ = "outline_decision"
    __table_args__ = (
        Index(
            "uq_outline_decision_valid",
            "application_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    is_invited: Mapped[bool]
    reasons: Mapped[str]
    feedback: Mapped[str]
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class OutlineRelease(Identified, Base):
    """The instant at which all letters about the outlines of a call went."""

    __tablename__ = "outline_release"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), unique=True)
    at: Mapped[datetime]
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
