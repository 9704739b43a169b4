"""The secret of a personal link, derived from its id: the database never holds it, and a mail can be rendered again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identities.models import LinkPurpose, Person, PersonalLink
from app.kernel.errors import NotFound, Problem
from app.kernel.words import N_


def token_of(key: str, link_id: UUID) -> str:
    """The text after /p/ in the mail: the id and 160 bits that only the holder of the key can make."""
    mac = hmac.new(key.encode(), b"personal-link|" + link_id.bytes, hashlib.sha256).digest()[:20]
    return base64.urlsafe_b64encode(link_id.bytes + mac).decode().rstrip("=")


def link_id_of(key: str, token: str) -> UUID | None:
    """The link that a token names, or None when it is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        link_id = UUID(bytes=raw[:16])
    except ValueError:
        return None
    return link_id if hmac.compare_digest(token_of(key, link_id).encode(), token.encode()) else None


@dataclass(frozen=True)
class OpenLink:
    """A link that still opens its task."""

    id: UUID
    purpose: LinkPurpose
    person_id: UUID
    person_name: str
    locale: str
    sent_to: str
    subject_id: UUID | None
    expires_at: datetime


GONE = Problem(
    "link_gone",
    N_(
        "This link no longer works: it has expired, was replaced, or was withdrawn. Ask the person who sent it for a new one."
    ),
)


def find(session: Session, key: str, token: str, *, at: datetime) -> OpenLink:
    """The open link behind a token. NotFound with words when it has expired or was revoked; without when forged."""
    link_id = link_id_of(key, token)
    if link_id is None:
        raise NotFound()
    return find_by_id(session, link_id, at=at)


def find_by_id(session: Session, link_id: UUID, *, at: datetime) -> OpenLink:
    """The same for a link whose token was shown before."""
    row = session.execute(
        select(PersonalLink, Person).join(Person, Person.id == PersonalLink.person_id).where(PersonalLink.id == link_id)
    ).first()
    if row is None:
        raise NotFound()
    link, person = row
    spent = link.purpose is LinkPurpose.SIGN_IN and link.used_at is not None
    if link.revoked_at is not None or link.expires_at <= at or person.disabled_at is not None or spent:
        raise NotFound([GONE])
    return OpenLink(
        link.id,
        link.purpose,
        person.id,
        person.name,
        person.locale,
        link.sent_to,
        link.subject_id,
        link.expires_at,
    )


def mark_used(session: Session, link_id: UUID, *, at: datetime) -> bool:
    """Note the first deed done through a link; False when somebody was faster."""
    link = session.get(PersonalLink, link_id, with_for_update=True)
    if link is None or link.used_at is not None:
        return False
    link.used_at = at
    session.flush()
    return True
