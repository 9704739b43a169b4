"""Last year's call as the beginning of this year's, and a new call from a file."""

from __future__ import annotations

import re
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import queries, revising
from app.programmes.beginning import begin_call
from app.programmes.definition import DeclarationRefused, Definition, from_data
from app.programmes.definition.reader import KEY
from app.programmes.models import Call
from app.web.doors import here, now, on_call, viewer, with_account
from app.web.office import bp
from app.web.office.declaration.files import refusal_of, sent_tables
from app.web.words import ProblemText, by_field, language, problem_texts
from app.workflow.vocabulary import Hat


@bp.get("/calls/<uuid:call_id>/declaration/copy")
@on_call(Action.EDIT_CALL)
def copy(call_id: UUID) -> ResponseReturnValue:
    """A key and a year for the copy, proposed."""
    definition = queries.definition_of(db.session(), here(Call).thing)
    year = definition.year + 1
    return _copy_page((), _proposed(definition, year), str(year))


def _proposed(definition: Definition, year: int) -> str:
    """The key with its year moved on, and a free one."""
    before = str(definition.year)
    key = definition.key.replace(before, str(year)) if before in definition.key else f"{definition.key}-{year}"
    number, wanted = 2, key
    while queries.call_by_key(db.session(), wanted) is not None:
        wanted, number = f"{key}-{number}", number + 1
    return wanted


def _copy_page(problems: tuple[ProblemText, ...], key: str, year: str) -> ResponseReturnValue:
    definition = queries.definition_of(db.session(), here(Call).thing)
    body = render_template(
        "office/declaration/copy.html",
        call_id=here(Call).thing.id,
        title=definition.title.in_(language()),
        key=key,
        year=year,
        problems=problems,
        errors=by_field(problems),
    )
    return body, 422 if problems else 200


@bp.post("/calls/<uuid:call_id>/declaration/copy")
@on_call(Action.EDIT_CALL)
def make_copy(call_id: UUID) -> ResponseReturnValue:
    """Begin the copy; its sides keep their coordinators."""
    key, year = request.form.get("key", "").strip(), request.form.get("year", "").strip()
    try:
        _check(key, year)
        with transaction(db.session()) as session:
            made = revising.copy_call(
                session, here(Call).thing, key=key, year=int(year), by=here(Call).acting, at=now()
            )
            made_id = made.id
    except Refused as refused:
        return _copy_page(problem_texts(refused.problems), key, year)
    flash(gettext("The copy is begun, with every date moved. Nobody outside the office sees it."), "good")
    return redirect(url_for(".declaration", call_id=made_id), 303)


def _check(key: str, year: str) -> None:
    problems = []
    if not re.fullmatch(KEY, key):
        message = N_("Write lower-case letters and digits in words joined by - or _, such as mayo-ki-2028.")
        problems.append(Problem("bad_key", message, field="key"))
    if not re.fullmatch(r"(19|20|21)\d\d", year):
        problems.append(Problem("bad_year", N_("Write a year, such as 2028."), field="year"))
    if problems:
        raise Refused(problems)


@bp.get("/new-call")
@with_account
def new_call() -> ResponseReturnValue:
    """How a new call begins: as a copy, or from a file."""
    return _new_page(())


def _new_page(problems: tuple[ProblemText, ...]) -> ResponseReturnValue:
    if not viewer().duties or viewer().link is not None:
        raise NotFound()
    session = db.session()
    found = queries.calls_of_office(session, viewer().calls)
    definitions = queries.newest_definitions(session, [call.id for call in found])
    calls = [(call.id, definitions[call.id].title.in_(language())) for call in found]
    body = render_template("office/declaration/new.html", calls=calls, problems=problems)
    return body, 422 if problems else 200


@bp.post("/new-call")
@with_account
def begin() -> ResponseReturnValue:
    """A new call from a file, or everything that is mistaken in it."""
    who = viewer()
    if not who.duties or who.link is not None:
        raise NotFound()
    by = Acting(who.person_id, who.name, frozenset({Hat.COORDINATOR}), frozenset())
    try:
        tables = sent_tables()
        try:
            definition = from_data(tables, request.files["file"].filename or "")
        except DeclarationRefused as refused:
            raise refusal_of(refused) from refused
        with transaction(db.session()) as session:
            made_id = begin_call(session, definition, by=by, at=now()).id
    except Refused as no:
        return _new_page(problem_texts(no.problems))
    flash(gettext("The call is begun. Nobody outside the office sees it."), "good")
    return redirect(url_for(".declaration", call_id=made_id), 303)
