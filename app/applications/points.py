"""Points of the formal check that a person found to have failed, and what applicants are told of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, EligibilityTick
from app.applications.notes import note
from app.applications.participation import TWICE, colliding
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.definition import Definition, Text
from app.programmes.queries import definition_by_version


def mark_failed(session: Session, application: Application, keys: Collection[str], *, by: Acting, at: datetime) -> None:
    """Note which points failed; each point is either in order or failed, and the last word counts."""
    definition = definition_by_version(session, application.call_version_id)
    wanted = {check.key for check in definition.eligibility} & set(keys)
    rows = session.scalars(
        scoped(select(EligibilityTick).where(EligibilityTick.application_id == application.id))
    ).all()
    known = {row.key: row for row in rows}
    before = {row.key for row in rows if not row.is_in_order}
    for key in before - wanted:
        session.delete(known[key])
    for key in sorted(wanted - before):
        if key in known:
            known[key].is_in_order, known[key].by_person_id, known[key].at = False, by.person_id, at  # type: ignore[assignment]  # a person, by the table
        else:
            session.add(
                EligibilityTick(
                    application_id=application.id, key=key, is_in_order=False, by_person_id=by.person_id, at=at
                )
            )
    session.flush()
    if before != wanted:
        note(session, "mark-failed-points", application, by=by, at=at, failed=sorted(wanted))


def failed_points(session: Session, application: Application) -> set[str]:
    """The points that somebody found to have failed."""
    return set(
        session.scalars(
            scoped(
                select(EligibilityTick.key).where(
                    EligibilityTick.application_id == application.id, EligibilityTick.is_in_order.is_(False)
                )
            )
        )
    )


def failed_texts(session: Session, application: Application, definition: Definition) -> list[Text]:
    """What the formal letter says of each point that failed: its declared reason, or its title where it has none."""
    failed = failed_points(session, application)
    texts = [check.reason or check.title for check in definition.eligibility if check.key in failed]
    return texts + ([TWICE] if colliding(session, application, definition) else [])
