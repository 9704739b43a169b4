"""Drafts in a call, as far as their office may know of them: that they exist, and how complete they are."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from app.applications import census
from app.extensions import db
from app.policy.vocabulary import Action
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.web.doors import here, on_call
from app.web.office import bp
from app.web.words import language, moment_text


@bp.get("/calls/<uuid:call_id>/drafts")
@on_call(Action.SEE_CALL_OFFICE)
def drafts(call_id: UUID) -> ResponseReturnValue:
    """Each draft by its number in time: no title, no name, nothing that was typed."""
    found, work = here(Call).thing, db.session()
    lines = census.draft_lines(work, found.id)
    return render_template(
        "office/drafts.html",
        call_id=found.id,
        title=definition_of(work, found).title.in_(language()),
        lines=[(line, moment_text(line.begun_at), moment_text(line.saved_at)) for line in lines],
    )
