"""Who is of a team: the conditions from which scopes and conflicts start, and single rows.

`person` and `application` are ids, or columns of the statement around.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.applications.team.models import ApplicationMember
from app.kernel.database import scoped

Who = UUID | ColumnElement[Any] | InstrumentedAttribute[Any] | None


def is_member(person: Who, application: Who, member_id: UUID | None = None) -> Exists:
    """The person has accepted, and has neither left nor been removed; `member_id` confines it to one invitation."""
    row = aliased(ApplicationMember)
    found = exists().where(
        row.application_id == application,
        row.person_id == person,
        row.accepted_at.is_not(None),
        row.ended_at.is_(None),
    )
    if member_id is not None:
        found = found.where(row.id == member_id)
    return found.correlate_except(row)


def took_part(person: Who, application: Who) -> Exists:
    """The person has ever accepted: whoever wrote an application does not judge it after leaving either."""
    row = aliased(ApplicationMember)
    once = exists().where(row.application_id == application, row.person_id == person, row.took_part_since.is_not(None))
    return once.correlate_except(row)


def counts(member: ApplicationMember) -> bool:
    """Whether this row gives anything: it was accepted, and is not over."""
    return member.accepted_at is not None and member.ended_at is None


def own(session: Session, member_id: UUID, person_id: UUID) -> ApplicationMember | None:
    """The person's own invitation, unless it was taken back."""
    return session.scalar(
        scoped(
            select(ApplicationMember).where(
                ApplicationMember.id == member_id,
                ApplicationMember.person_id == person_id,
                ApplicationMember.ended_at.is_(None),
            )
        )
    )
