"""The joint rule knows no number of sides: it is fair to all of them, and one more yes never harms."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisions.rules import MODELS, Proposal, ProposedOutcome, SideVerdict, over_ceiling, propose
from app.programmes.definition.vocabulary import DecisionModel

AWARD, DECLINE, AWAITING = ProposedOutcome.AWARD, ProposedOutcome.DECLINE, ProposedOutcome.AWAITING
ORDER = (DECLINE, AWAITING, AWARD)
NAMES = {"ki": "KI", "mayo": "Mayo Clinic", "third": "Third", "fourth": "Fourth"}
words = st.sampled_from((True, False, None))


def proposal_for(said: Mapping[str, bool | None], sides: Mapping[str, str] | None = None) -> Proposal:
    verdicts = [SideVerdict(side, word) for side, word in said.items()]
    named = {side: NAMES[side] for side in said}
    return propose("both_recommend", {"one": verdicts}, named if sides is None else sides)["one"]


@st.composite
def sayings(draw: st.DrawFn) -> dict[str, bool | None]:
    """What one to four sides say."""
    keys = list(NAMES)[: draw(st.integers(1, len(NAMES)))]
    return {key: draw(words) for key in keys}


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_every_combination_of_verdicts_has_its_outcome(n: int) -> None:
    for said in product((True, False, None), repeat=n):
        expected = DECLINE if False in said else AWAITING if None in said else AWARD
        assert proposal_for(dict(zip(NAMES, said, strict=False))).outcome is expected


@given(sayings(), st.data())
def test_a_better_verdict_never_makes_the_proposal_worse(said: dict[str, bool | None], data: st.DataObject) -> None:
    side = data.draw(st.sampled_from(sorted(said)))
    grades = [ORDER.index(proposal_for(said | {side: word}).outcome) for word in (False, None, True)]
    assert grades == sorted(grades)


@given(sayings(), st.data())
def test_the_rule_is_the_same_for_every_side(said: dict[str, bool | None], data: st.DataObject) -> None:
    exchanged = dict(zip(said, data.draw(st.permutations(list(said.values()))), strict=True))
    one, other = proposal_for(said), proposal_for(exchanged)
    assert (one.outcome, one.code, one.message) == (other.outcome, other.code, other.message)


@given(sayings(), st.data())
def test_the_order_in_which_verdicts_come_changes_nothing(said: dict[str, bool | None], data: st.DataObject) -> None:
    sides = {side: NAMES[side] for side in said}
    shuffled = dict(data.draw(st.permutations(list(said.items()))))
    assert proposal_for(shuffled, sides) == proposal_for(said, sides)


@given(st.dictionaries(st.integers(0, 20), st.tuples(words, words), max_size=6), st.data())
def test_applications_do_not_touch_one_another(said: dict[int, tuple[bool | None, ...]], data: st.DataObject) -> None:
    sides = {"ki": "KI", "mayo": "Mayo Clinic"}
    verdicts = {key: [SideVerdict(*one) for one in zip(sides, two, strict=True)] for key, two in said.items()}
    together = propose("both_recommend", verdicts, sides)
    shuffled = dict(data.draw(st.permutations(list(verdicts.items()))))
    assert propose("both_recommend", shuffled, sides) == together
    for key, own in verdicts.items():
        assert propose("both_recommend", {key: own}, sides, 1) == {key: together[key]}


@given(sayings())
def test_a_side_that_has_not_written_is_awaited(said: dict[str, bool | None]) -> None:
    sides = {side: NAMES[side] for side in said}
    spoken = {side: word for side, word in said.items() if word is not None}
    assert proposal_for(spoken, sides) == proposal_for(said, sides)


@given(sayings())
def test_a_proposal_names_every_side_once(said: dict[str, bool | None]) -> None:
    proposal = proposal_for(said)
    groups = (proposal.recommending, proposal.against, proposal.awaited)
    assert sorted(side for group in groups for side in group) == sorted(said)
    sentence = proposal.message % proposal.values
    assert all(sentence.count(NAMES[side]) == 1 for side in said)


@pytest.mark.parametrize(
    ("ki", "mayo", "code", "sentence"),
    [
        (True, True, "all_recommend", "Recommended by KI, Mayo Clinic."),
        (True, False, "not_all_recommend", "Recommended by KI, not by Mayo Clinic."),
        (True, None, "verdict_awaited", "Recommended by KI, awaiting Mayo Clinic."),
        (False, None, "not_all_recommend", "Not recommended by KI. Mayo Clinic cannot turn this."),
        (False, False, "not_all_recommend", "Not recommended by KI, Mayo Clinic."),
        (None, None, "verdict_awaited", "Awaiting KI, Mayo Clinic."),
    ],
)
def test_a_proposal_says_why(ki: bool | None, mayo: bool | None, code: str, sentence: str) -> None:
    proposal = proposal_for({"ki": ki, "mayo": mayo})
    assert (proposal.code, proposal.message % proposal.values) == (code, sentence)


@given(st.lists(st.sampled_from(ORDER), max_size=8), st.none() | st.integers(0, 8))
def test_the_ceiling_is_not_a_target(outcomes: list[ProposedOutcome], ceiling: int | None) -> None:
    proposals = dict(enumerate(Proposal(outcome, "any", "any", {}) for outcome in outcomes))
    over = over_ceiling(proposals, ceiling)
    awards = outcomes.count(AWARD)
    assert over == (max(0, awards - ceiling) if ceiling is not None else 0)


def test_every_declared_model_is_known() -> None:
    assert set(MODELS) == set(DecisionModel)


def test_what_makes_no_sense_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no joint decision model"):
        propose("toss_a_coin", {}, {"ki": "KI"})
    with pytest.raises(ValueError, match="without sides"):
        propose("both_recommend", {"one": []}, {})
    with pytest.raises(ValueError, match="not in the call"):
        propose("both_recommend", {"one": [SideVerdict("stranger", True)]}, {"ki": "KI"})
    with pytest.raises(ValueError, match="spoken already"):
        propose("both_recommend", {"one": [SideVerdict("ki", True), SideVerdict("ki", False)]}, {"ki": "KI"})
