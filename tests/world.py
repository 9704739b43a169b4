"""A small world for tests: one announced fictional call of two sides, and the people around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from app.identities import services as identities
from app.identities.models import Role
from app.kernel.actors import Acting
from app.programmes import definition as declarations
from app.programmes import services as programmes
from app.programmes.definition import Definition
from app.programmes.queries import definition_of
from app.reviews import services as reviews
from app.workflow.vocabulary import Hat

load_catalogue, load_programmes = cache(declarations.load_catalogue), cache(declarations.load_programmes)
KEY = "mayo-ki-breast-2027-fictional"
CLOSES = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
BEFORE_CLOSING = CLOSES - timedelta(days=20)
AFTER_CLOSING = CLOSES + timedelta(days=1)
ANNOUNCED = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """Ids of the call and its people."""

    call: UUID
    call_key: str
    researcher: UUID
    other_researcher: UUID
    ki_coordinator: UUID
    mayo_coordinator: UUID
    administrator: UUID
    outsider: UUID
    reviewers: tuple[UUID, ...]


PEOPLE = (
    ("researcher", "Ylva Exempelsson", "ylva@ki.example", "sv", "Karolinska Institutet"),
    ("other_researcher", "Otto Påhitt", "otto@ki.example", "sv", "Karolinska Institutet"),
    ("ki_coordinator", "Kajsa Samordning", "kajsa@ki.example", "en", "Karolinska Institutet"),
    ("mayo_coordinator", "Molly Coordson", "molly@mayo.example", "en", "Mayo Clinic"),
    ("administrator", "Adam Systemius", "adam@tandem.example", "en", ""),
    ("outsider", "Nemo Nobody", "nemo@elsewhere.example", "en", ""),
)
REVIEWERS = (
    ("Rut Granskare", "rut@review.example"),
    ("Runar Läsare", "runar@review.example"),
    ("Rex Reader", "rex@review.example"),
    ("Rhea Score", "rhea@review.example"),
)


def coordinator_of(person_id: UUID, name: str, side: str) -> Acting:
    """A coordinator of one side, as services see one."""
    return Acting(person_id, name, frozenset({Hat.COORDINATOR}), frozenset({side}))


def lead(person_id: UUID, name: str = "Ylva Exempelsson") -> Acting:
    """A lead applicant, as services see one."""
    return Acting(person_id, name, frozenset({Hat.LEAD_APPLICANT}))


def build(session: Session, definition: Definition | None = None) -> World:
    """Make the call and its people, with this declaration or the catalogue's; the caller commits."""
    made: dict[str, UUID] = {}
    for key, name, address, locale, institution in PEOPLE:
        person = identities.make_person(
            session, name, address, at=ANNOUNCED, locale=locale, institution=institution, is_proved=True
        )
        identities.set_password(person, "korrekt häst batteri", cheap=True)
        made[key] = person.id
    reviewers = tuple(
        identities.make_person(session, name, address, at=ANNOUNCED, is_proved=True).id for name, address in REVIEWERS
    )
    call_id = open_call(session, made["ki_coordinator"], definition=definition)
    for person, side in (("ki_coordinator", "ki"), ("mayo_coordinator", "mayo")):
        identities.grant_role(
            session,
            session.get_one(identities.Person, made[person]),
            Role.COORDINATOR,
            at=ANNOUNCED,
            call_id=call_id,
            side_key=side,
        )
    identities.grant_role(
        session, session.get_one(identities.Person, made["administrator"]), Role.ADMINISTRATOR, at=ANNOUNCED
    )
    return World(call=call_id, call_key=KEY, reviewers=reviewers, **made)


def open_call(session: Session, coordinator: UUID, key: str = KEY, definition: Definition | None = None) -> UUID:
    """Import and announce a call of the catalogue, or this one."""
    by = coordinator_of(coordinator, "Kajsa Samordning", "ki")
    for programme in load_programmes().values():
        programmes.import_programme(session, programme)
    call = programmes.import_call(session, definition or load_catalogue()[key], by=by, at=ANNOUNCED)
    declared = definition_of(session, call)
    programmes.announce(session, call, declared, by=by, at=ANNOUNCED)
    reviews.open_panels(session, call, declared)
    return call.id
