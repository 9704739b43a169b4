"""Where the link of a letter writer or a host leads: GET shows what is asked and changes nothing, POST opens the page."""

from __future__ import annotations

from flask import render_template, url_for

from app.access.viewer import Viewer
from app.applications.letters.queries import asked_of
from app.extensions import db
from app.identities.links import GONE, OpenLink
from app.kernel.errors import NotFound
from app.web.letters.texts import asked_text


def page(link: OpenLink, action: str) -> str:
    """Who asks, for what, and until when."""
    letter = asked_of(db.session(), link.subject_id, link.person_id)
    if letter is None:
        raise NotFound([GONE])
    return render_template("letters/landing.html", action=action, name=link.person_name, asked=asked_text(letter))


def act(link: OpenLink, viewer: Viewer) -> str:
    """Go on to the page. Nothing is given by opening it."""
    return url_for("letters.task", letter_id=link.subject_id)
