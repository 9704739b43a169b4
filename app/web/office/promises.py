"""The promised day of the decision, on the board of a call: told in words when it has passed, and moved by one form."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.applications import promises
from app.extensions import db
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.models import Call
from app.web.doors import here, now, on_call
from app.web.office import bp
from app.web.office.asked import typed_day
from app.web.office.calls import board
from app.web.words import problem_texts


@bp.post("/calls/<uuid:call_id>/promise")
@on_call(Action.EDIT_CALL)
def move_promise(call_id: UUID) -> ResponseReturnValue:
    """Tell a new day to everybody who waits for the decision."""
    form = request.form
    try:
        with transaction(db.session()) as work:
            day: date | None = typed_day(form.get("promise", ""))
            count = promises.promise(
                work, here(Call).thing, day, form.get("because", ""), by=here(Call).acting, at=now()
            )
    except Refused as refused:
        return board(problem_texts(refused.problems))
    flash(ngettext("Told for %(num)s application.", "Told for %(num)s applications.", count), "good")
    return redirect(url_for(".call", call_id=call_id), 303)
