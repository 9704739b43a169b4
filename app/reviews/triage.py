"""Which applications are set aside: not discussed is a result of its own, and no score of zero."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import ApplicationStep
from app.kernel.database import scoped
from app.workflow.vocabulary import Move


def set_aside_among(session: Session, application_ids: Collection[UUID]) -> frozenset[UUID]:
    """The applications among these that were set aside and not brought back, before a decision and after it."""
    rows = session.execute(
        scoped(
            select(ApplicationStep.application_id, ApplicationStep.move)
            .where(ApplicationStep.application_id.in_(application_ids))
            .where(ApplicationStep.move.in_((Move.SET_ASIDE, Move.BRING_BACK)))
            .order_by(ApplicationStep.position)
        )
    )
    last = {row.application_id: row.move for row in rows}
    return frozenset(application_id for application_id, move in last.items() if move is Move.SET_ASIDE)
