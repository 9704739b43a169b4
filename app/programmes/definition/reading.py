"""Reading a record by its description: every kind of value has one way to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from decimal import Decimal
from typing import Any

from app.kernel.words import N_, say
from app.programmes.definition import shape as s
from app.programmes.definition.codes import read_cap, read_country, read_currency, read_ror
from app.programmes.definition.conditions import read_condition
from app.programmes.definition.moments import read_moment, read_zone
from app.programmes.definition.reader import Table
from app.programmes.definition.scales import read_labels
from app.programmes.definition.tree import Moment
from app.programmes.definition.values import shown
from app.programmes.kinds import Option, Text

EMPTY = Text("", "")


def read_record(record: s.Record, table: Table, *, close: bool = True) -> Any:
    """The leaf of the tree; what is mistaken is noted and replaced by something harmless."""
    given = {entry.name: read_key(entry, table) for entry in record.keys}
    if close:
        table.close()
    return record.make(**_filled(record, given))


def _filled(record: s.Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values that were given; a leaf's own defaults hold for the others, and placeholders where it has none."""
    defaults = {field.name: field.default for field in fields(record.make)}  # type: ignore[arg-type]  # every leaf is a dataclass
    filled = {}
    for entry in record.keys:
        value = given[entry.name]
        if value is None:
            value = entry.default if entry.default is not None else defaults.get(entry.name, MISSING)
            value = _harmless(entry.value) if value is MISSING else value
        filled[entry.name] = value
    return filled


def _harmless(value: s.Value) -> Any:
    """What stands in for a value that had to be there; only mistaken declarations ever hold it."""
    match value:
        case s.Both():
            return EMPTY
        case s.Whole() | s.Flag():
            return 0
        case s.Exact():
            return Decimal(0)
        case s.OneOf(words):
            return next(iter(words))
        case s.Clock():
            return Moment(None, None, None)
        case s.Records() | s.References() | s.SomeOf() | s.Options() | s.Wholes():
            return ()
        case s.Record() as inner:
            return read_record(inner, Table({}, "", _nowhere()))
    return "" if not isinstance(value, s.Day) else None


def _nowhere() -> Any:
    from app.programmes.definition.reader import Reading

    return Reading("")


def read_key(entry: s.Key, table: Table) -> Any:
    """The value of one key, or None where it is missing, mistaken or a marked unknown."""
    return READERS[type(entry.value)](entry.value, entry, table)


def _words(value: s.Words, entry: s.Key, table: Table) -> str | None:
    if not value.pattern:
        return table.string(entry.name, required=entry.required, unknown=entry.unknown) or None
    return table.matching(entry.name, value.pattern, value.form, required=entry.required) or None


def _name(value: s.Name, entry: s.Key, table: Table) -> str | None:
    if not entry.required and entry.name not in table.entries:
        table.known.append(entry.name)
        return None
    return table.key(entry.name) or None


def _both(value: s.Both, entry: s.Key, table: Table) -> Text | None:
    return table.text(entry.name, required=entry.required, unknown=entry.unknown)


def _one_of(value: s.OneOf, entry: s.Key, table: Table) -> Any:
    return table.word(entry.name, value.words, required=entry.required, unknown=entry.unknown)


def _some_of(value: s.SomeOf, entry: s.Key, table: Table) -> tuple[Any, ...] | None:
    given = table.words(entry.name, value.words, unknown=entry.unknown)
    kinds = {str(word): word for word in value.words}
    return tuple(kinds[word] for word in given) or None


def _flag(value: s.Flag, entry: s.Key, table: Table) -> bool:
    return table.boolean(entry.name, default=value.default, required=entry.required)


def _whole(value: s.Whole, entry: s.Key, table: Table) -> int | None:
    return table.integer(entry.name, value.low, value.high, required=entry.required, unknown=entry.unknown)


def _wholes(value: s.Wholes, entry: s.Key, table: Table) -> tuple[int, ...] | None:
    given = table.find(entry.name, required=entry.required, unknown=entry.unknown, allowed=value.allowed)
    if given is None:
        return None
    if isinstance(given, list) and all(type(each) is int and value.low <= each <= value.high for each in given):
        return tuple(given) or None
    table.note(entry.name, say(N_("%(value)s is not that"), value=shown(given)), value.allowed)
    return None


