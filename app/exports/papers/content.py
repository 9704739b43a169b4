"""The content of an application's paper: made from its sheet alone, so that the preview of a draft, the frozen version
and what a reader outside the EU gets are written by one function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date

from app.applications.parts import Part
from app.applications.snapshots import Sheet, SheetAnswer, SheetFile, SheetSide
from app.applications.tally import Tally
from app.communications.instants import instant_text
from app.exports.papers import words as w
from app.exports.papers.markdown import blocks_of, broken
from app.kernel.money import Money, money_text
from app.programmes.definition import QuestionKind, Text


@dataclass(frozen=True)
class Reading:
    """In which language a paper is written, and on whose clocks its instants are told."""

    locale: str
    zone: str

    def say(self, text: Text, /, **values: object) -> str:
        """A text of the house, with values."""
        said = text.in_(self.locale)
        return said % values if values else said

    def money(self, money: Money) -> str:
        return money_text(money, self.locale)


def application_data(sheet: Sheet, reading: Reading) -> dict[str, Any]:
    """What the template `application.typ` is given. A sheet without a number is a draft, and says so on every page."""
    say = reading.say
    title = sheet.title or say(w.UNTITLED)
    return {
        "lang": reading.locale[:2],
        "title": title,
        "running": running(sheet, reading),
        "call": sheet.call_title.in_(reading.locale),
        "page": say(w.PAGE),
        "facts": _facts(sheet, reading),
        "notices": _notices(sheet, reading),
        "sections": [
            {"title": heading.in_(reading.locale), "answers": [_answer(each, reading) for each in answers]}
            for heading, answers in sheet.sections
            if answers
        ],
        "sides_title": say(w.SIDES),
        "sides": [_side(side, reading) for side in sheet.sides],
        "told": _told(sheet, reading),
    }


def running(sheet: Sheet, reading: Reading) -> str:
    """What stands on top of every page: reference and version, or that it is a draft."""
    if sheet.number is None:
        return " · ".join(filter(None, (sheet.reference, reading.say(w.DRAFT))))
    return f"{sheet.reference} · {reading.say(w.VERSION, number=sheet.number)}"


def _facts(sheet: Sheet, reading: Reading) -> list[list[str]]:
    say = reading.say
    found = [[say(w.CALL), sheet.call_title.in_(reading.locale)]]
    if sheet.number is None:
        return found
    found += [[say(w.REFERENCE), sheet.reference], [say(w.VERSION_FACT), str(sheet.number)]]
    if sheet.submitted_at is not None:
        found.append([say(w.RECEIVED), instant_text(sheet.submitted_at, reading.zone, reading.locale)])
    return [*found, [say(w.FINGERPRINT), broken(sheet.sha256)]]


def _notices(sheet: Sheet, reading: Reading) -> list[dict[str, str]]:
    found = []
    if sheet.number is None:
        found.append({"title": reading.say(w.DRAFT), "body": reading.say(w.DRAFT_SAYS)})
    if sheet.withheld:
        titles = "\n".join(f"– {title.in_(reading.locale)}" for title in sheet.withheld)
        found.append({"title": reading.say(w.WITHHELD), "body": f"{reading.say(w.WITHHELD_SAYS)}\n{titles}"})
    return found


def _told(sheet: Sheet, reading: Reading) -> dict[str, str] | None:
    if sheet.notice is None or sheet.number is None:
        return None
    body = "\n\n".join(text.in_(reading.locale) for text in (sheet.notice, sheet.basis) if text is not None)
    return {"title": reading.say(w.TOLD), "body": body}


def _answer(answer: SheetAnswer, reading: Reading) -> dict[str, Any]:
    return {"title": answer.title.in_(reading.locale), "blocks": _blocks(answer, reading)}


def _blocks(answer: SheetAnswer, reading: Reading) -> list[dict[str, Any]]:
    text = answer.text.in_(reading.locale)
    if answer.files:
        return [{"t": "files", "items": [_file(file, reading) for file in answer.files]}]
    if not text.strip():
        return [{"t": "muted", "v": reading.say(w.NOT_ANSWERED)}]
    if answer.kind == QuestionKind.MARKDOWN:
        return blocks_of(text)
    return [{"t": "plain", "v": broken(text)}]


def _file(file: SheetFile, reading: Reading) -> dict[str, Any]:
    return {
        "name": broken(file.name),
        "facts": file.facts.in_(reading.locale),
        "parts": [part.text.in_(reading.locale) for part in file.parts],
    }


def confirmed_words(side: SheetSide | Part, reading: Reading, zone: str) -> str:
    """By whom and when a side was confirmed, and whether the yes came by mail; empty before it is."""
    if side.mail is not None:
        when = instant_text(side.mail.recorded_at, zone, reading.locale)
        day = format_date(side.mail.written_on, "d MMM y", locale=reading.locale)
        return reading.say(w.BY_MAIL, name=side.mail.written_by, day=day, recorder=side.mail.recorded_by, when=when)
    if side.confirmed_at is None:
        return ""
    when = instant_text(side.confirmed_at, zone, reading.locale)
    return reading.say(w.CONFIRMED, name=side.confirmed_as, when=when)


def _side(side: SheetSide, reading: Reading) -> dict[str, Any]:
    say = reading.say
    person = "\n".join(filter(None, (side.lead_name, side.institution, broken(side.address))))
    confirmed = confirmed_words(side, reading, reading.zone)
    table = sum_rows(side.tally, side.costs, reading)
    note = "" if table else say(w.NO_BUDGET if side.pays else w.PAYS_NOTHING)
    return {
        "name": side.name,
        "person": person if side.lead_name else say(w.NOBODY),
        "confirmed": confirmed,
        "table": table,
        "note": note,
    }


def sum_rows(tally: Tally | None, costs: Sequence[tuple[str, Text]], reading: Reading) -> dict[str, Any] | None:
    """The budget of a side as a table: a column for each year, a row for each cost, what lies on top, and the sums."""
    if tally is None or tally.is_empty:
        return None
    years = tuple(tally.years)

    def row(label: str, moneys: Sequence[Money | None], total: Money, *, is_sum: bool = False) -> dict[str, Any]:
        shown = ["–" if money is None else reading.money(money) for money in moneys]
        return {"cells": [label, *shown, reading.money(total)], "sum": is_sum}

    rows = [
        row(title.in_(reading.locale), [tally.lines.get((year, key)) for year in years], tally.of_cost(key))
        for key, title in costs
    ]
    if tally.percent is not None:
        rows.append(row(reading.say(w.DIRECT), [tally.years[year] for year in years], tally.direct))
        label = reading.say(w.INDIRECT, percent=_percent(tally, reading))
        rows.append(row(label, [tally.indirect_of(year) for year in years], tally.indirect))
    label = reading.say(w.IN_ALL if rows else w.ASKED_FOR)
    rows.append(row(label, [tally.total_of(year) for year in years], tally.total, is_sum=True))
    return {"heads": ["", *(reading.say(w.YEAR, year=year) for year in years), reading.say(w.IN_ALL)], "rows": rows}


def _percent(tally: Tally, reading: Reading) -> str:
    assert tally.percent is not None
    text = f"{tally.percent.normalize():f}"
    return text.replace(".", ",") if reading.locale.startswith("sv") else text
