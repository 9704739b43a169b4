"""Reading a team. Whoever calls hands in an application that was reached, or a person who asks for herself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application
from app.applications.parts import parts_of
from app.applications.team.models import ApplicationMember
from app.identities.models import EmailAddress, Person
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version


@dataclass(frozen=True)
class MemberRow:
    """One invitation with the people in it."""

    member: ApplicationMember
    name: str
    address: str
    inviter: str

    @property
    def is_waiting(self) -> bool:
        """Invited, and not answered yet."""
        return self.member.accepted_at is None and self.member.declined_at is None


def members_of(session: Session, application_id: UUID) -> tuple[MemberRow, ...]:
    """Everybody who is invited or takes part now, in the order of their invitations."""
    inviter = aliased(Person)
    rows = session.execute(
        scoped(
            select(ApplicationMember, Person.name, EmailAddress.address, inviter.name)
            .join(Person, Person.id == ApplicationMember.person_id)
            .join(EmailAddress, (EmailAddress.person_id == Person.id) & EmailAddress.is_primary)
            .join(inviter, inviter.id == ApplicationMember.invited_by)
            .where(ApplicationMember.application_id == application_id, ApplicationMember.ended_at.is_(None))
            .order_by(ApplicationMember.invited_at, ApplicationMember.id)
        )
    )
    return tuple(MemberRow(*row) for row in rows)


@dataclass(frozen=True)
class Asked:
    """What somebody is invited to: before anything is opened, the title of the project and no more of it."""

    member: ApplicationMember
    application: Application
    definition: Definition
    inviter: str
    institution: str


def invitation(session: Session, member_id: UUID, person_id: UUID) -> Asked | None:
    """What this person is invited to; None when the invitation was taken back."""
    row = session.execute(
        scoped(
            select(ApplicationMember, Application, Person)
            .join(Application, Application.id == ApplicationMember.application_id)
            .join(Person, Person.id == ApplicationMember.invited_by)
            .where(
                ApplicationMember.id == member_id,
                ApplicationMember.person_id == person_id,
                ApplicationMember.ended_at.is_(None),
            )
        )
    ).first()
    if row is None:
        return None
    definition = definition_by_version(session, row.Application.call_version_id)
    return Asked(row.ApplicationMember, row.Application, definition, row.Person.name, row.Person.institution)


@dataclass(frozen=True)
class WaitingInvitation:
    """An invitation on somebody's desk."""

    member_id: UUID
    inviter: str
    title: str
    at: datetime


def waiting_for(session: Session, person_id: UUID) -> tuple[WaitingInvitation, ...]:
    """Invitations that this person has not answered."""
    rows = session.execute(
        scoped(
            select(ApplicationMember.id, Person.name, Application.title, ApplicationMember.invited_at)
            .join(Person, Person.id == ApplicationMember.invited_by)
            .join(Application, Application.id == ApplicationMember.application_id)
            .where(
                ApplicationMember.person_id == person_id,
                ApplicationMember.accepted_at.is_(None),
                ApplicationMember.declined_at.is_(None),
                ApplicationMember.ended_at.is_(None),
            )
            .order_by(ApplicationMember.invited_at)
        )
    )
    return tuple(WaitingInvitation(*row) for row in rows)


def unanswered(session: Session, application: Application, definition: Definition) -> tuple[Problem, ...]:
    """Who was invited and has not answered, where the call lets nobody submit before. The inviter can take it back."""
    if definition.team is None or not definition.team.all_answer:
        return ()
    message = N_("%(person)s was invited to the team and has not answered. You can wait, or take the invitation back.")
    return tuple(
        Problem(
            "member_waiting",
            message,
            field="team",
            holder=row.name,
            since=row.member.invited_at,
            values={"person": row.name},
        )
        for row in members_of(session, application.id)
        if row.is_waiting
    )


def sides_to_invite(
    session: Session, application: Application, person_id: UUID | None
) -> tuple[tuple[str | None, str], ...]:
    """For what this person may invite, with the names: the lead applicant for the whole (None) and every side, who
    leads a side for that one."""
    definition = definition_by_version(session, application.call_version_id)
    parts = parts_of(session, application, definition)
    if application.lead_person_id == person_id:
        return ((None, ""), *((part.key, part.side.short) for part in parts if len(parts) > 1))
    return tuple((part.key, part.side.short) for part in parts if part.person_id == person_id)
