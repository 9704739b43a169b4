"""What somebody who applies asks: the own applications, and the draft as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.attachments import as_scanned
from app.applications.models import Application, Submission
from app.applications.snapshots import Sheet, seen_hash_of, sheet_of, snapshot_of
from app.applications.status import standing
from app.kernel.database import scoped
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.table import TAKEN_BACK, UNSENT, WRITTEN
from app.workflow.vocabulary import State


def draft_sheet(session: Session, application: Application) -> Sheet:
    """What would be submitted now."""
    definition = definition_by_version(session, application.call_version_id)
    return as_scanned(session, sheet_of(snapshot_of(session, application, definition)))


def seen_draft(session: Session, application: Application) -> tuple[Sheet, str]:
    """What would be submitted now, and the hash by which submitting knows that it is still the same."""
    definition = definition_by_version(session, application.call_version_id)
    snapshot = snapshot_of(session, application, definition)
    return as_scanned(session, sheet_of(snapshot)), seen_hash_of(snapshot)


def version_under(session: Session, application: Application, key: str) -> int | None:
    """The number of the version that was submitted with this key of a form, or None."""
    if not key or application.submitted_at is None:
        return None
    found = select(Submission.number).where(Submission.application_id == application.id, Submission.key == key)
    return session.scalar(scoped(found))


def own_draft(session: Session, call_id: UUID, person_id: UUID) -> Application | None:
    """The draft that this person has begun in this call."""
    return session.scalars(
        scoped(
            select(Application)
            .where(
                Application.call_id == call_id,
                Application.lead_person_id == person_id,
                Application.state.in_(UNSENT),
            )
            .order_by(Application.created_at)
            .limit(1)
        )
    ).first()


def improved(session: Session, *, among: Select[Any]) -> tuple[Application, ...]:
    """The applications `among` these that are taken back now, by reference."""
    found = select(Application).where(Application.id.in_(among), Application.state.in_(TAKEN_BACK))
    return tuple(session.scalars(scoped(found.order_by(Application.reference))))


@dataclass(frozen=True)
class OwnRow:
    """An application in the list of somebody who applies. `leads`: the edit page finds everybody's own part."""

    id: UUID
    title: str
    reference: str | None
    state: State
    call_id: UUID
    call_key: str
    call_version_id: UUID
    submitted_at: datetime | None
    leads: bool = True

    @property
    def is_written(self) -> bool:
        """Whether its team writes it now."""
        return self.state in WRITTEN

    @property
    def is_improved(self) -> bool:
        """Whether it is taken back."""
        return self.state in TAKEN_BACK

    @property
    def status(self) -> str:
        """The state in a few words, as an English template."""
        return standing(self.state).label


def own_applications(session: Session, *, among: Select[Any]) -> tuple[OwnRow, ...]:
    """The applications `among` these, the newest first."""
    rows = session.execute(
        scoped(
            select(
                Application.id,
                Application.title,
                Application.reference,
                Application.state,
                Application.call_id,
                Call.key,
                Application.call_version_id,
                Application.submitted_at,
            )
            .join(Call, Call.id == Application.call_id)
            .where(Application.id.in_(among))
            .order_by(Application.created_at.desc(), Application.id)
        )
    )
    return tuple(OwnRow(*row) for row in rows)
