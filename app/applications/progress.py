"""How far a draft is, section by section and side by side: one list of tasks from what the call asks now. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.applications.approvals.queries import Standing
from app.applications.approvals.rules import Status
from app.applications.parts import Part
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.asking import Asked
from app.programmes.asking.form import AskedSection
from app.programmes.definition import SHARED, Definition, QuestionKind, Section, Text, Window
from app.programmes.definition import Part as Stage

SUBMIT, APPROVALS, SIDES, MATCHING = "submit", "approvals", "sides", "matching"
LATER = Problem("asked_later", N_("Asked in the full application, after the outline."))
AFTER_CLOSING = Problem("signed_later", N_("Asked for after the deadline, on the version that was submitted."))
UNANSWERED = frozenset({"answer_missing", "budget_missing", "budget_year_missing"})
"""Codes of problems that say no more than that something is not filled in yet."""


class Stand(StrEnum):
    """What one can honestly say of a task."""

    NOT_STARTED = "not_started"
    BEGUN = "begun"
    COMPLETE = "complete"
    WAITING = "waiting"
    NOT_YET = "not_yet"
    CHANGES = "changes"


@dataclass(frozen=True)
class Task:
    """One thing to do. `place` is where it is done on the page; `done` of `of` things are answered; `problems` are to be
    mended, beyond what is not answered yet. `holder` is waited for since `since`; `why` says what stands in the way."""

    place: str
    title: Text
    stand: Stand
    done: int = 0
    of: int = 0
    problems: int = 0
    side: str = ""
    holder: str = ""
    since: datetime | None = None
    why: Problem | None = None
    said: str = ""
    declined: bool = False
    has_budget: bool = False


def tasks_of(
    definition: Definition,
    asked: Asked,
    parts: Sequence[Part],
    problems: Sequence[Problem],
    *,
    at_stage: Stage = Stage.FULL,
    approvals: Sequence[Standing] = (),
    closed: Mapping[str, Problem] | None = None,
) -> tuple[Task, ...]:
    """Every section that is asked, what is asked later, each other side's part, the approvals, and submitting.

    `problems` is all that keeps the draft from being submitted; `closed` the sides whose internal deadline has passed.
    """
    found = [*_sections(definition, asked, parts, problems, closed or {})]
    found += [_later(section) for section in definition.sections if section not in definition.sections_at(at_stage)]
    found += [_side(part) for part in parts if not part.is_own]
    found += [_approval(standing) for standing in approvals]
    ready = Stand.NOT_YET if problems else Stand.NOT_STARTED
    return (*found, Task(SUBMIT, Text("Check and submit", "Kontrollera och skicka in"), ready, problems=len(problems)))


def completeness(tasks: Iterable[Task]) -> tuple[int, int]:
    """How many of the questions and budgets that are asked now are answered, and how many are asked."""
    counted = [task for task in tasks if task.of]
    return sum(task.done for task in counted), sum(task.of for task in counted)


def place_of(definition: Definition, problem: Problem) -> str:
    """The task that a problem belongs to: `section-<key>`, `side-<key>`, `sides`, `matching`, `approvals` or `submit`."""
    name = problem.field or ""
    if name.startswith("q-"):
        keys = {question.key: question.section for question in definition.questions}
        return f"section-{keys[name[2:]]}" if name[2:] in keys else SUBMIT
    if name.startswith("budget-"):
        return _place_of_budget(definition, name.removeprefix("budget-"))
    is_known = name in (APPROVALS, SIDES, MATCHING) or name.startswith("side-")
    return name if is_known else SUBMIT


def _place_of_budget(definition: Definition, rest: str) -> str:
    fits = [side.key for side in definition.sides if rest == side.key or rest.startswith(f"{side.key}-")]
    if not fits:
        return SUBMIT
    key = max(fits, key=len)
    homes = [section.key for section in definition.sections if section.budget and section.owner == key]
    return f"section-{homes[0]}" if homes else f"side-{key}"


def _sections(
    definition: Definition,
    asked: Asked,
    parts: Sequence[Part],
    problems: Sequence[Problem],
    closed: Mapping[str, Problem],
) -> Iterator[Task]:
    sides = {part.key: part for part in parts}
    here: dict[str, list[Problem]] = {}
    for problem in problems:
        here.setdefault(place_of(definition, problem), []).append(problem)
    for section in asked.sections:
        place = f"section-{section.section.key}"
        part = sides.get(section.section.owner) if section.section.owner != SHARED else None
        done, of = _counted(section, part, asked)
        codes = Counter(problem.code in UNANSWERED for problem in here.get(place, ()))
        has_budget = section.section.budget and part is not None and part.side.pays
        named = part.side.short if part else ""
        task = Task(place, section.section.title, Stand.BEGUN, done, of, codes[False], named, has_budget=has_budget)
        yield _stood(task, part, closed, is_lacking=bool(codes[True]))


def _counted(section: AskedSection, part: Part | None, asked: Asked) -> tuple[int, int]:
    """How many of its questions are answered, a budget counting as one, and how many are asked."""
    keys = [each.question.key for each in section.questions if each.question.kind is not QuestionKind.CALCULATED]
    done = sum(not is_blank(asked.answers.get(key)) for key in keys)
    has_budget = section.section.budget and part is not None and part.side.pays
    return done + (has_budget and bool(part and part.lines)), len(keys) + has_budget


def is_blank(value: object) -> bool:
    """Whether nothing is answered; no and 0 are answers."""
    return (
        value is None
        or (not isinstance(value, bool | int) and not value)
        or (isinstance(value, str) and not value.strip())
    )


def _stood(task: Task, part: Part | None, closed: Mapping[str, Problem], *, is_lacking: bool) -> Task:
    is_whole = not task.problems and not is_lacking and not (task.has_budget and part is not None and not part.lines)
    if part is not None and part.key in closed and not is_whole:
        return replace(task, stand=Stand.NOT_YET, why=closed[part.key])
    if is_whole and (task.done or not task.of):
        return replace(task, stand=Stand.COMPLETE)
    if part is not None and not part.is_own and part.person_id is not None and part.declined_at is None:
        return replace(task, stand=Stand.WAITING, holder=part.name, since=part.invited_at)
    return replace(task, stand=Stand.BEGUN if task.done else Stand.NOT_STARTED)


def _later(section: Section) -> Task:
    return Task(f"section-{section.key}", section.title, Stand.NOT_YET, why=LATER)


def _side(part: Part) -> Task:
    """Whether whoever leads the project at another side has said yes."""
    name = Text(part.side.name, part.side.name)
    place = f"side-{part.key}"
    if part.confirmed_at is not None:
        return Task(place, name, Stand.COMPLETE, holder=part.confirmed_as or part.name, since=part.confirmed_at)
    if part.declined_at is not None:
        said = part.declined_because or ""
        return Task(place, name, Stand.CHANGES, holder=part.name, since=part.declined_at, said=said, declined=True)
    if part.objected_at is not None:
        said = part.objected_because or ""
        return Task(place, name, Stand.CHANGES, holder=part.name, since=part.objected_at, said=said)
    if part.person_id is None:
        return Task(place, name, Stand.NOT_STARTED)
    return Task(place, name, Stand.WAITING, holder=part.name, since=part.invited_at)


def _approval(standing: Standing) -> Task:
    title, side = standing.approval.title, standing.side.short
    names = ", ".join(dict.fromkeys(asked.name for asked in standing.awaited))
    if standing.approval.window is Window.AFTER_CLOSING:
        return Task(APPROVALS, title, Stand.NOT_YET, side=side, why=AFTER_CLOSING)
    if standing.status is Status.GRANTED:
        return Task(APPROVALS, title, Stand.COMPLETE, side=side)
    if standing.status is Status.REFUSED:
        answers = [asked for asked in standing.people if asked.word.answer is not None]
        last = max(answers, key=lambda one: one.word.answer.at) if answers else None  # type: ignore[union-attr]  # has one
        entry = last.word.answer if last else None
        return Task(
            APPROVALS,
            title,
            Stand.CHANGES,
            side=side,
            holder=last.name if last else "",
            since=entry.at if entry else None,
            said=entry.because if entry else "",
        )
    if standing.status in (Status.WAITING, Status.VOIDED):
        return Task(APPROVALS, title, Stand.WAITING, side=side, holder=names, since=standing.since)
    return Task(APPROVALS, title, Stand.NOT_STARTED, side=side)
