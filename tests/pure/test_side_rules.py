"""Rules of a declaration over answers: people, careers, checks, tolerance; and what the look before the start says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.eligibility import career_problems, participant_problems
from app.applications.rules import question_problems
from app.kernel.countries import EU_AND_EEA, is_outside
from app.programmes.asking import ask, check_problems
from app.programmes.definition import check, from_data, to_data
from app.programmes.definition.vocabulary import SameInstitution
from app.reviews.detection import NAMED, Place, conflict_between, place_of
from tests.amended import both
from tests.shows import shows
from tests.world import KEY, load_catalogue

RANKS = [{"key": "professor", "title": both("Professor")}, {"key": "doctor", "title": both("Doctor")}]


def call(
    sides: dict[str, dict[str, Any]] | None = None, questions: tuple[dict[str, Any], ...] = (), **changes: Any
) -> Any:
    data = to_data(load_catalogue()[KEY]) | changes
    data["sides"] = [{**side, **(sides or {}).get(side["key"], {})} for side in data["sides"]]
    data["questions"] = [*data["questions"], *questions]
    return from_data(data, "a test")


def asked(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "section": "project", "kind": kind, "title": both(key), "used_for": ["eligibility"], **more}


def person(rank: str = "doctor") -> dict[str, str]:
    return {"name": "Nils", "email": "nils@ki.example", "rank": rank}


@shows(
    "sides.participants.question",
    "sides.participants.minimum",
    "sides.participants.maximum",
    "sides.participants.ranks",
)
@pytest.mark.parametrize(
    ("people", "said", "codes"),
    [
        ([person()], {}, []),
        ([person()], {"minimum": 2}, ["too_few_people"]),
        ([person(), person()], {"minimum": 2}, []),
        ([person(), person()], {"maximum": 1}, ["too_many_people"]),
        ([person("student")], {"ranks": RANKS}, ["rank_not_allowed"]),
        ([person("professor")], {"ranks": RANKS}, []),
        ([], {"question": "others"}, []),
    ],
)
def test_how_many_people_of_which_ranks_a_side_names(
    people: list[dict[str, str]], said: dict[str, Any], codes: list[str]
) -> None:
    questions = (asked("team", "people"), asked("others", "people"))
    definition = call({"ki": {"participants": [{"question": "team", **said}]}}, questions)

    problems = participant_problems(definition, {"team": people}, {"team"})

    assert [problem.code for problem in problems] == codes


@shows(
    "sides.career_limits.key",
    "sides.career_limits.title",
    "sides.career_limits.at",
    "sides.career_limits.most_years",
    "sides.career_limits.from_question",
    "sides.career_limits.deduct_question",
)
@pytest.mark.parametrize(
    ("degree", "months", "said", "is_late"),
    [
        ("2015-04-01", 0, {}, False),
        ("2015-03-31", 0, {}, True),
        ("2015-03-31", 1, {}, False),
        ("2015-03-31", 1, {"deduct_question": ""}, True),
        ("2015-03-31", 0, {"most_years": 13}, False),
        ("2015-03-31", 0, {"at": "2027-03-31"}, False),
        ("2015-03-31", 0, {"from_question": "defence"}, False),
    ],
)
def test_years_after_a_degree_less_deductible_months(
    degree: str, months: int, said: dict[str, Any], is_late: bool
) -> None:
    questions = (asked("degree", "date"), asked("defence", "date"), asked("away", "number"))
    limit = {"key": "since", "title": both("Since the degree"), "from_question": "degree", "at": "2027-04-01"}
    limit |= {"most_years": 12, "deduct_question": "away", **said}
    limit = {key: value for key, value in limit.items() if value}
    definition = call({"ki": {"career_limits": [limit]}}, questions)

    problems = career_problems(definition, {"degree": degree, "away": months})

    assert [
        (p.code, str(p.values["limit"]) == str(definition.side("ki").career_limits[0].title)) for p in problems
    ] == ([("career_limit", True)] if is_late else [])


@shows("checks.key", "checks.holds", "checks.message", "checks.question")
@pytest.mark.parametrize(("holds", "found"), [("first <= second", []), ("first > second", [("Swap them", "second")])])
def test_a_check_across_questions_stands_at_its_question(holds: str, found: list[tuple[str, str]]) -> None:
    rule = {"key": "order", "holds": holds, "message": both("Swap them"), "question": "second"}
    definition = call(questions=(asked("first", "number"), asked("second", "number")), checks=[rule])

    problems = check_problems(definition, ask(definition, {"first": 1, "second": 2}))

    assert [(problem.values["message"].en, problem.field) for problem in problems] == found  # type: ignore[attr-defined]


@shows("limit_tolerance_percent")
@pytest.mark.parametrize(
    ("tolerance", "words", "codes"), [(0, 201, ["too_many_words"]), (10, 220, []), (10, 221, ["too_many_words"])]
)
def test_a_tolerated_per_cent_over_a_limit(tolerance: int, words: int, codes: list[str]) -> None:
    definition = call(limit_tolerance_percent=tolerance)
    question = definition.question("popular_summary")

    problems = question_problems([question], {question.key: "word " * words}, definition.limit_tolerance_percent)

    assert [problem.code for problem in problems] == codes


def findings(definition: Any) -> dict[str, bool]:
    return {finding.code: finding.blocks for finding in check(definition)}


def test_the_look_before_the_start_at_what_stays_in_the_eu() -> None:
    data = to_data(load_catalogue()[KEY])
    for question in data["questions"]:
        question["leaves_eu"] = question["key"] not in ("title_en", "site_roles")
        if question["key"] == "external_funding":
            question["title"] = both("After {site_roles}")

    found = findings(from_data(data, "a test"))

    assert (found["title_kept_inside"], found["shows_what_is_kept"], found["no_notice"]) == (True, True, False)


@pytest.mark.parametrize(("policy", "panels"), [("allowed", 0), ("other_sides_only", 1), ("conflict", 1)])
def test_a_policy_that_would_leave_nobody_is_told_before_the_call_opens(policy: str, panels: int) -> None:
    definition = call({"mayo": {"conflict_policy": {"same_institution": policy}}})

    found = [finding for finding in check(definition) if finding.code == "policy_leaves_nobody"]

    assert (len(found), any(finding.blocks for finding in found)) == (panels, False)


@pytest.mark.parametrize(
    ("country", "outside"), [("SE", False), ("no", False), ("GB", True), ("US", True), (None, True)]
)
def test_the_eu_and_the_eea(country: str | None, outside: bool) -> None:
    assert (is_outside(country), len(EU_AND_EEA)) == (outside, 30)


SIDES = load_catalogue()[KEY].sides


@given(st.sampled_from(("KI", "ki", "Karolinska Institutet", "KAROLINSKA  institutet")))
def test_either_name_of_an_institution_is_the_same_place(name: str) -> None:
    assert place_of([name], (), SIDES).shared_with(place_of(["Karolinska Institutet"], (), SIDES)) == (
        "Karolinska Institutet"
    )


@pytest.mark.parametrize(
    ("reviewer", "applicant", "rule", "reason"),
    [
        (place_of([], ["a@ki.example"], ()), place_of([], ["b@ki.example"], ()), "conflict", True),
        (place_of([], ["a@gmail.com"], ()), place_of([], ["b@gmail.com"], ()), "conflict", False),
        (place_of([""], [], ()), place_of([""], [], ()), "conflict", False),
        (place_of([], ["A@x.example"], ()), place_of([], ["a@x.example"], ()), "allowed", True),
        (place_of(["KI"], [], SIDES), place_of(["Mayo"], [], SIDES), "conflict", False),
    ],
)
def test_what_counts_as_the_same_place(reviewer: Place, applicant: Place, rule: str, reason: bool) -> None:
    found = conflict_between(reviewer, [applicant], SameInstitution(rule), None)

    assert (found is not None, found == NAMED) == (reason, rule == "allowed")
