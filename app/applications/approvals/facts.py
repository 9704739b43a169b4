"""What approvals tell the guards of the workflow: each problem names who is waited for, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.applications import silence
from app.applications.approvals.queries import Standing, standings
from app.applications.approvals.rules import Status
from app.applications.models import Application
from app.applications.parts import parts_of
from app.applications.stages import part_at, writes_full
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Approver, AtExpiry, Definition, Window
from app.workflow.vocabulary import Stage, State

MESSAGES = {
    Status.NOT_ASKED: N_("“%(what)s” for %(side)s: nobody has been asked yet."),
    Status.WAITING: N_("“%(what)s” for %(side)s: %(people)s has not answered yet."),
    Status.VOIDED: N_("“%(what)s” for %(side)s: something was changed, and %(people)s has not approved it again yet."),
    Status.REFUSED: N_("“%(what)s” for %(side)s: %(people)s has not agreed."),
    Status.LAPSED: N_("“%(what)s” for %(side)s: the time to answer has ended, and %(people)s has not answered."),
    Status.COMES_LATER: N_("“%(what)s” for %(side)s: comes after “%(earlier)s”, which is not given yet."),
    Status.NOBODY: N_("“%(what)s” for %(side)s: there are too few people who could be asked."),
}
NO_PERSON = N_("“%(what)s” for %(side)s: the person who is to be asked is not named with name and address yet.")
NO_OFFICE = N_("“%(what)s” for %(side)s: this side has no coordinator who could be asked.")
WAITS = frozenset({Status.WAITING, Status.VOIDED})


def facts(session: Session, application: Application, definition: Definition, at: datetime) -> Mapping[str, Any]:
    """`unapproved` of a draft; `unsigned` and, of these, `lacking_signatures` of what is in and waits for signatures."""
    if writes_full(definition, application.state):
        found = missing(standings(session, application, definition, at, {Window.BEFORE_CLOSING}))
        silent = _let_pass(session, application, definition) if found else set()
        return {
            "unapproved": tuple(
                problem_of(standing)
                for standing in found
                if standing.side.key not in silent or standing.approval.who is not Approver.SIDE_LEAD
            )
        }
    if application.state is State.SUBMITTED and Stage.SIGNATURE in definition.stages:
        found = missing(standings(session, application, definition, at, {Window.AFTER_CLOSING}))
        return {
            "unsigned": tuple(problem_of(standing) for standing in found if not goes_on(standing)),
            "lacking_signatures": tuple(problem_of(standing) for standing in found if is_lacking(standing)),
            "needed_signatures": tuple(problem_of(standing) for standing in found if is_needed(standing)),
        }
    return {}


def _let_pass(session: Session, application: Application, definition: Definition) -> set[str]:
    """The sides whose silent partner the call lets pass: that partner's own approvals are not waited for either."""
    if definition.partner_grace_days is None:
        return set()
    stage = part_at(definition, application.state)
    parts = parts_of(session, application, definition)
    return {part.key for part in parts if silence.is_let_pass(definition, part, stage)}


def goes_on(standing: Standing) -> bool:
    """Whether the application goes on without it, marked so, because the time has ended and the call says so. A later
    link of the chain follows the one that it waits for."""
    if standing.status is Status.COMES_LATER and standing.earlier is not None:
        return goes_on(standing.earlier)
    return standing.status is Status.LAPSED and standing.approval.at_expiry is AtExpiry.GOES_ON


def is_needed(standing: Standing) -> bool:
    """Whether nobody may go on without it: the time has ended, and the call says that it is then not eligible."""
    return standing.status is Status.LAPSED and standing.approval.at_expiry is AtExpiry.NOT_ELIGIBLE


def missing(found: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """Those that the call requires and that nobody has granted."""
    return tuple(s for s in found if s.approval.required and s.status is not Status.GRANTED)


def is_lacking(standing: Standing) -> bool:
    """Whether waiting longer changes nothing: refused, too late, nobody to ask, or no end to the waiting at all. A later
    link of a chain lacks when the one before it does."""
    if standing.status is Status.COMES_LATER and standing.earlier is not None:
        return is_lacking(standing.earlier)
    if standing.status in WAITS:
        return standing.until is None
    return standing.status is not Status.NOT_ASKED or not standing.wanted


def problem_of(standing: Standing) -> Problem:
    """Why an approval does not count: who holds it, for which side, since when."""
    after = standing.approval.window is Window.AFTER_CLOSING
    message, holder = MESSAGES[standing.status], "coordinator" if after else "lead_applicant"
    if standing.status is Status.NOT_ASKED and not standing.wanted:
        message = NO_OFFICE if standing.approval.who is Approver.COORDINATOR else NO_PERSON
    waits = standing.status in WAITS
    names = ", ".join(dict.fromkeys(asked.name for asked in _concerned(standing)))
    return Problem(
        f"approval_{standing.status}",
        message,
        field="approvals",
        holder=names if waits else holder,
        side=standing.side.short,
        since=standing.since if waits else None,
        until=standing.until if waits else None,
        values={
            "what": standing.approval.title,
            "side": standing.side.short,
            "people": names,
            "earlier": standing.earlier.approval.title if standing.earlier is not None else "",
        },
    )


def _concerned(standing: Standing) -> list[Any]:
    if standing.status is Status.REFUSED:
        grants = standing.approval.answers[0]
        return [one for one in standing.people if one.word.answer and one.word.answer.answer != grants]
    return [one for one in standing.people if one.word.answer is None]
