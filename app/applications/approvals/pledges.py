"""What an institution commits itself to in an application, in the call's own words, and who would work more than all
of the time because of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from app.identities.rules import normalised_address
from app.kernel.money import Money
from app.programmes.definition import SHARED, Commitment, Definition, Question, QuestionKind, Text
from app.programmes.kinds import Column, answer_text, cell_text

FULL = Decimal(100)
PER_CENT = Text("%(number)s per cent", "%(number)s procent")
TOO_MUCH = Text(
    "%(number)s per cent is above the limit of %(limit)s per cent.",
    "%(number)s procent är över gränsen på %(limit)s procent.",
)
ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dXx]")


@dataclass(frozen=True)
class Pledge:
    """One commitment in words: how the call calls it, and what stands there. `over` tells of a limit it goes above."""

    label: Text
    text: Text
    over: Text | None = None


@dataclass(frozen=True)
class Share:
    """So many per cent of one person's time in one year. `marks` are addresses and ORCIDs; the name stands apart."""

    application: UUID
    name: str
    marks: frozenset[str]
    year: int
    percent: Decimal


@dataclass(frozen=True)
class Overload:
    """One person whose promised shares of one year come to more than all of the time."""

    name: str
    year: int
    percent: Decimal

    @property
    def number(self) -> str:
        return f"{self.percent.normalize():f}"


def is_committing(question: Question) -> bool:
    """Whether the answer, or a column of it, commits an institution to something."""
    return question.commitment is not None or any(column.commitment for column in question.columns)


def marked(definition: Definition, side_key: str) -> tuple[Question, ...]:
    """The questions that commit one side: those of its own sections, and those that all sides share."""
    owners = {section.key: section.owner for section in definition.sections}
    return tuple(
        question
        for question in definition.questions
        if is_committing(question) and owners[question.section] in (SHARED, side_key)
    )


def material_of(question: Question, value: Any) -> Any:
    """What of an answer is material: of a table the marked columns alone, in any order of the rows; blanks and the
    way of writing a number make no difference."""
    if question.columns and isinstance(value, list):
        keys = [column.key for column in question.columns if column.commitment or question.commitment]
        rows = [{key: _plain(row.get(key)) for key in keys} for row in value if isinstance(row, dict)]
        return sorted((row for row in rows if any(row.values())), key=lambda row: [row[key] for key in keys])
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return _plain(value) if isinstance(value, str) else value


def _plain(value: Any) -> str:
    return " ".join(str(value or "").split())


def pledges(definition: Definition, side_key: str, answers: Mapping[str, Any]) -> tuple[Pledge, ...]:
    """Every commitment of one side that is answered, in the order of the form; a line for each row of a table."""
    found: list[Pledge] = []
    for question in marked(definition, side_key):
        value = answers.get(question.key)
        if value in (None, "", [], {}):
            continue
        found += _rows(question, value) if question.columns else [_single(question, value)]
    return tuple(found)


def _single(question: Question, value: Any) -> Pledge:
    text = Text(answer_text(question, value, "en"), answer_text(question, value, "sv"))
    if question.commitment is not Commitment.PERCENT:
        return Pledge(question.title, text)
    told = Text(PER_CENT.en % {"number": text.en}, PER_CENT.sv % {"number": text.sv})
    return Pledge(question.title, told, _over(question, _number(value)))


def _rows(question: Question, value: Any) -> list[Pledge]:
    columns = [column for column in question.columns if column.commitment or question.commitment]
    found = []
    for row in value if isinstance(value, list) else ():
        said = {language: _cells(question, columns, row, language) for language in ("en", "sv")}
        if said["en"]:
            percents = [_number(row.get(c.key)) for c in columns if c.commitment is Commitment.PERCENT]
            over = next((each for percent in percents if (each := _over(question, percent))), None)
            found.append(Pledge(question.title, Text(said["en"], said["sv"]), over))
    return found


def _cells(question: Question, columns: Sequence[Column], row: Mapping[str, str], language: str) -> str:
    return ", ".join(
        f"{column.title.in_(language)}: {cell_text(question, column, row[column.key], language)}"
        for column in columns
        if row.get(column.key)
    )


def _over(question: Question, percent: Decimal | None) -> Text | None:
    """The limit is the question's own; without one nobody works more than all of the time."""
    limit = Decimal(question.maximum) if question.maximum is not None else FULL
    if percent is None or percent <= limit:
        return None
    values = {"number": f"{percent.normalize():f}", "limit": f"{limit.normalize():f}"}
    return Text(TOO_MUCH.en % values, TOO_MUCH.sv % values)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value).replace(",", ".").rstrip("% ").strip()) if value not in (None, "") else None
    except InvalidOperation:
        return None


