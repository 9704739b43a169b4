"""By which day applicants are promised the decision: the call's own, or the last new day that its office has told them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.applications.checking.models import CallPromise
from app.applications.effects import post_to_team
from app.applications.models import Application
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.trail.services import record
from app.workflow.table import BEFORE_RELEASE, OF_OUTLINE
from app.workflow.vocabulary import State

WAITING = BEFORE_RELEASE - OF_OUTLINE - {State.INVITED}
"""States in which the applicants wait for the decision on their full application."""


@dataclass(frozen=True)
class Promise:
    """The day that holds, and how many applications wait for it. `is_late`: it has passed, and no new one was told."""

    day: date
    waiting: int
    is_late: bool


def promised_day(session: Session, call_id: UUID, definition: Definition) -> date | None:
    """The last day that applicants were told; None where nothing is promised."""
    newest = select(CallPromise.day).where(CallPromise.call_id == call_id).order_by(CallPromise.said_at.desc()).limit(1)
    return session.scalars(newest).first() or definition.decision_by


def promise_of(session: Session, call: Call, definition: Definition, at: datetime) -> Promise | None:
    """For the board of a call; None where nothing is promised, or nobody waits."""
    day = promised_day(session, call.id, definition)
    if day is None:
        return None
    count = session.scalar(scoped(select(func.count()).select_from(_waiting(call.id).subquery()))) or 0
    return Promise(day, count, day < _today(definition, at)) if count else None


def _waiting(call_id: UUID) -> Select[UUID]:
    return select(Application.id).where(Application.call_id == call_id, Application.state.in_(WAITING))


def _today(definition: Definition, at: datetime) -> date:
    return at.astimezone(ZoneInfo(definition.lead_side.zone)).date()


def promise(session: Session, call: Call, day: date | None, reason: str, *, by: Acting, at: datetime) -> int:
    """Tell a new day to everybody who waits for the decision, by mail. How many applications were told. Refused for a
    day that is over, and for the day that holds already."""
    problem = may(Action.EDIT_CALL, by)
    if problem is not None:
        raise NotAllowed([problem])
    definition = definition_of(session, call)
    before = promised_day(session, call.id, definition)
    if day is None or day < _today(definition, at):
        raise Refused([Problem("day_over", N_("Choose a day that is still to come."), field="promise")])
    if day == before:
        raise Refused([Problem("same_day", N_("This day is promised already."), field="promise")])
    session.add(CallPromise(call_id=call.id, day=day, reason=reason.strip(), said_at=at, said_by=by.person_id))
    session.flush()
    record(session, "promise-decision", by=by, at=at, call_id=call.id, subject=call.key, day=day.isoformat())
    waiting = session.scalars(scoped(select(Application).where(Application.id.in_(_waiting(call.id))))).all()
    for application in waiting:
        post_to_team(session, application, "promise_moved", at, lambda locale: _values(day, before, reason, locale))
    return len(waiting)


def _values(day: date, before: date | None, reason: str, locale: str) -> dict[str, str]:
    return {
        "day": format_date(day, "long", locale=locale),
        "before": format_date(before, "long", locale=locale) if before else "",
        "reason": reason.strip(),
    }
