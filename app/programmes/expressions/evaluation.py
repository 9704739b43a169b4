"""The value of an expression: exact, and None where something it needs was not answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import floor

from app.programmes.expressions.tree import Binary, Called, Expression, Literal, Named, Node, Texts, Unary

Value = Fraction | str | bool | dt.date | tuple[str, ...] | tuple[Fraction | None, ...]


class CannotEvaluate(Exception):
    """A value is of another kind than the names promised."""


def evaluate(expression: Expression, values: Mapping[str, Value | None]) -> Value | None:
    """The value over these values; a name without one counts as not answered. Raises CannotEvaluate."""
    try:
        return _value(expression.node, values)
    except (TypeError, AttributeError, ArithmeticError, ValueError) as odd:
        raise CannotEvaluate(str(odd)) from odd


def _value(node: Node, values: Mapping[str, Value | None]) -> Value | None:
    match node:
        case Literal(value):
            return value
        case Texts(texts):
            return texts
        case Named(name):
            return values.get(name)
        case Called("if", (condition, then, otherwise)):
            holds = _value(condition, values)
            return None if holds is None else _value(then if holds else otherwise, values)
        case Called(function, arguments):
            return _call(function, [_value(each, values) for each in arguments])
        case Unary(operator, inner):
            return _unary(operator, _value(inner, values))
        case Binary(("and" | "or") as operator, left, right):
            return _joined(operator, _value(left, values), _value(right, values))
        case Binary(operator, left, right):
            return _binary(operator, _value(left, values), _value(right, values))
    raise CannotEvaluate("unknown")  # pragma: no cover  # the match is complete


def _unary(operator: str, value: Value | None) -> Value | None:
    if value is None:
        return None
    if operator == "not":
        return not value
    return -value if isinstance(value, Fraction) else None


def _joined(operator: str, left: Value | None, right: Value | None) -> Value | None:
    """Three-valued: one that decides the whole decides it also beside one that is not known."""
    deciding = operator == "or"
    if left is deciding or right is deciding:
        return deciding
    return None if left is None or right is None else not deciding


def _binary(operator: str, left: Value | None, right: Value | None) -> Value | None:
    if left is None or right is None:
        return None
    if operator == "/" and right == 0:
        return None
    return BINARY[operator](left, right)


BINARY: Mapping[str, Callable[..., Value]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: Fraction(left) / Fraction(right),
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "in": lambda left, right: left in right,
}


def _call(function: str, arguments: list[Value | None]) -> Value | None:
    if function == "answered":
        return arguments[0] not in (None, "", ())
    if function == "count":
        return Fraction(len(_given(arguments)))
    if function in MANY:
        return MANY[function](_given(arguments))
    if function == "round":
        return _rounded(arguments)
    if any(argument is None for argument in arguments):
        return None
    return SINGLE[function](*arguments)


def _given(arguments: Sequence[Value | None]) -> list[Fraction]:
    """Every value that there is, of columns too."""
    flat: list[Value | None] = []
    for argument in arguments:
        if isinstance(argument, tuple):
            flat.extend(argument)
        else:
            flat.append(argument)
    return [each for each in flat if each is not None and each != ""]  # type: ignore[misc]  # checked at reading


def _mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _median(values: list[Fraction]) -> Fraction | None:
    ordered = sorted(values)
    if not ordered:
        return None
    return Fraction(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


MANY: Mapping[str, Callable[[list[Fraction]], Fraction | None]] = {
    "sum": lambda values: sum(values, Fraction(0)),
    "min": lambda values: min(values) if values else None,
    "max": lambda values: max(values) if values else None,
    "mean": _mean,
    "median": _median,
}


def _rounded(arguments: list[Value | None]) -> Fraction | None:
    value, places = arguments[0], arguments[1] if len(arguments) > 1 else Fraction(0)
    if not isinstance(value, Fraction) or not isinstance(places, Fraction):
        return None
    shift = Fraction(10) ** max(-9, min(9, floor(places)))
    steps = floor(abs(value) * shift + Fraction(1, 2))
    return Fraction(-steps if value < 0 else steps) / shift


def _months(first: dt.date, second: dt.date) -> int:
    """Whole months from one day to another; below zero when the second comes first."""
    if second < first:
        return -_months(second, first)
    return (second.year - first.year) * 12 + second.month - first.month - (second.day < first.day)


def _years(first: dt.date, second: dt.date) -> int:
    months = _months(first, second)
    return months // 12 if months >= 0 else -(-months // 12)


SINGLE: Mapping[str, Callable[..., Value]] = {
    "abs": abs,
    "floor": lambda value: Fraction(floor(value)),
    "words": lambda text: Fraction(len(text.split())),
    "chars": lambda text: Fraction(len(text)),
    "lower": lambda text: text.lower(),
    "contains": lambda where, what: what in where,
    "year": lambda day: Fraction(day.year),
    "days_between": lambda first, second: Fraction((second - first).days),
    "months_between": lambda first, second: Fraction(_months(first, second)),
    "years_between": lambda first, second: Fraction(_years(first, second)),
}
