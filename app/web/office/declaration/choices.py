"""What may be chosen: words of vocabularies with their names, keys of what exists, countries, currencies, zones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import gettext

from app.kernel.words import N_
from app.programmes.definition import shape as s
from app.programmes.definition.codes import countries
from app.programmes.definition.keys.words import NAMES
from app.programmes.definition.values import currencies

WORDS: dict[str, str] = {
    "en": N_("English"),
    "sv": N_("Swedish"),
    "yes": N_("Yes"),
    "no": N_("No"),
    "return": N_("Return for changes"),
    "abstain": N_("Abstain"),
    "shared": N_("Everybody together"),
    "joint": N_("All sides together"),
    "short_text": N_("Short text"),
    "number": N_("Number"),
    "money": N_("Money"),
    "date": N_("Date"),
    "receipt": N_("Receipt"),
    "ineligible": N_("Rejection on formal grounds"),
    "eligible": N_("Passed the formal check"),
    "partner_invitation": N_("Invitation of a partner"),
    "review_invitation": N_("Invitation of a reviewer"),
    "decision_award": N_("Decision: award"),
    "decision_reserve": N_("Decision: reserve list"),
    "decision_decline": N_("Decision: decline"),
}
"""Names of words that no table of names holds."""


@dataclass(frozen=True)
class Choice:
    """One thing that may be chosen."""

    value: str
    label: str


@dataclass(frozen=True)
class Choices:
    """What a declaration and the house offer to choose from, in one language."""

    data: Mapping[str, Any] = field(hash=False)
    locale: str
    programmes: tuple[Choice, ...] = ()

    def words(self, value: s.Value) -> tuple[Choice, ...]:
        """The words of a vocabulary by their names."""
        if isinstance(value, s.OneOf):
            return tuple(Choice(word, _word_name(value.words, word, self.locale)) for word in map(str, value.words))
        assert isinstance(value, s.SomeOf)
        return tuple(Choice(str(word), _word_name(type(word), str(word), self.locale)) for word in value.words)

    def keys(self, value: s.Value) -> tuple[Choice, ...]:
        """The entries that a reference may name, as the data has them now."""
        assert isinstance(value, s.Reference | s.References)
        also = value.also if isinstance(value, s.Reference) else ()
        listed = self.data.get(value.to)
        entries = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
        return (
            *(Choice(word, gettext(WORDS.get(word, word))) for word in also),
            *(Choice(str(each["key"]), label_of(each, self.locale)) for each in entries if each.get("key")),
        )

    def names(self, over: str) -> tuple[str, ...]:
        """What a formula may name: keys of criteria, or of questions and budgets."""
        keys = [choice.value for choice in self.keys(s.Reference("criteria" if over == "criteria" else "questions"))]
        if over == "criteria":
            return tuple(keys)
        return (*keys, *(f"budget.{choice.value}.total" for choice in self.keys(s.Reference("sides"))))

    def codes(self, value: s.Value) -> tuple[Choice, ...]:
        """Currencies, countries or zones."""
        match value:
            case s.Currency():
                return _currencies(self.locale)
            case s.Country():
                return _countries(self.locale)
        return _zones()


def _word_name(words: type, word: str, locale: str) -> str:
    if isinstance(words, type) and issubclass(words, StrEnum) and words in NAMES:
        return NAMES[words][word].in_(locale)
    return gettext(WORDS[word]) if word in WORDS else word


@cache
def _currencies(locale: str) -> tuple[Choice, ...]:
    names = Locale.parse(locale).currencies
    return tuple(Choice(code, f"{code} – {names.get(code, code)}") for code in sorted(currencies()))


@cache
def _countries(locale: str) -> tuple[Choice, ...]:
    names = Locale.parse(locale).territories
    return tuple(sorted((Choice(c, f"{names.get(c, c)} ({c})") for c in countries()), key=lambda each: each.label))


@cache
def _zones() -> tuple[Choice, ...]:
    known = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    return tuple(Choice(zone, zone.replace("_", " ")) for zone in known)


def label_of(entry: Mapping[str, Any], locale: str) -> str:
    """What people call an entry of a list: its title or name, else its key, else what it holds."""
    for name in ("title", "name"):
        given = entry.get(name)
        if isinstance(given, Mapping):
            given = given.get(locale) or given.get("en") or given.get("sv")
        if isinstance(given, str) and given:
            return re.sub(r"\s+", " ", given)[:90]
    institution = entry.get("institution")
    if isinstance(institution, Mapping) and institution.get("name"):
        return str(institution["name"])
    if entry.get("key"):
        return str(entry["key"])
    return _first_words(entry.values(), locale)


def _first_words(values: Sequence[Any] | Any, locale: str) -> str:
    said = []
    for given in values:
        value = given.get(locale) or given.get("en") if isinstance(given, Mapping) else given
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        if text not in (None, "", True, False):
            said.append(str(text))
    return " · ".join(said[:2])[:90]
