"""The way of an application, row by row. Buttons, permissions, mails, trail and the drawn diagram follow from here."""

from __future__ import annotations

from collections.abc import Callable

from app.kernel.errors import Problem
from app.workflow.guards import (
    Facts,
    a_signature_is_lacking,
    an_outcome_is_recorded,
    call_is_closed,
    call_is_open,
    every_criterion_is_ticked,
    every_side_has_spoken,
    is_not_released,
    letters_are_ready,
    panels_are_closed,
    panels_are_manned,
)
from app.workflow.machine import Machine, Row
from app.workflow.vocabulary import Effect, Hat, Move, Stage, State

S, M, H, E = State, Move, Hat, Effect
OFFICE = frozenset({H.COORDINATOR})
# Until the release, DECIDED among it: a button that went away would betray that a decision stands.
BEFORE_RELEASE = frozenset({S.SUBMITTED, S.SIGNED, S.ELIGIBLE, S.IN_REVIEW, S.REVIEWED, S.DECIDED})
OUTCOMES = frozenset({S.AWARDED, S.RESERVE, S.DECLINED})


def _none_of(field: str) -> Callable[[Facts], Problem | None]:
    def guard(facts: Facts) -> Problem | None:
        problems: tuple[Problem, ...] = getattr(facts, field)
        return problems[0] if problems else None

    guard.__name__ = f"no_{field}"
    return guard


def _once_in(  # the parts of a row
    move: Move,
    end: State,
    when: tuple[Callable[[Facts], Problem | None], ...],
    *,
    then: tuple[Effect, ...] = (),
    only: frozenset[Stage] = frozenset(),
    without: frozenset[Stage] = frozenset(),
    needs_reason: bool = False,
) -> tuple[Row[State, Move, Facts], Row[State, Move, Facts]]:
    """An office's row that starts when an application is in: submitted, or signed where the call asks for signatures."""
    sign = frozenset({Stage.SIGNATURE})
    unsigned, signed = (
        Row[State, Move, Facts](
            move=move, start=frozenset({start}), end=end, by=OFFICE, when=when, then=then, only=only | more,
            without=without | less, needs_reason=needs_reason,
        )
        for start, more, less in ((State.SUBMITTED, frozenset(), sign), (State.SIGNED, sign, frozenset()))
    )  # fmt: skip
    return unsigned, signed


def outcome_of(facts: Facts) -> State:
    """The state that the recorded outcome leads to."""
    return {"award": S.AWARDED, "reserve": S.RESERVE, "decline": S.DECLINED}[facts.outcome or ""]


