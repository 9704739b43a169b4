"""Who leads the sides of an application, and what a partner is asked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide
from app.applications.parts import Part, parts_of
from app.kernel.database import scoped
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version


def applicants_of(session: Session, application: Application) -> tuple[tuple[UUID, str], ...]:
    """Everybody who leads a side of it, with that side; whoever declined does not."""
    rows = session.execute(
        scoped(
            select(ApplicationSide.lead_person_id, ApplicationSide.side_key)
            .where(
                ApplicationSide.application_id == application.id,
                ApplicationSide.lead_person_id.is_not(None),
                ApplicationSide.declined_at.is_(None),
            )
            .order_by(ApplicationSide.side_key)
        )
    )
    return tuple((row.lead_person_id, row.side_key) for row in rows)


def side_of(session: Session, application_id: UUID, side_key: str) -> ApplicationSide | None:
    """One side of an application that was reached."""
    return session.scalar(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application_id, ApplicationSide.side_key == side_key
            )
        )
    )


@dataclass(frozen=True)
class Invitation:
    """What a partner is asked, before anything is opened."""

    application: Application
    definition: Definition
    part: Part
    lead: Part


def invitation(session: Session, side_id: UUID, person_id: UUID) -> Invitation | None:
    """What this person is asked for this side; None when somebody else leads it by now."""
    row = session.execute(
        scoped(
            select(Application, ApplicationSide.side_key)
            .join(ApplicationSide, ApplicationSide.application_id == Application.id)
            .where(ApplicationSide.id == side_id, ApplicationSide.lead_person_id == person_id)
        )
    ).first()
    if row is None:
        return None
    definition = definition_by_version(session, row.Application.call_version_id)
    parts = parts_of(session, row.Application, definition)
    own = next(part for part in parts if part.key == row.side_key)
    return Invitation(row.Application, definition, own, next(part for part in parts if part.is_own))
