"""A notice, and the fact that somebody wrote to its author."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, Stamped


class Notice(Identified, Stamped, Base):
    """What somebody brings and seeks, for a call, a programme or any. It ends at `ends_at` or when its author ends it.

    `keywords` are separated by commas; `sought` is the short name of the institution that is looked for, empty for any.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("programme_key IS NULL OR call_id IS NULL", name="one_aim"),
        CheckConstraint("ends_at > changed_at", name="ends_later"),
        CheckConstraint("topic <> '' AND brings <> '' AND seeks <> ''", name="says_something"),
        CheckConstraint(
            "(hidden_at IS NULL) = (hidden_by IS NULL) AND (hidden_at IS NULL) = (hidden_because IS NULL)",
            name="hidden_by_somebody",
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    topic: Mapped[str]
    brings: Mapped[str]
    seeks: Mapped[str]
    keywords: Mapped[str] = mapped_column(default="")
    institution: Mapped[str] = mapped_column(default="")
    sought: Mapped[str] = mapped_column(default="")
    programme_key: Mapped[str | None]
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"), index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    hidden_because: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class NoticeContact(Identified, Base):
    """Somebody wrote to the author of a notice. What was written is in the mail and nowhere else."""

    __tablename__ = "notice_contact"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
