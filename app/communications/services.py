"""Posting, correcting and delivering letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.communications.models import Letter, LetterStatus, MailboxMessage, Subscription
from app.communications.rendering import Post, Words, message_of, words_of
from app.identities.codes import LIFE
from app.identities.links import OpenLink
from app.identities.models import LinkCode, Person, PersonalLink
from app.identities.services import primary_address
from app.kernel.database import scoped
from app.kernel.errors import Clash, NotFound, Problem, Refused, Stale
from app.kernel.words import N_

LEASE = timedelta(minutes=5)
RETRIES = 8
REPLY_TO = "reply_to_person"
"""Among a letter's values: the person who reads the answer. The address is looked up when the mail is made."""
Send = Callable[[EmailMessage], None]


@dataclass(frozen=True)
class About:
    """What a letter is about: lets office pages find it, and scopes hide it."""

    call_id: UUID | None = None
    application_id: UUID | None = None
    side_key: str | None = None


NOTHING = About()


def post(
    session: Session,
    kind: str,
    person_id: UUID,
    *,
    dedupe: str,
    values: Mapping[str, Any],
    at: datetime,
    about: About = NOTHING,
    link_id: UUID | None = None,
    as_draft: Words | None = None,
    locale: str | None = None,
    to_address: str | None = None,
    is_new: bool = False,
) -> Letter:
    """Put a letter into the outbox, in the transaction of the deed. The same `dedupe` twice is one letter; whoever knows
    that it `is_new` spares the question, and the table refuses a second one.

    With `as_draft` the words are fixed now, wait to be read and corrected, and go only when released.
    """
    known = None if is_new else session.scalar(scoped(select(Letter).where(Letter.dedupe == dedupe)))
    if known is not None:
        return known
    person = session.get_one(Person, person_id)
    letter = Letter(
        kind=kind,
        status=LetterStatus.DRAFT if as_draft else LetterStatus.QUEUED,
        dedupe=dedupe,
        person_id=person_id,
        link_id=link_id,
        call_id=about.call_id,
        application_id=about.application_id,
        side_key=about.side_key,
        locale=locale or person.locale,
        to_address=to_address,
        values=dict(values),
        created_at=at,
        next_try_at=at,
        subject=as_draft.subject if as_draft else None,
        body=as_draft.body if as_draft else None,
    )
    session.add(letter)
    if not is_new:
        session.flush()
    return letter


def post_to_address(
    session: Session, kind: str, subscription: Subscription, *, dedupe: str, values: Mapping[str, Any], at: datetime
) -> None:
    """Put a letter to an address that subscribed into the outbox. The same `dedupe` twice is one letter."""
    if is_posted(session, dedupe):
        return
    letter = Letter(
        kind=kind,
        status=LetterStatus.QUEUED,
        dedupe=dedupe,
        subscription_id=subscription.id,
        locale=subscription.locale,
        values=dict(values),
        created_at=at,
        next_try_at=at,
    )
    session.add(letter)
    session.flush()


