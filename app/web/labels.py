"""The office's words for states and moves. Applicants read `applications.status` instead."""

from __future__ import annotations

from flask_babel import gettext

from app.kernel.words import N_
from app.workflow.vocabulary import Move, State

STATES = {
    State.DRAFT: (N_("Draft"), "neutral"),
    State.SUBMITTED: (N_("Submitted"), "wait"),
    State.SIGNED: (N_("Signatures settled"), "good"),
    State.WITHDRAWN: (N_("Withdrawn"), "neutral"),
    State.INELIGIBLE: (N_("Rejected on formal grounds"), "bad"),
    State.ELIGIBLE: (N_("Eligible"), "good"),
    State.IN_REVIEW: (N_("In review"), "wait"),
    State.REVIEWED: (N_("Reviewed"), "info"),
    State.DECIDED: (N_("Decided, not released"), "info"),
    State.AWARDED: (N_("Awarded"), "good"),
    State.RESERVE: (N_("On the reserve list"), "info"),
    State.DECLINED: (N_("Declined"), "neutral"),
}
MOVES = {
    Move.SUBMIT: N_("Submit application"),
    Move.WITHDRAW: N_("Withdraw application"),
    Move.SIGN_OFF: N_("Sign off"),
    Move.WAIVE_SIGNATURE: N_("Go on without the missing signature"),
    Move.PASS_CHECK: N_("Declare eligible"),
    Move.FAIL_CHECK: N_("Reject on formal grounds"),
    Move.START_REVIEW: N_("Start review"),
    Move.CLOSE_REVIEW: N_("Close review"),
    Move.DECIDE: N_("Decide"),
    Move.REOPEN_DECISION: N_("Reopen decision"),
    Move.RELEASE: N_("Release result"),
}


def state_label(state: State) -> str:
    """A state in the office's words."""
    return str(gettext(STATES[state][0]))


def state_tone(state: State) -> str:
    """The tone in which a state is shown."""
    return STATES[state][1]


def move_label(move: Move) -> str:
    """A move as its button says it."""
    return str(gettext(MOVES[move]))
