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
from app.programmes import queries
from app.programmes.definition import Definition
from app.programmes.models import Call, CallState
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


def status_of(call: Call) -> tuple[str, str]:
    """Forecast, open, closed or decided, and the tone in which it is shown."""
    at = now()
    if call.state is CallState.DECIDED:
        return gettext("Decided"), "neutral"
    if call.opens_at is not None and at < call.opens_at:
        return gettext("Opens later"), "info"
    if call.closes_at is not None and at > call.closes_at:
        return gettext("Closed"), "neutral"
    return gettext("Open"), "good"


def card_of(call: Call, definition: Definition) -> CallCard:
    """A call as the list shows it."""
    status, tone = status_of(call)
    return CallCard(
        call.key,
        definition.title.in_(language()),
        definition.summary.in_(language()),
        status,
        tone,
        deadline_text(call.closes_at, places(definition)) if call.closes_at else None,
        definition.closes.stated if definition.closes else "",
        tuple(side.name for side in definition.sides),
        definition.is_fictional,
    )


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """All calls, the latest deadline first."""
    calls = queries.public_calls(db.session())
    definitions = queries.newest_definitions(db.session(), [call.id for call in calls])
    return render_template("public/home.html", calls=[card_of(call, definitions[call.id]) for call in calls])


@bp.get("/calls/<key>")
@public
def call(key: str) -> ResponseReturnValue:
    """One call: who pays what, until when in each side's zone, what is judged and how it is decided."""
    found = queries.public_call(db.session(), key)
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
        is_open=status_of(found)[1] == "good" and found.state is CallState.ANNOUNCED,
        money=amount_of,
        has_account=who is not None and who.link is None,
        signed_in=who is not None,
    )


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, with a way to report faults."""
    return render_template("public/accessibility.html")
