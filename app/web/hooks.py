"""What happens around every request: arrival, one writer, the door, headers, and what every page shows."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_babel import get_translations, gettext
from flask_login import AnonymousUserMixin, UserMixin, current_user
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import SecurityError
from werkzeug.http import parse_accept_header

from app.access.viewer import Viewer, viewer_of
from app.config import Settings
from app.extensions import babel, db, login
from app.kernel import clock
from app.kernel.database import writing
from app.web import keeping, receiving, words
from app.web.applicant.standing import taken_back_texts
from app.web.arrival import ARRIVED, Arrival
from app.web.doors import open_door, viewer_or_none
from app.web.shared import is_shared
from app.web.sums import sum_table

LANGUAGE = "tandem-language"
"""The cookie of a chosen language. It stands apart from the session, so that choosing needs no key and touches no sign-in."""
READING = ("GET", "HEAD", "OPTIONS")
OF_DESK = ("applicant", "approver", "reviewer", "panel", "account", "team", "profile", "notices")
"""Rooms that are reached from one's own desk."""
PATIENCE = 50.0
"""Seconds that a request waits for its turn to write: longer than any rush takes, shorter than a proxy waits."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login is untyped
    """Flask-Login's view of a browser session: its id is the session's secret, its rights are read anew each time."""

    def __init__(self, secret: str, viewer: Viewer) -> None:
        self.secret, self.viewer = secret, viewer

    def get_id(self) -> str:
        return self.secret


def hang_on(app: Flask, settings: Settings) -> None:
    """Register the hooks, in the order in which they run."""
    app.before_request(_at_another_house)
    app.before_request(_arrive)
    app.before_request(open_door)
    app.after_request(_headers)
    app.teardown_request(_leave)
    app.context_processor(_every_page)
    app.wsgi_app = Arrival(app.wsgi_app)  # type: ignore[assignment,method-assign]  # as Flask's own documentation does it
    login.init_app(app)
    login.user_loader(_load_user)
    babel.init_app(app, locale_selector=_locale)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's extension
        lambda text: _translations().ugettext(text),
        lambda one, many, count: _translations().ungettext(one, many, count),
        newstyle=True,
    )


def _translations() -> Any:
    """The texts of this answer's language, looked up once: a page asks for a hundred of them."""
    kept = g.get("translations")
    if kept is None:
        kept = g.translations = get_translations()
    return kept


def _at_another_house() -> Response | None:
    """A request for a host that is not ours is answered without a page: for it there are no addresses to write."""
    if isinstance(request.routing_exception, SecurityError):
        return Response("This host is not served here.\n", 400, mimetype="text/plain")
    return None


def _arrive() -> None:
    """Read the body before the lock, so that a slow line holds nobody up. The arrival was stamped before both."""
    g.arrived = request.environ.get(ARRIVED) or clock.now()
    g.stack = ExitStack()
    if "\0" in request.path or any("\0" in text for field in request.args.items(multi=True) for text in field):
        abort(400)
    if request.method in READING:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False):
        request.max_content_length, request.max_form_parts = receiving.LARGEST_FORM, receiving.MOST_PARTS
    if any("\0" in text for field in request.form.items(multi=True) for text in field) or request.files is None:
        abort(400)
    if getattr(view, "writes_itself", False):
        return
    if getattr(view, "takes_files", False) and any(file.filename for _, file in request.files.items(multi=True)):
        open_door()  # nobody makes us look at files who may not send them; under the lock the door is asked again
        db.session.remove()
        g.received = receiving.receive(request.files)
    g.stack.enter_context(writing(db.engine, PATIENCE))


def _leave(_error: BaseException | None) -> None:
    db.session.remove()
    stack: ExitStack | None = g.pop("stack", None)
    if stack is not None:
        stack.close()


def _load_user(secret: str) -> SignedIn | None:
    viewer = viewer_of(db.session(), secret, at=g.arrived)
    return None if viewer is None else SignedIn(secret, viewer)


def _locale() -> str:
    of_feed = request.args.get("language") if request.blueprint == "feeds" else None
    chosen = of_feed or request.cookies.get(LANGUAGE)
    if chosen in ("en", "sv"):
        return chosen
    who = viewer_or_none() if not isinstance(current_user, AnonymousUserMixin) else None
    return who.locale if who is not None else _preferred(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=1024)
def _preferred(header: str) -> str:
    """The language that a browser asks for; the same header is read once."""
    return parse_accept_header(header, LanguageAccept).best_match(("en", "sv")) or "en"


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.add("Vary", "Cookie, HX-Request")
    keeping.acknowledge(response)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


@dataclass(frozen=True)
class OnPage:
    """The person as every page shows it, with the pages there are for this person."""

    name: str
    signed_in: bool
    nav: tuple[tuple[str, str, bool], ...]


def _every_page() -> dict[str, Any]:
    who = viewer_or_none() if hasattr(g, "arrived") else None
    return {
        "viewer": OnPage(who.name if who else "", who is not None, _nav(who)),
        "server_time": words.moment_text(g.arrived) if hasattr(g, "arrived") else "",
        "demo_bar": _demo_bar(),
        "is_shared": is_shared(),
        "keeping": keeping.person_mark(who),
        "static_url": static_url,
        **words.template_words(),
        "sum_table": sum_table,
        "taken_back": taken_back_texts,
    }


def _nav(who: Viewer | None) -> tuple[tuple[str, str, bool], ...]:
    """The pages there are for this person."""
    has_desk = who is not None and who.link is None
    duties = (bool(who.duties), who.is_administrator) if has_desk and who is not None else (False, False)
    return _nav_of(words.language(), request.blueprint or "", request.script_root, has_desk, *duties)


@lru_cache(maxsize=512)
def _nav_of(
    _language: str, here: str, _root: str, has_desk: bool, has_office: bool, is_administrator: bool
) -> tuple[tuple[str, str, bool], ...]:
    pages: list[tuple[str, str, tuple[str, ...]]] = [(gettext("Calls"), url_for("public.home"), ("public", "alerts"))]
    pages.append((gettext("Partnerships"), url_for("partnerships.index"), ("partnerships",)))
    pages.append((gettext("Programmes"), url_for("programmes.index"), ("programmes",)))
    pages.append((gettext("Awards"), url_for("awards.index"), ("awards",)))
    if has_desk:
        pages.append((gettext("My desk"), url_for("account.desk"), OF_DESK))
    if has_office:
        pages.append((gettext("Office"), url_for("office.calls"), ("office",)))
    if is_administrator:
        pages.append((gettext("Administration"), url_for("admin.people"), ("admin",)))
    return tuple((label, url, here in rooms) for label, url, rooms in pages)


@dataclass(frozen=True)
class DemoBar:
    """Shown on every page of a demonstration: it says what time is being rehearsed."""

    now_text: str
    url: str


def _demo_bar() -> DemoBar | None:
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.is_demo or not hasattr(g, "arrived"):
        return None
    return DemoBar(words.moment_text(g.arrived) or "", url_for("demo.index"))


@lru_cache(maxsize=256)
def _digest(path: str, _stamp: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def static_url(name: str) -> str:
    """The address of a static file with its hash, so that it can be kept long and never be stale."""
    path = f"{current_app.static_folder}/{name}"
    return _static_url(name, _digest(path, os.stat(path).st_mtime), request.script_root)


@lru_cache(maxsize=256)
def _static_url(name: str, digest: str, _root: str) -> str:
    return url_for("static", filename=name, v=digest)
