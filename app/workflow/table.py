"""The way of an application, row by row. Buttons, permissions, mails, trail and the drawn diagram follow from here."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from app.kernel.errors import Problem
from app.workflow.guards import (
    UNDOABLE,
    Facts,
    a_signature_is_lacking,
    an_outcome_is_recorded,
    an_outline_result_is_recorded,
    call_is_closed,
    call_is_open,
    every_criterion_is_ticked,
    every_side_has_spoken,
    is_declined,
    is_no_award,
    is_not_released,
    it_was_not_taken_further,
    letters_are_ready,
    no_signature_is_needed,
    outline_letters_are_ready,
    outlines_are_not_released,
    outlines_have_a_panel,
    outlines_have_no_panel,
    panels_are_closed,
    panels_are_manned,
    the_answer_is_in,
    the_deadline_is_ahead,
    the_deadline_is_over,
    the_interview_is_in_order,
)
from app.workflow.machine import Machine, Row
from app.workflow.vocabulary import Effect, Hat, Move, Stage, State

S, M, H, E = State, Move, Hat, Effect
OFFICE = frozenset({H.COORDINATOR})
SUBMITTING = frozenset({H.LEAD_APPLICANT, H.CO_SUBMITTER})
# Until the release, DECIDED among it: a button that went away would betray that a decision stands.
OF_OUTLINE = frozenset(
    {
        S.OUTLINE_SUBMITTED,
        S.OUTLINE_REOPENED,
        S.OUTLINE_ELIGIBLE,
        S.OUTLINE_IN_REVIEW,
        S.OUTLINE_REVIEWED,
        S.OUTLINE_DECIDED,
    }
)
AFTER_REVIEW = frozenset({S.REVIEWED, S.SET_ASIDE, S.IN_REJOINDER, S.TO_INTERVIEW, S.INTERVIEWED})
BEFORE_RELEASE = (
    frozenset({S.SUBMITTED, S.REOPENED, S.SIGNED, S.ELIGIBLE, S.IN_REVIEW, S.DECIDED, S.INVITED})
    | AFTER_REVIEW
    | OF_OUTLINE
)
TAKEN_BACK = frozenset({S.REOPENED, S.OUTLINE_REOPENED})
"""Submitted, and being improved. For everybody but the team the version that was submitted last stands meanwhile."""
IMPROVABLE = frozenset({S.SUBMITTED, S.OUTLINE_SUBMITTED})
"""Submitted, and in nobody's hands yet: until the deadline it can be taken back."""
WRITTEN = frozenset({S.DRAFT, S.INVITED}) | TAKEN_BACK
"""States in which the applicants write; the invited ones have sent an outline before."""
UNSENT = WRITTEN - TAKEN_BACK
"""What is written here has not been submitted in any version: it is private to its team, and nobody waits for it."""
DECIDABLE = frozenset({S.REVIEWED, S.SET_ASIDE, S.IN_REJOINDER, S.INTERVIEWED})
BELONGS: dict[State, frozenset[StrEnum]] = {
    **dict.fromkeys((*OF_OUTLINE, S.INVITED, S.NOT_INVITED), frozenset({Stage.OUTLINE})),
    S.OUTLINE_ELIGIBLE: frozenset({Stage.OUTLINE, Stage.ELIGIBILITY}),
    S.OUTLINE_REVIEWED: frozenset({Stage.OUTLINE, Stage.REVIEW}),
    S.SET_ASIDE: frozenset({Stage.TRIAGE}),
    S.IN_REJOINDER: frozenset({Stage.REJOINDER}),
    **dict.fromkeys((S.TO_INTERVIEW, S.INTERVIEWED), frozenset({Stage.INTERVIEW})),
    S.SIGNED: frozenset({Stage.SIGNATURE}),
}
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


def after_the_outline(facts: Facts) -> State:
    """Where outlines are not chosen among, whoever sent one goes on writing at once."""
    return S.OUTLINE_SUBMITTED if facts.outline_selects else S.INVITED


def as_invited(facts: Facts) -> State:
    """The state that the recorded result of an outline leads to."""
    return {"invited": S.INVITED, "not_invited": S.NOT_INVITED}[facts.outline_result or ""]


def where_it_was(facts: Facts) -> State:
    """The state from which it was decided."""
    return State(facts.came_from or S.REVIEWED)


def where_it_was_withdrawn(facts: Facts) -> State:
    """The state from which it was withdrawn."""
    return State(facts.came_from or S.SUBMITTED)


