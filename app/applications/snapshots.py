"""One function writes down a whole application; the preview and the frozen version are both read from what it wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications import silence
from app.applications.matching import shown_at_rate
from app.applications.models import Application
from app.applications.parts import ByMail, Content, Part, asked_of, content_of, values_of
from app.applications.scan_rules import Scan
from app.applications.stages import asks_budget, part_at
from app.applications.tally import Tally
from app.kernel.money import Money
from app.programmes.asking import AskedQuestion
from app.programmes.definition import Definition, Question, QuestionKind, Text
from app.programmes.definition import Part as Stage
from app.programmes.kinds import file_facts, parts_of_row, placed_text
from app.workflow.table import TAKEN_BACK

LANGUAGES = ("en", "sv")


@dataclass(frozen=True)
class SheetSide:
    """One side on the sheet: who leads it there, and what it asks for, in its own currency. `confirm_until` is there
    where the partner has not confirmed; `least` is with how little the side could still do its part; `at_rate` is the
    sum at the reference rate of the call, and the words that always stand with it."""

    key: str
    name: str
    short: str
    pays: bool
    lead_name: str
    institution: str
    address: str
    confirmed_at: datetime | None
    confirmed_as: str | None
    tally: Tally | None
    costs: tuple[tuple[str, Text], ...] = ()
    mail: ByMail | None = None
    confirm_until: datetime | None = None
    least: Money | None = None
    at_rate: tuple[Money, Text] | None = None

    @property
    def years(self) -> tuple[tuple[int, Money], ...]:
        """What is asked for by year, with what lies on top."""
        return tuple(self.tally.totals.items()) if self.tally is not None else ()

    @property
    def total(self) -> Money | None:
        return self.tally.total if self.tally is not None and not self.tally.is_empty else None


@dataclass(frozen=True)
class SheetPart:
    """A part of an application in one PDF, with its first and last page."""

    title: Text
    first: int
    last: int
    text: Text


@dataclass(frozen=True)
class SheetFile:
    """A file on the sheet, with the hash that says which bytes were meant."""

    id: str
    name: str
    size: int
    pages: int | None
    sha256: str
    facts: Text
    type: str = ""
    parts: tuple[SheetPart, ...] = ()
    scan: Scan = Scan.NOT_SCANNED

    @property
    def is_being_checked(self) -> bool:
        """Whether the virus scanner has not answered yet."""
        return self.scan is Scan.WAITING

    @property
    def is_refused(self) -> bool:
        """Whether the virus scanner found something in it."""
        return self.scan is Scan.REFUSED


@dataclass(frozen=True)
class SheetAnswer:
    """One question with its answer. `kind` is the question's; `files` are there for a question of kind file."""

    title: Text
    text: Text
    kind: str
    files: tuple[SheetFile, ...] = ()


WITHHELD = Text("Withheld: not read outside the EU and the EEA.", "Visas inte: läses inte utanför EU och EES.")


@dataclass(frozen=True)
class Sheet:
    """An application as one reads it. `number` and `sha256` are empty on a preview."""

    reference: str
    title: str
    call_title: Text
    submitted_at: datetime | None
    number: int | None
    sha256: str
    sections: tuple[tuple[Text, tuple[SheetAnswer, ...]], ...]
    sides: tuple[SheetSide, ...]
    withheld: tuple[Text, ...] = ()
    notice: Text | None = None
    basis: Text | None = None

    @property
    def files(self) -> tuple[SheetFile, ...]:
        """Every file, in the order of the form."""
        return tuple(file for _, answers in self.sections for answer in answers for file in answer.files)


def snapshot_of(
    session: Session,
    application: Application,
    definition: Definition,
    at_stage: Stage | None = None,
    content: Content | None = None,
) -> dict[str, Any]:
    """Everything that is submitted, as plain data: names, addresses and words as they are at this moment."""
    known = content or content_of(session, application, definition)
    parts, answers = known.parts, values_of(known.answers)
    stage = at_stage or part_at(definition, application.state)
    asked = {language: asked_of(definition, answers, parts, language, at_stage=stage) for language in LANGUAGES}
    grace = silence.until(session, application, definition)
    ends = {part.key: grace[part.key] for part in parts if grace and silence.is_let_pass(definition, part, stage)}
    return {
        "schema": 1,
        "reference": application.reference or "",
        "title": _title(application, definition, answers),
        "call": {"key": definition.key, "title": _both(definition.title)},
        "submitted_at": application.submitted_at.isoformat() if application.submitted_at else None,
        "sections": [
            {
                "key": english.section.key,
                "owner": english.section.owner,
                "title": _both(english.section.title),
                "answers": [
                    _answer(en, sv, asked["en"].answers)
                    for en, sv in zip(english.questions, swedish.questions, strict=True)
                ],
            }
            for english, swedish in zip(asked["en"].sections, asked["sv"].sections, strict=True)
        ],
        "sides": [
            side_snapshot(part, has_budget=asks_budget(definition, stage, part.key))
            | _at_rate(definition, part, has_budget=asks_budget(definition, stage, part.key))
            | ({"confirm_until": ends[part.key].isoformat()} if part.key in ends else {})
            for part in parts
        ],
        **_told(definition),
    }


