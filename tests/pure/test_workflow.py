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
CLOSED = Facts(
    at=AT,
    closes_at=AT - timedelta(days=9),
    last_instant=AT - timedelta(days=9),
    grace_ends_at=AT - timedelta(days=9),
    outcome="award",
    outline_result="invited",
)
OPEN = Facts(
    at=AT,
    closes_at=AT + timedelta(days=9),
    last_instant=AT + timedelta(days=9),
    grace_ends_at=AT + timedelta(days=9),
    outcome="award",
)
WRONG = Problem("wrong", "Something is wrong.")
STAGES = tuple(
    frozenset(chosen) for chosen in chain.from_iterable(combinations(Stage, size) for size in range(len(Stage) + 1))
)
FINAL = {State.WITHDRAWN, State.INELIGIBLE, State.NOT_INVITED, State.AWARDED, State.RESERVE, State.DECLINED}
WHO = {
    Move.SUBMIT: {Hat.LEAD_APPLICANT, Hat.CO_SUBMITTER},
    Move.TAKE_BACK: {Hat.LEAD_APPLICANT},
    Move.STAND: {Hat.SYSTEM},
    Move.WITHDRAW: {Hat.LEAD_APPLICANT},
    Move.UNDO_WITHDRAW: {Hat.LEAD_APPLICANT},
    Move.SIGN_OFF: {Hat.SYSTEM},
    Move.WAIVE_SIGNATURE: {Hat.COORDINATOR},
    Move.PASS_CHECK: {Hat.COORDINATOR},
    Move.FAIL_CHECK: {Hat.COORDINATOR},
    Move.START_REVIEW: {Hat.COORDINATOR},
    Move.CLOSE_REVIEW: {Hat.SYSTEM},
    Move.DECIDE_OUTLINE: {Hat.COORDINATOR},
    Move.REOPEN_OUTLINE: {Hat.COORDINATOR},
    Move.RELEASE_OUTLINE: {Hat.SYSTEM},
    Move.SET_ASIDE: {Hat.COORDINATOR},
    Move.BRING_BACK: {Hat.COORDINATOR, Hat.CHAIR},
    Move.OPEN_REJOINDER: {Hat.COORDINATOR},
    Move.INVITE_TO_INTERVIEW: {Hat.COORDINATOR},
    Move.NOTE_INTERVIEW: {Hat.COORDINATOR},
    Move.DECIDE: {Hat.COORDINATOR},
    Move.REOPEN_DECISION: {Hat.COORDINATOR},
    Move.RELEASE: {Hat.SYSTEM},
}
E, R, SIGN = Stage.ELIGIBILITY, Stage.REVIEW, Stage.SIGNATURE
OUTLINES = {
    State.OUTLINE_SUBMITTED,
    State.OUTLINE_REOPENED,
    State.OUTLINE_ELIGIBLE,
    State.OUTLINE_IN_REVIEW,
    State.OUTLINE_REVIEWED,
    State.OUTLINE_DECIDED,
}
AFTER_REVIEW = {State.REVIEWED, State.SET_ASIDE, State.IN_REJOINDER, State.TO_INTERVIEW, State.INTERVIEWED}
BACK = {State.SUBMITTED, State.REOPENED, State.INVITED, State.OUTLINE_SUBMITTED, State.OUTLINE_REOPENED}
"""Where a withdrawal is undone to: wherever only the applicants have had the application in hand."""
Way = tuple[State, Move, State]


