"""Whether a reader sits outside the EU and the EEA, where some answers may not be shown."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.identities.models import Person
from app.kernel.countries import is_outside
from app.programmes.definition import Definition


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
