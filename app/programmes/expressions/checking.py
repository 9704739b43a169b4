"""What every operator and function takes and gives; two currencies never meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.kernel.words import N_, say
from app.programmes.expressions.tree import (
    DATE,
    LIST,
    NUMBER,
    NUMBERS,
    TEXT,
    TRUTH,
    Binary,
    Called,
    Literal,
    Money,
    Named,
    Node,
    Texts,
    Type,
    Unary,
)


class Mismatch(Exception):
    """Values that do not go together."""

    def __init__(self, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(wrong)


def is_number(kind: Type) -> bool:
    """Whether one can calculate with it."""
    return kind == NUMBER or isinstance(kind, Money)


def _many(kinds: Sequence[Type]) -> Type:
    """Numbers, amounts of one currency, or one list of numbers."""
    if len(kinds) == 1 and kinds[0] == NUMBERS:
        return NUMBER
    for kind in kinds:
        _need(
            is_number(kind), say(N_("%(kind)s is not a number"), kind=kind.name), N_("numbers, or a column of a table")
        )
    return _together(kinds)


def _together(kinds: Sequence[Type]) -> Type:
    monies = {kind for kind in kinds if isinstance(kind, Money)}
    if len(monies) > 1:
        *most, last = sorted(kind.currency for kind in monies)
        wrong = say(N_("amounts in %(most)s and %(last)s meet"), most=", ".join(most), last=last)
        raise Mismatch(wrong, N_("amounts of two currencies are never added or compared"))
    return monies.pop() if monies else NUMBER


def _need(holds: bool, wrong: str, remedy: str) -> None:
    if not holds:
        raise Mismatch(wrong, remedy)


def _given(kinds: Sequence[Type]) -> str:
    return say(N_("%(count)s values are given"), count=len(kinds))


def _exactly(*wanted: Type) -> Callable[[Sequence[Type]], None]:
    def check(kinds: Sequence[Type]) -> None:
        _need(len(kinds) == len(wanted), _given(kinds), say(N_("%(count)s are needed"), count=len(wanted)))
        for kind, want in zip(kinds, wanted, strict=True):
            fits = is_number(kind) if want == NUMBER else kind == want
            wrong = say(N_("%(kind)s stands where %(want)s is needed"), kind=kind.name, want=want.name)
            _need(fits, wrong, want.name)

    return check


def _gives(check: Callable[[Sequence[Type]], None], kind: Type) -> Callable[[Sequence[Type]], Type]:
    def rule(kinds: Sequence[Type]) -> Type:
        check(kinds)
        return kind

    return rule


def _at_least_one(kinds: Sequence[Type]) -> Type:
    _need(bool(kinds), N_("no value is given"), N_("at least one"))
    return _many(kinds)


def _one_number(kinds: Sequence[Type]) -> Type:
    _exactly(NUMBER)(kinds)
    return kinds[0]


def _rounded(kinds: Sequence[Type]) -> Type:
    _need(
        len(kinds) in (1, 2) and all(map(is_number, kinds)),
        N_("round takes a number and places"),
        N_("such as round(x, 2)"),
    )
    return kinds[0]


def _chosen(kinds: Sequence[Type]) -> Type:
    _need(len(kinds) == 3, _given(kinds), "if(condition, then, else)")
    _need(kinds[0] == TRUTH, say(N_("%(kind)s is no condition"), kind=kinds[0].name), N_("a comparison first"))
    if is_number(kinds[1]) and is_number(kinds[2]):
        return _together(kinds[1:])
    wrong = say(N_("it gives %(one)s or %(other)s"), one=kinds[1].name, other=kinds[2].name)
    _need(kinds[1] == kinds[2], wrong, N_("the same kind of value either way"))
    return kinds[1]


def _contains(kinds: Sequence[Type]) -> Type:
    _need(len(kinds) == 2, _given(kinds), "contains(where, what)")
    _need(kinds[0] in (LIST, TEXT) and kinds[1] == TEXT, N_("contains looks for a text"), N_("in a list or a text"))
    return TRUTH


def _any_one(kinds: Sequence[Type]) -> Type:
    _need(len(kinds) == 1, _given(kinds), N_("one is needed"))
    return TRUTH


def _counted(kinds: Sequence[Type]) -> Type:
    _need(bool(kinds), N_("no value is given"), N_("at least one"))
    return NUMBER


FUNCTIONS: Mapping[str, Callable[[Sequence[Type]], Type]] = {
    "sum": _at_least_one,
    "min": _at_least_one,
    "max": _at_least_one,
    "mean": _at_least_one,
    "median": _at_least_one,
    "count": _counted,
    "abs": _one_number,
    "floor": _one_number,
    "round": _rounded,
    "words": _gives(_exactly(TEXT), NUMBER),
    "chars": _gives(_exactly(TEXT), NUMBER),
    "lower": _gives(_exactly(TEXT), TEXT),
    "answered": _any_one,
    "contains": _contains,
    "if": _chosen,
    "year": _gives(_exactly(DATE), NUMBER),
    "days_between": _gives(_exactly(DATE, DATE), NUMBER),
    "months_between": _gives(_exactly(DATE, DATE), NUMBER),
    "years_between": _gives(_exactly(DATE, DATE), NUMBER),
}


def type_of(node: Node, names: Mapping[str, Type]) -> Type:
    """The type of a tree's value. Raises Mismatch."""
    match node:
        case Literal(value):
            return _literal(value)
        case Texts():
            return LIST
        case Named(name):
            return names[name]
        case Called(function, arguments):
            try:
                return FUNCTIONS[function]([type_of(each, names) for each in arguments])
            except Mismatch as mismatch:
                wrong = say(N_("in %(function)s: %(wrong)s"), function=function, wrong=mismatch.wrong)
                raise Mismatch(wrong, mismatch.remedy) from None
        case Unary(operator, inner):
            kind = type_of(inner, names)
            wanted = kind == TRUTH if operator == "not" else is_number(kind)
            wrong = say(N_("“%(operator)s” stands before %(kind)s"), operator=operator, kind=kind.name)
            _need(wanted, wrong, N_("a condition") if operator == "not" else NUMBER.name)
            return kind
        case Binary(operator, left, right):
            return _binary(operator, type_of(left, names), type_of(right, names))