def post_code(session: Session, link: OpenLink, code: LinkCode, *, at: datetime) -> None:
    """Mail a code to the address to which the link was sent. The digits are made when the mail is."""
    dedupe = f"code:{code.id}"
    if is_posted(session, dedupe):
        return
    letter = Letter(
        kind="link_code",
        status=LetterStatus.QUEUED,
        dedupe=dedupe,
        person_id=link.person_id,
        code_id=code.id,
        locale=link.locale,
        values={"name": link.person_name, "minutes": int(LIFE.total_seconds()) // 60},
        created_at=at,
        next_try_at=at,
    )
    session.add(letter)
    session.flush()


def is_posted(session: Session, dedupe: str) -> bool:
    """Whether this letter was put into the outbox before."""
    return session.scalar(scoped(select(Letter.id).where(Letter.dedupe == dedupe))) is not None


def correct(
    session: Session, letter: Letter, *, subject: str, body: str, version: int, by_name: str, at: datetime
) -> None:
    """Change the words of a draft letter. Stale with both texts when somebody was faster; Refused when empty or gone."""
    if letter.status is not LetterStatus.DRAFT:
        raise Refused([Problem("letter_gone", N_("This letter is no longer a draft and cannot be corrected."))])
    if letter.version != version:
        raise Stale(
            [
                Clash("subject", "Subject", subject, letter.subject or "", by_name, letter.version),
                Clash("body", "Text", body, letter.body or "", by_name, letter.version),
            ]
        )
    problems = [
        Problem("empty", N_("Write the subject."), field="subject") if not subject.strip() else None,
        Problem("empty", N_("Write the text of the letter."), field="body") if not body.strip() else None,
    ]
    found = [problem for problem in problems if problem is not None]
    if found:
        raise Refused(found)
    letter.subject, letter.body, letter.corrected_at = " ".join(subject.split()), body.strip() + "\n", at
    session.flush()


def drop_drafts(session: Session, application_id: UUID, kinds: tuple[str, ...]) -> int:
    """Take back letters that have not gone; a new decision writes new ones. Returns how many."""
    letters = session.scalars(
        scoped(
            select(Letter).where(
                Letter.application_id == application_id, Letter.kind.in_(kinds), Letter.status == LetterStatus.DRAFT
            )
        )
    ).all()
    for letter in letters:
        letter.status = LetterStatus.DROPPED
        letter.dedupe = f"{letter.dedupe}:dropped:{letter.id}"
    session.flush()
    return len(letters)


def queue_drafts(session: Session, call_id: UUID, kinds: tuple[str, ...], *, at: datetime) -> int:
    """Let all draft letters of these kinds go. Returns how many."""
    letters = session.scalars(
        scoped(
            select(Letter).where(Letter.call_id == call_id, Letter.kind.in_(kinds), Letter.status == LetterStatus.DRAFT)
        )
    ).all()
    for letter in letters:
        letter.status, letter.next_try_at = LetterStatus.QUEUED, at
    session.flush()
    return len(letters)


def send_again(session: Session, letter: Letter, *, at: datetime) -> None:
    """Give a failed letter a new row of tries."""
    if letter.status is not LetterStatus.FAILED:
        raise Refused([Problem("not_failed", N_("Only a letter that failed can be sent again."))])
    letter.status, letter.attempts, letter.next_try_at, letter.last_error = LetterStatus.QUEUED, 0, at, None
    session.flush()


def claim(session: Session, *, at: datetime) -> UUID | None:
    """Reserve the next due letter for five minutes; None when nothing is due. The caller commits."""
    letter = session.scalar(
        scoped(
            select(Letter)
            .where(Letter.status == LetterStatus.QUEUED, Letter.next_try_at <= at)
            .where(or_(Letter.lease_until.is_(None), Letter.lease_until < at))
            .order_by(Letter.next_try_at, Letter.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    )
    if letter is None:
        return None
    letter.lease_until, letter.attempts = at + LEASE, letter.attempts + 1
    session.flush()
    return letter.id


def compose(session: Session, letter_id: UUID, house: Post, *, at: datetime) -> EmailMessage:
    """The mail as it goes now: the address is looked up now, the secret of a link is made now."""
    letter = one_letter(session, letter_id)
    if letter.code_id is not None:
        code = session.get_one(LinkCode, letter.code_id)
        address = session.get_one(PersonalLink, code.link_id).sent_to  # never to another address of the person
    elif letter.person_id is not None:
        address = letter.to_address or primary_address(session, letter.person_id)
    else:
        address = session.get_one(Subscription, letter.subscription_id).address
    return message_of(
        house,
        words_now(letter, house),
        to_address=address,
        message_id=letter.id.hex,
        locale=letter.locale,
        at=at,
        stop_url=house.alert_url(letter.subscription_id) if letter.subscription_id else "",
        reply_to=primary_address(session, UUID(letter.values[REPLY_TO])) if REPLY_TO in letter.values else "",
    )


def words_now(letter: Letter, house: Post, *, show_link: bool = True) -> Words:
    """What a letter says: its corrected words, or those of its template."""
    if letter.body is not None:
        return Words(letter.subject or "", letter.body)
    link = house.alert_url(letter.subscription_id) if letter.subscription_id else None
    code = _code_in(letter, house) if show_link else "……" if _has_code(letter) else None
    return words_of(
        house, letter.kind, letter.locale, letter.values, letter.link_id, show_link=show_link, link=link, code=code
    )


CODE_ID = "code_id"
"""Under this value a letter names a code that is no link's; its digits are made when the mail is."""


def _has_code(letter: Letter) -> bool:
    return letter.code_id is not None or CODE_ID in letter.values


def _code_in(letter: Letter, house: Post) -> str | None:
    if letter.code_id is not None:
        return house.digits_of(letter.code_id)
    return house.proof_digits_of(UUID(letter.values[CODE_ID])) if CODE_ID in letter.values else None


def mark_sent(session: Session, letter_id: UUID, *, to_address: str, at: datetime) -> None:
    """The mail server has taken it."""
    letter = one_letter(session, letter_id)
    letter.status, letter.sent_at, letter.sent_to, letter.lease_until, letter.last_error = (
        LetterStatus.SENT,
        at,
        to_address,
        None,
        None,
    )
    session.flush()


def mark_failed(session: Session, letter_id: UUID, error: str, *, at: datetime, for_good: bool = False) -> None:
    """It did not go: try again later, each time later, and show it as failed after the last try."""
    letter = one_letter(session, letter_id)
    letter.lease_until, letter.last_error = None, error[:500]
    if for_good or letter.attempts >= RETRIES:
        letter.status = LetterStatus.FAILED
    else:
        letter.next_try_at = at + timedelta(seconds=15 * 2**letter.attempts)
    session.flush()


def one_letter(session: Session, letter_id: UUID) -> Letter:
    """A letter for the worker, which delivers for everybody."""
    letter = session.scalar(scoped(select(Letter).where(Letter.id == letter_id)))
    if letter is None:
        raise NotFound()
    return letter


def keep_in_mailbox(session: Session, message: EmailMessage, *, at: datetime) -> None:
    """The demonstration's mail server: keep the bytes to be looked at."""
    session.add(
        MailboxMessage(
            at=at,
            sent_to=str(message["To"]),
            subject=str(message["Subject"]),
            raw=message.as_bytes().decode("ascii", "replace"),
        )
    )
    session.flush()
