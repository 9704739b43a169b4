"""The notice before typing and the quiz of a draft, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import session as browser
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications.checking.told import KeptQuiz, keep_notice, keep_quiz, told
from app.applications.models import Application
from app.kernel.actors import Acting
from app.kernel.errors import Problem
from app.programmes.asking.notice import Notice, notice_of, paragraphs_in
from app.programmes.asking.quiz import quiz_of
from app.programmes.definition import Definition
from app.programmes.kinds import read_answer
from app.web.doors import now
from app.web.words import language, moment_text

QUIZ = "quiz"
"""Where the browser carries the quiz of whoever goes on from it, until the draft is begun."""


@dataclass(frozen=True)
class NoticeText:
    """The notice in this language; `at` is when it stood before the reader, None where nothing was typed yet."""

    paragraphs: tuple[tuple[str, str], ...]
    sha256: str
    at: str | None = None


def notice_text(notice: Notice, at: str | None = None) -> NoticeText:
    return NoticeText(tuple(paragraphs_in(notice, language())), notice.sha256, at)


def sha_of(definition: Definition) -> str:
    """Which wording of the notice a page showed."""
    return notice_of(definition).sha256


def told_text(work: Session, found: Application, definition: Definition, acting: Acting) -> NoticeText:
    """What this person was told before typing; before the first word, what is told now."""
    known = told(work, found, acting.person_id) if acting.person_id is not None else None
    if known is None:
        return notice_text(notice_of(definition))
    return notice_text(known.notice, moment_text(known.at))


def note_told(work: Session, found: Application, acting: Acting) -> None:
    """The notice stood on the page on which this person typed."""
    keep_notice(work, found, by=acting, at=now())


def carry_quiz(key: str, said: dict[str, bool | None], typed: dict[str, list[str]]) -> None:
    """Keep the quiz in this browser alone, for the draft that is begun next."""
    browser[QUIZ] = {"call": key, "said": said, "typed": typed}


def carried_quiz(key: str, definition: Definition) -> tuple[dict[str, bool | None], dict[str, Any]]:
    """What this browser carries of the quiz of this call; empty where it carries none."""
    kept = browser.get(QUIZ)
    if not isinstance(kept, dict) or kept.get("call") != key:
        return {}, {}
    points = {point.key for point in quiz_of(definition).points}
    said = {name: value for name, value in kept["said"].items() if name in points}
    answers = {}
    for question in quiz_of(definition).questions:
        read = read_answer(question, kept["typed"].get(question.key, []))
        if read is not None and not isinstance(read, Problem):
            answers[question.key] = read
    return said, answers


def settle_quiz(work: Session, found: Application, key: str, definition: Definition) -> None:
    """The draft takes over what the browser carried."""
    said, answers = carried_quiz(key, definition)
    keep_quiz(work, found, said, answers, at=now())


def forget_quiz() -> None:
    browser.pop(QUIZ, None)


@dataclass(frozen=True)
class QuizText:
    """One line of the quiz: what it came to then, and what has changed since."""

    title: str
    label: str
    tone: str
    note: str


def quiz_texts(kept: KeptQuiz | None) -> tuple[QuizText, ...]:
    """The quiz of a draft line by line; empty where there was none."""
    if kept is None:
        return ()
    lines = []
    for line in kept.lines:
        label, tone = _word(line.now.is_met, is_caveat=line.now.is_caveat)
        note = ""
        if line.now.is_met is False:
            note = line.now.reason.in_(language()) if line.now.reason else gettext("This is a condition of the call.")
        if not line.still_holds:
            then = _word(line.then.is_met, is_caveat=line.then.is_caveat)[0]
            note = " ".join(
                text
                for text in (gettext("In the quiz: %(then)s. The form says otherwise now.", then=then), note)
                if text
            )
        lines.append(QuizText(line.now.title.in_(language()), label, tone, note))
    return tuple(lines)


def _word(is_met: bool | None, *, is_caveat: bool) -> tuple[str, str]:
    if is_met is None:
        return str(gettext("Not answered")), "neutral"
    if is_met:
        return str(gettext("Fine")), "good"
    return (str(gettext("A caveat")), "wait") if is_caveat else (str(gettext("Not met")), "bad")