# fmt: off
TABLE: Machine[State, Move, Facts] = Machine(
    shut=H.CONFLICTED,
    rows=(
        Row(
            move=M.SUBMIT, start=frozenset({S.DRAFT}), end=S.SUBMITTED, by=frozenset({H.LEAD_APPLICANT}),
            when=(call_is_open, _none_of("problems"), _none_of("waiting_sides"), _none_of("over_cap"),
                  _none_of("unapproved")),
            then=(E.FREEZE, E.RECEIPT),
        ),
        Row(
            move=M.WITHDRAW, start=BEFORE_RELEASE, end=S.WITHDRAWN, by=frozenset({H.LEAD_APPLICANT}),
            then=(E.DROP_LETTERS, E.TELL_WITHDRAWN), needs_reason=True,
        ),
        Row(
            move=M.SIGN_OFF, start=frozenset({S.SUBMITTED}), end=S.SIGNED, by=frozenset({H.SYSTEM}),
            when=(call_is_closed, _none_of("unsigned")), only=frozenset({Stage.SIGNATURE}),
        ),
        Row(
            move=M.WAIVE_SIGNATURE, start=frozenset({S.SUBMITTED}), end=S.SIGNED, by=OFFICE,
            when=(call_is_closed, a_signature_is_lacking), only=frozenset({Stage.SIGNATURE}), needs_reason=True,
        ),
        Row(
            move=M.FAIL_CHECK, start=frozenset({S.SUBMITTED}), end=S.INELIGIBLE, by=OFFICE,
            when=(call_is_closed, a_signature_is_lacking), then=(E.TELL_INELIGIBLE,),
            only=frozenset({Stage.SIGNATURE}), needs_reason=True,
        ),
        *_once_in(
            M.PASS_CHECK, S.ELIGIBLE, (call_is_closed, every_criterion_is_ticked),
            only=frozenset({Stage.ELIGIBILITY}), needs_reason=True,
        ),
        *_once_in(
            M.FAIL_CHECK, S.INELIGIBLE, (call_is_closed,), then=(E.TELL_INELIGIBLE,),
            only=frozenset({Stage.ELIGIBILITY}), needs_reason=True,
        ),
        Row(
            move=M.START_REVIEW, start=frozenset({S.ELIGIBLE}), end=S.IN_REVIEW, by=OFFICE,
            when=(call_is_closed, panels_are_manned), then=(E.ASSIGN,),
            only=frozenset({Stage.ELIGIBILITY, Stage.REVIEW}),
        ),
        *_once_in(
            M.START_REVIEW, S.IN_REVIEW, (call_is_closed, panels_are_manned), then=(E.ASSIGN,),
            only=frozenset({Stage.REVIEW}), without=frozenset({Stage.ELIGIBILITY}),
        ),
        Row(
            move=M.CLOSE_REVIEW, start=frozenset({S.IN_REVIEW}), end=S.REVIEWED, by=frozenset({H.SYSTEM}),
            when=(panels_are_closed,), only=frozenset({Stage.REVIEW}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.REVIEWED}), end=S.DECIDED, by=OFFICE,
            when=(every_side_has_spoken, an_outcome_is_recorded), then=(E.DRAFT_LETTERS,), only=frozenset({Stage.REVIEW}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.ELIGIBLE}), end=S.DECIDED, by=OFFICE,
            when=(every_side_has_spoken, an_outcome_is_recorded), then=(E.DRAFT_LETTERS,),
            only=frozenset({Stage.ELIGIBILITY}), without=frozenset({Stage.REVIEW}),
        ),
        *_once_in(
            M.DECIDE, S.DECIDED, (call_is_closed, every_side_has_spoken, an_outcome_is_recorded),
            then=(E.DRAFT_LETTERS,), without=frozenset({Stage.ELIGIBILITY, Stage.REVIEW}),
        ),
        Row(
            move=M.REOPEN_DECISION, start=frozenset({S.DECIDED}), end=S.REVIEWED, by=OFFICE,
            when=(is_not_released,), then=(E.DROP_LETTERS,), only=frozenset({Stage.REVIEW}), needs_reason=True,
        ),
        Row(
            move=M.REOPEN_DECISION, start=frozenset({S.DECIDED}), end=S.ELIGIBLE, by=OFFICE,
            when=(is_not_released,), then=(E.DROP_LETTERS,),
            only=frozenset({Stage.ELIGIBILITY}), without=frozenset({Stage.REVIEW}), needs_reason=True,
        ),
        Row(
            move=M.REOPEN_DECISION, start=frozenset({S.DECIDED}), end=S.SUBMITTED, by=OFFICE,
            when=(is_not_released,), then=(E.DROP_LETTERS,),
            without=frozenset({Stage.ELIGIBILITY, Stage.REVIEW, Stage.SIGNATURE}), needs_reason=True,
        ),
        Row(
            move=M.REOPEN_DECISION, start=frozenset({S.DECIDED}), end=S.SIGNED, by=OFFICE,
            when=(is_not_released,), then=(E.DROP_LETTERS,), only=frozenset({Stage.SIGNATURE}),
            without=frozenset({Stage.ELIGIBILITY, Stage.REVIEW}), needs_reason=True,
        ),
        Row(
            move=M.RELEASE, start=frozenset({S.DECIDED}), end=outcome_of, ends=OUTCOMES, by=frozenset({H.SYSTEM}),
            when=(an_outcome_is_recorded, letters_are_ready), then=(E.MAKE_AWARD,),
        ),
    ),
)
# fmt: on
