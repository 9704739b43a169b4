"""What two versions of a declaration differ in, key by key; entries are matched by their own keys, not by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import SHAPE
from app.programmes.definition.tree import Definition
from app.programmes.definition.writing import to_data
from app.programmes.kinds import Text


class Change(StrEnum):
    """What happened to a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Difference:
    """One difference. `title` names the place for people, `before` and `after` are the values as they are written."""

    key_path: str
    title: Text
    change: Change
    before: str
    after: str


def differences(before: Definition, after: Definition) -> tuple[Difference, ...]:
    """Every difference, in the order of the keys. None if, and only if, the two are the same."""
    return tuple(_tables(SHAPE, to_data(before), to_data(after), "", Text("", "")))


def _tables(
    record: s.Record, before: Mapping[str, Any], after: Mapping[str, Any], path: str, title: Text
) -> Iterator[Difference]:
    for key in record.keys:
        here = f"{path}.{key.name}" if path else key.name
        named = _under(title, key.title)
        old, new = before.get(key.name), after.get(key.name)
        if old == new:
            continue
        yield from _values(key.value, old, new, here, named)


def _values(kind: s.Value, old: Any, new: Any, path: str, title: Text) -> Iterator[Difference]:
    match kind:
        case s.Record() if isinstance(old, dict) and isinstance(new, dict) and not _unknown(old) and not _unknown(new):
            yield from _tables(kind, old, new, path, title)
        case s.Records(record) if isinstance(old, list) and isinstance(new, list):
            yield from _lists(record, old, new, path, title)
        case s.Records(record) if isinstance(old or [], list) and isinstance(new or [], list):
            yield from _lists(record, old or [], new or [], path, title)
        case _:
            yield _difference(path, title, old, new)


def _unknown(value: Mapping[str, Any]) -> bool:
    return set(value) == {"unknown"}


def _lists(
    record: s.Record, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], path: str, title: Text
) -> Iterator[Difference]:
    names = [_name(record, entry, place) for place, entry in enumerate(old)]
    others = [_name(record, entry, place) for place, entry in enumerate(new)]
    for name, entry in zip(names, old, strict=True):
        if name not in others:
            yield _difference(f"{path}[{name}]", _under(title, _titled(name, entry)), entry, None)
    for name, entry in zip(others, new, strict=True):
        here, named = f"{path}[{name}]", _under(title, _titled(name, entry))
        if name not in names:
            yield _difference(here, named, None, entry)
        else:
            yield from _tables(record, old[names.index(name)], entry, here, named)
    kept, still = [name for name in names if name in others], [name for name in others if name in names]
    if kept != still:
        yield Difference(path, title, Change.MOVED, ", ".join(kept), ", ".join(still))


def _name(record: s.Record, entry: Mapping[str, Any], place: int) -> str:
    """What tells an entry from its neighbours: its key, or the place where it has none."""
    has_key = any(isinstance(key.value, s.Name) for key in record.keys)
    return str(entry.get("key", place)) if has_key else str(place)


def _titled(name: str, entry: Mapping[str, Any]) -> Text:
    title = entry.get("title")
    if isinstance(title, dict) and "en" in title:
        return Text(str(title["en"]), str(title["sv"]))
    return Text(name, name)


def _under(outer: Text, inner: Text) -> Text:
    return Text(f"{outer.en} › {inner.en}", f"{outer.sv} › {inner.sv}") if outer.en else inner


def _difference(path: str, title: Text, old: Any, new: Any) -> Difference:
    change = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED
    return Difference(path, title, change, value_text(old), value_text(new))


def value_text(value: Any) -> str:
    """A value as one reads it in a list of differences."""
    match value:
        case None:
            return "–"
        case bool():
            return "true" if value else "false"
        case {"unknown": why, **rest} if not rest:
            return f"? ({why})"
        case {"en": english, "sv": swedish, **rest} if not rest:
            return f"{english} / {swedish}"
        case {"date": _, **rest} if set(rest) <= {"time", "zone"}:
            return " ".join(value_text(value.get(part)) for part in ("date", "time", "zone"))
        case dict():
            return "; ".join(f"{key}: {value_text(inner)}" for key, inner in value.items())
        case list():
            return ", ".join(map(value_text, value))
    return str(value)
