"""Reading applications. Whoever calls hands in one that was reached, or the ids of those that may be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications import registry
from app.applications.eligibility import career_problems, participant_problems
from app.applications.extended import extended_to
from app.applications.models import (
    Application,
    ApplicationSide,
    ApplicationStep,
    BudgetYear,
    EligibilityTick,
    Submission,
)
from app.applications.parts import Part, answers_of, asked_of, parts_of, questions_of, values_of
from app.applications.rules import CapRule, cap_problems, question_problems, side_problems
from app.applications.snapshots import Sheet, sheet_of, snapshot_of
from app.applications.status import standing
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.money import Money
from app.kernel.words import N_
from app.programmes.asking import check_problems, stopping_rules
from app.programmes.deadlines import Standing, deadline
from app.programmes.deadlines import standing as standing_of_call
from app.programmes.definition import SHARED, Definition
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.guards import Facts
from app.workflow.machine import Offer
from app.workflow.table import TABLE
from app.workflow.vocabulary import Move, State

LISTS = (
    "problems",
    "waiting_sides",
    "over_cap",
    "unticked",
    "thin_panels",
    "open_panels",
    "missing_verdicts",
)
"""Facts that are lists: a guard names the first, the page names all."""


def facts(session: Session, application: Application, at: datetime) -> Facts:
    """All that the guards may know of this application now: its own facts and those of the rooms above."""
    definition = definition_by_version(session, application.call_version_id)
    call = session.get_one(Call, application.call_id)
    known: dict[str, Any] = call_facts(call, definition, at, extended_to(session, application), was_begun=True)
    if application.state is State.DRAFT:
        known |= _draft_facts(session, application, definition)
    if application.state is State.SUBMITTED:
        known["unticked"] = _unticked(definition, ticked(session, application.id))
    for tell in registry.FACTS.values():
        known |= tell(session, application, at)
    return Facts(at=at, **known)


def call_facts(
    call: Call, definition: Definition, at: datetime, extensions: Sequence[datetime] = (), *, was_begun: bool = False
) -> dict[str, Any]:
    """When the call is open. Grace and extensions belong to what was begun before the deadline."""
    known: dict[str, Any] = {
        "call_is_announced": standing_of_call(call, at) not in (Standing.DRAFT, Standing.FORECAST, Standing.EMBARGOED),
        "opens_at": call.opens_at,
        "closes_at": call.closes_at,
        "last_instant": None,
    }
    if call.closes_at is not None:
        due = deadline(call.closes_at, definition.grace_minutes, was_begun=was_begun, extended_to=extensions)
        known |= {"closes_at": due.closes, "last_instant": due.last}
    return known


def _draft_facts(session: Session, application: Application, definition: Definition) -> dict[str, Any]:
    parts = parts_of(session, application, definition)
    answers = values_of(answers_of(session, application))
    return {
        "problems": (*_answer_problems(definition, parts, answers), *_missing_budgets(definition, parts)),
        "waiting_sides": tuple(problem for part in parts if (problem := waiting_for(part)) is not None),
        "over_cap": tuple(problem for part in parts for problem in caps_broken(definition, part)),
    }


def _answer_problems(definition: Definition, parts: Sequence[Part], answers: Mapping[str, Any]) -> Iterable[Problem]:
    """What is wrong with the answers to what is asked; those of another side name who answers there."""
    owners = {section.key: section.owner for section in definition.sections}
    others = {part.key: part for part in parts if not part.is_own}
    asked = asked_of(definition, answers, parts)
    found = question_problems(asked.questions, asked.answers, definition.limit_tolerance_percent)
    found += [*check_problems(definition, asked), *stopping_rules(definition, asked)]
    found += career_problems(definition, asked.answers) + participant_problems(
        definition, asked.answers, {question.key for question in asked.questions}
    )
    for problem in found:
        if problem.field is None:
            yield problem
            continue
        owner = owners[definition.question(problem.field).section]
        named = replace(problem, field=f"q-{problem.field}")
        if owner != SHARED and owner in others:
            part = others[owner]
            named = replace(named, holder=part.name or None, side=part.side.short)
        yield named


def _missing_budgets(definition: Definition, parts: Sequence[Part]) -> Iterable[Problem]:
    """A side that has not answered yet is told as waiting, not as lacking each amount."""
    for part in parts:
        if part.side.pays and (part.is_own or part.confirmed_at is not None):
            yield from budget_lacks(definition, part)


def answers_lacking(session: Session, application: Application, definition: Definition, owner: str) -> list[Problem]:
    """What is wrong with the answers in the sections of one owner: a side, or what all sides share."""
    answers = values_of(answers_of(session, application))
    asked = asked_of(definition, answers, parts_of(session, application, definition))
    own = {question.key for question in questions_of(definition, {owner})}
    questions = [question for question in asked.questions if question.key in own]
    found = question_problems(questions, asked.answers, definition.limit_tolerance_percent)
    return [replace(problem, field=f"q-{problem.field}") for problem in found]


def budget_lacks(definition: Definition, part: Part) -> list[Problem]:
    """What a side's budget still lacks; nothing for a side that pays nothing."""
    return side_problems(CapRule.of(part.side, definition.years or 1), part.years) if part.side.pays else []


