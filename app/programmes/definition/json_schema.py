"""The JSON Schema (draft 2020-12) of a declaration, made from the description of its keys.

It tells shapes and words. What only the reading can tell (references, dates in order, sound expressions) is not in it.
"""

from __future__ import annotations

from typing import Any

from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import SHAPE
from app.programmes.definition.parse import SCHEMA
from app.programmes.kinds import Operator

UNKNOWN = {"$ref": "#/$defs/unknown"}
BOTH = {"$ref": "#/$defs/both"}
TEXT = {"type": "string", "minLength": 1}
NAME = {"type": "string", "pattern": "^[a-z][a-z0-9]*([_-][a-z0-9]+)*$"}
NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}]}
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def json_schema() -> dict[str, Any]:
    """The schema of the whole declaration."""
    whole = _record(SHAPE)
    whole["properties"] = {"schema": {"const": SCHEMA}} | whole["properties"]
    whole["required"] = ["schema", *whole["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Declaration of a call",
        **whole,
        "$defs": {
            "unknown": _closed({"unknown": TEXT | {"description": "Why no source tells this."}}, ["unknown"]),
            "both": _closed({"en": TEXT, "sv": TEXT}, ["en", "sv"]),
            "condition": _condition(),
        },
    }


def _closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _record(record: s.Record) -> dict[str, Any]:
    properties = {}
    for key in record.keys:
        value = _value(key.value)
        allowed = {"anyOf": [value, UNKNOWN]} if key.unknown else dict(value)
        properties[key.name] = allowed | {"title": key.title.en, "description": key.help.en}
    return _closed(properties, [key.name for key in record.keys if key.required])


def _list(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def _value(value: s.Value) -> dict[str, Any]:  # noqa: PLR0912  # one answer a kind of value
    match value:
        case s.Words(pattern, _):
            return TEXT | ({"pattern": f"^(?:{pattern})$"} if pattern else {})
        case s.Both():
            return BOTH
        case s.OneOf(words):
            return {"enum": [str(word) for word in words]}
        case s.SomeOf(words):
            return _list({"enum": [str(word) for word in words]}, uniqueItems=True)
        case s.Flag():
            return {"type": "boolean"}
        case s.Whole(low, high):
            return {"type": "integer", "minimum": low, "maximum": high}
        case s.Wholes(low, high):
            return _list({"type": "integer", "minimum": low, "maximum": high})
        case s.Amount():
            return {"type": "integer", "minimum": 1}
        case s.Record() as record:
            return _record(record)
        case s.Records(record):
            return _list(_record(record))
        case s.References():
            return _list(NAME)
        case s.Clock():
            parts = {"date": DATE, "time": {"type": "string"}, "zone": TEXT}
            either = {part: {"anyOf": [kind, UNKNOWN]} for part, kind in parts.items()}
            return _closed(either, list(parts))
        case s.Options():
            return {"anyOf": [{"const": "areas"}, _list(_closed({"key": NAME, "title": BOTH}, ["key", "title"]))]}
    return PLAIN[type(value)]


PLAIN: dict[type, dict[str, Any]] = {
    s.Name: NAME,
    s.Reference: NAME,
    s.Exact: NUMBER,
    s.Currency: {"type": "string", "pattern": "^[A-Z]{3}$"},
    s.Country: {"type": "string", "pattern": "^[A-Z]{2}$"},
    s.Ror: {"type": "string", "pattern": "^https://ror\\.org/"},
    s.Zone: TEXT,
    s.Day: DATE,
    s.Formula: TEXT,
    s.When: {"$ref": "#/$defs/condition"},
    s.Labels: {"anyOf": [{"type": "object", "additionalProperties": BOTH}, _list(BOTH)]},
}


def _condition() -> dict[str, Any]:
    nested = _list({"$ref": "#/$defs/condition"}, minItems=1)
    value = {"type": ["string", "integer", "boolean"]}
    looks = [_closed({"question": NAME, str(each): value}, ["question", str(each)]) for each in Operator]
    return {"anyOf": [_closed({"all": nested}, ["all"]), _closed({"any": nested}, ["any"]), *looks]}
