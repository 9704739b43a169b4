"""What was typed is kept: who the browser's own copies belong to, and the words that `keeping.js` says."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge

from app.access.viewer import Viewer
from app.web.doors import public, viewer, viewer_or_none

bp = Blueprint("keeping", __name__)

FIELD = "kept-for"
"""The field of a request that names for whom its page was drawn."""
SENT = "kept-as"
"""The field under which a browser has kept what it sends; the answer tells it that nothing needs to be kept any more."""
COOKIE = "tandem-saved"


def person_mark(who: Viewer | None) -> str:
    """A mark of the person that says nothing about them: copies in the browser are kept under it. Empty for nobody."""
    return _mark(str(current_app.secret_key), who.person_id) if who is not None else ""


@lru_cache(maxsize=1024)
def _mark(secret: str, person_id: UUID) -> str:
    return hmac.new(secret.encode(), b"kept for " + person_id.bytes, hashlib.sha256).hexdigest()[:20]


def is_same_person() -> bool:
    """Whether the page that sends this was drawn for whoever is signed in now; a page that does not say is believed."""
    said = request.form.get(FIELD, "")
    return not said or said == person_mark(viewer())


@bp.get("/key")
@public
def key() -> ResponseReturnValue:
    """Who is signed in here now, as a mark, and the key of forms: for pages that stood open meanwhile."""
    return jsonify(person=person_mark(viewer_or_none()), key=generate_csrf())


def acknowledge(response: Response) -> None:
    """Tell the browser that what it sent was taken: it may forget its copies."""
    if request.method != "POST" or response.status_code >= 400:
        return
    try:
        sent = request.form.get(SENT, "")
    except RequestEntityTooLarge:
        return
    if sent and len(sent) < 80 and sent.replace("-", "").replace(".", "").isalnum():
        secure = current_app.config["SETTINGS"].is_https
        response.set_cookie(COOKIE, sent, max_age=600, samesite="Lax", secure=secure)
