"""Counting without reading: of a draft, the office knows that it exists, how it stands and how complete it is.

What is typed is looked at here by the machine alone; nothing of it leaves this module but counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.models import Answer, Application, ApplicationSide
from app.applications.parts import amounts_of, meant
from app.applications.progress import is_blank
from app.applications.stages import asks_budget, part_at
from app.applications.tally import Line, tally_of
from app.kernel.database import scoped
from app.kernel.money import Money
from app.programmes.asking import Asked, ask
from app.programmes.definition import SHARED, Definition, QuestionKind
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import State


def drafts_of_call(session: Session, call_id: UUID) -> int:
    """How many drafts a call has. Nothing of them may be read by its office."""
    return (
        session.scalar(
            scoped(
                select(func.count())
                .select_from(Application)
                .where(Application.call_id == call_id, Application.state == State.DRAFT)
            )
        )
        or 0
    )


@dataclass(frozen=True)
class DraftLine:
    """One draft without a title or a name: when it was begun and saved last, how far it is, which sides have confirmed."""

    number: int
    begun_at: datetime
    saved_at: datetime | None
    answered: int
    asked: int
    whole_sections: int
    sections: int
    sides: tuple[tuple[str, bool], ...]

    @property
    def percent(self) -> int:
        """How much of what is asked now is answered, rounded down: a hundred means everything."""
        return 100 * self.answered // self.asked if self.asked else 0


def draft_lines(session: Session, call_id: UUID) -> tuple[DraftLine, ...]:
    """Every draft of a call in the order in which they were begun, in a constant number of statements."""
    rows = session.execute(
        scoped(
            select(Application.id, Application.created_at, Application.call_version_id)
            .where(Application.call_id == call_id, Application.state == State.DRAFT)
            .order_by(Application.created_at, Application.id)
        )
    ).all()
    ids = [row.id for row in rows]
    answers, saved = _answers(session, ids)
    sides = _sides(session, ids)
    money = amounts_of(session, [side.id for each in sides.values() for side in each])
    definitions = {
        version: definition_by_version(session, version) for version in {row.call_version_id for row in rows}
    }
    return tuple(
        _line(
            number,
            row.created_at,
            saved.get(row.id),
            definitions[row.call_version_id],
            answers.get(row.id, {}),
            sides.get(row.id, []),
            money,
        )
        for number, row in enumerate(rows, 1)
    )


def _answers(session: Session, ids: Sequence[UUID]) -> tuple[dict[UUID, dict[str, Any]], dict[UUID, datetime]]:
    """What stands under each question of each draft, and when it was saved last."""
    found: dict[UUID, dict[str, Any]] = {}
    saved: dict[UUID, datetime] = {}
    for row in session.execute(
        scoped(
            select(Answer.application_id, Answer.key, Answer.value, Answer.changed_at).where(
                Answer.application_id.in_(ids)
            )
        )
    ):
        found.setdefault(row.application_id, {})[row.key] = meant(row.value)
        saved[row.application_id] = max(row.changed_at, saved.get(row.application_id, row.changed_at))
    return found, saved


def _sides(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[ApplicationSide]]:
    found: dict[UUID, list[ApplicationSide]] = {}
    for row in session.scalars(
        scoped(select(ApplicationSide).where(ApplicationSide.application_id.in_(ids), ApplicationSide.takes_part))
    ):
        found.setdefault(row.application_id, []).append(row)
    return found


def _line(  # noqa: PLR0917  # what is known of one draft
    number: int,
    begun_at: datetime,
    saved_at: datetime | None,
    definition: Definition,
    answers: Mapping[str, Any],
    sides: Sequence[ApplicationSide],
    money: Mapping[UUID, Mapping[Line, Money]],
) -> DraftLine:
    stage = part_at(definition, State.DRAFT)
    lines = {side.side_key: money[side.id] for side in sides}
    amounts = {
        key: tally_of(definition.side(key), each).years for key, each in lines.items() if definition.side(key).pays
    }
    owners = frozenset({SHARED, *lines})
    asked = ask(definition, answers, part=stage, amounts=amounts, owners=owners)
    counts = [*_counts(asked), *((bool(lines[key]), 1) for key in amounts if asks_budget(definition, stage, key))]
    known = {side.side_key: side.confirmed_at is not None for side in sides}
    return DraftLine(
        number,
        begun_at,
        saved_at,
        sum(done for done, _ in counts),
        sum(of for _, of in counts),
        sum(done == of for done, of in counts),
        len(counts),
        tuple((side.short, known[side.key]) for side in definition.sides if side.key in known),
    )


def _counts(asked: Asked) -> list[tuple[int, int]]:
    """For each section that asks something: how many of its questions are answered, and how many there are."""
    found = []
    for section in asked.sections:
        keys = [each.question.key for each in section.questions if each.question.kind is not QuestionKind.CALCULATED]
        if keys:
            found.append((sum(not is_blank(asked.answers.get(key)) for key in keys), len(keys)))
    return found
