"""What scales, criteria, panels, grades and decisions of a declaration change: each key turned makes a difference."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.decisions.queries import joint_rule, judged_of
from app.decisions.rules import Judged, ProposedOutcome, SideVerdict, propose
from app.kernel.errors import Problem
from app.programmes.asking import ask
from app.programmes.definition import Definition, check
from app.reviews.desk import Sheet, missing
from app.reviews.models import Panel
from app.reviews.queries import PanelResults
from app.reviews.queries.common import counting
from app.reviews.queries.results import ResultLine
from app.reviews.rules import Rank, Result, Scale, graded, overall_grade, panel_result, ranks, summarise
from tests.filling import both
from tests.made_up import call_of, data_of
from tests.shows import shows

AWARD, DECLINE, AWAITING = ProposedOutcome.AWARD, ProposedOutcome.DECLINE, ProposedOutcome.AWAITING
QUALITY = {"key": "quality", "title": both("quality")}
NERVE = {"key": "nerve", "title": both("nerve")}


def first_of(name: str, count: int = 1, **changes: Any) -> list[Any]:
    """A list of a made-up declaration with other values in its first entry."""
    entries: list[Any] = data_of(count)[name]
    return [entries[0] | changes, *entries[1:]]


def scale_of(call: Definition) -> Scale:
    return Scale.of(call.scale_of(call.panels[0]))


# --- Scales -------------------------------------------------------------------------------------------------------


@shows("scales.low", "scales.high", "scales.step")
def test_a_panel_gives_the_values_of_its_scale_and_no_others() -> None:
    halves = scale_of(call_of(1, scales=first_of("scales", low=0, high=1, step="0.5")))

    assert halves.points() == (0, Decimal("0.5"), 1)
    assert scale_of(call_of(1)).points() == (1, 2, 3, 4, 5, 6, 7)


@shows("scales.key", "panels.scale")
def test_each_panel_grades_on_the_scale_that_it_names() -> None:
    call = call_of(2)

    assert [call.scale_of(panel).high for panel in call.panels] == [7, 9]
    assert scale_of(call_of(1, panels=first_of("panels", scale="down"))).high == 9


@shows("scales.best")
def test_the_best_end_of_a_scale_turns_the_ranking() -> None:
    results = {"one": summarise([2]), "other": summarise([5])}

    assert ranks(results, scale_of(call_of(1)))["other"] == Rank(1)
    assert ranks(results, scale_of(call_of(1, scales=first_of("scales", best="low"))))["one"] == Rank(1)


WORDS = {"key": "words", "kind": "categorical", "labels": [{"en": "Fit", "sv": "Passar"}, {"en": "No", "sv": "Nej"}]}


@shows("scales.kind", "criteria.scale")
def test_a_criterion_on_a_scale_of_words_is_not_counted() -> None:
    scales = [*data_of(1)["scales"], WORDS]
    call = call_of(1, scales=scales, criteria=[QUALITY | {"scale": "words"}, NERVE])

    assert [criterion.key for criterion in counting(call_of(1), "alpha-panel", ())] == ["quality", "nerve"]
    assert [criterion.key for criterion in counting(call, "alpha-panel", ())] == ["nerve"]


@shows("scales.labels")
def test_the_words_of_a_scale_stand_beside_its_values() -> None:
    labels = {"7": both("outstanding")}
    scale = scale_of(call_of(1, scales=first_of("scales", labels=labels)))

    assert {value: text.sv for value, text in scale.labels.items()} == {Decimal(7): "Påhittat: outstanding"}
    assert scale_of(call_of(1)).labels == {}


# --- Criteria -----------------------------------------------------------------------------------------------------


@shows("criteria.key", "criteria.panels", "criteria.areas")
def test_a_panel_judges_the_criteria_of_the_panel_and_the_area() -> None:
    areas = [{"key": "blood", "title": both("blood")}, {"key": "bone", "title": both("bone")}]
    criteria = [QUALITY | {"panels": ["beta-panel"]}, NERVE | {"areas": ["blood"]}]
    call = call_of(2, areas=areas, criteria=criteria)

    def keys(panel: int, *in_areas: str) -> list[str]:
        return [criterion.key for criterion in call.criteria_of(call.panels[panel], in_areas)]

    assert keys(0, "blood") == ["nerve"]
    assert keys(1, "blood") == ["quality", "nerve"]
    assert keys(1, "bone") == ["quality"]


@shows("criteria.text_required")
def test_a_criterion_may_ask_for_words() -> None:
    def lacks(call: Definition) -> list[str | None]:
        panel = call.panels[0]
        sheet = Sheet(call, scale_of(call), Panel(key=panel.key), panel.title, call.criteria_of(panel))
        typed = {"score-quality": "3", "remark-quality": "", "score-nerve": "3", "remark-nerve": "", "overall": "3"}
        found: tuple[Problem, ...] = missing(sheet, typed)
        return [problem.field for problem in found]

    assert lacks(call_of(1)) == []
    assert lacks(call_of(1, criteria=first_of("criteria", text_required=True))) == ["remark-quality"]


@shows("criteria.weight", "overall.how", "overall.formula", "overall.expression")
@pytest.mark.parametrize(
    ("overall", "grade"),
    [
        ({"how": "entered"}, 1),
        ({"how": "computed"}, Fraction(2 * 6 + 3, 3)),
        ({"how": "computed", "formula": "weighted_sum"}, 15),
        ({"how": "computed", "formula": "mean"}, Fraction(9, 2)),
        ({"how": "computed", "formula": "median"}, Fraction(9, 2)),
        ({"how": "computed", "formula": "ten_times_mean"}, 45),
        ({"how": "computed", "formula": "expression", "expression": "min(quality, nerve)"}, 3),
    ],
)
def test_the_overall_grade_comes_about_as_the_call_says(overall: dict[str, str], grade: Fraction) -> None:
    call = call_of(1, overall=overall, criteria=[QUALITY | {"weight": 2}, NERVE])

    assert overall_grade(call.overall, 1, call.criteria, {"quality": 6, "nerve": 3}) == grade
    assert graded(scale_of(call), call.criteria, call.overall).covers(grade)


@shows("panels.result")
@pytest.mark.parametrize(("how", "result"), [("mean", 3), ("median", 1), ("ten_times_mean", 30)])
def test_a_panel_comes_to_its_result_as_the_call_says(how: str, result: int) -> None:
    (panel,) = call_of(1, panels=first_of("panels", result=how)).panels

    assert panel_result(panel.result, summarise([1, 1, 7])) == result


@pytest.mark.parametrize(("how", "grade"), [("mean", Fraction(1, 3)), ("median", Fraction(0))])
def test_where_the_median_counts_it_counts_for_the_joint_decision_too(how: str, grade: Fraction) -> None:
    call = call_of(1, panels=first_of("panels", result=how))
    whole = results(call, quality=1, nerve=1)
    line = replace(whole.lines[0], result=summarise([1, 1, 7]))

    judged = judged_of(call, CASE, [replace(whole, lines=(line,))], frozenset(), frozenset())

    assert judged is not None
    assert judged.grades == {"alpha-panel": grade}


# --- Deciding together --------------------------------------------------------------------------------------------


def placed(alpha: int, beta: int, **more: Any) -> Judged:
    grades = {"alpha-panel": Fraction(10 - alpha, 10), "beta-panel": Fraction(10 - beta, 10)}
    return Judged({"alpha-panel": alpha, "beta-panel": beta}, grades, **more)


def outcomes(
    decision: dict[str, Any], cases: dict[str, Judged], most: int = 1, said: dict[str, bool] | None = None, **more: Any
) -> list[ProposedOutcome]:
    """What the joint rule that a call of two sides declares makes of these cases, in their order."""
    call = call_of(2, decision=decision, **more)
    assert call.decision is not None
    verdicts = {key: [SideVerdict(side, word) for side, word in (said or {}).items()] for key in cases}
    names = {side.key: side.short for side in call.sides}
    found = propose(call.decision.model.value, verdicts, names, most, joint_rule(call), cases)
    return [found[key].outcome for key in cases]


APART = {"a": placed(1, 6), "b": placed(4, 4)}
EQUAL = {"a": placed(1, 2), "b": placed(2, 1)}


@shows("decision.model")
def test_the_model_decides_who_comes_first() -> None:
    assert outcomes({"model": "rank_sum"}, APART) == [AWARD, DECLINE]
    assert outcomes({"model": "worst_rank"}, APART) == [DECLINE, AWARD]
    assert outcomes({"model": "both_recommend"}, APART) == [AWAITING, AWAITING]


@shows("decision.weights.side", "decision.weights.value")
def test_a_weight_turns_the_order() -> None:
    model: dict[str, Any] = {"model": "weighted_mean_rank"}
    cases = {"a": placed(1, 4), "b": placed(3, 1)}

    assert outcomes(model, cases) == [DECLINE, AWARD]
    assert outcomes(model | {"weights": [{"side": "alpha", "value": 3}]}, cases) == [AWARD, DECLINE]
    assert outcomes(model | {"weights": [{"side": "beta", "value": 3}]}, cases) == [DECLINE, AWARD]
    assert outcomes(model | {"weights": [{"side": "alpha", "value": 1}]}, cases) == [DECLINE, AWARD]


@shows("decision.vetoes")
def test_without_the_yes_of_a_veto_nothing_is_funded() -> None:
    model: dict[str, Any] = {"model": "rank_sum"}

    assert outcomes(model, APART, said={"beta": False}) == [AWARD, DECLINE]
    assert outcomes(model | {"vetoes": ["beta"]}, APART, said={"beta": False}) == [DECLINE, DECLINE]


@shows("decision.quotas.area", "decision.quotas.most")
def test_a_quota_holds_for_its_area() -> None:
    areas = [{"key": key, "title": both(key)} for key in ("blood", "bone")]
    cases = {"a": placed(1, 1, area="blood"), "b": placed(2, 2, area="blood"), "c": placed(3, 3, area="bone")}

    def with_quota(area: str, most: int) -> list[ProposedOutcome]:
        decision = {"model": "rank_sum", "quotas": [{"area": area, "most": most}]}
        return outcomes(decision, cases, 2, areas=areas)

    assert with_quota("blood", 1) == [AWARD, DECLINE, AWARD]
    assert with_quota("blood", 2) == [AWARD, AWARD, DECLINE]
    assert with_quota("bone", 1) == [AWARD, AWARD, DECLINE]


@shows("decision.ties")
def test_a_tie_rule_tells_equals_apart() -> None:
    model: dict[str, Any] = {"model": "rank_sum"}
    cases = {"a": placed(1, 2, spread=Fraction(2)), "b": placed(2, 1, spread=Fraction(1))}

    assert outcomes(model, cases) == [AWAITING, AWAITING]
    assert outcomes(model | {"ties": ["smaller_spread"]}, cases) == [DECLINE, AWARD]
    assert outcomes(model | {"ties": ["lots"]}, cases) == [AWAITING, AWAITING]


@shows("decision.first")
def test_who_never_had_a_grant_comes_before_a_better_score_where_the_call_says_so() -> None:
    model: dict[str, Any] = {"model": "rank_sum"}
    cases = {"best": placed(1, 1, had_grant=True), "new": placed(2, 2)}

    assert outcomes(model, cases) == [AWARD, DECLINE]
    assert outcomes(model | {"ties": ["no_earlier_grant"]}, cases) == [AWARD, DECLINE]
    assert outcomes(model | {"first": ["no_earlier_grant"]}, cases) == [DECLINE, AWARD]


@shows("decision.committee")
def test_the_panel_that_is_named_as_the_committee_decides_last() -> None:
    cases = {"a": placed(1, 5), "b": placed(5, 1)}

    for committee, found in (("beta-panel", [DECLINE, AWARD]), ("alpha-panel", [AWARD, DECLINE])):
        assert outcomes({"model": "study_section_then_committee", "committee": committee}, cases) == found


@shows("decision.tie_criterion")
@pytest.mark.parametrize(("criterion", "grade"), [("quality", Fraction(1)), ("nerve", Fraction(0))])
def test_the_criterion_that_is_named_breaks_ties(criterion: str, grade: Fraction) -> None:
    decision = {"model": "joint_panel", "ties": ["criterion"], "tie_criterion": criterion}
    call = call_of(1, decision=decision)

    judged = judged_of(call, CASE, [results(call, quality=7, nerve=1)], frozenset(), frozenset())

    assert judged is not None
    assert judged.tie_grade == grade


CASE: UUID = uuid4()


def results(call: Definition, **scores: int) -> PanelResults:
    """One application, in the panel's eyes."""
    (panel,) = call.panels
    criteria = tuple((each.key, each.title, summarise([scores[each.key]])) for each in call.criteria)
    line = ResultLine(CASE, "MADE-1", "", Result(1, Fraction(4)), Rank(1), 1, 1, criteria, Fraction(4), ())
    return PanelResults(uuid4(), panel.key, panel.title, panel.side, scale_of(call), panel.result, True, (line,))


