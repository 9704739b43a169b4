"""The tree of an expression, its types, and its writing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from app.kernel.words import N_


@dataclass(frozen=True)
class Type:
    """What a value is."""

    name: str


@dataclass(frozen=True)
class Money(Type):
    """A number of one currency; two currencies never meet."""

    currency: str = ""


NUMBER, TEXT, TRUTH, DATE = Type(N_("a number")), Type(N_("a text")), Type(N_("yes or no")), Type(N_("a date"))
LIST, NUMBERS = Type(N_("a list of texts")), Type(N_("a list of numbers"))


@dataclass(frozen=True)
class Literal:
    """A number, a text, true or false."""

    value: Fraction | str | bool | dt.date


@dataclass(frozen=True)
class Texts:
    """A list of texts as it was written."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """The value of something outside, such as an answer."""

    name: str


@dataclass(frozen=True)
class Unary:
    """`-` or `not`."""

    operator: str
    inner: Node


@dataclass(frozen=True)
class Binary:
    """Two values and what stands between them."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Called:
    """A function of the language."""

    function: str
    arguments: tuple[Node, ...]


Node = Literal | Texts | Named | Unary | Binary | Called


@dataclass(frozen=True)
class Expression:
    """A sound expression: its tree, the type of its value and the names it uses."""

    node: Node
    type: Type
    names: frozenset[str]


LEVELS = {
    "or": 1,
    "and": 2,
    "=": 4,
    "!=": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "in": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
"""How strongly operators bind; `not` stands between `and` and the comparisons, a leading minus above all."""
NOT, MINUS = 3, 7
WORDS = frozenset({"and", "or", "not", "in", "true", "false"})
"""Names that mean something else unless they stand in backticks."""


def written(expression: Expression) -> str:
    """The canonical text, which reads to the same tree."""
    return _text(expression.node, 0)


def _text(node: Node, level: int) -> str:
    match node:
        case Literal(bool() as value):
            return "true" if value else "false"
        case Literal(Fraction() as value):
            return number_text(value)
        case Literal(dt.date() as value):
            return f'date("{value.isoformat()}")'
        case Literal(value):
            return quoted(str(value))
        case Texts(values):
            return f"[{', '.join(map(quoted, values))}]"
        case Named(name):
            return f"`{name}`" if "-" in name or name in WORDS else name
        case Called(function, arguments):
            return f"{function}({', '.join(_text(each, 0) for each in arguments)})"
        case Unary(operator, inner):
            own = NOT if operator == "not" else MINUS
            text = f"not {_text(inner, own)}" if operator == "not" else f"-{_text(inner, own)}"
        case Binary(operator, left, right):
            own = LEVELS[operator]
            beside = own + 1 if own == LEVELS["="] else own
            text = f"{_text(left, beside)} {operator} {_text(right, own + 1)}"
    return f"({text})" if own < level else text


def number_text(value: Fraction) -> str:
    """A number as it is written: decimals are finite, for only such are read."""
    if value.denominator == 1:
        return str(value.numerator)
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str((value * 10**places).numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def quoted(text: str) -> str:
    """A text between quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
