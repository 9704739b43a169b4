"""How an application came to be what it is, for its own team: every version of every answer, and the frozen versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.history import amount_value, budget_key
from app.applications.models import AnswerVersion, Submission
from app.kernel.database import scoped
from app.kernel.money import Money

Values = Mapping[str, Any]
"""What stands under each key: answers by the question's key, lines of budgets by theirs. Nothing is an empty text."""


@dataclass(frozen=True)
class VersionRow:
    """One version of an answer or of a line of a budget, and who wrote it, from when until when."""

    key: str
    number: int
    value: Any
    begun_at: datetime
    at: datetime
    by_name: str


@dataclass(frozen=True)
class FrozenRow:
    """One submitted version."""

    number: int
    submitted_at: datetime
    values: Values


def versions_of(session: Session, application_id: UUID) -> tuple[VersionRow, ...]:
    """Every version of every answer, the oldest first."""
    rows = session.execute(
        scoped(
            select(
                AnswerVersion.key,
                AnswerVersion.number,
                AnswerVersion.value,
                AnswerVersion.begun_at,
                AnswerVersion.at,
                AnswerVersion.by_name,
            )
            .where(AnswerVersion.application_id == application_id)
            .order_by(AnswerVersion.at, AnswerVersion.number)
        )
    )
    return tuple(VersionRow(*row) for row in rows)


def frozen_versions(session: Session, application_id: UUID) -> tuple[FrozenRow, ...]:
    """The submitted versions, the oldest first."""
    rows = session.execute(
        scoped(
            select(Submission.number, Submission.submitted_at, Submission.snapshot)
            .where(Submission.application_id == application_id)
            .order_by(Submission.number)
        )
    )
    return tuple(FrozenRow(row.number, row.submitted_at, values_in(row.snapshot)) for row in rows)


def values_in(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What stood under each key in a frozen version."""
    found: dict[str, Any] = {
        answer["key"]: "" if answer["value"] is None else answer["value"]
        for section in snapshot["sections"]
        for answer in section["answers"]
    }
    for side in snapshot["sides"]:
        rows = [(cost["key"], row) for cost in side.get("costs") or [] for row in cost["years"]]
        for cost, row in rows or [("", row) for row in side["years"]]:
            money = Money(row["amount_minor"], side["currency"])
            found[budget_key(side["key"], (row["year"], cost))] = amount_value(money)
    return found


def values_at(versions: Iterable[VersionRow], at: datetime | None) -> dict[str, Any]:
    """What stood under each key at an instant, or stands now."""
    return {row.key: row.value for row in versions if at is None or row.at <= at}
