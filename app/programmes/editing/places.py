"""Paths into a declaration: `sides[1].institution` by number, `sides[mayo].institution` by key, which outlives a move."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import GROUPS, SHAPE

STEP = re.compile(r"([a-z_]+)(?:\[([a-z0-9_-]+)\])?")
NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")


class NoSuchPlace(Exception):
    """The path leads to nothing in this declaration."""


@dataclass(frozen=True)
class Place:
    """An entry of the declaration: its path, the description of its keys, and what stands in it.

    A group of the whole declaration is such a place too: `record` then describes the keys of the group alone.
    """

    path: str
    record: s.Record
    entry: Mapping[str, Any] = field(hash=False)

    @property
    def plain(self) -> dict[str, Any]:
        """What a form of this place may change: values, conditions, and marks where a table or a list is unknown."""
        return {
            key.name: self.entry[key.name]
            for key in self.record.keys
            if key.name in self.entry and (not is_inner(key.value) or is_mark(self.entry[key.name]))
        }

    @property
    def digest(self) -> str:
        """Tells whether the entry is still the one that a page was drawn from."""
        return hashlib.sha256(json.dumps(self.plain, sort_keys=True).encode()).hexdigest()[:16]


def is_inner(value: s.Value) -> bool:
    """Whether a key holds tables of its own, which have pages of their own."""
    return isinstance(value, s.Record | s.Records)


def is_mark(value: Any) -> bool:
    """Whether this is a marked unknown."""
    return isinstance(value, Mapping) and "unknown" in value


def place(data: Mapping[str, Any], path: str, group: str = "") -> Place:
    """The entry at a path such as `sides[1].institution`; the empty path is the whole, or a group of its keys.

    Raises NoSuchPlace.
    """
    record, entry = SHAPE, data
    for name, number in steps(data, path):
        record, entry = _inside(record, entry, name, number, path)
    if group:
        keys = dict(GROUPS).get(group)
        if path or keys is None:
            raise NoSuchPlace(group)
        record = replace(record, keys=keys)
    return Place(path, record, entry)


def steps(data: Mapping[str, Any], path: str) -> Iterator[tuple[str, int | None]]:
    """A path step by step, with keys turned into numbers. Raises NoSuchPlace."""
    at: Any = data
    for step in path.split(".") if path else ():
        found = STEP.fullmatch(step)
        if found is None:
            raise NoSuchPlace(path)
        at = at.get(found[1]) if isinstance(at, Mapping) else None
        number = None if found[2] is None else _number(at, found[2], path)
        yield found[1], number
        if number is not None:
            at = at[number]


def _number(entries: Any, name: str, path: str) -> int:
    entries = entries if isinstance(entries, list) else []
    if name.isdecimal():
        if len(name) < 10 and int(name) < len(entries):
            return int(name)
        raise NoSuchPlace(path)
    for number, entry in enumerate(entries):
        if isinstance(entry, Mapping) and entry.get("key") == name:
            return number
    raise NoSuchPlace(path)


def _inside(
    record: s.Record, entry: Mapping[str, Any], name: str, number: int | None, path: str
) -> tuple[s.Record, Mapping[str, Any]]:
    try:
        value = record.key(name).value
    except KeyError:
        raise NoSuchPlace(path) from None
    inner = entry.get(name)
    if isinstance(value, s.Records) and number is not None and isinstance(inner, list):
        found = inner[number]
        return value.record, found if isinstance(found, dict) else {}
    if isinstance(value, s.Record) and number is None:
        return value, inner if isinstance(inner, dict) and not is_mark(inner) else {}
    raise NoSuchPlace(path)


def numbered(data: Mapping[str, Any], path: str) -> str:
    """The same path with numbers alone. Raises NoSuchPlace."""
    return ".".join(name if number is None else f"{name}[{number}]" for name, number in steps(data, path))


def named(data: Mapping[str, Any], path: str) -> str:
    """The same path with keys wherever an entry has one that nobody else in its list has. Raises NoSuchPlace."""
    written, at = [], data
    for name, number in steps(data, path):
        inner: Any = at.get(name)
        if number is None:
            written.append(name)
            at = inner if isinstance(inner, Mapping) else {}
            continue
        entry = inner[number] if isinstance(inner[number], Mapping) else {}
        key = entry.get("key")
        alone = sum(isinstance(each, Mapping) and each.get("key") == key for each in inner) == 1
        is_name = isinstance(key, str) and NAME.fullmatch(key) is not None
        written.append(f"{name}[{key}]" if is_name and alone else f"{name}[{number}]")
        at = entry
    return ".".join(written)


def with_entry(data: Mapping[str, Any], path: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration with another entry at this path. An empty inner table is left out."""
    changed = copy.deepcopy(dict(data))
    if not path:
        return dict(entry)
    holder, name, number = holder_of(changed, path)
    if number is not None:
        holder[name][number] = dict(entry)
    elif entry:
        holder[name] = dict(entry)
    else:
        holder.pop(name, None)
    return changed


def holder_of(data: dict[str, Any], path: str) -> tuple[dict[str, Any], str, int | None]:
    """The table in which the last step of a path stands; tables on the way are made."""
    *way, last = steps(data, path)
    at: Any = data
    for name, number in way:
        if number is not None:
            at = at[name][number]
            continue
        if not isinstance(at.get(name), dict) or is_mark(at[name]):
            at[name] = {}
        at = at[name]
    return at, *last
