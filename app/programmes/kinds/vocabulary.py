"""The words and entries of a form: kinds of question, what each question may set, and when it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Answer = str | int | bool | list[str] | dict[str, str] | list[dict[str, str]] | None
"""What is stored: a JSON value."""

FILE_TYPES = ("pdf", "docx", "xlsx", "png", "jpeg")
"""The types of file that an upload may be limited to."""

PERSON_PARTS = ("name", "email", "workplace")
"""The order in which a form sends the parts of a person."""

PEOPLE_PARTS = ("name", "email", "workplace", "rank")
INSTITUTION_PARTS = ("name", "country", "ror")
PERIOD_PARTS = ("from", "to")
SAID_PARTS = ("said", "text")
PUBLICATION_PARTS = ("year", "reference", "starred")
SPARE_ROWS = 3
"""Empty rows that a form offers below those that are filled."""
CHARACTERS_A_PAGE = 3000
"""What counts as a page of a text that is typed."""


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
    MARKDOWN = "markdown"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    YES_NO_TEXT = "yes_no_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    PERIOD = "period"
    PERSON = "person"
    PEOPLE = "people"
    INSTITUTION = "institution"
    COUNTRY = "country"
    ORCID = "orcid"
    FILE = "file"
    TABLE = "table"
    PUBLICATIONS = "publications"
    DECLARATION = "declaration"
    CALCULATED = "calculated"
    LETTER = "letter"
    HOST = "host"


SOUGHT = frozenset({QuestionKind.LETTER, QuestionKind.HOST})
"""Kinds that others answer, by a link of their own."""
COMES_OTHERWISE = frozenset({QuestionKind.FILE}) | SOUGHT
"""Kinds that no form types: files are uploaded, and letters are written by others."""
NOT_TYPED = COMES_OTHERWISE | {QuestionKind.CALCULATED}
"""Kinds that nobody writes into a field: these, and what is computed."""


@dataclass(frozen=True)
class Option:
    """One answer that a choice offers."""

    key: str
    title: Text


class Operator(StrEnum):
    """How a condition looks at an answer."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    ANSWERED = "answered"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Comparison:
    """One look at one answer: an option's key, a number, yes or no; `value` is empty for `answered`."""

    question: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True)
class AllOf:
    """Holds when every part does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """Holds when one part does."""

    parts: tuple[Condition, ...]


Condition = Comparison | AllOf | AnyOf
"""When a section or a question is asked; nested as deep as needed."""


class Commitment(StrEnum):
    """What an answer commits an institution to; signers are shown these answers and no others."""

    PERSON = "person"
    PERCENT = "percent"
    YEAR = "year"
    YEARS = "years"
    CO_FUNDING = "co_funding"
    PREMISES = "premises"
    OVERHEAD = "overhead"


@dataclass(frozen=True)
class Column:
    """One column of a table: `short_text`, `number`, `money` or `date`. `commitment` says what a row commits to."""

    key: str
    title: Text
    kind: QuestionKind = QuestionKind.SHORT_TEXT
    commitment: Commitment | None = None


@dataclass(frozen=True)
class FilePart:
    """One part of an application that comes as one PDF, in the order in which the call wants them."""

    key: str
    title: Text
    required: bool = True
    max_pages: int | None = None


@dataclass(frozen=True)
class Question:
    """One entry of a form. `options_from` says that the options are the call's areas.

    Settings mean something for some kinds only (`Kind.settings`). Titles and help texts may quote earlier answers as
    {question_key}. `leaves_eu` says whether readers outside the EU and the EEA may see the answer; `commitment` what
    it commits an institution to, for those who sign.
    """

    key: str
    section: str
    kind: QuestionKind
    title: Text
    help: Text | None = None
    required: bool = False
    when: Condition | None = None
    max_words: int | None = None
    max_chars: int | None = None
    max_pages: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    currency: str = ""
    not_before: date | None = None
    not_after: date | None = None
    min_days: int | None = None
    max_days: int | None = None
    min_rows: int | None = None
    max_rows: int | None = None
    columns: tuple[Column, ...] = ()
    since_year: int | None = None
    max_starred: int | None = None
    file_types: tuple[str, ...] = ()
    max_megabytes: int | None = None
    max_files: int | None = None
    file_name: str = ""
    parts: tuple[FilePart, ...] = ()
    text_on: str = ""
    formula: str = ""
    days_late: int | None = None
    seen_by: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    options_from: str = ""
    criteria: tuple[str, ...] = ()
    used_for: tuple[str, ...] = ()
    leaves_eu: bool = True
    commitment: Commitment | None = None

    @property
    def seen_by_applicant(self) -> bool:
        """Whether applicants may read what somebody else writes here."""
        return "applicant" in self.seen_by

    def option(self, key: str) -> Option | None:
        """The option of that key, or None."""
        return next((option for option in self.options if option.key == key), None)


def row_parts(question: Question) -> tuple[str, ...]:
    """The parts of one row, in the order in which a form sends them."""
    if question.kind is QuestionKind.PEOPLE:
        return PEOPLE_PARTS
    if question.kind is QuestionKind.PUBLICATIONS:
        return PUBLICATION_PARTS
    return tuple(column.key for column in question.columns)
