"""What time does to approvals: signatures are asked for when a call has closed, reminded of, and lapse. Idempotent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.applications.approvals import effects, queries
from app.applications.approvals.asking import ask_next, ask_quietly
from app.applications.approvals.effects import Line
from app.applications.approvals.models import ApprovalTask, Happening
from app.applications.approvals.queries import SETTLING, Asked
from app.applications.approvals.services import settle
from app.applications.approvals.telling import tell_new, weekly
from app.applications.approvals.writing import append
from app.applications.extended import extended_to
from app.applications.models import Application
from app.applications.services import system
from app.identities.models import Person
from app.identities.queries import coordinator_names
from app.kernel.database import scoped
from app.programmes.deadlines import LATE, deadline, reminder_instant
from app.programmes.definition import Definition, Window
from app.programmes.models import Call, CallState
from app.programmes.queries import newest_definitions
from app.workflow.table import WRITTEN
from app.workflow.vocabulary import Stage, State

REMIND = (2,)
"""Days before the end when signers are reminded in calls that name no days."""
MOST = 3
"""Reminders of one task, those nearest to the end."""


def tend(session: Session, at: datetime) -> int:
    """Ask for signatures that are due, note what has lapsed and what follows from it, tell and remind. How many letters
    were put into the outbox."""
    asked = ask_after_closing(session, at)
    lapse_due(session, at)
    waiting = _lines(session, [one for one in _unanswered(session) if not one.voice.is_late(at)])
    asked += weekly(session, waiting, at)
    asked += tell_new(session, [line for line in waiting if line[0].told_at is None], "Tandem", at)
    return asked + remind_due(session, waiting, at)


def ask_after_closing(session: Session, at: datetime) -> int:
    """Ask everybody whose signature closed calls need. Who cannot wait for the weekly mail gets a letter at once, one a
    person; how many these are."""
    by = system("the call has closed")
    lines: dict[tuple[UUID, str], list[Line]] = {}
    for application in _unasked(session, at):
        definition = queries.definitions_of(session, [application])[application.id]
        made = ask_quietly(session, application, definition, {Window.AFTER_CLOSING}, by=by, at=at)
        own = lines.setdefault((application.call_id, definition.lead_side.key), [])
        own += [(task, application, definition) for task in made]
        settle(session, application, definition, at=at)
    return sum(
        tell_new(session, own, ", ".join(coordinator_names(session, call_id, lead)) or "Tandem", at)
        for (call_id, lead), own in lines.items()
    )


def _unasked(session: Session, at: datetime) -> list[Application]:
    """What is in, past its own deadline, and of which nobody has been asked to sign."""
    calls = {
        call.id: call
        for call in session.scalars(select(Call).where(Call.state == CallState.ANNOUNCED, Call.closes_at < at))
    }
    definitions = newest_definitions(session, list(calls))
    signed = [key for key, definition in definitions.items() if Stage.SIGNATURE in definition.stages]
    has_task = (
        exists()
        .where(ApprovalTask.application_id == Application.id, ApprovalTask.window == Window.AFTER_CLOSING)
        .correlate(Application)
    )
    found = session.scalars(
        scoped(
            select(Application)
            .where(Application.call_id.in_(signed), Application.state == State.SUBMITTED, ~has_task)
            .order_by(Application.number)
            .with_for_update()
        )
    ).all()
    return [one for one in found if _is_over(session, one, calls[one.call_id], definitions[one.call_id], at)]


def _is_over(session: Session, application: Application, call: Call, definition: Definition, at: datetime) -> bool:
    assert call.closes_at is not None
    later = extended_to(session, application)
    return deadline(call.closes_at, definition.grace_minutes, was_begun=True, extended_to=later).is_over(at)


def _unanswered(session: Session) -> list[Asked]:
    """Tasks without an answer, of applications that stand where they are asked, in a few statements."""
    states = or_(
        and_(ApprovalTask.window == Window.BEFORE_CLOSING, Application.state.in_(WRITTEN)),
        and_(ApprovalTask.window == Window.AFTER_CLOSING, Application.state.in_(sorted(SETTLING))),
    )
    statement = scoped(
        select(ApprovalTask).join(Application, Application.id == ApprovalTask.application_id).where(states)
    )
    return queries.open_to(session, [one for one in queries.asked_in(session, statement) if one.word.answer is None])


def _lines(session: Session, asked: Sequence[Asked]) -> list[Line]:
    ids = {one.task.application_id for one in asked}
    found = {row.id: row for row in session.scalars(scoped(select(Application).where(Application.id.in_(ids)))).all()}
    definitions = queries.definitions_of(session, list(found.values()))
    return [(one.task, found[one.task.application_id], definitions[one.task.application_id]) for one in asked]


def lapse_due(session: Session, at: datetime) -> int:
    """Note once, for the trail and the office, each task whose time has ended without an answer. How many."""
    by = system("the time to answer has ended")
    late = [one for one in _unanswered(session) if one.voice.is_late(at) and not one.word.has_lapsed]
    ended: dict[UUID, Line] = {}
    for task, application, definition in _lines(session, late):
        append(session, application, task, Happening.LAPSED, by=by, at=at)
        ended[application.id] = (task, application, definition)
    for task, application, definition in ended.values():
        made = ask_next(session, application, definition, task.window, by=by, at=at)
        tell_new(session, [(one, application, definition) for one in made], "Tandem", at)
        settle(session, application, definition, at=at)
    return len(late)


def remind_due(session: Session, waiting: Sequence[Line], at: datetime) -> int:
    """Remind whoever has not answered, at nine in the morning where the person is, so many days before the end: at most
    three times, and not on a day on which the person was told anyway."""
    due: dict[str, list[Line]] = {}
    for line in waiting:
        task, _, definition = line
        if task.until is None or (task.told_at is not None and at - task.told_at < LATE):
            continue
        zone = session.get_one(Person, task.person_id).zone
        for days in sorted(definition.reminders or REMIND)[:MOST]:
            instant = reminder_instant(task.until, days, zone)
            if task.asked_at < instant <= at < instant + LATE:
                due.setdefault(f"{days}:{instant.date()}", []).append(line)
    return sum(effects.remind(session, lines, day, at) for day, lines in due.items())
