"""Inviting to a team, answering, changing a right, taking somebody out. Nothing here makes a member but the own yes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.notes import note
from app.applications.queries.partners import applicants_of
from app.applications.team import effects, members
from app.applications.team.models import ApplicationMember, MemberRole, Right
from app.applications.team.queries import sides_to_invite
from app.identities import services as identities
from app.identities.models import LinkPurpose, Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.workflow.table import WRITTEN
from app.workflow.vocabulary import Hat


def invite_member(
    session: Session,
    application: Application,
    *,
    name: str,
    address: str,
    role: MemberRole,
    right: Right,
    side_key: str | None,
    by: Acting,
    at: datetime,
) -> ApplicationMember:
    """Invite somebody by mail; inviting the same person again sends a new link. Nothing is opened before the own yes.

    NotAllowed for whoever may not invite for this side. Refused for who leads a part already, and for oneself.
    """
    problem = may(Action.INVITE_MEMBER, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    _may_invite_for(session, application, side_key, by)
    problems = _problems(name, right, side_key)
    if not problems and not identities.allow_attempt(session, "invite-member", str(application.id), at=at):
        problems.append(Problem("too_often", N_("Many invitations were sent just now. Wait a quarter of an hour.")))
    if problems:
        raise Refused(problems)
    person = identities.find_or_make_person(session, name, address, at=at)
    _may_be_invited(session, application, person, by)
    member = _row(session, application, person)
    if member is not None and members.counts(member):
        message = N_("%(person)s is of the team already. Change the right there.")
        raise Refused([Problem("member_already", message, field="address", values={"person": person.name})])
    member = member or ApplicationMember(application_id=application.id, person_id=person.id)
    member.role, member.may, member.side_key = role, right, side_key
    member.invited_by, member.invited_at = by.person_id, at  # type: ignore[assignment]  # a person, by the policy
    member.accepted_at = member.declined_at = member.declined_because = member.ended_at = member.ended_by = None
    session.add(member)
    session.flush()
    identities.revoke_links(session, LinkPurpose.MEMBER, member.id, at=at)
    effects.invite(session, application, member, at)
    note(session, "invite-member", application, by=by, at=at, member=str(member.id), may=right.value, side=side_key)
    return member


def _may_invite_for(session: Session, application: Application, side_key: str | None, by: Acting) -> None:
    """Raises NotAllowed for a side that is not this person's to invite for."""
    if side_key not in dict(sides_to_invite(session, application, by.person_id)):
        raise NotAllowed([Problem("not_yours", N_("You invite for your own side only."), holder="lead_applicant")])


def _problems(name: str, right: Right, side_key: str | None) -> list[Problem]:
    found = []
    if not name.strip():
        found.append(Problem("name_missing", N_("Write the name."), field="name"))
    if right is Right.SUBMIT and side_key is not None:
        message = N_("Only somebody who works on the whole application can submit it.")
        found.append(Problem("submits_the_whole", message, field="may"))
    return found


def _may_be_invited(session: Session, application: Application, person: Person, by: Acting) -> None:
    """Refused for oneself and for whoever leads a part: they may do more than any right gives. A side's lead may be
    asked by the lead applicant to work on the whole."""
    leads = {person_id for person_id, _ in applicants_of(session, application)}
    if person.id == by.person_id:
        raise Refused([Problem("oneself", N_("This is your own address."), field="address")])
    if person.id == application.lead_person_id or (person.id in leads and by.person_id != application.lead_person_id):
        message = N_("%(person)s leads a part of this application already.")
        raise Refused([Problem("leads_already", message, field="address", values={"person": person.name})])


def _row(session: Session, application: Application, person: Person) -> ApplicationMember | None:
    return session.scalar(
        scoped(
            select(ApplicationMember).where(
                ApplicationMember.application_id == application.id, ApplicationMember.person_id == person.id
            )
        )
    )


