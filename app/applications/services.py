"""Writing applications: drafts that always save, partners who answer for their own side, and steps of the workflow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.applications import queries, silence
from app.applications.approvals.voiding import void_what_changed
from app.applications.history import note_versions
from app.applications.models import Answer, Application, ApplicationSide, ApplicationStep, EligibilityTick
from app.applications.notes import note
from app.applications.participation import hold_call
from app.applications.parts import (
    Content,
    Kept,
    answers_of,
    content_of,
    meant,
    parts_of,
    questions_of,
    read_answers,
)
from app.applications.presence import bring_in, leave_out
from app.applications.registry import EFFECTS, NO_FORM, Deed, Form
from app.applications.rules import owners_written, reference
from app.applications.side_deadlines import closed_parts
from app.applications.sides import (
    confirm_side,
    decline_side,
    invite_partner,
    object_to_side,
    save_budget,
    save_least,
)
from app.applications.stages import part_at
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Clash, NotAllowed, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, Question
from app.programmes.kinds import Answer as Value
from app.programmes.kinds import answer_text
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, newest_version, read
from app.workflow.guards import Facts, call_is_open
from app.workflow.machine import Step
from app.workflow.table import TABLE, TAKEN_BACK, WRITTEN
from app.workflow.vocabulary import Hat, Move, State

__all__ = [
    "bring_in",
    "confirm_side",
    "decline_side",
    "invite_partner",
    "leave_out",
    "object_to_side",
    "save_budget",
    "save_least",
]


def system(deed: str = "") -> Acting:
    """The named actor of automatic steps; `deed` says what set it off."""
    name = f"Tandem (automatic: {deed})" if deed else "Tandem (automatic)"
    return Acting(None, name, frozenset({Hat.SYSTEM}))


def start_draft(session: Session, call: Call, *, by: Acting, at: datetime) -> Application:
    """A draft in this call, with a part for every side; optional ones stay away until they are chosen. The draft
    already begun is continued. Refused when not open."""
    person = session.get_one(Person, by.person_id, with_for_update=True)  # a double click makes one draft
    known = queries.own_draft(session, call.id, person.id)
    if known is not None:
        return known
    version = newest_version(session, call.id)
    definition = read(version)
    part = part_at(definition, State.DRAFT)
    problem = call_is_open(Facts(at=at, **queries.call_facts(call, definition, at, part=part)))
    if problem is not None:
        raise Refused([problem])
    application = Application(
        call_id=call.id,
        call_version_id=version.id,
        lead_person_id=person.id,
        state=State.DRAFT,
        title="",
        created_at=at,
    )
    session.add(application)
    session.flush()
    own = side_for(definition, person.institution)
    for side in definition.sides:
        leads = side.key == own
        session.add(
            ApplicationSide(
                application_id=application.id,
                side_key=side.key,
                takes_part=leads or not side.optional,
                lead_person_id=person.id if leads else None,
            )
        )
    session.flush()
    note(session, "start-draft", application, by=by, at=at, side=own)
    return application


def side_for(definition: Definition, institution: str) -> str:
    """The side at which somebody of this institution applies; the leading side where none fits."""
    home = institution.strip().casefold()
    fits = (side.key for side in definition.sides if home in (side.name.casefold(), side.short.casefold()))
    return next(fits, definition.lead_side.key)


def save_answers(
    session: Session,
    application: Application,
    submitted: Mapping[str, Sequence[str]],
    versions: Mapping[str, int],
    *,
    by: Acting,
    at: datetime,
) -> tuple[Clash, ...]:
    """Keep what was typed; saving is no deed of the trail, submitting is.

    An answer that changed since `versions` is not overwritten but returned as a Clash.

    Questions this person does not answer are passed over. Refused (fields `q-<key>`) when one cannot be read.
    """
    definition = definition_by_version(session, application.call_version_id)
    questions = writable(session, application, definition, by=by, at=at)
    values, problems = read_answers(questions, submitted)
    if problems:
        raise Refused(problems)
    kept = answers_of(session, application)
    rows = _answer_rows(session, application)
    clashes: list[Clash] = []
    changed: dict[str, Answer] = {}
    for question in questions:
        key = question.key
        if key not in values or values[key] == (kept[key].value if key in kept else None):
            continue
        if key in kept and versions.get(key, kept[key].version) != kept[key].version:
            clashes.append(_clash(question, values[key], kept[key]))
            continue
        row = rows.get(key) or _new_answer(session, application, key, by, at)
        row.value, row.changed_at, row.changed_by = _stored(values[key]), at, by.person_id  # type: ignore[assignment]  # a person, by `writable`
        changed[key] = row
    session.flush()
    if changed:
        written = {key: (row.version, row.value) for key, row in changed.items()}
        note_versions(session, application, written, by=by, at=at, stood=kept)
        _keep_title(session, application, definition)
        void_what_changed(session, application, by=by, at=at)
    return tuple(clashes)


def writable(
    session: Session, application: Application, definition: Definition, *, by: Acting, at: datetime | None = None
) -> tuple[Question, ...]:
    """The questions this person answers now: the lead applicant, and who edits the whole, the shared ones and, until
    its partner has confirmed, those of every side; a partner, and who edits a side, those of that side. A side whose
    internal deadline has closed its part is left out when `at` is given. Raises NotAllowed when none may be written any
    more."""
    if may(Action.CONFIRM_LATE, by, application.state) is None:
        return _of_the_silent(session, application, definition, by=by, at=at)
    owners = owners_written(by, application.state, parts_of(session, application, definition))
    closed = closed_parts(session, application, definition, at) if at is not None else {}
    at_this_stage = {section.key for section in definition.sections_at(part_at(definition, application.state))}
    found = questions_of(definition, owners - closed.keys())
    return tuple(question for question in found if question.section in at_this_stage)


def _of_the_silent(
    session: Session, application: Application, definition: Definition, *, by: Acting, at: datetime | None
) -> tuple[Question, ...]:
    """What a partner who was silent may still answer after the deadline: the questions of the own side."""
    sides = session.scalars(scoped(select(ApplicationSide).where(ApplicationSide.application_id == application.id)))
    when = at or application.submitted_at
    assert when is not None
    own = {
        side.side_key for side in sides if silence.may_confirm_late(session, application, side, by=by, at=when) is None
    }
    if not own:
        raise NotAllowed([Problem("not_now", N_("This cannot be done in the present state of the application."))])
    return questions_of(definition, own)


def _answer_rows(session: Session, application: Application) -> dict[str, Answer]:
    rows = session.scalars(scoped(select(Answer).where(Answer.application_id == application.id)))
    return {row.key: row for row in rows}


def _new_answer(session: Session, application: Application, key: str, by: Acting, at: datetime) -> Answer:
    row = Answer(application_id=application.id, key=key, value="", changed_at=at, changed_by=by.person_id)
    session.add(row)
    return row


def _stored(value: Value) -> Value:
    return "" if value is None else value


def _clash(question: Question, yours: Value, kept: Kept) -> Clash:
    return Clash(
        f"q-{question.key}",
        question.title.en,
        answer_text(question, yours, "en"),
        answer_text(question, kept.value, "en"),
        kept.changed_by,
        kept.version,
    )


def _keep_title(session: Session, application: Application, definition: Definition) -> None:
    """Lists show the title without reading the answers: while an application is improved, the one that stands."""
    if application.state in TAKEN_BACK:
        return
    row = _answer_rows(session, application).get(definition.title_question)
    application.title = str(meant(row.value) or "") if row is not None else ""
    session.flush()


def tick(session: Session, application: Application, keys: Collection[str], *, by: Acting, at: datetime) -> None:
    """Note which points of the formal check are in order; a point no longer named is unticked."""
    definition = definition_by_version(session, application.call_version_id)
    silent = {f"{silence.POINT}{side.key}" for side in definition.sides}
    wanted = ({check.key for check in definition.eligibility} | silent) & set(keys)
    known = {
        row.key: row
        for row in session.scalars(
            scoped(select(EligibilityTick).where(EligibilityTick.application_id == application.id))
        )
    }
    before = {key for key, row in known.items() if row.is_in_order}
    for key in before - wanted:
        session.delete(known[key])
    for key in sorted(wanted - before):
        if key in known:
            known[key].is_in_order, known[key].by_person_id, known[key].at = True, by.person_id, at  # type: ignore[assignment]  # a person, by the table
        else:
            session.add(EligibilityTick(application_id=application.id, key=key, by_person_id=by.person_id, at=at))
    session.flush()
    if before != wanted:
        note(session, "tick-eligibility", application, by=by, at=at, ticked=sorted(wanted))


def take(  # who takes which step, and what the form brought
    session: Session,
    application: Application,
    move: Move,
    *,
    by: Acting,
    at: datetime,
    reason: str = "",
    last_used: datetime | None = None,
    form: Form = NO_FORM,
) -> Step[State, Move]:
    """Take one step of the workflow, with all that follows from it. Raises NotAllowed, or Refused with every problem;
    then nothing changed. A second click finds the step taken and raises NotAllowed with `no_such_move`.

    `last_used` is when whoever acts last loaded or saved the form before the deadline: the grace belongs to open forms.
    """
    session.flush()
    if not form.is_held:
        session.refresh(application, with_for_update=True)
    call = hold_call(session, application) if move in (Move.SUBMIT, Move.UNDO_WITHDRAW) else None
    with session.no_autoflush:
        definition = definition_by_version(session, application.call_version_id)
        is_submitting = call is not None and move is Move.SUBMIT and application.state in WRITTEN
        content = content_of(session, application, definition) if is_submitting else None
        known = queries.facts(session, application, at, last_used, content)
        try:
            step = TABLE.step(application.state, move, by, known, definition.stages, reason)
        except Refused as refused:
            raise Refused(queries.everything(refused.problems, known)) from None
        application.state = step.end
        if call is not None and content is not None:
            _enter_the_call(session, application, call, content, step, by=by, at=at)
    _write_step(session, application, step, by=by, at=at, reason=reason)
    note(
        session,
        f"{move.value.replace('_', '-')}-application",
        application,
        by=by,
        at=at,
        start=step.start.value,
        end=step.end.value,
    )
    for effect in step.effects:
        EFFECTS[effect](session, application, Deed(step, by, at, reason, content, form))  # type: ignore[index]  # the table names effects
    session.flush()
    return step


def _enter_the_call(  # what enters where, by which step
    session: Session,
    application: Application,
    call: Call,
    content: Content,
    step: Step[State, Move],
    *,
    by: Acting,
    at: datetime,
) -> None:
    """The next number of the call and the reference made from it, kept from the outline on; the applicant's own side
    is confirmed by submitting. What somebody found in order of an earlier version is looked at anew."""
    if application.number is None:
        call.last_number += 1
        application.number = call.last_number
        application.reference = reference(content.definition.reference_prefix, call.last_number)
    application.submitted_at = at
    if step.start is not State.DRAFT:
        session.execute(scoped(delete(EligibilityTick).where(EligibilityTick.application_id == application.id)))
    for part in content.parts:
        if part.is_own:
            side = session.get_one(ApplicationSide, part.id)
            side.confirmed_at, side.confirmed_as = at, by.name
    content.renew()


def _write_step(
    session: Session, application: Application, step: Step[State, Move], *, by: Acting, at: datetime, reason: str
) -> None:
    last = select(func.coalesce(func.max(ApplicationStep.position), 0) + 1)
    session.add(
        ApplicationStep(
            application_id=application.id,
            position=last.where(ApplicationStep.application_id == application.id).scalar_subquery(),
            move=step.move,
            start=step.start,
            end=step.end,
            by_person_id=by.person_id,
            by_name=by.name,
            reason=reason.strip(),
            at=at,
        )
    )
    session.flush()
