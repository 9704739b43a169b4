"""Answers and budgets as the values of expressions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from app.kernel.money import Money, exponent
from app.programmes.definition import Definition
from app.programmes.definition.names import names_of, names_of_answers, names_of_budgets
from app.programmes.expressions import CannotEvaluate, Expression, Type, Value, evaluate, parse
from app.programmes.kinds import Answer, Question, QuestionKind
from app.programmes.kinds.single import day_of

Q = QuestionKind
Amounts = Mapping[str, Mapping[int, Money]]
"""By side and year, each in the side's own currency."""


def values_of(
    definition: Definition, answers: Mapping[str, Answer], amounts: Amounts | None = None
) -> dict[str, Value | None]:
    """The value of every name that expressions may use; calculated answers are computed in the order of the form."""
    values: dict[str, Value | None] = {}
    for side_key, years in (amounts or {}).items():
        for year, money in years.items():
            values[f"budget.{side_key}.year_{year}"] = Fraction(money.major)
        if years:
            values[f"budget.{side_key}.total"] = sum((Fraction(money.major) for money in years.values()), Fraction(0))
    formulas = calculations(definition)
    for question in definition.questions:
        if question.kind is Q.CALCULATED:
            values[question.key] = _evaluated(formulas.get(question.key), values)
        else:
            values |= _values(question, answers.get(question.key))
    return values


def _evaluated(formula: Expression | None, values: Mapping[str, Value | None]) -> Value | None:
    try:
        return evaluate(formula, values) if formula is not None else None
    except CannotEvaluate:
        return None  # an answer that was kept under another kind of question


@lru_cache(maxsize=128)
def calculations(definition: Definition) -> dict[str, Expression]:
    """The formula of every calculated question; the declaration has been checked."""
    names = names_of_budgets(definition.sides, definition.years or 1)
    formulas = {}
    for question in definition.questions:
        if question.formula:
            formulas[question.key] = parse(question.formula, names)
        names |= names_of(question, names)
    return formulas


@lru_cache(maxsize=512)
def condition_of(definition: Definition, text: str) -> Expression:
    """An expression over all answers."""
    return parse(text, _names(definition))


@lru_cache(maxsize=128)
def _names(definition: Definition) -> dict[str, Type]:
    return names_of_answers(definition)


def _values(question: Question, answer: Answer) -> dict[str, Value | None]:
    key = question.key
    match question.kind:
        case Q.PERIOD:
            given = answer if isinstance(answer, dict) else {}
            begins, ends = day_of(given.get("from", "")), day_of(given.get("to", ""))
            days = Fraction((ends - begins).days + 1) if begins and ends else None
            return {f"{key}.from": begins, f"{key}.to": ends, f"{key}.days": days}
        case Q.PEOPLE | Q.PUBLICATIONS | Q.FILE | Q.LETTER | Q.HOST:
            return {f"{key}.count": Fraction(len(answer)) if isinstance(answer, list) else Fraction(0)}
        case Q.TABLE:
            return _columns(question, answer)
    return {key: _single(question, answer)}


def _columns(question: Question, answer: Answer) -> dict[str, Value | None]:
    rows = [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
    values: dict[str, Value | None] = {f"{question.key}.count": Fraction(len(rows))}
    for column in question.columns:
        scale = 10 ** exponent(question.currency) if column.kind == Q.MONEY and question.currency else 1
        if column.kind in (Q.NUMBER, Q.MONEY):
            cells = [row.get(column.key, "") for row in rows]
            values[f"{question.key}.{column.key}"] = tuple(
                Fraction(int(cell), scale) if cell else None for cell in cells
            )
    return values


def _single(question: Question, answer: Answer) -> Value | None:
    if answer is None:
        return None
    match question.kind:
        case Q.MONEY if isinstance(answer, int):
            return Fraction(answer, 10 ** exponent(question.currency))
        case Q.NUMBER if isinstance(answer, int):
            return Fraction(answer)
        case Q.DATE:
            return day_of(answer)
        case Q.YES_NO | Q.DECLARATION if isinstance(answer, bool):
            return answer
        case Q.YES_NO_TEXT if isinstance(answer, dict):
            return answer.get("said") == "yes" if answer.get("said") else None
        case Q.CHOICES if isinstance(answer, list):
            return tuple(str(each) for each in answer)
        case Q.SHORT_TEXT | Q.LONG_TEXT | Q.MARKDOWN | Q.CHOICE | Q.COUNTRY | Q.ORCID:
            return str(answer)
    return None
