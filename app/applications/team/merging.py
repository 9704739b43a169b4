"""What applications settle before two records of one person become one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide
from app.applications.team.members import counts
from app.applications.team.models import ApplicationMember
from app.applications.team.rules import ORDER
from app.identities.merging import Pair
from app.kernel.database import scoped
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_


def settle(session: Session, pair: Pair, at: datetime) -> None:
    """Refused where both lead a part of one application. Of two places in one team the one that allows more stays, and
    no place beside leading the whole or having invited oneself."""
    if _led(session, pair.stays) & _led(session, pair.goes):
        message = N_("Both records lead a part of the same application. Write to the coordinator of the call.")
        raise Refused([Problem("both_lead", message, field="address", holder="coordinator")])
    rows = session.execute(
        scoped(
            select(ApplicationMember, Application.lead_person_id)
            .join(Application, Application.id == ApplicationMember.application_id)
            .where(ApplicationMember.person_id.in_((pair.stays, pair.goes)))
        )
    ).all()
    people = {pair.stays, pair.goes}
    places: dict[UUID, list[ApplicationMember]] = {}
    for member, lead in rows:
        if lead in people or member.invited_by in people:
            session.delete(member)
        else:
            places.setdefault(member.application_id, []).append(member)
    for members in places.values():
        _keep_one(session, members)
    session.flush()


def _led(session: Session, person_id: UUID) -> set[UUID]:
    whole = select(Application.id).where(Application.lead_person_id == person_id)
    parts = select(ApplicationSide.application_id).where(ApplicationSide.lead_person_id == person_id)
    return {*session.scalars(scoped(whole)), *session.scalars(scoped(parts))}


def _keep_one(session: Session, members: list[ApplicationMember]) -> None:
    ordered = sorted(members, key=lambda row: (counts(row), ORDER.index(row.may)), reverse=True)
    kept, *others = ordered
    since = [row.took_part_since for row in members if row.took_part_since is not None]
    kept.took_part_since = min(since, default=None)
    for row in others:
        session.delete(row)
