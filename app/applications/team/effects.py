"""Letters to and about members of a team."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.effects import by_side, common, present
from app.applications.models import Application
from app.applications.stages import closing_of, part_at
from app.applications.team.models import ApplicationMember
from app.communications import services as mail
from app.communications.services import About
from app.identities.models import LinkPurpose, Person, PersonalLink
from app.identities.services import make_link, primary_address
from app.programmes.models import Call


def member_link(session: Session, member: ApplicationMember, at: datetime) -> PersonalLink:
    """A link to the invitation and, once it is accepted, to the application: to nothing else."""
    address = primary_address(session, member.person_id)
    return make_link(session, LinkPurpose.MEMBER, member.person_id, address, at=at, subject_id=member.id)


def invite(session: Session, application: Application, member: ApplicationMember, at: datetime) -> None:
    """The letter that invites, with the link that opens the invitation."""
    inviter = session.get_one(Person, member.invited_by)
    definition = present(session, application)
    closes = closing_of(session.get_one(Call, application.call_id), part_at(definition, application.state))
    person = session.get_one(Person, member.person_id)
    said = {
        "inviter": inviter.name,
        "inviter_institution": inviter.institution,
        "role": member.role.value,
        "may": member.may.value,
        "times": by_side(closes, definition, person.locale) if closes else [],
    }
    link = member_link(session, member, at)
    _post(session, application, member.person_id, "member_invitation", said, at=at, link_id=link.id)


def tell_answer(session: Session, application: Application, member: ApplicationMember, at: datetime) -> None:
    """The yes, the no or the leaving, to whoever invited and to the lead applicant."""
    person = session.get_one(Person, member.person_id)
    answer = "left" if member.ended_at else "accepted" if member.accepted_at else "declined"
    said = {"member": person.name, "answer": answer, "because": member.declined_because or ""}
    for person_id in sorted({member.invited_by, application.lead_person_id}, key=str):
        _post(session, application, person_id, "member_answer", said, at=at)


def tell_change(session: Session, application: Application, member: ApplicationMember, by: str, at: datetime) -> None:
    """Another right, or the end of it, to the member. With a right goes a link; without one there is nothing to open."""
    is_over = member.ended_at is not None
    said = {"by": by, "may": "" if is_over else member.may.value}
    link_id = None if is_over else member_link(session, member, at).id
    _post(session, application, member.person_id, "member_change", said, at=at, link_id=link_id)


def _post(  # whom, of what, and when
    session: Session,
    application: Application,
    person_id: UUID,
    kind: str,
    said: Mapping[str, Any],
    *,
    at: datetime,
    link_id: UUID | None = None,
) -> None:
    person = session.get_one(Person, person_id)
    mail.post(
        session,
        kind,
        person_id,
        dedupe=f"{kind}:{application.id}:{person_id}:{said.get('member', '')}:{at.isoformat()}",
        values={**common(application, present(session, application), person), **said},
        at=at,
        about=About(application.call_id, application.id),
        link_id=link_id,
    )
