"""The task list of a draft: honest states, every problem in exactly one place, and nothing that is not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.parts import Part
from app.applications.progress import Stand, Task, completeness, place_of, tasks_of
from app.applications.queries.lacks import answer_problems, missing_budgets
from app.kernel.errors import Problem
from app.kernel.money import Money
from app.programmes.asking import ask
from app.programmes.definition import SHARED, load_catalogue
from app.programmes.definition.vocabulary import Part as Stage
from app.programmes.kinds import Comparison, Operator
from tests.world import KEY

CALL = load_catalogue()[KEY]
ASKED_AT = datetime(2027, 3, 2, 9, tzinfo=UTC)
SHARED_QUESTIONS = [q for q in CALL.questions if CALL.section(q.section).owner == SHARED]


def part(key: str, *, is_own: bool = False, **more: Any) -> Part:
    side = CALL.side(key)
    values: dict[str, Any] = {
        "person_id": uuid4(), "name": "Dr X", "address": "", "institution": "", "invited_at": ASKED_AT,
        "confirmed_at": None, "confirmed_as": None, "declined_at": None, "declined_because": None, "version": 1,
        "lines": {}, "beside": frozenset({"ki", "mayo"}),
    }  # fmt: skip
    return Part(uuid4(), side, is_own, **(values | more))


KI, MAYO = part("ki", is_own=True), part("mayo")


def listed(answers: Mapping[str, Any], *parts: Part, call: Any = CALL) -> dict[str, Task]:
    sides = parts or (KI, MAYO)
    asked = ask(call, answers, owners=frozenset({SHARED, *(p.key for p in sides)}))
    problems = [*answer_problems(call, sides, answers), *missing_budgets(call, sides)]
    return {task.place: task for task in tasks_of(call, asked, sides, problems)}


def test_an_empty_draft_has_not_been_started_and_waits_for_its_partner() -> None:
    tasks = listed({})

    first = f"section-{SHARED_QUESTIONS[0].section}"
    assert (tasks[first].stand, tasks[first].done) == (Stand.NOT_STARTED, 0)
    assert (tasks["side-mayo"].stand, tasks["side-mayo"].holder, tasks["side-mayo"].since) == (
        Stand.WAITING,
        "Dr X",
        ASKED_AT,
    )
    assert tasks["submit"].stand is Stand.NOT_YET


def test_a_partners_part_says_what_became_of_it() -> None:
    gone = part("mayo", declined_at=ASKED_AT, declined_because="No time.")
    nobody = part("mayo", person_id=None, name="")
    other = part("mayo", objected_at=ASKED_AT, objected_because="Less for us.")
    there = part("mayo", confirmed_at=ASKED_AT, confirmed_as="Dr X")

    assert (listed({}, KI, gone)["side-mayo"].stand, listed({}, KI, gone)["side-mayo"].said) == (
        Stand.CHANGES,
        "No time.",
    )
    objecting = listed({}, KI, other)["side-mayo"]
    assert (objecting.stand, objecting.said, objecting.declined) == (Stand.CHANGES, "Less for us.", False)
    assert listed({}, KI, nobody)["side-mayo"].stand is Stand.NOT_STARTED
    assert listed({}, KI, there)["side-mayo"].stand is Stand.COMPLETE


def test_a_budget_counts_as_one_thing_of_its_section() -> None:
    place = next(s.key for s in CALL.sections if s.budget and s.owner == "ki")
    before = listed({})[f"section-{place}"]
    money = {(year, cost.key): Money(100_000_00, "SEK") for year in (1, 2) for cost in CALL.side("ki").allowed_costs}
    lines = money or {(1, ""): Money(100_000_00, "SEK"), (2, ""): Money(90_000_00, "SEK")}
    after = listed({}, part("ki", is_own=True, lines=lines), MAYO)[f"section-{place}"]

    assert (before.stand, after.done - before.done, after.of) == (Stand.NOT_STARTED, 1, before.of)


def test_a_section_that_is_not_asked_is_no_task() -> None:
    last = CALL.sections[-1]
    hidden = replace(
        CALL, sections=(*CALL.sections[:-1], replace(last, when=Comparison(SHARED_QUESTIONS[0].key, Operator.IS, "x")))
    )

    assert f"section-{last.key}" not in listed({}, call=hidden)


@given(st.dictionaries(st.sampled_from([q.key for q in CALL.questions]), st.sampled_from(["", "a text", " "])))
def test_what_is_answered_and_asked_adds_up_and_every_problem_has_a_task(answers: dict[str, str]) -> None:
    tasks = listed(answers)
    done, of = completeness(tasks.values())
    asked = ask(CALL, answers, owners=frozenset({SHARED, "ki", "mayo"}))
    problems = [*answer_problems(CALL, (KI, MAYO), answers), *missing_budgets(CALL, (KI, MAYO))]

    assert 0 <= done <= of == len(asked.questions) + sum(s.section.budget for s in asked.sections)
    assert {place_of(CALL, problem) for problem in problems} <= set(tasks)
    for task in tasks.values():
        if task.stand is Stand.COMPLETE and task.of:
            assert not [p for p in problems if place_of(CALL, p) == task.place] and task.done


@pytest.mark.parametrize(
    ("field", "place"),
    [
        (None, "submit"),
        ("approvals", "approvals"),
        ("side-mayo", "side-mayo"),
        ("sides", "sides"),
        ("q-unknown", "submit"),
        (f"q-{SHARED_QUESTIONS[0].key}", f"section-{SHARED_QUESTIONS[0].section}"),
    ],
)
def test_a_problem_belongs_to_one_place(field: str | None, place: str) -> None:
    assert place_of(CALL, Problem("any", "Any.", field=field)) == place


def test_what_the_outline_does_not_ask_cannot_start_yet() -> None:
    section = replace(CALL.sections[0], key="later", stage=Stage.FULL)
    outline = replace(CALL, sections=(*(replace(s, stage=Stage.OUTLINE) for s in CALL.sections), section))
    asked = ask(outline, {}, part=Stage.OUTLINE)

    tasks = {task.place: task for task in tasks_of(outline, asked, (KI, MAYO), [], at_stage=Stage.OUTLINE)}

    assert (tasks["section-later"].stand, tasks["section-later"].why and tasks["section-later"].why.code) == (
        Stand.NOT_YET,
        "asked_later",
    )