def _exact(value: s.Exact, entry: s.Key, table: Table) -> Decimal | None:
    return table.decimal(entry.name, required=entry.required, unknown=entry.unknown, low=value.low)


def _day(value: s.Day, entry: s.Key, table: Table) -> Any:
    return table.day(entry.name, required=entry.required, unknown=entry.unknown)


def _clock(value: s.Clock, entry: s.Key, table: Table) -> Moment | None:
    return read_moment(table, entry.name, required=entry.required, unknown=entry.unknown)


def _zone(value: s.Zone, entry: s.Key, table: Table) -> str | None:
    return read_zone(table, required=entry.required, unknown=entry.unknown)


def _reference(value: s.Reference, entry: s.Key, table: Table) -> str | None:
    return table.string(entry.name, required=entry.required, unknown=entry.unknown) or None


def _references(value: s.References, entry: s.Key, table: Table) -> tuple[str, ...] | None:
    allowed = say(N_("a list of keys of %(to)s"), to=value.to)
    keys = table.find(entry.name, required=entry.required, unknown=entry.unknown, allowed=allowed)
    if isinstance(keys, list) and all(isinstance(each, str) for each in keys):
        if entry.required and not keys:
            table.note(entry.name, N_("the list is empty"), say(N_("%(allowed)s, at least one"), allowed=allowed))
        return tuple(keys) or None
    if keys is not None:
        table.note(entry.name, N_("this is not a list of keys"), allowed)
    return None


def _formula(value: s.Formula, entry: s.Key, table: Table) -> str | None:
    return table.string(entry.name, required=entry.required, allowed=N_("an expression")) or None


def _when(value: s.When, entry: s.Key, table: Table) -> Any:
    return read_condition(table, entry.name)


def _labels(value: s.Labels, entry: s.Key, table: Table) -> Any:
    return read_labels(table, entry.name)


def _options(value: s.Options, entry: s.Key, table: Table) -> tuple[Option, ...] | None:
    """A list of at least two, each with key and title; the word `areas` is resolved when the whole is known."""
    allowed = (
        N_("“areas”, or a list of at least two {key, title}")
        if entry.name == "options"
        else N_("a list of {key, title}")
    )
    given = table.find(entry.name, required=False, unknown=False, allowed=allowed)
    if given is None or (given == "areas" and entry.name == "options"):
        return None
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        table.note(entry.name, N_("these are not options"), allowed)
        return None
    options = []
    for inner in table.tables(entry.name, unknown=False):
        options.append(Option(inner.key(), inner.text("title", required=True) or EMPTY))
        inner.close()
    if len(options) < 2 and entry.name == "options":
        table.note(entry.name, N_("a choice needs something to choose between"), allowed)
    return tuple(options) or None


def _record(value: s.Record, entry: s.Key, table: Table) -> Any:
    names = [inner.name for inner in value.keys]
    inner = table.table(entry.name, f"a table of {_listed(names)}", required=entry.required, unknown=entry.unknown)
    return None if inner is None else read_record(value, inner)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _records(value: s.Records, entry: s.Key, table: Table) -> tuple[Any, ...] | None:
    tables = table.tables(entry.name, required=entry.required, unknown=entry.unknown)
    return tuple(read_record(value.record, each) for each in tables) or None


READERS: dict[type, Callable[[Any, s.Key, Table], Any]] = {
    s.Words: _words,
    s.Name: _name,
    s.Both: _both,
    s.OneOf: _one_of,
    s.SomeOf: _some_of,
    s.Flag: _flag,
    s.Whole: _whole,
    s.Wholes: _wholes,
    s.Exact: _exact,
    s.Amount: lambda value, entry, table: read_cap(table, entry.name),
    s.Currency: lambda value, entry, table: read_currency(table, entry),
    s.Country: lambda value, entry, table: read_country(table),
    s.Ror: lambda value, entry, table: read_ror(table),
    s.Zone: _zone,
    s.Day: _day,
    s.Clock: _clock,
    s.Reference: _reference,
    s.References: _references,
    s.Formula: _formula,
    s.When: _when,
    s.Labels: _labels,
    s.Options: _options,
    s.Record: _record,
    s.Records: _records,
}
