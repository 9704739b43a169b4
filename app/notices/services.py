"""Putting up notices, changing and ending them; writing to an author; hiding what does not belong there."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.communications import services as mail
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.errors import Clash, Refused, Stale
from app.kernel.words import N_
from app.notices import queries
from app.notices.models import Notice, NoticeContact
from app.notices.rules import LONGEST_MESSAGE, Typed, ends_at, harmless, keywords_of, problems_of
from app.programmes.partnerships import cooperations
from app.trail import services as trail

MOST_STANDING = 5
"""Notices that one person may have up at a time."""
MOST_A_DAY = 5
"""Authors that one person may write to in a day."""
MOST_A_NOTICE = 2
"""How often one person may write about one notice in a month."""
KEPT_AFTER_END = timedelta(days=180)
"""How long an ended notice is kept for its author; then it is forgotten."""
TEXTS = {"topic": N_("Topic"), "brings": N_("What I bring"), "seeks": N_("What I seek"), "keywords": N_("Keywords")}


def institutions() -> tuple[str, ...]:
    """The short names of the institutions that take part in the cooperations, in the order of the alphabet."""
    return tuple(
        sorted(
            {partner.short for each in cooperations().programmes.values() for partner in each.partners},
            key=str.casefold,
        )
    )


def put_up(session: Session, typed: Typed, *, zone: str, by: Acting, at: datetime) -> Notice:
    """A new notice. Refused with everything that is wrong, or when this person has too many up."""
    assert by.person_id is not None  # behind a door that asks for an account
    _check(typed, zone=zone, at=at)
    standing = (
        select(func.count())
        .select_from(Notice)
        .where(Notice.person_id == by.person_id, Notice.ended_at.is_(None), Notice.ends_at > at)
    )
    if (session.scalar(standing) or 0) >= MOST_STANDING:
        message = N_("You have %(most)s notices up. End one before you put up another.")
        raise Refused.because("too_many_notices", message, values={"most": MOST_STANDING})
    notice = Notice(person_id=by.person_id, created_at=at, changed_at=at)
    _write(notice, typed, zone=zone)
    session.add(notice)
    session.flush()
    trail.record(session, "put-up-notice", by=by, at=at, subject="notice", subject_id=notice.id)
    return notice


def change(
    session: Session, notice: Notice, typed: Typed, version: int, *, zone: str, by: Acting, at: datetime
) -> None:
    """Other words, or another last day: so an ended one stands again. Stale with both texts when it was changed
    meanwhile; what is hidden stays hidden."""
    if notice.version != version:
        raise Stale(
            Clash(field, label, getattr(typed, field), getattr(notice, field), by.name, notice.version)
            for field, label in TEXTS.items()
            if getattr(typed, field).strip() != getattr(notice, field)
        )
    _check(typed, zone=zone, at=at)
    notice.changed_at, notice.ended_at = at, None
    _write(notice, typed, zone=zone)
    session.flush()
    trail.record(session, "change-notice", by=by, at=at, subject="notice", subject_id=notice.id)


def _check(typed: Typed, *, zone: str, at: datetime) -> None:
    problems = problems_of(typed, institutions(), zone=zone, at=at)
    if problems:
        raise Refused(problems)


def _write(notice: Notice, typed: Typed, *, zone: str) -> None:
    assert typed.until is not None  # by `_check`
    notice.topic = " ".join(typed.topic.split())
    notice.brings, notice.seeks = typed.brings.strip(), typed.seeks.strip()
    notice.keywords = ", ".join(keywords_of(typed.keywords))
    notice.institution, notice.sought = typed.institution, typed.sought
    notice.programme_key, notice.call_id = typed.programme_key if typed.call_id is None else None, typed.call_id
    notice.ends_at = ends_at(typed.until, zone)


def end(session: Session, notice: Notice, *, by: Acting, at: datetime) -> None:
    """Take it down. Twice is once."""
    if notice.ended_at is None:
        notice.ended_at = at
        session.flush()
        trail.record(session, "end-notice", by=by, at=at, subject="notice", subject_id=notice.id)


def write_to_author(session: Session, notice: Notice, text: str, *, by: Acting, at: datetime) -> None:
    """Mail the author what somebody writes, with the asker's address to answer to. The asker sees no address.

    Refused when it is empty or too long, when the notice no longer stands, is the asker's own, or was written about
    too often.
    """
    assert by.person_id is not None  # behind a door that asks for an account
    _check_contact(session, notice, text, by.person_id, at)
    asker, author = session.get_one(Person, by.person_id), session.get_one(Person, notice.person_id)
    contact = NoticeContact(notice_id=notice.id, by_person_id=asker.id, at=at)
    session.add(contact)
    session.flush()
    values = {
        "name": author.name,
        "topic": notice.topic,
        "notice_id": str(notice.id),
        "asker": asker.name,
        "institution": asker.institution or "–",
        "text": harmless(text),
        "reply_to_person": str(asker.id),
    }
    mail.post(session, "notice_contact", author.id, dedupe=f"notice_contact:{contact.id}", values=values, at=at)
    trail.record(session, "write-to-author", by=by, at=at, subject="notice", subject_id=notice.id)


def _check_contact(session: Session, notice: Notice, text: str, asker_id: UUID, at: datetime) -> None:
    if not harmless(text):
        raise Refused.because("empty", N_("Write what you want to ask."), field="text")
    if len(text) > LONGEST_MESSAGE:
        message = N_("This text has %(n)s characters, and at most %(most)s are sent. Shorten it.")
        raise Refused.because("too_long", message, field="text", values={"n": len(text), "most": LONGEST_MESSAGE})
    row = queries.one(session, notice.id)
    if row is None or not queries.is_standing(row, at):
        raise Refused.because("notice_ended", N_("This notice no longer stands, so nothing was sent."), field="text")
    if notice.person_id == asker_id:
        raise Refused.because("own_notice", N_("This is your own notice."), field="text")
    if queries.contacts_with(session, asker_id, notice.id, at) >= MOST_A_NOTICE:
        message = N_("You wrote about this notice %(most)s times in the last thirty days. Wait for the answer.")
        raise Refused.because("asked_enough", message, field="text", values={"most": MOST_A_NOTICE})
    if queries.contacts_since(session, asker_id, at - timedelta(days=1)) >= MOST_A_DAY:
        message = N_("You wrote to %(most)s authors in the last 24 hours. Try again tomorrow; your text stands here.")
        raise Refused.because("wrote_too_often", message, field="text", values={"most": MOST_A_DAY})


def hide(session: Session, notice: Notice, because: str, *, by: Acting, at: datetime) -> None:
    """Take it off the board with a reason that its author is told. Hidden twice is hidden once."""
    if not because.strip():
        raise Refused.because("empty", N_("Write why you hide it; its author reads it."), field="because")
    if notice.hidden_at is not None:
        return
    notice.hidden_at, notice.hidden_by, notice.hidden_because = at, by.person_id, because.strip()
    session.flush()
    author = session.get_one(Person, notice.person_id)
    values = {
        "name": author.name,
        "topic": notice.topic,
        "because": harmless(because) or "–",
        "notice_id": str(notice.id),
    }
    dedupe = f"notice_hidden:{notice.id}:{at.isoformat()}"
    mail.post(session, "notice_hidden", author.id, dedupe=dedupe, values=values, at=at)
    trail.record(session, "hide-notice", by=by, at=at, subject="notice", subject_id=notice.id)


def show_again(session: Session, notice: Notice, *, by: Acting, at: datetime) -> None:
    """Put a hidden notice back. Twice is once."""
    if notice.hidden_at is not None:
        notice.hidden_at = notice.hidden_by = notice.hidden_because = None
        session.flush()
        trail.record(session, "show-notice", by=by, at=at, subject="notice", subject_id=notice.id)


def forget(session: Session, at: datetime) -> int:
    """Delete what ended long ago, and who wrote about it. Returns how many went."""
    old = at - KEPT_AFTER_END
    gone = session.scalars(select(Notice.id).where((Notice.ends_at < old) | (Notice.ended_at < old))).all()
    if gone:
        session.execute(delete(NoticeContact).where(NoticeContact.notice_id.in_(gone)))
        session.execute(delete(Notice).where(Notice.id.in_(gone)))
    return len(gone)