def _literal(value: object) -> Type:
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, str):
        return TEXT
    return NUMBER if not hasattr(value, "isoformat") else DATE


def _binary(operator: str, left: Type, right: Type) -> Type:
    both = (left, right)
    names = say(
        N_("“%(operator)s” stands between %(left)s and %(right)s"), operator=operator, left=left.name, right=right.name
    )
    if operator in ("and", "or"):
        _need(both == (TRUTH, TRUTH), names, N_("conditions on both sides"))
        return TRUTH
    if operator == "in":
        _need(both == (TEXT, LIST), names, N_("a text before it and a list after it"))
        return TRUTH
    if operator in ("+", "-", "*", "/"):
        _need(is_number(left) and is_number(right), names, N_("numbers on both sides"))
        return _calculated(operator, left, right)
    if is_number(left) and is_number(right):
        _together(both)
        return TRUTH
    _need(left == right and left not in (LIST, NUMBERS), names, N_("two values of one kind"))
    _need(operator in ("=", "!=") or left in (DATE,), names, N_("only numbers and dates have an order"))
    return TRUTH


def _calculated(operator: str, left: Type, right: Type) -> Type:
    monies = [kind for kind in (left, right) if isinstance(kind, Money)]
    if operator in ("+", "-"):
        return _together((left, right))
    if len(monies) == 2:
        _need(operator == "/", N_("an amount is multiplied by an amount"), N_("an amount times a number"))
        _together(monies)
        return NUMBER
    return monies[0] if monies else NUMBER
