"""The words of the workflow: states, moves, hats, effects and the stages a call may have or lack."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    OUTLINE_SUBMITTED = "outline_submitted"
    OUTLINE_REOPENED = "outline_reopened"
    OUTLINE_ELIGIBLE = "outline_eligible"
    OUTLINE_IN_REVIEW = "outline_in_review"
    OUTLINE_REVIEWED = "outline_reviewed"
    OUTLINE_DECIDED = "outline_decided"
    NOT_INVITED = "not_invited"
    INVITED = "invited"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    SET_ASIDE = "set_aside"
    IN_REJOINDER = "in_rejoinder"
    TO_INTERVIEW = "to_interview"
    INTERVIEWED = "interviewed"
    DECIDED = "decided"
    AWARDED = "awarded"
    RESERVE = "reserve"
    DECLINED = "declined"


class Move(StrEnum):
    """What can be done to an application."""

    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    STAND = "stand"
    WITHDRAW = "withdraw"
    UNDO_WITHDRAW = "undo_withdraw"
    SIGN_OFF = "sign_off"
    WAIVE_SIGNATURE = "waive_signature"
    PASS_CHECK = "pass_check"  # noqa: S105  # a move, no password
    FAIL_CHECK = "fail_check"
    START_REVIEW = "start_review"
    CLOSE_REVIEW = "close_review"
    DECIDE_OUTLINE = "decide_outline"
    REOPEN_OUTLINE = "reopen_outline"
    RELEASE_OUTLINE = "release_outline"
    SET_ASIDE = "set_aside"
    BRING_BACK = "bring_back"
    OPEN_REJOINDER = "open_rejoinder"
    INVITE_TO_INTERVIEW = "invite_to_interview"
    NOTE_INTERVIEW = "note_interview"
    DECIDE = "decide"
    REOPEN_DECISION = "reopen_decision"
    RELEASE = "release"


class Hat(StrEnum):
    """What a person is to a thing. CONFLICTED closes every door that another hat opens.

    MEMBER is everybody who accepted an invitation to the team; the four after it say what such a member may besides.
    """

    LEAD_APPLICANT = "lead_applicant"
    SIDE_LEAD = "side_lead"
    MEMBER = "member"
    COMMENTER = "commenter"
    CO_EDITOR = "co_editor"
    SIDE_EDITOR = "side_editor"
    CO_SUBMITTER = "co_submitter"
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
    KEEP_STANDING = "keep_standing"
    PUT_BACK = "put_back"
    TELL_TAKEN_BACK = "tell_taken_back"
    TELL_STANDS = "tell_stands"
    TELL_UNDONE = "tell_undone"
    TELL_INELIGIBLE = "tell_ineligible"
    TELL_WITHDRAWN = "tell_withdrawn"
    ASSIGN = "assign"
    DRAFT_LETTERS = "draft_letters"
    DROP_LETTERS = "drop_letters"
    MAKE_AWARD = "make_award"
    OPEN_FULL_FORM = "open_full_form"
    DRAFT_OUTLINE_LETTERS = "draft_outline_letters"
    DROP_OUTLINE_LETTERS = "drop_outline_letters"
    TELL_REJOINDER = "tell_rejoinder"
    TELL_INTERVIEW = "tell_interview"
