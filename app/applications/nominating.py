"""Which sides put applications forward before they may be submitted, and what each has said of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.models import Application, Nomination
from app.applications.side_deadlines import SideDue, internal_dues
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.definition.vocabulary import DeadlineKind


def nominating_sides(definition: Definition) -> tuple[str, ...]:
    """The keys of the sides that nominate."""
    return tuple(
        side.key
        for side in definition.sides
        if any(each.kind is DeadlineKind.NOMINATION for each in side.internal_deadlines)
    )


@dataclass(frozen=True)
class NominationRow:
    """One side's nomination of an application, as its applicants and that side's office see it."""

    id: UUID
    application_id: UUID
    side_key: str
    title: str
    lead: str
    institution: str
    asked_at: datetime
    is_nominated: bool | None
    reason: str
    answered_by: UUID | None
    answered_at: datetime | None
    version: int


def rows_of(session: Session, *, among: Select[Any]) -> Sequence[NominationRow]:
    """The nominations `among` these, those that wait first. `among` selects ids of nominations."""
    rows = session.execute(
        scoped(
            select(Nomination, Application.title, Person.name, Person.institution)
            .join(Application, Application.id == Nomination.application_id)
            .join(Person, Person.id == Application.lead_person_id)
            .where(Nomination.id.in_(among))
            .order_by(Nomination.answered_at.is_not(None), Nomination.asked_at, Nomination.id)
        )
    )
    return [
        NominationRow(
            row.id, row.application_id, row.side_key, title, name, institution, row.asked_at, row.is_nominated,
            row.reason, row.answered_by, row.answered_at, row.version,
        )
        for row, title, name, institution in rows
    ]  # fmt: skip


def of_application(session: Session, application: Application) -> dict[str, NominationRow]:
    """What each side has been asked and has said, by side."""
    among = select(Nomination.id).where(Nomination.application_id == application.id)
    return {row.side_key: row for row in rows_of(session, among=among)}


def due_of_nomination(dues: Sequence[SideDue], side_key: str) -> SideDue | None:
    """The side's deadline for nominating."""
    fits = (each for each in dues if each.side.key == side_key and each.internal.kind is DeadlineKind.NOMINATION)
    return next(fits, None)


def not_nominated(
    session: Session, application: Application, definition: Definition, at: datetime
) -> tuple[Problem, ...]:
    """Why an application may not be submitted where a side that takes part nominates: not asked, no answer, or a no."""
    if not nominating_sides(definition):
        return ()
    known = of_application(session, application)
    dues = internal_dues(session, application, definition)
    found = (
        _lack(due, known.get(side_key), at)
        for side_key in nominating_sides(definition)
        if (due := due_of_nomination(dues, side_key)) is not None
    )
    return tuple(problem for problem in found if problem is not None)


def _lack(due: SideDue, row: NominationRow | None, at: datetime) -> Problem | None:
    if row is not None and row.is_nominated:
        return None
    side = due.side.short
    values: dict[str, object] = {"side": side, "when": due.due.closes, "reason": row.reason if row else ""}
    if row is not None and row.is_nominated is False:
        code, message = "nomination_refused", N_("%(side)s has not nominated this application: %(reason)s")
    elif due.internal.hard and due.due.is_over(at):
        code, message = (
            "nomination_over",
            N_("%(side)s nominated until %(when)s, and this application is not among them."),
        )
    elif row is not None:
        code, message = "nomination_waits", N_("%(side)s has not answered yet whether it nominates this application.")
    else:
        code, message = (
            "nomination_missing",
            N_("%(side)s nominates applications until %(when)s. Ask it to nominate yours."),
        )
    return Problem(
        code,
        message,
        field=f"side-{due.side.key}",
        holder="coordinator",
        side=side,
        until=due.due.closes,
        values=values,
    )
