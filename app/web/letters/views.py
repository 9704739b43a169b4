"""The one page of a letter writer or a host; and the applicant's buttons that ask and no longer ask."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import letters
from app.applications.file_rules import MEDIA
from app.applications.letters import services
from app.applications.letters.models import InvitedLetter
from app.applications.models import Application
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.definition.values import as_date
from app.web.applicant import forms
from app.web.applicant.opened import note_use
from app.web.applicant.writing import edit_page, own_part
from app.web.doors import Door, hang, here, now, on_application
from app.web.files import closed, sent
from app.web.letters.texts import asked_text
from app.web.receiving import received, takes_files
from app.web.words import by_field, problem_texts

bp = Blueprint("letters", __name__)


own_letter = hang(Door("letter: whoever was asked for it", None, letters.task, "letter_id"))


@bp.get("/letters/<uuid:letter_id>")
@own_letter
def task(letter_id: UUID) -> ResponseReturnValue:
    """The whole task on one page; once it is done, what was sent."""
    return _page()


def _page(problems: tuple[Problem, ...] = ()) -> ResponseReturnValue:
    letter, texts = here(InvitedLetter).thing, problem_texts(problems)
    kept = {
        "name": letter.name_given or here(InvitedLetter).acting.name,
        "text": letter.text,
        "says": "" if letter.says_yes is None else "yes" if letter.says_yes else "no",
        "starts_on": letter.starts_on.isoformat() if letter.starts_on else "",
        "ends_on": letter.ends_on.isoformat() if letter.ends_on else "",
    }
    page = render_template(
        "letters/task.html",
        asked=asked_text(letter),
        problems=texts,
        errors=by_field(texts),
        typed={**kept, **request.form.to_dict()},
        file_url=url_for(".fetch", letter_id=letter.id) if letter.sha256 else None,
    )
    return page, 422 if problems else 200


@bp.post("/letters/<uuid:letter_id>")
@own_letter
@takes_files
def give(letter_id: UUID) -> ResponseReturnValue:
    """Take the letter or the host's answer; what was typed comes back when something stands in the way."""
    found = here(InvitedLetter)
    files = received().get("file", ())
    said = {"yes": True, "no": False}.get(request.form.get("says", ""))
    given = services.Given(
        request.form.get("name", ""),
        request.form.get("text", "").replace("\r\n", "\n"),
        files[0] if files else None,
        said,
        as_date(request.form.get("starts_on", "").strip()),
        as_date(request.form.get("ends_on", "").strip()),
    )
    try:
        with transaction(db.session()) as work:
            services.give(work, found.thing, given, by=found.acting, at=now())
    except Refused as refused:
        return _page(refused.problems)
    flash(gettext("Received, thank you. You can replace it on this page until the last day."), "good")
    return redirect(url_for(".task", letter_id=letter_id), 303)


@bp.post("/letters/<uuid:letter_id>/decline")
@own_letter
def decline(letter_id: UUID) -> ResponseReturnValue:
    """Say that nothing will come."""
    found = here(InvitedLetter)
    try:
        with transaction(db.session()) as work:
            services.decline(work, found.thing, by=found.acting, at=now())
    except Refused as refused:
        return _page(refused.problems)
    flash(gettext("The applicant is told, and can ask somebody else."))
    return redirect(url_for(".task", letter_id=letter_id), 303)


@bp.get("/letters/<uuid:letter_id>/file")
@hang(Door("letter: who judges, who wrote it, and the applicant where shown", None, letters.read, "letter_id"))
def fetch(letter_id: UUID) -> ResponseReturnValue:
    """The file of a letter, always as a download."""
    found = here(InvitedLetter).thing
    if found.sha256 is None or found.type is None:
        raise NotFound()
    return closed(found.scan, found.person_id) or sent(
        found.sha256, MEDIA[found.type], found.original_name or "letter.pdf", found.size or 0
    )


@bp.post("/applications/<uuid:application_id>/letters/<key>")
@on_application(Action.ASK_OTHERS)
@takes_files
def invite(application_id: UUID, key: str) -> ResponseReturnValue:
    """Ask somebody by mail. What was typed in the draft is kept first: the button stands in its form."""
    found, acting = here(Application).thing, here(Application).acting
    name, address = (request.form.get(f"ask-{key}-{part}", "") for part in ("name", "address"))
    saved = _save(found, acting)
    try:
        with transaction(db.session()) as work:
            services.ask(work, found, key, name=name, address=address, by=acting, at=now())
    except Refused as refused:
        return edit_page(replace(saved, problems=(*saved.problems, *refused.problems)))
    if not saved.is_whole:
        return edit_page(saved)
    flash(gettext("%(name)s is asked by mail.", name=name.strip()), "good")
    return redirect(url_for("applicant.edit", application_id=application_id, _anchor=f"q-{key}"), 303)


@bp.post("/applications/<uuid:application_id>/letters/<uuid:letter_id>/recall")
@on_application(Action.ASK_OTHERS)
@takes_files
def recall(application_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """Ask somebody no longer. What was typed in the draft is kept first."""
    found, acting = here(Application).thing, here(Application).acting
    saved = _save(found, acting)
    try:
        with transaction(db.session()) as work:
            services.recall(work, found, letter_id, by=acting, at=now())
    except Refused as refused:
        return edit_page(replace(saved, problems=(*saved.problems, *refused.problems)))
    if not saved.is_whole:
        return edit_page(saved)
    flash(gettext("That person is no longer asked; the link has stopped working."))
    return redirect(url_for("applicant.edit", application_id=application_id), 303)


def _save(found: Application, acting: Acting) -> forms.Saved:
    own = own_part(found)
    note_use(found)
    return forms.save(db.session(), found, own, forms.read(request.form, own), by=acting, at=now())
