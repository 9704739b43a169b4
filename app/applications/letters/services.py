"""Asking somebody for a letter, or to be the host; and taking what comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import standing
from app.applications.approvals.voiding import void_what_changed
from app.applications.file_rules import Received, typed_name, upload_problems
from app.applications.letters import effects, queries
from app.applications.letters.models import InvitedLetter, Sought
from app.applications.models import Application
from app.applications.notes import note
from app.applications.services import writable
from app.identities import services as identities
from app.identities.models import LinkPurpose
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, Question
from app.programmes.queries import definition_by_version
from app.workflow.table import WRITTEN
from app.workflow.vocabulary import State

MOST_ASKED = 10
OVER = frozenset({State.WITHDRAWN, State.INELIGIBLE, State.NOT_INVITED, State.AWARDED, State.DECLINED, State.RESERVE})
NO_LONGER = N_("This is no longer asked for. Thank you all the same.")


@dataclass(frozen=True)
class Given:
    """What somebody sends: a name, words or a file; a host also says yes or no, and from when to when."""

    name: str
    text: str = ""
    file: Received | None = None
    says_yes: bool | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def ask(
    session: Session, application: Application, key: str, *, name: str, address: str, by: Acting, at: datetime
) -> InvitedLetter:
    """Ask somebody by mail. Asking the same person again sends a new link. Refused (field `q-<key>`) without a name or
    an address, for oneself, and once enough are asked."""
    definition, question = _question(session, application, key, by=by, at=at)
    place = f"q-{key}"
    if not name.strip():
        raise Refused.because("name_missing", N_("Write the name of the person you ask."), field=place)
    try:
        person = identities.find_or_make_person(session, name, address, at=at)
    except Refused as refused:
        raise Refused([replace(problem, field=place) for problem in refused.problems]) from None
    if person.id == by.person_id:
        raise Refused.because("oneself", N_("Ask somebody else than yourself."), field=place)
    known = session.scalar(
        scoped(
            select(InvitedLetter).where(
                InvitedLetter.application_id == application.id,
                InvitedLetter.question_key == key,
                InvitedLetter.person_id == person.id,
            )
        )
    )
    if known is None or known.recalled_at is not None or known.declined_at is not None:
        _room(session, application, question)
    if not identities.allow_attempt(session, "ask-letter", f"{application.id}|{key}", at=at):
        message = N_("Many invitations were sent just now. Wait a quarter of an hour.")
        raise Refused.because("too_often", message, field=place)
    letter = known or InvitedLetter(
        application_id=application.id,
        question_key=key,
        kind=Sought(question.kind.value),
        person_id=person.id,
        invited_by=by.person_id,
        invited_at=at,
        text="",
    )
    letter.recalled_at, letter.declined_at = None, None
    session.add(letter)
    session.flush()
    effects.invite(session, letter, application, definition, question, at)
    _kept(session, application, definition, key, by=by, at=at)
    note(session, "ask-letter", application, by=by, at=at, question=key, person=str(person.id))
    return letter


def _room(session: Session, application: Application, question: Question) -> None:
    asked = select(func.count()).select_from(InvitedLetter)
    own = (
        InvitedLetter.application_id == application.id,
        InvitedLetter.question_key == question.key,
        InvitedLetter.recalled_at.is_(None),
        InvitedLetter.declined_at.is_(None),
    )
    most = question.max_rows or MOST_ASKED
    if (session.scalar(scoped(asked.where(*own))) or 0) >= most:
        message = N_("%(most)s are asked already, and no more are taken. Take one back first.")
        raise Refused.because("enough_asked", message, field=f"q-{question.key}", values={"most": most})


def recall(session: Session, application: Application, letter_id: UUID, *, by: Acting, at: datetime) -> None:
    """Ask somebody no longer: the link stops working. What came already stays out of the application too; Refused for
    what came for the version that stands while the application is taken back."""
    letter = session.scalar(
        scoped(
            select(InvitedLetter).where(InvitedLetter.id == letter_id, InvitedLetter.application_id == application.id)
        )
    )
    if letter is None:
        raise NotFound()
    definition, _ = _question(session, application, letter.question_key, by=by, at=at)
    if letter.recalled_at is not None:
        return
    taken_at = standing.taken_back_at(session, application)
    if queries.belongs_to_what_stands(letter.came_at is not None, letter.invited_at, taken_at):
        message = N_("This cannot be done in the present state of the application.")
        raise Refused.because("not_now", message, field=f"q-{letter.question_key}")
    letter.recalled_at = at
    session.flush()
    identities.revoke_links(session, LinkPurpose(letter.kind.value), letter.id, at=at)
    _kept(session, application, definition, letter.question_key, by=by, at=at)
    note(session, "recall-letter", application, by=by, at=at, question=letter.question_key, letter=str(letter.id))


def _question(
    session: Session, application: Application, key: str, *, by: Acting, at: datetime
) -> tuple[Definition, Question]:
    problem = may(Action.ASK_OTHERS, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    definition = definition_by_version(session, application.call_version_id)
    known = {question.key for question in queries.sought_of(definition)}
    for question in writable(session, application, definition, by=by, at=at):
        if question.key == key and key in known:
            return definition, question
    raise NotFound()


def _kept(
    session: Session, application: Application, definition: Definition, key: str, *, by: Acting, at: datetime
) -> None:
    queries.keep_answer(session, application, definition, key, by=by, at=at)
    void_what_changed(session, application, by=by, at=at)


def give(session: Session, letter: InvitedLetter, given: Given, *, by: Acting, at: datetime) -> None:
    """Take a letter or a host's answer. It may be given anew until its last day. Refused with every problem; nothing
    that was given before is lost by that."""
    application, definition, question = _open_for(session, letter, by=by, at=at)
    problems = _given_problems(letter, question, given)
    if problems:
        raise Refused(problems)
    is_new = letter.came_at is None
    letter.came_at, letter.declined_at, letter.name_given = at, None, " ".join(given.name.split())
    letter.text = given.text.strip()
    if given.file is not None:
        letter.original_name, letter.type = typed_name(given.file.name), given.file.type
        letter.size, letter.pages, letter.sha256 = given.file.size, given.file.pages, given.file.sha256
        letter.begin_scan(given.file.scan)
    if letter.kind is Sought.HOST:
        letter.says_yes = given.says_yes
        letter.starts_on, letter.ends_on = (given.starts_on, given.ends_on) if given.says_yes else (None, None)
    session.flush()
    _told(session, letter, application, definition, question, "give-letter", is_new=is_new, by=by, at=at)


def decline(session: Session, letter: InvitedLetter, *, by: Acting, at: datetime) -> None:
    """Say that no letter will come; the applicant is told, and asks somebody else."""
    application, definition, question = _open_for(session, letter, by=by, at=at)
    if letter.declined_at is not None:
        return
    letter.declined_at, letter.came_at, letter.name_given, letter.says_yes = at, None, None, None
    session.flush()
    _told(session, letter, application, definition, question, "decline-letter", is_new=True, by=by, at=at)


def _told(  # noqa: PLR0917  # what came, for what
    session: Session,
    letter: InvitedLetter,
    application: Application,
    definition: Definition,
    question: Question,
    verb: str,
    *,
    is_new: bool,
    by: Acting,
    at: datetime,
) -> None:
    if application.state in WRITTEN:
        queries.keep_answer(session, application, definition, question.key, by=by, at=at)
    if is_new:
        effects.tell_came(session, letter, application, definition, question, at)
    hashes = {"sha256": letter.sha256} if letter.sha256 else {}
    note(session, verb, application, by=by, at=at, question=question.key, letter=str(letter.id), **hashes)


def _open_for(
    session: Session, letter: InvitedLetter, *, by: Acting, at: datetime
) -> tuple[Application, Definition, Question]:
    """The application of a letter that is still taken from this person. NotAllowed for anybody else; Refused later."""
    if letter.person_id != by.person_id:
        raise NotAllowed([Problem("not_yours", N_("This belongs to somebody else."))])
    application = session.scalar(
        scoped(select(Application).where(Application.id == letter.application_id).with_for_update())
    )
    if application is None:
        raise NotFound()
    definition = definition_by_version(session, application.call_version_id)
    question = definition.question(letter.question_key)
    problem = why_not(session, letter, application, definition, question, at)
    if problem is not None:
        raise Refused([problem])
    return application, definition, question


def why_not(  # noqa: PLR0917  # a letter with all that it belongs to
    session: Session,
    letter: InvitedLetter,
    application: Application,
    definition: Definition,
    question: Question,
    at: datetime,
) -> Problem | None:
    """Why nothing is taken any more: it is no longer asked for, or its last day has passed. None while it is."""
    if letter.recalled_at is not None or application.state in OVER:
        return Problem("not_asked", NO_LONGER)
    until = queries.until_of(session, application, definition, question)
    if until is not None and at > until:
        return Problem("letter_late", N_("The last time for it has passed."), since=until, holder="coordinator")
    if application.state not in WRITTEN and question.days_late is None:
        return Problem("not_asked", NO_LONGER)
    return None


def _given_problems(letter: InvitedLetter, question: Question, given: Given) -> list[Problem]:
    problems = []
    if not given.name.strip():
        problems.append(Problem("name_missing", N_("Write your name; it is kept with the letter."), field="name"))
    if given.file is not None:
        found = upload_problems(replace(question, file_types=("pdf",)), given.file, 0)
        problems += [replace(problem, field="file") for problem in found]
    if letter.kind is Sought.LETTER and not given.text.strip() and given.file is None and letter.sha256 is None:
        problems.append(Problem("letter_missing", N_("Write the letter here, or attach it as a PDF."), field="text"))
    if letter.kind is Sought.HOST:
        problems += _host_problems(given)
    return problems


def _host_problems(given: Given) -> list[Problem]:
    problems = []
    if given.says_yes is None:
        problems.append(Problem("answer_missing", N_("Choose yes or no."), field="says"))
    if given.says_yes and (given.starts_on is None or given.ends_on is None):
        problems.append(Problem("dates_missing", N_("Write from when to when, each as a date."), field="starts_on"))
    if given.starts_on and given.ends_on and given.ends_on < given.starts_on:
        problems.append(Problem("dates_in_order", N_("The end is before the beginning."), field="ends_on"))
    if not given.text.strip():
        problems.append(Problem("because_missing", N_("Write one sentence."), field="text"))
    return problems
