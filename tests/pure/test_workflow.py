"""The way of an application: properties over every set of stages, every state, move and hat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, Problem, Refusal, Refused
from app.workflow.guards import Facts
from app.workflow.table import TABLE
from app.workflow.vocabulary import Effect, Hat, Move, Stage, State

AT = datetime(2027, 5, 1, tzinfo=UTC)
CLOSED = Facts(at=AT, closes_at=AT - timedelta(days=9), last_instant=AT - timedelta(days=9), outcome="award")
OPEN = Facts(at=AT, closes_at=AT + timedelta(days=9), last_instant=AT + timedelta(days=9), outcome="award")
WRONG = Problem("wrong", "Something is wrong.")
STAGES = tuple(
    frozenset(chosen) for chosen in chain.from_iterable(combinations(Stage, size) for size in range(len(Stage) + 1))
)
FINAL = {State.WITHDRAWN, State.INELIGIBLE, State.AWARDED, State.RESERVE, State.DECLINED}
WHO = {
    Move.SUBMIT: {Hat.LEAD_APPLICANT},
    Move.WITHDRAW: {Hat.LEAD_APPLICANT},
    Move.SIGN_OFF: {Hat.SYSTEM},
    Move.WAIVE_SIGNATURE: {Hat.COORDINATOR},
    Move.PASS_CHECK: {Hat.COORDINATOR},
    Move.FAIL_CHECK: {Hat.COORDINATOR},
    Move.START_REVIEW: {Hat.COORDINATOR},
    Move.CLOSE_REVIEW: {Hat.SYSTEM},
    Move.DECIDE: {Hat.COORDINATOR},
    Move.REOPEN_DECISION: {Hat.COORDINATOR},
    Move.RELEASE: {Hat.SYSTEM},
}
E, R, SIGN = Stage.ELIGIBILITY, Stage.REVIEW, Stage.SIGNATURE
# Typed again by hand, from the issue and not from the table: where each move leads, for each set of stages.
EXPECTED: dict[frozenset[Stage], set[tuple[State, Move, State]]] = {}
for _stages in STAGES:
    _in = State.SIGNED if SIGN in _stages else State.SUBMITTED
    _ready = State.REVIEWED if R in _stages else State.ELIGIBLE if E in _stages else _in
    _ways = {
        (State.DRAFT, Move.SUBMIT, State.SUBMITTED),
        (_ready, Move.DECIDE, State.DECIDED),
        (State.DECIDED, Move.REOPEN_DECISION, _ready),
        (State.DECIDED, Move.RELEASE, State.AWARDED),
    }
    _ways |= {
        (state, Move.WITHDRAW, State.WITHDRAWN)
        for state in (State.SUBMITTED, State.SIGNED, State.ELIGIBLE, State.IN_REVIEW, State.REVIEWED, State.DECIDED)
    }
    if SIGN in _stages:
        _ways |= {
            (State.SUBMITTED, Move.SIGN_OFF, State.SIGNED),
            (State.SUBMITTED, Move.WAIVE_SIGNATURE, State.SIGNED),
            (State.SUBMITTED, Move.FAIL_CHECK, State.INELIGIBLE),
        }
    if E in _stages:
        _ways |= {
            (_in, Move.PASS_CHECK, State.ELIGIBLE),
            (_in, Move.FAIL_CHECK, State.INELIGIBLE),
        }
    if R in _stages:
        _ways |= {
            (State.ELIGIBLE if E in _stages else _in, Move.START_REVIEW, State.IN_REVIEW),
            (State.IN_REVIEW, Move.CLOSE_REVIEW, State.REVIEWED),
        }
    EXPECTED[_stages] = _ways


def acting(*hats: Hat) -> Acting:
    return Acting(None, "Somebody", frozenset(hats))


def facts_for(move: Move) -> Facts:
    if move in (Move.WAIVE_SIGNATURE, Move.FAIL_CHECK):
        return replace(CLOSED, unsigned=(WRONG,), lacking_signatures=(WRONG,))
    return OPEN if move is Move.SUBMIT else CLOSED


@pytest.mark.parametrize("stages", STAGES, ids=lambda s: "+".join(sorted(s)) or "none")
@pytest.mark.parametrize("hat", list(Hat))
def test_every_triple_is_as_written_down(hat: Hat, stages: frozenset[Stage]) -> None:
    expected, found = set(), set()
    for state, move in product(State, Move):
        expected |= {
            (state, move, end)
            for start, way, end in EXPECTED[stages]
            if (start, way) == (state, move) and hat in WHO[move]
        }
        try:
            found.add((state, move, TABLE.step(state, move, acting(hat), facts_for(move), stages, "a reason").end))
        except NotAllowed:
            continue
    assert found == expected


@pytest.mark.parametrize("stages", STAGES, ids=lambda s: "+".join(sorted(s)) or "none")
def test_an_award_stays_possible_from_every_state_that_is_not_final(stages: frozenset[Stage]) -> None:
    reached, todo = {State.DRAFT}, [State.DRAFT]
    ways: dict[State, set[State]] = {}
    while todo:
        state = todo.pop()
        for row in TABLE.rows_from(state, stages):
            for end in row.reachable():
                ways.setdefault(state, set()).add(end)
                if end not in reached:
                    reached.add(end)
                    todo.append(end)
    can_win = {State.AWARDED}
    while True:
        more = {state for state, ends in ways.items() if ends & can_win} - can_win
        if not more:
            break
        can_win |= more
    assert reached - FINAL <= can_win
    assert {state for state in reached if state not in ways} <= FINAL


problems = st.lists(st.just(WRONG), max_size=1).map(tuple)
facts = st.builds(
    Facts,
    at=st.just(AT),
    last_instant=st.sampled_from([AT - timedelta(days=1), AT + timedelta(days=1)]),
    problems=problems,
    waiting_sides=problems,
    over_cap=problems,
    unapproved=problems,
    unsigned=problems,
    lacking_signatures=problems,
    unticked=problems,
    thin_panels=problems,
    open_panels=problems,
    missing_verdicts=problems,
    outcome=st.sampled_from([None, "award", "reserve", "decline"]),
    outcome_problem=st.sampled_from([None, WRONG]),
    is_released=st.booleans(),
    release_problem=st.sampled_from([None, WRONG]),
)
hats = st.frozensets(st.sampled_from(list(Hat)))


@given(state=st.sampled_from(list(State)), hats=hats, facts=facts, stages=st.sampled_from(STAGES))
def test_what_is_offered_is_exactly_what_can_be_done(
    state: State, hats: frozenset[Hat], facts: Facts, stages: frozenset[Stage]
) -> None:
    by = acting(*hats)
    open_moves = {offer.move for offer in TABLE.offers(state, by, facts, stages) if offer.is_open}
    possible = set()
    for move in Move:
        try:
            TABLE.step(state, move, by, facts, stages, "a reason")
            possible.add(move)
        except Refusal:
            pass
    assert open_moves == possible


@given(state=st.sampled_from(list(State)), hats=hats, facts=facts, stages=st.sampled_from(STAGES))
def test_a_conflict_opens_nothing(state: State, hats: frozenset[Hat], facts: Facts, stages: frozenset[Stage]) -> None:
    by = acting(*hats, Hat.CONFLICTED)
    assert TABLE.offers(state, by, facts, stages) == ()
    for move in Move:
        with pytest.raises(NotAllowed):
            TABLE.step(state, move, by, facts, stages, "a reason")


@given(
    facts=facts, stages=st.sampled_from(STAGES), state=st.sampled_from(list(State)), move=st.sampled_from(list(Move))
)
def test_no_step_passes_a_guard_that_names_a_problem(
    facts: Facts, stages: frozenset[Stage], state: State, move: Move
) -> None:
    by = acting(*WHO[move])
    for row in TABLE.rows_from(state, stages):
        if row.move is move and any(guard(facts) for guard in row.when):
            with pytest.raises(Refused):
                TABLE.step(state, move, by, facts, stages, "a reason")


def test_a_move_that_needs_a_reason_is_refused_without_one() -> None:
    with pytest.raises(Refused) as no:
        TABLE.step(State.SUBMITTED, Move.FAIL_CHECK, acting(Hat.COORDINATOR), CLOSED, {E}, "   ")
    assert [problem.code for problem in no.value.problems] == ["reason_missing"]


def test_from_one_state_a_move_has_one_row_in_every_call() -> None:
    for stages in STAGES:
        for state in State:
            moves = [row.move for row in TABLE.rows_from(state, stages)]
            assert len(moves) == len(set(moves))


def test_every_effect_is_named_by_a_row() -> None:
    assert {effect for row in TABLE.rows for effect in row.then} == set(Effect)


@pytest.mark.parametrize(("before", "is_refused"), [(-1, False), (0, False), (1, True)])
def test_the_deadline_is_an_instant(before: int, is_refused: bool) -> None:
    deadline = AT
    facts = Facts(at=deadline + timedelta(seconds=before), closes_at=deadline, last_instant=deadline)
    try:
        TABLE.step(State.DRAFT, Move.SUBMIT, acting(Hat.LEAD_APPLICANT), facts, {E, R})
        refused: list[str] = []
    except Refused as no:
        refused = [problem.code for problem in no.problems]
    assert refused == (["call_closed"] if is_refused else [])
