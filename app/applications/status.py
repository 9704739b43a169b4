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
STANDINGS: dict[State, Standing] = {
    State.DRAFT: DRAFT,
    State.SUBMITTED: SUBMITTED,
    State.SIGNED: SIGNED,
    State.ELIGIBLE: ELIGIBLE,
    State.IN_REVIEW: ASSESSED,
    State.REVIEWED: ASSESSED,
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
