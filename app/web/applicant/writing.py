"""Beginning a draft and writing it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import reach
from app.applications import queries, services
from app.applications.models import Application
from app.applications.participation import both_invalid
from app.applications.parts import Part, parts_of
from app.applications.team.comments import open_counts
from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.queries import definition_by_version, public_call
from app.web.account.filling import fillable
from app.web.applicant import files, forms, notices
from app.web.applicant.asking_sides import asked_by_sides
from app.web.applicant.budgets import balance_text, sides_words
from app.web.applicant.opened import note_use
from app.web.applicant.shown import approval_texts, bp, call_text, draft_or_receipt, elsewhere, leads, readiness
from app.web.applicant.side_texts import Invited, side_texts
from app.web.applicant.stages import part_text
from app.web.applicant.standing import delete_url, may_choose_sides, shown_title, taken_back_text
from app.web.applicant.tasks import missing_by_place, task_texts, tasks_in
from app.web.applicant.team_texts import team_line
from app.web.doors import here, now, on_application, viewer, with_account
from app.web.receiving import takes_files
from app.web.transfer import transfer_text
from app.web.words import problem_texts


@bp.post("/calls/<key>/applications")
@with_account
def start(key: str) -> ResponseReturnValue:
    """Begin a draft, or go on with the one already begun."""
    call = public_call(db.session(), key, now())
    if call is None:
        raise NotFound()
    with transaction(db.session()) as work:
        by = reach.house(viewer())
        application = services.start_draft(work, call, by=by, at=now())
        begun = application.id
        definition = definition_by_version(work, application.call_version_id)
        if request.form.get("told") == notices.sha_of(definition):
            notices.note_told(work, application, by)
        notices.settle_quiz(work, application, key, definition)
    notices.forget_quiz()
    return redirect(url_for(".edit", application_id=begun), 303)


@bp.get("/applications/<uuid:application_id>/edit")
@draft_or_receipt
def edit(application_id: UUID) -> ResponseReturnValue:
    """The whole form; partners are sent to their own part, and everybody to the receipt once it is submitted."""
    away = elsewhere()
    if away is not None:
        return away
    note_use(here(Application).thing)
    return edit_page()


def edit_page(saved: forms.Saved = forms.NOTHING, invited: Invited | None = None) -> ResponseReturnValue:
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    parts = parts_of(work, found, definition)
    closed, missing = readiness(found)
    listed = tasks_in(work, found, definition, missing)
    check = url_for("applicant.check", application_id=found.id)
    problems = problem_texts((*saved.problems, *(invited.problems if invited else ())))
    page = render_template(
        "applicant/edit.html",
        application_id=found.id,
        part=part_text(found, definition),
        title=shown_title(found, definition),
        delete_url=delete_url(found, acting),
        improved=taken_back_text(found, definition),
        call=call_text(found, definition),
        sections=forms.sections(work, found, by=acting, saved=saved),
        is_alone=len(definition.sides) == 1,
        choices=queries.choices_of(work, found, definition) if may_choose_sides(found) else (),
        sides_said=sides_words(definition),
        balance=balance_text(definition, parts),
        sides=side_texts(parts, invited, asked_by_sides(found, definition), may_invite=may_choose_sides(found)),
        warnings=problem_texts(both_invalid(work, found, definition)),
        transfer=transfer_text(definition),
        problems=problems + forms.clash_texts(saved, definition),
        closed=problem_texts(closed),
        missing=missing_by_place(definition, missing, listed),
        tasks=task_texts(listed, {"": "", "submit": check}),
        told=notices.told_text(work, found, definition, acting),
        approvals=approval_texts(found, definition),
        leads=leads(),
        team=team_line(work, found),
        fills=fillable(definition, viewer()),
        remarks=open_counts(work, found),
    )
    return page, forms.status_of(saved, problems)


@bp.post("/applications/<uuid:application_id>/edit")
@on_application(Action.EDIT_ANSWERS)
@takes_files
def save(application_id: UUID) -> ResponseReturnValue:
    """Keep what was typed, whatever is missing: what saving by itself does, for a browser that cannot."""
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    own = own_part(found)
    note_use(found)
    with transaction(work):
        notices.note_told(work, found, acting)
    saved = forms.save(work, found, own, forms.read(request.form, own), by=acting, at=now())
    if not saved.is_whole:
        return edit_page(saved)
    if request.form.get("then") == "check":
        return redirect(url_for(".check", application_id=application_id), 303)
    place = files.place()
    if place is None:
        flash(gettext("Draft saved."), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor=place), 303)


def own_part(found: Application) -> Part:
    definition = definition_by_version(db.session(), found.call_version_id)
    return next(part for part in parts_of(db.session(), found, definition) if part.is_own)
