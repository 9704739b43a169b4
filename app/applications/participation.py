"""How many applications of a call one person may be part of: as lead, at a side, in the team, or named under a question.

Whoever only assists is no part of it.

People are matched by person and by every address they have; only what was submitted counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.applications.models import Answer, Application, ApplicationSide, Submission, TakenBack
from app.applications.parts import answers_of, asked_of, parts_of, values_of
from app.applications.standing import stands
from app.applications.team.models import ApplicationMember, MemberRole
from app.identities.models import EmailAddress, Person
from app.identities.rules import normalised_address
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition, Text
from app.programmes.definition.vocabulary import OneApplication
from app.programmes.kinds import Answer as Value
from app.programmes.kinds import QuestionKind
from app.programmes.models import Call
from app.workflow.vocabulary import State

NAMING = (QuestionKind.PERSON, QuestionKind.PEOPLE)
UNCOUNTED = (State.DRAFT, State.WITHDRAWN)
Who = UUID | str
"""A known person, or the address of somebody Tandem does not know."""
TWICE = Text(
    "Somebody in this application is part of another application to this call, and then neither is taken.",
    "Någon i ansökan ingår i en annan ansökan till utlysningen, och då godtas ingen av dem.",
)


@dataclass(frozen=True)
class Collision:
    """Another application of the call that shares a person with this one."""

    application_id: UUID
    reference: str
    title: str
    person_id: UUID | None
    person: str


def hold_call(session: Session, application: Application) -> Call:
    """The call, held: two submissions to it are decided one after the other."""
    return session.get_one(Call, application.call_id, with_for_update=True, populate_existing=True)


def collisions(session: Session, application: Application, definition: Definition) -> tuple[Collision, ...]:
    """The submitted applications of the call that share somebody with this one, by number; nobody counts twice."""
    own = _people_of(session, application, definition)
    others = _others(session, application)
    if not own or not others:
        return ()
    found: list[Collision] = []
    named = _named_elsewhere(session, others)
    led = _leading(session, others)
    names = _names(session, own)
    for application_id, (reference, title) in others.items():
        shared = own & (led.get(application_id, set()) | named.get(application_id, set()))
        for who in sorted(shared, key=str):
            known = who if isinstance(who, UUID) else None
            found.append(Collision(application_id, reference, title, known, names.get(who, str(who))))
    return tuple(found)


def _others(session: Session, application: Application) -> dict[UUID, tuple[str, str]]:
    rows = session.execute(
        scoped(
            select(Application.id, Application.reference, Application.title)
            .where(Application.call_id == application.call_id, Application.id != application.id)
            .where(Application.state.not_in(UNCOUNTED))
            .order_by(Application.number)
        )
    )
    return {row.id: (row.reference or "", row.title) for row in rows}


def _people_of(session: Session, application: Application, definition: Definition) -> set[Who]:
    """Whoever leads it or a side of it, and whoever is named under a question that is asked."""
    leads = _leading(session, [application.id])[application.id]
    asked = asked_of(
        definition, values_of(answers_of(session, application)), parts_of(session, application, definition)
    )
    addresses: set[str] = set()
    for question in asked.questions:
        if question.kind in NAMING:
            addresses |= addresses_in(asked.answers.get(question.key))
    return leads | _known(session, addresses)


def _leading(session: Session, ids: Collection[UUID]) -> dict[UUID, set[Who]]:
    found: dict[UUID, set[Who]] = {each: set() for each in ids}
    improved = select(TakenBack.application_id)  # who says no meanwhile is part of what stands
    for row in session.execute(
        scoped(select(Application.id, Application.lead_person_id).where(Application.id.in_(found)))
    ):
        found[row.id].add(row.lead_person_id)
    for side in session.execute(
        scoped(
            select(ApplicationSide.application_id, ApplicationSide.lead_person_id).where(
                ApplicationSide.application_id.in_(found),
                ApplicationSide.lead_person_id.is_not(None),
                or_(ApplicationSide.declined_at.is_(None), ApplicationSide.application_id.in_(improved)),
            )
        )
    ):
        found[side.application_id].add(side.lead_person_id)
    for member in session.execute(
        scoped(
            select(ApplicationMember.application_id, ApplicationMember.person_id).where(
                ApplicationMember.application_id.in_(found),
                ApplicationMember.role != MemberRole.ASSISTANT,
                ApplicationMember.accepted_at.is_not(None),
                ApplicationMember.ended_at.is_(None),
            )
        )
    ):
        found[member.application_id].add(member.person_id)
    return found


def _named_elsewhere(session: Session, ids: Collection[UUID]) -> dict[UUID, set[Who]]:
    """Who is named in what was submitted, as the frozen versions say."""
    newest: dict[UUID, set[str]] = {}
    rows = session.execute(
        scoped(
            select(Submission.application_id, Submission.snapshot)
            .where(Submission.application_id.in_(_that_name(session, ids)))
            .order_by(Submission.number)
        )
    )
    for row in rows:
        newest[row.application_id] = _frozen_addresses(row.snapshot)
    known = by_address(session, {address for found in newest.values() for address in found})
    return {key: {known.get(address, address) for address in found} for key, found in newest.items()}


def _that_name(session: Session, ids: Collection[UUID]) -> list[UUID]:
    """Those among them in which an answer holds an address at all: the others need not be read."""
    rows = session.execute(scoped(select(Answer.application_id, Answer.value).where(Answer.application_id.in_(ids))))
    named = {row.application_id for row in rows if addresses_in(row.value)}
    return list(named | stands(session, ids).keys())


def _frozen_addresses(snapshot: Mapping[str, Any]) -> set[str]:
    answers = [answer for section in snapshot["sections"] for answer in section["answers"]]
    found: set[str] = set()
    for answer in answers:
        if answer["kind"] in NAMING:
            found |= addresses_in(answer["value"])
    return found


def addresses_in(value: Value) -> set[str]:
    """The mail addresses in an answer about people, as they are compared."""
    rows = value if isinstance(value, list) else [value]
    typed = [row.get("email", "") for row in rows if isinstance(row, dict)]
    return {normal for text in typed if text and (normal := normalised_address(str(text)))}


def _known(session: Session, addresses: Collection[str]) -> set[Who]:
    known = by_address(session, addresses)
    return {known.get(address, address) for address in addresses}


def by_address(session: Session, addresses: Collection[str]) -> dict[str, UUID]:
    """Who these addresses belong to, as far as Tandem knows."""
    if not addresses:
        return {}
    rows = session.execute(
        select(EmailAddress.address, EmailAddress.person_id).where(EmailAddress.address.in_(list(addresses)))
    )
    return {row.address: row.person_id for row in rows}


def _names(session: Session, people: Collection[Who]) -> dict[Who, str]:
    ids = [who for who in people if isinstance(who, UUID)]
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


# --- What is told of it --------------------------------------------------------------------------------------------


def too_many(session: Session, application: Application, definition: Definition) -> tuple[Problem, ...]:
    """What keeps a draft from being submitted. Told to its lead, with the other application only where that is known."""
    rule = definition.one_application
    if rule is None:
        return ()
    if rule.rule is OneApplication.ONE_PER_PERSON:
        message = N_("%(person)s is part of %(other)s, and this call takes one application per person.")
        return _told(session, application, definition, "one_per_person", message)
    if rule.rule is OneApplication.MOST_AS_LEAD:
        return _led_already(session, application, rule.most or 1)
    return ()


def _led_already(session: Session, application: Application, most: int) -> tuple[Problem, ...]:
    rows = session.execute(
        scoped(
            select(Application.reference)
            .where(Application.call_id == application.call_id, Application.id != application.id)
            .where(Application.lead_person_id == application.lead_person_id, Application.state.not_in(UNCOUNTED))
            .order_by(Application.number)
        )
    ).all()
    if len(rows) < most:
        return ()
    message = N_("You lead %(references)s already, and this call takes at most %(most)s applications with one lead.")
    values = {"references": ", ".join(row.reference for row in rows), "most": most}
    return (Problem("most_as_lead", message, values=values),)


def both_invalid(session: Session, application: Application, definition: Definition) -> tuple[Problem, ...]:
    """What is told before submitting where two applications of one person make both ineligible. It stops nothing."""
    rule = definition.one_application
    if rule is None or rule.rule is not OneApplication.TWO_INVALIDATE_BOTH:
        return ()
    message = N_("%(person)s is part of %(other)s. If you submit this one too, both are rejected on formal grounds.")
    return _told(session, application, definition, "two_invalidate_both", message)


def _told(
    session: Session, application: Application, definition: Definition, code: str, message: str
) -> tuple[Problem, ...]:
    found = collisions(session, application, definition)
    mine = _leading(session, {each.application_id for each in found})
    other = Text("another application to this call", "en annan ansökan till utlysningen")
    problems = []
    for each in found:
        may_know = application.lead_person_id in mine.get(each.application_id, set())
        shown = Text(*([f"{each.reference} “{each.title}”"] * 2)) if may_know else other
        problems.append(Problem(code, message, values={"person": each.person, "other": shown}))
    return tuple(problems)


def colliding(session: Session, application: Application, definition: Definition) -> tuple[Problem, ...]:
    """What stops the formal check. The other application is not named: its office may be closed to the reader."""
    rule = definition.one_application
    if rule is None or rule.rule is not OneApplication.TWO_INVALIDATE_BOTH:
        return ()
    message = N_(
        "%(person)s is part of another application to this call too, and then neither is taken. Reject on formal grounds."
    )
    people = dict.fromkeys(each.person for each in collisions(session, application, definition))
    return tuple(Problem("two_applications", message, field="tick", values={"person": person}) for person in people)


def seen_by_partner(
    session: Session, application: Application, definition: Definition, person_id: UUID
) -> tuple[Problem, ...]:
    """What a partner is told early: that the own name stands on another application, which this person knows."""
    rule = definition.one_application
    counted = (OneApplication.ONE_PER_PERSON, OneApplication.TWO_INVALIDATE_BOTH)
    if rule is None or rule.rule not in counted:
        return ()
    message = N_("You are part of another application to this call already. The call takes one application per person.")
    own = [each for each in collisions(session, application, definition) if each.person_id == person_id]
    return (Problem("one_per_person", message),) if own else ()
