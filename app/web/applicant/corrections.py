"""The page on which an applicant corrects the questions that the office gave back, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications.checking import conditions, flags
from app.applications.checking.models import Flag, FlagKind
from app.applications.models import Application
from app.applications.parts import answers_of, asked_of, parts_of, values_of
from app.applications.stages import part_at
from app.extensions import db
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.asking import AskedQuestion
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version
from app.web.applicant import forms
from app.web.doors import here, now, on_application
from app.web.words import by_field, calendar_day, language, moment_text, problem_texts

bp = Blueprint("corrections", __name__)


@dataclass(frozen=True)
class Correction:
    """One question that was given back: what is asked, what stands, and how it goes on."""

    id: UUID
    title: str
    text: str
    until: str | None
    stands: str
    proposed: str | None
    state: str
    tone: str
    because: str
    field: forms.QuestionField | None


@bp.get("/applications/<uuid:application_id>/corrections")
@on_application(Action.READ_APPLICATION)
def show(application_id: UUID) -> ResponseReturnValue:
    """Each question that was given back, for everybody who leads a side; to be corrected by the lead applicant."""
    return _page((), {})


def _page(problems: Sequence[Problem], typed: Mapping[str, Sequence[str]]) -> ResponseReturnValue:
    found, work = here(Application).thing, db.session()
    definition = definition_by_version(work, found.call_version_id)
    texts = problem_texts(problems)
    saved = forms.Saved(forms.Typed(answers=typed), problems=tuple(problems))
    page = render_template(
        "applicant/corrections.html",
        application_id=found.id,
        reference=found.reference,
        title=found.title,
        corrections=_corrections(work, found, definition, saved),
        problems=texts,
        errors=by_field(texts),
    )
    return page, 422 if problems else 200


def _corrections(
    work: Session, found: Application, definition: Definition, saved: forms.Saved
) -> tuple[Correction, ...]:
    kept = answers_of(work, found)
    asked = asked_of(
        definition,
        values_of(kept),
        parts_of(work, found, definition),
        language(),
        at_stage=part_at(definition, found.state),
    )
    known = {each.question.key: each for section in asked.sections for each in section.questions}
    may_correct = may(Action.CORRECT_ANSWER, here(Application).acting, found.state) is None
    errors = forms.errors_of(saved)
    shown = []
    for flag in flags.flags_of(work, [found.id]):
        question = known.get(flag.question_key)
        if flag.kind is not FlagKind.APPLICANT or question is None:
            continue
        field = None
        if may_correct and _is_correctable(flag):
            field = forms.question_field(question, kept.get(flag.question_key), saved, errors, is_writable=True)
        shown.append(_correction(flag, definition, question, field))
    return tuple(shown)


def _is_correctable(flag: Flag) -> bool:
    return flags.is_open(flag) and (flag.until is None or now() <= flag.until)


def _correction(
    flag: Flag, definition: Definition, question: AskedQuestion, field: forms.QuestionField | None
) -> Correction:
    state, tone = _state(flag)
    return Correction(
        flag.id,
        question.title,
        flag.text,
        moment_text(flag.until),
        question.text,
        flags.proposed_text(definition, flag, language()) if flag.proposed is not None else None,
        state,
        tone,
        flag.because,
        field,
    )


def _state(flag: Flag) -> tuple[str, str]:
    if flag.closed_at is not None:
        return str(gettext("The office has taken the question back")), "neutral"
    if flag.is_accepted is not None:
        label = (
            gettext("Your correction is accepted") if flag.is_accepted else gettext("Your correction is not accepted")
        )
        return str(label), "good" if flag.is_accepted else "bad"
    if flag.answered_at is not None:
        return str(gettext("Sent; it waits for the office")), "info"
    if flag.until is not None and now() > flag.until:
        return str(gettext("The time to correct it is over")), "neutral"
    return str(gettext("Waits for you")), "wait"


@bp.post("/applications/<uuid:application_id>/corrections/<uuid:flag_id>")
@on_application(Action.CORRECT_ANSWER)
def correct(application_id: UUID, flag_id: UUID) -> ResponseReturnValue:
    """Send the correction of one question. What was typed comes back when it is not in order."""
    found = here(Application)
    with transaction(db.session()) as work:
        key = flags.flag_of(work, found.thing, flag_id).question_key
    entries = request.form.getlist(f"q-{key}")
    try:
        with transaction(db.session()) as work:
            flag = flags.flag_of(work, found.thing, flag_id)
            flags.correct(work, found.thing, flag, entries, by=found.acting, at=now())
    except Refused as refused:
        return _page(refused.problems, {key: entries})
    flash(gettext("The correction is sent. What you submitted stays until the office has accepted it."), "good")
    return redirect(url_for(".show", application_id=application_id), 303)


@dataclass(frozen=True)
class CheckText:
    """What an applicant sees of the formal check beside its state: questions that wait, and conditions."""

    waiting: int
    given_back: int
    conditions: tuple[tuple[str, str, bool], ...]


def check_text(work: Session, found: Application) -> CheckText:
    """For the page of an application that was submitted."""
    own = [flag for flag in flags.flags_of(work, [found.id]) if flag.kind is FlagKind.APPLICANT]
    rows = conditions.conditions_of(work, [found.id])
    return CheckText(
        sum(flag.answered_at is None and _is_correctable(flag) for flag in own),
        len(own),
        tuple((row.text, calendar_day(row.due), row.met_at is not None) for row in rows),
    )
