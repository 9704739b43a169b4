"""Every kind of question: how it is read, shown and found at fault, and what it may set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from app.kernel.errors import Problem
from app.kernel.money import Money, amount_text
from app.kernel.words import N_
from app.programmes.kinds import composite as c
from app.programmes.kinds import others as o
from app.programmes.kinds import single as s
from app.programmes.kinds.vocabulary import (
    INSTITUTION_PARTS,
    PERIOD_PARTS,
    PERSON_PARTS,
    SAID_PARTS,
    Answer,
    Question,
    QuestionKind,
    Text,
    row_parts,
)

Reads = Callable[[Question, Sequence[str]], Answer | Problem]
Shows = Callable[[Question, Answer, str], str]
Faults = Callable[[Question, Answer, int], tuple[Problem, ...]]


def _no_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind of question. `settings` are the keys of a declaration that mean something for it; `needs` must be there."""

    key: QuestionKind
    title: Text
    reads: Reads
    shows: Shows
    faults: Faults = _no_faults
    settings: frozenset[str] = field(default=frozenset())
    needs: frozenset[str] = field(default=frozenset())


def _kind(  # noqa: PLR0917  # one line a kind
    key: QuestionKind,
    title: Text,
    reads: Reads,
    shows: Shows,
    faults: Faults = _no_faults,
    settings: str = "",
    needs: str = "",
) -> Kind:
    return Kind(key, title, reads, shows, faults, frozenset(f"{settings} {needs}".split()), frozenset(needs.split()))


LIMITS = "max_words max_chars max_pages"
ROWS = "min_rows max_rows"
WINDOW = "not_before not_after"
Q = QuestionKind
_KINDS = (
    _kind(
        Q.SHORT_TEXT,
        Text("Short text", "Kort text"),
        s.reads_line,
        s.shows_plainly,
        s.text_faults,
        "max_words max_chars",
    ),
    _kind(Q.LONG_TEXT, Text("Long text", "Lång text"), s.reads_text, s.shows_plainly, s.text_faults, LIMITS),
    _kind(
        Q.MARKDOWN,
        Text("Text with headings and lists", "Text med rubriker och listor"),
        s.reads_text,
        s.shows_plainly,
        s.text_faults,
        LIMITS,
    ),
    _kind(Q.CHOICE, Text("One choice", "Ett val"), s.reads_choice, s.shows_options, needs="options"),
    _kind(Q.CHOICES, Text("Several choices", "Flera val"), s.reads_choices, s.shows_options, needs="options"),
    _kind(Q.YES_NO, Text("Yes or no", "Ja eller nej"), s.reads_yes_no, s.shows_yes_no),
    _kind(
        Q.YES_NO_TEXT,
        Text("Yes or no, with words", "Ja eller nej, med ord"),
        c.reads_said,
        c.shows_said,
        c.said_faults,
        "max_words max_chars",
        "text_on",
    ),
    _kind(Q.NUMBER, Text("Whole number", "Heltal"), s.reads_number, s.shows_number, s.number_faults, "minimum maximum"),
    _kind(
        Q.MONEY, Text("Amount", "Belopp"), s.reads_money, s.shows_money, s.money_faults, "minimum maximum", "currency"
    ),
    _kind(Q.DATE, Text("Date", "Datum"), s.reads_date, s.shows_date, s.date_faults, WINDOW),
    _kind(
        Q.PERIOD,
        Text("Period", "Period"),
        c.reads_period,
        c.shows_period,
        c.period_faults,
        f"{WINDOW} min_days max_days",
    ),
    _kind(Q.PERSON, Text("Person", "Person"), c.reads_person, c.shows_person, c.person_faults),
    _kind(Q.PEOPLE, Text("Several people", "Flera personer"), c.reads_people, c.shows_people, c.people_faults, ROWS),
    _kind(
        Q.INSTITUTION,
        Text("Institution", "Organisation"),
        c.reads_institution,
        c.shows_institution,
        c.institution_faults,
    ),
    _kind(Q.COUNTRY, Text("Country", "Land"), s.reads_country, s.shows_country),
    _kind(Q.ORCID, Text("ORCID", "ORCID"), s.reads_orcid, s.shows_orcid),
    _kind(
        Q.FILE,
        Text("File", "Fil"),
        s.reads_nothing,
        c.shows_files,
        c.file_faults,
        "file_types max_megabytes max_files max_pages file_name parts",
    ),
    _kind(
        Q.TABLE, Text("Table", "Tabell"), c.reads_table, c.shows_table, c.table_faults, f"{ROWS} currency", "columns"
    ),
    _kind(
        Q.PUBLICATIONS,
        Text("Publications", "Publikationer"),
        c.reads_publications,
        c.shows_publications,
        c.publication_faults,
        f"{ROWS} since_year max_starred",
    ),
    _kind(Q.DECLARATION, Text("Declaration to tick", "Försäkran att bocka för"), s.reads_tick, s.shows_tick),
    _kind(
        Q.CALCULATED,
        Text("Calculated", "Beräknad"),
        s.reads_nothing,
        s.shows_plainly,
        settings="currency",
        needs="formula",
    ),
    _kind(
        Q.LETTER,
        Text("Letter that somebody else writes", "Brev som någon annan skriver"),
        s.reads_nothing,
        o.shows_sought,
        o.sought_faults,
        f"{ROWS} max_megabytes max_pages days_late seen_by",
    ),
    _kind(
        Q.HOST,
        Text("Answer of a host", "Svar från en värd"),
        s.reads_nothing,
        o.shows_sought,
        o.sought_faults,
        f"{ROWS} days_late seen_by",
    ),
)
KINDS: Mapping[QuestionKind, Kind] = MappingProxyType({kind.key: kind for kind in _KINDS})
"""Every kind of question; a test says that none is missing."""
SETTINGS = (
    "max_words", "max_chars", "max_pages", "minimum", "maximum", "currency", "not_before", "not_after", "min_days",
    "max_days", "min_rows", "max_rows", "columns", "since_year", "max_starred", "file_types", "max_megabytes",
    "max_files", "file_name", "parts", "text_on", "formula", "options", "days_late",
    "seen_by",
)  # fmt: skip
"""Keys that mean something for some kinds only."""