def _title(application: Application, definition: Definition, answers: Mapping[str, Any]) -> str:
    """Of what is being improved, the title as it is written now; the application's own is the one that stands."""
    if application.state in TAKEN_BACK:
        return str(answers.get(definition.title_question) or "")
    return application.title


def _at_rate(definition: Definition, part: Part, *, has_budget: bool) -> dict[str, Any]:
    """The sum at the reference rate of the call, with the words without which it is never shown."""
    tally = part.tally if has_budget else None
    shown = None
    if tally is not None and not tally.is_empty:
        shown = shown_at_rate(definition.matching, tally.total, definition.lead_side.currency)
    if shown is None:
        return {}
    return {"at_rate": {"minor": shown.about.minor, "currency": shown.about.currency, "words": _both(shown.words)}}


def _told(definition: Definition) -> dict[str, Any]:
    """What applicants were told of reading outside the EU and the EEA when they submitted."""
    said = definition.transfer
    if said is None:
        return {}
    return {"transfer": {name: _both(text) for name in ("notice", "basis") if (text := getattr(said, name))}}


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "sv": text.sv}


def _answer(en: AskedQuestion, sv: AskedQuestion, answers: Mapping[str, Any]) -> dict[str, Any]:
    """One question as it was asked; `leaves_eu` says whether readers outside the EU may see it."""
    question = en.question
    return {
        "key": question.key,
        "kind": question.kind.value,
        "title": {"en": en.title, "sv": sv.title},
        "value": answers.get(question.key),
        "text": {"en": en.text, "sv": sv.text},
        "leaves_eu": question.leaves_eu,
        **_parts(question, answers.get(question.key)),
    }


def _parts(question: Question, value: Any) -> dict[str, Any]:
    """Where the parts of an application in one PDF begin and end, with their titles as they are now."""
    if not question.parts:
        return {}
    found = [placed for row in value or () for placed in parts_of_row(question, row)]
    return {
        "parts": [
            {
                "key": placed.part.key,
                "title": _both(placed.part.title),
                "first": placed.first,
                "last": placed.last,
                "text": _both(placed_text(placed)),
            }
            for placed in found
        ]
    }


def side_snapshot(part: Part, *, has_budget: bool = True) -> dict[str, Any]:
    """One side as plain data: who leads it, and its amounts with the sums that were shown."""
    return {
        "key": part.key,
        "name": part.side.name,
        "short": part.side.short,
        "pays": part.side.pays,
        "currency": part.side.currency,
        "lead": {"name": part.name, "address": part.address, "institution": part.institution or part.side.name},
        "confirmed_at": part.confirmed_at.isoformat() if part.confirmed_at else None,
        "confirmed_as": part.confirmed_as,
        **({"least_minor": part.least.minor} if part.least is not None and has_budget else {}),
        **_by_mail(part),
        **_budget(part, has_budget=has_budget),
    }


def _by_mail(part: Part) -> dict[str, Any]:
    """A yes that came by mail is never written down as if the partner had clicked."""
    mail = part.mail
    if mail is None:
        return {}
    return {
        "by_mail": {
            "id": str(mail.id),
            "written_by": mail.written_by,
            "written_on": mail.written_on.isoformat(),
            "recorded_by": mail.recorded_by,
            "recorded_at": mail.recorded_at.isoformat(),
            "sha256": mail.sha256,
        }
    }


def _budget(part: Part, *, has_budget: bool) -> dict[str, Any]:
    """The amounts as they were typed, and the sums that were shown with them."""
    tally = part.tally if has_budget else None
    if tally is None:
        return {"years": [], "costs": [], "overhead_percent": None, "total_minor": 0}
    return {
        "years": [
            {
                "year": year,
                "amount_minor": money.minor,
                "currency": money.currency,
                "indirect_minor": tally.indirect_of(year).minor,
            }
            for year, money in tally.years.items()
        ],
        "costs": [
            {
                "key": cost.key,
                "title": _both(cost.title),
                "years": [
                    {"year": year, "amount_minor": money.minor}
                    for (year, key), money in tally.lines.items()
                    if key == cost.key
                ],
                "total_minor": tally.of_cost(cost.key).minor,
            }
            for cost in part.side.allowed_costs
        ],
        "overhead_percent": None if tally.percent is None else f"{tally.percent:f}",
        "total_minor": tally.total.minor,
    }


