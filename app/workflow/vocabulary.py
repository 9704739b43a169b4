"""The words of the workflow: states, moves, hats, effects and the stages a call may have or lack."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    DECIDED = "decided"
    AWARDED = "awarded"
    RESERVE = "reserve"
    DECLINED = "declined"


class Move(StrEnum):
    """What can be done to an application."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    SIGN_OFF = "sign_off"
    WAIVE_SIGNATURE = "waive_signature"
    PASS_CHECK = "pass_check"  # noqa: S105  # a move, no password
    FAIL_CHECK = "fail_check"
    START_REVIEW = "start_review"
    CLOSE_REVIEW = "close_review"
    DECIDE = "decide"
    REOPEN_DECISION = "reopen_decision"
    RELEASE = "release"


class Hat(StrEnum):
    """What a person is to a thing. CONFLICTED closes every door that another hat opens."""

    LEAD_APPLICANT = "lead_applicant"
    SIDE_LEAD = "side_lead"
    APPROVER = "approver"
    REVIEWER = "reviewer"
    CHAIR = "chair"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    CONFLICTED = "conflicted"
    SYSTEM = "system"


class Stage(StrEnum):
    """A part of the way that a call may have or lack."""

    OUTLINE = "outline"
    SIGNATURE = "signature"
    ELIGIBILITY = "eligibility"
    REVIEW = "review"
    TRIAGE = "triage"
    REJOINDER = "rejoinder"
    INTERVIEW = "interview"


class Effect(StrEnum):
    """What follows a step, in the same transaction; done by functions registered in `create_app`."""

    FREEZE = "freeze"
    RECEIPT = "receipt"
    TELL_INELIGIBLE = "tell_ineligible"
    TELL_WITHDRAWN = "tell_withdrawn"
    ASSIGN = "assign"
    DRAFT_LETTERS = "draft_letters"
    DROP_LETTERS = "drop_letters"
    MAKE_AWARD = "make_award"
