"""Editing a declaration as data: reaching an entry by its path, and turning what a form sent into the entry.

The data may be unfinished or wrong: nothing that was typed is lost; the reading tells what is mistaken. Pure.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import SHAPE
from app.programmes.kinds import Operator

STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
SPARE = 3


class NoSuchPlace(Exception):
    """The path leads to nothing in this declaration."""


@dataclass(frozen=True)
class Place:
    """An entry of the declaration: its path, the description of its keys, and what stands in it."""

    path: str
    record: s.Record
    entry: Mapping[str, Any] = field(hash=False)

    @property
    def digest(self) -> str:
        """Tells whether the entry is still the one that a page was drawn from."""
        plain = {key.name: self.entry.get(key.name) for key in self.record.keys if not _is_inner(key.value)}
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def _is_inner(value: s.Value) -> bool:
    return isinstance(value, s.Record | s.Records | s.When)


def place(data: Mapping[str, Any], path: str) -> Place:
    """The entry at a path such as `sides[1].institution`; the empty path is the whole. Raises NoSuchPlace."""
    record, entry = SHAPE, data
    for step in path.split(".") if path else ():
        found = STEP.fullmatch(step)
        if found is None:
            raise NoSuchPlace(path)
        record, entry = _inside(record, entry, found[1], found[2], path)
    return Place(path, record, entry)


def _inside(
    record: s.Record, entry: Mapping[str, Any], name: str, number: str | None, path: str
) -> tuple[s.Record, Mapping[str, Any]]:
    try:
        value = record.key(name).value
    except KeyError:
        raise NoSuchPlace(path) from None
    inner = entry.get(name)
    if isinstance(value, s.Records) and number is not None and isinstance(inner, list) and int(number) < len(inner):
        return value.record, inner[int(number)]
    if isinstance(value, s.Record) and number is None:
        return value, inner if isinstance(inner, dict) and "unknown" not in inner else {}
    raise NoSuchPlace(path)


def with_entry(data: Mapping[str, Any], path: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration with another entry at this path. An empty inner table is left out."""
    changed = copy.deepcopy(dict(data))
    if not path:
        return dict(entry)
    holder, name, number = _holder(changed, path)
    if number is not None:
        holder[name][number] = dict(entry)
    elif entry:
        holder[name] = dict(entry)
    else:
        holder.pop(name, None)
    return changed


def _holder(data: dict[str, Any], path: str) -> tuple[dict[str, Any], str, int | None]:
    outer, _, last = path.rpartition(".")
    at: Any = data
    for step in outer.split(".") if outer else ():
        found = STEP.fullmatch(step)
        assert found is not None  # `place` has been asked before
        if found[2] is None:
            if not isinstance(at.get(found[1]), dict) or "unknown" in at[found[1]]:
                at[found[1]] = {}
            at = at[found[1]]
        else:
            at = at[found[1]][int(found[2])]
    found = STEP.fullmatch(last)
    assert found is not None
    return at, found[1], None if found[2] is None else int(found[2])


