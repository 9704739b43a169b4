"""Asking for approvals, answering them, handing them to a deputy, and giving more time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries as applications
from app.applications.approvals import commitments, effects, facts, queries, telling
from app.applications.approvals.asking import all_tasks, ask_next, ask_quietly, renewed
from app.applications.approvals.commitments import Commitment
from app.applications.approvals.facts import problem_of
from app.applications.approvals.models import ApprovalTask, Happening, Said
from app.applications.approvals.queries import Standing
from app.applications.approvals.rules import Status
from app.applications.approvals.voiding import close
from app.applications.approvals.writing import append
from app.applications.extended import extended_to
from app.applications.models import Application
from app.applications.services import system, take
from app.identities import services as identities
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused, Stale
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Approver, Definition, Window
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.guards import Facts, call_is_open
from app.workflow.vocabulary import Move, Stage, State

ENDED = N_("The time to answer has ended. The coordinator can give more.")
NOT_ASKED_NOW = N_("This is no longer asked: the application has moved on.")
COMES_LATER = N_("This comes after “%(earlier)s”, which is not given now. You are told when it is your turn.")
HANDS_OVER = frozenset({Approver.SIDE_LEAD, Approver.NAMED_PERSON})


def ask(session: Session, application: Application, *, by: Acting, at: datetime) -> list[ApprovalTask]:
    """Ask everybody whose approval the draft needs and who was not asked, was too late or said no. One letter to each.

    Refused after the deadline, and when nobody could be asked because a person is not named with name and address.
    """
    problem = may(Action.ASK_APPROVALS, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    definition = definition_by_version(session, application.call_version_id)
    _still_open(session, application, definition, at)
    if not identities.allow_attempt(session, "ask-approvals", str(application.id), at=at):
        message = N_("People were asked many times just now. Wait a quarter of an hour.")
        raise Refused([Problem("too_often", message, field="approvals")])
    made = ask_quietly(session, application, definition, {Window.BEFORE_CLOSING}, by=by, at=at)
    if not made:
        raise Refused(_why_nobody(session, application, definition, at))
    telling.tell_new(session, [(task, application, definition) for task in made], by.name, at)
    return made


def _still_open(session: Session, application: Application, definition: Definition, at: datetime) -> None:
    call = session.get_one(Call, application.call_id)
    known = applications.call_facts(call, definition, at, extended_to(session, application), was_begun=True)
    problem = call_is_open(Facts(at=at, **known))
    if problem is not None:
        raise Refused([problem])


def _why_nobody(
    session: Session, application: Application, definition: Definition, at: datetime
) -> tuple[Problem, ...]:
    found = queries.standings(session, application, definition, at, {Window.BEFORE_CLOSING})
    unnamed = [problem_of(standing) for standing in found if standing.status is Status.NOT_ASKED]
    everybody = N_("Everybody has been asked already, and nobody has said no.")
    return tuple(unnamed) or (Problem("all_asked", everybody, field="approvals"),)


def answer(  # an answer with all that is kept of it
    session: Session,
    task: ApprovalTask,
    said: str,
    *,
    name: str,
    because: str = "",
    on_behalf_of: str = "",
    seen: str,
    by: Acting,
    at: datetime,
) -> None:
    """Keep one person's answer, with the hash of exactly what was answered. `seen` is the hash that the page showed.

    Refused without a name, without a reason for a no, after the window or when it is not asked any more; Stale when
    what is approved was changed meanwhile. A no goes to the lead applicant at once; the last signature signs off.
    """
    application = _locked(session, task)
    found = _commitment(session, task, at)
    problems = _problems(found, said, name=name, because=because, by=by, at=at)
    if problems:
        raise Refused(problems)
    if seen != found.sha256:
        message = N_("“%(title)s” was changed while you read it. Look at what stands now, and answer again.")
        raise Stale(problems=[Problem("changed_meanwhile", message, field=f"task-{task.id}", values=_title(found))])
    word, signed = Said(said), " ".join(name.split())
    behalf = " ".join(on_behalf_of.split()) or found.asked.for_name or None
    append(
        session,
        application,
        task,
        Happening.ANSWERED,
        by=by,
        at=at,
        answer=word,
        because=because.strip(),
        name_given=signed,
        on_behalf_of=behalf,
        sha256=found.sha256,
        material=dict(found.material),
        submission_number=found.basis.number,
        shown={path: words for path, words in found.basis.words.items() if path in found.material},
        told=[("answer", word.value), ("sha256", found.sha256), ("version", found.basis.number)],
    )
    if word != found.approval.answers[0] and because.strip():
        line = (task, application, found.definition)
        effects.tell_refused(session, line, found.approval, signed, because.strip(), at)
    made = ask_next(session, application, found.definition, task.window, by=by, at=at)
    telling.tell_new(session, [(one, application, found.definition) for one in made], by.name, at)
    settle(session, application, found.definition, at=at)


def _title(found: Commitment) -> Mapping[str, object]:
    return {"title": found.basis.title or found.approval.title}


def _locked(session: Session, task: ApprovalTask) -> Application:
    """The application of a task, locked before the task: two approvers at once wait for each other in one order."""
    application = session.scalar(
        scoped(select(Application).where(Application.id == task.application_id).with_for_update())
    )
    if application is None:
        raise NotFound()
    session.refresh(application)
    session.refresh(task, with_for_update=True)
    return application


def _commitment(session: Session, task: ApprovalTask, at: datetime) -> Commitment:
    asked = queries.asked_in(session, scoped(select(ApprovalTask).where(ApprovalTask.id == task.id)))
    found = commitments.commitments(session, asked, at)
    if not found:
        raise Refused([Problem("not_asked", NOT_ASKED_NOW, field=f"task-{task.id}")])
    return found[0]


def commitment_of(session: Session, task: ApprovalTask, at: datetime) -> Commitment:
    """What one task is about now, with the hash of exactly what would be approved. Refused when it is no longer asked."""
    return _commitment(session, task, at)


def _problems(found: Commitment, said: str, *, name: str, because: str, by: Acting, at: datetime) -> list[Problem]:
    task, place = found.asked.task, f"task-{found.asked.task.id}"
    if found.waits_for is not None:
        values = {"earlier": found.waits_for.approval.title}
        return [Problem("comes_later", COMES_LATER, field=place, values=values)]
    if may(Action.GIVE_APPROVAL, by, found.application.state) is not None or not commitments.is_asked_now(found, at):
        return [Problem("not_asked", NOT_ASKED_NOW, field=place)]
    problems = []
    if said not in found.approval.answers:
        problems.append(Problem("no_such_answer", N_("Choose one of the answers offered."), field=place))
    if not name.strip():
        problems.append(Problem("name_missing", N_("Write your name; it is kept with the answer."), field="name"))
    if said in (Said.NO, Said.RETURN) and not because.strip():
        message = N_("Write one sentence; the lead applicant reads it.")
        problems.append(Problem("because_missing", message, field=f"because-{task.id}"))
    if task.until is not None and at > task.until:
        problems.append(Problem("time_ended", ENDED, field=place, holder="coordinator", since=task.until))
    return problems


def settle(session: Session, application: Application, definition: Definition, *, at: datetime) -> bool:
    """Sign off an application whose last required signature is in. Whether it was."""
    if application.state is not State.SUBMITTED or Stage.SIGNATURE not in definition.stages:
        return False
    known = applications.facts(session, application, at)
    if known.unsigned or known.last_instant is None or at <= known.last_instant:
        return False
    left = facts.missing(queries.standings(session, application, definition, at, {Window.AFTER_CLOSING}))
    deed = "the time to sign has ended, and the call lets it go on" if left else "the last signature is in"
    take(session, application, Move.SIGN_OFF, by=system(deed), at=at)
    return True


def hand_over(
    session: Session, task: ApprovalTask, *, name: str, address: str, by: Acting, at: datetime
) -> ApprovalTask:
    """Let a deputy answer in one's place. The deputy gets a link of their own; the answer will say for whom it is."""
    application = _locked(session, task)
    found = _commitment(session, task, at)
    problems = _handing_problems(found, name, by=by, at=at)
    if problems:
        raise Refused(problems)
    try:
        deputy = identities.find_or_make_person(
            session, name, address, at=at, institution=found.side.name, zone=found.side.zone
        )
    except Refused as refused:
        raise Refused([_placed(problem, task) for problem in refused.problems]) from None
    taken = deputy.id in {application.lead_person_id, task.person_id, task.for_person_id}
    rows = all_tasks(session, application, _standing_of(found))
    theirs = next((row for row in rows if row.person_id == deputy.id), None)
    if taken or (theirs is not None and theirs.closed_at is None):
        message = N_("%(person)s cannot answer in your place here: choose somebody who is not part of this already.")
        place = f"deputy-address-{task.id}"
        raise Refused([Problem("no_deputy", message, field=place, values={"person": deputy.name})])
    if not identities.allow_attempt(session, "hand-over", str(task.id), at=at):
        raise Refused([Problem("too_often", N_("Wait a quarter of an hour."), field=f"task-{task.id}")])
    principal, until = task.for_person_id or task.person_id, task.until
    close(session, application, task, Happening.HANDED_OVER, by=by, at=at)
    given = renewed(session, application, _standing_of(found), deputy.id, theirs, by=by, at=at)
    given.for_person_id, given.until = principal, until
    session.flush()
    effects.tell_asked(session, [(given, application, found.definition)], by.name, at)
    return given


