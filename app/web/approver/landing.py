"""Where an approver's personal link leads: GET shows what waits and changes nothing, POST opens the list."""

from __future__ import annotations

from flask import render_template, url_for

from app.access import scope
from app.access.viewer import Link, Viewer
from app.applications.approvals import commitments, queries
from app.extensions import db
from app.identities.links import GONE, OpenLink
from app.identities.models import Person
from app.kernel.errors import NotFound
from app.web.approver.texts import commitment_text
from app.web.doors import now


def page(link: OpenLink, action: str) -> str:
    """What waits for this person in the call that the link is for. Asked for nothing any more, it says so."""
    work = db.session()
    person = work.get_one(Person, link.person_id)
    confined = Link(link.id, link.purpose, link.subject_id, link.sent_to)
    viewer = Viewer(person.id, person.name, person.locale, person.zone, link=confined)
    asked = queries.asked_in(work, scope.approval_tasks(viewer))
    found = commitments.commitments(work, asked, now())
    if not found:
        raise NotFound([GONE])
    waiting = [c for c in found if c.asked.word.answer is None and commitments.is_asked_now(c, now())]
    return render_template(
        "approver/landing.html",
        action=action,
        name=link.person_name,
        call=found[0].definition.title,
        waiting=[commitment_text(one, person.zone) for one in waiting],
    )


def act(link: OpenLink, viewer: Viewer) -> str:
    """Go on to the list. Nothing is approved by opening it."""
    return url_for("approver.index")
