"""A partner who was silent at the deadline: in the days of grace the own part is completed, and answered for, here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access.reach import Here
from app.applications import queries, services, silence
from app.applications.models import ApplicationSide
from app.applications.parts import parts_of
from app.extensions import db
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.queries import definition_by_version
from app.web.applicant import files, forms
from app.web.doors import Door, hang, here, now
from app.web.partner.views import Refusals, Task, bp, own_sections, reach_task
from app.web.receiving import takes_files
from app.web.words import moment_text, problem_texts

NONE = Refusals()
own_late_part = hang(Door("side: confirm_late", Action.CONFIRM_LATE, reach_task, "side_id"))


def is_late(work: Session, found: Here[Task]) -> bool:
    """Whether the partner was silent and may still answer."""
    task = found.thing
    return silence.may_confirm_late(work, task.application, task.side, by=found.acting, at=now()) is None


@bp.get("/parts/<uuid:side_id>/late")
@own_late_part
def late(side_id: UUID) -> ResponseReturnValue:
    """The own part and the two answers; once one is given, the receipt."""
    found = here(Task)
    if not is_late(db.session(), found):
        return redirect(url_for("applicant.show", application_id=found.thing.application.id))
    return _page()


def _page(saved: forms.Saved = forms.NOTHING, refused: Refusals = NONE) -> ResponseReturnValue:
    found, work = here(Task), db.session()
    application = found.thing.application
    definition = definition_by_version(work, application.call_version_id)
    parts = parts_of(work, application, definition)
    own = next(part for part in parts if part.id == found.thing.side.id)
    problems = problem_texts((*saved.problems, *refused.problems)) + forms.clash_texts(saved, definition)
    page = render_template(
        "partner/late.html",
        side_id=own.id,
        title=application.title,
        side=own.side.name,
        short=own.side.short,
        lead=next((part for part in parts if part.is_own), own).name,
        until=moment_text(silence.open_gaps(work, application).get(own.key), own.side.zone),
        problems=problems,
        name=refused.name or own.name,
        because=refused.because,
        sections=own_sections(work, found, definition, own, saved),
        sheet=queries.frozen_sheet(work, application.id),
    )
    return page, forms.status_of(saved, problems)


@bp.post("/parts/<uuid:side_id>/late")
@own_late_part
@takes_files
def answer_late(side_id: UUID) -> ResponseReturnValue:
    """Keep the part, and confirm it unless that is left for later; what is typed is kept even when it is refused."""
    found, work = here(Task), db.session()
    application, side = found.thing.application, found.thing.side
    definition = definition_by_version(work, application.call_version_id)
    own = next(part for part in parts_of(work, application, definition) if part.id == side.id)
    saved = forms.save(work, application, own, forms.read(request.form, own), by=found.acting, at=now())
    name = request.form.get("name", "")
    if not saved.is_whole:
        return _page(saved, Refusals(name=name))
    place = files.place()
    if place is not None or request.form.get("then") == "later":
        flash(gettext("Saved. Nothing is confirmed yet."), "good")
        return redirect(url_for(".late", side_id=side_id, _anchor=place), 303)
    return _answered(
        side_id, lambda: services.confirm_side(work, side, name=name, by=found.acting, at=now()), name=name
    )


@bp.post("/parts/<uuid:side_id>/late/decline")
@own_late_part
def decline_late(side_id: UUID) -> ResponseReturnValue:
    """Say no, with one sentence."""
    found, because = here(Task), request.form.get("because", "")
    side: ApplicationSide = found.thing.side
    return _answered(
        side_id,
        lambda: services.decline_side(db.session(), side, because=because, by=found.acting, at=now()),
        because=because,
    )


def _answered(side_id: UUID, deed: Callable[[], None], *, name: str = "", because: str = "") -> ResponseReturnValue:
    try:
        with transaction(db.session()):
            deed()
    except Refused as refused:
        return _page(refused=Refusals(refused.problems, name=name, because=because))
    flash(gettext("Thank you. Your answer is kept, and the lead applicant is told by mail."), "good")
    return redirect(url_for(".task", side_id=side_id), 303)
