"""A declaration as TOML that people read: plain keys first, then tables, in the order in which keys are explained."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import SHAPE
from app.programmes.definition.tree import Definition
from app.programmes.definition.writing import to_data

BARE = re.compile(r"[A-Za-z0-9_-]+")
LONG = 90


def to_toml(definition: Definition) -> str:
    """The declaration as a text: `parse(to_toml(d), …) == d`."""
    data = to_data(definition)
    lines = [f"schema = {data.pop('schema')}", *_table(SHAPE, data, "")]
    return "\n".join(lines).strip() + "\n"


def _table(record: s.Record, data: Mapping[str, Any], path: str) -> Iterator[str]:
    """The keys of one table: first those that fit on their lines, then the tables inside it."""
    inside = []
    for key in record.keys:
        value = data.get(key.name)
        if value is None:
            continue
        if _is_table(key.value, value):
            inside.append((key, value))
        else:
            yield from _line(key, value)
    for key, value in inside:
        yield from _inner(key, value, f"{path}.{key.name}" if path else key.name)


def _is_table(kind: s.Value, value: Any) -> bool:
    if isinstance(kind, s.Records):
        return isinstance(value, list)
    if isinstance(kind, s.Record | s.Clock):
        return isinstance(value, dict) and set(value) != {"unknown"}
    return isinstance(kind, s.Labels) and isinstance(value, dict)


def _inner(key: s.Key, value: Any, path: str) -> Iterator[str]:
    match key.value:
        case s.Records(record):
            for entry in value:
                yield ""
                yield f"[[{path}]]"
                yield from _table(record, entry, path)
        case s.Record() as record:
            yield ""
            yield f"[{path}]"
            yield from _table(record, value, path)
        case _:
            yield ""
            yield f"[{path}]"
            for name, inner in value.items():
                yield f"{_name(name)} = {_moment_part(name, inner) if isinstance(key.value, s.Clock) else _inline(inner)}"


def _line(key: s.Key, value: Any) -> Iterator[str]:
    is_both = isinstance(key.value, s.Both) and isinstance(value, dict) and set(value) == {"en", "sv"}
    if is_both:
        for language in ("en", "sv"):
            yield f"{key.name}.{language} = {_text(value[language])}"
    elif isinstance(key.value, s.Day) and isinstance(value, str):
        yield f"{key.name} = {value}"
    else:
        yield f"{key.name} = {_inline(value)}"


def _moment_part(name: str, value: Any) -> str:
    if name == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value).isoformat()
    if name == "time" and isinstance(value, str):
        return dt.time.fromisoformat(value).isoformat()
    return _inline(value)


def _text(text: str) -> str:
    """A text on one line, or between three quotation marks where it has several."""
    if "\n" not in text:
        return _quoted(text)
    escaped = _quoted(text)[1:-1].replace("\\n", "\n").replace('""', '"\\"')
    return f'"""\n{escaped}"""'


def _quoted(text: str) -> str:
    """A basic string; what TOML does not take bare is escaped as JSON does, and DEL too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _name(name: str) -> str:
    return name if BARE.fullmatch(name) else _quoted(name)


def _inline(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:_}" if abs(value) >= 10_000 else str(value)
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_inline, value))}]"
        case dict():
            return f"{{ {', '.join(f'{_name(key)} = {_inline(inner)}' for key, inner in value.items())} }}"
    raise ValueError(f"{value!r} has no place in a declaration")
