"""Naming members, inviting them again, and their yes or no."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identities.models import Person
from app.identities.queries import coordinates
from app.identities.services import find_or_make_person, tell_place
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews.effects import invite
from app.reviews.models import Assignment, Panel, PanelMember, Review
from app.reviews.queries import takes_part
from app.reviews.services.assigning import take_back
from app.reviews.services.conflicts import see_conflicts
from app.reviews.services.panels import still_open
from app.trail.services import record


def name_member(
    session: Session,
    panel: Panel,
    *,
    name: str,
    address: str,
    is_chair: bool,
    by: Acting,
    at: datetime,
    institution: str = "",
    country: str = "",
    is_outside: bool = False,
) -> PanelMember:
    """Put somebody on a panel; `is_outside` says that the person is of no side. Refused for whoever applies in the
    call or sits on another panel of the same stage."""
    still_open(session, panel.id)
    if not name.strip():
        raise Refused.because("name_missing", N_("Write the name."), field="name")
    call = session.get_one(Call, panel.call_id)
    person = find_or_make_person(session, name, address, at=at, locale=_language(session, panel, call))
    tell_place(person, institution=institution, country=country)
    if coordinates(session, person.id, call.id):
        message = N_("This person coordinates a side of this call and cannot judge in it.")
        raise Refused.because("coordinates_here", message, field="address")
    if takes_part(session, person.id, call, at=at):
        raise Refused.because(
            "applies_here",
            N_("This person takes part in an application to this call and cannot judge in it."),
            field="address",
        )
    seats = session.scalars(
        select(PanelMember)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .where(Panel.call_id == panel.call_id, Panel.stage == panel.stage)
        .where(PanelMember.person_id == person.id, PanelMember.declined_at.is_(None))
    ).all()
    if any(seat.panel_id != panel.id for seat in seats):
        raise Refused.because(
            "sits_elsewhere",
            N_("This person sits on another panel of this call; panels do not see each other."),
            field="address",
        )
    known = session.scalar(
        select(PanelMember).where(PanelMember.panel_id == panel.id, PanelMember.person_id == person.id)
    )
    if known is not None:
        raise Refused.because("named_before", N_("This person has been named to this panel already."), field="address")
    if is_outside:
        _belongs_to_no_side(definition_of(session, call), person)
    member = PanelMember(
        panel_id=panel.id, person_id=person.id, is_chair=is_chair, is_outside=is_outside, created_at=at
    )
    session.add(member)
    session.flush()
    see_conflicts(session, member, at=at)
    record(
        session,
        "name-reviewer",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel-member",
        subject_id=member.id,
        panel=panel.key,
        is_chair=is_chair,
    )
    return member


def _language(session: Session, panel: Panel, call: Call) -> str:
    """The language in which the panel's side writes to its people; they may choose another."""
    definition = definition_of(session, call)
    return next((side.language for side in definition.sides if side.key == panel.side_key), "en")


def _belongs_to_no_side(definition: Definition, person: Person) -> None:
    """Refused for somebody who is known to work at one of the sides."""
    home = person.institution.strip().casefold()
    for side in definition.sides:
        if home and home in (side.name.casefold(), side.short.casefold()):
            message = N_("%(person)s belongs to %(side)s, and is not from outside.")
            values = {"person": person.name, "side": side.short}
            raise Refused([Problem("not_outside", message, field="is_outside", values=values)])


def invite_again(session: Session, panel: Panel, member_id: UUID, *, by: Acting, at: datetime) -> PanelMember:
    """Send a member a new link. Refused once the answer was no; NotFound for another panel's member."""
    still_open(session, panel.id)
    member = session.get(PanelMember, member_id)
    if member is None or member.panel_id != panel.id:
        raise NotFound()
    if member.declined_at is not None:
        raise Refused.because("declined", N_("This person has declined. Name somebody else."), since=member.declined_at)
    invite(session, member, by=by, at=at)
    return member


def answer_invitation(
    session: Session, member: PanelMember, *, accepts: bool, because: str, by: Acting, at: datetime
) -> None:
    """Say yes, which accepts the call's terms of review, or no. A no gives back what was assigned."""
    panel = still_open(session, member.panel_id)
    if (member.accepted_at if accepts else member.declined_at) is not None:
        return
    if not accepts and _has_submitted(session, member):
        raise Refused.because(
            "has_submitted",
            N_("You have submitted reviews already. Ask the coordinator to change anything."),
            holder="coordinator",
        )
    member.accepted_at, member.declined_at = (at, None) if accepts else (None, at)
    member.declined_because = None if accepts else because.strip()
    session.flush()
    if not accepts:
        take_back(session, Assignment.member_id == member.id)
    terms = definition_of(session, session.get_one(Call, panel.call_id)).review_terms
    record(
        session,
        "accept-invitation" if accepts else "decline-invitation",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel-member",
        subject_id=member.id,
        **({"terms": hashlib.sha256(terms.en.encode()).hexdigest()} if accepts and terms else {}),
    )


def _has_submitted(session: Session, member: PanelMember) -> bool:
    return (
        session.scalar(
            scoped(
                select(Review.id)
                .join(Assignment, Assignment.id == Review.assignment_id)
                .where(Assignment.member_id == member.id, Review.submitted_at.is_not(None))
                .limit(1)
            )
        )
        is not None
    )
