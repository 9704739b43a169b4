"""Reading an expression: words, then a tree by how strongly operators bind, then its types."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from app.kernel.words import N_, say
from app.programmes.expressions.checking import FUNCTIONS, Mismatch, type_of
from app.programmes.expressions.tree import (
    LEVELS,
    MINUS,
    NOT,
    WORDS,
    Binary,
    Called,
    Expression,
    Literal,
    Named,
    Node,
    Texts,
    Type,
    Unary,
)

LONGEST, DEEPEST, MOST = 2000, 50, 200
"""Signs of a text, levels of nesting, and values in one expression."""
TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]{1,15}(?:\.[0-9]{1,9})?)(?![A-Za-z0-9_.])
  | (?P<text>"(?:[^"\\\n]|\\["\\])*")
  | (?P<name>`[a-z][a-z0-9_.-]*`|[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)
  | (?P<sign><=|>=|!=|[-+*/=<>(),\[\]])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an expression; `column` counts from 1."""

    column: int
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"at sign {self.column}: {self.wrong}; {self.remedy}"


class ExpressionRefused(Exception):
    """The text is no sound expression."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


SIGNS = N_('numbers, "texts", names, + - * / and ( )')
PERHAPS = N_("perhaps “%(word)s” is meant")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


def parse(text: str, names: Mapping[str, Type]) -> Expression:
    """The expression that the text says over these names. Raises ExpressionRefused."""
    if len(text) > LONGEST:
        raise ExpressionRefused(
            Fault(LONGEST, N_("the expression is too long"), say(N_("at most %(most)s signs"), most=LONGEST))
        )
    reader = _Reader(_tokens(text), names)
    node = reader.read()
    try:
        kind = type_of(node, names)
    except Mismatch as mismatch:
        raise ExpressionRefused(Fault(1, mismatch.wrong, mismatch.remedy)) from None
    return Expression(node, kind, frozenset(reader.used))


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    end = len(text.rstrip())
    while at < end:
        found = TOKEN.match(text, at)
        if found is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            sign = text[column - 1]
            raise ExpressionRefused(Fault(column, say(N_("“%(sign)s” cannot stand here"), sign=sign), SIGNS))
        kind = found.lastgroup or ""
        word = found[kind]
        kind = "word" if word in WORDS else kind
        tokens.append(_Token(kind, word, found.start(kind if kind != "word" else "name") + 1))
        at = found.end()
    if len(tokens) > 2 * MOST:
        remedy = say(N_("at most %(most)s values"), most=MOST)
        raise ExpressionRefused(Fault(tokens[2 * MOST].column, N_("the expression is too long"), remedy))
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens


class _Reader:
    def __init__(self, tokens: list[_Token], names: Mapping[str, Type]) -> None:
        self.tokens, self.names, self.place, self.depth = tokens, names, 0, 0
        self.used: set[str] = set()

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.next
        self.place += 1
        return token

    def refuse(self, wrong: str, remedy: str, token: _Token | None = None) -> ExpressionRefused:
        return ExpressionRefused(Fault((token or self.next).column, wrong, remedy))

    def expect(self, sign: str) -> None:
        if self.next.text != sign:
            raise self.refuse(say(N_("“%(sign)s” is missing"), sign=sign), say(N_("write “%(sign)s” here"), sign=sign))
        self.take()

    def read(self) -> Node:
        node = self.above(0)
        if self.next.kind != "end":
            raise self.refuse(
                say(N_("“%(sign)s” is too much"), sign=self.next.text), N_("one operator between two values")
            )
        return node

    def above(self, level: int) -> Node:
        """A value, and whatever binds more strongly than the level."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(
                N_("the expression is nested too deeply"), say(N_("at most %(most)s levels"), most=DEEPEST)
            )
        node = self.value()
        while (own := LEVELS.get(self.next.text, 0)) > level and self.next.kind in ("sign", "word"):
            operator = self.take().text
            node = Binary(operator, node, self.above(own))
            if own == LEVELS["="] and LEVELS.get(self.next.text) == own:
                raise self.refuse(N_("comparisons cannot be chained"), N_("join two of them by “and”"))
        self.depth -= 1
        return node

    def value(self) -> Node:
        token = self.take()
        match token.kind, token.text:
            case "number", text:
                return Literal(Fraction(text))
            case "text", text:
                return Literal(re.sub(r"\\(.)", r"\1", text[1:-1]))
            case "word", ("true" | "false") as word:
                return Literal(word == "true")
            case "word", "not":
                return Unary("not", self.above(NOT - 1))
            case "sign", "-":
                return Unary("-", self.above(MINUS - 1))
            case "sign", "(":
                inner = self.above(0)
                self.expect(")")
                return inner
            case "sign", "[":
                return self.texts()
            case "name", text:
                return self.named(token, text.strip("`"))
        wrong: str = say(N_("“%(sign)s” cannot stand here"), sign=token.text)
        if token.kind == "end":
            wrong = N_("the expression ends too early")
        raise self.refuse(wrong, N_("a value is needed here"), token)

    def texts(self) -> Node:
        values = []
        while self.next.text != "]":
            token = self.take()
            if token.kind != "text":
                raise self.refuse(N_("a list holds texts"), N_('such as ["a", "b"]'), token)
            values.append(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
            if self.next.text == ",":
                self.take()
        self.take()
        return Texts(tuple(values))

    def named(self, token: _Token, name: str) -> Node:
        if self.next.text == "(":
            return self.called(token, name)
        if name not in self.names:
            near = get_close_matches(name, list(self.names), n=1)
            remedy: str = say(PERHAPS, word=near[0]) if near else N_("the key of a question")
            raise self.refuse(say(N_("there is no “%(name)s”"), name=name), remedy, token)
        self.used.add(name)
        return Named(name)

    def called(self, token: _Token, name: str) -> Node:
        if name != "date" and name not in FUNCTIONS:
            near = get_close_matches(name, [*FUNCTIONS, "date"], n=1)
            every = say(N_("one of %(words)s"), words=", ".join(sorted(FUNCTIONS)))
            remedy = say(PERHAPS, word=near[0]) if near else every
            raise self.refuse(say(N_("there is no function “%(name)s”"), name=name), remedy, token)
        self.take()
        arguments: list[Node] = []
        while self.next.text != ")":
            arguments.append(self.above(0))
            if self.next.text != ")":
                self.expect(",")
        self.take()
        return self.day(token, arguments) if name == "date" else Called(name, tuple(arguments))

    def day(self, token: _Token, arguments: list[Node]) -> Node:
        match arguments:
            case [Literal(str() as text)] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                try:
                    return Literal(dt.date.fromisoformat(text))
                except ValueError:
                    pass
        raise self.refuse(N_("this is not a date"), N_('such as date("2027-04-01")'), token)
