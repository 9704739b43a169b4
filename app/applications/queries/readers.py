"""What offices and reviewers ask: what was submitted, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications import silence
from app.applications.attachments import all_scanned, as_scanned, newest_submissions
from app.applications.models import (
    Application,
    ApplicationSide,
    ApplicationStep,
    BudgetYear,
    EligibilityTick,
    Submission,
)
from app.applications.snapshots import Sheet, sheet_of
from app.applications.standing import is_improved, stands
from app.applications.tally import Line, Tally, tally_of
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.money import Money
from app.programmes.definition import Definition, Part
from app.workflow.vocabulary import Move, State


def frozen_sheet(
    session: Session, application_id: UUID, part: Part | None = None, *, is_outside: bool = False
) -> Sheet | None:
    """What was submitted last, or last of one part, as it was; None before. `is_outside` withholds what may not leave
    the EU and the EEA."""
    statement = select(Submission).where(Submission.application_id == application_id)
    if part is not None:
        statement = statement.where(Submission.part == part)
    frozen = session.scalar(scoped(statement.order_by(Submission.number.desc()).limit(1)))
    if frozen is None:
        return None
    return as_scanned(session, sheet_of(frozen.snapshot, frozen.number, frozen.sha256, is_outside=is_outside))


def frozen_sheets(session: Session, application_ids: Sequence[UUID], *, is_outside: bool = False) -> dict[UUID, Sheet]:
    """What was submitted last of each of these applications, in their order."""
    rows = session.scalars(scoped(select(Submission).where(Submission.id.in_(newest_submissions(application_ids)))))
    found = {row.application_id: row for row in rows}
    sheets = {
        key: sheet_of(found[key].snapshot, found[key].number, found[key].sha256, is_outside=is_outside)
        for key in application_ids
        if key in found
    }
    return all_scanned(session, sheets)


def budgets(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, dict[str, dict[int, Money]]]:
    """What was typed: by application, side and year, costs added."""
    found: dict[UUID, dict[str, dict[int, Money]]] = {}
    for application_id, sides in _lines(session, application_ids).items():
        found[application_id] = {}
        for side_key, lines in sides.items():
            years: dict[int, Money] = found[application_id].setdefault(side_key, {})
            for (year, _), money in lines.items():
                years[year] = years[year] + money if year in years else money
    return found


def tallies(session: Session, application_ids: Sequence[UUID], definition: Definition) -> dict[UUID, dict[str, Tally]]:
    """What is asked for: by application and paying side, with all its sums; a side without amounts is left out."""
    paying = {side.key: side for side in definition.paying_sides}
    return {
        application_id: {
            side_key: tally_of(paying[side_key], lines) for side_key, lines in sides.items() if side_key in paying
        }
        for application_id, sides in _lines(session, application_ids).items()
    }


def least_of(session: Session, application_ids: Sequence[UUID], definition: Definition) -> dict[UUID, dict[str, Money]]:
    """With how little each side could still do its part, as the newest frozen version of the full application says."""
    if not any(side.asks_least for side in definition.sides):
        return {}
    rows = session.execute(
        scoped(
            select(Submission.application_id, Submission.snapshot)
            .where(Submission.application_id.in_(application_ids), Submission.part == Part.FULL)
            .order_by(Submission.number)
        )
    )
    return {
        application_id: {
            side["key"]: Money(side["least_minor"], side["currency"])
            for side in snapshot["sides"]
            if side.get("least_minor") is not None
        }
        for application_id, snapshot in rows
    }


def _lines(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, dict[str, dict[Line, Money]]]:
    """The amounts of the sides that take part. What the invited are still writing is private to them, of what is being
    improved the version that stands counts, and of a side whose partner has not confirmed what was submitted."""
    found: dict[UUID, dict[str, dict[Line, Money]]] = {application_id: {} for application_id in application_ids}
    rows = session.execute(
        scoped(
            select(
                ApplicationSide.application_id,
                ApplicationSide.side_key,
                BudgetYear.year,
                BudgetYear.cost,
                BudgetYear.amount_minor,
                BudgetYear.currency,
            )
            .join(BudgetYear, BudgetYear.application_side_id == ApplicationSide.id)
            .join(Application, Application.id == ApplicationSide.application_id)
            .where(
                ApplicationSide.application_id.in_(found),
                ApplicationSide.takes_part,
                Application.state != State.INVITED,
                ~is_improved(),
            )
            .order_by(ApplicationSide.side_key, BudgetYear.year, BudgetYear.cost)
        )
    )
    for row in rows:
        lines = found[row.application_id].setdefault(row.side_key, {})
        lines[row.year, row.cost] = Money(row.amount_minor, row.currency)
    for application_id, kept in stands(session, application_ids).items():
        found[application_id] = {side_key: dict(lines) for side_key, lines in kept.lines.items() if lines}
    for application_id, unconfirmed in silence.amounts_in(session, application_ids).items():
        sides = {**found[application_id], **unconfirmed}
        found[application_id] = {side_key: sides[side_key] for side_key in sorted(sides) if sides[side_key]}
    return found


@dataclass(frozen=True)
class OfficeRow:
    """An application in its office's list."""

    id: UUID
    reference: str | None
    title: str
    state: State
    lead_name: str
    submitted_at: datetime | None


def office_rows(session: Session, *, among: Select[Any]) -> tuple[OfficeRow, ...]:
    """The applications `among` these, in the order of their numbers."""
    rows = session.execute(
        scoped(
            select(
                Application.id,
                Application.reference,
                Application.title,
                Application.state,
                Person.name,
                Application.submitted_at,
            )
            .join(Person, Person.id == Application.lead_person_id)
            .where(Application.id.in_(among))
            .order_by(Application.number, Application.id)
        )
    )
    return tuple(OfficeRow(*row) for row in rows)


def ticked(session: Session, application_id: UUID) -> set[str]:
    """The points of the formal check that somebody found in order."""
    return set(
        session.scalars(
            scoped(
                select(EligibilityTick.key).where(
                    EligibilityTick.application_id == application_id, EligibilityTick.is_in_order
                )
            )
        )
    )


@dataclass(frozen=True)
class StepRow:
    """One step as it was taken."""

    move: Move
    start: State
    end: State
    by_name: str
    reason: str
    at: datetime


def steps_of(session: Session, application_id: UUID) -> tuple[StepRow, ...]:
    """What happened to an application, in order."""
    rows = session.execute(
        scoped(
            select(
                ApplicationStep.move,
                ApplicationStep.start,
                ApplicationStep.end,
                ApplicationStep.by_name,
                ApplicationStep.reason,
                ApplicationStep.at,
            )
            .where(ApplicationStep.application_id == application_id)
            .order_by(ApplicationStep.position)
        )
    )
    return tuple(StepRow(*row) for row in rows)
