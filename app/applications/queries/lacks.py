"""What a draft and its sides still lack, as the applicants and the guards ask it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.applications.eligibility import career_problems, participant_problems
from app.applications.models import Application
from app.applications.parts import Part, answers_of, asked_of, parts_of, questions_of, values_of
from app.applications.rules import CapRule, cap_problems, question_problems, side_problems
from app.applications.stages import asks_budget, part_at
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.asking import check_problems, stopping_rules
from app.programmes.definition import SHARED, Definition
from app.programmes.definition import Part as Stage


def answer_problems(
    definition: Definition, parts: Sequence[Part], answers: Mapping[str, Any], at_stage: Stage = Stage.FULL
) -> Iterable[Problem]:
    """What is wrong with the answers to what is asked; those of another side name who answers there."""
    owners = {section.key: section.owner for section in definition.sections}
    others = {part.key: part for part in parts if not part.is_own}
    asked = asked_of(definition, answers, parts, at_stage=at_stage)
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


def missing_budgets(definition: Definition, parts: Sequence[Part], at_stage: Stage = Stage.FULL) -> Iterable[Problem]:
    """A side that has not answered yet is told as waiting, not as lacking each amount."""
    for part in parts:
        if part.side.pays and (part.is_own or part.confirmed_at is not None):
            yield from budget_lacks(definition, part, at_stage)


def answers_lacking(session: Session, application: Application, definition: Definition, owner: str) -> list[Problem]:
    """What is wrong with the answers in the sections of one owner: a side, or what all sides share."""
    answers = values_of(answers_of(session, application))
    stage = part_at(definition, application.state)
    asked = asked_of(definition, answers, parts_of(session, application, definition), at_stage=stage)
    own = {question.key for question in questions_of(definition, {owner})}
    questions = [question for question in asked.questions if question.key in own]
    found = question_problems(questions, asked.answers, definition.limit_tolerance_percent)
    return [replace(problem, field=f"q-{problem.field}") for problem in found]


def budget_lacks(definition: Definition, part: Part, at_stage: Stage = Stage.FULL) -> list[Problem]:
    """What a side's budget still lacks; nothing for a side that pays nothing, or whose budget is asked later."""
    if not asks_budget(definition, at_stage, part.key):
        return []
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
