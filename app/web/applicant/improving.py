"""Taking an application back to improve it, and undoing a withdrawal: two buttons of the receipt."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications.effects import newest_number
from app.applications.models import Application
from app.extensions import db
from app.kernel.errors import NotAllowed, Refused
from app.policy.vocabulary import Action
from app.web.applicant.opened import note_use
from app.web.applicant.receipt import show_page
from app.web.applicant.shown import bp, take
from app.web.doors import here, on_application
from app.workflow.vocabulary import Move


@bp.post("/applications/<uuid:application_id>/take-back")
@on_application(Action.READ_APPLICATION)
def take_back(application_id: UUID) -> ResponseReturnValue:
    """Take it back and go on writing; a second click finds it taken back."""
    found = here(Application).thing
    try:
        take(Move.TAKE_BACK)
    except Refused as refused:
        return show_page(refused.problems)
    except NotAllowed as already:
        if already.problems[0].code != "no_such_move":
            raise
        return redirect(url_for(".edit", application_id=application_id), 303)
    note_use(found)
    number = newest_number(db.session(), found)
    flash(gettext("It is taken back. Version %(number)s stands until you submit again.", number=number), "good")
    return redirect(url_for(".edit", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/undo-withdrawal")
@on_application(Action.READ_APPLICATION)
def undo_withdrawal(application_id: UUID) -> ResponseReturnValue:
    """Let the application stand again; a second click finds it done."""
    try:
        take(Move.UNDO_WITHDRAW)
    except Refused as refused:
        return show_page(refused.problems)
    except NotAllowed as already:
        if already.problems[0].code != "no_such_move":
            raise
        return redirect(url_for(".show", application_id=application_id), 303)
    flash(gettext("The withdrawal is undone: the application stands again."), "good")
    return redirect(url_for(".show", application_id=application_id), 303)