def _standing_of(found: Commitment) -> Standing:
    return Standing(found.approval, found.side, Status.WAITING, (found.asked,), (), found.basis.number)


def _handing_problems(found: Commitment, name: str, *, by: Acting, at: datetime) -> list[Problem]:
    task, place = found.asked.task, f"task-{found.asked.task.id}"
    if task.who not in HANDS_OVER or found.asked.word.answer is not None:
        return [Problem("not_handed_over", N_("This cannot be handed to somebody else."), field=place)]
    if may(Action.GIVE_APPROVAL, by, found.application.state) is not None or not commitments.is_asked_now(found, at):
        return [Problem("not_asked", NOT_ASKED_NOW, field=place)]
    if task.until is not None and at > task.until:
        return [Problem("time_ended", ENDED, field=place, holder="coordinator", since=task.until)]
    if not name.strip():
        return [Problem("name_missing", N_("Write the name of your deputy."), field=f"deputy-name-{task.id}")]
    return []


def _placed(problem: Problem, task: ApprovalTask) -> Problem:
    return Problem(problem.code, problem.message, field=f"deputy-address-{task.id}", values=problem.values)


def extend(
    session: Session,
    application: Application,
    task_id: UUID,
    *,
    until: dt.date | None,
    reason: str,
    by: Acting,
    at: datetime,
) -> None:
    """More time for one person, to the end of a day in the side's zone, with a reason. The person gets a new letter."""
    problem = may(Action.EXTEND_APPROVAL, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    task = session.scalar(
        scoped(
            select(ApprovalTask)
            .where(
                ApprovalTask.id == task_id,
                ApprovalTask.application_id == application.id,
                ApprovalTask.window == Window.AFTER_CLOSING,
                ApprovalTask.closed_at.is_(None),
            )
            .with_for_update()
        )
    )
    if task is None:
        raise NotFound()
    definition = definition_by_version(session, application.call_version_id)
    end = None if until is None else _end_of(until, definition.side(task.side_key).zone)
    problems = []
    if end is None or end <= at or (task.until is not None and end <= task.until):
        message = N_("Choose a day that is later than the present end.")
        problems.append(Problem("not_later", message, field=f"until-{task.id}", until=task.until))
    if not reason.strip():
        message = N_("Write the reason; it is kept with the step.")
        problems.append(Problem("reason_missing", message, field=f"reason-{task.id}"))
    if problems:
        raise Refused(problems)
    task.until = end
    told = [("until", end.isoformat() if end else "")]
    append(session, application, task, Happening.EXTENDED, by=by, at=at, because=reason.strip(), told=told)
    effects.tell_asked(session, [(task, application, definition)], by.name, at)


def _end_of(day: dt.date, zone: str) -> datetime:
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone))
    return midnight.astimezone(dt.UTC) - dt.timedelta(seconds=1)


def ask_again(session: Session, application: Application, *, by: Acting, at: datetime) -> list[ApprovalTask]:
    """The office asks anew whoever has not signed: was too late, said no, or could not be asked before."""
    problem = may(Action.EXTEND_APPROVAL, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    definition = definition_by_version(session, application.call_version_id)
    made = ask_quietly(session, application, definition, {Window.AFTER_CLOSING}, by=by, at=at)
    if not made:
        raise Refused([Problem("all_asked", N_("Nobody is left to be asked again."), field="approvals")])
    effects.tell_asked(session, [(task, application, definition) for task in made], by.name, at)
    return made
