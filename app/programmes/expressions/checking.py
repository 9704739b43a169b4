"""What every operator and function takes and gives; two currencies never meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
        self.remedy = remedy
        super().__init__(wrong)


def is_number(kind: Type) -> bool:
    """Whether one can calculate with it."""
    return kind == NUMBER or isinstance(kind, Money)


def _many(kinds: Sequence[Type]) -> Type:
    """Numbers, amounts of one currency, or one list of numbers."""
    if len(kinds) == 1 and kinds[0] == NUMBERS:
        return NUMBER
    for kind in kinds:
        _need(is_number(kind), f"{kind.name} is not a number", "numbers, or a column of a table")
    return _together(kinds)


def _together(kinds: Sequence[Type]) -> Type:
    monies = {kind for kind in kinds if isinstance(kind, Money)}
    if len(monies) > 1:
        currencies = " and ".join(sorted(kind.currency for kind in monies))
        raise Mismatch(f"amounts in {currencies} meet", "amounts of two currencies are never added or compared")
    return monies.pop() if monies else NUMBER


def _need(holds: bool, wrong: str, remedy: str) -> None:
    if not holds:
        raise Mismatch(wrong, remedy)


def _exactly(*wanted: Type) -> Callable[[Sequence[Type]], None]:
    def check(kinds: Sequence[Type]) -> None:
        _need(len(kinds) == len(wanted), f"{len(kinds)} values are given", f"{len(wanted)} are needed")
        for kind, want in zip(kinds, wanted, strict=True):
            fits = is_number(kind) if want == NUMBER else kind == want
            _need(fits, f"{kind.name} stands where {want.name} is needed", f"{want.name}")

    return check


def _gives(check: Callable[[Sequence[Type]], None], kind: Type) -> Callable[[Sequence[Type]], Type]:
    def rule(kinds: Sequence[Type]) -> Type:
        check(kinds)
        return kind

    return rule


def _at_least_one(kinds: Sequence[Type]) -> Type:
    _need(bool(kinds), "no value is given", "at least one")
    return _many(kinds)


def _one_number(kinds: Sequence[Type]) -> Type:
    _exactly(NUMBER)(kinds)
    return kinds[0]


def _rounded(kinds: Sequence[Type]) -> Type:
    _need(len(kinds) in (1, 2) and all(map(is_number, kinds)), "round takes a number and places", "such as round(x, 2)")
    return kinds[0]


def _chosen(kinds: Sequence[Type]) -> Type:
    _need(len(kinds) == 3, f"{len(kinds)} values are given", "if(condition, then, else)")
    _need(kinds[0] == TRUTH, f"{kinds[0].name} is no condition", "a comparison first")
    if is_number(kinds[1]) and is_number(kinds[2]):
        return _together(kinds[1:])
    _need(kinds[1] == kinds[2], f"it gives {kinds[1].name} or {kinds[2].name}", "the same kind of value either way")
    return kinds[1]


def _contains(kinds: Sequence[Type]) -> Type:
    _need(len(kinds) == 2, f"{len(kinds)} values are given", "contains(where, what)")
    _need(kinds[0] in (LIST, TEXT) and kinds[1] == TEXT, "contains looks for a text", "in a list or a text")
    return TRUTH


def _any_one(kinds: Sequence[Type]) -> Type:
    _need(len(kinds) == 1, f"{len(kinds)} values are given", "one is needed")
    return TRUTH


def _counted(kinds: Sequence[Type]) -> Type:
    _need(bool(kinds), "no value is given", "at least one")
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
                raise Mismatch(f"in {function}: {mismatch}", mismatch.remedy) from None
        case Unary(operator, inner):
            kind = type_of(inner, names)
            wanted = kind == TRUTH if operator == "not" else is_number(kind)
            _need(wanted, f"“{operator}” stands before {kind.name}", "a condition" if operator == "not" else "a number")
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
    names = f"“{operator}” stands between {left.name} and {right.name}"
    if operator in ("and", "or"):
        _need(both == (TRUTH, TRUTH), names, "conditions on both sides")
        return TRUTH
    if operator == "in":
        _need(both == (TEXT, LIST), names, "a text before it and a list after it")
        return TRUTH
    if operator in ("+", "-", "*", "/"):
        _need(is_number(left) and is_number(right), names, "numbers on both sides")
        return _calculated(operator, left, right)
    if is_number(left) and is_number(right):
        _together(both)
        return TRUTH
    _need(left == right and left not in (LIST, NUMBERS), names, "two values of one kind")
    _need(operator in ("=", "!=") or left in (DATE,), names, "only numbers and dates have an order")
    return TRUTH


def _calculated(operator: str, left: Type, right: Type) -> Type:
    monies = [kind for kind in (left, right) if isinstance(kind, Money)]
    if operator in ("+", "-"):
        return _together((left, right))
    if len(monies) == 2:
        _need(operator == "/", "an amount is multiplied by an amount", "an amount times a number")
        _together(monies)
        return NUMBER
    return monies[0] if monies else NUMBER
