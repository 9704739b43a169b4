"""Who owed the next act in a call, side by side and in days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext

from app.access import scope
from app.decisions.ledger import LedgerRow, Turn, ledger, owed_in_call
from app.extensions import db
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.web.doors import here, now, on_call, viewer
from app.web.office import bp
from app.web.words import language, moment_text

TURNS = {
    Turn.CONFIRM: N_("Answers of people who were invited to lead a side"),
    Turn.CHECK: N_("Eligibility check"),
    Turn.JUDGE: N_("Review by the panel"),
    Turn.RECOMMEND: N_("Verdicts of the side"),
    Turn.DECIDE: N_("Joint decisions"),
}


@dataclass(frozen=True)
class TurnText:
    """One kind of turn of one side, in words."""

    what: str
    count: int
    days: str
    open_since: str | None


@dataclass(frozen=True)
class SideText:
    """One side's turns and their sum."""

    name: str
    days: str
    turns: tuple[TurnText, ...]


@bp.get("/calls/<uuid:call_id>/waiting")
@on_call(Action.SEE_CALL_OFFICE)
def waiting(call_id: UUID) -> ResponseReturnValue:
    """The ledger of a call; applications in conflict with the reader are absent."""
    found, work = here(Call).thing, db.session()
    definition = definition_of(work, found)
    among = scope.office_ids(viewer(), found.id)
    rows = ledger(owed_in_call(work, found.id, definition, found.closes_at, among=among), now())
    return render_template(
        "office/waiting.html",
        call_id=found.id,
        title=definition.title.in_(language()),
        sides=side_texts(definition, rows),
    )


def side_texts(definition: Definition, rows: tuple[LedgerRow, ...]) -> list[SideText]:
    """The sides in the order of the declaration, then what all owe together; a side without a turn is left out."""
    names = [(side.key, side.name) for side in definition.sides]
    found = []
    for key, name in [*names, (None, gettext("All sides together"))]:
        own = [row for row in rows if row.side == key]
        if own:
            took = sum((row.took for row in own), start=timedelta())
            found.append(SideText(name, days_text(took), tuple(map(_turn_text, own))))
    return found


def _turn_text(row: LedgerRow) -> TurnText:
    return TurnText(gettext(TURNS[row.turn]), row.count, days_text(row.took), moment_text(row.open_since))


def days_text(took: timedelta) -> str:
    """Days with one decimal, as the reader's language writes them."""
    return str(format_decimal(round(took / timedelta(days=1), 1), format="#,##0.0"))
