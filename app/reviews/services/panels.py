"""Opening panels and closing them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import services as applications
from app.applications.models import Application
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.definition.vocabulary import JOINT
from app.programmes.models import Call
from app.reviews.models import Assignment, Panel, PanelMember, Review
from app.reviews.queries import is_live
from app.trail.services import record
from app.workflow.vocabulary import Move, State


def open_panels(session: Session, call: Call, definition: Definition) -> None:
    """Make the panels that a call declares. Done twice is done once."""
    known = set(session.scalars(select(Panel.key).where(Panel.call_id == call.id)))
    for declared in definition.panels:
        if declared.key not in known:
            side = None if declared.side == JOINT else declared.side
            session.add(Panel(call_id=call.id, key=declared.key, side_key=side))
    session.flush()


def still_open(session: Session, panel_id: UUID) -> Panel:
    """The panel, held until the transaction ends: nothing is written into it while it closes. Refused once closed."""
    panel = session.get_one(Panel, panel_id, with_for_update={"read": True})
    if panel.closed_at is not None:
        message = N_("This panel has closed. What was submitted stands, and nothing more is taken.")
        raise Refused.because("panel_closed", message, holder="coordinator", since=panel.closed_at)
    return panel


def close_panel(session: Session, panel: Panel, *, by: Acting, at: datetime, reason: str = "") -> None:
    """End a panel's scoring. Refused while something is missing, unless a reason is given. Closed twice is closed once.

    When the last panel closes, every application in review moves on, by the system.
    """
    # All panels are locked first and in one order, so that two that close at once wait instead of deadlocking.
    others = session.scalars(
        select(Panel).where(Panel.call_id == panel.call_id).order_by(Panel.id).with_for_update()
    ).all()
    panel = session.get_one(Panel, panel.id, with_for_update=True)
    if panel.closed_at is not None:
        return
    problems = _unfinished(session, panel)
    if problems and not reason.strip():
        raise Refused(problems)
    panel.closed_at, panel.closed_by, panel.closed_because = at, by.person_id, reason.strip()
    session.flush()
    record(
        session,
        "close-panel",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel",
        subject_id=panel.id,
        early=bool(problems),
    )
    if any(other.closed_at is None for other in others):
        return
    for application in session.scalars(
        scoped(
            select(Application)
            .where(Application.call_id == panel.call_id, Application.state == State.IN_REVIEW)
            .order_by(Application.number)
        )
    ).all():
        applications.take(session, application, Move.CLOSE_REVIEW, by=applications.system("close-review"), at=at)


def _unfinished(session: Session, panel: Panel) -> list[Problem]:
    """What speaks against closing, without a number: it may be about an application that the reader is closed to."""
    problems = []
    if session.scalar(
        scoped(
            select(func.count())
            .select_from(Assignment)
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Application, Application.id == Assignment.application_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(
                Assignment.panel_id == panel.id,
                Application.state == State.IN_REVIEW,
                is_live(),
                Review.submitted_at.is_(None),
            )
        )
    ):
        problems.append(
            Problem(
                "reviews_missing",
                N_("Assigned reviews are missing. To close all the same, write the reason."),
                field="reason",
                holder="reviewer",
            )
        )
    if session.scalar(
        scoped(
            select(func.count())
            .select_from(Application)
            .where(
                Application.call_id == panel.call_id,
                Application.state.in_((State.SUBMITTED, State.SIGNED, State.ELIGIBLE)),
            )
        )
    ):
        problems.append(
            Problem(
                "not_all_started",
                N_("Some applications are not in review yet, and could not be later. To close now, write the reason."),
                field="reason",
                holder="coordinator",
            )
        )
    return problems
