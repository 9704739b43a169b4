"""Where a partner's personal link leads: GET shows what is asked and changes nothing, POST opens the part."""

from __future__ import annotations

from flask import render_template, url_for

from app.access.viewer import Viewer
from app.applications import queries
from app.applications.stages import closing_of, part_at
from app.extensions import db
from app.identities.links import GONE, OpenLink
from app.kernel.errors import NotFound
from app.programmes.models import Call
from app.web.public.views import places
from app.web.words import deadline_text, language


def page(link: OpenLink, action: str) -> str:
    """Which project, who asks, for which side, and until when."""
    asked = queries.invitation(db.session(), link.subject_id, link.person_id) if link.subject_id else None
    if asked is None:
        raise NotFound([GONE])
    call = db.session.get_one(Call, asked.application.call_id)
    closes = closing_of(call, part_at(asked.definition, asked.application.state))
    return render_template(
        "partner/landing.html",
        action=action,
        name=link.person_name,
        lead=asked.lead.name,
        side=asked.part.side.name,
        lead_institution=asked.lead.institution or asked.lead.side.name,
        title=asked.application.title,
        call_title=asked.definition.title.in_(language()),
        pays=asked.part.side.pays,
        currency=asked.part.side.currency,
        has_answered=asked.part.confirmed_at is not None or asked.part.declined_at is not None,
        until=deadline_text(closes, places(asked.definition)) if closes else None,
    )


def act(link: OpenLink, viewer: Viewer) -> str:
    """Go on to the part. Nothing is decided by opening it."""
    return url_for("partner.task", side_id=link.subject_id)
