"""Reminders before a deadline: at nine in the morning where the reader is, once each, never to the finished."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.effects import remind, remind_side
from app.applications.extended import extended_to
from app.applications.models import Application, ApplicationSide
from app.applications.side_deadlines import internal_dues
from app.applications.stages import closing_of, part_at
from app.kernel.database import scoped
from app.programmes import queries
from app.programmes.deadlines import LATE, deadline, reminder_instant
from app.programmes.definition import Definition
from app.programmes.definition.vocabulary import DeadlineKind
from app.programmes.models import Call, CallState
from app.workflow.table import UNSENT


def remind_all(session: Session, at: datetime) -> int:
    """Put every reminder that is due into the outbox. How many were put."""
    calls = session.scalars(
        select(Call).where(
            Call.state == CallState.ANNOUNCED, Call.closes_at >= at - timedelta(days=366), Call.opens_at <= at
        )
    ).all()
    definitions = queries.newest_definitions(session, [call.id for call in calls])
    return sum(
        _remind_call(session, call, definitions[call.id], at) for call in calls if definitions[call.id].reminders
    )


def _remind_call(session: Session, call: Call, definition: Definition, at: datetime) -> int:
    drafts = session.scalars(
        scoped(select(Application).where(Application.call_id == call.id, Application.state.in_(UNSENT)))
    ).all()
    count = 0
    for application in drafts:
        part = part_at(definition, application.state)
        closes = closing_of(call, part)
        if closes is None:
            continue
        later = extended_to(session, application, part)
        due = deadline(closes, definition.grace_minutes, was_begun=True, extended_to=later)
        if not due.is_over(at):
            count += _remind_people(session, application, definition, due.closes, at)
            count += _remind_sides(session, application, definition, at)
    return count


def _remind_sides(session: Session, application: Application, definition: Definition, at: datetime) -> int:
    """Whoever has not confirmed a side's part is reminded of that side's own deadline, hard or soft."""
    dues = internal_dues(session, application, definition)
    if not dues:
        return 0
    count = 0
    for person_id, side_key in _unfinished_sides(session, application):
        for each in dues:
            if each.side.key != side_key or each.internal.kind is not DeadlineKind.SIDE_READY:
                continue
            for days in definition.reminders:
                due = reminder_instant(each.due.closes, days, each.side.zone)
                if due <= at < due + LATE and due < each.due.closes:
                    count += remind_side(session, application, definition, person_id, each, days=days, at=at)
    return count


def _remind_people(
    session: Session, application: Application, definition: Definition, closes: datetime, at: datetime
) -> int:
    count = 0
    for person_id, side_key in _unfinished(session, application):
        zone = definition.side(side_key).zone
        for days in definition.reminders:
            due = reminder_instant(closes, days, zone)
            if due <= at < due + LATE and due < closes:
                count += remind(session, application, person_id, side_key, closes, days=days, at=at)
    return count


def _unfinished(session: Session, application: Application) -> list[tuple[UUID, str]]:
    """The lead applicant, and partners who were asked and have not answered, each once."""
    found: dict[UUID, str] = {}
    for person_id, side_key in _unfinished_sides(session, application):
        found.setdefault(person_id, side_key)
    return list(found.items())


def _unfinished_sides(session: Session, application: Application) -> list[tuple[UUID, str]]:
    rows = session.execute(
        scoped(
            select(ApplicationSide.lead_person_id, ApplicationSide.side_key)
            .where(
                ApplicationSide.application_id == application.id,
                ApplicationSide.lead_person_id.is_not(None),
                ApplicationSide.confirmed_at.is_(None),
                ApplicationSide.declined_at.is_(None),
            )
            .order_by(ApplicationSide.side_key)
        )
    )
    return [(row[0], row[1]) for row in rows if row[0] is not None]
