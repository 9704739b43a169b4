"""An application with one of its answers, for whoever writes it, read in one statement: autosave asks often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from app.access import scope
from app.access.reach import Here, hats_towards
from app.access.viewer import Link, Viewer
from app.applications.autosave import LedPart, Standing, kept_of
from app.applications.models import Answer, AnswerVersion, Application, ApplicationSide
from app.applications.stages import closing_of, part_at
from app.applications.team.models import ApplicationMember, Right
from app.identities.models import LinkPurpose, Person
from app.kernel.actors import Acting
from app.kernel.database import is_writing
from app.kernel.errors import NotFound
from app.programmes.models import Call, CallVersion
from app.programmes.queries import definition_by_hash

_every = aliased(AnswerVersion)
_newest = (
    select(func.max(_every.number))
    .where(_every.application_id == Answer.application_id, _every.key == Answer.key)
    .correlate(Answer)
    .scalar_subquery()
)
_COLUMNS = (
    select(
        Application.id,
        Application.state,
        Application.submitted_at,
        Application.lead_person_id,
        Application.call_version_id,
        CallVersion.sha256,
        Call.closes_at,
        Call.outline_closes_at,
        ApplicationSide.side_key,
        ApplicationSide.takes_part,
        ApplicationSide.lead_person_id.label("side_lead_id"),
        ApplicationSide.confirmed_at,
        Answer.id.label("answer_id"),
        Answer.value,
        Answer.version,
        Answer.changed_at,
        Person.name.label("changed_by"),
        AnswerVersion.id.label("last_id"),
        AnswerVersion.value.label("last_value"),
        AnswerVersion.begun_at,
        AnswerVersion.at,
        AnswerVersion.by_person_id,
        ApplicationMember.id.label("member_id"),
        ApplicationMember.may.label("member_may"),
        ApplicationMember.side_key.label("member_side"),
    )
    .select_from(Application)
    .join(CallVersion, CallVersion.id == Application.call_version_id)
    .join(Call, Call.id == Application.call_id)
    .join(ApplicationSide, ApplicationSide.application_id == Application.id)
    .outerjoin(
        ApplicationMember,
        and_(
            ApplicationMember.application_id == Application.id,
            ApplicationMember.person_id == bindparam("person", type_=Uuid()),
            ApplicationMember.accepted_at.is_not(None),
            ApplicationMember.ended_at.is_(None),
        ),
    )
)


@dataclass(frozen=True)
class Last:
    """The newest row of the answer's history."""

    id: UUID
    value: Any
    begun_at: datetime
    at: datetime
    by_person_id: UUID | None


def standing(session: Session, viewer: Viewer, application_id: UUID, key: str) -> Here[Standing]:
    """What autosave needs to know, for those who apply. NotFound for everybody else, whatever else they may read."""
    asked = {
        "of": application_id,
        "under": key,
        "person": viewer.person_id,
        "subject": viewer.link.subject_id if viewer.link else None,
    }
    statement = _statement(viewer.link.purpose if viewer.link else None, is_writing())
    rows = session.connection().execute(statement, asked).all()
    if not rows:
        raise NotFound()
    return Here(_standing(session, key, rows), _acting(viewer, rows), rows[0].state)


@dataclass(frozen=True)
class Place:
    """The person's place in the team."""

    id: UUID
    may: Right
    side_key: str | None


@cache
def _statement(purpose: LinkPurpose | None, for_update: bool) -> Select[*tuple[Any, ...]]:
    """The statement with the scope of applicants, written once for each kind of link: it has places for who asks."""
    whoever: Any = bindparam("person", type_=Uuid())
    link = None if purpose is None else Link(whoever, purpose, cast(Any, bindparam("subject", type_=Uuid())), "")
    of_applicants = scope.applicant_of(Viewer(whoever, "", "", "", link=link))
    statement = (
        _COLUMNS.outerjoin(Answer, and_(Answer.application_id == Application.id, Answer.key == bindparam("under")))
        .outerjoin(Person, Person.id == Answer.changed_by)
        .outerjoin(
            AnswerVersion,
            and_(
                AnswerVersion.application_id == Answer.application_id,
                AnswerVersion.key == Answer.key,
                AnswerVersion.number == _newest,
            ),
        )
        .where(Application.id == bindparam("of", type_=Uuid()), of_applicants)
    )
    return statement.with_for_update(of=Application) if for_update else statement


def _standing(session: Session, key: str, rows: Any) -> Standing:
    row = rows[0]
    definition = definition_by_hash(session, row.call_version_id, row.sha256)
    has_answer, has_last = row.answer_id is not None, row.last_id is not None
    return Standing(
        row.id,
        row.state,
        row.submitted_at,
        key,
        definition,
        tuple(
            LedPart(each.side_key, each.side_lead_id, each.confirmed_at, each.side_lead_id == row.lead_person_id)
            for each in rows
            if each.takes_part
        ),
        row.answer_id,
        kept_of(row.value, row.version, row.changed_by, row.changed_at) if has_answer else None,
        Last(row.last_id, row.last_value, row.begun_at, row.at, row.by_person_id) if has_last else None,
        closing_of(row, part_at(definition, row.state)),
    )


def _acting(viewer: Viewer, rows: Any) -> Acting:
    """The hats of `reach.application` towards one's own application."""
    row = rows[0]
    led = frozenset(each.side_key for each in rows if each.side_lead_id == viewer.person_id)
    member = None if row.member_id is None else Place(row.member_id, row.member_may, row.member_side)
    hats, sides = hats_towards(viewer, row.lead_person_id, led, member)
    return Acting(viewer.person_id, viewer.name, hats, sides, viewer.link.id if viewer.link else None, viewer.deed)
