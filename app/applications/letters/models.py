"""Who is asked for a letter or to be the host, and what came."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.scanned import Scanned, scan_checks
from app.kernel.models import Base, Identified, Protected, one_of, word_of


class Sought(StrEnum):
    """What somebody is asked for."""

    LETTER = "letter"
    HOST = "host"


class InvitedLetter(Identified, Scanned, Protected, Base):
    """One person who is asked under one question. What came is for those who judge; the applicant sees that it came."""

    __tablename__ = "invited_letter"
    __table_args__ = (
        UniqueConstraint("application_id", "question_key", "person_id"),
        CheckConstraint(one_of("kind", Sought), name="kind"),
        CheckConstraint("(came_at IS NULL) = (name_given IS NULL)", name="came_from_somebody"),
        CheckConstraint("came_at IS NULL OR declined_at IS NULL", name="one_answer"),
        CheckConstraint("(says_yes IS NULL) OR (kind = 'host' AND came_at IS NOT NULL)", name="host_says"),
        CheckConstraint("(sha256 IS NULL) = (type IS NULL)", name="whole_file"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
        *scan_checks(),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    question_key: Mapped[str]
    kind: Mapped[Sought] = mapped_column(word_of(Sought))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    recalled_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    came_at: Mapped[datetime | None]
    name_given: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    original_name: Mapped[str | None]
    type: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    pages: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(index=True)
    says_yes: Mapped[bool | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
