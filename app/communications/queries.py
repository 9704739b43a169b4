"""Reading the outbox, for administrators: which mails wait, went or failed; never what they say or are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.communications.models import Letter, LetterStatus, MailboxMessage
from app.kernel.database import scoped


@dataclass(frozen=True)
class DeliveryRow:
    """A mail that has not arrived."""

    id: UUID
    kind: str
    status: LetterStatus
    attempts: int
    next_try_at: datetime
    last_error: str | None

    @property
    def has_failed(self) -> bool:
        """Whether nothing more is tried by itself."""
        return self.status is LetterStatus.FAILED


def deliveries(session: Session, *, limit: int = 100) -> tuple[DeliveryRow, ...]:
    """Mails that failed or wait, the failed first. Drafts are not mails yet."""
    rows = session.execute(
        scoped(
            select(Letter.id, Letter.kind, Letter.status, Letter.attempts, Letter.next_try_at, Letter.last_error)
            .where(Letter.status.in_((LetterStatus.FAILED, LetterStatus.QUEUED)))
            .order_by(Letter.status, Letter.next_try_at)
            .limit(limit)
        )
    )
    return tuple(DeliveryRow(*row) for row in rows)


def sent_count(session: Session) -> int:
    """How many mails went."""
    return (
        session.scalar(scoped(select(func.count()).select_from(Letter).where(Letter.status == LetterStatus.SENT))) or 0
    )


@dataclass(frozen=True)
class MailRow:
    """A mail in the demonstration's mailbox."""

    id: UUID
    at: datetime
    sent_to: str
    subject: str


def mailbox(session: Session, *, address: str = "", limit: int = 100) -> tuple[MailRow, ...]:
    """The newest mails of the demonstration's mailbox, of one address or of all."""
    statement = select(MailboxMessage.id, MailboxMessage.at, MailboxMessage.sent_to, MailboxMessage.subject)
    if address:
        statement = statement.where(MailboxMessage.sent_to == address)
    return tuple(MailRow(*row) for row in session.execute(statement.order_by(MailboxMessage.at.desc()).limit(limit)))


def mail(session: Session, message_id: UUID) -> MailboxMessage | None:
    """One mail as it was received."""
    return session.get(MailboxMessage, message_id)
