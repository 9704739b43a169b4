"""The entries of a list: one more, one less, one up, one down, one like it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from app.programmes.definition import shape as s
from app.programmes.editing.places import NoSuchPlace, holder_of, is_mark, place


def with_new(data: Mapping[str, Any], path: str, name: str, entry: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One more entry at the end of a list; it gets a key of its own. Raises KeyError where there is no such list."""
    value = place(data, path).record.key(name).value
    if not isinstance(value, s.Records):
        raise KeyError(name)
    changed = copy.deepcopy(dict(data))
    at = _reach(changed, path)
    if not isinstance(at.get(name), list):
        at[name] = []
    made = dict(entry or {})
    if has_key(value):
        made["key"] = free_key(str(made.get("key") or name.removesuffix("s")), at[name])
    at[name].append(made)
    return changed


def has_key(value: s.Records) -> bool:
    """Whether the entries of a list are told apart by keys."""
    return any(key.name == "key" and isinstance(key.value, s.Name) for key in value.record.keys)


def free_key(wanted: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The wanted key, or it with the first number that is free."""
    taken = {entry.get("key") for entry in entries if isinstance(entry, Mapping)}
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


def _reach(data: dict[str, Any], path: str) -> dict[str, Any]:
    if not path:
        return data
    holder, name, number = holder_of(data, path)
    if number is not None:
        found: dict[str, Any] = holder[name][number]
        return found
    if not isinstance(holder.get(name), dict) or is_mark(holder[name]):
        holder[name] = {}
    inner: dict[str, Any] = holder[name]
    return inner


def without(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The declaration without the entry at this path."""
    changed = copy.deepcopy(dict(data))
    holder, name, number = holder_of(changed, path)
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
    holder, name, number = holder_of(changed, path)
    entries = holder[name]
    if number is not None and 0 <= number + by < len(entries):
        entries[number], entries[number + by] = entries[number + by], entries[number]
    return changed


def duplicated(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The declaration with an entry once more, right after itself; where entries have keys, it gets one of its own."""
    changed = copy.deepcopy(dict(data))
    holder, name, number = holder_of(changed, path)
    entries = holder[name]
    if number is None:
        raise NoSuchPlace(path)
    made = copy.deepcopy(entries[number])
    if isinstance(made, dict) and "key" in made:
        made["key"] = free_key(str(made["key"]), entries)
    entries.insert(number + 1, made)
    return changed
