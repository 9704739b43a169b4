"""What everybody may see: calls with their deadlines in every side's zone, and how accessible this site is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.words import N_
from app.programmes import queries
from app.programmes.deadlines import Standing, newcomers_until, standing
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import PublicCall
from app.web.doors import now, public
from app.web.words import DeadlineText, deadline_text, language

bp = Blueprint("public", __name__)


@dataclass(frozen=True)
class CallCard:
    """A call in the list."""

    key: str
    title: str
    summary: str
    status: str
    tone: str
    deadline: DeadlineText | None
    stated: str
    sides: tuple[str, ...]
    is_fictional: bool


def places(definition: Definition) -> tuple[tuple[str, str], ...]:
    """The sides and their zones, for a deadline."""
    return tuple((side.short, side.zone) for side in definition.sides)


STATUSES = {
    Standing.DRAFT: (N_("Not announced"), "wait"),
    Standing.FORECAST: (N_("Forecast"), "info"),
    Standing.EMBARGOED: (N_("Under embargo"), "wait"),
    Standing.ANNOUNCED: (N_("Opens later"), "info"),
    Standing.OPEN: (N_("Open"), "good"),
    Standing.CLOSED: (N_("Closed"), "neutral"),
    Standing.DECIDED: (N_("Decided"), "neutral"),
}


def status_of(call: Call) -> tuple[str, str]:
    """Where the call stands in words, and the tone in which it is shown."""
    words, tone = STATUSES[standing(call, now())]
    return gettext(words), tone


def card_of(call: Call, definition: Definition) -> CallCard:
    """A call as the list shows it."""
    status, tone = status_of(call)
    return CallCard(
        call.key,
        definition.title.in_(language()),
        definition.summary.in_(language()),
        status,
        tone,
        deadline_text(closes, places(definition)) if (closes := newcomers_until(call)) else None,
        definition.closes.stated if definition.closes else "",
        tuple(side.name for side in definition.sides),
        definition.is_fictional,
    )


def public_call(key: str) -> PublicCall:
    """The call with this key, or NotFound when the public may not see it."""
    rows = queries.public_rows(db.session(), now(), key=key)
    if not rows:
        raise NotFound()
    return rows[0]


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, with a way to report faults."""
    return render_template("public/accessibility.html")
