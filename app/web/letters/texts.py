"""Letters of others in words: for whoever writes them, for the applicant, and for those who read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.transfer import reads_outside
from app.access.viewer import Viewer
from app.applications.letters import queries, services
from app.applications.letters.models import InvitedLetter, Sought
from app.applications.letters.queries import LetterRow
from app.applications.models import Application
from app.applications.queries import application_of
from app.applications.standing import taken_back_at
from app.extensions import db
from app.identities.models import Person
from app.kernel.actors import Acting
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, Question
from app.programmes.kinds import file_facts
from app.programmes.kinds.others import state_text
from app.programmes.queries import definition_by_version
from app.web.doors import now
from app.web.public.views import places
from app.web.words import DeadlineText, calendar_day, deadline_text, language, moment_text, problem_texts


@dataclass(frozen=True)
class AskedText:
    """What somebody is asked for: nothing of the application but its title, its applicant and its call."""

    id: UUID
    is_host: bool
    what: str
    help: str | None
    title: str
    call: str
    lead: str
    lead_at: str
    is_shown: bool
    until: DeadlineText | None
    closed: str | None
    came: str | None
    declined: str | None
    file_name: str | None


def asked_text(letter: InvitedLetter) -> AskedText:
    """The task as its page shows it."""
    work = db.session()
    application = application_of(work, letter.application_id)
    definition = definition_by_version(work, application.call_version_id)
    question = definition.question(letter.question_key)
    lead = work.get_one(Person, application.lead_person_id)
    until = queries.until_of(work, application, definition, question)
    problem = services.why_not(work, letter, application, definition, question, now())
    return AskedText(
        letter.id,
        letter.kind is Sought.HOST,
        question.title.in_(language()),
        question.help.in_(language()) if question.help else None,
        application.title or gettext("Untitled application"),
        definition.title.in_(language()),
        lead.name,
        lead.institution,
        question.seen_by_applicant,
        deadline_text(until, places(definition)) if until else None,
        problem_texts([problem])[0].text if problem else None,
        moment_text(letter.came_at),
        moment_text(letter.declined_at),
        letter.original_name,
    )


@dataclass(frozen=True)
class SoughtText:
    """One person who was asked, as the applicant sees it."""

    id: UUID
    name: str
    address: str
    state: str
    tone: str
    recall_url: str | None


@dataclass(frozen=True)
class SoughtField:
    """What the form shows under a question that others answer, and where a name is sent."""

    rows: tuple[SoughtText, ...]
    invite_url: str
    takes_more: bool
    typed_name: str
    typed_address: str
    words: tuple[str, ...]


TONES = {"came": "good", "declined": "bad", "asked": "wait"}


def fields(session: Session, application: Application, definition: Definition, by: Acting) -> Mapping[str, SoughtField]:
    """The fields of the questions that others answer, by key; a form without one asks no database."""
    questions = queries.sought_of(definition)
    if not questions or may(Action.ASK_OTHERS, by, application.state) is not None:
        return {}
    rows = queries.rows_of(session, application.id)
    taken_at = taken_back_at(session, application) if rows else None
    found = {}
    for question in questions:
        own = [row for row in rows if row.question_key == question.key]
        until = queries.until_of(session, application, definition, question)
        found[question.key] = _field(application, definition, question, own, until, taken_at)
    return found


def _field(  # noqa: PLR0917  # a question with all that it belongs to
    application: Application,
    definition: Definition,
    question: Question,
    rows: Sequence[LetterRow],
    until: datetime | None,
    taken_at: datetime | None,
) -> SoughtField:
    standing = sum(row.state != "declined" for row in rows)
    words = [
        gettext("You can read what is written.")
        if question.seen_by_applicant
        else gettext("You see only that it came, and when; it is read by those who judge.")
    ]
    if until is not None:
        words.append(gettext("It is taken until %(when)s.", when=moment_text(until)))
    zone = definition.lead_side.zone
    return SoughtField(
        tuple(
            SoughtText(
                row.id,
                row.name,
                row.address,
                state_text(queries.as_answer(row, until, zone), language()),
                TONES[row.state],
                None
                if queries.belongs_to_what_stands(row.state == "came", row.invited_at, taken_at)
                else url_for("letters.recall", application_id=application.id, letter_id=row.id),
            )
            for row in rows
        ),
        url_for("letters.invite", application_id=application.id, key=question.key),
        standing < (question.max_rows or services.MOST_ASKED),
        request.form.get(f"ask-{question.key}-name", "") if request.method == "POST" else "",
        request.form.get(f"ask-{question.key}-address", "") if request.method == "POST" else "",
        tuple(words),
    )


@dataclass(frozen=True)
class ReadText:
    """A letter as those read it who may: what was asked, from whom, how it stands, and what it says."""

    what: str
    name: str
    state: str
    tone: str
    text: str
    file_url: str | None
    file_name: str
    facts: str
    says: str


def read_texts(work: Session, viewer: Viewer, application_id: UUID) -> tuple[ReadText, ...]:
    """What others wrote for one application, as far as this person judges or administers it; what may not leave the EU
    and the EEA stays out for those outside."""
    application = application_of(work, application_id)
    definition = definition_by_version(work, application.call_version_id)
    if not queries.sought_of(definition):
        return ()
    is_outside = reads_outside(work, viewer.person_id, definition)
    inside = {question.key for question in definition.questions if question.leaves_eu or not is_outside}
    letters = scope.letters_of_others(viewer).where(InvitedLetter.question_key.in_(inside))
    return _texts(work, letters, application, definition)


def shown_texts(work: Session, application: Application, definition: Definition) -> tuple[ReadText, ...]:
    """What its lead applicant sees of it: that it came and when, and what it says only where the call shows that."""
    if not queries.sought_of(definition):
        return ()
    hidden = {question.key for question in queries.sought_of(definition) if not question.seen_by_applicant}
    return _texts(work, queries.not_recalled(), application, definition, hidden)


def _texts(
    work: Session,
    letters: Select[InvitedLetter],
    application: Application,
    definition: Definition,
    hidden: Collection[str] = frozenset(),
) -> tuple[ReadText, ...]:
    questions = {question.key: question for question in queries.sought_of(definition)}
    until = {key: queries.until_of(work, application, definition, question) for key, question in questions.items()}
    zone = definition.lead_side.zone
    return tuple(
        _read(letter, name, questions[letter.question_key], until[letter.question_key], zone)
        if letter.question_key not in hidden
        else _hidden(letter, name, questions[letter.question_key], until[letter.question_key], zone)
        for letter, name in queries.read_by(work, letters.where(InvitedLetter.application_id == application.id))
        if letter.question_key in questions
    )


def _hidden(letter: InvitedLetter, name: str, question: Question, until: datetime | None, zone: str) -> ReadText:
    row = replace(queries.state_of(letter, name), says_yes=None)
    state = state_text(queries.as_answer(row, until, zone), language())
    return ReadText(question.title.in_(language()), name, state, TONES[row.state], "", None, "", "", "")


def _read(letter: InvitedLetter, name: str, question: Question, until: datetime | None, zone: str) -> ReadText:
    row = queries.state_of(letter, name)
    has_come = letter.came_at is not None
    facts = file_facts({"size": str(letter.size or 0), "pages": str(letter.pages or "")}, language())
    return ReadText(
        question.title.in_(language()),
        letter.name_given or name,
        state_text(queries.as_answer(row, until, zone), language()),
        TONES[row.state],
        letter.text if has_come else "",
        url_for("letters.fetch", letter_id=letter.id) if has_come and letter.sha256 else None,
        letter.original_name or "",
        facts,
        _dates(letter),
    )


def _dates(letter: InvitedLetter) -> str:
    if letter.starts_on is None or letter.ends_on is None:
        return ""
    return f"{calendar_day(letter.starts_on)} – {calendar_day(letter.ends_on)}"
