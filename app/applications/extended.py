"""Which later deadlines hold for an application."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide, Extension
from app.kernel.database import scoped
from app.programmes.definition import Part


def extended_to(session: Session, application: Application, part: Part = Part.FULL) -> list[datetime]:
    """Later deadlines of one part that hold for an application: its own, and those of sides that take part in it."""
    sides = select(ApplicationSide.side_key).where(
        ApplicationSide.application_id == application.id,
        ApplicationSide.declined_at.is_(None),
        ApplicationSide.takes_part,
    )
    return list(
        session.scalars(
            scoped(
                select(Extension.to_instant).where(
                    Extension.call_id == application.call_id,
                    Extension.agreed_at.is_not(None),
                    Extension.part == part,
                    (Extension.application_id == application.id) | Extension.side_key.in_(sides),
                )
            )
        )
    )
