"""What all readings of panels share: the states, which assignments count, and scores as numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.kernel.database import scoped
from app.programmes.definition import Criterion, Definition
from app.reviews.conflicts import clear_of
from app.reviews.models import Assignment, PanelMember, Score
from app.workflow.vocabulary import State

IN_PLAY = (State.SUBMITTED, State.SIGNED, State.ELIGIBLE, State.IN_REVIEW)
JUDGED = (State.IN_REVIEW, State.REVIEWED, State.DECIDED, State.AWARDED, State.RESERVE, State.DECLINED)


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
