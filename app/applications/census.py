"""Counting without reading: of a draft, the office knows only that it exists."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.kernel.database import scoped
from app.workflow.vocabulary import State


def drafts_of_call(session: Session, call_id: UUID) -> int:
    """How many drafts a call has. Nothing of them may be read by its office."""
    return (
        session.scalar(
            scoped(
                select(func.count())
                .select_from(Application)
                .where(Application.call_id == call_id, Application.state == State.DRAFT)
            )
        )
        or 0
    )
