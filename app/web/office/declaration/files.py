"""Versions of a declaration: what two of them differ in, each as a file, and a file into the working copy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.extensions import db
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import queries, revising
from app.programmes.beginning import tables_of
from app.programmes.definition import DeclarationRefused, Definition, to_data
from app.programmes.definition.toml import to_toml
from app.programmes.models import Call
from app.web.doors import here, now, on_call
from app.web.office import bp
from app.web.office.declaration.desk import desk_of
from app.web.office.declaration.overview import DifferenceText, difference_texts
from app.web.words import ProblemText, moment_text, problem_texts

WORK = "working-copy"
MEDIA = {"toml": "application/toml", "json": "application/json"}


@dataclass(frozen=True)
class VersionText:
    """One version in the list. `name` is what addresses call it."""

    name: str
    label: str
    made: str | None
    has_toml: bool


@bp.get("/calls/<uuid:call_id>/declaration/versions")
@on_call(Action.EDIT_CALL)
def versions(call_id: UUID) -> ResponseReturnValue:
    """Every version, and the differences of the two that were chosen; else of the newest two."""
    return _page(())


def _page(problems: tuple[ProblemText, ...]) -> ResponseReturnValue:
    session, found = db.session(), here(Call).thing
    desk = desk_of(session, found)
    kept = queries.versions_of(session, found.id)
    listed = [
        VersionText(
            str(each.number), gettext("Version %(number)s", number=each.number), moment_text(each.created_at), True
        )
        for each in kept
    ]
    if desk.work is not None:
        made = moment_text(desk.work.changed_at)
        listed.insert(0, VersionText(WORK, gettext("Working copy"), made, desk.definition is not None))
    names = [each.name for each in listed if each.has_toml]
    after = request.args.get("after", names[0])
    before = request.args.get("before", names[1] if len(names) > 1 else names[0])
    body = render_template(
        "office/declaration/versions.html",
        call_id=found.id,
        versions=listed,
        chosen=[(each.name, each.label) for each in listed if each.has_toml],
        before=before,
        after=after,
        rows=_differences(before, after),
        problems=problems,
    )
    return body, 422 if problems else 200


def _differences(before: str, after: str) -> tuple[DifferenceText, ...]:
    return difference_texts(_meant(before), _meant(after), lambda _: None)


def _meant(name: str) -> Definition:
    """The declaration of a version, or of the working copy. Raises NotFound."""
    if name == WORK:
        definition = desk_of(db.session(), here(Call).thing).definition
        if definition is None:
            raise NotFound()
        return definition
    number = int(name) if name.isdecimal() and len(name) < 10 else 0
    version = queries.version_by_number(db.session(), here(Call).thing.id, number)
    if version is None:
        raise NotFound()
    return queries.read(version)


@bp.get("/calls/<uuid:call_id>/declaration/files/<name>.<form>")
@on_call(Action.EDIT_CALL)
def declaration_file(call_id: UUID, name: str, form: str) -> ResponseReturnValue:
    """A version as a file of TOML or JSON; a working copy with mistakes only as JSON."""
    found = here(Call).thing
    if form not in MEDIA:
        raise NotFound()
    if form == "toml":
        text = to_toml(_meant(name))
    else:
        desk = desk_of(db.session(), found)
        data = desk.data if name == WORK and desk.work is not None else to_data(_meant(name))
        text = json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    answer = Response(text.encode(), content_type=f"{MEDIA[form]}; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.key}-{name}.{form}")
    return answer


@bp.post("/calls/<uuid:call_id>/declaration/upload")
@on_call(Action.EDIT_CALL)
def upload(call_id: UUID) -> ResponseReturnValue:
    """A file takes the place of the working copy, mistakes and all; nothing is taken over by it."""
    found, acting = here(Call).thing, here(Call).acting
    try:
        data = sent_tables()
        with transaction(db.session()) as session:
            work = revising.open_copy(session, found, by=acting, at=now())
            revising.change(session, work, data, by=acting, at=now())
    except Refused as refused:
        return _page(problem_texts(refused.problems))
    flash(gettext("The file is in the working copy. Look at what differs before you take it over."), "good")
    return redirect(url_for(".declaration", call_id=call_id), 303)


def sent_tables() -> dict[str, object]:
    """The tables of the file that a form sent. Refused where there is none, or where it cannot be read."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused([Problem("no_file", N_("Choose a file of TOML or JSON."), field="file")])
    try:
        return tables_of(file.filename, file.read())
    except DeclarationRefused as refused:
        raise refusal_of(refused) from refused


def refusal_of(refused: DeclarationRefused) -> Refused:
    """Every mistake of a declaration as a problem at the file."""
    message = N_("%(place)s: %(wrong)s. Allowed: %(allowed)s.")
    return Refused(
        Problem(
            "mistaken",
            message,
            field="file",
            values={"place": each.key_path, "wrong": each.wrong, "allowed": each.allowed},
        )
        for each in refused.mistakes
    )
