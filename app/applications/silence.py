"""A partner who stays silent: in some calls an application may be submitted without that yes, marked so; the partner may
still give it for some days after the deadline, and then the office decides on what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.extended import extended_to
from app.applications.models import Application, ApplicationSide, Submission
from app.applications.parts import Part, parts_of
from app.applications.tally import Line
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.money import Money
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.deadlines import deadline, window
from app.programmes.definition import Definition
from app.programmes.definition import Part as Stage
from app.programmes.models import Call
from app.workflow.vocabulary import State

LATE_STATES = frozenset({State.SUBMITTED, State.SIGNED})
POINT = "silent-"
"""Under this name and a side's key the office ticks that it goes on without that side's yes."""
MAY_STILL = N_("%(side)s: %(person)s has not confirmed. The yes can still be given; until then nothing is decided.")
DECIDE = N_(
    "%(side)s: %(person)s has not confirmed, and the days of grace have ended. Tick that it goes on without this yes, with "
    "a reason, or reject it."
)

DECLINED = N_("%(side)s: %(person)s has declined. Tick that it goes on without this side, with a reason, or reject it.")


def is_silent(part: Part) -> bool:
    """Asked, and neither yes nor no."""
    return not part.is_own and part.person_id is not None and part.confirmed_at is None and part.declined_at is None


def is_let_pass(definition: Definition, part: Part, stage: Stage) -> bool:
    """Whether the call lets an application be submitted without this part's yes."""
    return definition.partner_grace_days is not None and stage is Stage.FULL and is_silent(part)


def until(session: Session, application: Application, definition: Definition) -> Mapping[str, datetime]:
    """By side until when a silent partner may still confirm: so many days after the deadline, to the end of the last of
    them on the side's clocks. Empty where the call gives no such days, or has no deadline yet."""
    days = definition.partner_grace_days
    if days is None:
        return {}
    call = session.get_one(Call, application.call_id)
    if call.closes_at is None:
        return {}
    closes = deadline(call.closes_at, None, was_begun=False, extended_to=extended_to(session, application)).closes
    return {side.key: window(closes, days, side.zone).last for side in definition.sides}


def gaps(snapshot: Mapping[str, Any]) -> dict[str, datetime]:
    """The sides of a frozen version whose partner had not confirmed, with the end of their days of grace."""
    return {
        side["key"]: datetime.fromisoformat(side["confirm_until"])
        for side in snapshot["sides"]
        if side.get("confirm_until")
    }


def open_gaps(session: Session, application: Application) -> dict[str, datetime]:
    """The same of the newest frozen version: a late yes makes a new version, which has that gap no more."""
    newest = _newest(session, application)
    return gaps(newest) if newest is not None else {}


def _newest(session: Session, application: Application) -> dict[str, Any] | None:
    return session.scalar(
        scoped(
            select(Submission.snapshot)
            .where(Submission.application_id == application.id, Submission.part == Stage.FULL)
            .order_by(Submission.number.desc())
            .limit(1)
        )
    )


def with_side_of(
    old: list[dict[str, Any]], new: list[dict[str, Any]], name: str, side_key: str
) -> list[dict[str, Any]]:
    """The old entries, and of one side the new ones where the first of its old ones stood."""
    own = [entry for entry in new if entry[name] == side_key]
    place = next((at for at, entry in enumerate(old) if entry[name] == side_key), len(old))
    return old[:place] + own + [entry for entry in old[place:] if entry[name] != side_key]


def with_gaps_kept(
    session: Session, application: Application, snapshot: dict[str, Any], besides: str
) -> dict[str, Any]:
    """A new version with the part of each side that has not confirmed as the newest frozen one has it: what is written
    there in the days of grace counts with the yes. The question `besides` is as it is now."""
    last = _newest(session, application)
    if last is None:
        return snapshot
    answers = {answer["key"]: answer for section in snapshot["sections"] for answer in section["answers"]}
    then = [
        {
            **section,
            "answers": [
                answers.get(each["key"], each) if each["key"] == besides else each for each in section["answers"]
            ],
        }
        for section in last["sections"]
    ]
    sections, sides = snapshot["sections"], snapshot["sides"]
    for side_key in gaps(last):
        sections = with_side_of(sections, then, "owner", side_key)
        sides = with_side_of(sides, last["sides"], "key", side_key)
    return {**snapshot, "sections": sections, "sides": sides}


def may_confirm_late(
    session: Session, application: Application, side: ApplicationSide, *, by: Acting, at: datetime
) -> Problem | None:
    """None while the silent partner may still complete and confirm the part of a submitted application."""
    problem = may(Action.CONFIRM_LATE, by, application.state)
    if problem is not None or side.lead_person_id != by.person_id:
        return problem or Problem("not_yours", N_("This belongs to somebody else."))
    return why_too_late(session, application, side, at)


