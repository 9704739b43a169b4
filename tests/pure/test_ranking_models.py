"""Models that join what several panels found: fair to the sides, blind to the order of the input, honest about ties."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisions.rules import JointRule, Judged, Proposal, ProposedOutcome, SideVerdict, propose
from app.programmes.definition.vocabulary import TieRule

AWARD, DECLINE, AWAITING = ProposedOutcome.AWARD, ProposedOutcome.DECLINE, ProposedOutcome.AWAITING
SIDES = {"ki": "KI", "mayo": "Mayo"}
EVEN = JointRule({"ki-panel": Fraction(1), "mayo-panel": Fraction(1)}, lead="ki", committee="mayo-panel")
RANKED = ("rank_sum", "weighted_mean_rank", "worst_rank")
GRADED = ("oriented_mean", "oriented_worst")
ORDERED = (*RANKED, *GRADED)


def judged(ki: int, mayo: int, **more: object) -> Judged:
    """Placed by both panels among ten; grades follow the places."""
    grades = {"ki-panel": Fraction(10 - ki, 10), "mayo-panel": Fraction(10 - mayo, 10)}
    return Judged({"ki-panel": ki, "mayo-panel": mayo}, grades, **more)  # type: ignore[arg-type]


def decide(
    model: str, cases: dict[str, Judged], most: int | None = None, rule: JointRule = EVEN
) -> dict[str, ProposedOutcome]:
    return {key: proposal.outcome for key, proposal in proposals(model, cases, most, rule).items()}


def proposals(
    model: str, cases: dict[str, Judged], most: int | None = None, rule: JointRule = EVEN, **said: bool
) -> dict[str, Proposal]:
    verdicts = {key: [SideVerdict(side, word) for side, word in said.items()] for key in cases}
    return propose(model, verdicts, SIDES, most, rule, cases)


places = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2), st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=6
)


@pytest.mark.parametrize("model", ORDERED)
def test_the_best_of_both_panels_come_first(model: str) -> None:
    cases = {"a": judged(1, 1), "b": judged(2, 3), "c": judged(4, 4)}

    assert decide(model, cases, 2) == {"a": AWARD, "b": AWARD, "c": DECLINE}


@pytest.mark.parametrize("model", ORDERED)
@given(given_places=places, most=st.none() | st.integers(0, 4), data=st.data())
def test_the_order_of_the_input_changes_nothing(
    model: str, given_places: dict[str, tuple[int, int]], most: int | None, data: st.DataObject
) -> None:
    cases = {key: judged(*pair) for key, pair in given_places.items()}
    shuffled = dict(data.draw(st.permutations(list(cases.items()))))

    assert proposals(model, shuffled, most) == proposals(model, cases, most)


@pytest.mark.parametrize("model", ORDERED)
@given(given_places=places, most=st.none() | st.integers(0, 4))
def test_with_equal_weights_the_sides_may_change_places(
    model: str, given_places: dict[str, tuple[int, int]], most: int | None
) -> None:
    cases = {key: judged(ki, mayo) for key, (ki, mayo) in given_places.items()}
    exchanged = {key: judged(mayo, ki) for key, (ki, mayo) in given_places.items()}

    assert decide(model, exchanged, most) == decide(model, cases, most)


@pytest.mark.parametrize("model", ORDERED)
@given(given_places=places, most=st.integers(1, 4), data=st.data())
def test_a_better_place_never_makes_the_proposal_worse(
    model: str, given_places: dict[str, tuple[int, int]], most: int, data: st.DataObject
) -> None:
    order = (DECLINE, AWAITING, AWARD)
    if not given_places:
        return
    key = data.draw(st.sampled_from(sorted(given_places)))
    ki, mayo = given_places[key]
    cases = {each: judged(*pair) for each, pair in given_places.items()}
    better = cases | {key: judged(max(1, ki - 1), mayo)}

    assert order.index(decide(model, better, most)[key]) >= order.index(decide(model, cases, most)[key])


@pytest.mark.parametrize("model", ORDERED)
@given(given_places=places, most=st.integers(0, 4))
def test_no_more_awards_than_the_ceiling(model: str, given_places: dict[str, tuple[int, int]], most: int) -> None:
    outcomes = decide(model, {key: judged(*pair) for key, pair in given_places.items()}, most)

    assert list(outcomes.values()).count(AWARD) <= most


def test_weights_turn_the_order() -> None:
    cases = {"a": judged(1, 4), "b": judged(3, 1)}
    for_ki = JointRule({"ki-panel": Fraction(3), "mayo-panel": Fraction(1)})

    assert decide("weighted_mean_rank", cases, 1) == {"a": DECLINE, "b": AWARD}
    assert decide("weighted_mean_rank", cases, 1, for_ki) == {"a": AWARD, "b": DECLINE}


def test_the_worse_rank_counts_where_the_call_says_so() -> None:
    cases = {"a": judged(1, 6), "b": judged(4, 4)}

    assert decide("rank_sum", cases, 1) == {"a": AWARD, "b": DECLINE}
    assert decide("worst_rank", cases, 1) == {"a": DECLINE, "b": AWARD}


def test_equals_at_the_line_stay_open() -> None:
    found = proposals("rank_sum", {"a": judged(1, 2), "b": judged(2, 1), "c": judged(5, 5)}, 1)

    assert {key: proposal.code for key, proposal in found.items()} == {
        "a": "tie_at_line",
        "b": "tie_at_line",
        "c": "below_line",
    }


@pytest.mark.parametrize(
    ("tie", "first", "second"),
    [
        (TieRule.CRITERION, {"tie_grade": Fraction(9, 10)}, {"tie_grade": Fraction(8, 10)}),
        (TieRule.NO_EARLIER_GRANT, {"had_grant": False}, {"had_grant": True}),
        (TieRule.SMALLER_SPREAD, {"spread": Fraction(1, 2)}, {"spread": Fraction(2)}),
    ],
)
def test_a_declared_tie_rule_tells_equals_apart(
    tie: TieRule, first: dict[str, object], second: dict[str, object]
) -> None:
    cases = {"b": judged(1, 2, **second), "a": judged(2, 1, **first)}
    rule = JointRule(EVEN.panels, ties=(tie,))

    assert decide("rank_sum", cases, 1) == {"a": AWAITING, "b": AWAITING}
    assert decide("rank_sum", cases, 1, rule) == {"a": AWARD, "b": DECLINE}


def test_lots_and_the_chair_are_left_to_people() -> None:
    rule = JointRule(EVEN.panels, ties=(TieRule.CHAIR, TieRule.LOTS))

    assert decide("rank_sum", {"a": judged(1, 2), "b": judged(2, 1)}, 1, rule) == {"a": AWAITING, "b": AWAITING}


def test_a_quota_keeps_places_for_other_areas() -> None:
    cases = {"a": judged(1, 1, area="breast"), "b": judged(2, 2, area="breast"), "c": judged(3, 3, area="solid")}
    rule = JointRule(EVEN.panels, quotas={"breast": 1})

    assert decide("rank_sum", cases, 2) == {"a": AWARD, "b": AWARD, "c": DECLINE}
    assert decide("rank_sum", cases, 2, rule) == {"a": AWARD, "b": DECLINE, "c": AWARD}


def test_a_veto_declines_and_is_awaited() -> None:
    cases = {"a": judged(1, 1)}
    rule = JointRule(EVEN.panels, vetoes=frozenset({"mayo"}))

    assert proposals("rank_sum", cases, 1, rule)["a"].outcome is AWAITING
    assert proposals("rank_sum", cases, 1, rule, mayo=False)["a"].outcome is DECLINE
    assert proposals("rank_sum", cases, 1, rule, mayo=True)["a"].outcome is AWARD


def test_below_a_threshold_nothing_is_awarded() -> None:
    found = proposals("rank_sum", {"a": judged(1, 1, below=("Feasibility",)), "b": judged(2, 2)}, 1)

    assert (found["a"].outcome, found["a"].message % found["a"].values) == (
        DECLINE,
        "Below the threshold: Feasibility.",
    )
    assert found["b"].outcome is AWARD


@pytest.mark.parametrize("model", ["study_section_then_committee", "own_first_then_joint_panel"])
def test_the_committee_decides_last(model: str) -> None:
    assert decide(model, {"a": judged(1, 5), "b": judged(5, 1)}, 1) == {"a": DECLINE, "b": AWARD}


def test_the_joint_panel_decides_alone() -> None:
    rule = JointRule({"ki-panel": Fraction(1)})

    assert decide("joint_panel", {"a": judged(1, 5), "b": judged(5, 1)}, 1, rule) == {"a": AWARD, "b": DECLINE}


def test_a_missing_result_is_awaited() -> None:
    half = Judged({"ki-panel": 1}, {"ki-panel": Fraction(1)})

    assert decide("rank_sum", {"a": half, "b": judged(2, 2)}, 1) == {"a": AWAITING, "b": AWARD}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [({"ki": True}, AWARD), ({"ki": False, "mayo": True}, DECLINE), ({"mayo": True}, AWAITING)],
)
def test_the_lead_agency_decides_and_the_others_endorse(said: dict[str, bool], outcome: ProposedOutcome) -> None:
    assert proposals("lead_agency", {"a": Judged()}, None, EVEN, **said)["a"].outcome is outcome


def test_a_veto_holds_against_the_lead_agency_too() -> None:
    rule = JointRule(lead="ki", vetoes=frozenset({"mayo"}))

    assert proposals("lead_agency", {"a": Judged()}, None, rule, ki=True, mayo=False)["a"].outcome is DECLINE


AWAY = replace(
    EVEN,
    vetoes=frozenset({"mayo"}),
    absent={"alone": frozenset({"mayo"})},
    panel_sides={"ki-panel": "ki", "mayo-panel": "mayo"},
)


@pytest.mark.parametrize("model", ORDERED)
def test_a_side_that_stays_away_is_awaited_by_no_order_and_vetoes_nothing(model: str) -> None:
    alone = Judged({"ki-panel": 1}, {"ki-panel": Fraction(9, 10)})
    assert decide(model, {"alone": alone}, 1, AWAY) == {"alone": AWARD}
    assert decide(model, {"alone": alone}, 1, replace(AWAY, absent={})) == {"alone": AWAITING}


def test_the_sum_of_ranks_is_fair_to_whom_fewer_panels_judge() -> None:
    """Second of the one panel that judges it stands between first and third of two."""
    cases = {"alone": Judged({"ki-panel": 2}, {}), "first": judged(1, 1), "third": judged(3, 3)}
    rule = replace(AWAY, vetoes=frozenset())
    assert decide("rank_sum", cases, 2, rule) == {"alone": AWARD, "first": AWARD, "third": DECLINE}


@pytest.mark.parametrize("model", ["both_recommend", "lead_agency"])
def test_nothing_is_awaited_of_a_side_that_stays_away(model: str) -> None:
    said = {key: [SideVerdict("ki", True)] for key in ("alone", "together")}
    found = propose(model, said, SIDES, None, AWAY, {})
    assert {key: proposal.outcome for key, proposal in found.items()} == {"alone": AWARD, "together": AWAITING}
