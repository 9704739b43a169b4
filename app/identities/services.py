"""Making people, addresses, roles, browser sessions and personal links."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.identities.models import (
    Attempt,
    EmailAddress,
    LinkPurpose,
    LoginSession,
    Person,
    PersonalLink,
    Role,
    RoleGrant,
)
from app.identities.rules import normalised_address, password_problems
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_

LIFETIME = {
    LinkPurpose.SIGN_IN: timedelta(minutes=30),
    LinkPurpose.PARTNER: timedelta(days=500),
    LinkPurpose.REVIEW: timedelta(days=500),
    LinkPurpose.APPROVAL: timedelta(days=500),
    LinkPurpose.LETTER: timedelta(days=500),
    LinkPurpose.HOST: timedelta(days=500),
    LinkPurpose.MEMBER: timedelta(days=500),
}
SESSION_LIFETIME = timedelta(days=14)
ATTEMPTS, WINDOW = 10, 900
_hashers = {False: PasswordHasher(), True: PasswordHasher.from_parameters(profiles.CHEAPEST)}


def make_person(
    session: Session,
    name: str,
    address: str,
    *,
    at: datetime,
    locale: str = "en",
    institution: str = "",
    department: str = "",
    zone: str = "Europe/Stockholm",
    country: str = "",
    is_proved: bool = False,
) -> Person:
    """A new person with one address. Refused when the address is none, or is somebody's already."""
    normal = clean_address(address)
    if session.scalar(select(EmailAddress.id).where(EmailAddress.address == normal)) is not None:
        raise Refused([Problem("address_taken", N_("There is somebody with this address already."), field="address")])
    person = Person(
        name=name.strip() or normal,
        created_at=at,
        locale=locale,
        institution=institution,
        department=department,
        zone=zone,
    )
    tell_place(person, country=country)
    session.add(person)
    session.flush()
    session.add(
        EmailAddress(
            person_id=person.id, address=normal, is_primary=True, created_at=at, proved_at=at if is_proved else None
        )
    )
    session.flush()
    return person


def tell_place(person: Person, *, institution: str = "", country: str = "") -> None:
    """Note where somebody works, as far as it was not known. Refused for what is no country."""
    wanted = country.strip().upper()
    if wanted and not (len(wanted) == 2 and wanted.isascii() and wanted.isalpha()):
        raise Refused([Problem("not_a_country", N_("Choose a country from the list."), field="country")])
    person.institution = person.institution or " ".join(institution.split())
    person.country = person.country or wanted or None


def find_or_make_person(session: Session, name: str, address: str, *, at: datetime, **known: str) -> Person:
    """The person behind an address, made if new: invited twice is still one person."""
    person = person_by_address(session, address)
    return person if person is not None else make_person(session, name, address, at=at, **known)  # type: ignore[arg-type]  # the known facts are all words


def person_by_address(session: Session, address: str) -> Person | None:
    """Who an address belongs to."""
    return session.scalar(
        select(Person)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.address == clean_address(address))
    )


def clean_address(address: str) -> str:
    """The address as it is compared. Refused when it is none."""
    normal = normalised_address(address)
    if normal is None:
        raise Refused(
            [
                Problem(
                    "not_an_address",
                    N_("This is not an e-mail address. Write it like name@example.org."),
                    field="address",
                )
            ]
        )
    return normal


def hashed(password: str, *, known: Iterable[str] = (), cheap: bool = False) -> str:
    """The Argon2 hash of a new password. Refused when it is too weak; slow on purpose, so never behind a lock."""
    problems = password_problems(password, known)
    if problems:
        raise Refused(problems)
    return _hashers[cheap].hash(password)


def set_password(person: Person, password: str, *, cheap: bool = False) -> None:
    """Keep the hash of a new password. Refused when it is too weak."""
    person.password_hash = hashed(password, known=(person.name,), cheap=cheap)


def password_fits(person: Person | None, password: str, *, cheap: bool = False) -> bool:
    """Whether this is the person's password. Takes as long for nobody as for somebody."""
    known = person.password_hash if person is not None and person.password_hash else _nobody(cheap)
    try:
        _hashers[cheap].verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return person is not None and person.password_hash is not None and person.disabled_at is None


