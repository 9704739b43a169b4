"""The permission table. A conflict of interest is a deny that beats every grant, the administrator's too."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.actors import Acting
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.workflow.machine import CONFLICT
from app.workflow.table import AFTER_REVIEW, TAKEN_BACK, WRITTEN
from app.workflow.vocabulary import Hat, State

H, S = Hat, State
APPLICANTS = frozenset({H.LEAD_APPLICANT, H.SIDE_LEAD})
TEAM = APPLICANTS | {H.MEMBER}
OFFICE = frozenset({H.COORDINATOR})
DRAFT = WRITTEN
KNOWN = frozenset(S) - {S.DRAFT}
SIGNING = frozenset({S.SUBMITTED, S.SIGNED, S.ELIGIBLE})
CHECKED = frozenset({S.SUBMITTED, S.SIGNED, S.OUTLINE_SUBMITTED})
DECIDING = SIGNING | AFTER_REVIEW
OUTLINES = frozenset({S.OUTLINE_SUBMITTED, S.OUTLINE_ELIGIBLE, S.OUTLINE_REVIEWED})


@dataclass(frozen=True)
class Rule:
    """Who may, in which states (None: states do not matter), and which hats close it."""

    by: frozenset[Hat]
    during: frozenset[State] | None = None
    unless: frozenset[Hat] = frozenset({Hat.CONFLICTED})


POLICY: dict[Action, Rule] = {
    Action.SEE_CALL_OFFICE: Rule(OFFICE),
    Action.ANNOUNCE_CALL: Rule(OFFICE),
    Action.EDIT_CALL: Rule(OFFICE),
    Action.MANAGE_PANEL: Rule(OFFICE),
    Action.DECLARE_CONFLICT: Rule(frozenset({H.REVIEWER, H.CHAIR, H.COORDINATOR}), unless=frozenset()),
    Action.READ_APPLICATION: Rule(TEAM | OFFICE, during=KNOWN),
    Action.READ_DRAFT: Rule(TEAM, during=DRAFT),
    Action.EDIT_ANSWERS: Rule(frozenset({H.LEAD_APPLICANT, H.CO_EDITOR}), during=DRAFT),
    Action.EDIT_SIDE: Rule(frozenset({H.SIDE_LEAD, H.SIDE_EDITOR}), during=DRAFT),
    Action.COMMENT_DRAFT: Rule(APPLICANTS | {H.COMMENTER}, during=DRAFT),
    Action.READ_COMMENTS: Rule(APPLICANTS | {H.COMMENTER}),
    Action.SEE_TEAM: Rule(TEAM),
    Action.INVITE_MEMBER: Rule(APPLICANTS, during=DRAFT),
    Action.CHANGE_MEMBER: Rule(APPLICANTS),
    Action.EDIT_LEAD_BUDGET: Rule(frozenset({H.LEAD_APPLICANT, H.CO_EDITOR}), during=DRAFT),
    Action.DELETE_DRAFT: Rule(frozenset({H.LEAD_APPLICANT}), during=frozenset({S.DRAFT})),
    Action.INVITE_PARTNER: Rule(frozenset({H.LEAD_APPLICANT}), during=DRAFT - TAKEN_BACK),
    Action.CONFIRM_SIDE: Rule(frozenset({H.SIDE_LEAD}), during=DRAFT),
    Action.CONFIRM_LATE: Rule(frozenset({H.SIDE_LEAD}), during=frozenset({S.SUBMITTED, S.SIGNED})),
    Action.ASK_APPROVALS: Rule(frozenset({H.LEAD_APPLICANT}), during=DRAFT),
    Action.GIVE_APPROVAL: Rule(frozenset({H.APPROVER}), during=DRAFT | SIGNING),
    Action.EXTEND_APPROVAL: Rule(OFFICE, during=SIGNING),
    Action.WRITE_REVIEW: Rule(frozenset({H.REVIEWER}), during=frozenset({S.IN_REVIEW, S.OUTLINE_IN_REVIEW})),
    Action.FLAG_QUESTION: Rule(OFFICE, during=CHECKED),
    Action.CORRECT_ANSWER: Rule(frozenset({H.LEAD_APPLICANT}), during=CHECKED),
    Action.SET_CONDITIONS: Rule(OFFICE, during=KNOWN),
    Action.SEE_PANEL: Rule(frozenset({H.CHAIR, H.COORDINATOR})),
    Action.CLOSE_PANEL: Rule(frozenset({H.CHAIR, H.COORDINATOR})),
    Action.SEE_RANKING: Rule(OFFICE),
    Action.RECORD_VERDICT: Rule(OFFICE, during=DECIDING),
    Action.RECORD_DECISION: Rule(OFFICE, during=DECIDING),
    Action.DECIDE_OUTLINE: Rule(OFFICE, during=OUTLINES),
    Action.WRITE_REJOINDER: Rule(frozenset({H.LEAD_APPLICANT}), during=frozenset({S.IN_REJOINDER})),
    Action.READ_REJOINDER: Rule(
        APPLICANTS, during=AFTER_REVIEW | {S.DECIDED, S.AWARDED, S.RESERVE, S.DECLINED, S.WITHDRAWN}
    ),
    Action.BRING_BACK: Rule(OFFICE | {H.CHAIR}, during=frozenset({S.SET_ASIDE})),
    Action.KEEP_INTERVIEW: Rule(OFFICE, during=frozenset({S.TO_INTERVIEW})),
    Action.CORRECT_LETTERS: Rule(OFFICE),
    Action.RELEASE_RESULTS: Rule(OFFICE),
    Action.SEE_AWARD: Rule(TEAM | OFFICE, during=frozenset({S.AWARDED})),
    Action.OPEN_GATE: Rule(OFFICE, during=frozenset({S.AWARDED})),
    Action.EXPORT_CALL: Rule(OFFICE),
    Action.ASK_OTHERS: Rule(frozenset({H.LEAD_APPLICANT}), during=DRAFT),
    Action.MANAGE_LINKS: Rule(OFFICE | {H.LEAD_APPLICANT}),
    Action.RECORD_MAIL: Rule(OFFICE),
    Action.READ_TRAIL: Rule(OFFICE),
    Action.MANAGE_PEOPLE: Rule(frozenset({H.ADMINISTRATOR})),
    Action.SEE_DELIVERY: Rule(frozenset({H.ADMINISTRATOR})),
    Action.IMPORT_AWARDS: Rule(frozenset({H.ADMINISTRATOR})),
    Action.HIDE_NOTICE: Rule(OFFICE | {H.ADMINISTRATOR}),
}


def may(action: Action, by: Acting, state: State | None = None) -> Problem | None:
    """None when the action is allowed, else the problem that says why not and whose it is."""
    rule = POLICY[action]
    if not rule.unless.isdisjoint(by.hats):
        return CONFLICT
    if rule.by.isdisjoint(by.hats):
        return Problem("not_yours", N_("This belongs to somebody else."), holder=", ".join(sorted(rule.by)))
    if rule.during is not None and state not in rule.during:
        return Problem("not_now", N_("This cannot be done in the present state of the application."))
    return None
