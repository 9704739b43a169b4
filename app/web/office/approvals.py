"""Signatures after the deadline, as the office sees to them: more time for one person, and asking anew."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications.approvals import services
from app.applications.models import Application
from app.extensions import db
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.definition.values import as_date
from app.web.doors import here, now, on_application
from app.web.office import bp
from app.web.office.calls import application_page
from app.web.words import problem_texts


@bp.post("/applications/<uuid:application_id>/approvals/<uuid:task_id>/extension")
@on_application(Action.EXTEND_APPROVAL)
def extend_approval(application_id: UUID, task_id: UUID) -> ResponseReturnValue:
    """Give one person more time to sign, with a reason."""
    found = here(Application)
    try:
        with transaction(db.session()) as work:
            services.extend(
                work,
                found.thing,
                task_id,
                until=_day(request.form.get(f"until-{task_id}", "")),
                reason=request.form.get(f"reason-{task_id}", ""),
                by=found.acting,
                at=now(),
            )
    except Refused as refused:
        return application_page(problem_texts(refused.problems), "", ())
    flash(gettext("More time is given; the person is told by mail."), "good")
    return redirect(url_for(".application", application_id=application_id, _anchor="approvals"), 303)


def _day(text: str) -> dt.date | None:
    return as_date(text.strip())


@bp.post("/applications/<uuid:application_id>/approvals")
@on_application(Action.EXTEND_APPROVAL)
def ask_again(application_id: UUID) -> ResponseReturnValue:
    """Ask anew whoever has not signed."""
    found = here(Application)
    try:
        with transaction(db.session()) as work:
            services.ask_again(work, found.thing, by=found.acting, at=now())
    except Refused as refused:
        return application_page(problem_texts(refused.problems), "", ())
    flash(gettext("Asked again by mail."), "good")
    return redirect(url_for(".application", application_id=application_id, _anchor="approvals"), 303)
