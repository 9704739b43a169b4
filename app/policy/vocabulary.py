"""Everything that somebody may want to do besides the moves of the workflow, one sentence each."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """An action on a call, an application, a panel or the house."""

    SEE_CALL_OFFICE = "see_call_office"  # open the office pages of a call
    ANNOUNCE_CALL = "announce_call"  # make a call public
    EDIT_CALL = "edit_call"  # change a call's declaration, its deadlines, and agree to changes
    MANAGE_PANEL = "manage_panel"  # name members, invite them, assign applications
    DECLARE_CONFLICT = "declare_conflict"  # say which applications one may not judge
    READ_APPLICATION = "read_application"  # open an application that is or was submitted
    READ_DRAFT = "read_draft"  # open an application while it is written
    EDIT_ANSWERS = "edit_answers"  # write the shared part
    EDIT_LEAD_BUDGET = "edit_lead_budget"  # write the leading side's own budget
    INVITE_PARTNER = "invite_partner"  # ask a partner by mail
    CONFIRM_SIDE = "confirm_side"  # say yes or no for one side and give its budget
    WRITE_REVIEW = "write_review"  # score an assigned application
    SEE_PANEL = "see_panel"  # see the scores of a panel
    CLOSE_PANEL = "close_panel"  # end the scoring of a panel
    SEE_RANKING = "see_ranking"  # see all panels side by side, once all have closed
    RECORD_VERDICT = "record_verdict"  # say what one side recommends
    RECORD_DECISION = "record_decision"  # write down the joint decision
    CORRECT_LETTERS = "correct_letters"  # read and correct letters before they go
    RELEASE_RESULTS = "release_results"  # send all letters and show all results at one instant
    SEE_AWARD = "see_award"  # see amounts by side and year
    OPEN_GATE = "open_gate"  # release a later tranche of one's own side
    EXPORT_CALL = "export_call"  # take the tables of a call out of the house
    READ_TRAIL = "read_trail"  # read who did what
    MANAGE_PEOPLE = "manage_people"  # people, addresses and roles
    SEE_DELIVERY = "see_delivery"  # which mails wait, went or failed; not what they say