def outline_ways(stages: frozenset[Stage]) -> set[Way]:
    checked = State.OUTLINE_ELIGIBLE if E in stages else State.OUTLINE_SUBMITTED
    ways = {
        (State.DRAFT, Move.SUBMIT, State.OUTLINE_SUBMITTED),
        (State.DRAFT, Move.SUBMIT, State.INVITED),  # where outlines are not chosen among
        (checked, Move.DECIDE_OUTLINE, State.OUTLINE_DECIDED),  # where no panel judges them
        (State.OUTLINE_DECIDED, Move.RELEASE_OUTLINE, State.NOT_INVITED),
        (State.INVITED, Move.SUBMIT, State.SUBMITTED),
        (State.OUTLINE_SUBMITTED, Move.TAKE_BACK, State.OUTLINE_REOPENED),
        (State.OUTLINE_REOPENED, Move.SUBMIT, State.OUTLINE_SUBMITTED),
        (State.OUTLINE_REOPENED, Move.STAND, State.OUTLINE_SUBMITTED),
        (State.OUTLINE_DECIDED, Move.REOPEN_OUTLINE, State.OUTLINE_REVIEWED),
        (State.OUTLINE_DECIDED, Move.RELEASE_OUTLINE, State.INVITED),
    }
    if E in stages:
        ways |= {
            (State.OUTLINE_SUBMITTED, Move.PASS_CHECK, State.OUTLINE_ELIGIBLE),
            (State.OUTLINE_SUBMITTED, Move.FAIL_CHECK, State.INELIGIBLE),
        }
    if R in stages:
        ways |= {
            (checked, Move.START_REVIEW, State.OUTLINE_IN_REVIEW),
            (State.OUTLINE_IN_REVIEW, Move.CLOSE_REVIEW, State.OUTLINE_REVIEWED),
            (State.OUTLINE_REVIEWED, Move.DECIDE_OUTLINE, State.OUTLINE_DECIDED),
        }
    return ways


def later_ways(stages: frozenset[Stage]) -> set[Way]:
    """What may come between review and decision. An award follows the interview, where there is one."""
    ways: set[Way] = set()
    answered = State.IN_REJOINDER if Stage.REJOINDER in stages else State.REVIEWED
    if Stage.REJOINDER in stages:
        ways.add((State.REVIEWED, Move.OPEN_REJOINDER, State.IN_REJOINDER))
    if Stage.TRIAGE in stages:
        ways |= {
            (State.REVIEWED, Move.SET_ASIDE, State.SET_ASIDE),
            (State.SET_ASIDE, Move.BRING_BACK, State.REVIEWED),
            (State.SET_ASIDE, Move.DECIDE, State.DECIDED),
        }
    if Stage.INTERVIEW in stages:
        ways |= {
            (answered, Move.INVITE_TO_INTERVIEW, State.TO_INTERVIEW),
            (State.TO_INTERVIEW, Move.NOTE_INTERVIEW, State.INTERVIEWED),
            (State.INTERVIEWED, Move.DECIDE, State.DECIDED),
        }
    ways.add((answered, Move.DECIDE, State.DECIDED))
    return ways


