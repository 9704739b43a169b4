"""Refusals become pages: 404 where one may not know that the thing exists, else 403 with the reason, 409, 422."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.extensions import db
from app.kernel.errors import NotAllowed, NotFound, Problem, Refusal, Refused, Stale
from app.kernel.words import N_
from app.web import resending
from app.web.words import problem_texts

log = logging.getLogger("tandem.web")
SIGNED_OUT = Problem("signed_out", N_("You are no longer signed in, so this was not saved."))
TITLES = {
    400: N_("This request could not be read"),
    401: N_("Sign in first"),
    403: N_("This is not open to you"),
    404: N_("Page not found"),
    405: N_("Page not found"),
    409: N_("Somebody else was faster"),
    413: N_("This is too large"),
    422: N_("There is a problem"),
    500: N_("Something went wrong on our side"),
    503: N_("Busy for a moment"),
}
PAGES = {400, 401, 403, 404, 409, 413, 422, 500, 503}
CSRF = Problem(
    "csrf",
    N_("The form did not carry its key, perhaps because you signed in or out in another tab meanwhile."),
)


def hang_on(app: Flask) -> None:
    """Register the pages of refusal."""
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TimeoutError, _busy)
    app.register_error_handler(NoConnection, _busy)
    app.register_error_handler(OperationalError, _locked)
    app.register_error_handler(Exception, _bug)


def page(status: int, problems: tuple[Problem, ...] = ()) -> Response:
    """The page of a status, with its problems."""
    db.session.rollback()
    shown = status if status in PAGES else {405: 404}.get(status, 400)
    body = render_template(
        f"errors/{shown}.html",
        title=gettext(TITLES.get(status, TITLES[400])),
        problems=problem_texts(problems),
        status=status,
        typed=typed_texts(),
        again=resending.again() if status != 413 else None,
    )
    return make_response(body, status)


def waiting_file(problem: Problem) -> Response:
    """The page instead of a file that the virus scanner has not let through."""
    log.info("refused 409 %s", problem.code)
    title = gettext("This file cannot be opened now")
    return make_response(render_template("errors/file.html", title=title, problems=problem_texts([problem])), 409)


def typed_texts() -> tuple[str, ...]:
    """The longer texts of a refused form, to be shown and copied: whatever the reason, nothing typed is lost."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return ()
    secret = ("csrf_token", "password")
    try:
        fields = list(request.form.items(multi=True))
    except RequestEntityTooLarge:  # it was not even read; the page says where the words still are
        return ()
    texts = (text.strip() for name, text in fields if name not in secret)
    return tuple(text for text in texts if " " in text or "\n" in text)


def status_of(refusal: Refusal) -> int:
    """404, 403, 409 or 422."""
    for kind, status in ((NotFound, 404), (NotAllowed, 403), (Stale, 409), (Refused, 422)):
        if isinstance(refusal, kind):
            return status
    return 422


def _refusal(refusal: Refusal) -> Response:
    status = status_of(refusal)
    log.info("refused %s %s", status, ",".join(problem.code for problem in refusal.problems))
    return page(status, refusal.problems)


def _csrf(_error: CSRFError) -> Response:
    return page(400, (CSRF,))


def _http(error: HTTPException) -> Any:
    if error.code == 401:
        return _sign_in_first()
    if error.code is not None and 300 <= error.code < 400:
        return error
    return page(error.code or 500)


def _sign_in_first() -> Any:
    """Whoever only looks is sent to sign in and back; whoever was sending something gets it back to keep."""
    if request.method != "POST":
        return redirect(url_for("account.sign_in", next=request.full_path))
    return page(401, (SIGNED_OUT,))


def _busy(_error: Exception) -> Response:
    answer = page(503)
    answer.headers["Retry-After"] = "2"
    return answer


def _locked(error: OperationalError) -> Response:
    """PostgreSQL gave up waiting for a row, or broke a deadlock: nothing was changed, and a second try will do."""
    if getattr(error.orig, "sqlstate", None) in ("55P03", "40P01"):
        return _busy(error)
    return _bug(error)


def _bug(error: Exception) -> Response:
    log.exception("bug on %s %s", request.method, request.endpoint, exc_info=error)
    return page(500)
