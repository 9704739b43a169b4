"""Single questions of a submitted application: asked of a colleague, or given back to the applicant until a day.

The applicant corrects exactly that question. What was submitted stays until a coordinator accepts the correction, one by
one; then a new version is frozen, and signatures that it touches are voided like after any other change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import effects, queries
from app.applications.approvals.queries import offices_of
from app.applications.checking.models import Flag, FlagKind
from app.applications.history import note_version
from app.applications.models import Answer, Application
from app.applications.notes import note
from app.applications.parts import answers_of, asked_of, meant, parts_of, values_of
from app.applications.registry import Deed
from app.applications.rules import number_problems
from app.applications.stages import part_at
from app.communications.instants import instant_text
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.deadlines import end_of_day
from app.programmes.definition import Definition, Question
from app.programmes.kinds import NOT_TYPED, answer_problems, answer_text, read_answer
from app.programmes.kinds import Answer as Value
from app.programmes.queries import definition_by_version
from app.workflow.guards import call_is_closed
from app.workflow.machine import Step
from app.workflow.vocabulary import Hat, Move


def colleagues(session: Session, application: Application, besides: UUID | None) -> tuple[tuple[UUID, str], ...]:
    """Coordinators of the call who may handle this application: nobody in a conflict of interest."""
    found = {person_id: name for people in offices_of(session, application).values() for person_id, name in people}
    found.pop(besides, None)  # type: ignore[arg-type]  # nobody is besides nobody
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def ask_colleague(
    session: Session,
    application: Application,
    question_key: str,
    text: str,
    colleague: UUID | None,
    *,
    by: Acting,
    at: datetime,
) -> Flag:
    """Ask a named coordinator about one question; the applicants see nothing of it."""
    definition = _may_flag(session, application, by=by, at=at)
    question = _asked(session, application, definition, question_key)
    known = dict(colleagues(session, application, by.person_id))
    problems = _worded(question, text)
    if colleague not in known:
        message = N_("Choose the colleague whom you ask.")
        problems.append(Problem("colleague_missing", message, field="colleague"))
    if problems or question is None or colleague is None:
        raise Refused(problems)
    flag = _add(session, application, question, FlagKind.COLLEAGUE, text, by=by, at=at, to_person_id=colleague)
    said = {"asker": by.name, "question_text": text.strip()}
    _tell(session, application, definition, colleague, "flag_asked", flag=flag, said=said, at=at)
    return flag


def ask_applicant(
    session: Session,
    application: Application,
    question_key: str,
    text: str,
    until: date | None,
    *,
    by: Acting,
    at: datetime,
) -> Flag:
    """Give one question back to the lead applicant until the end of a day, on the leading side's clocks."""
    definition = _may_flag(session, application, by=by, at=at)
    question = _asked(session, application, definition, question_key)
    zone = definition.lead_side.zone
    ends = end_of_day(until, zone) if until is not None else None
    problems = _worded(question, text)
    if ends is None or ends <= at:
        message = N_("Choose a day that is still to come, until which it may be corrected.")
        problems.append(Problem("until_missing", message, field="until"))
    if question is not None and question.kind in NOT_TYPED:
        message = N_(
            "A file, a letter or a calculated answer cannot be corrected here. Ask a colleague, or write a mail."
        )
        problems.append(Problem("not_corrected", message, field="question"))
    if question is not None and _open_for(session, application, question.key):
        message = N_("This question is with the applicants already.")
        problems.append(Problem("asked_already", message, field="question"))
    if problems or question is None:
        raise Refused(problems)
    flag = _add(session, application, question, FlagKind.APPLICANT, text, by=by, at=at, until=ends)
    said = {"question_text": text.strip(), "asker": by.name}
    _tell(session, application, definition, application.lead_person_id, "correction_asked", flag=flag, said=said, at=at)
    return flag


