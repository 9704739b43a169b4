"""Single questions of an application, asked of a colleague or given back to the applicants; and conditions to be met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access.transfer import reads_outside
from app.applications.checking import conditions, flags
from app.applications.checking.models import Flag, FlagKind
from app.applications.models import Application
from app.applications.parts import answers_of, asked_of, parts_of, values_of
from app.applications.stages import part_at
from app.extensions import db
from app.identities.queries import names_of
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version
from app.web.doors import here, now, on_application, viewer
from app.web.office import bp
from app.web.office.asked import condition_text, typed_day
from app.web.words import by_field, language, moment_text, problem_texts


@dataclass(frozen=True)
class FlagText:
    """One flagged question in words. `mine`: it waits for this reader; `decides`: a correction waits for a word."""

    id: UUID
    question: str
    text: str
    who: str
    state: str
    tone: str
    words: str
    before: str | None
    proposed: str | None
    because: str
    mine: bool
    decides: bool
    can_close: bool
    mark: str


@bp.get("/applications/<uuid:application_id>/questions")
@on_application(Action.SET_CONDITIONS)
def questions_of(application_id: UUID) -> ResponseReturnValue:
    """What was asked about single questions, what came of it, and the conditions."""
    return questions_page(())


def questions_page(problems: Sequence[Problem]) -> ResponseReturnValue:
    """The page, with what stood in the way of the last try and what was typed."""
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    texts = problem_texts(problems)
    may_flag = may(Action.FLAG_QUESTION, acting, found.state) is None
    page = render_template(
        "office/questions.html",
        application_id=found.id,
        reference=found.reference,
        title=found.title,
        flags=flag_texts(work, found, definition),
        conditions=[condition_text(each) for each in conditions.conditions_of(work, [found.id])],
        may_flag=may_flag,
        questions=_questions(work, found, definition) if may_flag else [],
        colleagues=flags.colleagues(work, found, acting.person_id),
        typed=request.form.to_dict(),
        problems=texts,
        errors=by_field(texts),
    )
    return page, 422 if problems else 200


def _questions(work: Session, found: Application, definition: Definition) -> list[tuple[str, str]]:
    """What was asked of this application, to choose from."""
    asked = asked_of(
        definition,
        values_of(answers_of(work, found)),
        parts_of(work, found, definition),
        language(),
        at_stage=part_at(definition, found.state),
    )
    return [(each.question.key, each.title) for section in asked.sections for each in section.questions]


def flag_texts(work: Session, found: Application, definition: Definition) -> tuple[FlagText, ...]:
    """Every flag; answers that may not leave the EU are withheld from readers outside."""
    rows = flags.flags_of(work, [found.id])
    people = {id for row in rows for id in (row.asked_by, row.to_person_id) if id is not None}
    names = names_of(work, people)
    is_outside = reads_outside(work, viewer().person_id, definition)
    may_flag = may(Action.FLAG_QUESTION, here(Application).acting, found.state) is None
    return tuple(_flag_text(row, definition, names, is_outside=is_outside, may_flag=may_flag) for row in rows)


def _flag_text(
    flag: Flag, definition: Definition, names: dict[UUID, str], *, is_outside: bool, may_flag: bool
) -> FlagText:
    question = definition.question(flag.question_key)
    hidden = is_outside and not question.leaves_eu
    asker = names.get(flag.asked_by, "")
    if flag.kind is FlagKind.COLLEAGUE and flag.to_person_id is not None:
        who = gettext("%(asker)s asks %(colleague)s", asker=asker, colleague=names.get(flag.to_person_id, ""))
    else:
        who = gettext(
            "%(asker)s asks the applicants to correct it until %(until)s", asker=asker, until=moment_text(flag.until)
        )
    state, tone = _state(flag)
    before = proposed = None
    if flag.proposed is not None:
        before = gettext("withheld") if hidden else flags.proposed_text(definition, flag, language(), before=True)
        proposed = gettext("withheld") if hidden else flags.proposed_text(definition, flag, language())
    is_open = flags.is_open(flag)
    return FlagText(
        flag.id,
        question.title.in_(language()),
        flag.text,
        f"{who} · {moment_text(flag.asked_at)}",
        state,
        tone,
        flag.words,
        before,
        proposed,
        flag.because,
        is_open and flag.to_person_id == viewer().person_id,
        may_flag and is_open and flag.kind is FlagKind.APPLICANT and flag.answered_at is not None,
        may_flag and is_open,
        flags.mark(flag),
    )


def _state(flag: Flag) -> tuple[str, str]:
    if flag.closed_at is not None:
        return str(gettext("Taken back")), "neutral"
    if flag.is_accepted is not None:
        return (str(gettext("Accepted")), "good") if flag.is_accepted else (str(gettext("Not accepted")), "neutral")
    if flag.kind is FlagKind.COLLEAGUE:
        answered = flag.answered_at is not None
        return (str(gettext("Answered")), "good") if answered else (str(gettext("Waiting for an answer")), "wait")
    if flag.answered_at is not None:
        return str(gettext("Corrected: accept it or not")), "info"
    if flag.until is not None and now() > flag.until:
        return str(gettext("Not corrected in time")), "bad"
    return str(gettext("With the applicants")), "wait"


@bp.post("/applications/<uuid:application_id>/questions")
@on_application(Action.FLAG_QUESTION)
def flag_question(application_id: UUID) -> ResponseReturnValue:
    """Ask a colleague, or give the question back to the applicants."""
    found, form = here(Application), request.form
    try:
        with transaction(db.session()) as work:
            if form.get("to") == "applicant":
                until = typed_day(form.get("until", ""))
                flags.ask_applicant(
                    work, found.thing, form.get("question", ""), form.get("text", ""), until, by=found.acting, at=now()
                )
            else:
                colleague = _id(form.get("colleague", ""))
                flags.ask_colleague(
                    work,
                    found.thing,
                    form.get("question", ""),
                    form.get("text", ""),
                    colleague,
                    by=found.acting,
                    at=now(),
                )
    except Refused as refused:
        return questions_page(refused.problems)
    flash(gettext("Asked by mail."), "good")
    return _back(application_id)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _back(application_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".questions_of", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/questions/<uuid:flag_id>")
@on_application(Action.SET_CONDITIONS)
def settle_flag(application_id: UUID, flag_id: UUID) -> ResponseReturnValue:
    """Answer a colleague, accept or refuse a correction, or take the question back: the button says which."""
    found, deed = here(Application), request.form.get("deed", "")
    try:
        with transaction(db.session()) as work:
            flag = flags.flag_of(work, found.thing, flag_id)
            because, seen = request.form.get(f"because-{flag_id}", ""), request.form.get("seen", "")
            if deed == "answer":
                words = request.form.get(f"words-{flag_id}", "")
                flags.answer_colleague(work, found.thing, flag, words, by=found.acting, at=now())
            elif deed == "accept":
                flags.accept(work, found.thing, flag, by=found.acting, at=now(), seen=seen)
            elif deed == "refuse":
                flags.refuse(work, found.thing, flag, because, by=found.acting, at=now(), seen=seen)
            elif deed == "close":
                flags.close(work, found.thing, flag, by=found.acting, at=now())
            else:
                raise NotFound()
    except Refused as refused:
        return questions_page(refused.problems)
    flash(gettext("Kept."), "good")
    return _back(application_id)


@bp.post("/applications/<uuid:application_id>/conditions/<uuid:condition_id>")
@on_application(Action.SET_CONDITIONS)
def meet_condition(application_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Note that a condition is met."""
    found = here(Application)
    with transaction(db.session()) as work:
        conditions.meet(work, found.thing, condition_id, by=found.acting, at=now())
    flash(gettext("Noted: the condition is met."), "good")
    return _back(application_id)
