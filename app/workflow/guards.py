"""Guards of the application's table: each names what stands in the way, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.workflow.vocabulary import State

UNDOABLE = frozenset({State.SUBMITTED, State.REOPENED, State.OUTLINE_SUBMITTED, State.OUTLINE_REOPENED, State.INVITED})
"""Where an application may have been withdrawn from and go back to."""


@dataclass(frozen=True)
class Facts:
    """All that the guards may know of an application at one instant. Assembled by `applications.queries.facts`."""

    at: datetime
    call_is_announced: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    last_instant: datetime | None = None
    grace_ends_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    waiting_sides: tuple[Problem, ...] = ()
    over_cap: tuple[Problem, ...] = ()
    unapproved: tuple[Problem, ...] = ()
    unsigned: tuple[Problem, ...] = ()
    lacking_signatures: tuple[Problem, ...] = ()
    needed_signatures: tuple[Problem, ...] = ()
    unticked: tuple[Problem, ...] = ()
    thin_panels: tuple[Problem, ...] = ()
    open_panels: tuple[Problem, ...] = ()
    missing_verdicts: tuple[Problem, ...] = ()
    outcome: str | None = None
    outcome_problem: Problem | None = None
    is_released: bool = False
    release_problem: Problem | None = None
    outline_selects: bool = True
    outline_is_judged: bool = True
    outline_result: str | None = None
    outline_is_released: bool = False
    outline_release_problem: Problem | None = None
    rejoinder_until: datetime | None = None
    interview_problem: Problem | None = None
    came_from: str | None = None


def call_is_open(facts: Facts) -> Problem | None:
    """The deadline is one instant in UTC; the stated grace belongs to forms that were open before it."""
    if not facts.call_is_announced:
        return Problem(
            "call_not_announced", N_("This call is not announced yet."), holder="coordinator", until=facts.opens_at
        )
    if facts.opens_at is not None and facts.at < facts.opens_at:
        return Problem("call_not_open", N_("This call has not opened yet."), holder="system", until=facts.opens_at)
    if facts.last_instant is not None and facts.at > facts.last_instant:
        return Problem(
            "call_closed",
            N_("The deadline has passed. Everything you wrote is kept, but it can no longer be submitted."),
            holder="coordinator",
            since=facts.closes_at,
        )
    return None


def the_deadline_is_ahead(facts: Facts) -> Problem | None:
    """What is submitted is taken back, and a withdrawal undone, until the deadline; the grace is for submitting alone."""
    problem = call_is_open(facts)
    if problem is None and (facts.closes_at is None or facts.at <= facts.closes_at):
        return None
    if problem is not None and problem.code != "call_closed":
        return problem
    message = N_("The deadline has passed: what was submitted stands.")
    return Problem("call_closed", message, holder="coordinator", since=facts.closes_at)


def the_deadline_is_over(facts: Facts) -> Problem | None:
    """Nobody can submit any more, the stated grace included."""
    if facts.grace_ends_at is not None and facts.at > facts.grace_ends_at:
        return None
    return Problem("call_still_open", N_("The applicants may still submit again."), until=facts.grace_ends_at)


def it_was_not_taken_further(facts: Facts) -> Problem | None:
    """A withdrawal is undone only where nobody but the applicants has had the application in hand."""
    if facts.came_from in UNDOABLE:
        return None
    return Problem("taken_further", N_("This application was being assessed already: its withdrawal stands."))


def call_is_closed(facts: Facts) -> Problem | None:
    """All applications are handled alike: nothing is checked or reviewed before the deadline."""
    if facts.last_instant is not None and facts.at <= facts.last_instant:
        return Problem(
            "call_still_open", N_("The call is still open; this begins after the deadline."), until=facts.closes_at
        )
    return None


def first(problems: tuple[Problem, ...]) -> Problem | None:
    """The first of a list of problems, or none."""
    return problems[0] if problems else None


def a_signature_is_lacking(facts: Facts) -> Problem | None:
    """Somebody has said no, the time to sign has ended, or nobody could be asked; while it is awaited, one waits."""
    if facts.lacking_signatures:
        return None
    if not facts.unsigned:
        return Problem("all_signed", N_("No signature is missing."))
    message = N_("The signatures are still awaited.")
    return Problem("signatures_awaited", message, until=facts.unsigned[0].until, holder=facts.unsigned[0].holder)


def no_signature_is_needed(facts: Facts) -> Problem | None:
    """Where the call says that an application without a signature is not eligible, nobody goes on without it."""
    if not facts.needed_signatures:
        return None
    message = N_(
        "The call says that without this signature the application is not eligible. Give more time, or reject."
    )
    return Problem("signature_needed", message, holder="coordinator", since=facts.needed_signatures[0].until)


def every_criterion_is_ticked(facts: Facts) -> Problem | None:
    """A person has looked at each point of the formal check."""
    return first(facts.unticked)


def panels_are_manned(facts: Facts) -> Problem | None:
    """Each panel has the reviewers that the call asks for, for this application."""
    return first(facts.thin_panels)


def panels_are_closed(facts: Facts) -> Problem | None:
    """Panels stay sealed from each other until the last of them has closed."""
    return first(facts.open_panels)


def every_side_has_spoken(facts: Facts) -> Problem | None:
    """Each side has recorded its verdict."""
    return first(facts.missing_verdicts)


def an_outcome_is_recorded(facts: Facts) -> Problem | None:
    """The joint decision is on record, within the ceiling of the call, with its feedback."""
    if facts.outcome_problem is not None:
        return facts.outcome_problem
    if facts.outcome is None:
        return Problem("no_outcome", N_("Record the joint decision first."), holder="coordinator")
    return None


def is_not_released(facts: Facts) -> Problem | None:
    """Once letters have gone, a decision is corrected by a new decision, never by undoing."""
    if facts.is_released:
        return Problem("released", N_("The letters have gone. A released decision is no longer reopened."))
    return None


def letters_are_ready(facts: Facts) -> Problem | None:
    """Decision, status and mail go together."""
    return facts.release_problem


def outlines_have_no_panel(facts: Facts) -> Problem | None:
    """Where a panel judges outlines, nothing is decided before it has closed."""
    if not facts.outline_is_judged:
        return None
    return Problem("outline_not_reviewed", N_("This outline has not been reviewed yet."), holder="chair")


def outlines_have_a_panel(facts: Facts) -> Problem | None:
    """A call may choose among outlines without reviewers."""
    if facts.outline_is_judged:
        return None
    message = N_("No panel judges outlines in this call: decide who is invited.")
    return Problem("no_outline_panel", message, holder="coordinator")


def an_outline_result_is_recorded(facts: Facts) -> Problem | None:
    """Whether the applicants are invited is on record, with its feedback."""
    if facts.outline_result is not None:
        return None
    return Problem("no_outline_result", N_("Record first whether the applicants are invited."), holder="coordinator")


def outlines_are_not_released(facts: Facts) -> Problem | None:
    """Once the letters about the outlines have gone, nothing of it is undone."""
    if facts.outline_is_released:
        return Problem("released", N_("The letters have gone. A released decision is no longer reopened."))
    return None


def outline_letters_are_ready(facts: Facts) -> Problem | None:
    """Decision, status and mail go together."""
    return facts.outline_release_problem


def is_declined(facts: Facts) -> Problem | None:
    """What was not discussed is declined, or brought back first."""
    if facts.outcome in (None, "decline"):
        return None
    message = N_("This application is set aside: it can only be declined. Bring it back to decide otherwise.")
    return Problem("set_aside", message, field="outcome", holder="coordinator")


def is_no_award(facts: Facts) -> Problem | None:
    """An award comes after the interview."""
    if facts.outcome != "award":
        return None
    message = N_("Applicants are interviewed in this call: invite them before you award.")
    return Problem("interview_first", message, field="outcome", holder="coordinator")


def the_answer_is_in(facts: Facts) -> Problem | None:
    """The applicants have answered, or their time is over: silence means that it goes on without."""
    if facts.rejoinder_until is None or facts.at > facts.rejoinder_until:
        return None
    message = N_("The applicants may still answer the reviews.")
    return Problem("rejoinder_open", message, holder="lead_applicant", until=facts.rejoinder_until)


def the_interview_is_in_order(facts: Facts) -> Problem | None:
    """Its time is set before the applicants are invited; what came of it is written down before the decision."""
    return facts.interview_problem
