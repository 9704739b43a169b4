"""Who leads each side, which sides take part, and who nominates: buttons that stand in the form of the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications import nominations, services
from app.applications.models import Application
from app.extensions import db
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.web.applicant import forms
from app.web.applicant.opened import note_use
from app.web.applicant.shown import bp
from app.web.applicant.side_texts import Invited
from app.web.applicant.writing import edit_page, own_part
from app.web.doors import here, now, on_application
from app.web.receiving import takes_files


@bp.post("/applications/<uuid:application_id>/sides/<side_key>/invitation")
@on_application(Action.INVITE_PARTNER)
@takes_files
def invite(application_id: UUID, side_key: str) -> ResponseReturnValue:
    """Ask somebody by mail to lead a side. What was typed in the draft is kept first: the button stands in its form."""
    name, address = (request.form.get(f"invite-{side_key}-{part}", "") for part in ("name", "address"))
    found, acting = here(Application).thing, here(Application).acting
    own = own_part(found)
    note_use(found)
    saved = forms.save(db.session(), found, own, forms.read(request.form, own), by=acting, at=now())
    try:
        with transaction(db.session()) as work:
            services.invite_partner(work, found, side_key, name=name, address=address, by=acting, at=now())
    except Refused as refused:
        return edit_page(saved, invited=Invited(side_key, name, address, _placed(refused.problems, side_key)))
    if not saved.is_whole:
        return edit_page(saved)
    flash(gettext("%(name)s is invited by mail.", name=name.strip()), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor=f"side-{side_key}"), 303)


@bp.post("/applications/<uuid:application_id>/sides/<side_key>/presence")
@on_application(Action.INVITE_PARTNER)
def choose_side(application_id: UUID, side_key: str) -> ResponseReturnValue:
    """Bring an optional side in, or leave it out. What was typed is kept first: the button stands in the form."""
    found, acting = here(Application).thing, here(Application).acting
    own = own_part(found)
    saved = forms.save(db.session(), found, own, forms.read(request.form, own), by=acting, at=now())
    choose = services.bring_in if request.form.get(f"takes-part-{side_key}") == "yes" else services.leave_out
    try:
        with transaction(db.session()) as work:
            choose(work, found, side_key, by=acting, at=now())
    except Refused as refused:
        return edit_page(replace(saved, problems=(*saved.problems, *refused.problems)))
    if not saved.is_whole:
        return edit_page(saved)
    flash(gettext("Your choice of sides is kept."), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor="sides"), 303)


@bp.post("/applications/<uuid:application_id>/sides/<side_key>/nomination")
@on_application(Action.INVITE_PARTNER)
def nominate(application_id: UUID, side_key: str) -> ResponseReturnValue:
    """Ask a side to nominate this application. What was typed in the draft is kept first."""
    found, acting = here(Application).thing, here(Application).acting
    own = own_part(found)
    note_use(found)
    saved = forms.save(db.session(), found, own, forms.read(request.form, own), by=acting, at=now())
    if not saved.is_whole:
        return edit_page(saved)
    try:
        with transaction(db.session()) as work:
            nominations.ask_nomination(work, found, side_key, by=acting, at=now())
    except Refused as refused:
        return edit_page(forms.Saved(forms.Typed(), problems=refused.problems))
    flash(gettext("The coordinators there are asked by mail. They see the title and your name."), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor=f"side-{side_key}"), 303)


def _placed(problems: Sequence[Problem], side_key: str) -> tuple[Problem, ...]:
    """The problems at the fields of this side's invitation."""
    places = {"name": f"invite-{side_key}-name", "address": f"invite-{side_key}-address"}
    return tuple(replace(problem, field=places.get(problem.field or "", f"side-{side_key}")) for problem in problems)