def test_the_only_sides_panel_is_the_joint_panel() -> None:
    one, two = call_of(1, "joint_panel"), call_of(2, "joint_panel")

    assert check(one) == []
    assert [finding.code for finding in check(two)] == ["no_joint_panel"]
    assert list(joint_rule(one).panels) == ["alpha-panel"]
    assert list(joint_rule(two).panels) == []


# --- The form -----------------------------------------------------------------------------------------------------


@shows("sections.key", "sections.title", "sections.help", "sections.when")
def test_a_section_is_asked_with_its_words_when_its_condition_holds() -> None:
    data = data_of(1)
    more = {"key": "more", "owner": "shared", "title": both("more"), "help": both("help")}
    more |= {"when": {"question": "title_en", "answered": True}}
    question = {"key": "extra", "section": "more", "kind": "short_text", "title": both("extra"), "used_for": ["record"]}
    call = call_of(1, sections=[*data["sections"], more], questions=[*data["questions"], question])

    silent, told = ask(call, {}), ask(call, {"title_en": "A title"}, locale="sv")

    assert [asked.section.key for asked in silent.sections] == ["project", "alpha-money"]
    found = told.sections[-1]
    assert (found.section.key, found.title, found.help) == ("more", "Påhittat: more", "Påhittat: help")
    assert [asked.question.key for asked in found.questions] == ["extra"]
