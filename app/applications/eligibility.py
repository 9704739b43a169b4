"""What software can tell of the people of an application: how many, of which ranks, and how long after a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import CareerLimit, Definition, Participants, Side
from app.programmes.kinds import Answer
from app.programmes.kinds.single import day_of


def participant_problems(
    definition: Definition, answers: Mapping[str, Answer], questions: Collection[str]
) -> list[Problem]:
    """Too few or too many people, or a rank that may not take part, under `questions` that are asked now.

    `field` is the question's key.
    """
    return [
        problem
        for side in definition.sides
        for asked in side.participants
        if asked.question in questions
        for problem in _participants(side, asked, answers.get(asked.question))
    ]


def _participants(side: Side, asked: Participants, answer: Answer) -> Iterator[Problem]:
    rows = [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
    values: dict[str, object] = {"side": side.short, "count": len(rows)}
    if len(rows) < asked.minimum:
        message = N_("%(side)s: %(count)s people are named, and at least %(limit)s are needed.")
        yield Problem(
            "too_few_people", message, asked.question, side=side.short, values=values | {"limit": asked.minimum}
        )
    if asked.maximum is not None and len(rows) > asked.maximum:
        message = N_("%(side)s: %(count)s people are named, and at most %(limit)s may be.")
        yield Problem(
            "too_many_people", message, asked.question, side=side.short, values=values | {"limit": asked.maximum}
        )
    allowed = {rank.key for rank in asked.ranks}
    for row in rows:
        if allowed and row.get("rank", "") not in allowed:
            message = N_("%(side)s: choose a rank for %(person)s that may take part.")
            person = {"person": row.get("name", ""), "side": side.short}
            yield Problem("rank_not_allowed", message, asked.question, side=side.short, values=person)


def career_problems(definition: Definition, answers: Mapping[str, Answer]) -> list[Problem]:
    """People whose date lies too far back, deductible months taken off. An answer that is missing is told elsewhere."""
    return [
        problem
        for side in definition.sides
        for limit in side.career_limits
        if (problem := _career(side, limit, answers)) is not None
    ]


def _career(side: Side, limit: CareerLimit, answers: Mapping[str, Answer]) -> Problem | None:
    since = day_of(answers.get(limit.from_question) or "")
    if since is None:
        return None
    deducted = answers.get(limit.deduct_question) if limit.deduct_question else 0
    months = deducted if isinstance(deducted, int) and not isinstance(deducted, bool) else 0
    if limit.at <= add_months(since, limit.most_years * 12 + max(0, months)):
        return None
    message = N_(
        "%(side)s: %(limit)s. More than %(years)s years lie between %(since)s and %(at)s, %(months)s months deducted."
    )
    values = {
        "side": side.short,
        "limit": limit.title,
        "years": limit.most_years,
        "since": since,
        "at": limit.at,
        "months": months,
    }
    return Problem("career_limit", message, limit.from_question, side=side.short, values=values)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise ValueError(f"no day {months} months after {day}")
