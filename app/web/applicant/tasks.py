"""The task list of a draft, in words: each section, each side's part, the approvals, and what is missing by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.applications.approvals import queries as approvals
from app.applications.models import Application
from app.applications.parts import answers_of, asked_of, parts_of, values_of
from app.applications.progress import APPROVALS, MATCHING, SIDES, SUBMIT, Stand, Task, place_of, tasks_of
from app.applications.side_deadlines import closed_parts
from app.applications.stages import part_at, writes_full
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.web.doors import now
from app.web.words import ProblemText, date_text, language, problem_text, problem_texts, zone_name

TONES = {
    Stand.NOT_STARTED: "neutral",
    Stand.BEGUN: "info",
    Stand.COMPLETE: "good",
    Stand.WAITING: "wait",
    Stand.NOT_YET: "neutral",
    Stand.CHANGES: "bad",
}
PLACES = {
    SIDES: N_("Who takes part"),
    MATCHING: N_("How the amounts of the sides fit"),
    APPROVALS: N_("Approvals"),
    SUBMIT: N_("The application as a whole"),
}


@dataclass(frozen=True)
class TaskText:
    """One task in words: where it is done (None: nothing to do there yet), how it stands, and why."""

    title: str
    href: str | None
    state: str
    tone: str
    note: str


@dataclass(frozen=True)
class Missing:
    """What is missing in one place of the form."""

    title: str
    problems: tuple[ProblemText, ...]


def tasks_in(
    work: Session, found: Application, definition: Definition, problems: Sequence[Problem]
) -> tuple[Task, ...]:
    """Every task of a draft that was reached."""
    parts = parts_of(work, found, definition)
    stage = part_at(definition, found.state)
    asked = asked_of(definition, values_of(answers_of(work, found)), parts, language(), at_stage=stage)
    standings = approvals.standings(work, found, definition, now()) if writes_full(definition, found.state) else ()
    closed = closed_parts(work, found, definition, now())
    return tasks_of(definition, asked, parts, problems, at_stage=stage, approvals=standings, closed=closed)


def task_texts(tasks: Sequence[Task], pages: Mapping[str, str]) -> tuple[TaskText, ...]:
    """The tasks in words. `pages` are the addresses by place; the one under an empty key holds all other places."""
    return tuple(_text(task, pages) for task in tasks)


def _text(task: Task, pages: Mapping[str, str]) -> TaskText:
    page = pages.get(task.place, f"{pages['']}#{task.place}" if "" in pages else None)
    title = task.title.in_(language())
    if task.place == APPROVALS and task.side:
        title = f"{title}, {task.side}"
    asked_later = task.why is not None and task.why.code in ("asked_later", "signed_later")
    return TaskText(title, None if asked_later else page, _state(task), _tone(task), _note(task))


def _tone(task: Task) -> str:
    return "wait" if task.problems and task.stand in (Stand.BEGUN, Stand.NOT_STARTED) else TONES[task.stand]


def _state(task: Task) -> str:
    if task.stand is Stand.COMPLETE and task.holder:
        return str(gettext("Confirmed"))
    if task.stand is Stand.BEGUN:
        return str(gettext("%(done)s of %(all)s answered", done=task.done, all=task.of))
    if task.stand is Stand.WAITING:
        return waits_text(task.holder, task.since)
    if task.place == SUBMIT and task.stand is Stand.NOT_STARTED:
        return str(gettext("Ready"))
    if task.declined:
        return str(gettext("%(person)s has declined", person=task.holder))
    words = {
        Stand.NOT_STARTED: gettext("Not started"),
        Stand.COMPLETE: gettext("Complete"),
        Stand.NOT_YET: gettext("Cannot start yet"),
        Stand.CHANGES: gettext("Changes requested"),
    }
    return str(words[task.stand])


def waits_text(holder: str, since: datetime | None) -> str:
    """«Waits for Dr X since Tuesday»; a week back and more, the day."""
    if since is None:
        return str(gettext("Waits for %(person)s", person=holder))
    return str(gettext("Waits for %(person)s since %(since)s", person=holder, since=since_text(since, now())))


def since_text(since: datetime, at: datetime) -> str:
    """The day of an instant as one says it: today, yesterday, Tuesday, or the date."""
    place = ZoneInfo(zone_name())
    days = (at.astimezone(place).date() - since.astimezone(place).date()).days
    if days <= 1:
        return str(gettext("today") if days <= 0 else gettext("yesterday"))
    if days < 7:
        return str(format_datetime(since.astimezone(place), "EEEE", locale=language()))
    return date_text(since) or ""


def _note(task: Task) -> str:
    if task.place == SUBMIT:
        missing = task.problems
        text = ngettext("%(num)s thing stands in the way.", "%(num)s things stand in the way.", missing)
        return str(text) if missing else ""
    if task.why is not None:
        return problem_text(task.why).text
    if task.said:
        return f"{task.holder}: {task.said}" if task.holder else task.said
    if task.stand is Stand.WAITING and task.of:
        return str(gettext("%(done)s of %(all)s answered", done=task.done, all=task.of))
    if task.problems:
        return str(ngettext("%(num)s thing to mend", "%(num)s things to mend", task.problems))
    if task.stand is Stand.COMPLETE and task.done < task.of:
        return str(gettext("%(done)s of %(all)s answered; the rest is optional", done=task.done, all=task.of))
    return ""


def missing_by_place(
    definition: Definition, problems: Sequence[Problem], tasks: Sequence[Task], page: str = ""
) -> tuple[Missing, ...]:
    """Everything that keeps the draft from being submitted, in the order of the task list, each with its link."""
    here: dict[str, list[Problem]] = {}
    for problem in problems:
        here.setdefault(place_of(definition, problem), []).append(problem)
    titles = {section.place: section.title.in_(language()) for section in reversed(tasks)}
    titles |= {place: gettext(words) for place, words in PLACES.items()}
    order = {place: number for number, place in enumerate([SIDES, *(task.place for task in tasks), MATCHING, SUBMIT])}
    return tuple(
        Missing(titles.get(place, gettext(PLACES[SUBMIT])), problem_texts(here[place], page))
        for place in sorted(here, key=lambda each: order.get(each, len(order)))
    )
