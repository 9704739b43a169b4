"""What a form sends, turned into an entry; and two people at one entry, key by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import SHAPE
from app.programmes.editing.places import Place, is_inner, is_mark
from app.programmes.kinds import Operator

Form = Mapping[str, Sequence[str]]
DEEPEST = 8


def typed_entry(found: Place, form: Form) -> dict[str, Any]:
    """The entry with what a form sent in place of its plain values; lists and tables inside it stay as they are.

    Of a group, the keys of the other groups stay too. A key that no declaration has is left out.
    """
    described = {key.name for key in found.record.keys}
    others = {key.name for key in SHAPE.keys} - described if not found.path else set()
    entry = {key: value for key, value in found.entry.items() if key == "schema" or key in others}
    for key in found.record.keys:
        value = _inner(key, form, found) if is_inner(key.value) else typed_value(key, form, found.entry.get(key.name))
        if value is not None:
            entry[key.name] = value
    return entry


def merged(found: Place, typed: Mapping[str, Any], base: Mapping[str, Any] | None) -> tuple[dict[str, Any], list[str]]:
    """What two people wrote at one place, and the keys at which both wrote something else.

    `base` is what the slower one's page was drawn from; without it every difference is such a key. There the
    slower one's text stands in the result.
    """
    result, both = dict(typed), []
    for key in found.record.keys:
        mine, theirs = typed.get(key.name), found.entry.get(key.name)
        if mine == theirs or (is_inner(key.value) and not is_mark(mine) and not is_mark(theirs)):
            continue
        if base is not None and base.get(key.name) == mine:
            result.pop(key.name, None)
            if theirs is not None:
                result[key.name] = theirs
        elif base is None or base.get(key.name) != theirs:
            both.append(key.name)
    return result, both


def _inner(key: s.Key, form: Form, found: Place) -> Any:
    """A table or a list stays; where there is none, it may be marked as unknown."""
    stands = found.entry.get(key.name)
    if f"{key.name}.unknown" not in form or (stands and not is_mark(stands)):
        return stands
    why = _one(form, f"{key.name}.unknown")
    return {"unknown": why} if why else None if is_mark(stands) else stands


def _one(form: Form, name: str) -> str:
    given = form.get(name) or [""]
    return given[0].replace("\r\n", "\n").strip()


def typed_value(key: s.Key, form: Form, before: Any) -> Any:
    """What a form sent for one key, or None; `before` is what stood there."""
    if _one(form, f"{key.name}.theirs") == "yes":
        return before
    why = _one(form, f"{key.name}.unknown")
    if why:
        return {"unknown": why}
    return _TYPED.get(type(key.value), _typed_word)(key, form, before)


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


def _typed_exact(key: s.Key, form: Form, before: Any) -> Any:
    written = _one(form, key.name)
    bare = re.sub(r"\s", "", written).replace(",", ".")
    if re.fullmatch(r"-?\d{1,15}", bare):
        return int(bare)
    return bare if re.fullmatch(r"-?\d{1,15}\.\d{1,9}", bare) else written or None


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
    parts: dict[str, Any] = {}
    for part in ("date", "time", "zone"):
        written, why = _one(form, f"{key.name}.{part}"), _one(form, f"{key.name}.{part}.unknown")
        if why:
            parts[part] = {"unknown": why}
        elif written:
            is_short = part == "time" and re.fullmatch(r"\d\d[:.]\d\d", written)
            parts[part] = f"{written.replace('.', ':')}:00" if is_short else written
    return None if not parts or set(parts) == {"zone"} else parts


def _typed_options(key: s.Key, form: Form, before: Any) -> Any:
    if _one(form, f"{key.name}.areas") == "yes":
        return "areas"
    rows = _rows(form, key.name, ("key", "en", "sv"))
    return [{"key": row[0], "title": _named(row[1:])} for row in rows] or None


def _typed_labels(key: s.Key, form: Form, before: Any) -> Any:
    rows = _rows(form, key.name, ("value", "en", "sv"))
    if _one(form, "kind") == "categorical":
        return [_named(row[1:]) for row in rows] or None
    return {row[0]: _named(row[1:]) for row in rows} or None


def _rows(form: Form, name: str, parts: Sequence[str]) -> list[tuple[str, ...]]:
    columns = [[entry.strip() for entry in form.get(f"{name}.{part}", ())] for part in parts]
    return [row for row in zip(*columns, strict=False) if any(row)]


def _named(both: Sequence[str]) -> dict[str, str]:
    return {language: text for language, text in zip(("en", "sv"), both, strict=True) if text}


def _typed_when(key: s.Key, form: Form, before: Any) -> Any:
    return _condition(form, key.name, before, 0)


def _condition(form: Form, name: str, before: Any, depth: int) -> Any:
    """Rows of question, look and value, joined by all or any, and after them the groups inside."""
    rows = _rows(form, name, ("question", "look", "value"))
    parts = [_comparison(*row) for row in rows if row[0] or row[2]]
    number, stood = 0, groups_of(before)
    while f"{name}.{number}.question" in form and depth < DEEPEST:
        group = _condition(form, f"{name}.{number}", stood[number] if number < len(stood) else None, depth + 1)
        parts += [group] if group is not None else []
        number += 1
    if not parts:
        return None
    parts = _as_they_stood(parts, parts_of(before))
    join = "any" if _one(form, f"{name}.join") == "any" else "all"
    if len(parts) == 1 and "question" in parts[0] and not depth and not _joins(before):
        return parts[0]
    return {join: parts}


def _as_they_stood(parts: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts in the order in which they stood, and after them the new ones."""
    new, kept = list(parts), []
    for part in before:
        if part in new:
            new.remove(part)
            kept.append(part)
    return kept + new


def _joins(condition: Any) -> bool:
    return isinstance(condition, Mapping) and ("all" in condition or "any" in condition)


def groups_of(condition: Any) -> list[dict[str, Any]]:
    """The nested groups inside a condition."""
    return [part for part in parts_of(condition) if _joins(part)]


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
        return {"question": question, look: "no" if value == "no" else "yes"}
    return {"question": question, look or "is": value}


_TYPED: dict[type, Callable[[s.Key, Form, Any], Any]] = {
    s.Both: _typed_both,
    s.Whole: _typed_number,
    s.Amount: _typed_number,
    s.Exact: _typed_exact,
    s.Flag: _typed_flag,
    s.SomeOf: _typed_some,
    s.References: _typed_some,
    s.Wholes: _typed_numbers,
    s.Clock: _typed_clock,
    s.Options: _typed_options,
    s.Labels: _typed_labels,
    s.When: _typed_when,
}
