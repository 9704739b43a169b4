"""Saving by itself: one answer, or one amount, while its writer writes on. The answers are for `keeping.js`.

Saved: 200 with the words «Saved 21:14» and the version that stands now. Not saved: 409 with both texts, 422 with what is
wrong; anything else is a refusal like any other, and the browser keeps the words.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import get_template_attribute, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import reach, standing
from app.access.reach import Here
from app.access.viewer import Viewer
from app.applications import autosave
from app.applications.autosave import Standing
from app.applications.models import Application
from app.applications.parts import Part, parts_of, read_answers
from app.applications.rules import writes_part
from app.extensions import db
from app.kernel.errors import NotFound, Refused, Stale
from app.kernel.transaction import transaction
from app.programmes.definition import Question, QuestionKind
from app.programmes.kinds import answer_text, typed_of
from app.programmes.queries import definition_by_version
from app.web.applicant import forms, opened
from app.web.applicant.budgets import balance_text, typed_lines
from app.web.applicant.shown import bp
from app.web.doors import Door, hang, here, now, viewer
from app.web.keeping import is_same_person
from app.web.words import language, moment_text, problem_texts, typed_amount, zone_name


def reach_answer(session: Session, viewer: Viewer, application_id: UUID) -> Here[Standing]:
    """The application with the answer that the address names."""
    return standing.standing(session, viewer, application_id, (request.view_args or {})["key"])


answer_of_writer = hang(Door("application: whoever answers this question", None, reach_answer, "application_id"))
amount_of_writer = hang(
    Door("application: whoever writes this side's budget", None, reach.application, "application_id")
)


@bp.post("/applications/<uuid:application_id>/answers/<key>")
@answer_of_writer
def save_answer(application_id: UUID, key: str) -> ResponseReturnValue:
    """Keep one answer, and say when."""
    found = here(Standing)
    if not is_same_person():
        return _another_person()
    question = autosave.question_of(found.thing, by=found.acting)
    entries = request.form.getlist("value")
    if question.kind is QuestionKind.MONEY:
        entries = [typed_amount(entry) for entry in entries]
    version = request.form.get("version", 0, int)
    try:
        with transaction(db.session()) as work:
            saved = autosave.save_one(work, found.thing, entries, version, by=found.acting, at=now())
    except Refused as refused:
        return jsonify(said=[text.text for text in problem_texts(refused.problems)]), 422
    except Stale:
        return _both(question, entries)
    opened.note_use_before(found.thing.application_id, found.thing.closes_at)
    return jsonify(said=_saved_words(), version=saved.version)


def _both(question: Question, entries: list[str]) -> ResponseReturnValue:
    """Both texts, read anew: whoever was faster may have been so a moment ago."""
    db.session.rollback()
    view = request.view_args or {}
    found = reach_answer(db.session(), viewer(), view["application_id"]).thing
    values, _ = read_answers([question], {question.key: entries})
    kept = found.kept
    if kept is None:
        raise NotFound()
    said = gettext("%(person)s, saved %(when)s", person=kept.changed_by, when=moment_text(kept.changed_at))
    answer: dict[str, Any] = {
        "yours": answer_text(question, values.get(question.key), language()),
        "theirs": answer_text(question, kept.value, language()),
        "by": said,
        "typed": typed_of(question, kept.value, language()),
        "version": kept.version,
    }
    return jsonify(answer), 409


def _another_person() -> ResponseReturnValue:
    """The page was drawn for somebody else: their words are not saved under this name."""
    return jsonify(said=[gettext("Somebody else is signed in here now, so this was not saved.")]), 403


def _saved_words() -> str:
    return str(gettext("Saved %(when)s", when=now().astimezone(ZoneInfo(zone_name())).strftime("%H:%M")))


@bp.post("/applications/<uuid:application_id>/amounts/<name>")
@amount_of_writer
def save_amount(application_id: UUID, name: str) -> ResponseReturnValue:
    """Keep one line of the own budget, and say when; the sums come with it."""
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    if not is_same_person():
        return _another_person()
    definition = definition_by_version(work, found.call_version_id)
    parts = [part for part in parts_of(work, found, definition) if writes_part(part, acting)]
    own = next((part for part in parts if name.startswith(f"budget-{part.key}-")), None)
    start = f"budget-{own.key}-" if own is not None else ""
    lines = typed_lines({name: request.form.get("value", "")}, start) if own is not None else {}
    if own is None or not lines:
        raise NotFound()
    were = typed_lines({name: request.form["was"]}, start) if "was" in request.form else {}
    typed = forms.Typed(amounts=lines, amounts_were=were)
    saved = forms.save_typed(work, found, own, typed, by=acting, at=now())
    if saved.problems:
        status = 409 if any(problem.code == "changed_meanwhile" for problem in saved.problems) else 422
        return jsonify(said=[text.text for text in problem_texts(saved.problems)]), status
    opened.note_use(found)
    return jsonify(said=_saved_words(), was=request.form.get("value", ""), parts=_sums(found, own))


def _sums(found: Application, own: Part) -> dict[str, str]:
    """What the amounts come to now, by the id of the place on the page."""
    work, acting = db.session(), here(Application).acting
    definition = definition_by_version(work, found.call_version_id)
    budget_sums, balance_of = (
        get_template_attribute("answers/section.html", name) for name in ("budget_sums", "balance_of")
    )
    parts = {}
    for section in forms.sections(work, found, by=acting, owners=frozenset({own.key})):
        if section.budget is not None:
            parts[f"{section.budget.id}-sums"] = str(budget_sums(section.budget))
    parts["matching"] = str(balance_of(balance_text(definition, parts_of(work, found, definition))))
    return parts
