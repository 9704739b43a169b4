"""Whether this browser is let in by a personal link, and the cookie by which it is known when it comes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Response, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access.links import note_browser
from app.access.viewer import Viewer
from app.communications.services import post_code
from app.identities import browsers, codes
from app.identities.links import OpenLink
from app.identities.models import LinkPurpose
from app.identities.services import hash_of
from app.running import settings
from app.web.doors import now, viewer_or_none

ASKED = "code-for"
"""Under this name the browser's own cookie says which link waits for a code; the address bar never does."""
LONGEST = timedelta(days=400)
"""Browsers keep no cookie longer."""


def cookie_of(link: OpenLink) -> str:
    """The name of the cookie for the task of a link: mails about the same task share it."""
    task = hash_of(f"{link.purpose}|{link.person_id}|{link.subject_id}")[:16]
    return f"{'__Host-' if settings().is_https else ''}tandem-link-{task}"


def masked(address: str) -> str:
    """An address as somebody sees it who may not be its owner: a…@example.org."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"


def hold(work: Session, link: OpenLink) -> None:
    """Two browsers at once are let in one after the other."""
    if link.purpose is not LinkPurpose.SIGN_IN:
        browsers.hold(work, link)


def needs_code(work: Session, link: OpenLink) -> bool:
    """Whether another browser was first, and this one is neither known nor signed in as that very person."""
    if link.purpose is LinkPurpose.SIGN_IN:
        return False
    who = viewer_or_none()
    if who is not None and who.person_id == link.person_id and (who.link is None or who.link.id == link.id):
        return False
    is_known = browsers.known(work, link, request.cookies.get(cookie_of(link)), at=now()) is not None
    return not is_known and browsers.is_bound(work, link, at=now())


def let_in(work: Session, link: OpenLink, *, by_code: bool = False) -> UUID | None:
    """Let this browser in, and remember the cookie that the answer must bring. Somebody signed in needs no letting in
    where another browser was first. None where nobody is let in."""
    if link.purpose is LinkPurpose.SIGN_IN:
        return None
    name = cookie_of(link)
    known = browsers.known(work, link, request.cookies.get(name), at=now())
    if known is not None:
        return known
    if not by_code and browsers.is_bound(work, link, at=now()):
        return None
    browser_id, secret = browsers.let_in(work, link, by_code=by_code, at=now())
    note_browser(work, link, browser_id, by_code=by_code, at=now())
    g.let_in = (name, secret, min(link.expires_at - now(), LONGEST))
    return browser_id


def with_cookie(answer: ResponseReturnValue) -> ResponseReturnValue:
    """The answer with the cookie of a browser that was just let in."""
    made = g.pop("let_in", None)
    if made is not None and isinstance(answer, Response):
        name, secret, lasts = made
        answer.set_cookie(
            name, secret, max_age=int(lasts.total_seconds()), httponly=True, samesite="Lax", secure=settings().is_https
        )
    return answer


def ask_code(work: Session, link: OpenLink) -> ResponseReturnValue:
    """Mail a code and go on to the page that asks for it. Raises Refused when there were too many."""
    post_code(work, link, codes.new_code(work, link.id, at=now()), at=now())
    session[ASKED] = str(link.id)
    return redirect(url_for("codes.ask"), 303)


def forget(work: Session, who: Viewer) -> None:
    """Whoever signs out of a link's task leaves nothing in this browser: coming back takes a code."""
    if who.link is not None and who.link.browser_id is not None:
        browsers.shut_out(work, who.link.browser_id, at=now())
