"""What the table of transitions asks: facts for its guards, and the moves that it offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.applications import registry, silence
from app.applications.approvals.facts import facts as approval_facts
from app.applications.checking.hindrances import hindrances
from app.applications.extended import extended_to
from app.applications.models import Application
from app.applications.nominating import not_nominated
from app.applications.participation import colliding, too_many
from app.applications.parts import Content, content_of, values_of
from app.applications.queries.lacks import (
    answer_problems,
    caps_broken,
    missing_budgets,
    sides_lacking,
    unmatched,
    waiting_for,
)
from app.applications.queries.readers import steps_of, ticked
from app.applications.side_deadlines import closed_parts
from app.applications.stages import closing_of, is_judged, outline_selects, part_at
from app.applications.team.limits import beyond_limit
from app.applications.team.queries import unanswered
from app.kernel.actors import Acting
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.deadlines import Standing, deadline, was_open
from app.programmes.deadlines import standing as standing_of_call
from app.programmes.definition import Definition, Part
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.guards import Facts
from app.workflow.machine import Offer
from app.workflow.table import COMPLETE, TABLE, WRITTEN
from app.workflow.vocabulary import Move, State

LISTS = (
    "problems",
    "waiting_sides",
    "over_cap",
    "unapproved",
    "unsigned",
    "unticked",
    "thin_panels",
    "open_panels",
    "missing_verdicts",
)
"""Facts that are lists: a guard names the first, the page names all."""


def facts(
    session: Session,
    application: Application,
    at: datetime,
    last_used: datetime | None = None,
    content: Content | None = None,
) -> Facts:
    """All that the guards may know of this application now: its own facts and those of the rooms above.

    `last_used` is when whoever acts last loaded or saved the form before the deadline; the grace of a draft needs it.
    `content` is what was read of it already.
    """
    definition = definition_by_version(session, application.call_version_id)
    call = session.get_one(Call, application.call_id)
    came_from = _left_from(session, application)
    part = part_at(
        definition, State(came_from) if application.state is State.WITHDRAWN and came_from else application.state
    )
    opened = closing_of(call, part)
    is_open = content is not None and opened is not None and at <= opened  # a step in time asks for no more
    later = [] if is_open else extended_to(session, application, part)
    closes = max([opened, *later]) if opened is not None else None
    was_begun = application.state not in WRITTEN or (closes is not None and was_open(last_used, closes))
    known: dict[str, Any] = call_facts(call, definition, at, later, was_begun=was_begun, part=part)
    known |= {"outline_selects": outline_selects(definition), "outline_is_judged": is_judged(definition, Part.OUTLINE)}
    if application.state in WRITTEN:
        known |= _draft_facts(session, application, content or content_of(session, application, definition), part, at)
    known["came_from"] = came_from
    if application.state is State.WITHDRAWN:
        known["problems"] = too_many(session, application, definition)
    known |= approval_facts(session, application, definition, at)
    if application.state in (State.SUBMITTED, State.SIGNED, State.OUTLINE_SUBMITTED):
        failing = colliding(session, application, definition)
        waiting = hindrances(session, application, definition, at)
        ticks = ticked(session, application.id)
        gaps = silence.undecided(session, application, definition, ticks, at)
        known["unticked"] = (*failing, *waiting, *gaps, *_unticked(definition, ticks))
    for tell in registry.FACTS.values():
        known |= tell(session, application, at)
    return Facts(at=at, **known)


def call_facts(
    call: Call,
    definition: Definition,
    at: datetime,
    extensions: Sequence[datetime] = (),
    *,
    was_begun: bool = False,
    part: Part = Part.FULL,
) -> dict[str, Any]:
    """When the call is open for one part. The grace belongs to forms that were open at the deadline."""
    closes = closing_of(call, part)
    known: dict[str, Any] = {
        "call_is_announced": standing_of_call(call, at) not in (Standing.DRAFT, Standing.FORECAST, Standing.EMBARGOED),
        "opens_at": call.opens_at,
        "closes_at": closes,
        "last_instant": None,
        "grace_ends_at": None,
    }
    if closes is not None:
        due = deadline(closes, definition.grace_minutes, was_begun=was_begun, extended_to=extensions)
        ends = deadline(closes, definition.grace_minutes, was_begun=True, extended_to=extensions).last
        known |= {"closes_at": due.closes, "last_instant": due.last, "grace_ends_at": ends}
    return known


def lacking(session: Session, application: Application, at: datetime) -> tuple[Problem, ...]:
    """Everything that keeps a draft from being submitted, the call's own dates among it, whoever asks."""
    known = facts(session, application, at)
    return everything((problem for guard in COMPLETE if (problem := guard(known)) is not None), known)


def _left_from(session: Session, application: Application) -> str | None:
    """The state from which it was last decided or withdrawn; None where neither was done."""
    if application.state not in (State.DECIDED, State.OUTLINE_DECIDED, State.WITHDRAWN):
        return None
    decided = [step for step in steps_of(session, application.id) if step.end is application.state]
    return decided[-1].start.value if decided else None


def _draft_facts(
    session: Session, application: Application, content: Content, part: Part, at: datetime
) -> dict[str, Any]:
    definition, parts, answers = content.definition, content.parts, values_of(content.answers)
    closed = closed_parts(session, application, definition, at)
    let_pass = {one.key for one in parts if silence.is_let_pass(definition, one, part)} - closed.keys()
    return {
        "problems": (
            *sides_lacking(definition, parts),
            *(
                one
                for one in answer_problems(definition, parts, answers, part)
                if not _is_of(definition, one, let_pass)
            ),
            *missing_budgets(definition, parts, part),
            *(unmatched(definition, parts) if part is Part.FULL else ()),
            *too_many(session, application, definition),
            *beyond_limit(session, application, definition),
            *unanswered(session, application, definition),
            *not_nominated(session, application, definition, at),
        ),
        "waiting_sides": tuple(
            closed.get(part.key, problem)
            for part in parts
            if (problem := waiting_for(part)) is not None and part.key not in let_pass
        ),
        "over_cap": tuple(problem for part in parts for problem in caps_broken(definition, part)),
    }


def _is_of(definition: Definition, problem: Problem, sides: set[str]) -> bool:
    """Whether a problem lies with the answers of one of these sides."""
    key = (problem.field or "").removeprefix("q-")
    question = next((question for question in definition.questions if question.key == key), None)
    return question is not None and definition.section(question.section).owner in sides


def _unticked(definition: Definition, ticks: set[str]) -> tuple[Problem, ...]:
    return tuple(
        Problem("unticked", N_("Not ticked: %(check)s."), field="tick", values={"check": check.title})
        for check in definition.eligibility
        if check.key not in ticks
    )


def everything(problems: Iterable[Problem], known: Facts) -> tuple[Problem, ...]:
    """Guards name the first problem of a list; this names the whole list in its place."""
    lists = [listed for name in LISTS if (listed := getattr(known, name))]
    whole: list[Problem] = []
    for problem in problems:
        whole.extend(next((listed for listed in lists if listed[0] is problem), (problem,)))
    return tuple(whole)


def offers(
    session: Session, application: Application, acting: Acting, at: datetime, last_used: datetime | None = None
) -> tuple[Offer[Move], ...]:
    """The moves this person may take, or sees greyed with everything that stands in the way."""
    definition = definition_by_version(session, application.call_version_id)
    known = facts(session, application, at, last_used)
    return tuple(
        replace(offer, problems=everything(offer.problems, known))
        for offer in TABLE.offers(application.state, acting, known, definition.stages)
    )
