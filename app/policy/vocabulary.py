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
    EDIT_SIDE = "edit_side"  # write the questions and the budget of one side
    COMMENT_DRAFT = "comment_draft"  # write a comment at a question, answer one, or mark one as done
    READ_COMMENTS = "read_comments"  # see what the team remarked
    SEE_TEAM = "see_team"  # see who was invited to the team and what they may do
    INVITE_MEMBER = "invite_member"  # invite somebody to the team by mail
    CHANGE_MEMBER = "change_member"  # give a member another right, or take somebody out of the team
    EDIT_LEAD_BUDGET = "edit_lead_budget"  # write the leading side's own budget
    DELETE_DRAFT = "delete_draft"  # delete a draft that was never submitted
    INVITE_PARTNER = "invite_partner"  # ask a partner by mail
    CONFIRM_LATE = "confirm_late"  # say yes or no for one side in the days of grace after the deadline
    CONFIRM_SIDE = "confirm_side"  # say yes or no for one side and give its budget
    ASK_APPROVALS = "ask_approvals"  # ask people to approve a draft
    GIVE_APPROVAL = "give_approval"  # answer what one is asked to approve, or hand it to a deputy
    EXTEND_APPROVAL = "extend_approval"  # give more time to sign, or ask again
    WRITE_REVIEW = "write_review"  # score an assigned application
    FLAG_QUESTION = "flag_question"  # ask a colleague or the applicant about one question, and decide on corrections
    CORRECT_ANSWER = "correct_answer"  # correct a question that was given back
    SET_CONDITIONS = "set_conditions"  # note which conditions of the formal check are met
    SEE_PANEL = "see_panel"  # see the scores of a panel
    CLOSE_PANEL = "close_panel"  # end the scoring of a panel
    SEE_RANKING = "see_ranking"  # see all panels side by side, once all have closed
    RECORD_VERDICT = "record_verdict"  # say what one side recommends
    RECORD_DECISION = "record_decision"  # write down the joint decision
    DECIDE_OUTLINE = "decide_outline"  # write down whether the applicants are invited to the full application
    WRITE_REJOINDER = "write_rejoinder"  # answer the reviews
    READ_REJOINDER = "read_rejoinder"  # open the own answer to the reviews, the draft among it
    BRING_BACK = "bring_back"  # let an application that was set aside be discussed after all
    KEEP_INTERVIEW = "keep_interview"  # set the time of an interview, and write what came of it
    CORRECT_LETTERS = "correct_letters"  # read and correct letters before they go
    RELEASE_RESULTS = "release_results"  # send all letters and show all results at one instant
    SEE_AWARD = "see_award"  # see amounts by side and year
    OPEN_GATE = "open_gate"  # release a later tranche of one's own side
    EXPORT_CALL = "export_call"  # take the tables of a call out of the house
    ASK_OTHERS = "ask_others"  # ask somebody for a letter, or to be the host
    MANAGE_LINKS = "manage_links"  # see to whom personal links went, revoke, extend and send them anew
    RECORD_MAIL = "record_mail"  # record a yes that came by mail, with the mail
    READ_TRAIL = "read_trail"  # read who did what
    MANAGE_PEOPLE = "manage_people"  # people, addresses and roles
    SEE_DELIVERY = "see_delivery"  # which mails wait, went or failed; not what they say
    IMPORT_AWARDS = "import_awards"  # bring in awards from before this system
    HIDE_NOTICE = "hide_notice"  # take a notice off the board with a reason, and put it back
