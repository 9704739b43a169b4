"""The office's words for states and moves. Applicants read `applications.status` instead."""

from __future__ import annotations

from flask_babel import gettext

from app.kernel.words import N_
from app.workflow.vocabulary import Move, State

STATES = {
    State.DRAFT: (N_("Draft"), "neutral"),
    State.OUTLINE_SUBMITTED: (N_("Outline submitted"), "wait"),
    State.OUTLINE_REOPENED: (N_("Outline submitted, being improved"), "wait"),
    State.OUTLINE_ELIGIBLE: (N_("Outline eligible"), "good"),
    State.OUTLINE_IN_REVIEW: (N_("Outline in review"), "wait"),
    State.OUTLINE_REVIEWED: (N_("Outline reviewed"), "info"),
    State.OUTLINE_DECIDED: (N_("Outline decided, not released"), "info"),
    State.NOT_INVITED: (N_("Not invited"), "neutral"),
    State.INVITED: (N_("Full application being written"), "wait"),
    State.SUBMITTED: (N_("Submitted"), "wait"),
    State.REOPENED: (N_("Submitted, being improved"), "wait"),
    State.SIGNED: (N_("Signatures settled"), "good"),
    State.WITHDRAWN: (N_("Withdrawn"), "neutral"),
    State.INELIGIBLE: (N_("Rejected on formal grounds"), "bad"),
    State.ELIGIBLE: (N_("Eligible"), "good"),
    State.IN_REVIEW: (N_("In review"), "wait"),
    State.REVIEWED: (N_("Reviewed"), "info"),
    State.SET_ASIDE: (N_("Set aside, not discussed"), "neutral"),
    State.IN_REJOINDER: (N_("With the applicants for an answer"), "wait"),
    State.TO_INTERVIEW: (N_("Invited to an interview"), "wait"),
    State.INTERVIEWED: (N_("Interviewed"), "info"),
    State.DECIDED: (N_("Decided, not released"), "info"),
    State.AWARDED: (N_("Awarded"), "good"),
    State.RESERVE: (N_("On the reserve list"), "info"),
    State.DECLINED: (N_("Declined"), "neutral"),
}
MOVES = {
    Move.SUBMIT: N_("Submit application"),
    Move.TAKE_BACK: N_("Take it back to improve it"),
    Move.STAND: N_("Let the submitted version stand"),
    Move.WITHDRAW: N_("Withdraw application"),
    Move.UNDO_WITHDRAW: N_("Undo the withdrawal"),
    Move.SIGN_OFF: N_("Sign off"),
    Move.WAIVE_SIGNATURE: N_("Go on without the missing signature"),
    Move.PASS_CHECK: N_("Declare eligible"),
    Move.FAIL_CHECK: N_("Reject on formal grounds"),
    Move.START_REVIEW: N_("Start review"),
    Move.CLOSE_REVIEW: N_("Close review"),
    Move.DECIDE_OUTLINE: N_("Decide on the outline"),
    Move.REOPEN_OUTLINE: N_("Reopen the decision on the outline"),
    Move.RELEASE_OUTLINE: N_("Release the outcome of the outline"),
    Move.SET_ASIDE: N_("Set aside"),
    Move.BRING_BACK: N_("Bring back"),
    Move.OPEN_REJOINDER: N_("Let the applicants answer the reviews"),
    Move.INVITE_TO_INTERVIEW: N_("Invite to an interview"),
    Move.NOTE_INTERVIEW: N_("Note the interview"),
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
