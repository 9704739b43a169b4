"""The page that asks a second browser for the six digits that were mailed to the address of the link."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.extensions import db
from app.identities import codes, links
from app.identities.links import GONE, OpenLink
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.running import settings
from app.web.account import letting
from app.web.account.views import LANDINGS, come_in
from app.web.doors import now, public
from app.web.words import by_field, problem_texts

bp = Blueprint("codes", __name__)


def _asked() -> OpenLink:
    """The link for which this browser was asked a code. NotFound with words when there is none, or it no longer works."""
    try:
        link_id = UUID(session.get(letting.ASKED, ""))
    except ValueError:
        raise NotFound([GONE]) from None
    return links.find_by_id(db.session(), link_id, at=now())


def _page(problem: Problem | None = None) -> ResponseReturnValue:
    problems = problem_texts([problem] if problem else [])
    page = render_template(
        "account/code.html",
        masked=letting.masked(_asked().sent_to),
        problems=problems,
        errors=by_field(problems),
        minutes=int(codes.LIFE.total_seconds()) // 60,
        digits=codes.DIGITS,
    )
    return page, 422 if problem else 200


@bp.get("/code")
@public
def ask() -> ResponseReturnValue:
    """Where the code is typed. Showing it changes nothing."""
    return _page()


@bp.post("/code")
@public
def enter() -> ResponseReturnValue:
    """Let this browser in when the digits fit; a wrong try counts, and says what to do."""
    with transaction(db.session()) as work:
        link = _asked()
        letting.hold(work, link)
        problem = codes.spend(work, settings().secret_key, link.id, request.form.get("code", ""), at=now())
        known = come_in(link, by_code=True) if problem is None else None
    if known is None:
        return _page(problem)
    session.pop(letting.ASKED, None)
    return letting.with_cookie(redirect(LANDINGS[link.purpose][1](link, known), 303))


@bp.post("/code/again")
@public
def again() -> ResponseReturnValue:
    """Mail a new code; the one before it no longer works."""
    try:
        with transaction(db.session()) as work:
            answer = letting.ask_code(work, _asked())
    except Refused as refused:
        return _page(refused.problems[0])
    flash(gettext("A new code is on its way. Only the newest one works."), "good")
    return answer
