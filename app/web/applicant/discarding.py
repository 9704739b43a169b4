"""Deleting a draft that was never submitted: one page that says what goes, and one button."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications.discarding import delete_draft, going_of
from app.applications.models import Application
from app.extensions import db
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.queries import definition_by_version
from app.web.applicant.shown import bp
from app.web.doors import here, now, on_application
from app.web.words import language


@bp.get("/applications/<uuid:application_id>/deletion")
@on_application(Action.DELETE_DRAFT)
def ask_deletion(application_id: UUID) -> ResponseReturnValue:
    """What would go, before it goes."""
    found, work = here(Application).thing, db.session()
    definition = definition_by_version(work, found.call_version_id)
    return render_template(
        "applicant/deletion.html",
        application_id=found.id,
        title=found.title,
        call=definition.title.in_(language()),
        going=going_of(work, found),
    )


@bp.post("/applications/<uuid:application_id>/deletion")
@on_application(Action.DELETE_DRAFT)
def delete(application_id: UUID) -> ResponseReturnValue:
    """Delete the draft for good."""
    found, acting = here(Application).thing, here(Application).acting
    with transaction(db.session()) as work:
        delete_draft(work, found, by=acting, at=now())
    flash(gettext("The draft is deleted."), "good")
    return redirect(url_for("account.desk"), 303)