def where_the_outline_was(facts: Facts) -> State:
    """The state from which the outline was decided."""
    return State(facts.came_from or S.OUTLINE_REVIEWED)


COMPLETE = (
    call_is_open, _none_of("problems"), _none_of("waiting_sides"), _none_of("over_cap"), _none_of("unapproved"),
)  # fmt: skip

# fmt: off
TABLE: Machine[State, Move, Facts] = Machine(
    shut=H.CONFLICTED, belongs=BELONGS,
    rows=(
        Row(
            move=M.SUBMIT, start=frozenset({S.DRAFT}), end=S.SUBMITTED, by=SUBMITTING,
            when=COMPLETE, then=(E.FREEZE, E.RECEIPT), without=frozenset({Stage.OUTLINE}),
        ),
        Row(
            move=M.SUBMIT, start=frozenset({S.DRAFT}), end=after_the_outline,
            ends=frozenset({S.OUTLINE_SUBMITTED, S.INVITED}), by=SUBMITTING,
            when=COMPLETE, then=(E.FREEZE, E.RECEIPT, E.OPEN_FULL_FORM), only=frozenset({Stage.OUTLINE}),
        ),
        Row(
            move=M.SUBMIT, start=frozenset({S.INVITED}), end=S.SUBMITTED, by=SUBMITTING,
            when=COMPLETE, then=(E.FREEZE, E.RECEIPT), only=frozenset({Stage.OUTLINE}),
        ),
        Row(
            move=M.SUBMIT, start=frozenset({S.REOPENED}), end=S.SUBMITTED, by=SUBMITTING,
            when=COMPLETE, then=(E.FREEZE, E.RECEIPT),
        ),
        Row(
            move=M.SUBMIT, start=frozenset({S.OUTLINE_REOPENED}), end=S.OUTLINE_SUBMITTED,
            by=SUBMITTING, when=COMPLETE, then=(E.FREEZE, E.RECEIPT),
            only=frozenset({Stage.OUTLINE}),
        ),
        Row(
            move=M.TAKE_BACK, start=frozenset({S.SUBMITTED}), end=S.REOPENED, by=frozenset({H.LEAD_APPLICANT}),
            when=(the_deadline_is_ahead,), then=(E.KEEP_STANDING, E.TELL_TAKEN_BACK),
        ),
        Row(
            move=M.TAKE_BACK, start=frozenset({S.OUTLINE_SUBMITTED}), end=S.OUTLINE_REOPENED,
            by=frozenset({H.LEAD_APPLICANT}), when=(the_deadline_is_ahead,),
            then=(E.KEEP_STANDING, E.TELL_TAKEN_BACK), only=frozenset({Stage.OUTLINE}),
        ),
        Row(
            move=M.STAND, start=frozenset({S.REOPENED}), end=S.SUBMITTED, by=frozenset({H.SYSTEM}),
            when=(the_deadline_is_over,), then=(E.PUT_BACK, E.TELL_STANDS),
        ),
        Row(
            move=M.STAND, start=frozenset({S.OUTLINE_REOPENED}), end=S.OUTLINE_SUBMITTED, by=frozenset({H.SYSTEM}),
            when=(the_deadline_is_over,), then=(E.PUT_BACK, E.TELL_STANDS), only=frozenset({Stage.OUTLINE}),
        ),
        Row(
            move=M.UNDO_WITHDRAW, start=frozenset({S.WITHDRAWN}), end=where_it_was_withdrawn,
            ends=UNDOABLE, by=frozenset({H.LEAD_APPLICANT}),
            when=(it_was_not_taken_further, the_deadline_is_ahead, _none_of("problems")), then=(E.TELL_UNDONE,),
        ),
        Row(
            move=M.WITHDRAW, start=BEFORE_RELEASE, end=S.WITHDRAWN, by=frozenset({H.LEAD_APPLICANT}),
            then=(E.DROP_LETTERS, E.DROP_OUTLINE_LETTERS, E.TELL_WITHDRAWN), needs_reason=True,
        ),
        # --- The outline ------------------------------------------------------------------------------------------
        Row(
            move=M.PASS_CHECK, start=frozenset({S.OUTLINE_SUBMITTED}), end=S.OUTLINE_ELIGIBLE, by=OFFICE,
            when=(call_is_closed, every_criterion_is_ticked), then=(E.TELL_ELIGIBLE,),
            only=frozenset({Stage.OUTLINE, Stage.ELIGIBILITY}), needs_reason=True,
        ),
        Row(
            move=M.FAIL_CHECK, start=frozenset({S.OUTLINE_SUBMITTED}), end=S.INELIGIBLE, by=OFFICE,
            when=(call_is_closed,), then=(E.TELL_INELIGIBLE,),
            only=frozenset({Stage.OUTLINE, Stage.ELIGIBILITY}), needs_reason=True,
        ),
        Row(
            move=M.START_REVIEW, start=frozenset({S.OUTLINE_ELIGIBLE}), end=S.OUTLINE_IN_REVIEW, by=OFFICE,
            when=(call_is_closed, outlines_have_a_panel, panels_are_manned), then=(E.ASSIGN,),
            only=frozenset({Stage.OUTLINE, Stage.ELIGIBILITY, Stage.REVIEW}),
        ),
        Row(
            move=M.START_REVIEW, start=frozenset({S.OUTLINE_SUBMITTED}), end=S.OUTLINE_IN_REVIEW, by=OFFICE,
            when=(call_is_closed, outlines_have_a_panel, panels_are_manned), then=(E.ASSIGN,),
            only=frozenset({Stage.OUTLINE, Stage.REVIEW}), without=frozenset({Stage.ELIGIBILITY}),
        ),
        Row(
            move=M.CLOSE_REVIEW, start=frozenset({S.OUTLINE_IN_REVIEW}), end=S.OUTLINE_REVIEWED,
            by=frozenset({H.SYSTEM}), when=(panels_are_closed,), only=frozenset({Stage.OUTLINE, Stage.REVIEW}),
        ),
        Row(
            move=M.DECIDE_OUTLINE, start=frozenset({S.OUTLINE_REVIEWED}), end=S.OUTLINE_DECIDED, by=OFFICE,
            when=(an_outline_result_is_recorded,), then=(E.DRAFT_OUTLINE_LETTERS,),
            only=frozenset({Stage.OUTLINE, Stage.REVIEW}),
        ),
        Row(
            move=M.DECIDE_OUTLINE, start=frozenset({S.OUTLINE_ELIGIBLE}), end=S.OUTLINE_DECIDED, by=OFFICE,
            when=(outlines_have_no_panel, an_outline_result_is_recorded), then=(E.DRAFT_OUTLINE_LETTERS,),
            only=frozenset({Stage.OUTLINE, Stage.ELIGIBILITY}),
        ),
        Row(
            move=M.DECIDE_OUTLINE, start=frozenset({S.OUTLINE_SUBMITTED}), end=S.OUTLINE_DECIDED, by=OFFICE,
            when=(call_is_closed, outlines_have_no_panel, an_outline_result_is_recorded),
            then=(E.DRAFT_OUTLINE_LETTERS,),
            only=frozenset({Stage.OUTLINE}), without=frozenset({Stage.ELIGIBILITY}),
        ),
        Row(
            move=M.REOPEN_OUTLINE, start=frozenset({S.OUTLINE_DECIDED}), end=where_the_outline_was,
            ends=frozenset({S.OUTLINE_REVIEWED, S.OUTLINE_ELIGIBLE, S.OUTLINE_SUBMITTED}), by=OFFICE,
            when=(outlines_are_not_released,), then=(E.DROP_OUTLINE_LETTERS,),
            only=frozenset({Stage.OUTLINE}), needs_reason=True,
        ),
        Row(
            move=M.RELEASE_OUTLINE, start=frozenset({S.OUTLINE_DECIDED}), end=as_invited,
            ends=frozenset({S.INVITED, S.NOT_INVITED}), by=frozenset({H.SYSTEM}),
            when=(an_outline_result_is_recorded, outline_letters_are_ready), then=(E.OPEN_FULL_FORM,),
            only=frozenset({Stage.OUTLINE}),
        ),
        # --- The full application ---------------------------------------------------------------------------------
        Row(
            move=M.SIGN_OFF, start=frozenset({S.SUBMITTED}), end=S.SIGNED, by=frozenset({H.SYSTEM}),
            when=(call_is_closed, _none_of("unsigned")), only=frozenset({Stage.SIGNATURE}),
        ),
        Row(
            move=M.WAIVE_SIGNATURE, start=frozenset({S.SUBMITTED}), end=S.SIGNED, by=OFFICE,
            when=(call_is_closed, a_signature_is_lacking, no_signature_is_needed),
            only=frozenset({Stage.SIGNATURE}), needs_reason=True,
        ),
        Row(
            move=M.FAIL_CHECK, start=frozenset({S.SUBMITTED}), end=S.INELIGIBLE, by=OFFICE,
            when=(call_is_closed, a_signature_is_lacking), then=(E.TELL_INELIGIBLE,),
            only=frozenset({Stage.SIGNATURE}), needs_reason=True,
        ),
        *_once_in(
            M.PASS_CHECK, S.ELIGIBLE, (call_is_closed, every_criterion_is_ticked), then=(E.TELL_ELIGIBLE,),
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
            move=M.SET_ASIDE, start=frozenset({S.REVIEWED}), end=S.SET_ASIDE, by=OFFICE,
            only=frozenset({Stage.REVIEW, Stage.TRIAGE}), needs_reason=True,
        ),
        Row(
            move=M.BRING_BACK, start=frozenset({S.SET_ASIDE}), end=S.REVIEWED, by=OFFICE | frozenset({H.CHAIR}),
            only=frozenset({Stage.REVIEW, Stage.TRIAGE}), needs_reason=True,
        ),
        Row(
            move=M.OPEN_REJOINDER, start=frozenset({S.REVIEWED}), end=S.IN_REJOINDER, by=OFFICE,
            then=(E.TELL_REJOINDER,), only=frozenset({Stage.REVIEW, Stage.REJOINDER}),
        ),
        Row(
            move=M.INVITE_TO_INTERVIEW, start=frozenset({S.REVIEWED}), end=S.TO_INTERVIEW, by=OFFICE,
            when=(the_interview_is_in_order,), then=(E.TELL_INTERVIEW,),
            only=frozenset({Stage.REVIEW, Stage.INTERVIEW}), without=frozenset({Stage.REJOINDER}),
        ),
        Row(
            move=M.INVITE_TO_INTERVIEW, start=frozenset({S.IN_REJOINDER}), end=S.TO_INTERVIEW, by=OFFICE,
            when=(the_answer_is_in, the_interview_is_in_order), then=(E.TELL_INTERVIEW,),
            only=frozenset({Stage.REVIEW, Stage.REJOINDER, Stage.INTERVIEW}),
        ),
        Row(
            move=M.NOTE_INTERVIEW, start=frozenset({S.TO_INTERVIEW}), end=S.INTERVIEWED, by=OFFICE,
            when=(the_interview_is_in_order,), only=frozenset({Stage.REVIEW, Stage.INTERVIEW}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.REVIEWED}), end=S.DECIDED, by=OFFICE,
            when=(every_side_has_spoken, an_outcome_is_recorded), then=(E.DRAFT_LETTERS,),
            only=frozenset({Stage.REVIEW}), without=frozenset({Stage.REJOINDER, Stage.INTERVIEW}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.REVIEWED}), end=S.DECIDED, by=OFFICE,
            when=(every_side_has_spoken, an_outcome_is_recorded, is_no_award), then=(E.DRAFT_LETTERS,),
            only=frozenset({Stage.REVIEW, Stage.INTERVIEW}), without=frozenset({Stage.REJOINDER}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.IN_REJOINDER}), end=S.DECIDED, by=OFFICE,
            when=(the_answer_is_in, every_side_has_spoken, an_outcome_is_recorded), then=(E.DRAFT_LETTERS,),
            only=frozenset({Stage.REVIEW, Stage.REJOINDER}), without=frozenset({Stage.INTERVIEW}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.IN_REJOINDER}), end=S.DECIDED, by=OFFICE,
            when=(the_answer_is_in, every_side_has_spoken, an_outcome_is_recorded, is_no_award),
            then=(E.DRAFT_LETTERS,), only=frozenset({Stage.REVIEW, Stage.REJOINDER, Stage.INTERVIEW}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.INTERVIEWED}), end=S.DECIDED, by=OFFICE,
            when=(every_side_has_spoken, an_outcome_is_recorded), then=(E.DRAFT_LETTERS,),
            only=frozenset({Stage.REVIEW, Stage.INTERVIEW}),
        ),
        Row(
            move=M.DECIDE, start=frozenset({S.SET_ASIDE}), end=S.DECIDED, by=OFFICE,
            when=(an_outcome_is_recorded, is_declined), then=(E.DRAFT_LETTERS,),
            only=frozenset({Stage.REVIEW, Stage.TRIAGE}),
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
            move=M.REOPEN_DECISION, start=frozenset({S.DECIDED}), end=where_it_was, ends=DECIDABLE, by=OFFICE,
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