def answer(
    session: Session, member: ApplicationMember, *, accepts: bool, because: str = "", by: Acting, at: datetime
) -> None:
    """The own yes, or the no with one sentence. NotAllowed for anybody else; said twice is said once. Refused
    once nothing is written any more: a late yes would give nothing, and bar from judging."""
    application = _own(session, member, by)
    if (member.accepted_at if accepts else member.declined_at) is not None:
        return
    if application.state not in WRITTEN:
        raise Refused([Problem("not_now", N_("This application is no longer being written; nothing is left to do."))])
    if not accepts and not because.strip():
        message = N_("Write one sentence; whoever invited you reads it.")
        raise Refused([Problem("because_missing", message, field="because")])
    if member.accepted_at is not None:
        raise Refused([Problem("accepted_already", N_("You have accepted. You can leave the team instead."))])
    member.accepted_at, member.declined_at = (at, None) if accepts else (None, at)
    member.took_part_since = member.took_part_since or member.accepted_at
    member.declined_because = None if accepts else " ".join(because.split())
    session.flush()
    effects.tell_answer(session, application, member, at)
    verb = "accept-membership" if accepts else "decline-membership"
    note(session, verb, application, by=by, at=at, member=str(member.id))


def leave(session: Session, member: ApplicationMember, *, by: Acting, at: datetime) -> None:
    """Leave the team; it is worth nothing from the next request on. What was written stays."""
    application = _own(session, member, by)
    _end(session, member, by, at)
    effects.tell_answer(session, application, member, at)
    note(session, "leave-team", application, by=by, at=at, member=str(member.id))


def change_right(
    session: Session, application: Application, member: ApplicationMember, right: Right, *, by: Acting, at: datetime
) -> None:
    """Give a member another right, told by mail. NotAllowed for anybody but those of `changes`."""
    _may_change(application, member, by)
    problems = _problems("-", right, member.side_key)
    if problems:
        raise Refused(problems)
    if member.may is right:
        return
    member.may = right
    session.flush()
    effects.tell_change(session, application, member, by.name, at)
    note(session, "change-member", application, by=by, at=at, member=str(member.id), may=right.value)


def remove_member(
    session: Session, application: Application, member: ApplicationMember, *, by: Acting, at: datetime
) -> None:
    """Take an invitation back, or somebody out of the team: sessions and links are worth nothing at once. The person
    is told by mail, unless it was declined. NotAllowed for anybody but those of `changes`."""
    _may_change(application, member, by)
    has_declined = member.declined_at is not None
    _end(session, member, by, at)
    if not has_declined:
        effects.tell_change(session, application, member, by.name, at)
    note(session, "remove-member", application, by=by, at=at, member=str(member.id))


def changes(application: Application, member: ApplicationMember, by: Acting) -> bool:
    """Whether this person changes a member's right: the lead applicant, who leads the member's side, and who invited."""
    leads_the_side = Hat.SIDE_LEAD in by.hats and member.side_key in by.sides
    return by.person_id in (application.lead_person_id, member.invited_by) or leads_the_side


def _may_change(application: Application, member: ApplicationMember, by: Acting) -> None:
    problem = may(Action.CHANGE_MEMBER, by, application.state)
    if problem is None and not changes(application, member, by):
        message = N_("Only the lead applicant, who leads the side and whoever invited this person can change this.")
        problem = Problem("not_yours", message, holder="lead_applicant")
    if problem is not None:
        raise NotAllowed([problem])
    if member.application_id != application.id or member.ended_at is not None:
        raise NotFound()


def _end(session: Session, member: ApplicationMember, by: Acting, at: datetime) -> None:
    member.ended_at, member.ended_by = at, by.person_id
    session.flush()
    identities.revoke_links(session, LinkPurpose.MEMBER, member.id, at=at)


def _own(session: Session, member: ApplicationMember, by: Acting) -> Application:
    """The application of one's own invitation. NotAllowed for somebody else's; NotFound once it is over."""
    if member.person_id != by.person_id:
        raise NotAllowed([Problem("not_yours", N_("This belongs to somebody else."))])
    if member.ended_at is not None:
        raise NotFound()
    return session.scalars(
        scoped(select(Application).where(Application.id == member.application_id).with_for_update())
    ).one()


def member_by_id(session: Session, application: Application, member_id: object) -> ApplicationMember:
    """A row of this application's team that is not over; NotFound for any other."""
    found = session.scalar(
        scoped(
            select(ApplicationMember).where(
                ApplicationMember.id == member_id, ApplicationMember.application_id == application.id
            )
        )
    )
    if found is None or found.ended_at is not None:
        raise NotFound()
    return found
