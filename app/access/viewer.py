"""The person at the door, read from the database on every request: no permission lives in the cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide, TakenBack
from app.applications.team.members import is_member
from app.identities.models import LinkBrowser, LinkPurpose, LoginSession, Person, PersonalLink, Role, RoleGrant
from app.identities.services import SESSION_LIFETIME, hash_of
from app.kernel.models import UtcDateTime


@dataclass(frozen=True)
class Link:
    """The one task to which a browser that came by a personal link is confined."""

    id: UUID
    purpose: LinkPurpose
    subject_id: UUID | None
    sent_to: str
    browser_id: UUID | None = None
    by_code: bool = False


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
        if self.link is None:
            return ""
        let_in = ", in a browser let in by a mailed code" if self.link.by_code else ""
        return f"by link sent to {self.link.sent_to}, name given: {self.name}{let_in}"

    def came_for(self, purpose: LinkPurpose, subject_id: UUID) -> bool:
        """Whether this browser may do this task: signed in as somebody, or confined to exactly it."""
        return self.link is None or (self.link.purpose is purpose and self.link.subject_id == subject_id)


def viewer_of(session: Session, secret: str, *, at: datetime) -> Viewer | None:
    """Who holds this browser session now, with the standing duties, in one statement; None when it has ended, expired,
    or the person is disabled."""
    asked = {"secret_hash": hash_of(secret), "since": at - SESSION_LIFETIME, "at": at}
    rows = session.connection().execute(_HOLDER, asked).all()
    if not rows:
        return None
    first = rows[0]
    if first.link_id is not None:
        let_in = (first.browser_id, bool(first.by_code))
        confined = Link(first.link_id, first.purpose, first.subject_id, first.sent_to, *let_in)
        return Viewer(first.id, first.name, first.locale, first.zone, link=confined, improves=first.improves)
    return Viewer(
        first.id,
        first.name,
        first.locale,
        first.zone,
        duties=frozenset((row.call_id, row.side_key) for row in rows if row.role is Role.COORDINATOR),
        is_administrator=any(row.role is Role.ADMINISTRATOR for row in rows),
        improves=first.improves,
    )


def _improves() -> ColumnElement[bool]:
    """Asked with the person, so that the banner costs every other page nothing."""
    of_side = exists().where(
        ApplicationSide.application_id == Application.id, ApplicationSide.lead_person_id == Person.id
    )
    return (
        exists()
        .where(
            TakenBack.application_id == Application.id,
            or_(
                Application.lead_person_id == Person.id,
                of_side.correlate(Application, Person),
                is_member(Person.id, Application.id),
            ),
        )
        .correlate(Person)
    )


_HOLDER = (
    select(
        Person.id,
        Person.name,
        Person.locale,
        Person.zone,
        PersonalLink.id.label("link_id"),
        PersonalLink.purpose,
        PersonalLink.subject_id,
        PersonalLink.sent_to,
        LinkBrowser.id.label("browser_id"),
        LinkBrowser.by_code,
        RoleGrant.role,
        RoleGrant.call_id,
        RoleGrant.side_key,
        _improves().label("improves"),
    )
    .select_from(LoginSession)
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(PersonalLink, PersonalLink.id == LoginSession.link_id)
    .outerjoin(LinkBrowser, LinkBrowser.id == LoginSession.browser_id)
    .outerjoin(
        RoleGrant,
        (RoleGrant.person_id == Person.id) & RoleGrant.ended_at.is_(None) & LoginSession.link_id.is_(None),
    )
    .where(
        LoginSession.secret_hash == bindparam("secret_hash"),
        LoginSession.ended_at.is_(None),
        Person.disabled_at.is_(None),
        LinkBrowser.revoked_at.is_(None),
        LoginSession.created_at > bindparam("since", type_=UtcDateTime()),
        or_(
            PersonalLink.id.is_(None),
            PersonalLink.revoked_at.is_(None) & (PersonalLink.expires_at > bindparam("at", type_=UtcDateTime())),
        ),
    )
)
"""Written once and asked by every request of somebody who is signed in."""


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
