"""One function writes down a whole application; the preview and the frozen version are both read from what it wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.parts import Part, answers_of, asked_of, parts_of, values_of
from app.applications.stages import asks_budget, part_at
from app.kernel.money import Money, sum_of
from app.programmes.asking import AskedQuestion
from app.programmes.definition import Definition, Text
from app.programmes.definition import Part as Stage

LANGUAGES = ("en", "sv")


@dataclass(frozen=True)
class SheetSide:
    """One side on the sheet: who leads it there, and what it asks for, in its own currency."""

    key: str
    name: str
    short: str
    pays: bool
    lead_name: str
    institution: str
    address: str
    confirmed_at: datetime | None
    confirmed_as: str | None
    years: tuple[tuple[int, Money], ...]
    total: Money | None


@dataclass(frozen=True)
class Sheet:
    """An application as one reads it. `number` and `sha256` are empty on a preview."""

    reference: str
    title: str
    call_title: Text
    submitted_at: datetime | None
    number: int | None
    sha256: str
    sections: tuple[tuple[Text, tuple[tuple[Text, Text], ...]], ...]
    sides: tuple[SheetSide, ...]


def snapshot_of(
    session: Session, application: Application, definition: Definition, at_stage: Stage | None = None
) -> dict[str, Any]:
    """Everything that is submitted, as plain data: names, addresses and words as they are at this moment."""
    parts = parts_of(session, application, definition)
    answers = values_of(answers_of(session, application))
    stage = at_stage or part_at(definition, application.state)
    asked = {language: asked_of(definition, answers, parts, language, at_stage=stage) for language in LANGUAGES}
    return {
        "schema": 1,
        "reference": application.reference or "",
        "title": application.title,
        "call": {"key": definition.key, "title": _both(definition.title)},
        "submitted_at": application.submitted_at.isoformat() if application.submitted_at else None,
        "sections": [
            {
                "key": english.section.key,
                "owner": english.section.owner,
                "title": _both(english.section.title),
                "answers": [
                    _answer(definition, en, sv, asked["en"].answers)
                    for en, sv in zip(english.questions, swedish.questions, strict=True)
                ],
            }
            for english, swedish in zip(asked["en"].sections, asked["sv"].sections, strict=True)
        ],
        "sides": [_side(part, has_budget=asks_budget(definition, stage, part.key)) for part in parts],
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "sv": text.sv}


def _answer(definition: Definition, en: AskedQuestion, sv: AskedQuestion, answers: Mapping[str, Any]) -> dict[str, Any]:
    """One question as it was asked; `leaves_eu` says whether readers outside the EU may see it."""
    question = en.question
    return {
        "key": question.key,
        "kind": question.kind.value,
        "title": {"en": en.title, "sv": sv.title},
        "value": answers.get(question.key),
        "text": {"en": en.text, "sv": sv.text},
        "leaves_eu": question.leaves_eu,
    }


def _side(part: Part, *, has_budget: bool) -> dict[str, Any]:
    return {
        "key": part.key,
        "name": part.side.name,
        "short": part.side.short,
        "pays": part.side.pays,
        "currency": part.side.currency,
        "lead": {"name": part.name, "address": part.address, "institution": part.institution or part.side.name},
        "confirmed_at": part.confirmed_at.isoformat() if part.confirmed_at else None,
        "confirmed_as": part.confirmed_as,
        "years": [
            {"year": year, "amount_minor": money.minor, "currency": money.currency}
            for year, money in sorted(part.years.items())
            if has_budget
        ],
    }


def hash_of(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of the snapshot as canonical JSON: sorted keys, UTF-8, the text that the database keeps."""
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def sheet_of(snapshot: Mapping[str, Any], number: int | None = None, sha256: str = "") -> Sheet:
    """A snapshot as one reads it."""
    return Sheet(
        snapshot["reference"],
        snapshot["title"],
        Text(**snapshot["call"]["title"]),
        _instant(snapshot["submitted_at"]),
        number,
        sha256,
        tuple(
            (Text(**section["title"]), tuple((Text(**a["title"]), Text(**a["text"])) for a in section["answers"]))
            for section in snapshot["sections"]
        ),
        tuple(_sheet_side(side) for side in snapshot["sides"]),
    )


def _sheet_side(side: Mapping[str, Any]) -> SheetSide:
    years = tuple((row["year"], Money(row["amount_minor"], row["currency"])) for row in side["years"])
    return SheetSide(
        side["key"],
        side["name"],
        side["short"],
        side["pays"],
        side["lead"]["name"],
        side["lead"]["institution"],
        side["lead"]["address"],
        _instant(side["confirmed_at"]),
        side["confirmed_as"],
        years,
        sum_of((money for _, money in years), side["currency"]) if years else None,
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
