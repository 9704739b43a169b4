"""Of how many applications to calls of the programme one person may be a key person at the same time.

Key persons are who leads the whole or a side, who accepted as a co-applicant, and who is named under a question about
people. They are matched by person, by every address they have, and by ORCID. Submitted applications count until they
are decided.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide, Submission
from app.applications.participation import Who, addresses_in, by_address
from app.applications.parts import answers_of, asked_of, parts_of, values_of
from app.applications.team.models import ApplicationMember, MemberRole
from app.identities.models import Person, Profile
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition, Text
from app.programmes.kinds import QuestionKind
from app.programmes.models import Call
from app.workflow.table import BEFORE_RELEASE


@dataclass(frozen=True)
class Other:
    """Another application that counts, with its key persons; `leads` are those who may know of it."""

    label: str
    people: frozenset[Who]
    leads: frozenset[UUID]


def beyond_limit(session: Session, application: Application, definition: Definition) -> tuple[Problem, ...]:
    """Who would be a key person in too many applications. The others are named to somebody who leads a part of them."""
    most = definition.team.most_in_programme if definition.team is not None else None
    if most is None:
        return ()
    others = _others(session, application)
    own = _key_people(session, application, definition)
    same = _same_people(session, {*own, *(who for other in others for who in other.people)})
    names = _names(session, own)
    found = []
    for who in sorted(own, key=lambda who: (names.get(who, str(who)), str(who))):
        counted = [other for other in others if any(same[each] == same[who] for each in other.people)]
        if len(counted) >= most:
            found.append(_problem(names.get(who, str(who)), counted, most, application.lead_person_id))
    return tuple(found)


def _problem(person: str, counted: Collection[Other], most: int, reader: UUID) -> Problem:
    known = [other.label for other in counted if reader in other.leads]
    hidden = len(counted) - len(known)
    shown = Text(
        ", ".join([*known, *(["another application"] * hidden)]), ", ".join([*known, *(["en annan ansökan"] * hidden)])
    )
    message = N_(
        "%(person)s is a key person in %(others)s already, and calls of this programme take at most %(most)s at a time."
    )
    return Problem("key_person_limit", message, values={"person": person, "others": shown, "most": most})


def _others(session: Session, application: Application) -> list[Other]:
    programme = select(Call.programme_id).where(Call.id == application.call_id).scalar_subquery()
    rows = session.execute(
        scoped(
            select(Application.id, Application.reference, Application.title, Application.lead_person_id)
            .join(Call, Call.id == Application.call_id)
            .where(Call.programme_id == programme, Application.id != application.id)
            .where(Application.state.in_(BEFORE_RELEASE))
            .order_by(Application.submitted_at, Application.id)
        )
    ).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    leads, named = _leads(session, ids), _named(session, ids)
    return [
        Other(
            f"{row.reference} “{row.title}”",
            frozenset({row.lead_person_id, *leads[row.id], *named[row.id]}),
            frozenset({row.lead_person_id, *leads[row.id]}),
        )
        for row in rows
    ]


def _leads(session: Session, ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who leads a side, and who accepted as a co-applicant."""
    found: dict[UUID, set[UUID]] = {each: set() for each in ids}
    sides = select(ApplicationSide.application_id, ApplicationSide.lead_person_id).where(
        ApplicationSide.application_id.in_(found),
        ApplicationSide.lead_person_id.is_not(None),
        ApplicationSide.declined_at.is_(None),
    )
    members = select(ApplicationMember.application_id, ApplicationMember.person_id).where(
        ApplicationMember.application_id.in_(found),
        ApplicationMember.role == MemberRole.CO_APPLICANT,
        ApplicationMember.accepted_at.is_not(None),
        ApplicationMember.ended_at.is_(None),
    )
    for statement in (sides, members):
        for application_id, person_id in session.execute(scoped(statement)):
            if person_id is not None:
                found[application_id].add(person_id)
    return found


def _named(session: Session, ids: Collection[UUID]) -> dict[UUID, set[Who]]:
    """Who is named under questions about people in the newest frozen versions."""
    found: dict[UUID, set[str]] = {each: set() for each in ids}
    rows = session.execute(
        scoped(
            select(Submission.application_id, Submission.snapshot)
            .where(Submission.application_id.in_(found))
            .order_by(Submission.number)
        )
    )
    for application_id, snapshot in rows:
        found[application_id] = _frozen(snapshot)
    known = by_address(session, {address for named in found.values() for address in named})
    return {key: {known.get(address, address) for address in named} for key, named in found.items()}


def _frozen(snapshot: Mapping[str, Any]) -> set[str]:
    answers = [answer for section in snapshot["sections"] for answer in section["answers"]]
    return {
        address
        for answer in answers
        if answer["kind"] == QuestionKind.PEOPLE.value
        for address in addresses_in(answer["value"])
    }


def _key_people(session: Session, application: Application, definition: Definition) -> set[Who]:
    """The key persons of a draft."""
    parts = parts_of(session, application, definition)
    asked = asked_of(definition, values_of(answers_of(session, application)), parts)
    addresses: set[str] = set()
    for question in asked.questions:
        if question.kind is QuestionKind.PEOPLE:
            addresses |= addresses_in(asked.answers.get(question.key))
    known = by_address(session, addresses)
    led = _leads(session, [application.id])[application.id]
    return {application.lead_person_id, *led, *(known.get(address, address) for address in addresses)}


def _same_people(session: Session, people: Collection[Who]) -> dict[Who, str]:
    """One name for everybody who is the same: by ORCID where it is known, else by person or address."""
    ids = [who for who in people if isinstance(who, UUID)]
    rows = session.execute(select(Profile.person_id, Profile.orcid).where(Profile.person_id.in_(ids)))
    by_orcid: dict[Who, str] = {row.person_id: row.orcid for row in rows if row.orcid}
    return {who: by_orcid.get(who, str(who)) for who in people}


def _names(session: Session, people: Collection[Who]) -> dict[Who, str]:
    ids = [who for who in people if isinstance(who, UUID)]
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