def hash_of(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of the snapshot as canonical JSON: sorted keys, UTF-8, the text that the database keeps."""
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def seen_hash_of(snapshot: Mapping[str, Any]) -> str:
    """The hash of what somebody sees before submitting: what submitting itself writes into it is left out."""
    sides = [{**side, "confirmed_at": None, "confirmed_as": None} for side in snapshot["sides"]]
    sections = [
        {**section, "answers": [_seen(each) for each in section["answers"]]} for section in snapshot["sections"]
    ]
    return hash_of({**snapshot, "reference": "", "submitted_at": None, "sides": sides, "sections": sections})


def _seen(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Files get their names when they are submitted: what was seen of them is which they are."""
    if answer["kind"] != QuestionKind.FILE.value:
        return answer
    return {**answer, "text": "", "value": [file["sha256"] for file in answer["value"] or ()]}


def sheet_of(
    snapshot: Mapping[str, Any], number: int | None = None, sha256: str = "", *, is_outside: bool = False
) -> Sheet:
    """A snapshot as one reads it; `is_outside` withholds what may not leave the EU and the EEA, and names it."""
    told = {name: Text(**text) for name, text in snapshot.get("transfer", {}).items()}
    answers = [answer for section in snapshot["sections"] for answer in section["answers"]]
    home = [answer for answer in answers if is_outside and not answer.get("leaves_eu", True)]
    return Sheet(
        snapshot["reference"],
        snapshot["title"],
        Text(**snapshot["call"]["title"]),
        _instant(snapshot["submitted_at"]),
        number,
        sha256,
        tuple(
            (
                Text(**section["title"]),
                tuple(_sheet_answer(answer, is_withheld=answer in home) for answer in section["answers"]),
            )
            for section in snapshot["sections"]
        ),
        tuple(sheet_side(side) for side in snapshot["sides"]),
        tuple(Text(**answer["title"]) for answer in home),
        told.get("notice"),
        told.get("basis"),
    )


def with_scans(sheet: Sheet, scans: Mapping[str, Scan]) -> Sheet:
    """The sheet with how each of its files stands with the virus scanner now, by their ids."""
    sections = tuple(
        (
            title,
            tuple(
                replace(
                    answer,
                    files=tuple(replace(file, scan=scans.get(file.id, Scan.NOT_SCANNED)) for file in answer.files),
                )
                if answer.files
                else answer
                for answer in answers
            ),
        )
        for title, answers in sheet.sections
    )
    return replace(sheet, sections=sections)


def _sheet_answer(answer: Mapping[str, Any], *, is_withheld: bool) -> SheetAnswer:
    if is_withheld:
        return SheetAnswer(Text(**answer["title"]), WITHHELD, QuestionKind.SHORT_TEXT.value)
    files = answer["value"] if answer["kind"] == QuestionKind.FILE.value else None
    return SheetAnswer(
        Text(**answer["title"]),
        Text(**answer["text"]),
        answer["kind"],
        tuple(_sheet_file(file, answer.get("parts", ())) for file in files or ()),
    )


def _sheet_file(file: Mapping[str, str], parts: Sequence[Mapping[str, Any]] = ()) -> SheetFile:
    return SheetFile(
        file["id"],
        file["name"],
        int(file["size"]),
        int(file["pages"]) if "pages" in file else None,
        file["sha256"],
        Text(file_facts(file, "en"), file_facts(file, "sv")),
        file["type"],
        tuple(SheetPart(Text(**each["title"]), each["first"], each["last"], Text(**each["text"])) for each in parts),
    )


def sheet_side(side: Mapping[str, Any]) -> SheetSide:
    """One side of a snapshot as one reads it."""
    costs = side.get("costs") or []
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
        _sheet_tally(side, costs),
        tuple((cost["key"], Text(**cost["title"])) for cost in costs),
        _sheet_mail(side.get("by_mail")),
        _instant(side.get("confirm_until")),
        Money(side["least_minor"], side["currency"]) if side.get("least_minor") is not None else None,
        _read_rate(side.get("at_rate")),
    )


def _sheet_mail(mail: Mapping[str, str] | None) -> ByMail | None:
    if mail is None:
        return None
    return ByMail(
        UUID(mail["id"]),
        mail["written_by"],
        date.fromisoformat(mail["written_on"]),
        mail["recorded_by"],
        datetime.fromisoformat(mail["recorded_at"]),
        mail["sha256"],
    )


def _read_rate(at_rate: Mapping[str, Any] | None) -> tuple[Money, Text] | None:
    return (Money(at_rate["minor"], at_rate["currency"]), Text(**at_rate["words"])) if at_rate else None


def _sheet_tally(side: Mapping[str, Any], costs: Sequence[Mapping[str, Any]]) -> Tally | None:
    """The sums of the frozen amounts; a version from before there were costs has years alone."""
    if not side["pays"] or not side["currency"]:
        return None
    rows = [(cost["key"], row) for cost in costs for row in cost["years"]] or [("", row) for row in side["years"]]
    percent = side.get("overhead_percent")
    return Tally(
        side["currency"],
        {(row["year"], key): Money(row["amount_minor"], side["currency"]) for key, row in rows},
        None if percent is None else Decimal(percent),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