_nobodies: dict[bool, str] = {}


def _nobody(cheap: bool) -> str:
    return _nobodies.setdefault(cheap, _hashers[cheap].hash(secrets.token_hex(16)))


def grant_role(
    session: Session,
    person: Person,
    role: Role,
    *,
    at: datetime,
    call_id: UUID | None = None,
    side_key: str | None = None,
) -> RoleGrant:
    """Give a role: administrator for the house, coordinator for one side of one call. Given twice is given once."""
    known = session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.call_id == call_id,
            RoleGrant.side_key == side_key,
            RoleGrant.ended_at.is_(None),
        )
    )
    if known is not None:
        return known
    grant = RoleGrant(person_id=person.id, role=role, call_id=call_id, side_key=side_key, created_at=at)
    session.add(grant)
    session.flush()
    return grant


def start_session(
    session: Session, person_id: UUID, *, at: datetime, link_id: UUID | None = None, browser_id: UUID | None = None
) -> str:
    """Open a browser session; the returned secret goes into the cookie, only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            person_id=person_id,
            link_id=link_id,
            browser_id=browser_id,
            secret_hash=hash_of(secret),
            created_at=at,
        )
    )
    session.flush()
    return secret


def end_session(session: Session, secret: str, *, at: datetime) -> None:
    """Close one browser session on the server: its cookie is worth nothing afterwards."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.secret_hash == hash_of(secret), LoginSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_all_sessions(session: Session, person_id: UUID, *, at: datetime) -> None:
    """Close all of a person's sessions: when disabled, or with a new password."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def hash_of(secret: str) -> str:
    """What is kept of a secret with 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_link(
    session: Session,
    purpose: LinkPurpose,
    person_id: UUID,
    sent_to: str,
    *,
    at: datetime,
    subject_id: UUID | None = None,
) -> PersonalLink:
    """A personal link for one task. Earlier links of the same task keep working until they expire or are revoked."""
    link = PersonalLink(
        purpose=purpose,
        person_id=person_id,
        sent_to=sent_to,
        subject_id=subject_id,
        created_at=at,
        expires_at=at + LIFETIME[purpose],
    )
    session.add(link)
    session.flush()
    return link


def revoke_links(session: Session, purpose: LinkPurpose, subject_id: UUID, *, at: datetime) -> None:
    """Make every link of a task worthless."""
    session.execute(
        update(PersonalLink)
        .where(
            PersonalLink.purpose == purpose, PersonalLink.subject_id == subject_id, PersonalLink.revoked_at.is_(None)
        )
        .values(revoked_at=at)
    )


def primary_address(session: Session, person_id: UUID) -> str:
    """Where mail to a person goes."""
    return session.scalars(
        select(EmailAddress.address).where(EmailAddress.person_id == person_id, EmailAddress.is_primary)
    ).one()


def allow_attempt(
    session: Session, purpose: str, who: str, *, at: datetime, most: int = ATTEMPTS, per: int = WINDOW
) -> bool:
    """Count one try of `who` at `purpose`; False when there were too many in this quarter of an hour, or in as many
    seconds as `per` says."""
    key, window = hash_of(f"{purpose}|{who}"), int(at.timestamp()) // per
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    count = session.scalar(
        insert(Attempt)
        .values(key=key, window=window, count=1)
        .on_conflict_do_update(index_elements=["key", "window"], set_={"count": Attempt.count + 1})
        .returning(Attempt.count)
    )
    return count is not None and count <= most


def change_country(session: Session, person: Person, country: str) -> None:
    """Note in which country somebody works; empty: not known. Refused for what is no country."""
    person.country = None
    tell_place(person, country=country)
    session.flush()


def end_role(session: Session, grant_id: UUID, *, at: datetime) -> None:
    """End a standing role; ended twice is ended once."""
    grant = session.get(RoleGrant, grant_id)
    if grant is not None and grant.ended_at is None:
        grant.ended_at = at
        session.flush()
