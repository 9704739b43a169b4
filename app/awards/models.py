"""An award and its tranches."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, Protected


class Award(Identified, Protected, Base):
    """What a released positive decision leads to."""

    __tablename__ = "award"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), unique=True)
    at: Mapped[datetime]


class Tranche(Identified, Protected, Base):
    """One side's money for one year; gated ones wait for a decision of that side. `amount_minor` is what is paid;
    `indirect_minor` is the part of it that lies on top of the direct costs, 0 where nothing does."""

    __tablename__ = "tranche"
    __table_args__ = (
        UniqueConstraint("award_id", "side_key", "year"),
        CheckConstraint("amount_minor >= 0", name="not_negative"),
        CheckConstraint("indirect_minor >= 0 AND indirect_minor <= amount_minor", name="indirect_within"),
        CheckConstraint("is_gated OR released_at IS NOT NULL", name="only_gates_wait"),
    )

    award_id: Mapped[UUID] = mapped_column(ForeignKey("award.id"), index=True)
    side_key: Mapped[str]
    year: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    indirect_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str]
    is_gated: Mapped[bool]
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    release_reason: Mapped[str | None]


class PastAward(Identified, Base):
    """One side's part of an award from before this system, imported from a list. A leader is kept only with consent."""

    __tablename__ = "past_award"
    __table_args__ = (
        UniqueConstraint("programme_key", "year", "title", "side"),
        CheckConstraint("amount_minor IS NULL OR amount_minor >= 0", name="not_negative"),
        CheckConstraint("(amount_minor IS NULL) = (currency IS NULL)", name="amount_with_currency"),
    )

    programme_key: Mapped[str] = mapped_column(index=True)
    year: Mapped[int]
    title: Mapped[str]
    side: Mapped[str]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    leader: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
