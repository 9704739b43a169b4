"""The receipt, where the application stands, what became of it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications import queries
from app.applications.models import Application
from app.applications.parts import parts_of
from app.applications.promises import promised_day
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import Problem, Refused
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.queries import definition_by_version
from app.web.applicant.corrections import check_text
from app.web.applicant.outcome import outcome_of, standing_text
from app.web.applicant.shown import approval_texts, bp, call_text, take
from app.web.applicant.stages import stages_of
from app.web.applicant.standing import MoveText, improving_text
from app.web.doors import here, now, on_application
from app.web.labels import move_label
from app.web.letters.texts import shown_texts
from app.web.words import (
    moment_text,
    problem_text,
    problem_texts,
)
from app.workflow.vocabulary import Move


@bp.get("/applications/<uuid:application_id>")
@on_application(Action.READ_APPLICATION)
def show(application_id: UUID) -> ResponseReturnValue:
    """The receipt, where the application stands, and after the release what became of it."""
    if may(Action.SEE_CALL_OFFICE, here(Application).acting) is None:
        return redirect(url_for("office.application", application_id=application_id))
    return show_page((), "")


def show_page(refused: Sequence[Problem], reason: str = "") -> ResponseReturnValue:
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    sheet = queries.frozen_sheet(work, found.id)
    sides = [part.side for part in parts_of(work, found, definition)]
    received = [(side.name, moment_text(found.submitted_at, side.zone)) for side in sides]
    page = render_template(
        "applicant/show.html",
        application_id=found.id,
        reference=found.reference,
        title=found.title,
        sheet=sheet,
        call=call_text(found, definition),
        standing=standing_text(found.state, definition, promised_day(work, found.call_id, definition)),
        received=received,
        is_alone=len(sides) == 1,
        withdraw=_move(found, acting, Move.WITHDRAW),
        improving=improving_text(found, definition, acting),
        outcome=outcome_of(work, found, acting),
        stages=stages_of(work, found, definition, acting, now()),
        check=check_text(work, found),
        reason=reason,
        problems=problem_texts(refused),
        steps_at=moment_text(found.submitted_at),
        approvals=approval_texts(found, definition),
        letters=shown_texts(work, found, definition),
    )
    return page, 422 if refused else 200


def _move(found: Application, acting: Acting, move: Move) -> MoveText | None:
    for offer in queries.offers(db.session(), found, acting, now()):
        if offer.move is move:
            problem = problem_text(offer.problems[0]) if offer.problems else None
            url = url_for(".withdraw", application_id=found.id)
            return MoveText(move_label(offer.move), url, offer.is_open, problem)
    return None


@bp.post("/applications/<uuid:application_id>/withdraw")
@on_application(Action.READ_APPLICATION)
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Take the application back, with a reason that is kept."""
    reason = request.form.get("reason", "")
    try:
        take(Move.WITHDRAW, reason)
    except Refused as refused:
        return show_page(refused.problems, reason)
    flash(gettext("The application is withdrawn. Until the deadline you can undo that on this page."))
    return redirect(url_for(".show", application_id=application_id), 303)
