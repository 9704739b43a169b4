"""When this browser last loaded or saved a form: the stated grace belongs to forms that were open at the deadline.

It is kept in the signed session cookie, so that looking at a page writes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import session

from app.applications.extended import extended_to
from app.applications.models import Application
from app.extensions import db
from app.programmes.models import Call
from app.web.doors import now, viewer

KEY, MOST, A_WHILE = "forms", 8, timedelta(minutes=1)


def note_use(application: Application) -> None:
    """Remember that the form is in use now. After the deadline nothing is noted: what was open then stays known."""
    call = db.session.get_one(Call, application.call_id)
    if call.closes_at is None or now() > max([call.closes_at, *extended_to(db.session(), application)]):
        return
    _note(application.id)


def note_use_before(application_id: UUID, closes_at: datetime | None) -> None:
    """The same while the deadline of all has not passed; later, only loading or saving the whole form is noted."""
    if closes_at is not None and now() <= closes_at:
        _note(application_id)


def _note(application_id: UUID) -> None:
    last = last_used(application_id)
    if last is not None and last <= now() < last + A_WHILE:
        return
    known = {key: value for key, value in _known().items() if key != _name(application_id)}
    kept = dict(list(known.items())[-(MOST - 1) :])
    session[KEY] = kept | {_name(application_id): now().isoformat()}


def last_used(application_id: UUID) -> datetime | None:
    """When this person last used this form in this browser before the deadline, or None."""
    text = _known().get(_name(application_id))
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _known() -> dict[str, Any]:
    found = session.get(KEY)
    return dict(found) if isinstance(found, dict) else {}


def _name(application_id: UUID) -> str:
    return f"{viewer().person_id.hex[:12]}{application_id.hex}"
