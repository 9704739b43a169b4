"""What was typed is kept: who the browser's own copies belong to, and the words that `keeping.js` says."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from uuid import UUID

from flask import current_app, request

from app.access.viewer import Viewer
from app.web.doors import viewer

FIELD = "kept-for"
"""The field of a request that names for whom its page was drawn."""


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
