"""Kinds of question: what each reads from a form, how it shows an answer, and what it finds wrong with one.

An answer is a JSON value, or None when nothing was given. Reading never refuses an answer for being too long or
missing, so that an unfinished draft can always be kept; that is what `answer_problems` tells before submitting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from babel.dates import format_date
from babel.numbers import format_decimal

from app.kernel.errors import Problem
from app.kernel.words import N_

Answer = str | int | bool | list[str] | dict[str, str] | None
"""What is stored: a JSON value."""

PERSON_PARTS = ("name", "email", "workplace")
"""The order in which a form sends the parts of a person."""


@dataclass(frozen=True)
class Text:
    """One text in both languages of the house."""

    en: str
    sv: str

    def in_(self, locale: object) -> str:
        """The text for a locale or its name (`sv`, `sv_SE`); English for every language that is not Swedish."""
        return self.sv if str(locale).lower().startswith("sv") else self.en


class QuestionKind(StrEnum):
    """The kinds of question a form may ask."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"


@dataclass(frozen=True)
class Option:
    """One answer that a choice offers."""

    key: str
    title: Text


@dataclass(frozen=True)
class Question:
    """One entry of a form. `options_from` says that the options are the call's areas."""

    key: str
    section: str
    kind: QuestionKind
    title: Text
    help: Text | None = None
    required: bool = False
    max_words: int | None = None
    max_chars: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    options: tuple[Option, ...] = ()
    options_from: str = ""
    criteria: tuple[str, ...] = ()

    def option(self, key: str) -> Option | None:
        """The option of that key, or None."""
        return next((option for option in self.options if option.key == key), None)


Reads = Callable[[Question, Sequence[str]], Answer | Problem]
Shows = Callable[[Question, Answer, str], str]
Faults = Callable[[Question, Answer], tuple[Problem, ...]]


def _no_faults(question: Question, value: Answer) -> tuple[Problem, ...]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind of question. `settings` are the keys of a declaration that mean something for it."""

    key: QuestionKind
    title: Text
    reads: Reads
    shows: Shows
    faults: Faults = _no_faults
    settings: frozenset[str] = field(default=frozenset())


def read_answer(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    """What a form sent for this question as an answer to keep, or the Problem that makes it unreadable."""
    return KINDS[question.kind].reads(question, [_clean(entry) for entry in submitted])


def answer_text(question: Question, value: Answer, locale: object) -> str:
    """The answer as one reads it, in the reader's language; empty when there is none."""
    return "" if value is None else KINDS[question.kind].shows(question, value, str(locale))


def answer_problems(question: Question, value: Answer) -> tuple[Problem, ...]:
    """What keeps this answer from being submitted: missing though required, over a limit, or not complete."""
    is_blank = isinstance(value, str) and not value.strip()
    if is_blank or (not value and value is not False and value != 0):
        missing = Problem("answer_missing", N_("This question must be answered."), field=question.key)
        return (missing,) if question.required else ()
    return KINDS[question.kind].faults(question, value)


def count_words(text: str) -> int:
    """The number of words: runs between white space, as the counter in the browser counts them."""
    return len(text.split())


def _clean(entry: str) -> str:
    """Line ends as browsers and databases agree on them; NUL cannot be stored and means nothing."""
    return entry.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _first(submitted: Sequence[str]) -> str:
    return submitted[0].strip() if submitted else ""


