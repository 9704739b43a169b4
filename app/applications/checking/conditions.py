"""Conditions under which an application passed the formal check: a sentence and a day each, and whether it was met.

They are for the applicants and the offices. Reviewers do not see them: what is missing formally is not a matter of merit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.checking.models import CheckCondition
from app.applications.models import Application
from app.applications.notes import note
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.words import N_
from app.programmes.queries import definition_by_version


@dataclass(frozen=True)
class ConditionRow:
    """One condition as one reads it."""

    id: UUID
    application_id: UUID
    text: str
    due: date
    met_at: datetime | None


@dataclass(frozen=True)
class Typed:
    """A condition as it was typed; both empty is none."""

    text: str
    due: date | None

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and self.due is None


def conditions_of(session: Session, application_ids: Select[UUID] | Sequence[UUID]) -> tuple[ConditionRow, ...]:
    """The conditions of these applications, the earliest first."""
    rows = session.scalars(
        scoped(
            select(CheckCondition)
            .where(CheckCondition.application_id.in_(application_ids))
            .order_by(CheckCondition.due, CheckCondition.id)
        )
    )
    return tuple(ConditionRow(row.id, row.application_id, row.text, row.due, row.met_at) for row in rows)


def set_conditions(
    session: Session, application: Application, typed: Sequence[Typed], *, by: Acting, at: datetime
) -> None:
    """Say under which conditions it passes, in place of those said before. Refused (fields `condition-<n>` and `due-<n>`)
    for one without words, without a day, or with a day that is over."""
    zone = definition_by_version(session, application.call_version_id).lead_side.zone
    today = at.astimezone(ZoneInfo(zone)).date()
    problems = [
        problem
        for number, each in enumerate(typed, 1)
        if not each.is_empty
        for problem in _problems(each, number, today)
    ]
    if problems:
        raise Refused(problems)
    for row in session.scalars(
        scoped(
            select(CheckCondition).where(
                CheckCondition.application_id == application.id, CheckCondition.met_at.is_(None)
            )
        )
    ):
        session.delete(row)
    wanted = [each for each in typed if not each.is_empty]
    for each in wanted:
        session.add(
            CheckCondition(
                application_id=application.id,
                text=each.text.strip(),
                due=each.due,
                set_at=at,
                set_by=by.person_id,
            )
        )
    session.flush()
    if wanted:
        note(session, "set-conditions", application, by=by, at=at, count=len(wanted))


def _problems(typed: Typed, number: int, today: date) -> list[Problem]:
    found = []
    if not typed.text.strip():
        found.append(Problem("condition_missing", N_("Write what must be done."), field=f"condition-{number}"))
    if typed.due is None:
        found.append(Problem("due_missing", N_("Write by which day it must be done."), field=f"due-{number}"))
    elif typed.due <= today:
        found.append(Problem("due_over", N_("Choose a day that is still to come."), field=f"due-{number}"))
    return found


def meet(session: Session, application: Application, condition_id: UUID, *, by: Acting, at: datetime) -> None:
    """Note that a condition is met. A second click changes nothing."""
    row = session.scalar(
        scoped(
            select(CheckCondition)
            .where(CheckCondition.id == condition_id, CheckCondition.application_id == application.id)
            .with_for_update()
        )
    )
    if row is None:
        raise NotFound()
    if row.met_at is None:
        row.met_at, row.met_by = at, by.person_id
        session.flush()
        note(session, "meet-condition", application, by=by, at=at)
