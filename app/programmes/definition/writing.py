"""From a `Definition` back to plain JSON, so that a stored version can be read again without loss."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum

from app.kernel.money import Money
from app.programmes.definition.tree import Definition, Scale, ScaleLabel
from app.programmes.definition.values import whole_units
from app.programmes.definition.vocabulary import ScaleKind
from app.programmes.kinds import AllOf, AnyOf, Comparison, Condition, Question


def to_data(definition: Definition) -> dict[str, object]:
    """The declaration as JSON with sorted keys: `from_data(to_data(d)) == d`."""
    written = _entries(definition)
    written.pop("unknowns", None)
    for unknown in definition.unknowns:
        _lay(written, unknown.key_path, {"unknown": unknown.why})
    return _sorted(written)


def _entries(node: object) -> dict[str, object]:
    """The fields of a dataclass; what was not given is left out."""
    assert is_dataclass(node)
    given = {field.name: getattr(node, field.name) for field in fields(node)}
    if isinstance(node, Question):
        given["options"] = given.pop("options_from") or given["options"]
    if isinstance(node, Scale) and not node.is_numeric:
        return _worded(node, given)
    if isinstance(node, AllOf | AnyOf | Comparison):
        return _condition(node)
    return {key: _written(value) for key, value in given.items() if value is not None and value not in ((), "")}


def _worded(scale: Scale, given: dict[str, object]) -> dict[str, object]:
    """A scale of words has no numbers of its own."""
    written: dict[str, object] = {"key": scale.key, "kind": str(scale.kind)}
    if scale.kind is ScaleKind.CATEGORICAL:
        written["labels"] = [_written(label.text) for label in scale.labels]
    elif scale.labels:
        written["labels"] = _written(given["labels"])
    return written


def _condition(node: Condition) -> dict[str, object]:
    match node:
        case AllOf(parts):
            return {"all": [_condition(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [_condition(part) for part in parts]}
        case Comparison(question, operator, value):
            return {"question": question, str(operator): value}


def _written(value: object) -> object:
    match value:
        case StrEnum():
            return str(value)
        case bool() | int() | str():
            return value
        case Decimal():
            return int(value) if value == int(value) else str(value)
        case Money():
            return whole_units(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case tuple():
            labels = {str(entry.value): _written(entry.text) for entry in value if isinstance(entry, ScaleLabel)}
            return labels or [_written(entry) for entry in value]
    return _entries(value)


def _lay(tree: dict[str, object], path: str, mark: object) -> None:
    """Put a mark at a path such as `sides[1].cap_total`."""
    *way, last = re.findall(r"[^.\[\]]+", path)
    place: object = tree
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index]  # written above
    assert isinstance(place, dict)
    place[last] = mark


def _sorted(value: dict[str, object]) -> dict[str, object]:
    return {key: _sorted_inside(value[key]) for key in sorted(value)}


def _sorted_inside(value: object) -> object:
    if isinstance(value, dict):
        return _sorted(value)
    return [_sorted_inside(entry) for entry in value] if isinstance(value, list) else value
