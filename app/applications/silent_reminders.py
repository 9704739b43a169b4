"""Letters about a partner's missing yes: to the partner before the days of grace end, to the lead applicant after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide
from app.applications.silence import Gap, open_in
from app.communications import services as mail
from app.communications.instants import instant_text
from app.communications.services import About
from app.identities.models import LinkPurpose, Person
from app.identities.services import make_link, primary_address
from app.kernel.database import scoped
from app.programmes.deadlines import LATE, reminder_instant
from app.programmes.definition import Definition
from app.programmes.models import Call, CallState
from app.programmes.queries import newest_definitions
from app.workflow.vocabulary import State

DAYS = (2, 0)
"""Days before the end of the grace when the partner is reminded."""


def remind_silent(session: Session, at: datetime) -> int:
    """Remind partners whose yes is missing, and tell lead applicants when it can no longer come. How many letters."""
    calls = session.scalars(select(Call.id).where(Call.state == CallState.ANNOUNCED, Call.closes_at < at)).all()
    definitions = {
        key: found for key, found in newest_definitions(session, list(calls)).items() if found.partner_grace_days
    }
    found = {
        row.id: row
        for row in session.scalars(
            scoped(
                select(Application).where(
                    Application.call_id.in_(definitions), Application.state.in_((State.SUBMITTED, State.SIGNED))
                )
            )
        )
    }
    return sum(
        _tell(session, gap, found[gap.application_id], definitions[found[gap.application_id].call_id], at)
        for gap in (open_in(session, found) if found else ())
    )


def _tell(session: Session, gap: Gap, application: Application, definition: Definition, at: datetime) -> int:
    if gap.declined_at is not None:  # the lead applicant was told of the no
        return 0
    zone = definition.side(gap.side_key).zone
    if at > gap.until:
        dedupe = f"partner-grace-over:{application.id}:{gap.side_key}"
        return _post(
            session, "partner_grace_over", gap, application, definition, application.lead_person_id, dedupe, at
        )
    for days in DAYS:
        due = reminder_instant(gap.until, days, zone)
        if due <= at < due + LATE:
            dedupe = f"partner-grace:{application.id}:{gap.side_key}:{days}"
            return _post(session, "partner_grace", gap, application, definition, gap.person_id, dedupe, at)
    return 0


def _post(  # noqa: PLR0917  # a letter of this kind to one reader
    session: Session,
    kind: str,
    gap: Gap,
    application: Application,
    definition: Definition,
    reader_id: UUID,
    dedupe: str,
    at: datetime,
) -> int:
    if mail.is_posted(session, dedupe):
        return 0
    reader, side = session.get_one(Person, reader_id), definition.side(gap.side_key)
    values: Mapping[str, Any] = {
        "name": reader.name,
        "partner": gap.person,
        "side": side.name,
        "title": application.title,
        "reference": application.reference,
        "call": definition.title.in_(reader.locale),
        "until": instant_text(gap.until, reader.zone, reader.locale),
        "application_id": str(application.id),
        "senders": "\n".join(each.name for each in definition.sides),
    }
    link_id = _link(session, gap, at) if reader_id == gap.person_id else None
    about = About(application.call_id, application.id, gap.side_key)
    mail.post(session, kind, reader_id, dedupe=dedupe, values=values, at=at, about=about, link_id=link_id)
    return 1


def _link(session: Session, gap: Gap, at: datetime) -> UUID:
    side_id = session.scalars(
        scoped(
            select(ApplicationSide.id).where(
                ApplicationSide.application_id == gap.application_id, ApplicationSide.side_key == gap.side_key
            )
        )
    ).one()
    address = primary_address(session, gap.person_id)
    return make_link(session, LinkPurpose.PARTNER, gap.person_id, address, at=at, subject_id=side_id).id