def read_answer(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    """What a form sent for this question as an answer to keep, or the Problem that makes it unreadable."""
    return KINDS[question.kind].reads(question, [_clean(entry) for entry in submitted])


def answer_text(question: Question, value: Answer, locale: object) -> str:
    """The answer as one reads it, in the reader's language; empty when there is none."""
    return "" if value is None else KINDS[question.kind].shows(question, value, str(locale))


def answer_problems(question: Question, value: Answer, tolerance: int = 0) -> tuple[Problem, ...]:
    """What keeps this answer from being submitted: missing though required, over a limit, or not complete.

    `tolerance` is the per cent over a limit of words, characters or pages that the call still takes.
    """
    if question.kind is QuestionKind.CALCULATED:
        return ()
    is_blank = isinstance(value, str) and not value.strip()
    if is_blank or (not value and value is not False and value != 0):
        message = N_("This question must be answered.")
        if question.kind is QuestionKind.DECLARATION:
            message = N_("This must be confirmed before submitting.")
        missing = Problem("answer_missing", message, field=question.key)
        return (missing,) if question.required else ()
    return KINDS[question.kind].faults(question, value, tolerance)


def typed_of(question: Question, value: Answer, locale: object) -> tuple[str, ...]:
    """An answer as the entries that a form sends for it; `read_answer` reads them back."""
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if question.kind is QuestionKind.MONEY and isinstance(value, int):
        return (amount_text(Money(value, question.currency), locale),)
    if isinstance(value, dict):
        return tuple(value.get(part, "") for part in _PARTS.get(question.kind, tuple(value)))
    if isinstance(value, list):
        return tuple(_cells(question, value, locale))
    return (str(value),)


_PARTS = {
    Q.PERSON: PERSON_PARTS,
    Q.INSTITUTION: INSTITUTION_PARTS,
    Q.PERIOD: PERIOD_PARTS,
    Q.YES_NO_TEXT: SAID_PARTS,
}


def _cells(question: Question, value: list[str] | list[dict[str, str]], locale: object) -> list[str]:
    monies = {column.key for column in question.columns if column.kind == Q.MONEY}
    entries = []
    for row in value:
        if not isinstance(row, dict):
            entries.append(str(row))
            continue
        for part in row_parts(question):
            cell = row.get(part, "")
            if part in monies and cell and question.currency:
                cell = amount_text(Money(int(cell), question.currency), locale)
            entries.append(cell)
    return entries


def _clean(entry: str) -> str:
    """Line ends as browsers and databases agree on them; NUL cannot be stored and means nothing."""
    return entry.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
