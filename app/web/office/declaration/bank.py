"""The question bank's page: questions of the own calls, of public ones and of the catalogue, taken over with a button."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.extensions import db
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import bank as questions
from app.programmes import editing, queries, revising
from app.programmes.definition import Definition, load_catalogue
from app.programmes.definition import shape as s
from app.programmes.kinds import KINDS
from app.programmes.models import Call
from app.web.doors import here, now, on_call, viewer
from app.web.office import bp
from app.web.office.declaration.choices import Choices
from app.web.office.declaration.desk import desk_of, url_of
from app.web.words import ProblemText, language, problem_texts


@dataclass(frozen=True)
class BankedText:
    """A question of another call in words."""

    call_key: str
    key: str
    title: str
    other_title: str
    help: str | None
    kind: str
    call: str
    options: tuple[str, ...]


def _calls() -> list[Definition]:
    """Every declaration that this person may read: of the own calls, of public ones, of the catalogue."""
    session = db.session()
    found = [*queries.calls_of_office(session, viewer().calls), *queries.public_calls(session, now())]
    kept = queries.newest_definitions(session, list({call.id for call in found}))
    known = {each.key: each for each in kept.values()}
    return [*known.values(), *(each for key, each in load_catalogue().items() if key not in known)]


@bp.get("/calls/<uuid:call_id>/declaration/bank")
@on_call(Action.EDIT_CALL)
def bank(call_id: UUID) -> ResponseReturnValue:
    """Questions by their words."""
    return _page(())


def _page(problems: tuple[ProblemText, ...]) -> ResponseReturnValue:
    desk = desk_of(db.session(), here(Call).thing)
    words = request.values.get("q", "")
    other = "sv" if language() == "en" else "en"
    found = questions.questions_in(_calls(), words)
    rows = [
        BankedText(
            each.call_key,
            each.question.key,
            each.question.title.in_(language()),
            each.question.title.in_(other),
            each.question.help.in_(language()) if each.question.help else None,
            KINDS[each.question.kind].title.in_(language()),
            each.call_title.in_(language()),
            tuple(option.title.in_(language()) for option in each.question.options),
        )
        for each in found
    ]
    sections = Choices(desk.data, language()).keys(s.Reference("sections"))
    body = render_template(
        "office/declaration/bank.html",
        call_id=desk.call.id,
        words=words,
        other=other,
        rows=rows,
        is_cut=len(found) == questions.MOST,
        sections=[(each.value, each.label) for each in sections],
        section=request.values.get("section", ""),
        problems=problems,
    )
    return body, 422 if problems else 200


@bp.post("/calls/<uuid:call_id>/declaration/bank")
@on_call(Action.EDIT_CALL)
def take(call_id: UUID) -> ResponseReturnValue:
    """Put a question into the working copy, at the end of the form, and open it."""
    found, acting = here(Call).thing, here(Call).acting
    banked = questions.one_of(_calls(), request.form.get("call", ""), request.form.get("question", ""))
    if banked is None:
        raise NotFound()
    section = request.form.get("section", "")
    desk = desk_of(db.session(), found)
    if section not in {each.value for each in Choices(desk.data, language()).keys(s.Reference("sections"))}:
        message = N_("Choose the section in which the question shall stand; add one to the form if there is none.")
        return _page(problem_texts([Problem("no_section", message, field="section")]))
    try:
        with transaction(db.session()) as session:
            work = revising.open_copy(session, found, by=acting, at=now())
            made = questions.taken(banked, work.data, section)
            data = editing.with_new(work.data, "", "questions", made.entry)
            revising.change(session, work, data, by=acting, at=now())
    except Refused as refused:
        return _page(problem_texts(refused.problems))
    flash(gettext("The question is in the working copy, with its limits, help and both languages."), "good")
    if made.left_out:
        flash(gettext("Left out, because it leads nowhere here: %(keys)s.", keys="; ".join(made.left_out)), "wait")
    desk = desk_of(db.session(), found)
    return redirect(url_of(desk, f"questions[{len(desk.data['questions']) - 1}]"), 303)