def with_new(data: Mapping[str, Any], path: str, name: str, entry: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One more entry at the end of a list; it gets a key of its own."""
    changed = copy.deepcopy(dict(data))
    at = _reach(changed, path)
    entries = at.setdefault(name, [])
    if not isinstance(entries, list):
        entries = at[name] = []
    made = dict(entry or {})
    value = place(data, path).record.key(name).value
    if isinstance(value, s.Records) and any(isinstance(key.value, s.Name) for key in value.record.keys):
        made["key"] = free_key(str(made.get("key") or name.rstrip("s")), entries)
    entries.append(made)
    return changed


def free_key(wanted: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The wanted key, or it with the first number that is free."""
    taken = {entry.get("key") for entry in entries}
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


def _reach(data: dict[str, Any], path: str) -> dict[str, Any]:
    if not path:
        return data
    holder, name, number = _holder(data, path)
    if number is not None:
        found: dict[str, Any] = holder[name][number]
        return found
    if not isinstance(holder.get(name), dict):
        holder[name] = {}
    inner: dict[str, Any] = holder[name]
    return inner


def without(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The declaration without the entry at this path."""
    changed = copy.deepcopy(dict(data))
    holder, name, number = _holder(changed, path)
    if number is None:
        holder.pop(name, None)
    else:
        del holder[name][number]
        if not holder[name]:
            del holder[name]
    return changed


def moved(data: Mapping[str, Any], path: str, by: int) -> dict[str, Any]:
    """The declaration with an entry moved up (-1) or down (1) in its list; at the end it stays."""
    changed = copy.deepcopy(dict(data))
    holder, name, number = _holder(changed, path)
    entries = holder[name]
    if number is not None and 0 <= number + by < len(entries):
        entries[number], entries[number + by] = entries[number + by], entries[number]
    return changed


# --- What a form sends ------------------------------------------------------------------------------------------

Form = Mapping[str, Sequence[str]]


def typed_entry(found: Place, form: Form) -> dict[str, Any]:
    """The entry with what a form sent in place of its plain values; lists and tables inside it stay as they are."""
    entry = {key: value for key, value in found.entry.items() if key == "schema"}
    for key in found.record.keys:
        if isinstance(key.value, s.Record | s.Records):
            if key.name in found.entry:
                entry[key.name] = found.entry[key.name]
            continue
        value = _typed(key, form, found.entry.get(key.name))
        if value is not None:
            entry[key.name] = value
    return entry


def _one(form: Form, name: str) -> str:
    given = form.get(name) or [""]
    return given[0].replace("\r\n", "\n").strip()


def _typed(key: s.Key, form: Form, before: Any) -> Any:
    why = _one(form, f"{key.name}.unknown")
    if why:
        return {"unknown": why}
    reader = _TYPED.get(type(key.value), _typed_word)
    return reader(key, form, before)


def _typed_word(key: s.Key, form: Form, before: Any) -> Any:
    return _one(form, key.name) or None


def _typed_both(key: s.Key, form: Form, before: Any) -> Any:
    both = {language: _one(form, f"{key.name}.{language}") for language in ("en", "sv")}
    given = {language: text for language, text in both.items() if text}
    return given or None


def _typed_number(key: s.Key, form: Form, before: Any) -> Any:
    written = _one(form, key.name)
    bare = re.sub(r"[\s_]", "", written)
    return int(bare) if re.fullmatch(r"-?\d{1,15}", bare) else written or None


def _typed_flag(key: s.Key, form: Form, before: Any) -> Any:
    return _one(form, key.name) == "yes"


def _typed_some(key: s.Key, form: Form, before: Any) -> Any:
    """The order of what was chosen before is kept; what is new comes after it."""
    chosen = [word for word in form.get(key.name, ()) if word]
    stood = [word for word in before or () if word in chosen] if isinstance(before, list) else []
    return [*stood, *(word for word in chosen if word not in stood)] or None


def _typed_numbers(key: s.Key, form: Form, before: Any) -> Any:
    parts = [part for part in re.split(r"[\s,;]+", _one(form, key.name)) if part]
    return [int(part) if re.fullmatch(r"-?\d{1,9}", part) else part for part in parts] or None


def _typed_clock(key: s.Key, form: Form, before: Any) -> Any:
    parts = {}
    for part in ("date", "time", "zone"):
        written, why = _one(form, f"{key.name}.{part}"), _one(form, f"{key.name}.{part}.unknown")
        if why:
            parts[part] = {"unknown": why}
        elif written:
            parts[part] = written  # type: ignore[assignment]  # a text or a mark
    only_zone = set(parts) == {"zone"}
    return None if not parts or only_zone else parts


def _typed_options(key: s.Key, form: Form, before: Any) -> Any:
    if _one(form, f"{key.name}.areas") == "yes":
        return "areas"
    rows = _rows(form, key.name, ("key", "en", "sv"))
    return [{"key": row[0], "title": _named(row[1:])} for row in rows] or None


def _typed_labels(key: s.Key, form: Form, before: Any) -> Any:
    if _one(form, "kind") == "categorical":
        return [_named(row[1:]) for row in _rows(form, key.name, ("value", "en", "sv"))] or None
    return {row[0]: _named(row[1:]) for row in _rows(form, key.name, ("value", "en", "sv")) if row[0]} or None


def _rows(form: Form, name: str, parts: Sequence[str]) -> list[tuple[str, ...]]:
    columns = [[entry.strip() for entry in form.get(f"{name}.{part}", ())] for part in parts]
    return [row for row in zip(*columns, strict=False) if any(row)]


def _named(both: Sequence[str]) -> dict[str, str]:
    return {language: text for language, text in zip(("en", "sv"), both, strict=True) if text}


def _typed_when(key: s.Key, form: Form, before: Any) -> Any:
    """Rows of question, look and value, joined by all or any; groups inside stay until they are taken out."""
    kept = [part for place, part in enumerate(groups_of(before)) if _one(form, f"{key.name}.keep.{place}") == "yes"]
    rows = _rows(form, key.name, ("question", "look", "value"))
    parts = [_comparison(*row) for row in rows if row[0]] + kept
    if not parts:
        return None
    join = _one(form, f"{key.name}.join") or "all"
    if _one(form, f"{key.name}.nest") == "yes":
        other = "any" if join == "all" else "all"
        return {join: [{other: parts}]}
    return parts[0] if len(parts) == 1 and "question" in parts[0] else {join: parts}


def groups_of(condition: Any) -> list[dict[str, Any]]:
    """The nested groups inside a condition."""
    parts = parts_of(condition)
    return [part for part in parts if "question" not in part]


def parts_of(condition: Any) -> list[dict[str, Any]]:
    """The parts that a condition joins; one that joins nothing is its own only part."""
    if not isinstance(condition, dict):
        return []
    for join in ("all", "any"):
        if isinstance(condition.get(join), list):
            return [part for part in condition[join] if isinstance(part, dict)]
    return [condition]


def _comparison(question: str, look: str, value: str) -> dict[str, Any]:
    if look == Operator.ANSWERED:
        return {"question": question, look: value != "no"}
    return {"question": question, look or "is": int(value) if re.fullmatch(r"-?\d{1,15}", value) else value}


_TYPED = {
    s.Both: _typed_both,
    s.Whole: _typed_number,
    s.Amount: _typed_number,
    s.Flag: _typed_flag,
    s.SomeOf: _typed_some,
    s.References: _typed_some,
    s.Wholes: _typed_numbers,
    s.Clock: _typed_clock,
    s.Options: _typed_options,
    s.Labels: _typed_labels,
    s.When: _typed_when,
}