def _may_flag(session: Session, application: Application, *, by: Acting, at: datetime) -> Definition:
    problem = may(Action.FLAG_QUESTION, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    still_open = call_is_closed(queries.facts(session, application, at))
    if still_open is not None:
        raise Refused([still_open])
    return definition_by_version(session, application.call_version_id)


def _asked(session: Session, application: Application, definition: Definition, key: str) -> Question | None:
    """The question among those that were asked of this application."""
    parts = parts_of(session, application, definition)
    stage = part_at(definition, application.state)
    asked = asked_of(definition, values_of(answers_of(session, application)), parts, at_stage=stage)
    return next((question for question in asked.questions if question.key == key), None)


def _worded(question: Question | None, text: str) -> list[Problem]:
    problems = []
    if question is None:
        problems.append(Problem("question_missing", N_("Choose the question that it is about."), field="question"))
    if not text.strip():
        problems.append(Problem("text_missing", N_("Write what you ask."), field="text"))
    return problems


def _add(
    session: Session,
    application: Application,
    question: Question,
    kind: FlagKind,
    text: str,
    *,
    by: Acting,
    at: datetime,
    to_person_id: UUID | None = None,
    until: datetime | None = None,
) -> Flag:
    flag = Flag(
        application_id=application.id,
        question_key=question.key,
        kind=kind,
        text=text.strip(),
        asked_at=at,
        asked_by=by.person_id,
        to_person_id=to_person_id,
        until=until,
    )
    session.add(flag)
    session.flush()
    verb = "ask-colleague" if kind is FlagKind.COLLEAGUE else "ask-correction"
    note(session, verb, application, by=by, at=at, question=question.key)
    return flag


def flags_of(session: Session, application_ids: Sequence[UUID]) -> tuple[Flag, ...]:
    """Every flag of these applications, the oldest first."""
    return tuple(
        session.scalars(
            scoped(select(Flag).where(Flag.application_id.in_(application_ids)).order_by(Flag.asked_at, Flag.id))
        )
    )


def is_open(flag: Flag) -> bool:
    """Whether something is still to come: a colleague's answer, a correction, or the word on it."""
    if flag.closed_at is not None or flag.decided_at is not None:
        return False
    return flag.kind is FlagKind.APPLICANT or flag.answered_at is None


def _open_for(session: Session, application: Application, key: str) -> bool:
    return any(
        flag.question_key == key and flag.kind is FlagKind.APPLICANT and is_open(flag)
        for flag in flags_of(session, [application.id])
    )


def flag_of(session: Session, application: Application, flag_id: UUID) -> Flag:
    """One flag of an application that was reached. NotFound for another's."""
    found = session.scalar(
        scoped(select(Flag).where(Flag.id == flag_id, Flag.application_id == application.id).with_for_update())
    )
    if found is None:
        raise NotFound()
    return found


def answer_colleague(
    session: Session, application: Application, flag: Flag, words: str, *, by: Acting, at: datetime
) -> None:
    """The colleague's answer, to whoever asked."""
    if flag.kind is not FlagKind.COLLEAGUE or flag.to_person_id != by.person_id:
        raise NotFound()
    if not words.strip():
        raise Refused.because("words_missing", N_("Write your answer."), field=f"words-{flag.id}")
    _is_open(flag)
    flag.words, flag.answered_at, flag.answered_by = words.strip(), at, by.person_id
    session.flush()
    note(session, "answer-colleague", application, by=by, at=at, question=flag.question_key)
    definition = definition_by_version(session, application.call_version_id)
    said = {"colleague": by.name, "answer": words.strip()}
    _tell(session, application, definition, flag.asked_by, "flag_answered", flag=flag, said=said, at=at)


def _is_open(flag: Flag) -> None:
    if not is_open(flag):
        raise Refused.because("flag_closed", N_("This is settled already. Load the page again."))


def close(session: Session, application: Application, flag: Flag, *, by: Acting, at: datetime) -> None:
    """Take a question back; what the applicant may have proposed is kept and not used."""
    problem = may(Action.FLAG_QUESTION, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    if is_open(flag):
        flag.closed_at = at
        session.flush()
        note(session, "close-flag", application, by=by, at=at, question=flag.question_key)


def correct(
    session: Session, application: Application, flag: Flag, entries: Sequence[str], *, by: Acting, at: datetime
) -> None:
    """The applicant's correction of exactly this question. Refused (field `q-<key>`) when it is not in order, when
    nothing is changed, or when the day is over; what was submitted stays as it is until somebody accepts."""
    problem = may(Action.CORRECT_ANSWER, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    if flag.kind is not FlagKind.APPLICANT:
        raise NotFound()
    _is_open(flag)
    if flag.until is not None and at > flag.until:
        raise Refused.because("correction_over", N_("The time to correct this question is over."))
    definition = definition_by_version(session, application.call_version_id)
    question = definition.question(flag.question_key)
    stands = values_of(answers_of(session, application)).get(question.key)
    value = _read(definition, question, entries, stands)
    flag.before, flag.proposed = {"value": stands}, {"value": value}
    flag.answered_at, flag.answered_by = at, by.person_id
    session.flush()
    note(session, "correct-answer", application, by=by, at=at, question=question.key)
    _tell(
        session,
        application,
        definition,
        flag.asked_by,
        "correction_given",
        flag=flag,
        said={"corrector": by.name},
        at=at,
    )


def _read(definition: Definition, question: Question, entries: Sequence[str], stands: Value) -> Value:
    field = f"q-{question.key}"
    value = read_answer(question, entries)
    if isinstance(value, Problem):
        raise Refused([_at(value, field)])
    faults = (
        *answer_problems(question, value, definition.limit_tolerance_percent),
        *number_problems(question, value),
    )
    if faults:
        raise Refused([_at(fault, field) for fault in faults])
    if value == stands:
        raise Refused.because("unchanged", N_("Nothing is changed: this is what was submitted."), field=field)
    return value


def _at(problem: Problem, field: str) -> Problem:
    return Problem(problem.code, problem.message, field=field, values=problem.values)


def accept(
    session: Session, application: Application, flag: Flag, *, by: Acting, at: datetime, seen: str | None = None
) -> None:
    """Let a correction take the place of the answer; a new version is frozen, and signatures it touches are voided.
    `seen` is the `mark` of the correction that was read; Refused when it was corrected again since."""
    _may_decide(application, flag, by=by, seen=seen)
    corrector = session.get_one(Person, flag.answered_by)
    acting = Acting(corrector.id, corrector.name, frozenset({Hat.LEAD_APPLICANT}))
    definition = definition_by_version(session, application.call_version_id)
    _write(session, application, definition, flag, by=acting, at=at)
    step = Step(Move.SUBMIT, application.state, application.state, ())
    effects.freeze(session, application, Deed(step, acting, at, ""), corrected=flag.question_key)
    _decide(session, application, flag, definition, is_accepted=True, because="", by=by, at=at)


def _write(
    session: Session, application: Application, definition: Definition, flag: Flag, *, by: Acting, at: datetime
) -> None:
    row = session.scalar(
        scoped(select(Answer).where(Answer.application_id == application.id, Answer.key == flag.question_key))
    )
    value = flag.proposed["value"] if flag.proposed else None
    if row is None:
        row = Answer(
            application_id=application.id, key=flag.question_key, value="", changed_at=at, changed_by=by.person_id
        )
        session.add(row)
    row.value, row.changed_at, row.changed_by = "" if value is None else value, at, by.person_id  # type: ignore[assignment]  # the person who corrected
    if flag.question_key == definition.title_question:
        application.title = str(value or "")
    session.flush()
    note_version(session, application, flag.question_key, row.value, number=row.version, by=by, at=at)


def refuse(  # as `accept`, with the reason
    session: Session,
    application: Application,
    flag: Flag,
    because: str,
    *,
    by: Acting,
    at: datetime,
    seen: str | None = None,
) -> None:
    """Leave the answer as it was submitted, with a sentence that the applicant reads."""
    _may_decide(application, flag, by=by, seen=seen)
    if not because.strip():
        message = N_("Write one sentence; the applicant reads it.")
        raise Refused.because("because_missing", message, field=f"because-{flag.id}")
    definition = definition_by_version(session, application.call_version_id)
    _decide(session, application, flag, definition, is_accepted=False, because=because.strip(), by=by, at=at)


def mark(flag: Flag) -> str:
    """Which correction this is: another one has another mark."""
    return flag.answered_at.isoformat() if flag.answered_at else ""


def _may_decide(application: Application, flag: Flag, *, by: Acting, seen: str | None) -> None:
    problem = may(Action.FLAG_QUESTION, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    if flag.kind is not FlagKind.APPLICANT or flag.answered_at is None:
        raise Refused.because("not_corrected_yet", N_("There is no correction to decide on yet."))
    _is_open(flag)
    if seen is not None and seen != mark(flag):
        message = N_("The applicants have corrected this once more. Read what stands here now, and decide again.")
        raise Refused.because("corrected_again", message)


def _decide(
    session: Session,
    application: Application,
    flag: Flag,
    definition: Definition,
    *,
    is_accepted: bool,
    because: str,
    by: Acting,
    at: datetime,
) -> None:
    flag.is_accepted, flag.because, flag.decided_at, flag.decided_by = is_accepted, because, at, by.person_id
    session.flush()
    verb = "accept-correction" if is_accepted else "refuse-correction"
    note(session, verb, application, by=by, at=at, question=flag.question_key)
    said = {"is_accepted": is_accepted, "because": because}
    _tell(
        session, application, definition, application.lead_person_id, "correction_decided", flag=flag, said=said, at=at
    )


def _tell(
    session: Session,
    application: Application,
    definition: Definition,
    person_id: UUID,
    kind: str,
    *,
    flag: Flag,
    said: dict[str, Any],
    at: datetime,
) -> None:
    person = session.get_one(Person, person_id)
    zone = definition.lead_side.zone
    values = {
        "question": definition.question(flag.question_key).title.in_(person.locale),
        "until": instant_text(flag.until, zone, person.locale) if flag.until else "",
        "side": str(flag.id),
        **said,
    }
    effects.tell_one(session, application, definition, person, kind, values, at)


def proposed_text(definition: Definition, flag: Flag, locale: str, *, before: bool = False) -> str:
    """What the applicant proposes, or what stood before, as one reads it."""
    kept = flag.before if before else flag.proposed
    question = definition.question(flag.question_key)
    return answer_text(question, meant(kept["value"]), locale) if kept else ""
