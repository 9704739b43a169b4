"""Which browsers a personal link lets in. The first one that does something is let in; another one needs a mailed code.

A task may be asked for by several mails, each with a link of its own: a browser that one of them let in is known to
all of them, as long as the link through which it came is open.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.identities.links import OpenLink
from app.identities.models import LinkBrowser, Person, PersonalLink
from app.identities.services import hash_of


def hold(session: Session, link: OpenLink) -> None:
    """Two browsers that come at once are let in one after the other."""
    session.get_one(Person, link.person_id, with_for_update=True)


def _of_task(link: OpenLink, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PersonalLink.person_id == link.person_id,
        PersonalLink.purpose == link.purpose,
        PersonalLink.subject_id == link.subject_id,
        PersonalLink.revoked_at.is_(None),
        PersonalLink.expires_at > at,
    )


def is_bound(session: Session, link: OpenLink, *, at: datetime) -> bool:
    """Whether some browser was let in to the task before; one that was shut out since counts too."""
    statement = select(LinkBrowser.id).join(PersonalLink, PersonalLink.id == LinkBrowser.link_id)
    return session.scalar(statement.where(*_of_task(link, at)).limit(1)) is not None


def known(session: Session, link: OpenLink, secret: str | None, *, at: datetime) -> UUID | None:
    """The browser that holds this secret, if the task knows it and nobody shut it out."""
    if not secret:
        return None
    statement = select(LinkBrowser.id).join(PersonalLink, PersonalLink.id == LinkBrowser.link_id)
    return session.scalar(
        statement.where(
            *_of_task(link, at), LinkBrowser.secret_hash == hash_of(secret), LinkBrowser.revoked_at.is_(None)
        )
    )


def let_in(session: Session, link: OpenLink, *, by_code: bool, at: datetime) -> tuple[UUID, str]:
    """Let one more browser in. Its id, and the secret for its cookie, of which only the hash is kept."""
    secret = secrets.token_urlsafe(32)
    browser = LinkBrowser(link_id=link.id, secret_hash=hash_of(secret), by_code=by_code, created_at=at)
    session.add(browser)
    session.flush()
    return browser.id, secret


def shut_out(session: Session, browser_id: UUID, *, at: datetime) -> bool:
    """Shut one browser out: its sessions end, and it needs a code to come back. False when that was done before."""
    browser = session.get(LinkBrowser, browser_id)
    if browser is None or browser.revoked_at is not None:
        return False
    browser.revoked_at = at
    session.flush()
    return True