def why_too_late(session: Session, application: Application, side: ApplicationSide, at: datetime) -> Problem | None:
    """Why a yes of this side is no longer taken after submission; None in the days of grace of a silent partner."""
    if application.state not in LATE_STATES:
        return Problem("not_now", N_("This cannot be done in the present state of the application."))
    ends = open_gaps(session, application).get(side.side_key)
    if ends is None or side.confirmed_at is not None or side.declined_at is not None:
        return Problem("not_now", N_("This cannot be done in the present state of the application."))
    if at > ends:
        message = N_("The days of grace have ended. Write to the coordinators.")
        return Problem("grace_ended", message, holder="coordinator", since=ends)
    return None


def undecided(
    session: Session, application: Application, definition: Definition, ticked: set[str], at: datetime
) -> tuple[Problem, ...]:
    """What keeps the formal check from being passed: a yes that may still come, or a gap that nobody has decided on."""
    if definition.partner_grace_days is None or application.state not in (State.SUBMITTED, State.SIGNED):
        return ()
    found = []
    for part, ends in _gap_parts(session, application, definition):
        if not is_over(part, ends, at):
            found.append(_problem(part, MAY_STILL, part.name, ends))
        elif POINT + part.key not in ticked:
            found.append(_problem(part, DECIDE if part.declined_at is None else DECLINED, "coordinator", None))
    return tuple(found)


def is_over(part: Part, ends: datetime, at: datetime) -> bool:
    """Whether the yes can no longer come: the days have ended, or the partner has said no."""
    return at > ends or part.declined_at is not None


def _gap_parts(session: Session, application: Application, definition: Definition) -> tuple[tuple[Part, datetime], ...]:
    ends = open_gaps(session, application)
    parts = parts_of(session, application, definition) if ends else ()
    return tuple((part, ends[part.key]) for part in parts if part.key in ends)


def _problem(part: Part, message: str, holder: str, ends: datetime | None) -> Problem:
    values = {"side": part.side.short, "person": part.name}
    return Problem(
        "partner_unconfirmed",
        message,
        field="tick",
        holder=holder,
        side=part.side.short,
        since=part.declined_at or part.invited_at,
        until=ends,
        values=values,
    )


def points(session: Session, application: Application, definition: Definition, at: datetime) -> tuple[Part, ...]:
    """The parts whose gap the office must decide on now."""
    if definition.partner_grace_days is None or application.state not in (State.SUBMITTED, State.SIGNED):
        return ()
    return tuple(part for part, ends in _gap_parts(session, application, definition) if is_over(part, ends, at))


@dataclass(frozen=True)
class Gap:
    """One partner whose yes a submitted application lacks."""

    application_id: UUID
    side_key: str
    person: str
    person_id: UUID
    invited_at: datetime | None
    declined_at: datetime | None
    until: datetime


def open_in(session: Session, ids: Collection[UUID]) -> tuple[Gap, ...]:
    """The gaps of these applications, each of which may be read, in two statements."""
    rows = session.execute(
        scoped(
            select(Submission.application_id, Submission.snapshot)
            .where(Submission.application_id.in_(ids), Submission.part == Stage.FULL)
            .order_by(Submission.number)
        )
    )
    newest = {application_id: gaps(snapshot) for application_id, snapshot in rows}
    sides = session.execute(
        scoped(
            select(ApplicationSide, Person.name)
            .join(Person, Person.id == ApplicationSide.lead_person_id)
            .where(
                ApplicationSide.application_id.in_([key for key, found in newest.items() if found]),
                ApplicationSide.confirmed_at.is_(None),
            )
            .order_by(ApplicationSide.application_id, ApplicationSide.side_key)
        )
    )
    return tuple(
        Gap(side.application_id, side.side_key, name, side.lead_person_id, side.invited_at, side.declined_at, ends)
        for side, name in sides
        if side.lead_person_id is not None and (ends := newest[side.application_id].get(side.side_key)) is not None
    )


def amounts_in(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, dict[Line, Money]]]:
    """By application and side the amounts that were submitted of each side whose partner has not confirmed, in one
    statement: what is written there since counts with the yes."""
    waiting = (
        select(ApplicationSide.application_id)
        .join(Application, Application.id == ApplicationSide.application_id)
        .where(
            ApplicationSide.application_id.in_(ids),
            ApplicationSide.confirmed_at.is_(None),
            ApplicationSide.takes_part,
            ApplicationSide.lead_person_id != Application.lead_person_id,
            Application.submitted_at.is_not(None),
        )
    )
    rows = session.execute(
        scoped(
            select(Submission.application_id, Submission.snapshot)
            .where(Submission.application_id.in_(waiting), Submission.part == Stage.FULL)
            .order_by(Submission.number)
        )
    )
    newest = {
        application_id: {side["key"]: _amounts(side) for side in snapshot["sides"] if side.get("confirm_until")}
        for application_id, snapshot in rows
    }
    return {application_id: sides for application_id, sides in newest.items() if sides}


def _amounts(side: Mapping[str, Any]) -> dict[Line, Money]:
    costs = [(cost["key"], row) for cost in side.get("costs") or () for row in cost["years"]]
    rows = costs or [("", row) for row in side["years"]]
    return {(row["year"], key): Money(row["amount_minor"], side["currency"]) for key, row in rows}
