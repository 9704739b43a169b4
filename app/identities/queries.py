"""Reading people, for administrators and for choosing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identities.models import EmailAddress, Person, Role, RoleGrant


@dataclass(frozen=True)
class PersonRow:
    """A person as the administrator's list shows one."""

    id: UUID
    name: str
    address: str
    institution: str
    is_disabled: bool
    roles: tuple[tuple[UUID, str, UUID | None, str | None], ...]
    country: str = ""
    more_addresses: tuple[str, ...] = ()
    was: tuple[str, ...] = ()

    @property
    def option(self) -> tuple[str, str]:
        """The person as a choice in a form."""
        return str(self.id), f"{self.name} ({self.address})"


def people(session: Session, *, limit: int = 200) -> tuple[PersonRow, ...]:
    """Everybody known, by name, with their standing roles."""
    found = session.execute(
        select(Person, EmailAddress.address)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.is_primary)
        .order_by(Person.name, Person.id)
        .limit(limit)
    ).all()
    more, was = _more_addresses(session), _merged(session)
    grants: dict[UUID, list[tuple[UUID, str, UUID | None, str | None]]] = {}
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.ended_at.is_(None))):
        grants.setdefault(grant.person_id, []).append((grant.id, grant.role.value, grant.call_id, grant.side_key))
    return tuple(
        PersonRow(
            person.id,
            person.name,
            address,
            person.institution,
            person.disabled_at is not None,
            tuple(grants.get(person.id, ())),
            person.country or "",
            more.get(person.id, ()),
            was.get(person.id, ()),
        )
        for person, address in found
    )


def _more_addresses(session: Session) -> dict[UUID, tuple[str, ...]]:
    """The addresses besides those to which mail goes."""
    found: dict[UUID, tuple[str, ...]] = {}
    others = select(EmailAddress.person_id, EmailAddress.address).where(~EmailAddress.is_primary)
    for row in session.execute(others.order_by(EmailAddress.address)):
        found[row.person_id] = (*found.get(row.person_id, ()), row.address)
    return found


def _merged(session: Session) -> dict[UUID, tuple[str, ...]]:
    """The names of the records that became part of another one, with a few signs of their old id."""
    found: dict[UUID, tuple[str, ...]] = {}
    gone = select(Person.id, Person.name, Person.merged_into).where(Person.merged_into.is_not(None))
    for row in session.execute(gone.order_by(Person.name, Person.id)):
        found[row.merged_into] = (*found.get(row.merged_into, ()), f"{row.name} ({row.id.hex[:8]})")
    return found


def person_by_id(session: Session, text: str) -> Person | None:
    """The person that a form names, or None."""
    try:
        return session.get(Person, UUID(text))
    except ValueError:
        return None


def coordinator_names(session: Session, call_id: UUID, side_key: str | None) -> tuple[str, ...]:
    """The names of a side's coordinators in a call, or of all of them where no side is named."""
    grants = (RoleGrant.call_id == call_id, RoleGrant.role == Role.COORDINATOR, RoleGrant.ended_at.is_(None))
    statement = select(Person.name).join(RoleGrant, RoleGrant.person_id == Person.id).where(*grants)
    if side_key is not None:
        statement = statement.where(RoleGrant.side_key == side_key)
    return tuple(session.scalars(statement.distinct().order_by(Person.name)))


def coordinates(session: Session, person_id: UUID, call_id: UUID) -> bool:
    """Whether a person coordinates a side of this call."""
    grants = (RoleGrant.call_id == call_id, RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
    return session.scalar(select(RoleGrant.id).where(*grants).limit(1)) is not None
