"""What everybody may see: calls with their deadlines in every side's zone, and how accessible this site is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.applications import queries as applications
from app.applications.models import Application
from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.words import N_
from app.programmes import queries
from app.programmes.deadlines import Standing, newcomers_until, standing
from app.programmes.definition import DecisionModel, Definition
from app.programmes.definition.keys.words import name_of
from app.programmes.models import Call
from app.web.doors import now, public, viewer_or_none
from app.web.words import DeadlineText, amount_of, deadline_text, language

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


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """All calls, the latest deadline first."""
    calls = queries.public_calls(db.session(), now())
    definitions = queries.newest_definitions(db.session(), [call.id for call in calls])
    return render_template("public/home.html", calls=[card_of(call, definitions[call.id]) for call in calls])


@bp.get("/calls/<key>")
@public
def call(key: str) -> ResponseReturnValue:
    """One call: who pays what, until when in each side's zone, what is judged and how it is decided."""
    found = queries.public_call(db.session(), key, now())
    if found is None:
        raise NotFound()
    definition = queries.definition_of(db.session(), found)
    who = viewer_or_none()
    own = (
        applications.own_applications(
            db.session(), among=scope.ids(scope.applicant_of(who), Application.call_id == found.id)
        )
        if who is not None
        else ()
    )
    return render_template(
        "public/call.html",
        card=card_of(found, definition),
        definition=definition,
        own=own,
        is_open=standing(found, now()) is Standing.OPEN,
        money=amount_of,
        model=_model_of(definition),
        has_account=who is not None and who.link is None,
        signed_in=who is not None,
    )


def _model_of(definition: Definition) -> str:
    """How the sides decide, in words."""
    return name_of(DecisionModel, definition.decision.model).in_(language()) if definition.decision else ""


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, with a way to report faults."""
    return render_template("public/accessibility.html")
