"""The outbox, and the mailbox into which a demonstration delivers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, JSONText, Protected, Stamped, one_of, word_of


class LetterStatus(StrEnum):
    """Where a letter is on its way."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Subscription(Identified, Stamped, Base):
    """An address that asked to be told of calls. It is nobody's until it is confirmed, and gone when it is stopped.

    `subject` is what it asks for: `call:` and a key, or `list:` and a saved search as JSON. Whoever asks, zone and
    language are theirs; no person, no account and no right follows from it.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("address", "subject"),
        CheckConstraint("days_before BETWEEN 1 AND 60", name="days_before"),
    )

    address: Mapped[str]
    subject: Mapped[str]
    days_before: Mapped[int]
    locale: Mapped[str]
    zone: Mapped[str]
    confirmed_at: Mapped[datetime | None]


class Letter(Identified, Stamped, Protected, Base):
    """One mail to one person, or to an address that subscribed.

    `dedupe` makes a second one of the same kind for the same deed impossible. `to_address`: where it goes if not to
    the person's primary address, such as a code that proves another one.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(one_of("status", LetterStatus), name="status"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at_kept"),
        CheckConstraint("(person_id IS NULL) <> (subscription_id IS NULL)", name="one_reader"),
    )

    kind: Mapped[str]
    status: Mapped[LetterStatus] = mapped_column(word_of(LetterStatus), index=True)
    dedupe: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    subscription_id: Mapped[UUID | None] = mapped_column(ForeignKey("subscription.id"), index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("personal_link.id"))
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("link_code.id"))
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"), index=True)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"), index=True)
    side_key: Mapped[str | None]
    to_address: Mapped[str | None]
    locale: Mapped[str]
    values: Mapped[Any] = mapped_column(JSONText)
    subject: Mapped[str | None]
    body: Mapped[str | None]
    corrected_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str | None]
    last_error: Mapped[str | None]

    __mapper_args__ = {"version_id_col": version}


class MailboxMessage(Identified, Base):
    """A mail as the demonstration's mailbox received it: the raw bytes, as text."""

    __tablename__ = "mailbox_message"

    at: Mapped[datetime]
    sent_to: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    raw: Mapped[str]
