"""What applicants read about where their application stands. Until the release, review and decision look alike."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.words import N_
from app.workflow.vocabulary import State


@dataclass(frozen=True)
class Standing:
    """A state in the applicants' words: a label, its tone, one sentence, what comes next, and whose turn it is."""

    label: str
    tone: str
    sentence: str
    next_step: str
    holder: str


DRAFT = Standing(
    N_("Draft"),
    "neutral",
    N_("You are writing. Nothing has been sent."),
    N_("Fill in what is missing, then check and submit."),
    N_("everybody who leads a side"),
)
SUBMITTED = Standing(
    N_("Submitted"),
    "good",
    N_("Your application has been received."),
    N_("After the deadline the coordinators check that the formal conditions are met."),
    N_("the coordinators"),
)
UNSIGNED = Standing(
    N_("Submitted"),
    "good",
    N_("Your application has been received."),
    N_("After the deadline the signatures are asked for; the page shows who has signed."),
    N_("those who sign"),
)
SIGNED = Standing(
    N_("Signatures settled"),
    "good",
    N_("Your application has been received, and its signatures are settled."),
    N_("The coordinators check that the formal conditions are met."),
    N_("the coordinators"),
)
ELIGIBLE = Standing(
    N_("Formally in order"),
    "good",
    N_("Your application meets the formal conditions."),
    N_("It goes to the reviewers."),
    N_("the coordinators"),
)
ASSESSED = Standing(
    N_("Being assessed"),
    "wait",
    N_("Your application is being assessed."),
    N_("All applicants get the result at the same time, when the sides have decided together."),
    N_("the sides"),
)
OUTLINE_ASSESSED = Standing(
    N_("Outline being assessed"),
    "wait",
    N_("Your outline is being assessed."),
    N_("All applicants hear at the same time who is invited to the full application."),
    N_("the coordinators"),
)
STANDINGS: dict[State, Standing] = {
    State.DRAFT: DRAFT,
    State.OUTLINE_SUBMITTED: Standing(
        N_("Outline submitted"),
        "good",
        N_("Your outline has been received."),
        N_("After the deadline of the outlines the coordinators look at it."),
        N_("the coordinators"),
    ),
    State.OUTLINE_REOPENED: Standing(
        N_("Taken back to be improved"),
        "wait",
        N_("Your outline is taken back. The version that was submitted last stands until you submit again."),
        N_("Improve it, then check and submit it again before the deadline."),
        N_("you and your partners"),
    ),
    State.OUTLINE_ELIGIBLE: Standing(
        N_("Outline formally in order"),
        "good",
        N_("Your outline meets the formal conditions."),
        N_("All applicants hear at the same time who is invited to the full application."),
        N_("the coordinators"),
    ),
    State.OUTLINE_IN_REVIEW: OUTLINE_ASSESSED,
    State.OUTLINE_REVIEWED: OUTLINE_ASSESSED,
    State.OUTLINE_DECIDED: OUTLINE_ASSESSED,
    State.NOT_INVITED: Standing(
        N_("Not invited"), "neutral", N_("You are not invited to submit a full application."), "", ""
    ),
    State.INVITED: Standing(
        N_("Full application begun"),
        "info",
        N_("You may submit a full application. Everything you wrote in the outline stands in it."),
        N_("Fill in the full form, let your partners confirm, and submit."),
        N_("you and your partners"),
    ),
    State.SUBMITTED: SUBMITTED,
    State.REOPENED: Standing(
        N_("Taken back to be improved"),
        "wait",
        N_("Your application is taken back. The version that was submitted last stands until you submit again."),
        N_("Improve it, then check and submit it again before the deadline."),
        N_("you and your partners"),
    ),
    State.SIGNED: SIGNED,
    State.ELIGIBLE: ELIGIBLE,
    State.IN_REVIEW: ASSESSED,
    State.REVIEWED: ASSESSED,
    State.SET_ASIDE: ASSESSED,
    State.IN_REJOINDER: ASSESSED,
    State.TO_INTERVIEW: Standing(
        N_("Invited to an interview"),
        "info",
        N_("You are invited to an interview."),
        N_("Come to the interview at the time given below."),
        N_("you and your partners"),
    ),
    State.INTERVIEWED: ASSESSED,
    State.DECIDED: ASSESSED,
    State.WITHDRAWN: Standing(
        N_("Withdrawn"),
        "neutral",
        N_("The application was withdrawn and is not assessed."),
        "",
        "",
    ),
    State.INELIGIBLE: Standing(
        N_("Rejected on formal grounds"),
        "bad",
        N_("The application does not meet a formal condition of the call and is not assessed. Your letter says which."),
        "",
        "",
    ),
    State.AWARDED: Standing(
        N_("Awarded"),
        "good",
        N_("Your application is awarded."),
        N_("The office that pays contacts you about the payment."),
        N_("the coordinators"),
    ),
    State.RESERVE: Standing(
        N_("On the reserve list"),
        "info",
        N_("Your application is on the reserve list."),
        N_("You hear from the coordinators if money becomes free."),
        N_("the coordinators"),
    ),
    State.DECLINED: Standing(N_("Declined"), "neutral", N_("Your application was declined."), "", ""),
}


def standing(state: State, *, signs: bool = False) -> Standing:
    """The state in the applicants' words, as English templates. `signs`: the call asks for signatures first."""
    return UNSIGNED if signs and state is State.SUBMITTED else STANDINGS[state]