def _reads_line(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return " ".join(_first(submitted).split()) or None


def _reads_text(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return _first(submitted) or None


def _reads_choice(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    chosen = _first(submitted)
    if chosen and question.option(chosen) is None:
        return _not_offered(question, chosen)
    return chosen or None


def _reads_choices(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    chosen = {entry.strip() for entry in submitted if entry.strip()}
    for entry in sorted(chosen):
        if question.option(entry) is None:
            return _not_offered(question, entry)
    return [option.key for option in question.options if option.key in chosen] or None


def _not_offered(question: Question, chosen: str) -> Problem:
    message = N_("“%(chosen)s” is not one of the answers offered.")
    return Problem("not_offered", message, field=question.key, values={"chosen": chosen})


def _reads_yes_no(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    said = _first(submitted).lower()
    if said in ("yes", "no"):
        return said == "yes"
    return None if not said else Problem("not_yes_or_no", N_("Answer yes or no."), field=question.key)


def _reads_number(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    digits = re.sub(r"[\s\u2212-]", lambda sign: "" if sign[0].isspace() else "-", _first(submitted))
    if re.fullmatch(r"-?[0-9]{1,15}", digits):
        return int(digits)
    message = N_("Write a whole number with digits, such as 12.")
    return None if not digits else Problem("not_a_number", message, field=question.key)


def _reads_date(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    written = _first(submitted)
    try:
        return date.fromisoformat(written).isoformat() if written else None
    except ValueError:
        message = N_("Write the date as year-month-day, such as 2027-04-01.")
        return Problem("not_a_date", message, field=question.key)


def _reads_person(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    parts = {part: " ".join(entry.split()) for part, entry in zip(PERSON_PARTS, submitted, strict=False)}
    return {part: entry for part, entry in parts.items() if entry} or None


def _shows_plainly(question: Question, value: Answer, locale: str) -> str:
    return str(value)


def _shows_options(question: Question, value: Answer, locale: str) -> str:
    chosen = value if isinstance(value, list) else [str(value)]
    options = ((question.option(key), key) for key in chosen)
    return ", ".join(option.title.in_(locale) if option else key for option, key in options)


def _shows_yes_no(question: Question, value: Answer, locale: str) -> str:
    return (Text("Yes", "Ja") if value else Text("No", "Nej")).in_(locale)


def _shows_number(question: Question, value: Answer, locale: str) -> str:
    return format_decimal(value, locale=_babel(locale)) if isinstance(value, int) else str(value)


def _shows_date(question: Question, value: Answer, locale: str) -> str:
    return format_date(date.fromisoformat(str(value)), format="long", locale=_babel(locale))


def _shows_person(question: Question, value: Answer, locale: str) -> str:
    return ", ".join(value[part] for part in PERSON_PARTS if part in value) if isinstance(value, dict) else str(value)


def _babel(locale: str) -> str:
    # British order (1 April 2027): the month-first order is read wrongly by half of the applicants.
    return "sv" if locale.lower().startswith("sv") else "en_GB"


def _text_faults(question: Question, value: Answer) -> tuple[Problem, ...]:
    counts = (
        ("too_many_words", N_("%(count)s words, and at most %(limit)s are allowed."), count_words, question.max_words),
        ("too_many_chars", N_("%(count)s characters, and at most %(limit)s are allowed."), len, question.max_chars),
    )
    return tuple(
        Problem(code, message, field=question.key, values={"count": count(str(value)), "limit": limit})
        for code, message, count, limit in counts
        if limit is not None and count(str(value)) > limit
    )


def _number_faults(question: Question, value: Answer) -> tuple[Problem, ...]:
    low, high = question.minimum, question.maximum
    if not isinstance(value, int):
        return ()
    if low is not None and value < low:
        return (Problem("too_low", N_("At least %(limit)s."), field=question.key, values={"limit": low}),)
    if high is not None and value > high:
        return (Problem("too_high", N_("At most %(limit)s."), field=question.key, values={"limit": high}),)
    return ()


def _person_faults(question: Question, value: Answer) -> tuple[Problem, ...]:
    given = value if isinstance(value, dict) else {}
    if not given.get("name"):
        return (Problem("person_without_name", N_("Give the person’s name."), field=question.key),)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given.get("email", "")):
        message = N_("Give the person’s mail address, such as name@example.org.")
        return (Problem("person_without_address", message, field=question.key),)
    return ()


_LIMITS = frozenset({"max_words", "max_chars"})
_OPTIONS = frozenset({"options"})
_KINDS = (
    Kind(QuestionKind.SHORT_TEXT, Text("Short text", "Kort text"), _reads_line, _shows_plainly, _text_faults, _LIMITS),
    Kind(QuestionKind.LONG_TEXT, Text("Long text", "Lång text"), _reads_text, _shows_plainly, _text_faults, _LIMITS),
    Kind(QuestionKind.CHOICE, Text("One choice", "Ett val"), _reads_choice, _shows_options, settings=_OPTIONS),
    Kind(QuestionKind.CHOICES, Text("Several choices", "Flera val"), _reads_choices, _shows_options, settings=_OPTIONS),
    Kind(QuestionKind.YES_NO, Text("Yes or no", "Ja eller nej"), _reads_yes_no, _shows_yes_no),
    Kind(
        QuestionKind.NUMBER,
        Text("Whole number", "Heltal"),
        _reads_number,
        _shows_number,
        _number_faults,
        frozenset({"minimum", "maximum"}),
    ),
    Kind(QuestionKind.DATE, Text("Date", "Datum"), _reads_date, _shows_date),
    Kind(QuestionKind.PERSON, Text("Person", "Person"), _reads_person, _shows_person, _person_faults),
)
KINDS: Mapping[QuestionKind, Kind] = MappingProxyType({kind.key: kind for kind in _KINDS})
"""Every kind of question; a test says that none is missing."""
