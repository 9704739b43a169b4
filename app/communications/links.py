"""Looking after a personal link: withdraw it, shut one browser out, give it more time, send it anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.communications import services as mail
from app.communications.services import About
from app.identities import browsers
from app.identities import services as identities
from app.identities.models import LinkBrowser, Person, PersonalLink
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.words import N_
from app.trail.services import record

LONGEST = timedelta(days=1100)


def _task(link: PersonalLink) -> tuple[ColumnElement[bool], ...]:
    return (
        PersonalLink.purpose == link.purpose,
        PersonalLink.subject_id == link.subject_id,
        PersonalLink.person_id == link.person_id,
    )


def _note(session: Session, verb: str, link: PersonalLink, about: About, *, by: Acting, at: datetime) -> None:
    record(
        session,
        verb,
        by=by,
        at=at,
        call_id=about.call_id,
        subject=link.purpose.value,
        subject_id=about.application_id or link.subject_id,
        link=str(link.id),
    )


def withdraw(session: Session, link: PersonalLink, *, about: About, by: Acting, at: datetime) -> None:
    """Let every link of this person to this task stop working, and every browser that one of them let in."""
    open_ones = (*_task(link), PersonalLink.revoked_at.is_(None))
    session.execute(update(PersonalLink).where(*open_ones).values(revoked_at=at))
    session.flush()
    _note(session, "withdraw-link", link, about, by=by, at=at)


def shut_out(session: Session, link: PersonalLink, browser_id: UUID, *, about: About, by: Acting, at: datetime) -> None:
    """Shut out one browser that a link of this task let in; it needs a code to come back. NotFound for any other."""
    ids = select(PersonalLink.id).where(*_task(link))
    if session.scalar(select(LinkBrowser.id).where(LinkBrowser.id == browser_id, LinkBrowser.link_id.in_(ids))) is None:
        raise NotFound()
    if browsers.shut_out(session, browser_id, at=at):
        _note(session, "shut-browser-out", link, about, by=by, at=at)


def extend(
    session: Session, link: PersonalLink, until: datetime | None, *, about: About, by: Acting, at: datetime
) -> None:
    """Let the links of this task work until a later instant. Refused for one that is not later, or years away."""
    if until is None or until <= max(at, link.expires_at) or until > at + LONGEST:
        message = N_("Choose a day that is later than the present end, and at most three years away.")
        raise Refused([Problem("not_later", message, field="until", until=link.expires_at)])
    if link.revoked_at is not None:
        message = N_("This link was withdrawn. Send a new one instead.")
        raise Refused([Problem("link_withdrawn", message, field="until")])
    session.execute(
        update(PersonalLink).where(*_task(link), PersonalLink.revoked_at.is_(None)).values(expires_at=until)
    )
    session.flush()
    _note(session, "extend-link", link, about, by=by, at=at)


def send_anew(
    session: Session,
    link: PersonalLink,
    words: Callable[[str], Mapping[str, str]],
    *,
    replaces: bool,
    about: About,
    by: Acting,
    at: datetime,
) -> PersonalLink:
    """Mail this person a new link to the same task; with `replaces`, the earlier ones stop working. `words` says in a
    language `what` it is for, in which `call`, and who the `senders` are."""
    if not identities.allow_attempt(session, "send-link", f"{link.person_id}|{link.subject_id}", at=at):
        message = N_("Many links were sent just now. Wait a quarter of an hour.")
        raise Refused([Problem("too_often", message, field="again")])
    if replaces:
        withdraw(session, link, about=about, by=by, at=at)
    person = session.get_one(Person, link.person_id)
    address = identities.primary_address(session, person.id)
    made = identities.make_link(session, link.purpose, person.id, address, at=at, subject_id=link.subject_id)
    mail.post(
        session,
        "new_link",
        person.id,
        dedupe=f"new-link:{made.id}",
        values={**words(person.locale), "name": person.name, "replaces": replaces},
        at=at,
        about=about,
        link_id=made.id,
    )
    _note(session, "send-link", made, about, by=by, at=at)
    return made
