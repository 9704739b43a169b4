"""Being told of calls by mail: asking on the list or on a call, confirming and stopping through the link in the mail."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import available_timezones

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.communications.models import Subscription
from app.extensions import db
from app.identities.links import link_id_of
from app.kernel.errors import NotFound, Refused
from app.kernel.transaction import transaction
from app.programmes import alerts
from app.programmes.alerts import Subject, subject_of
from app.programmes.finding import wish_of
from app.running import settings
from app.web.doors import now, public, without_key
from app.web.public.listing import LABELS, value_labels
from app.web.public.telling.blocks import words
from app.web.public.views import public_call
from app.web.words import ProblemText, by_field, language, problem_texts

bp = Blueprint("alerts", __name__)
ZONES = ("Europe/Stockholm", "America/Chicago", "America/New_York", "America/Phoenix", "UTC")
"""Offered first; any other zone of the list may be chosen on the page of its own."""


@bp.get("/alerts")
@public
def form() -> ResponseReturnValue:
    """The form on a page of its own, with every time zone."""
    return _form((), 200)


@bp.post("/alerts")
@without_key
@public
def ask() -> ResponseReturnValue:
    """Mail a link to confirm. The answer is the same whether or not the address was known."""
    typed = request.form
    try:
        with transaction(db.session()) as work:
            alerts.ask(
                work,
                typed.get("address", ""),
                _subject(),
                days=typed.get("days", 7, type=int),
                zone=typed.get("zone", ""),
                locale=language(),
                who=request.remote_addr or "",
                at=now(),
            )
    except Refused as refused:
        return _form(problem_texts(refused.problems), 422)
    return render_template("public/alert_asked.html", address=typed.get("address", "").strip())


def _subject() -> Subject:
    """What the form, or the address of its page, asks for. A call that the public may not see is not found."""
    key = request.values.get("call", "")
    return Subject(public_call(key).key) if key else Subject(wish=wish_of(request.values).without_status())


def _form(problems: tuple[ProblemText, ...], status: int) -> ResponseReturnValue:
    page = render_template(
        "public/alert_form.html",
        problems=problems,
        fields=by_field(problems),
        typed=request.values,
        subject=_subject(),
        about=about(_subject()),
        zones=sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"),
    )
    return page, status


def about(subject: Subject) -> tuple[str, ...]:
    """What somebody asks to be told of, in words, a line for each thing chosen."""
    if subject.call_key:
        return (words(public_call(subject.call_key).definition.title),)
    wish = subject.wish.as_dict()
    lines = [gettext("Search") + f": {wish['q']}"] if "q" in wish else []
    for name, value in wish.items():
        if name != "q":
            lines.append(gettext(LABELS[name]) + f": {value_labels(name, [value], ())[value]}")
    return tuple(lines) or (str(gettext("Every call")),)


def _found(token: str) -> Subscription:
    subscription_id: UUID | None = link_id_of(settings().secret_key, token)
    found = db.session().get(Subscription, subscription_id) if subscription_id else None
    if found is None:
        raise NotFound([alerts.GONE] if subscription_id else [])
    return found


@bp.get("/alerts/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """What the link is for. Changes nothing, however often a mail scanner fetches it."""
    found = _found(token)
    try:
        lines = about(subject_of(found.subject))
    except NotFound:
        lines = (found.subject.partition(":")[2],)
    return render_template("public/alert.html", token=token, alert=found, about=lines)


@bp.post("/alerts/<token>")
@without_key
@public
def confirm(token: str) -> ResponseReturnValue:
    """The address is its reader's: begin to tell."""
    with transaction(db.session()) as work:
        alerts.confirm(work, _found(token), at=now())
    return show(token)


@bp.get("/alerts/<token>/stop")
@public
def ask_stop(token: str) -> ResponseReturnValue:
    """The same page, for mail programs that open this address."""
    return show(token)


@bp.post("/alerts/<token>/stop")
@without_key
@public
def stop(token: str) -> ResponseReturnValue:
    """Forget the address. Mail programs may send this themselves; a second time is as good as the first."""
    subscription_id = link_id_of(settings().secret_key, token)
    if subscription_id is None:
        raise NotFound()
    with transaction(db.session()) as work:
        alerts.stop(work, subscription_id)
    return render_template("public/alert_stopped.html")