def caps_broken(definition: Definition, part: Part) -> list[Problem]:
    """Every cap of its own call that a side's budget goes over."""
    return cap_problems(CapRule.of(part.side, definition.years or 1), part.years) if part.side.pays else []


def waiting_for(part: Part) -> Problem | None:
    """Why another side is not ready: not asked yet, not answered yet, or declined. None when it has confirmed."""
    if part.is_own or part.confirmed_at is not None:
        return None
    side, place = part.side.short, f"side-{part.key}"
    if part.declined_at is not None:
        return Problem(
            "side_declined",
            N_("%(side)s: %(person)s has declined. Invite somebody else."),
            field=place,
            holder="lead_applicant",
            side=side,
            since=part.declined_at,
            values={"side": side, "person": part.name},
        )
    if part.person_id is None:
        return Problem(
            "side_not_invited",
            N_("%(side)s: nobody is invited yet to lead the project there."),
            field=place,
            holder="lead_applicant",
            side=side,
            values={"side": side},
        )
    return Problem(
        "side_waiting",
        N_("%(side)s: %(person)s has not confirmed yet."),
        field=place,
        holder=part.name,
        side=side,
        since=part.invited_at,
        values={"side": side, "person": part.name},
    )


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


def offers(session: Session, application: Application, acting: Acting, at: datetime) -> tuple[Offer[Move], ...]:
    """The moves this person may take, or sees greyed with everything that stands in the way."""
    definition = definition_by_version(session, application.call_version_id)
    known = facts(session, application, at)
    return tuple(
        replace(offer, problems=everything(offer.problems, known))
        for offer in TABLE.offers(application.state, acting, known, definition.stages)
    )


def draft_sheet(session: Session, application: Application) -> Sheet:
    """What would be submitted now."""
    definition = definition_by_version(session, application.call_version_id)
    return sheet_of(snapshot_of(session, application, definition))


def frozen_sheet(session: Session, application_id: UUID) -> Sheet | None:
    """What was submitted, as it was; None before."""
    frozen = session.scalar(
        scoped(
            select(Submission)
            .where(Submission.application_id == application_id)
            .order_by(Submission.number.desc())
            .limit(1)
        )
    )
    return None if frozen is None else sheet_of(frozen.snapshot, frozen.number, frozen.sha256)


def budgets(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, dict[str, dict[int, Money]]]:
    """What is asked for: by application, side and year."""
    found: dict[UUID, dict[str, dict[int, Money]]] = {application_id: {} for application_id in application_ids}
    rows = session.execute(
        scoped(
            select(
                ApplicationSide.application_id,
                ApplicationSide.side_key,
                BudgetYear.year,
                BudgetYear.amount_minor,
                BudgetYear.currency,
            )
            .join(BudgetYear, BudgetYear.application_side_id == ApplicationSide.id)
            .where(ApplicationSide.application_id.in_(found))
            .order_by(ApplicationSide.side_key, BudgetYear.year)
        )
    )
    for row in rows:
        found[row.application_id].setdefault(row.side_key, {})[row.year] = Money(row.amount_minor, row.currency)
    return found


def applicants_of(session: Session, application: Application) -> tuple[tuple[UUID, str], ...]:
    """Everybody who leads a side of it, with that side; whoever declined does not."""
    rows = session.execute(
        scoped(
            select(ApplicationSide.lead_person_id, ApplicationSide.side_key)
            .where(
                ApplicationSide.application_id == application.id,
                ApplicationSide.lead_person_id.is_not(None),
                ApplicationSide.declined_at.is_(None),
            )
            .order_by(ApplicationSide.side_key)
        )
    )
    return tuple((row.lead_person_id, row.side_key) for row in rows)


