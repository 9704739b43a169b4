"""What a draft and its sides still lack, as the applicants and the guards ask it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.applications.eligibility import career_problems, participant_problems
from app.applications.matching import Balance, Share, balances, match_problems, shares_of
from app.applications.models import Application
from app.applications.parts import Part, answers_of, asked_of, parts_of, questions_of, values_of
from app.applications.rules import CapRule, cap_problems, question_problems, side_count_problems, side_problems
from app.applications.stages import asks_budget, part_at
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.asking import check_problems, stopping_rules
from app.programmes.definition import SHARED, Definition
from app.programmes.definition import Part as Stage
from app.programmes.definition.vocabulary import Matching


def answer_problems(
    definition: Definition, parts: Sequence[Part], answers: Mapping[str, Any], at_stage: Stage = Stage.FULL
) -> Iterable[Problem]:
    """What is wrong with the answers to what is asked; those of another side name who answers there."""
    owners = {section.key: section.owner for section in definition.sections}
    others = {part.key: part for part in parts if not part.is_own}
    asked = asked_of(definition, answers, parts, at_stage=at_stage)
    found = question_problems(asked.questions, asked.answers, definition.limit_tolerance_percent)
    found += [*check_problems(definition, asked), *stopping_rules(definition, asked)]
    present = replace(definition, sides=tuple(part.side for part in parts))
    found += career_problems(present, asked.answers) + participant_problems(
        present, asked.answers, {question.key for question in asked.questions}
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
    if not part.side.pays:
        return []
    found = side_problems(cap_rule(definition, part), part.years)
    if part.side.asks_least and part.years and part.least is None:
        message = N_("%(side)s: write the least amount with which the side could still do its part.")
        values = {"side": part.side.short}
        found.append(Problem("least_missing", message, field=f"least-{part.key}", side=part.side.short, values=values))
    return found + least_above(part)


def least_above(part: Part) -> list[Problem]:
    """The least amount that is enough cannot be more than what is asked for."""
    tally = part.tally
    if part.least is None or tally is None or tally.is_empty or part.least <= tally.direct:
        return []
    message = N_("%(side)s: %(least)s is more than the %(asked)s that are asked for; the least amount is at most that.")
    values = {"side": part.side.short, "least": part.least, "asked": tally.direct}
    return [Problem("least_above", message, field=f"least-{part.key}", side=part.side.short, values=values)]


def caps_broken(definition: Definition, part: Part) -> list[Problem]:
    """Every cap of its own call that a side's budget goes over."""
    return cap_problems(cap_rule(definition, part), part.years) if part.side.pays else []


def cap_rule(definition: Definition, part: Part) -> CapRule:
    """The caps of a side beside those that take part with it. Where sides may give in kind, nothing is an amount."""
    in_kind = definition.matching is not None and definition.matching.rule is Matching.IN_KIND
    return CapRule.of(part.side, definition.years or 1, part.beside, may_be_zero=in_kind)


def sides_lacking(definition: Definition, parts: Sequence[Part]) -> list[Problem]:
    """Too few or too many sides that take part."""
    return side_count_problems(len(parts), definition.least_sides, definition.most_sides)


def shares(definition: Definition, parts: Sequence[Part]) -> tuple[Share, ...]:
    """What each side that takes part and pays would pay in all; without an amount yet it is left out."""
    if definition.matching is None:
        return ()
    totals = {part.key: part.tally.total for part in parts if part.tally is not None and not part.tally.is_empty}
    return shares_of(definition.matching, definition.paying_sides, totals)


def balances_of(definition: Definition, parts: Sequence[Part]) -> tuple[Balance, ...]:
    """The sides' amounts held against each other, as far as they are there."""
    return balances(definition.matching, shares(definition, parts), definition.lead_side.currency)


def unmatched(definition: Definition, parts: Sequence[Part]) -> list[Problem]:
    """What does not fit the matching rule of the call."""
    return match_problems(definition.matching, shares(definition, parts), definition.lead_side.currency)


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
