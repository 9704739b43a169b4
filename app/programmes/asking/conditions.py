"""Whether a condition holds. What was not answered fulfils nothing but `is_not`, and `answered = false`."""

from __future__ import annotations

from collections.abc import Mapping

from app.programmes.kinds import AllOf, Answer, AnyOf, Comparison, Condition, Operator


def holds(condition: Condition | None, answers: Mapping[str, Answer]) -> bool:
    """Whether it holds; no condition always does."""
    match condition:
        case None:
            return True
        case AllOf(parts):
            return all(holds(part, answers) for part in parts)
        case AnyOf(parts):
            return any(holds(part, answers) for part in parts)
        case Comparison():
            return _compares(condition, answers.get(condition.question))


def _compares(look: Comparison, answer: Answer) -> bool:
    match look.operator:
        case Operator.ANSWERED:
            return is_answered(answer) == (look.value != "no")
        case Operator.IS:
            return look.value in _words(answer)
        case Operator.IS_NOT:
            return look.value not in _words(answer)
        case Operator.CONTAINS:
            return isinstance(answer, list) and look.value in answer
    if isinstance(answer, bool) or not isinstance(answer, int):
        return False
    limit = int(look.value)
    return answer >= limit if look.operator is Operator.AT_LEAST else answer <= limit


def is_answered(answer: Answer) -> bool:
    """Whether something was given; no and zero are answers."""
    return answer is False or answer == 0 or bool(answer)


def _words(answer: Answer) -> frozenset[str]:
    """What an answer says, in the words that a condition uses."""
    if isinstance(answer, bool):
        return frozenset({"yes" if answer else "no"})
    if isinstance(answer, dict):
        return frozenset({answer.get("said", "")})
    return frozenset() if answer is None or isinstance(answer, list) else frozenset({str(answer)})
