"""What the page of an application says of single questions, conditions and the quiz, and the conditions that are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications import promises
from app.applications.checking import conditions, flags
from app.applications.checking.conditions import ConditionRow, Typed
from app.applications.checking.models import Flag, FlagKind
from app.applications.checking.told import quiz_of_draft
from app.applications.models import Application
from app.applications.parts import answers_of, values_of
from app.identities.queries import names_of
from app.programmes.definition import Definition
from app.programmes.definition.values import as_date
from app.programmes.models import Call
from app.web.applicant.notices import QuizText, quiz_texts
from app.web.doors import now
from app.web.words import calendar_day, moment_text
from app.workflow.table import WRITTEN

ROWS = 3
"""Conditions that the form of the formal check offers room for."""


@dataclass(frozen=True)
class ConditionText:
    """A condition in words."""

    id: UUID
    text: str
    due: str
    state: str
    tone: str
    is_met: bool


def condition_text(row: ConditionRow) -> ConditionText:
    is_late = row.met_at is None and row.due < now().date()
    state = gettext("Met") if row.met_at is not None else gettext("Too late") if is_late else gettext("Open")
    tone = "good" if row.met_at is not None else "bad" if is_late else "wait"
    return ConditionText(row.id, row.text, calendar_day(row.due), state, tone, row.met_at is not None)


def typed_conditions() -> list[Typed]:
    """The conditions that came with the form of the formal check."""
    form = request.form
    return [
        Typed(form.get(f"condition-{number}", ""), typed_day(form.get(f"due-{number}", "")))
        for number in range(1, ROWS + 1)
    ]


def typed_day(text: str) -> date | None:
    return as_date(text.strip())


@dataclass(frozen=True)
class AskedText:
    """How many questions are asked about, the conditions, the quiz as it was answered before the first word, and the
    rows of conditions to type."""

    open_flags: int
    flags: int
    conditions: tuple[ConditionText, ...]
    quiz: tuple[QuizText, ...]
    typed: tuple[tuple[int, str, str], ...]


def asked_text(work: Session, found: Application, definition: Definition) -> AskedText:
    """Read for an application that its office has reached. What is being written after an outline is not looked at."""
    rows = flags.flags_of(work, [found.id])
    kept = (
        ()
        if found.state in WRITTEN
        else quiz_texts(quiz_of_draft(work, found, definition, values_of(answers_of(work, found))))
    )
    form = request.form
    return AskedText(
        sum(flags.is_open(row) for row in rows),
        len(rows),
        tuple(condition_text(each) for each in conditions.conditions_of(work, [found.id])),
        kept,
        tuple((n, form.get(f"condition-{n}", ""), form.get(f"due-{n}", "")) for n in range(1, ROWS + 1)),
    )


@dataclass(frozen=True)
class PromiseText:
    """The day that holds, and whether it has passed without a new one."""

    day: str
    waiting: int
    is_late: bool
    typed: str
    reason: str


def promise_text(work: Session, found: Call, definition: Definition) -> PromiseText | None:
    """None where nothing is promised, or nobody waits for the decision."""
    known = promises.promise_of(work, found, definition, now())
    if known is None:
        return None
    form = request.form
    return PromiseText(
        calendar_day(known.day), known.waiting, known.is_late, form.get("promise", ""), form.get("because", "")
    )


def waiting_lines(work: Session, references: Mapping[UUID, str]) -> tuple[tuple[str, str, str | None], ...]:
    """What waits in the formal checks of these applications, for the board: what, who holds it, since when."""
    office, applicants = gettext("the coordinators"), gettext("the applicants")
    lines = []
    rows = [flag for flag in flags.flags_of(work, list(references)) if flags.is_open(flag)]
    names = names_of(work, {flag.to_person_id for flag in rows if flag.to_person_id is not None})
    for flag in rows:
        what = gettext("A question about %(reference)s", reference=references[flag.application_id])
        holder = names.get(flag.to_person_id, office) if flag.to_person_id is not None else applicants
        if flag.kind is FlagKind.APPLICANT and (flag.answered_at is not None or _is_over(flag)):
            holder = office
        lines.append((what, holder, moment_text(flag.answered_at or flag.asked_at)))
    for each in conditions.conditions_of(work, list(references)):
        if each.met_at is None:
            reference = references[each.application_id]
            what = gettext("Condition of %(reference)s, due %(day)s", reference=reference, day=calendar_day(each.due))
            lines.append((what, applicants, None))
    return tuple(lines)


def _is_over(flag: Flag) -> bool:
    return flag.until is not None and now() > flag.until
