"""What expressions may name: the answers, the budgets, the criteria, each with its type."""

from __future__ import annotations

from collections.abc import Iterable

from app.kernel.words import N_
from app.programmes.definition.tree import Criterion, Definition, Side
from app.programmes.expressions import DATE, LIST, NUMBER, NUMBERS, TEXT, TRUTH, ExpressionRefused, Money, Type, parse
from app.programmes.kinds import Question, QuestionKind

Q = QuestionKind
SINGLE: dict[QuestionKind, Type] = {
    Q.SHORT_TEXT: TEXT,
    Q.LONG_TEXT: TEXT,
    Q.MARKDOWN: TEXT,
    Q.CHOICE: TEXT,
    Q.CHOICES: LIST,
    Q.YES_NO: TRUTH,
    Q.YES_NO_TEXT: TRUTH,
    Q.NUMBER: NUMBER,
    Q.DATE: DATE,
    Q.COUNTRY: TEXT,
    Q.ORCID: TEXT,
    Q.DECLARATION: TRUTH,
}


def names_of_answers(call: Definition) -> dict[str, Type]:
    """Every name over answers and budgets. Calculated questions name what stands before them only."""
    names = names_of_budgets(call.sides, call.years or 1)
    for question in call.questions:
        names |= names_of(question, names)
    return names


def names_of(question: Question, before: dict[str, Type]) -> dict[str, Type]:
    """What one question gives to expressions; a calculated one whose formula is mistaken gives a number."""
    key = question.key
    match question.kind:
        case Q.MONEY:
            return {key: Money(N_("an amount"), question.currency)}
        case Q.PERIOD:
            return {f"{key}.from": DATE, f"{key}.to": DATE, f"{key}.days": NUMBER}
        case Q.PEOPLE | Q.PUBLICATIONS | Q.FILE | Q.LETTER | Q.HOST:
            return {f"{key}.count": NUMBER}
        case Q.TABLE:
            numeric = (Q.NUMBER, Q.MONEY)
            columns = {f"{key}.{column.key}": NUMBERS for column in question.columns if column.kind in numeric}
            return columns | {f"{key}.count": NUMBER}
        case Q.CALCULATED:
            try:
                return {key: parse(question.formula, before).type}
            except ExpressionRefused:
                return {key: NUMBER}
    return {key: SINGLE[question.kind]} if question.kind in SINGLE else {}


def names_of_budgets(sides: Iterable[Side], years: int) -> dict[str, Type]:
    """`budget.<side>.total` and `budget.<side>.year_<n>` of every side that pays."""
    names: dict[str, Type] = {}
    for side in sides:
        if side.pays and side.currency:
            amount = Money(N_("an amount"), side.currency)
            names[f"budget.{side.key}.total"] = amount
            names |= {f"budget.{side.key}.year_{year}": amount for year in range(1, years + 1)}
    return names


def names_of_criteria(criteria: Iterable[Criterion]) -> dict[str, Type]:
    """The scores of one review."""
    return {criterion.key: NUMBER for criterion in criteria}