def side_of(session: Session, application_id: UUID, side_key: str) -> ApplicationSide | None:
    """One side of an application that was reached."""
    return session.scalar(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application_id, ApplicationSide.side_key == side_key
            )
        )
    )


def own_draft(session: Session, call_id: UUID, person_id: UUID) -> Application | None:
    """The draft that this person has begun in this call."""
    return session.scalars(
        scoped(
            select(Application)
            .where(
                Application.call_id == call_id,
                Application.lead_person_id == person_id,
                Application.state == State.DRAFT,
            )
            .order_by(Application.created_at)
            .limit(1)
        )
    ).first()


@dataclass(frozen=True)
class OfficeRow:
    """An application in its office's list."""

    id: UUID
    reference: str | None
    title: str
    state: State
    lead_name: str
    submitted_at: datetime | None


def office_rows(session: Session, *, among: Select[Any]) -> tuple[OfficeRow, ...]:
    """The applications `among` these, in the order of their numbers."""
    rows = session.execute(
        scoped(
            select(
                Application.id,
                Application.reference,
                Application.title,
                Application.state,
                Person.name,
                Application.submitted_at,
            )
            .join(Person, Person.id == Application.lead_person_id)
            .where(Application.id.in_(among))
            .order_by(Application.number, Application.id)
        )
    )
    return tuple(OfficeRow(*row) for row in rows)


@dataclass(frozen=True)
class OwnRow:
    """An application in the list of somebody who applies. `leads`: the edit page finds everybody's own part."""

    id: UUID
    title: str
    reference: str | None
    state: State
    call_id: UUID
    call_key: str
    call_version_id: UUID
    submitted_at: datetime | None
    leads: bool = True

    @property
    def status(self) -> str:
        """The state in a few words, as an English template."""
        return standing(self.state).label


def own_applications(session: Session, *, among: Select[Any]) -> tuple[OwnRow, ...]:
    """The applications `among` these, the newest first."""
    rows = session.execute(
        scoped(
            select(
                Application.id,
                Application.title,
                Application.reference,
                Application.state,
                Application.call_id,
                Call.key,
                Application.call_version_id,
                Application.submitted_at,
            )
            .join(Call, Call.id == Application.call_id)
            .where(Application.id.in_(among))
            .order_by(Application.created_at.desc(), Application.id)
        )
    )
    return tuple(OwnRow(*row) for row in rows)


def ticked(session: Session, application_id: UUID) -> set[str]:
    """The points of the formal check that somebody found in order."""
    return set(
        session.scalars(scoped(select(EligibilityTick.key).where(EligibilityTick.application_id == application_id)))
    )


@dataclass(frozen=True)
class StepRow:
    """One step as it was taken."""

    move: Move
    start: State
    end: State
    by_name: str
    reason: str
    at: datetime


def steps_of(session: Session, application_id: UUID) -> tuple[StepRow, ...]:
    """What happened to an application, in order."""
    rows = session.execute(
        scoped(
            select(
                ApplicationStep.move,
                ApplicationStep.start,
                ApplicationStep.end,
                ApplicationStep.by_name,
                ApplicationStep.reason,
                ApplicationStep.at,
            )
            .where(ApplicationStep.application_id == application_id)
            .order_by(ApplicationStep.position)
        )
    )
    return tuple(StepRow(*row) for row in rows)


@dataclass(frozen=True)
class Invitation:
    """What a partner is asked, before anything is opened."""

    application: Application
    definition: Definition
    part: Part
    lead: Part


def invitation(session: Session, side_id: UUID, person_id: UUID) -> Invitation | None:
    """What this person is asked for this side; None when somebody else leads it by now."""
    row = session.execute(
        scoped(
            select(Application, ApplicationSide.side_key)
            .join(ApplicationSide, ApplicationSide.application_id == Application.id)
            .where(ApplicationSide.id == side_id, ApplicationSide.lead_person_id == person_id)
        )
    ).first()
    if row is None:
        return None
    definition = definition_by_version(session, row.Application.call_version_id)
    parts = parts_of(session, row.Application, definition)
    own = next(part for part in parts if part.key == row.side_key)
    return Invitation(row.Application, definition, own, next(part for part in parts if part.is_own))
