"""Reading tables of a declaration: every key that is asked for becomes a known key, every other one is a mistake.

A method that cannot give what was asked notes the mistake and returns a placeholder, so that the reading goes on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from app.kernel.words import N_, say
from app.programmes.definition.mistakes import Mistake, listed, suggestion
from app.programmes.definition.tree import Unknown
from app.programmes.definition.values import as_date, as_decimal, as_time, shown
from app.programmes.kinds import Text

A_TEXT = N_("a text")
KEY = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
Word = TypeVar("Word", bound=StrEnum)


@dataclass
class Reading:
    """What has been found in one source so far."""

    source: str
    mistakes: list[Mistake] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)

    def note(self, key_path: str, wrong: str, allowed: str) -> None:
        """Remember a mistake."""
        self.mistakes.append(Mistake(self.source, key_path, wrong, allowed))


class Table:
    """One table of the declaration."""

    def __init__(self, entries: Mapping[str, object], path: str, reading: Reading, outer: Table | None = None) -> None:
        self.entries = entries
        self.path = path
        self.reading = reading
        self.outer = outer
        self.known: list[str] = []

    def around(self, key: str) -> object | None:
        """The raw value of a key in this table, or in the nearest one around it that has it."""
        if key in self.entries or self.outer is None:
            return self.entries.get(key)
        return self.outer.around(key)

    def at(self, key: str) -> str:
        """The path of a key in this table."""
        return f"{self.path}.{key}" if self.path else key

    def note(self, key: str, wrong: str, allowed: str) -> None:
        """Remember a mistake at a key of this table."""
        self.reading.note(self.at(key), wrong, allowed)

    def close(self) -> None:
        """Every key that nobody asked for is a mistake."""
        for key in self.entries:
            if key not in self.known:
                wrong = say(N_("there is no such key%(perhaps)s"), perhaps=suggestion(key, self.known))
                self.note(key, wrong, listed(sorted(self.known)))

    def find(self, key: str, *, required: bool, unknown: bool, allowed: str) -> object | None:
        """The raw value; None when it is missing or a marked unknown, which are noted."""
        self.known.append(key)
        value = self.entries.get(key)
        if value is None:
            if required:
                self.note(key, N_("this key is missing"), allowed)
            return None
        if isinstance(value, Mapping) and "unknown" in value:
            self._mark(key, value, unknown, allowed)
            return None
        return value

    def _mark(self, key: str, value: Mapping[str, object], unknown: bool, allowed: str) -> None:
        why = value["unknown"]
        if not unknown:
            self.note(key, N_("this may not be left unknown"), allowed)
        elif len(value) > 1 or not isinstance(why, str) or not why.strip():
            self.note(
                key, N_("a marked unknown holds the reason and nothing else"), N_('{unknown = "why no source tells"}')
            )
        else:
            self.reading.unknowns.append(Unknown(self.at(key), why.strip()))

    def string(self, key: str, *, required: bool = True, unknown: bool = False, allowed: str = A_TEXT) -> str:
        """A text that is not blank; empty when there is none."""
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            wrong = (
                N_("the text is empty")
                if isinstance(value, str)
                else say(N_("%(value)s is not a text"), value=shown(value))
            )
            self.note(key, wrong, allowed)
            return ""
        return value.strip()

    def matching(self, key: str, pattern: str | re.Pattern[str], allowed: str, *, required: bool = True) -> str:
        """A text of a given form; empty when there is none."""
        value = self.string(key, required=required, allowed=allowed)
        if value and not re.fullmatch(pattern, value):
            self.note(key, say(N_("%(value)s is not of the right form"), value=shown(value)), allowed)
            return ""
        return value

    def key(self, key: str = "key") -> str:
        """The name of an entry, by which others refer to it."""
        return self.matching(key, KEY, N_("lower-case letters and digits in words joined by - or _, such as ki-budget"))

    def one_of(self, key: str, words: Collection[str], *, required: bool = True, unknown: bool = False) -> str:
        """One of the given words; empty when there is none."""
        value = self.string(key, required=required, unknown=unknown, allowed=listed(words))
        if value and value not in words:
            perhaps = suggestion(value, words)
            wrong = say(N_("%(value)s is not known%(perhaps)s"), value=shown(value), perhaps=perhaps)
            self.note(key, wrong, listed(words))
            return ""
        return value

    def word(self, key: str, words: type[Word], *, required: bool = False, unknown: bool = True) -> Word | None:
        """One word of a vocabulary."""
        value = self.one_of(key, [str(word) for word in words], required=required, unknown=unknown)
        return words(value) if value else None

    def words(self, key: str, known: Collection[str], *, unknown: bool = True) -> tuple[str, ...]:
        """A list of given words, none of them twice."""
        allowed = say(N_("a list of %(words)s, each at most once"), words=listed(known))
        value = self.find(key, required=False, unknown=unknown, allowed=allowed)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note(key, say(N_("%(value)s is not a list"), value=shown(value)), allowed)
            return ()
        for place, word in enumerate(value):
            if word not in known or word in value[:place]:
                perhaps = suggestion(str(word), known)
                wrong = (
                    say(N_("%(value)s is there twice"), value=shown(word))
                    if word in value[:place]
                    else say(N_("%(value)s is not known%(perhaps)s"), value=shown(word), perhaps=perhaps)
                )
                self.note(f"{key}[{place}]", wrong, allowed)
        return tuple(word for word in value if word in known)

    def integer(
        self, key: str, low: int, high: int = 10**12, *, required: bool = False, unknown: bool = True, allowed: str = ""
    ) -> int | None:
        """A whole number from low to high."""
        from_low = say(N_("a whole number of at least %(low)s"), low=low)
        both_ends = say(N_("a whole number from %(low)s to %(high)s"), low=low, high=high)
        allowed = allowed or (both_ends if high < 10**12 else from_low)
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(key, say(N_("%(value)s is not a whole number"), value=shown(value)), allowed)
        elif not low <= value <= high:
            template = N_("%(value)s is too low") if value < low else N_("%(value)s is too high")
            self.note(key, say(template, value=value), allowed)
        else:
            return value
        return None

    def decimal(self, key: str, *, required: bool = False, unknown: bool = False, low: int = 0) -> Decimal | None:
        """A decimal number of at least low; written as a number or, to be exact, as a text."""
        allowed = say(N_("a number of at least %(low)s"), low=low)
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        number = as_decimal(value)
        if value is not None and (number is None or number < low):
            template = N_("%(value)s is not a number") if number is None else N_("%(value)s is too low")
            self.note(key, say(template, value=shown(value)), allowed)
            return None
        return number

    def boolean(self, key: str, *, default: bool = False, required: bool = False) -> bool:
        """True or false."""
        value = self.find(key, required=required, unknown=False, allowed=N_("true or false"))
        if value is not None and not isinstance(value, bool):
            self.note(
                key,
                say(N_("%(value)s is neither true nor false"), value=shown(value)),
                N_("true or false, without quotation marks"),
            )
        return value if isinstance(value, bool) else default

    def day(self, key: str, *, required: bool = False, unknown: bool = True) -> dt.date | None:
        """A day; as a TOML date or as text."""
        allowed = N_("a date such as 2027-04-01")
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        day = as_date(value)
        if value is not None and day is None:
            self.note(key, say(N_("%(value)s is not a date"), value=shown(value)), allowed)
        return day

    def clock(self, key: str, *, required: bool = False, unknown: bool = True) -> dt.time | None:
        """A clock time without zone; as a TOML time or as text."""
        allowed = N_("a clock time such as 14:00:00 or “14:00”")
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        clock = as_time(value)
        if value is not None and clock is None:
            self.note(key, say(N_("%(value)s is not a clock time"), value=shown(value)), allowed)
        return clock

    def text(self, key: str, *, required: bool = False, unknown: bool = False) -> Text | None:
        """A text in both languages."""
        allowed = N_('both languages, {en = "…", sv = "…"}')
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.note(key, say(N_("%(value)s is not a text in two languages"), value=shown(value)), allowed)
            return None
        both = Table(value, self.at(key), self.reading)
        text = Text(
            both.string("en", allowed=N_("the English text")), both.string("sv", allowed=N_("the Swedish text"))
        )
        both.close()
        return text

    def table(self, key: str, allowed: str, *, required: bool = False, unknown: bool = True) -> Table | None:
        """A table within this one. The caller closes it."""
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        if value is None or isinstance(value, Mapping):
            return None if value is None else Table(value, self.at(key), self.reading, self)
        self.note(key, say(N_("%(value)s is not a table"), value=shown(value)), allowed)
        return None

    def tables(self, key: str, *, required: bool = False, unknown: bool = True) -> list[Table]:
        """A list of tables. The caller closes each."""
        allowed = say(N_("a list of tables, each begun by [[%(path)s]]"), path=self.at(key))
        value = self.find(key, required=required, unknown=unknown, allowed=allowed)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            self.note(key, say(N_("%(value)s is not a list of tables"), value=shown(value)), allowed)
            return []
        return [Table(entry, f"{self.at(key)}[{place}]", self.reading, self) for place, entry in enumerate(value)]
