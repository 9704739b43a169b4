"""The words for a team: as what somebody is invited, what a right allows, and how an invitation stands."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.team.models import ApplicationMember, MemberRole, Right
from app.applications.team.queries import MemberRow, members_of
from app.applications.team.services import changes
from app.kernel.actors import Acting
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.web.words import moment_text

ROLES = {
    MemberRole.CO_APPLICANT: N_("Co-applicant"),
    MemberRole.PARTICIPANT: N_("Participant"),
    MemberRole.ASSISTANT: N_("Assistant"),
}
RIGHTS = {
    Right.READ: N_("Read"),
    Right.COMMENT: N_("Read and comment"),
    Right.EDIT: N_("Edit"),
    Right.SUBMIT: N_("Edit and submit"),
}
ALLOWS = {
    Right.READ: N_("You can read the application."),
    Right.COMMENT: N_("You can read the application and comment on it."),
    Right.EDIT: N_("You can read the application, comment on it and write in it."),
    Right.SUBMIT: N_("You can read the application, comment on it, write in it and submit it."),
}


def role_options() -> tuple[tuple[str, str], ...]:
    """As what somebody may be invited."""
    return tuple((role.value, gettext(text)) for role, text in ROLES.items())


def right_options(*, of_side: bool = False) -> tuple[tuple[str, str], ...]:
    """What somebody may be allowed; one side cannot submit the whole."""
    return tuple((right.value, gettext(text)) for right, text in RIGHTS.items() if not of_side or right != Right.SUBMIT)


@dataclass(frozen=True)
class MemberText:
    """One member as the page of the team shows one."""

    id: UUID
    name: str
    address: str
    role: str
    may: str
    right: str
    rights: tuple[tuple[str, str], ...]
    part: str
    status: str
    tone: str
    at: str | None
    inviter: str
    because: str | None
    can_change: bool
    is_waiting: bool


def team_line(session: Session, application: Application) -> str:
    """How many belong to the team, and how many have not answered, in a line."""
    rows = members_of(session, application.id)
    accepted = sum(row.member.accepted_at is not None for row in rows)
    waiting = sum(row.is_waiting for row in rows)
    if not accepted and not waiting:
        return str(gettext("Nobody is invited to work on it with you yet."))
    said = [ngettext("%(num)d person has accepted", "%(num)d people have accepted", accepted)] if accepted else []
    said += [ngettext("%(num)d has not answered", "%(num)d have not answered", waiting)] if waiting else []
    return ", ".join(said) + "."


def part_name(member: ApplicationMember, definition: Definition) -> str:
    """For what somebody is invited: one side, or the whole application."""
    if member.side_key is None:
        return str(gettext("The whole application"))
    return definition.side(member.side_key).short


def member_text(
    row: MemberRow, definition: Definition, application: Application, reader: Acting, *, may_change: bool
) -> MemberText:
    """One row of the team."""
    member = row.member
    if member.accepted_at is not None:
        status, tone, at = gettext("Has accepted"), "good", member.accepted_at
    elif member.declined_at is not None:
        status, tone, at = gettext("Has declined"), "bad", member.declined_at
    else:
        status, tone, at = gettext("Waiting for an answer"), "wait", member.invited_at
    return MemberText(
        member.id,
        row.name,
        row.address,
        gettext(ROLES[member.role]),
        member.may.value,
        gettext(RIGHTS[member.may]),
        right_options(of_side=member.side_key is not None),
        part_name(member, definition),
        status,
        tone,
        moment_text(at),
        row.inviter,
        member.declined_because,
        may_change and changes(application, member, reader),
        row.is_waiting,
    )
