"""Which optional sides take part: chosen by the lead applicant. What a side has typed waits for its coming back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.applications import effects, queries
from app.applications.approvals.voiding import void_what_changed
from app.applications.models import Application, ApplicationSide
from app.applications.notes import note
from app.applications.sides import is_free
from app.identities import services as identities
from app.identities.models import LinkPurpose, Person
from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.queries import definition_by_version


def leave_out(session: Session, application: Application, side_key: str, *, by: Acting, at: datetime) -> None:
    """Let an optional side stay away. Whoever was asked to lead it is told, and the link of that part stops working;
    its budget and answers are kept. Refused for the applicant's own side."""
    side = _optional(session, application, side_key, by=by)
    if side.lead_person_id == application.lead_person_id:
        raise Refused([Problem("own_side", N_("You lead this side, so it takes part."), field=f"side-{side_key}")])
    if not side.takes_part:
        return
    asked, has_declined = side.lead_person_id, side.declined_at is not None
    identities.revoke_links(session, LinkPurpose.PARTNER, side.id, at=at)
    side.takes_part, side.lead_person_id, side.invited_at = False, None, None
    side.confirmed_at, side.confirmed_as, side.declined_at, side.declined_because = None, None, None, None
    side.objected_at, side.objected_because, side.mail_id = None, None, None
    side.earlier_lead_id = None if has_declined else asked
    session.flush()
    if side.earlier_lead_id is not None:
        effects.tell_left(session, application, side, session.get_one(Person, side.earlier_lead_id), at)
    void_what_changed(session, application, by=by, at=at)
    note(session, "leave-side-out", application, by=by, at=at, side=side_key)


def bring_in(session: Session, application: Application, side_key: str, *, by: Acting, at: datetime) -> None:
    """Let an optional side take part. Who led it before is invited again, with all that was typed; else somebody is
    still to be invited. Refused when invitations were sent too often just now."""
    side = _optional(session, application, side_key, by=by)
    if side.takes_part:
        return
    earlier = session.get_one(Person, side.earlier_lead_id) if side.earlier_lead_id is not None else None
    if earlier is not None and not _can_lead(session, application, side, earlier):
        earlier = None
    if earlier is not None and not identities.allow_attempt(session, "invite", str(side.id), at=at):
        message = N_("Many invitations were sent just now. Wait a quarter of an hour.")
        raise Refused([Problem("too_often", message, field=f"side-{side_key}")])
    side.takes_part, side.earlier_lead_id = True, None
    if earlier is not None:
        side.lead_person_id, side.invited_at = earlier.id, at
    session.flush()
    if earlier is not None:
        effects.invite(session, application, side, earlier, at)
    void_what_changed(session, application, by=by, at=at)
    note(session, "bring-side-in", application, by=by, at=at, side=side_key)


def _optional(session: Session, application: Application, side_key: str, *, by: Acting) -> ApplicationSide:
    """The part of a side that the call leaves to the applicants, held while its draft is open to this person."""
    problem = may(Action.INVITE_PARTNER, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    definition = definition_by_version(session, application.call_version_id)
    side = queries.side_of(session, application.id, side_key)
    if side is None:
        raise NotFound()
    if not definition.side(side_key).optional:
        message = N_("This side takes part in every application of the call.")
        raise Refused([Problem("not_optional", message, field=f"side-{side_key}")])
    return side


def _can_lead(session: Session, application: Application, side: ApplicationSide, person: Person) -> bool:
    try:
        is_free(session, application, side, person)
    except Refused:
        return False
    return True
