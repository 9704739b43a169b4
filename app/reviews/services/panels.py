"""Opening panels and closing them."""

from __future__ import annotations

from collections.abc import Mapping
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
from app.programmes.queries import definition_of
from app.reviews.models import Assignment, Panel, PanelMember, PanelTurn, Review
from app.reviews.queries import NOT_STARTED, UNDER_REVIEW, is_its_turn, is_live
from app.trail.services import record
from app.workflow.vocabulary import Move


def open_panels(session: Session, call: Call, definition: Definition) -> None:
    """Make the panels that a call declares. Done twice is done once."""
    known = {panel.key: panel for panel in session.scalars(select(Panel).where(Panel.call_id == call.id))}
    for declared in definition.panels:
        if declared.key not in known:
            side = None if declared.side == JOINT else declared.side
            known[declared.key] = Panel(call_id=call.id, key=declared.key, side_key=side)
            session.add(known[declared.key])
        known[declared.key].stage = declared.stage
        known[declared.key].sees_others = declared.sees_others
    session.flush()
    _keep_turns(session, definition, known)


def _keep_turns(session: Session, definition: Definition, panels: Mapping[str, Panel]) -> None:
    """Which panel begins after which."""
    wanted = {(panels[each.key].id, panels[before].id) for each in definition.panels for before in each.after}
    ids = [panel.id for panel in panels.values()]
    turns = session.scalars(select(PanelTurn).where(PanelTurn.panel_id.in_(ids)))
    standing = {(turn.panel_id, turn.after_id): turn for turn in turns}
    for pair in standing.keys() - wanted:
        session.delete(standing[pair])
    for panel_id, after_id in sorted(wanted - standing.keys(), key=str):
        session.add(PanelTurn(panel_id=panel_id, after_id=after_id))
    session.flush()


def in_turn(session: Session, panel: Panel) -> None:
    """Refused as long as a panel after which this one begins has not closed."""
    if session.scalar(select(is_its_turn(panel.id))):
        return
    message = N_("This panel begins when the panels before it have closed.")
    raise Refused.because("not_its_turn", message, holder="chair, coordinator")


def still_open(session: Session, panel_id: UUID) -> Panel:
    """The panel, held until the transaction ends: nothing is written into it while it closes. Refused once closed."""
    panel = session.get_one(Panel, panel_id, with_for_update={"read": True})
    if panel.closed_at is not None:
        message = N_("This panel has closed. What was submitted stands, and nothing more is taken.")
        raise Refused.because("panel_closed", message, holder="coordinator", since=panel.closed_at)
    return panel


def close_panel(session: Session, panel: Panel, *, by: Acting, at: datetime, reason: str = "") -> None:
    """End a panel's scoring. Refused while something is missing, unless a reason is given, and before its turn. Closed
    twice is closed once.

    When the last panel of a stage closes, every application in review moves on, by the system.
    """
    in_turn(session, panel)
    # All panels are locked first and in one order, so that two that close at once wait instead of deadlocking.
    others = session.scalars(
        select(Panel).where(Panel.call_id == panel.call_id).order_by(Panel.id).with_for_update()
    ).all()
    others = [other for other in others if other.stage is panel.stage]
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
            .where(Application.call_id == panel.call_id, Application.state == UNDER_REVIEW[panel.stage])
            .order_by(Application.number)
        )
    ).all():
        applications.take(session, application, Move.CLOSE_REVIEW, by=applications.system("close-review"), at=at)


def _unfinished(session: Session, panel: Panel) -> list[Problem]:
    """What speaks against closing, without a number: it may be about an application that the reader is closed to."""
    problems = _thin_at_its_turn(session, panel)
    if session.scalar(
        scoped(
            select(func.count())
            .select_from(Assignment)
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Application, Application.id == Assignment.application_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(
                Assignment.panel_id == panel.id,
                Application.state == UNDER_REVIEW[panel.stage],
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
            .where(Application.call_id == panel.call_id, Application.state.in_(NOT_STARTED[panel.stage]))
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


def _thin_at_its_turn(session: Session, panel: Panel) -> list[Problem]:
    """A panel that begins after others is manned by then, and not when the review starts: told here if it is not."""
    declared = definition_of(session, session.get_one(Call, panel.call_id)).panel(panel.key)
    if not declared.after:
        return []
    given = (
        select(func.count())
        .select_from(Assignment)
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .where(Assignment.panel_id == panel.id, Assignment.application_id == Application.id, is_live())
        .correlate(Application)
        .scalar_subquery()
    )
    lacking = session.scalar(
        scoped(
            select(func.count())
            .select_from(Application)
            .where(Application.call_id == panel.call_id, Application.state == UNDER_REVIEW[panel.stage])
            .where(given < (declared.min_reviews or 1))
        )
    )
    if not lacking:
        return []
    message = N_("Some applications have too few reviewers in this panel. To close all the same, write the reason.")
    return [Problem("thin_panel", message, field="reason", holder="coordinator")]
