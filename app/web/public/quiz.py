"""May I apply? Yes and no on one short page, before anybody types. No account is needed; nothing is kept unless one goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import NotFound, Problem
from app.programmes.asking.quiz import Finding, judged, quiz_of
from app.programmes.deadlines import Standing, standing
from app.programmes.definition import Definition
from app.programmes.kinds import Answer, Question, QuestionKind, read_answer
from app.web.applicant.notices import carry_quiz
from app.web.doors import now, public, without_key
from app.web.public.telling.blocks import words
from app.web.public.views import bp, public_call
from app.web.shared import shared
from app.web.words import language


@dataclass(frozen=True)
class Asked:
    """A question of the quiz as the page shows it: yes or no, a number, or one of several."""

    name: str
    title: str
    help: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class Found:
    """What was found of one answer."""

    title: str
    is_met: bool | None
    reason: str
    is_caveat: bool


@bp.get("/calls/<key>/eligibility")
@public
@shared
def quiz(key: str) -> ResponseReturnValue:
    """The questions."""
    return _page(key, public_call(key).definition, ())


@bp.post("/calls/<key>/eligibility")
@without_key
@public
def check_eligibility(key: str) -> ResponseReturnValue:
    """What follows from the answers. Nothing of them is kept."""
    call = public_call(key).definition
    answers = {question.key: _answer(question) for question in quiz_of(call).questions}
    return _page(key, call, judged(call, _said(call), answers))


@bp.post("/calls/<key>/eligibility/go-on")
@without_key
@public
def go_on(key: str) -> ResponseReturnValue:
    """Go on to begin: this browser carries the answers there, and only a draft that is begun keeps them."""
    call = public_call(key).definition
    typed = {question.key: request.form.getlist(f"answer-{question.key}") for question in quiz_of(call).questions}
    carry_quiz(key, _said(call), typed)
    return redirect(url_for("begin.begin", key=key), 303)


go_on.writes_itself = True  # type: ignore[attr-defined]  # it writes into the browser's own cookie alone
check_eligibility.writes_itself = True  # type: ignore[attr-defined]  # it writes nothing, so it waits for no lock


def _said(call: Definition) -> dict[str, bool | None]:
    return {
        point.key: {"yes": True, "no": False}.get(request.form.get(point.key, "")) for point in quiz_of(call).points
    }


def _answer(question: Question) -> Answer:
    answer = read_answer(question, request.form.getlist(f"answer-{question.key}"))
    return None if isinstance(answer, Problem) else answer


def _page(key: str, call: Definition, findings: Sequence[Finding]) -> ResponseReturnValue:
    if quiz_of(call).is_empty:
        raise NotFound()
    found = [Found(words(each.title), each.is_met, words(each.reason), each.is_caveat) for each in findings]
    stops = [each for each in found if each.is_met is False and not each.is_caveat]
    return render_template(
        "public/quiz.html",
        key=key,
        title=call.title.in_(language()),
        asked=_asked(call),
        found=found,
        is_judged=bool(findings),
        stops=bool(stops),
        is_open=standing(public_call(key), now()) is Standing.OPEN,
        is_complete=all(each.is_met is not None for each in found),
    )


def _asked(call: Definition) -> list[Asked]:
    """Every question, with what was answered."""
    asked, typed = quiz_of(call), request.form
    shown = [
        Asked(point.key, words(point.ask), words(point.help), (), typed.get(point.key, "")) for point in asked.points
    ]
    for question in asked.questions:
        name = f"answer-{question.key}"
        options = call.areas if question.options_from else question.options
        pairs = tuple((option.key, words(option.title)) for option in options)
        if question.kind is QuestionKind.NUMBER:
            pairs = (("", ""),)
        shown.append(Asked(name, words(question.title), words(question.help), pairs, typed.get(name, "")))
    return shown
