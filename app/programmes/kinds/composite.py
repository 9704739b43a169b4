"""Answers of several parts or rows: read, shown and found at fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from app.kernel.errors import Problem
from app.kernel.identifiers import is_ror
from app.kernel.money import AmountProblem, Money, money_text, parse_amount
from app.kernel.words import N_
from app.programmes.kinds.file_parts import part_faults, parts_of_row, placed_text
from app.programmes.kinds.single import (
    babel,
    countries,
    day_of,
    problem,
    shows_date,
    shows_yes_no,
    text_faults,
    whole_number,
    window_faults,
)
from app.programmes.kinds.vocabulary import (
    INSTITUTION_PARTS,
    PEOPLE_PARTS,
    PERIOD_PARTS,
    PERSON_PARTS,
    SAID_PARTS,
    Answer,
    Column,
    Question,
    QuestionKind,
    Text,
    row_parts,
)

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
Rows = list[dict[str, str]]


def parts_of(names: Sequence[str], submitted: Sequence[str]) -> dict[str, str]:
    """The parts that were filled in, by name, white space tidied."""
    parts = {name: " ".join(entry.split()) for name, entry in zip(names, submitted, strict=False)}
    return {name: entry for name, entry in parts.items() if entry}


def parts(value: Answer) -> Mapping[str, str]:
    """The parts of an answer, none where it is of another kind."""
    return _texts(value) if isinstance(value, dict) else {}


def rows(value: Answer) -> Rows:
    """The rows of an answer, none where it is of another kind."""
    return [_texts(row) for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _texts(entry: Mapping[str, object]) -> dict[str, str]:
    """What is text in it; an answer kept under another kind of question may hold something else."""
    return {name: part for name, part in entry.items() if isinstance(part, str)}


# --- One entry of several parts -----------------------------------------------------------------------------------


def reads_said(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    said = submitted[0].strip().lower() if submitted else ""
    text = submitted[1].strip() if len(submitted) > 1 else ""
    if said not in ("yes", "no", ""):
        return problem(question, "not_yes_or_no", N_("Answer yes or no."))
    return {name: entry for name, entry in zip(SAID_PARTS, (said, text), strict=True) if entry} or None


def shows_said(question: Question, value: Answer, locale: str) -> str:
    given = parts(value)
    said = shows_yes_no(question, given.get("said") == "yes", locale) if given.get("said") else ""
    return ". ".join(each for each in (said, given.get("text", "")) if each)


def said_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    given = parts(value)
    if not given.get("said"):
        return (problem(question, "not_yes_or_no", N_("Answer yes or no.")),)
    if given["said"] == question.text_on and not given.get("text"):
        return (problem(question, "text_missing", N_("Write a few words about it.")),)
    return text_faults(question, given.get("text", ""), tolerance)


def reads_period(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    given = parts_of(PERIOD_PARTS, submitted)
    for written in given.values():
        if day_of(written) is None:
            message = N_("Write both days as year-month-day, such as 2027-04-01; “%(written)s” is none.")
            return problem(question, "not_a_date", message, written=written)
    return {name: str(day_of(written)) for name, written in given.items()} or None


def shows_period(question: Question, value: Answer, locale: str) -> str:
    days = [shows_date(question, parts(value).get(name, ""), locale) or "…" for name in PERIOD_PARTS]
    return " – ".join(days)


def period_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    begins, ends = (day_of(parts(value).get(name, "")) for name in PERIOD_PARTS)
    if begins is None or ends is None:
        return (problem(question, "half_a_period", N_("Give the first day and the last day.")),)
    if ends < begins:
        return (problem(question, "backwards", N_("The last day comes before the first.")),)
    return window_faults(question, begins, ends) or _stay_faults(question, begins, ends)


def _stay_faults(question: Question, begins: date, ends: date) -> tuple[Problem, ...]:
    days = (ends - begins).days + 1
    if question.min_days is not None and days < question.min_days:
        message = N_("%(count)s days, first and last included, and at least %(limit)s are needed.")
        return (problem(question, "too_short", message, count=days, limit=question.min_days),)
    if question.max_days is not None and days > question.max_days:
        message = N_("%(count)s days, first and last included, and at most %(limit)s are allowed.")
        return (problem(question, "too_long", message, count=days, limit=question.max_days),)
    return ()


def reads_person(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return parts_of(PERSON_PARTS, submitted) or None


def shows_person(question: Question, value: Answer, locale: str) -> str:
    given = parts(value)
    return ", ".join(given[part] for part in PERSON_PARTS if part in given) if given else str(value)


def person_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    given = parts(value)
    if not given.get("name"):
        return (problem(question, "person_without_name", N_("Give the person’s name.")),)
    if not ADDRESS.fullmatch(given.get("email", "")):
        message = N_("Give the person’s mail address, such as name@example.org.")
        return (problem(question, "person_without_address", message),)
    return ()


def reads_institution(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    given = parts_of(INSTITUTION_PARTS, submitted)
    if given.get("country") and given["country"] not in countries("en"):
        return problem(
            question, "not_offered", N_("“%(chosen)s” is not one of the answers offered."), chosen=given["country"]
        )
    if given.get("ror") and not is_ror(given["ror"]):
        message = N_("Copy the address of the record at ror.org, such as https://ror.org/056d84691, or leave it empty.")
        return problem(question, "not_a_ror", message)
    return given or None


def shows_institution(question: Question, value: Answer, locale: str) -> str:
    given = parts(value)
    country = countries(locale).get(given.get("country", ""), "")
    return ", ".join(each for each in (given.get("name", ""), country, given.get("ror", "")) if each)


def institution_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    if not parts(value).get("name"):
        return (problem(question, "institution_without_name", N_("Give the institution’s name.")),)
    return ()


# --- Several rows -------------------------------------------------------------------------------------------------


def _cut(question: Question, submitted: Sequence[str]) -> Rows:
    """The rows that hold something, in the order in which they were sent."""
    names = row_parts(question)
    width = max(1, len(names))
    cut = [parts_of(names, submitted[at : at + width]) for at in range(0, len(submitted), width)]
    return [row for row in cut if row]


def reads_people(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return _cut(question, submitted) or None


def shows_people(question: Question, value: Answer, locale: str) -> str:
    return "\n".join(", ".join(row[part] for part in PEOPLE_PARTS if row.get(part)) for row in rows(value))


def people_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    for place, row in enumerate(rows(value), start=1):
        if not row.get("name") or not ADDRESS.fullmatch(row.get("email", "")):
            message = N_("Row %(row)s: give the person’s name and mail address.")
            return (problem(question, "person_incomplete", message, row=place),)
    return row_faults(question, value)


def row_faults(question: Question, value: Answer) -> tuple[Problem, ...]:
    """Too few rows, or too many."""
    count = len(rows(value))
    if question.min_rows is not None and count < question.min_rows:
        message = N_("%(count)s rows, and at least %(limit)s are needed.")
        return (problem(question, "too_few_rows", message, count=count, limit=question.min_rows),)
    if question.max_rows is not None and count > question.max_rows:
        message = N_("%(count)s rows, and at most %(limit)s are allowed.")
        return (problem(question, "too_many_rows", message, count=count, limit=question.max_rows),)
    return ()


def reads_table(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    read = []
    for place, row in enumerate(_cut(question, submitted), start=1):
        cells = {}
        for column in question.columns:
            written = row.get(column.key, "")
            cell = _cell(question, column, written)
            if cell is None:
                message = N_("Row %(row)s, %(column)s: “%(written)s” cannot be read. %(remedy)s")
                values = {"row": place, "column": column.title, "written": written, "remedy": REMEDIES[column.kind]}
                return problem(question, "cell_unreadable", message, **values)
            if cell:
                cells[column.key] = cell
        read.append(cells)
    return read or None


REMEDIES: Mapping[QuestionKind, str] = {
    QuestionKind.NUMBER: N_("Write a whole number with digits, such as 12."),
    QuestionKind.MONEY: N_("Write an amount such as 100 000."),
    QuestionKind.DATE: N_("Write the date as year-month-day, such as 2027-04-01."),
    QuestionKind.SHORT_TEXT: "",
}


def _cell(question: Question, column: Column, written: str) -> str | None:
    """The cell as it is kept: numbers and minor units in digits; None where it cannot be read."""
    if not written or column.kind == QuestionKind.SHORT_TEXT:
        return written
    if column.kind == QuestionKind.NUMBER:
        number = whole_number(written)
        return None if number is None else str(number)
    if column.kind == QuestionKind.DATE:
        day = day_of(written)
        return None if day is None else day.isoformat()
    try:
        return str(parse_amount(written, question.currency).minor)
    except AmountProblem:
        return None


def cell_text(question: Question, column: Column, cell: str, locale: str) -> str:
    """A cell as one reads it."""
    if cell and column.kind == QuestionKind.MONEY and question.currency and whole_number(cell) is not None:
        return money_text(Money(int(cell), question.currency), locale)
    if cell and column.kind == QuestionKind.DATE:
        return shows_date(question, cell, locale)
    return cell


def shows_table(question: Question, value: Answer, locale: str) -> str:
    lines = []
    for row in rows(value):
        cells = [
            f"{column.title.in_(locale)}: {cell_text(question, column, row[column.key], locale)}"
            for column in question.columns
            if row.get(column.key)
        ]
        lines.append("; ".join(cells))
    return "\n".join(lines)


def table_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    return row_faults(question, value)


def reads_publications(question: Question, submitted: Sequence[str]) -> Answer | Problem:
    return _cut(question, submitted) or None


def shows_publications(question: Question, value: Answer, locale: str) -> str:
    return "\n".join(
        f"{'* ' if row.get('starred') else ''}{row.get('year', '')} {row.get('reference', '')}".strip()
        for row in rows(value)
    )


def publication_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    """A year and a text in every row, not older than asked, the newest first, and not too many starred."""
    years = []
    for place, row in enumerate(rows(value), start=1):
        year = whole_number(row.get("year", ""))
        if year is None or not row.get("reference"):
            message = N_("Row %(row)s: give the year and the reference.")
            return (problem(question, "publication_incomplete", message, row=place),)
        if question.since_year is not None and year < question.since_year:
            message = N_("Row %(row)s: only publications since %(year)s are asked for.")
            return (problem(question, "publication_too_old", message, row=place, year=str(question.since_year)),)
        years.append(year)
    if any(later > earlier for earlier, later in pairwise(years)):
        return (problem(question, "not_newest_first", N_("Put the newest publication first.")),)
    starred = sum(bool(row.get("starred")) for row in rows(value))
    if question.max_starred is not None and starred > question.max_starred:
        message = N_("%(count)s are marked as the most important, and at most %(limit)s may be.")
        return (problem(question, "too_many_starred", message, count=starred, limit=question.max_starred),)
    return row_faults(question, value)


# --- Files --------------------------------------------------------------------------------------------------------


def shows_files(question: Question, value: Answer, locale: str) -> str:
    return "\n".join(_shows_file(question, row, locale) for row in rows(value))


def _shows_file(question: Question, row: Mapping[str, str], locale: str) -> str:
    parts = [placed_text(placed).in_(locale) for placed in parts_of_row(question, row)]
    return "\n".join([f"{row.get('name', '')} ({file_facts(row, locale)})", *parts])


def file_facts(row: Mapping[str, str], locale: str) -> str:
    """What one sees of a file besides its name: `3 pages, 412 kB`."""
    pages = whole_number(row.get("pages", ""))
    counted = (Text("1 page", "1 sida") if pages == 1 else Text(f"{pages} pages", f"{pages} sidor")).in_(locale)
    return ", ".join([*([counted] if pages else []), size_text(whole_number(row.get("size", "")) or 0, locale)])


def size_text(size: int, locale: str) -> str:
    """So many bytes as one reads them: kB up to a megabyte, then MB with one decimal."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    number = f"{size / 1_000_000:.1f}"
    return f"{number.replace('.', ',') if babel(locale) == 'sv' else number} MB"


def file_faults(question: Question, value: Answer, tolerance: int) -> tuple[Problem, ...]:
    """Pages over the limit, and parts that are not as the call wants them. Type and size are looked at on arrival."""
    found: list[Problem] = []
    for row in rows(value):
        pages = whole_number(row.get("pages", "")) or 0
        if question.max_pages is not None and pages * 100 > question.max_pages * (100 + tolerance):
            message = N_("%(name)s has %(count)s pages, and at most %(limit)s are allowed.")
            values = {"name": row.get("name", ""), "count": pages, "limit": question.max_pages}
            found.append(problem(question, "file_too_many_pages", message, **values))
        found += part_faults(question, row, tolerance)
    return tuple(found)
