"""What all readings of panels share: the states, which assignments count, and scores as numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.applications.models import Application
from app.kernel.database import scoped
from app.programmes.definition import Criterion, Definition, Part
from app.reviews.conflicts import clear_of
from app.reviews.models import Assignment, Panel, PanelMember, PanelTurn, Score
from app.workflow.table import AFTER_REVIEW
from app.workflow.vocabulary import State

IN_PLAY = {
    Part.FULL: (State.SUBMITTED, State.REOPENED, State.SIGNED, State.ELIGIBLE, State.IN_REVIEW),
    Part.OUTLINE: (
        State.OUTLINE_SUBMITTED,
        State.OUTLINE_REOPENED,
        State.OUTLINE_ELIGIBLE,
        State.OUTLINE_IN_REVIEW,
    ),
}
"""By the stage of a panel: applications that can be assigned to it."""
NOT_STARTED = {stage: states[:-1] for stage, states in IN_PLAY.items()}
UNDER_REVIEW = {Part.FULL: State.IN_REVIEW, Part.OUTLINE: State.OUTLINE_IN_REVIEW}
JUDGED = (State.IN_REVIEW, *sorted(AFTER_REVIEW), State.DECIDED, State.AWARDED, State.RESERVE, State.DECLINED)
OUTLINE_JUDGED = (
    State.OUTLINE_IN_REVIEW,
    State.OUTLINE_REVIEWED,
    State.OUTLINE_DECIDED,
    State.NOT_INVITED,
    State.INVITED,
    State.SUBMITTED,
    State.REOPENED,
    State.SIGNED,
    State.ELIGIBLE,
    *JUDGED,
)


def is_judged() -> ColumnElement[bool]:
    """Of `Panel` and `Application` in the statement around: the panel has begun to judge the application."""
    return or_(
        and_(Panel.stage == Part.FULL, Application.state.in_(JUDGED)),
        and_(Panel.stage == Part.OUTLINE, Application.state.in_(OUTLINE_JUDGED)),
    )


def is_under_review() -> ColumnElement[bool]:
    """Of `Panel` and `Application` in the statement around: the application is in review before this panel."""
    return or_(*(and_(Panel.stage == stage, Application.state == state) for stage, state in UNDER_REVIEW.items()))


def is_its_turn(panel_id: ColumnElement[UUID] | InstrumentedAttribute[UUID] | UUID) -> ColumnElement[bool]:
    """Every panel after which this one begins has closed."""
    turn, before = aliased(PanelTurn), aliased(Panel)
    waits = exists().where(turn.panel_id == panel_id, before.id == turn.after_id, before.closed_at.is_(None))
    return ~waits.correlate_except(turn, before)


def is_live() -> ColumnElement[bool]:
    """Assignments that count: the member has not declined and is in no conflict with the application."""
    return and_(PanelMember.declined_at.is_(None), clear_of(PanelMember.person_id, Assignment.application_id))


def state_of(member: PanelMember) -> str:
    """named, invited, accepted or declined."""
    if member.declined_at is not None:
        return "declined"
    if member.accepted_at is not None:
        return "accepted"
    return "invited" if member.invited_at is not None else "named"


def scores_of(session: Session, review_ids: Sequence[UUID]) -> dict[UUID, dict[str, Score]]:
    """The scores of reviews that the caller has reached, by criterion."""
    found: dict[UUID, dict[str, Score]] = {}
    for score in session.scalars(scoped(select(Score).where(Score.review_id.in_(review_ids)))):
        found.setdefault(score.review_id, {})[score.criterion] = score
    return found


def points(hundredths: int | None) -> Fraction | None:
    """A stored score as a number."""
    return None if hundredths is None else Fraction(hundredths, 100)


def counting(definition: Definition, panel_key: str, areas: Collection[str]) -> tuple[Criterion, ...]:
    """The criteria that a panel judges in an application of these areas, and whose scores are numbers."""
    panel = definition.panel(panel_key)
    judged = definition.criteria_of(panel, areas)
    return tuple(criterion for criterion in judged if definition.scale_for(panel, criterion).is_numeric)
