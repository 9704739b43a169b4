"""What a key of a declaration is: its kind of value, its name for people, its help.

One description, from which the reading, the JSON Schema, the editor's controls and the words of a difference follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.kernel.words import N_
from app.programmes.kinds import Text


@dataclass(frozen=True)
class Words:
    """A text without language, such as a name; `pattern` limits it and `form` says so in words."""

    pattern: str = ""
    form: str = N_("a text")


@dataclass(frozen=True)
class Name:
    """The key of an entry, by which others refer to it."""


@dataclass(frozen=True)
class Both:
    """A text in both languages. A long one is written in a larger box; `quotes` says that it may quote answers."""

    long: bool = False
    quotes: bool = False


@dataclass(frozen=True)
class OneOf:
    """One word of a vocabulary."""

    words: type[StrEnum]


@dataclass(frozen=True)
class SomeOf:
    """Several words of a vocabulary, none of them twice."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Flag:
    """True or false."""

    default: bool = False


@dataclass(frozen=True)
class Whole:
    """A whole number from low to high."""

    low: int
    high: int = 10**12


@dataclass(frozen=True)
class Wholes:
    """A list of whole numbers from low to high, none of them twice."""

    low: int
    high: int
    allowed: str


@dataclass(frozen=True)
class Exact:
    """A decimal number of at least low."""

    low: int = 0


@dataclass(frozen=True)
class Amount:
    """Whole units of the currency of the side it belongs to."""


@dataclass(frozen=True)
class Currency:
    """A code of ISO 4217."""


@dataclass(frozen=True)
class Country:
    """A code of ISO 3166."""


@dataclass(frozen=True)
class Ror:
    """The address of a record at ror.org, whose check digits are proven."""


@dataclass(frozen=True)
class Zone:
    """A zone of the IANA list."""


@dataclass(frozen=True)
class Day:
    """A date."""


@dataclass(frozen=True)
class Clock:
    """A date, a clock time and a zone."""


@dataclass(frozen=True)
class Reference:
    """The key of an entry of another list of the declaration; `also` are words that are allowed besides."""

    to: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class References:
    """Several keys of entries of another list."""

    to: str


@dataclass(frozen=True)
class Formula:
    """A text of the expression language; `over` says what it may name: answers or criteria."""

    over: str = "answers"


@dataclass(frozen=True)
class When:
    """A nested condition of all and any."""


@dataclass(frozen=True)
class Labels:
    """The words of a scale's values: a table by value, or a list for words alone, the best first."""


@dataclass(frozen=True)
class Options:
    """The answers a choice offers: a list of key and title, or the word `areas`."""


@dataclass(frozen=True)
class Record:
    """A table of keys, and the leaf of the tree that is made of it."""

    name: str
    make: Callable[..., Any]
    keys: tuple[Key, ...]

    def key(self, name: str) -> Key:
        """The key of that name. Raises KeyError."""
        for key in self.keys:
            if key.name == name:
                return key
        raise KeyError(name)


@dataclass(frozen=True)
class Records:
    """A list of tables of one kind, in an order that people choose."""

    record: Record


Value = (
    Words
    | Name
    | Both
    | OneOf
    | SomeOf
    | Flag
    | Whole
    | Wholes
    | Exact
    | Amount
    | Currency
    | Country
    | Ror
    | Zone
    | Day
    | Clock
    | Reference
    | References
    | Formula
    | When
    | Labels
    | Options
    | Record
    | Records
)


@dataclass(frozen=True)
class Key:
    """One key: what it holds, what people call it, whether it must be there and whether it may be a marked unknown."""

    name: str
    value: Value
    title: Text
    help: Text
    required: bool = False
    unknown: bool = True
    default: Any = None


def must(key: Key) -> Key:
    """The same key, which has to be there and may not be unknown."""
    return Key(key.name, key.value, key.title, key.help, required=True, unknown=False, default=key.default)


def asked(key: Key) -> Key:
    """The same key, which has to be there, if only as a marked unknown."""
    return Key(key.name, key.value, key.title, key.help, required=True, unknown=True, default=key.default)


def known(key: Key) -> Key:
    """The same key, which may be left out but may not be a marked unknown."""
    return Key(key.name, key.value, key.title, key.help, key.required, unknown=False, default=key.default)


def key(  # noqa: PLR0917  # a name, a kind, and words in two languages
    name: str, value: Value, en: str, sv: str, help_en: str, help_sv: str, **more: Any
) -> Key:
    """A key with its words in both languages."""
    return Key(name, value, Text(en, sv), Text(help_en, help_sv), **more)


def walk(record: Record, path: str = "") -> Iterator[tuple[str, Key]]:
    """Every key of a record and of the records inside it, with its path, such as `sides.institution.zone`."""
    for entry in record.keys:
        here = f"{path}.{entry.name}" if path else entry.name
        yield here, entry
        inside = entry.value.record if isinstance(entry.value, Records) else entry.value
        if isinstance(inside, Record):
            yield from walk(inside, here)


def titles(words: Mapping[str, tuple[str, str]]) -> dict[str, Text]:
    """Words for people by the words of a vocabulary."""
    return {word: Text(*both) for word, both in words.items()}
