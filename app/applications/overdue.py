"""What time does to applications that were taken back: two warnings before the deadline, and afterwards what was
submitted stands by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries, services, standing
from app.applications.models import Application, TakenBack
from app.applications.taking_back import closing, remind_to_submit
from app.kernel.database import scoped
from app.programmes.queries import definition_by_version
from app.workflow.guards import the_deadline_is_over
from app.workflow.table import TAKEN_BACK
from app.workflow.vocabulary import Move

HOURS = (48, 4)
"""How long before the deadline whoever has not submitted again is warned."""


def warn_all(session: Session, at: datetime) -> int:
    """Warn the teams of applications that are still taken back. How many letters were put."""
    return sum(_warn(session, application, taken_at, at) for application, taken_at in _improved(session))


def _improved(session: Session) -> list[tuple[Application, datetime]]:
    rows = session.execute(
        scoped(
            select(Application, TakenBack.taken_at)
            .join(TakenBack, TakenBack.application_id == Application.id)
            .order_by(TakenBack.taken_at, Application.id)
        )
    )
    return [(row[0], row[1]) for row in rows]


def _warn(session: Session, application: Application, taken_at: datetime, at: datetime) -> int:
    if application.state not in TAKEN_BACK:
        return 0
    closes = closing(session, application, definition_by_version(session, application.call_version_id))
    hours = None if closes is None else due_now(closes, taken_at, at)
    return 0 if closes is None or hours is None else remind_to_submit(session, application, closes, hours=hours, at=at)


def due_now(closes: datetime, taken_at: datetime, at: datetime) -> int | None:
    """Which warning is due: the nearest one that has come, unless it was taken back only since. Pure."""
    if at >= closes:
        return None
    come = [hours for hours in HOURS if closes - timedelta(hours=hours) <= at]
    return come[-1] if come and taken_at < closes - timedelta(hours=come[-1]) else None


def let_stand(session: Session, at: datetime) -> int:
    """After the deadline, the last submitted version of whatever is still taken back stands. How many were put back."""
    count = 0
    for application, _ in _improved(session):
        if the_deadline_is_over(queries.facts(session, application, at)) is not None:
            continue
        if application.state in TAKEN_BACK:
            services.take(session, application, Move.STAND, by=services.system("the deadline"), at=at)
        else:
            definition = definition_by_version(session, application.call_version_id)
            standing.put_back(session, application, definition, by=services.system("the deadline"), at=at)
        count += 1
    return count
