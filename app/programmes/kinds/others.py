"""Kinds that others answer: a letter about the applicant, or a host's yes. The answer lists who was asked and what came.

Each row holds `id`, `name` and `state` (asked, came or declined), the `day` of it, and `until` when it is awaited.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.kinds.composite import rows
from app.programmes.kinds.single import babel, problem
from app.programmes.kinds.vocabulary import Answer, Question, Text

STATES = {
    "came": Text("came on %s", "kom %s"),
    "declined": Text("declined on %s", "avböjde %s"),
    "asked": Text("asked on %s, has not come yet", "tillfrågad %s, har inte kommit ännu"),
}
AWAITED = Text("is awaited until %s", "väntas senast %s")
SAYS = {"yes": Text("says yes", "säger ja"), "no": Text("says no", "säger nej")}


def shows_sought(question: Question, value: Answer, locale: str) -> str:
    """A line for each person who was asked; never what the letter says."""
    return "\n".join(f"{row.get('name', '')}: {state_text(row, locale)}" for row in rows(value))


def state_text(row: Mapping[str, str], locale: str) -> str:
    """How it stands with one person: that it came and when, or until when it is awaited."""
    state = row.get("state", "asked")
    if state == "asked" and row.get("until"):
        return AWAITED.in_(locale) % _day(row["until"], locale)
    said = STATES.get(state, STATES["asked"]).in_(locale) % _day(row.get("day", ""), locale)
    return f"{said}, {SAYS[row['says']].in_(locale)}" if row.get("says") in SAYS else said


def _day(text: str, locale: str) -> str:
    try:
        return format_date(date.fromisoformat(text), format="d MMM y", locale=babel(locale))
    except ValueError:
        return text or "–"


def sought_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    """Too few were asked; or, where nothing may follow later, one that is needed has not come. A host's no is told."""
    asked = [row for row in rows(value) if row.get("state") != "declined"]
    least = question.min_rows or (1 if question.required else 0)
    if len(asked) < least:
        message = N_("Ask %(least)s to write here; %(count)s are asked now who have not declined.")
        return (problem(question, "too_few_asked", message, least=least, count=len(asked)),)
    found = []
    for row in asked if question.required else ():
        if row.get("state") != "came" and question.days_late is None:
            message = N_("What %(name)s was asked for has not come yet, and nothing may follow after the deadline.")
            found.append(problem(question, "not_come", message, name=row.get("name", "")))
        if row.get("says") == "no":
            message = N_("%(name)s says no. Ask another host.")
            found.append(problem(question, "host_says_no", message, name=row.get("name", "")))
    return tuple(found)
