"""How the trail is told of a deed on an application."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.applications.models import Application
from app.kernel.actors import Acting
from app.trail.services import record


def note(session: Session, verb: str, application: Application, *, by: Acting, at: datetime, **payload: object) -> None:
    """Append the deed to the call's chain, under the application's reference once it has one."""
    record(
        session,
        verb,
        by=by,
        at=at,
        call_id=application.call_id,
        subject=application.reference or "draft",
        subject_id=application.id,
        **payload,
    )
