"""Whether a reader sits outside the EU and the EEA, where some answers may not be shown."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.identities.models import Person
from app.kernel.countries import is_outside
from app.kernel.database import scoped
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version


def country_of(person: Person, definition: Definition) -> str | None:
    """The person's own country, else that of the institution where it is one of the call's sides; None: not known."""
    if person.country:
        return person.country
    home = person.institution.strip().casefold()
    fits = (
        side.institution.country
        for side in definition.sides
        if home and home in (side.name.casefold(), side.short.casefold())
    )
    return next(fits, None)


def reads_outside(session: Session, person_id: UUID, definition: Definition) -> bool:
    """Whether answers that may not leave the EU and the EEA are withheld from this reader."""
    if all(question.leaves_eu for question in definition.questions):
        return False
    return is_outside(country_of(session.get_one(Person, person_id), definition))


def reads_application_outside(session: Session, person_id: UUID, application_id: UUID) -> bool:
    """The same for an application that was reached, under the version of the call it was written in."""
    version = select(Application.call_version_id).where(Application.id == application_id)
    found = session.scalars(scoped(version)).one()
    return reads_outside(session, person_id, definition_by_version(session, found))
