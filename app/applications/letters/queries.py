"""Reading who was asked for a letter, how it stands, and until when it may come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.extended import extended_to
from app.applications.history import note_version
from app.applications.letters.models import InvitedLetter, Sought
from app.applications.models import Answer, Application
from app.identities.models import EmailAddress, Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.deadlines import deadline
from app.programmes.definition import Definition, Question
from app.programmes.kinds import SOUGHT
from app.programmes.models import Call


@dataclass(frozen=True)
class LetterRow:
    """One person who was asked. `state` is asked, came or declined; what the letter says is not in it."""

    id: UUID
    question_key: str
    kind: Sought
    name: str
    address: str
    state: str
    invited_at: datetime
    at: datetime
    says_yes: bool | None


def sought_of(definition: Definition) -> tuple[Question, ...]:
    """The questions that others answer."""
    return tuple(question for question in definition.questions if question.kind in SOUGHT)


def asked_of(session: Session, letter_id: UUID | None, person_id: UUID) -> InvitedLetter | None:
    """What this person is asked, while the applicant still asks it."""
    return session.scalar(not_recalled().where(InvitedLetter.id == letter_id, InvitedLetter.person_id == person_id))


def not_recalled() -> Select[InvitedLetter]:
    """What is asked of others, whether it came or not; for readers who were let in already."""
    return scoped(select(InvitedLetter).where(InvitedLetter.recalled_at.is_(None)))


def rows_of(session: Session, application_id: UUID) -> tuple[LetterRow, ...]:
    """Everybody who is asked for one application, the oldest first; whoever is no longer asked is left out."""
    found = session.execute(
        scoped(
            select(InvitedLetter, Person.name, EmailAddress.address)
            .join(Person, Person.id == InvitedLetter.person_id)
            .join(EmailAddress, (EmailAddress.person_id == Person.id) & EmailAddress.is_primary)
            .where(InvitedLetter.application_id == application_id, InvitedLetter.recalled_at.is_(None))
            .order_by(InvitedLetter.invited_at, InvitedLetter.id)
        )
    )
    return tuple(state_of(letter, name, address) for letter, name, address in found)


def state_of(letter: InvitedLetter, name: str, address: str = "") -> LetterRow:
    """How it stands with one person."""
    state = "came" if letter.came_at else "declined" if letter.declined_at else "asked"
    at = letter.came_at or letter.declined_at or letter.invited_at
    return LetterRow(
        letter.id, letter.question_key, letter.kind, name, address, state, letter.invited_at, at, letter.says_yes
    )


def belongs_to_what_stands(came: bool, invited_at: datetime, taken_at: datetime | None) -> bool:
    """Whether a letter is one of the version that stands while the application is improved. Pure."""
    return came and taken_at is not None and invited_at <= taken_at


def read_by(session: Session, letters: Select[InvitedLetter]) -> list[tuple[InvitedLetter, str]]:
    """These letters with the names of those who were asked, for whoever may read them."""
    statement = letters.join(Person, Person.id == InvitedLetter.person_id).add_columns(Person.name)
    rows = session.execute(scoped(statement.order_by(InvitedLetter.invited_at, InvitedLetter.id))).all()
    return [(row[0], row[1]) for row in rows]


def until_of(session: Session, application: Application, definition: Definition, question: Question) -> datetime | None:
    """The last instant at which it is taken: the applicants' deadline, and the days by which it may follow. None while
    the call has no deadline."""
    closes = session.get_one(Call, application.call_id).closes_at
    if closes is None:
        return None
    later = extended_to(session, application)
    ends = deadline(closes, definition.grace_minutes, was_begun=True, extended_to=later).closes
    if question.days_late is None:
        return ends
    zone = ZoneInfo(definition.lead_side.zone)
    local = ends.astimezone(zone) + timedelta(
        days=question.days_late
    )  # the same time of day, over a change of clocks too
    return local.astimezone(ends.tzinfo)


def as_answer(row: LetterRow, until: datetime | None, zone: str) -> dict[str, str]:
    """One row of the answer that the form and the frozen version show."""
    place = ZoneInfo(zone)
    found = {
        "id": str(row.id),
        "name": row.name,
        "state": row.state,
        "day": row.at.astimezone(place).date().isoformat(),
    }
    if row.state == "asked" and until is not None:
        found["until"] = until.astimezone(place).date().isoformat()
    if row.says_yes is not None:
        found["says"] = "yes" if row.says_yes else "no"
    return found


def keep_answer(
    session: Session, application: Application, definition: Definition, key: str, *, by: Acting, at: datetime
) -> None:
    """Write the answer under a question that others answer anew, from who is asked and what came."""
    question, zone = definition.question(key), definition.lead_side.zone
    until = until_of(session, application, definition, question)
    value = [as_answer(row, until, zone) for row in rows_of(session, application.id) if row.question_key == key] or ""
    answer = session.scalar(scoped(select(Answer).where(Answer.application_id == application.id, Answer.key == key)))
    if answer is None:
        answer = Answer(application_id=application.id, key=key, value=value, changed_at=at, changed_by=by.person_id)
        session.add(answer)
    elif answer.value != value:
        answer.value, answer.changed_at, answer.changed_by = value, at, by.person_id  # type: ignore[assignment]  # a person, by the callers
    session.flush()
    note_version(session, application, key, answer.value, number=answer.version, by=by, at=at)
