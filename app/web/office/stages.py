"""The office between review and decision: rejoinders opened for all, interviews set and noted, what is set aside."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.access import scope
from app.applications import services as applying
from app.applications.models import Application
from app.extensions import db
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.definition.values import as_date
from app.programmes.models import Call
from app.reviews import queries as reviews
from app.reviews.interviews import invite, note_interview
from app.web.doors import here, now, on_application, on_call, viewer
from app.web.office import bp, calls
from app.web.words import problem_texts
from app.workflow.vocabulary import Move


@bp.post("/calls/<uuid:call_id>/rejoinders")
@on_call(Action.SEE_CALL_OFFICE)
def open_rejoinders(call_id: UUID) -> ResponseReturnValue:
    """Ask the applicants of every reviewed application for their answer. What is in conflict with this coordinator is
    opened by another."""
    try:
        with transaction(db.session()) as work:
            count = _open_all(work, call_id)
    except Refused as refused:
        return calls.board(problem_texts(refused.problems))
    message = ngettext(
        "%(num)s applicant is asked for an answer.", "%(num)s applicants are asked for an answer.", count
    )
    flash(message, "good" if count else "info")
    return redirect(url_for(".call", call_id=call_id), 303)


def _open_all(work: Session, call_id: UUID) -> int:
    found = reviews.reviewed(work, call_id, among=scope.office_ids(viewer(), call_id))
    for application in found:
        applying.take(work, application, Move.OPEN_REJOINDER, by=here(Call).acting, at=now())
    return len(found)


@bp.post("/applications/<uuid:application_id>/interview")
@on_application(Action.SEE_RANKING)
def interview(application_id: UUID) -> ResponseReturnValue:
    """Set the time and the place, and tell the applicants; again, to move it."""
    found, acting, form = here(Application).thing, here(Application).acting, request.form
    try:
        with transaction(db.session()) as work:
            begins = _clock(form.get("begins", ""))
            invite(work, found, begins, form.get("place", ""), by=acting, at=now())
    except Refused as refused:
        db.session.refresh(found)
        return calls.application_page(problem_texts(refused.problems), "", ())
    flash(gettext("The applicants are told by mail."), "good")
    return redirect(url_for(".application", application_id=application_id), 303)


def _clock(text: str) -> datetime | None:
    """A day and a time as a browser sends them, or typed by hand."""
    try:
        typed = datetime.fromisoformat(text.strip().replace(" ", "T")).replace(tzinfo=None)
    except ValueError:
        return None
    return typed if as_date(typed.date()) else None


@bp.post("/applications/<uuid:application_id>/interview/note")
@on_application(Action.SEE_RANKING)
def interview_note(application_id: UUID) -> ResponseReturnValue:
    """Write what came of the interview."""
    found, acting = here(Application).thing, here(Application).acting
    try:
        with transaction(db.session()) as work:
            note_interview(work, found, request.form.get("note", ""), by=acting, at=now())
    except Refused as refused:
        db.session.refresh(found)
        return calls.application_page(problem_texts(refused.problems), "", ())
    flash(gettext("What came of the interview is noted."), "good")
    return redirect(url_for(".application", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/bring-back")
@on_application(Action.BRING_BACK)
def bring_back(application_id: UUID) -> ResponseReturnValue:
    """Let an application that was set aside be discussed after all: for coordinators and chairs without a conflict."""
    found, acting = here(Application).thing, here(Application).acting
    panel_id = request.form.get("panel", type=UUID)
    try:
        with transaction(db.session()) as work:
            reason = request.form.get("reason", "")
            applying.take(work, found, Move.BRING_BACK, by=acting, at=now(), reason=reason)
    except Refused as refused:
        for problem in problem_texts(refused.problems):
            flash(problem.text, "bad")
    else:
        flash(gettext("%(reference)s is brought back.", reference=found.reference), "good")
    if panel_id is not None:
        return redirect(url_for("panel.show", panel_id=panel_id), 303)
    return redirect(url_for(".application", application_id=application_id), 303)
