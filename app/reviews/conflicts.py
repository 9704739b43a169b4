"""Who is closed to an application: by a conflict of interest once declared, or by taking part in it.

The rule stands here alone; scopes, panels and decisions ask it. `person` and `application` are ids, or columns of the
statement around. Every EXISTS reads an alias of its own and correlates to all else, however deep it is nested.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.applications.letters.givers import has_given
from app.applications.models import Application, ApplicationSide
from app.applications.team.members import took_part
from app.identities.models import Person
from app.kernel.database import scoped
from app.reviews.models import ConflictAnswer

Who = UUID | ColumnElement[Any] | InstrumentedAttribute[Any] | None


def in_conflict(person: Who, application: Who) -> Exists:
    """The person has declared a conflict with the application."""
    answer = aliased(ConflictAnswer)
    declared = exists().where(answer.person_id == person, answer.application_id == application, answer.has_conflict)
    return declared.correlate_except(answer)


def leads_in(person: Who, application: Who) -> ColumnElement[bool]:
    """The person leads the application, or a side of it, has worked on it as one of its team, or wrote a letter for it
    or answered as its host."""
    whole, part = aliased(Application), aliased(ApplicationSide)
    return or_(
        exists().where(whole.id == application, whole.lead_person_id == person).correlate_except(whole),
        exists().where(part.application_id == application, part.lead_person_id == person).correlate_except(part),
        took_part(person, application),
        has_given(person, application),
    )


def clear_of(person: Who, application: Who) -> ColumnElement[bool]:
    """The person has declared no conflict with the application and takes no part in it."""
    return and_(~in_conflict(person, application), ~leads_in(person, application))


def closed_people(session: Session, application_id: UUID, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people who may not handle the application."""
    closed = select(Person.id).where(Person.id.in_(people), ~clear_of(Person.id, application_id))
    return frozenset(session.scalars(scoped(closed)))
