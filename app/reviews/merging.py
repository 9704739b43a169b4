"""What reviews settle before two records of one person become one: conflicts follow, and nobody judges the own call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.identities.merging import Pair
from app.identities.queries import coordinates
from app.kernel.database import scoped
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes.definition import Part
from app.reviews.conflicts import leads_in
from app.reviews.models import ConflictAnswer, Panel, PanelMember
from app.workflow.vocabulary import State


def settle(session: Session, pair: Pair, at: datetime) -> None:
    """Refused where one judges in a call in which the other applies, coordinates or judges in another panel. What one
    of them has declared as a conflict counts for both."""
    seats = {person: _seats(session, person) for person in (pair.stays, pair.goes)}
    for person, other in ((pair.stays, pair.goes), (pair.goes, pair.stays)):
        calls = {call for call, _ in seats[person]}
        if any(coordinates(session, other, call) for call in calls) or _applies(session, other, calls):
            message = N_(
                "One of the two records judges in a call in which the other applies or coordinates. Write to the "
                "coordinator of the call."
            )
            raise Refused([Problem("incompatible_parts", message, field="address", holder="coordinator")])
    if set(seats[pair.stays]) & set(seats[pair.goes]):
        message = N_("Both records sit on panels of the same call. Write to the coordinator of the call.")
        raise Refused([Problem("incompatible_parts", message, field="address", holder="coordinator")])
    _join_conflicts(session, pair)


def _seats(session: Session, person_id: UUID) -> set[tuple[UUID, Part]]:
    """The calls, and the stage in each, in which somebody sits on a panel or has not answered yet."""
    rows = session.execute(
        select(Panel.call_id, Panel.stage)
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .where(PanelMember.person_id == person_id, PanelMember.declined_at.is_(None))
    )
    return {(row.call_id, row.stage) for row in rows}


def _applies(session: Session, person_id: UUID, calls: set[UUID]) -> bool:
    statement = (
        select(Application.id)
        .where(Application.call_id.in_(calls), Application.state != State.WITHDRAWN)
        .where(leads_in(person_id, Application.id))
        .limit(1)
    )
    return bool(calls) and session.scalar(scoped(statement)) is not None


def _join_conflicts(session: Session, pair: Pair) -> None:
    rows = session.scalars(
        scoped(select(ConflictAnswer).where(ConflictAnswer.person_id.in_((pair.stays, pair.goes))))
    ).all()
    kept = {row.application_id: row for row in rows if row.person_id == pair.stays}
    for row in rows:
        own = kept.get(row.application_id)
        if row.person_id == pair.stays or own is None:
            continue
        if row.has_conflict and not own.has_conflict:
            own.has_conflict, own.reason, own.at = True, row.reason, row.at
        session.delete(row)
    session.flush()
