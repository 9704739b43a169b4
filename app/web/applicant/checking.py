"""Looking at the whole, and submitting it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications import queries
from app.applications.models import Application
from app.applications.participation import both_invalid
from app.applications.parts import parts_of
from app.applications.stages import outline_selects, part_at
from app.extensions import db
from app.kernel.errors import NotAllowed, Problem, Refused, Stale
from app.programmes.definition import Part
from app.programmes.queries import definition_by_version
from app.web.applicant.budgets import balance_text
from app.web.applicant.opened import note_use
from app.web.applicant.shown import (
    any_applicant,
    approval_texts,
    bp,
    call_text,
    draft_or_receipt,
    elsewhere,
    leads,
    may_submit,
    readiness,
    take,
)
from app.web.applicant.stages import part_text
from app.web.applicant.standing import shown_title, taken_back_text
from app.web.doors import here
from app.web.transfer import transfer_text
from app.web.words import (
    problem_texts,
)
from app.workflow.vocabulary import Move, State


@bp.get("/applications/<uuid:application_id>/check")
@draft_or_receipt
def check(application_id: UUID) -> ResponseReturnValue:
    """What will be sent, and everything that still stands in the way."""
    away = elsewhere()
    if away is not None:
        return away
    note_use(here(Application).thing)
    return check_page(())


def check_page(refused: Sequence[Problem], status: int = 422) -> ResponseReturnValue:
    """The page before submitting, with what stood in the way of the last try."""
    found = here(Application).thing
    definition = definition_by_version(db.session(), found.call_version_id)
    closed, missing, stage = *readiness(found), part_at(definition, found.state)
    sheet, seen = queries.seen_draft(db.session(), found)
    back = url_for("applicant.edit", application_id=found.id)
    page = render_template(
        "applicant/check.html",
        application_id=found.id,
        part=part_text(found, definition),
        title=shown_title(found, definition),
        improved=taken_back_text(found, definition),
        can_improve=not (stage is Part.OUTLINE and not outline_selects(definition)),
        call=call_text(found, definition),
        sheet=sheet,
        seen=seen,
        form_key=secrets.token_urlsafe(16),
        problems=problem_texts(refused, back),
        balance=balance_text(definition, parts_of(db.session(), found, definition)),
        closed=problem_texts(closed),
        missing=problem_texts(missing, back),
        warnings=problem_texts(both_invalid(db.session(), found, definition)),
        transfer=transfer_text(definition),
        back=back,
        approvals=approval_texts(found, definition),
        leads=leads(),
        may_submit=may_submit(),
    )
    return page, status if refused else 200


@bp.post("/applications/<uuid:application_id>/submit")
@any_applicant
def submit(application_id: UUID) -> ResponseReturnValue:
    """Submit. A second click, and the same form sent again however late, find it done and show the same receipt."""
    found, key = here(Application).thing, request.form.get("key", "")
    if queries.version_under(db.session(), found, key) is not None:
        return redirect(url_for(".show", application_id=application_id), 303)
    try:
        take(Move.SUBMIT, key=key, seen=request.form.get("seen", ""))
    except Refused as refused:
        return check_page(refused.problems)
    except Stale as stale:
        return check_page(stale.problems, 409)
    except NotAllowed as already:
        if already.problems[0].code != "no_such_move":
            raise
        return redirect(url_for(".show", application_id=application_id), 303)
    flash(_submitted_text(here(Application).thing), "good")
    return redirect(url_for(".show", application_id=application_id), 303)


def _submitted_text(found: Application) -> str:
    if found.state is State.INVITED:
        return str(
            gettext("The outline is submitted. Everything you wrote stands in the full form, which is open now.")
        )
    if found.state is State.OUTLINE_SUBMITTED:
        return str(gettext("The outline is submitted. Everybody of the team gets a receipt by mail."))
    return str(gettext("The application is submitted. Everybody of the team gets a receipt by mail."))
