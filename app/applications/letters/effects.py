"""Mails about letters of others: the invitation, a reminder before the last day, and the word that something came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.effects import UNTITLED, by_side, present
from app.applications.letters import queries
from app.applications.letters.models import InvitedLetter, Sought
from app.applications.models import Application
from app.communications import services as mail
from app.communications.services import About
from app.identities.models import LinkPurpose, Person
from app.identities.services import make_link, primary_address
from app.kernel.database import scoped
from app.programmes.deadlines import LATE, reminder_instant
from app.programmes.definition import Definition, Question
from app.programmes.models import Call
from app.programmes.queries import definition_by_version


def invite(  # noqa: PLR0917  # whom, and for what
    session: Session,
    letter: InvitedLetter,
    application: Application,
    definition: Definition,
    question: Question,
    at: datetime,
) -> None:
    """The mail that asks, with the link that opens the one page."""
    person = session.get_one(Person, letter.person_id)
    link_id = _link(session, letter, at)
    _post(session, "letter_invitation", letter, application, definition, question, person, at, link_id, str(link_id))


def tell_came(  # noqa: PLR0917  # what came, and for what
    session: Session,
    letter: InvitedLetter,
    application: Application,
    definition: Definition,
    question: Question,
    at: datetime,
) -> None:
    """That something came or was declined, to whoever asked; never what it says."""
    lead = session.get_one(Person, letter.invited_by)
    _post(session, "letter_came", letter, application, definition, question, lead, at, None, at.isoformat())


def remind_all(session: Session, at: datetime) -> int:
    """Remind those who were asked and have not answered, on the days on which the call reminds. How many were put."""
    rows = session.execute(
        scoped(
            select(InvitedLetter, Application, Person)
            .join(Application, Application.id == InvitedLetter.application_id)
            .join(Call, Call.id == Application.call_id)
            .join(Person, Person.id == InvitedLetter.person_id)
            .where(
                InvitedLetter.came_at.is_(None),
                InvitedLetter.declined_at.is_(None),
                InvitedLetter.recalled_at.is_(None),
                Call.closes_at >= at - timedelta(days=366),
            )
        )
    ).all()
    return sum(
        _remind(session, letter, application, definition_by_version(session, application.call_version_id), person, at)
        for letter, application, person in rows
    )


def _remind(  # noqa: PLR0917  # a letter with all that it belongs to
    session: Session,
    letter: InvitedLetter,
    application: Application,
    definition: Definition,
    person: Person,
    at: datetime,
) -> int:
    from app.applications.letters.services import why_not  # the services need these mails

    question = next((each for each in definition.questions if each.key == letter.question_key), None)
    if question is None or why_not(session, letter, application, definition, question, at) is not None:
        return 0
    until, count = queries.until_of(session, application, definition, question), 0
    if until is None:
        return 0
    for days in definition.reminders:
        due = reminder_instant(until, days, person.zone)
        stamp = f"{days}:{until.isoformat()}"
        if due <= at < min(due + LATE, until) and not mail.is_posted(
            session, _dedupe("letter_reminder", letter, stamp)
        ):
            link_id = _link(session, letter, at)
            _post(session, "letter_reminder", letter, application, definition, question, person, at, link_id, stamp)
            count += 1
    return count


def _link(session: Session, letter: InvitedLetter, at: datetime) -> UUID:
    address = primary_address(session, letter.person_id)
    purpose = LinkPurpose(letter.kind.value)
    return make_link(session, purpose, letter.person_id, address, at=at, subject_id=letter.id).id


def _dedupe(kind: str, letter: InvitedLetter, stamp: str) -> str:
    return f"{kind.replace('_', '-')}:{letter.id}:{stamp}"


def _post(  # noqa: PLR0917  # one mail with all that it says
    session: Session,
    kind: str,
    letter: InvitedLetter,
    application: Application,
    definition: Definition,
    question: Question,
    to: Person,
    at: datetime,
    link_id: UUID | None,
    stamp: str,
) -> None:
    sides = present(session, application)
    until = queries.until_of(session, application, definition, question)
    values: Mapping[str, Any] = {
        "name": to.name,
        "lead": session.get_one(Person, application.lead_person_id).name,
        "writer": letter.name_given or session.get_one(Person, letter.person_id).name,
        "title": application.title or UNTITLED.in_(to.locale),
        "call": definition.title.in_(to.locale),
        "what": question.title.in_(to.locale),
        "is_host": letter.kind is Sought.HOST,
        "has_come": letter.came_at is not None,
        "is_shown": question.seen_by_applicant,
        "times": by_side(until, sides, to.locale) if until else [],
        "application_id": str(application.id),
        "senders": "\n".join(side.name for side in sides.sides),
    }
    mail.post(
        session,
        kind,
        to.id,
        dedupe=_dedupe(kind, letter, stamp),
        values=values,
        at=at,
        about=About(application.call_id, application.id),
        link_id=link_id,
    )
