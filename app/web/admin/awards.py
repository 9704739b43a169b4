"""Bringing in awards from before this system: a CSV, tried first, then imported whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.access import reach
from app.awards import past
from app.awards.past import COLUMNS, Import
from app.extensions import db
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.web.admin.views import bp
from app.web.doors import for_house, now, viewer
from app.web.words import problem_text, problem_texts

NO_FILE = Problem("no_file", N_("Choose the CSV file first."), field="file")


@dataclass(frozen=True)
class FaultText:
    """What is wrong in one cell, in words."""

    row: int
    column: str
    text: str


@bp.get("/past-awards")
@for_house(Action.IMPORT_AWARDS)
def past_awards() -> ResponseReturnValue:
    """The form, and how the file must look."""
    return _page(None)


def _page(found: Import | None, problems: tuple[Problem, ...] = ()) -> ResponseReturnValue:
    faults = (
        [FaultText(each.row, each.column, problem_text(each.problem).text) for each in found.faults] if found else []
    )
    page = render_template(
        "admin/past_awards.html",
        columns=COLUMNS,
        found=found,
        faults=faults,
        problems=problem_texts(problems),
    )
    return page, 422 if problems or faults else 200


@bp.post("/past-awards")
@for_house(Action.IMPORT_AWARDS)
def import_awards() -> ResponseReturnValue:
    """Try the file, or import it. With anything wrong nothing is imported, and every row's problem is listed."""
    upload = request.files.get("file")
    content = upload.read() if upload is not None else b""
    if not content:
        return _page(None, (NO_FILE,))
    if request.form.get("do") != "import":
        return _page(past.look(db.session(), content))
    try:
        with transaction(db.session()) as work:
            done = past.import_file(work, content, by=reach.house(viewer()), at=now())
    except Refused:
        return _page(past.look(db.session(), content))
    flash(ngettext("%(num)d row imported.", "%(num)d rows imported.", len(done.new)), "good")
    if done.known:
        flash(gettext("%(num)s rows were kept already.", num=len(done.known)))
    return redirect(url_for(".past_awards"), 303)
