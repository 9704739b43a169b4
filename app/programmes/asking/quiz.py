"""Whether somebody may apply, asked before anybody types: the call's own questions, and rules that can be asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.programmes.asking.values import condition_of, values_of
from app.programmes.definition import Definition, EligibilityCheck, EligibilityRule, Severity
from app.programmes.expressions import CannotEvaluate, evaluate
from app.programmes.kinds import Answer, Question, QuestionKind, Text

ASKABLE = (QuestionKind.YES_NO, QuestionKind.NUMBER, QuestionKind.CHOICE)
"""Kinds of question that are answered in a second."""


@dataclass(frozen=True)
class Quiz:
    """What is asked: points to say yes or no to, and questions of the form that rules can be told from alone."""

    points: tuple[EligibilityCheck, ...]
    questions: tuple[Question, ...]
    rules: tuple[EligibilityRule, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.points or self.questions)


@dataclass(frozen=True)
class Finding:
    """What was found of one point or rule: fine, not fine, or not said (None); `reason` is told where it is not fine."""

    title: Text
    is_met: bool | None
    reason: Text | None = None
    is_caveat: bool = False


def quiz_of(call: Definition) -> Quiz:
    """What the call can ask before the form is opened."""
    askable = {question.key: question for question in call.questions if question.kind in ASKABLE}
    rules = tuple(rule for rule in call.rules if condition_of(call, rule.holds).names <= askable.keys())
    named = {name for rule in rules for name in condition_of(call, rule.holds).names}
    questions = tuple(question for question in call.questions if question.key in named)
    return Quiz(tuple(point for point in call.eligibility if point.ask is not None), questions, rules)


def judged(call: Definition, said: Mapping[str, bool | None], answers: Mapping[str, Answer]) -> tuple[Finding, ...]:
    """What follows from the answers, point by point. `said` holds yes and no by the key of the point."""
    asked = quiz_of(call)
    values = values_of(call, answers)
    found = [Finding(point.ask or point.title, said.get(point.key), point.reason) for point in asked.points]
    for rule in asked.rules:
        try:
            value = evaluate(condition_of(call, rule.holds), values)
        except CannotEvaluate:
            value = None
        is_met = value if isinstance(value, bool) else None
        found.append(Finding(rule.title, is_met, rule.reason, rule.severity is Severity.CAVEAT))
    return tuple(found)