# Typed again by hand, from the issue and not from the table: where each move leads, for each set of stages.
EXPECTED: dict[frozenset[Stage], set[Way]] = {}
for _stages in STAGES:
    _in = State.SIGNED if SIGN in _stages else State.SUBMITTED
    _ready = State.REVIEWED if R in _stages else State.ELIGIBLE if E in _stages else _in
    _ways = {
        (State.DECIDED, Move.REOPEN_DECISION, _ready),
        (State.DECIDED, Move.RELEASE, State.AWARDED),
        (State.DECIDED, Move.RELEASE, State.DECLINED),
    }
    _ways |= outline_ways(_stages) if Stage.OUTLINE in _stages else {(State.DRAFT, Move.SUBMIT, State.SUBMITTED)}
    _ways |= later_ways(_stages) if R in _stages else {(_ready, Move.DECIDE, State.DECIDED)}
    _ways |= {
        (state, Move.WITHDRAW, State.WITHDRAWN)
        for state in {
            State.SUBMITTED,
            State.REOPENED,
            State.SIGNED,
            State.ELIGIBLE,
            State.IN_REVIEW,
            State.DECIDED,
            State.INVITED,
        }
        | AFTER_REVIEW
        | OUTLINES
    }
    _ways |= {
        (State.SUBMITTED, Move.TAKE_BACK, State.REOPENED),
        (State.REOPENED, Move.SUBMIT, State.SUBMITTED),
        (State.REOPENED, Move.STAND, State.SUBMITTED),
        *((State.WITHDRAWN, Move.UNDO_WITHDRAW, end) for end in BACK),
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


def facts_for(move: Move) -> tuple[Facts, ...]:
    """Everything in order, in the ways in which an end or a guard depends on it."""
    if move is Move.SUBMIT:
        return OPEN, replace(OPEN, outline_selects=False)
    if move is Move.TAKE_BACK:
        return (OPEN,)
    if move is Move.UNDO_WITHDRAW:
        return tuple(replace(OPEN, came_from=end.value) for end in State)
    if move in (Move.WAIVE_SIGNATURE, Move.FAIL_CHECK):
        return (replace(CLOSED, unsigned=(WRONG,), lacking_signatures=(WRONG,)),)
    return CLOSED, replace(CLOSED, outcome="decline", outline_result="not_invited", outline_is_judged=False)


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
        for known in facts_for(move):
            try:
                found.add((state, move, TABLE.step(state, move, acting(hat), known, stages, "a reason").end))
            except Refusal:
                continue
    assert found == expected


@pytest.mark.parametrize("stages", STAGES, ids=lambda s: "+".join(sorted(s)) or "none")
def test_an_award_stays_possible_from_every_state_that_is_not_final(stages: frozenset[Stage]) -> None:
    reached, todo = {State.DRAFT}, [State.DRAFT]
    ways: dict[State, set[State]] = {}
    while todo:
        state = todo.pop()
        for row in TABLE.rows_from(state, stages):
            for end in TABLE.ends_of(row, stages):
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
    closes_at=st.sampled_from([AT - timedelta(days=1), AT + timedelta(days=1)]),
    last_instant=st.sampled_from([AT - timedelta(days=1), AT + timedelta(days=1)]),
    grace_ends_at=st.sampled_from([None, AT - timedelta(days=1), AT + timedelta(days=1)]),
    came_from=st.sampled_from([None, *(state.value for state in State)]),
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
    outline_selects=st.booleans(),
    outline_is_judged=st.booleans(),
    outline_result=st.sampled_from([None, "invited", "not_invited"]),
    outline_is_released=st.booleans(),
    outline_release_problem=st.sampled_from([None, WRONG]),
    rejoinder_until=st.sampled_from([None, AT - timedelta(days=1), AT + timedelta(days=1)]),
    interview_problem=st.sampled_from([None, WRONG]),
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


def test_an_award_needs_the_interview_and_what_is_set_aside_is_only_declined() -> None:
    stages = {R, Stage.INTERVIEW, Stage.TRIAGE}
    for state, code in ((State.REVIEWED, "interview_first"), (State.SET_ASIDE, "set_aside")):
        with pytest.raises(Refused) as no:
            TABLE.step(state, Move.DECIDE, acting(Hat.COORDINATOR), CLOSED, stages)
        assert [problem.code for problem in no.value.problems] == [code]
        assert TABLE.step(state, Move.DECIDE, acting(Hat.COORDINATOR), replace(CLOSED, outcome="decline"), stages)


@pytest.mark.parametrize(("minutes", "is_refused"), [(-1, True), (0, True), (1, False)])
def test_nothing_is_decided_while_the_applicants_may_still_answer_the_reviews(minutes: int, is_refused: bool) -> None:
    facts = replace(CLOSED, rejoinder_until=AT - timedelta(minutes=minutes))
    try:
        TABLE.step(State.IN_REJOINDER, Move.DECIDE, acting(Hat.COORDINATOR), facts, {R, Stage.REJOINDER})
        refused: list[str] = []
    except Refused as no:
        refused = [problem.code for problem in no.problems]
    assert refused == (["rejoinder_open"] if is_refused else [])


def test_a_reopened_decision_goes_back_to_where_it_was_taken() -> None:
    stages = {R, Stage.TRIAGE, Stage.INTERVIEW}
    for state in (State.REVIEWED, State.SET_ASIDE, State.INTERVIEWED):
        facts = replace(CLOSED, came_from=state.value)
        step = TABLE.step(State.DECIDED, Move.REOPEN_DECISION, acting(Hat.COORDINATOR), facts, stages, "A mistake.")
        assert step.end is state
