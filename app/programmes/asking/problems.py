"""What is wrong with a form as a whole: every question that is asked, the checks across them, the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.asking.form import Asked
from app.programmes.asking.values import condition_of
from app.programmes.definition import Definition, EligibilityRule, Severity
from app.programmes.expressions import CannotEvaluate, evaluate

SAYING = N_("%(message)s")


@dataclass(frozen=True)
class RuleVerdict:
    """What software found of one eligibility rule: met, not met, or not to be told yet (None)."""

    rule: EligibilityRule
    is_met: bool | None


def check_problems(definition: Definition, asked: Asked) -> list[Problem]:
    """Checks across questions that are false. What cannot be told yet is no problem."""
    return [
        Problem("check_failed", SAYING, field=check.question or None, values={"message": check.message})
        for check in definition.checks
        if _holds(definition, check.holds, asked) is False
    ]


def rule_verdicts(definition: Definition, asked: Asked) -> tuple[RuleVerdict, ...]:
    """What software finds of every eligibility rule."""
    return tuple(RuleVerdict(rule, _holds(definition, rule.holds, asked)) for rule in definition.rules)


def stopping_rules(definition: Definition, asked: Asked) -> Iterator[Problem]:
    """Rules that are not met and stop the application, with their reasons; what cannot be told yet stops it too.

    A rule over a question that is not asked concerns others, and stops nobody.
    """
    heard = {question.key for question in asked.questions} | {"budget"}
    for verdict in rule_verdicts(definition, asked):
        named = {name.split(".")[0] for name in condition_of(definition, verdict.rule.holds).names}
        if verdict.rule.severity is Severity.STOPS and verdict.is_met is not True and named <= heard:
            values = {"rule": verdict.rule.title, "reason": verdict.rule.reason}
            yield Problem("rule_not_met", N_("%(rule)s: %(reason)s"), values=values)


def _holds(definition: Definition, text: str, asked: Asked) -> bool | None:
    try:
        value = evaluate(condition_of(definition, text), asked.values)
    except CannotEvaluate:
        return None
    return value if isinstance(value, bool) else None
