"""Who owed the next act, and for how long: turns of sides, told from what was asked and answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.approvals.models import ApprovalTask
from app.applications.approvals.queries import asked_in
from app.applications.models import Application, ApplicationSide, ApplicationStep
from app.applications.queries import taking_part
from app.decisions.models import Verdict
from app.kernel.database import scoped
from app.programmes.definition import Definition, Part, Window
from app.reviews.models import Panel
from app.workflow.table import OF_OUTLINE
from app.workflow.vocabulary import Move, Stage, State

SIGNED = frozenset({Move.SIGN_OFF, Move.WAIVE_SIGNATURE})
CHECKED = frozenset({Move.PASS_CHECK, Move.FAIL_CHECK})


class Turn(StrEnum):
    """What a side, or all together, owed."""

    CONFIRM = "confirm"
    SIGN = "sign"
    CHECK = "check"
    JUDGE = "judge"
    RECOMMEND = "recommend"
    DECIDE = "decide"


@dataclass(frozen=True)
class Owed:
    """One act that was or is owed. `side` is a side's key, None where all sides owe it together; `until` None: still."""

    side: str | None
    turn: Turn
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class LedgerRow:
    """What one side owed of one kind: how often, for how long in all, and since when the oldest open one waits."""

    side: str | None
    turn: Turn
    count: int
    took: timedelta
    open_since: datetime | None


def ledger(owed: Iterable[Owed], at: datetime) -> tuple[LedgerRow, ...]:
    """The turns summed by side and kind, in a stable order. Turns at the same time count each for itself."""
    found: dict[tuple[str, Turn], list[Owed]] = {}
    for each in owed:
        found.setdefault((each.side or "", each.turn), []).append(each)
    order = list(Turn)
    return tuple(
        LedgerRow(
            side or None,
            turn,
            len(turns),
            sum((max(timedelta(), (each.until or at) - each.since) for each in turns), start=timedelta()),
            min((each.since for each in turns if each.until is None), default=None),
        )
        for (side, turn), turns in sorted(found.items(), key=lambda item: (item[0][0], order.index(item[0][1])))
    )


def owed_in_call(
    session: Session, call_id: UUID, definition: Definition, closes_at: datetime | None, *, among: Select[Any]
) -> tuple[Owed, ...]:
    """Every turn in a call, as far as it concerns applications `among` these. No score and no verdict is told."""
    steps = _steps(session, among)
    return (
        *_confirming(session, among),
        *_signing(session, among),
        *_checking(steps, definition, closes_at),
        *_judging(session, call_id, steps),
        *_recommending(session, steps, definition, among),
    )


def _steps(session: Session, among: Select[Any]) -> Mapping[UUID, Sequence[Any]]:
    """The steps of full applications; what was owed over their outlines is not told here."""
    found: dict[UUID, list[Any]] = {}
    for row in session.execute(
        scoped(
            select(ApplicationStep.application_id, ApplicationStep.move, ApplicationStep.end, ApplicationStep.at)
            .where(ApplicationStep.application_id.in_(among), ApplicationStep.start.not_in(OF_OUTLINE))
            .order_by(ApplicationStep.application_id, ApplicationStep.position)
        )
    ):
        found.setdefault(row.application_id, []).append(row)
    return {key: steps for key, steps in found.items() if any(step.end is State.SUBMITTED for step in steps)}


def _confirming(session: Session, among: Select[Any]) -> list[Owed]:
    """Partners who were asked; what was never answered ended when the application was submitted without it."""
    rows = session.execute(
        scoped(
            select(
                ApplicationSide.side_key,
                ApplicationSide.invited_at,
                ApplicationSide.confirmed_at,
                ApplicationSide.declined_at,
                Application.submitted_at,
            )
            .join(Application, Application.id == ApplicationSide.application_id)
            .where(ApplicationSide.application_id.in_(among), ApplicationSide.invited_at.is_not(None))
        )
    )
    return [
        Owed(row.side_key, Turn.CONFIRM, row.invited_at, row.confirmed_at or row.declined_at or row.submitted_at)
        for row in rows
    ]


def _signing(session: Session, among: Select[Any]) -> list[Owed]:
    """Signatures after the deadline, each from the asking until the answer, whatever it was."""
    statement = scoped(
        select(ApprovalTask).where(ApprovalTask.application_id.in_(among), ApprovalTask.window == Window.AFTER_CLOSING)
    )
    return [
        Owed(one.task.side_key, Turn.SIGN, one.task.asked_at, one.word.answer.at if one.word.answer else None)
        for one in asked_in(session, statement)
    ]


def _checking(
    steps: Mapping[UUID, Sequence[Any]], definition: Definition, closes_at: datetime | None
) -> Iterable[Owed]:
    if closes_at is None or not definition.eligibility:
        return
    for taken in steps.values():
        ended = _first(taken, CHECKED | {Move.WITHDRAW})
        began = _first(taken, SIGNED) if Stage.SIGNATURE in definition.stages else closes_at
        if began is not None:
            yield Owed(definition.lead_side.key, Turn.CHECK, began, ended)


def _judging(session: Session, call_id: UUID, steps: Mapping[UUID, Sequence[Any]]) -> Iterable[Owed]:
    """A panel once, from the first application it got until it closed."""
    began = [at for taken in steps.values() if (at := _first(taken, {Move.START_REVIEW})) is not None]
    if not began:
        return
    panels = select(Panel.side_key, Panel.closed_at).where(Panel.call_id == call_id, Panel.stage == Part.FULL)
    for panel in session.execute(panels.order_by(Panel.key)):
        yield Owed(panel.side_key, Turn.JUDGE, min(began), panel.closed_at)


def _recommending(
    session: Session, steps: Mapping[UUID, Sequence[Any]], definition: Definition, among: Select[Any]
) -> Iterable[Owed]:
    """The verdict of each side that takes part, from the end of the review, and the decision of all from the last of them."""
    rows = session.execute(
        scoped(select(Verdict.application_id, Verdict.side_key, Verdict.at).where(Verdict.application_id.in_(among)))
    )
    said = {(row.application_id, row.side_key): row.at for row in rows}
    beside = taking_part(session, list(steps))
    for application_id, taken in steps.items():
        reviewed, decided = _first(taken, {Move.CLOSE_REVIEW}), _first(taken, {Move.DECIDE, Move.WITHDRAW})
        if reviewed is None:
            continue
        sides = [side for side in definition.sides if side.key in beside[application_id]]
        verdicts = [said.get((application_id, side.key), decided) for side in sides]
        for side, verdict in zip(sides, verdicts, strict=True):
            yield Owed(side.key, Turn.RECOMMEND, reviewed, verdict)
        known = [verdict for verdict in verdicts if verdict is not None]
        if len(known) == len(verdicts):
            yield Owed(None, Turn.DECIDE, max([reviewed, *known]), decided)


def _first(taken: Sequence[Any], moves: Iterable[Move]) -> datetime | None:
    wanted = set(moves)
    return next((step.at for step in taken if step.move in wanted), None)
