"""The person at the door, read from the database on every request: no permission lives in the cookie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide, TakenBack
from app.identities.models import LinkPurpose, LoginSession, Person, PersonalLink, Role, RoleGrant
from app.identities.services import SESSION_LIFETIME, hash_of
from app.kernel.database import scoped


@dataclass(frozen=True)
class Link:
    """The one task to which a browser that came by a personal link is confined."""

    id: UUID
    purpose: LinkPurpose
    subject_id: UUID | None
    sent_to: str


@dataclass(frozen=True)
class Viewer:
    """A person with a browser session. `duties` are (call, side) pairs of a coordinator; `improves` says that something
    this person applies with may be taken back just now."""

    person_id: UUID
    name: str
    locale: str
    zone: str
    duties: frozenset[tuple[UUID, str]] = frozenset()
    is_administrator: bool = False
    link: Link | None = None
    improves: bool = False

    @property
    def calls(self) -> frozenset[UUID]:
        """The calls that this person coordinates."""
        return frozenset(call_id for call_id, _ in self.duties)

    def sides_of(self, call_id: UUID) -> frozenset[str]:
        """The sides of a call that this person coordinates."""
        return frozenset(side for call, side in self.duties if call == call_id)

    @property
    def deed(self) -> str:
        """How the trail names a deed done through a link: never as if an account had done it."""
        return f"by link sent to {self.link.sent_to}, name given: {self.name}" if self.link else ""

    def came_for(self, purpose: LinkPurpose, subject_id: UUID) -> bool:
        """Whether this browser may do this task: signed in as somebody, or confined to exactly it."""
        return self.link is None or (self.link.purpose is purpose and self.link.subject_id == subject_id)


def viewer_of(session: Session, secret: str, *, at: datetime) -> Viewer | None:
    """Who holds this browser session now; None when it has ended, expired, or the person is disabled."""
    statement = (
        select(Person, PersonalLink, _improves())
        .select_from(LoginSession)
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(PersonalLink, PersonalLink.id == LoginSession.link_id)
        .where(
            LoginSession.secret_hash == hash_of(secret),
            LoginSession.ended_at.is_(None),
            Person.disabled_at.is_(None),
            LoginSession.created_at > at - SESSION_LIFETIME,
            or_(PersonalLink.id.is_(None), PersonalLink.revoked_at.is_(None) & (PersonalLink.expires_at > at)),
        )
    )
    row = session.execute(scoped(statement)).first()
    if row is None:
        return None
    person, link, improves = row
    if link is not None:
        confined = Link(link.id, link.purpose, link.subject_id, link.sent_to)
        return Viewer(person.id, person.name, person.locale, person.zone, link=confined, improves=improves)
    return replace(with_duties(session, person), improves=improves)


def _improves() -> ColumnElement[bool]:
    """Asked with the person, so that the banner costs every other page nothing."""
    of_side = exists().where(
        ApplicationSide.application_id == Application.id, ApplicationSide.lead_person_id == Person.id
    )
    return (
        exists()
        .where(
            TakenBack.application_id == Application.id,
            or_(Application.lead_person_id == Person.id, of_side.correlate(Application, Person)),
        )
        .correlate(Person)
    )


def with_duties(session: Session, person: Person) -> Viewer:
    """A person with all standing duties, as signed in with an account."""
    grants = session.execute(
        select(RoleGrant.role, RoleGrant.call_id, RoleGrant.side_key).where(
            RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None)
        )
    ).all()
    return Viewer(
        person.id,
        person.name,
        person.locale,
        person.zone,
        duties=frozenset((g.call_id, g.side_key) for g in grants if g.role is Role.COORDINATOR),
        is_administrator=any(g.role is Role.ADMINISTRATOR for g in grants),
    )
