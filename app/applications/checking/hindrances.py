"""What of single questions still stands in the way of passing the formal check."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.approvals.facts import missing, problem_of
from app.applications.approvals.queries import standings
from app.applications.approvals.rules import Status
from app.applications.checking.models import Flag
from app.applications.models import Application
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition, Window
from app.workflow.vocabulary import State


def hindrances(session: Session, application: Application, definition: Definition, at: datetime) -> tuple[Problem, ...]:
    """Questions that are with a colleague or the applicants, and signatures that an accepted correction has voided."""
    rows = session.scalars(
        scoped(
            select(Flag)
            .where(Flag.application_id == application.id, Flag.closed_at.is_(None), Flag.decided_at.is_(None))
            .order_by(Flag.asked_at, Flag.id)
        )
    )
    found = [_problem(definition, flag) for flag in rows if flag.proposed is not None or flag.answered_at is None]
    if application.state is State.SIGNED and definition.approvals:
        signed = missing(standings(session, application, definition, at, {Window.AFTER_CLOSING}))
        found += [problem_of(each) for each in signed if each.status is Status.VOIDED]
    return tuple(found)


def _problem(definition: Definition, flag: Flag) -> Problem:
    values = {"question": definition.question(flag.question_key).title}
    if flag.proposed is not None:
        message = N_("%(question)s: a correction waits to be accepted or refused.")
        return Problem(
            "correction_waits", message, field="tick", holder="coordinator", since=flag.answered_at, values=values
        )
    if flag.until is not None:
        message = N_("%(question)s: the applicants may still correct it. You can also take the question back.")
        return Problem(
            "correction_awaited", message, field="tick", holder="lead_applicant", until=flag.until, values=values
        )
    message = N_("%(question)s: a colleague has not answered yet.")
    return Problem("colleague_awaited", message, field="tick", since=flag.asked_at, values=values)
