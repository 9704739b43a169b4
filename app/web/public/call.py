"""One call, complete for a reader who decides whether to apply; its questions to read and to take along."""

from __future__ import annotations

from itertools import chain

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.applications import queries as applications
from app.applications.models import Application
from app.extensions import db
from app.programmes.asking.notice import notice_of
from app.programmes.asking.quiz import quiz_of
from app.programmes.deadlines import Standing, standing
from app.programmes.definition import Definition
from app.programmes.partnerships import cooperations
from app.programmes.queries import PublicCall
from app.web.applicant.notices import notice_text
from app.web.doors import now, public, viewer_or_none
from app.web.notices.texts import SEEKING, seeks_partners
from app.web.public.asked import form_text, sections_of
from app.web.public.feeds import grant_json
from app.web.public.telling import applying, dates, judging, money
from app.web.public.telling.blocks import Sheet
from app.web.public.views import STATUSES, bp, places, public_call
from app.web.shared import shared
from app.web.words import deadline_text, language


@bp.get("/calls/<key>")
@public
@shared
def call(key: str) -> ResponseReturnValue:
    """One call: dates, money, what is judged and how it is decided, who may apply, and what follows."""
    row, who = public_call(key), viewer_or_none()
    definition, stands = row.definition, standing(row, now())
    own = (
        applications.own_applications(
            db.session(), among=scope.ids(scope.applicant_of(who), Application.call_id == row.id)
        )
        if who is not None
        else ()
    )
    words, tone = STATUSES[stands]
    return render_template(
        "public/call.html",
        key=key,
        definition=definition,
        programme=cooperations().programmes.get(definition.programme),
        status_words=gettext(words),
        tone=tone,
        is_forecast=stands is Standing.FORECAST,
        deadline=deadline_text(row.due, places(definition)) if row.due else None,
        sheets=sheets_of(definition, row),
        grant=grant_json(row),
        own=own,
        is_open=stands is Standing.OPEN,
        may_remind=stands in (Standing.OPEN, Standing.ANNOUNCED, Standing.FORECAST),
        told=notice_text(notice_of(definition)) if who is not None else None,
        seeks_partners=stands in SEEKING and seeks_partners(definition),
        has_quiz=not quiz_of(definition).is_empty,
        has_account=who is not None and who.link is None,
        signed_in=who is not None,
    )


def sheets_of(definition: Definition, row: PublicCall) -> list[Sheet]:
    """Everything that the declaration tells a reader, in the order in which one asks."""
    parts = chain(
        applying.before(definition),
        dates.sheets(definition, row),
        money.sheets(definition),
        applying.way(definition),
        judging.sheets(definition),
        applying.after(definition),
    )
    return [part for part in parts if not part.is_empty]


@bp.get("/calls/<key>/questions")
@public
@shared
def questions(key: str) -> ResponseReturnValue:
    """The form for reading, before anybody begins, and for printing."""
    definition = public_call(key).definition
    return render_template(
        "public/questions.html", key=key, title=definition.title.in_(language()), sections=sections_of(definition)
    )


@bp.get("/calls/<key>/questions.txt")
@public
@shared
def questions_text(key: str) -> ResponseReturnValue:
    """The same as a text file to write in."""
    definition = public_call(key).definition
    text = form_text(definition, url_for("public.call", key=key, _external=True))
    return Response(
        text,
        mimetype="text/plain",
        headers={"Content-Disposition": f'attachment; filename="{key}-questions.txt"'},
    )