def co_funding(definition: Definition, side_key: str, answers: Mapping[str, Any]) -> tuple[Money, ...]:
    """The amounts that the institution adds of its own, each in the currency in which it is asked."""
    found = []
    for question in marked(definition, side_key):
        value = answers.get(question.key)
        if question.kind is QuestionKind.MONEY and question.commitment is Commitment.CO_FUNDING:
            found += _money([value], question)
        keys = [c.key for c in question.columns if c.commitment is Commitment.CO_FUNDING and c.kind == "money"]
        rows = value if isinstance(value, list) else []
        found += _money([row.get(key) for row in rows if isinstance(row, dict) for key in keys], question)
    return tuple(found)


def _money(values: Iterable[Any], question: Question) -> list[Money]:
    return [Money(int(value), question.currency) for value in values if value not in (None, "") and question.currency]


def shares(
    definition: Definition, side_key: str, answers: Mapping[str, Any], application: UUID, lead: str
) -> tuple[Share, ...]:
    """Who is promised for how much of the time in which years. A single per cent is that of the person named by a
    marked question, or of whoever leads the side."""
    asked, years = marked(definition, side_key), _years(definition, side_key, answers)
    named = next((q for q in asked if q.kind is QuestionKind.PERSON and answers.get(q.key)), None)
    person = answers[named.key] if named is not None else {"name": lead}
    found: list[Share] = []
    for question in asked:
        value = answers.get(question.key)
        if question.commitment is Commitment.PERCENT and question.kind is QuestionKind.NUMBER:
            whole = [person.get("name", ""), person.get("email", "")]
            found += _shares(application, whole, _number(value), years)
        for row in value if question.columns and isinstance(value, list) else ():
            found += _row_shares(question, row, application, years)
    return tuple(found)


def _row_shares(question: Question, row: Mapping[str, str], application: UUID, years: Sequence[int]) -> list[Share]:
    def of(commitment: Commitment) -> list[str]:
        return [row.get(c.key, "") for c in question.columns if c.commitment is commitment and row.get(c.key)]

    percent = next((number for text in of(Commitment.PERCENT) if (number := _number(text)) is not None), None)
    own = [int(text[:4]) for text in of(Commitment.YEAR) if re.match(r"\d{4}", text)]
    return _shares(application, of(Commitment.PERSON), percent, own or years)


def _shares(application: UUID, words: Sequence[str], percent: Decimal | None, years: Sequence[int]) -> list[Share]:
    marks = frozenset(mark for word in words if (mark := _mark(word)))
    name = next((word.strip() for word in words if word.strip() and not _mark(word)), "")
    if percent is None or not (name or marks):
        return []
    return [Share(application, name or min(marks), marks, year, percent) for year in years]


def _mark(word: str) -> str | None:
    """An ORCID or an address that a text holds."""
    orcid = ORCID.search(word)
    return orcid[0].upper() if orcid else normalised_address(word.strip())


def _years(definition: Definition, side_key: str, answers: Mapping[str, Any]) -> tuple[int, ...]:
    """The calendar years of the project: those of a marked period, else as many as the call pays from the year in
    which it decides, or closes where no day is promised."""
    for question in marked(definition, side_key):
        value = answers.get(question.key)
        if question.commitment is Commitment.YEARS and isinstance(value, dict) and value.get("from"):
            first = date.fromisoformat(value["from"]).year
            return tuple(range(first, date.fromisoformat(value.get("to") or value["from"]).year + 1))
    closes = definition.closes.instant.year if definition.closes and definition.closes.instant else definition.year
    first = definition.decision_by.year if definition.decision_by else closes
    return tuple(range(first, first + (definition.years or 1)))


def overloads(found: Iterable[Share]) -> tuple[Overload, ...]:
    """Who comes to more than all of the time in which year, across applications.

    People are one when they share an address or an ORCID; one entered by name alone is whoever has that name, where
    only one such person is known.
    """
    shares_ = list(found)
    totals: dict[tuple[str, int], tuple[str, Decimal]] = {}
    for share, group in zip(shares_, _groups(shares_), strict=True):
        name, sum_ = totals.get((group, share.year), (share.name, Decimal(0)))
        totals[group, share.year] = (name, sum_ + share.percent)
    over = [Overload(name, year, sum_) for (_, year), (name, sum_) in totals.items() if sum_ > FULL]
    return tuple(sorted(over, key=lambda one: (one.name, one.year)))


def _groups(found: Sequence[Share]) -> list[str]:
    """One word for each share; equal words are one person."""
    parent: dict[str, str] = {}

    def top(mark: str) -> str:
        while parent.setdefault(mark, mark) != mark:
            mark = parent[mark]
        return mark

    for share in found:
        first, *others = sorted(share.marks) or [""]
        for other in others:
            parent[max(top(other), top(first))] = min(top(other), top(first))
    by_name: dict[str, set[str]] = {}
    for share in found:
        if share.marks:
            by_name.setdefault(_folded(share.name), set()).add(top(min(share.marks)))
    return [
        top(min(share.marks)) if share.marks else _only(by_name.get(_folded(share.name), set()), _folded(share.name))
        for share in found
    ]


def _only(known: set[str], name: str) -> str:
    return next(iter(known)) if len(known) == 1 else f"name {name}"


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
