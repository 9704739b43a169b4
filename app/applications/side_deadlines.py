"""Internal deadlines of one side: a hard one closes that side's part, a soft one reminds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.extended import extended_to
from app.applications.models import Application, ApplicationSide, Extension
from app.kernel.database import scoped
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes.deadlines import Deadline, deadline, side_deadline
from app.programmes.definition import Definition, Side
from app.programmes.definition.tree import InternalDeadline
from app.programmes.definition.vocabulary import DeadlineKind
from app.programmes.models import Call

CLOSED = N_("The part of %(side)s closed on %(when)s. More time is given by its coordinator.")


@dataclass(frozen=True)
class SideDue:
    """One internal deadline as it holds now, extensions of the side among it."""

    side: Side
    internal: InternalDeadline
    due: Deadline

    def closes_the_part(self, at: datetime) -> bool:
        """Whether the side's part is closed: a hard deadline for the whole part that has passed."""
        return self.internal.hard and self.internal.kind is DeadlineKind.SIDE_READY and self.due.is_over(at)

    @property
    def problem(self) -> Problem:
        """Why nothing more is taken for this side."""
        values = {"side": self.side.short, "when": self.due.closes}
        return Problem(
            "side_closed",
            CLOSED,
            field=f"side-{self.side.key}",
            holder="coordinator",
            side=self.side.short,
            since=self.due.closes,
            values=values,
        )


def dues_of(definition: Definition, joint: Deadline, granted: Mapping[str, Sequence[datetime]]) -> tuple[SideDue, ...]:
    """Every internal deadline, by side in the order of the call and then by instant."""
    found = [
        SideDue(
            side,
            internal,
            side_deadline(
                joint, internal.moment.instant, internal.grace_minutes, extended_to=granted.get(side.key, ())
            ),
        )
        for side in definition.sides
        for internal in side.internal_deadlines
        if internal.moment.instant is not None
    ]
    order = [side.key for side in definition.sides]
    return tuple(sorted(found, key=lambda each: (order.index(each.side.key), each.due.closes)))


def internal_dues(session: Session, application: Application, definition: Definition) -> tuple[SideDue, ...]:
    """The internal deadlines of the sides that take part in this application; none while the call has no deadline."""
    if not any(side.internal_deadlines for side in definition.sides):
        return ()
    call = session.get_one(Call, application.call_id)
    if call.closes_at is None:
        return ()
    joint = deadline(
        call.closes_at, definition.grace_minutes, was_begun=True, extended_to=extended_to(session, application)
    )
    part = set(
        session.scalars(
            scoped(select(ApplicationSide.side_key).where(ApplicationSide.application_id == application.id))
        )
    )
    return tuple(each for each in dues_of(definition, joint, granted_to_sides(session, call)) if each.side.key in part)


def dues_of_call(session: Session, call: Call, definition: Definition) -> tuple[SideDue, ...]:
    """The internal deadlines of a call, for its board and its page."""
    if call.closes_at is None or not any(side.internal_deadlines for side in definition.sides):
        return ()
    granted = granted_to_sides(session, call)
    later = [instant for each in granted.values() for instant in each]
    return dues_of(definition, deadline(call.closes_at, 0, was_begun=False, extended_to=later), granted)


def granted_to_sides(session: Session, call: Call) -> dict[str, list[datetime]]:
    """More time that was granted to whole sides."""
    rows = session.execute(
        select(Extension.side_key, Extension.to_instant).where(
            Extension.call_id == call.id, Extension.side_key.is_not(None), Extension.agreed_at.is_not(None)
        )
    )
    found: dict[str, list[datetime]] = {}
    for side_key, instant in rows:
        found.setdefault(str(side_key), []).append(instant)
    return found


def closed_parts(
    session: Session, application: Application, definition: Definition, at: datetime
) -> dict[str, Problem]:
    """The sides whose part is closed now, each with what is told of it."""
    dues = internal_dues(session, application, definition)
    return {each.side.key: each.problem for each in dues if each.closes_the_part(at)}


def part_is_open(
    session: Session, application: Application, definition: Definition, side_key: str, at: datetime
) -> None:
    """Refused when the side's own deadline has closed its part."""
    problem = closed_parts(session, application, definition, at).get(side_key)
    if problem is not None:
        raise Refused([problem])


def first_internal(definition: Definition, side_key: str) -> datetime | None:
    """The earliest internal deadline that a side declares: more time for it may end before the joint deadline."""
    side = next((side for side in definition.sides if side.key == side_key), None)
    instants = (each.moment.instant for each in side.internal_deadlines) if side else ()
    return min((instant for instant in instants if instant is not None), default=None)
