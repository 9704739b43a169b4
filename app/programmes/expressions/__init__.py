"""A small language for calculations and checks over answers: read to a typed tree, evaluated exactly, never executed.

Numbers are exact fractions. What was not answered is None, and what is computed from it is None too, but for
`answered`, and for sums and the like, which leave it out.
"""

from __future__ import annotations

from app.programmes.expressions.evaluation import CannotEvaluate, Value, evaluate
from app.programmes.expressions.grammar import ExpressionRefused, Fault, parse
from app.programmes.expressions.tree import DATE, LIST, NUMBER, NUMBERS, TEXT, TRUTH, Expression, Money, Type, written

__all__ = [
    "DATE",
    "LIST",
    "NUMBER",
    "NUMBERS",
    "TEXT",
    "TRUTH",
    "CannotEvaluate",
    "Expression",
    "ExpressionRefused",
    "Fault",
    "Money",
    "Type",
    "Value",
    "evaluate",
    "parse",
    "written",
]
