"""Who is asked, when an approval counts, when it lapses and what voids it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.applications.approvals.models import Happening, Said
from app.programmes.deadlines import window
from app.programmes.definition import SHARED, Approval, Approver, Definition, Material
from app.programmes.kinds import Answer

Coordinators = Mapping[str, Sequence[tuple[UUID, str]]]


@dataclass(frozen=True)
class Item:
    """One piece of an application: which kind of material it is, whose it is (a side, or all), and its digest."""

    kind: Material
    owner: str
    name: str
    digest: str

    @property
    def path(self) -> str:
        """How an answer remembers it: `answers/shared/plan`."""
        return f"{self.kind}/{self.owner}/{self.name}"


def digest_of(value: object) -> str:
    """A short hash of a value; equal values have equal digests on every database."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def part_of(items: Iterable[Item], side_key: str) -> dict[str, str]:
    """What one side's approver approves: what all sides share, and that side's own part. Digests by path."""
    return {item.path: item.digest for item in items if item.owner in (SHARED, side_key)}


COVERS = {
    Material.ANSWERS: (Material.ANSWERS, Material.COMMITMENTS),
    Material.COMMITMENTS: (Material.COMMITMENTS, Material.BUDGET, Material.PEOPLE),
}
"""What is held against each other for a kind that a call names: a marked answer is an answer too."""


def changed(then: Mapping[str, str], now: Mapping[str, str], kinds: Collection[Material]) -> tuple[str, ...]:
    """The paths of these kinds of material that were changed, added or taken away, in order."""
    wanted = {each.value for kind in kinds for each in COVERS.get(kind, (kind,))}
    return tuple(
        path
        for path in sorted(then.keys() | now.keys())
        if path.partition("/")[0] in wanted and then.get(path) != now.get(path)
    )


def hash_of(approval: Approval, side_key: str, title: str, material: Mapping[str, str]) -> str:
    """SHA-256 of exactly what is approved: the words agreed to, whose part, and every piece of it."""
    whole = {
        "approval": approval.key,
        "words": [approval.title.en, approval.title.sv],
        "side": side_key,
        "title": title,
        "material": dict(material),
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Leader:
    """Who leads a side of an application, as far as asking needs it."""

    side_key: str
    person_id: UUID | None
    name: str
    is_lead_applicant: bool


@dataclass(frozen=True)
class Wanted:
    """One person to be asked: known by id, or named under a question with name and address."""

    name: str
    person_id: UUID | None = None
    address: str = ""
    workplace: str = ""


def wanted(
    approval: Approval,
    definition: Definition,
    leaders: Sequence[Leader],
    answers: Mapping[str, Answer],
    coordinators: Coordinators,
) -> dict[str, tuple[Wanted, ...]]:
    """Who must be asked, by side; an empty tuple where nobody can be. A side that is absent needs no such approval.

    `answers` are those under questions that are asked now: a person named under none of them is not asked.
    """
    sides = [leader for leader in leaders if approval.side in ("", leader.side_key)]
    if approval.who is Approver.NAMED_PERSON:
        return _named(approval, definition, leaders, answers)
    if approval.who is Approver.LEAD_APPLICANT:
        return {leader.side_key: _leader(leader) for leader in sides if leader.is_lead_applicant}
    if approval.who is Approver.SIDE_LEAD:
        return {leader.side_key: _leader(leader) for leader in sides}
    return {
        leader.side_key: tuple(Wanted(name, person_id) for person_id, name in coordinators.get(leader.side_key, ()))
        for leader in sides
    }


def _leader(leader: Leader) -> tuple[Wanted, ...]:
    return (Wanted(leader.name, leader.person_id),) if leader.person_id is not None else ()


def _named(
    approval: Approval, definition: Definition, leaders: Sequence[Leader], answers: Mapping[str, Answer]
) -> dict[str, tuple[Wanted, ...]]:
    """The people under a question, for the side whose section asks it; for the lead applicant's where all share it."""
    question = definition.question(approval.question)
    owner = definition.section(question.section).owner
    if owner == SHARED:
        own = next((leader.side_key for leader in leaders if leader.is_lead_applicant), "")
        owner = approval.side or own
    if question.key not in answers or owner not in {leader.side_key for leader in leaders}:
        return {}
    if approval.side not in ("", owner):
        return {}
    given = answers[question.key]
    rows: list[Any] = given if isinstance(given, list) else [given]
    people = [row for row in rows if isinstance(row, dict) and row.get("name") and row.get("email")]
    return {owner: tuple(Wanted(row["name"], None, row["email"], row.get("workplace", "")) for row in people)}


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a task, as far as the rules need it. `recorded_by`: the answer came by mail."""

    kind: Happening
    at: datetime
    answer: Said | None = None
    because: str = ""
    name_given: str = ""
    on_behalf_of: str = ""
    material: Mapping[str, str] | None = None
    sha256: str = ""
    submission_number: int | None = None
    changed: tuple[str, ...] = ()
    recorded_by: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Word:
    """What one person's task comes to: since when it waits, or what was answered, and what became of the answer."""

    since: datetime | None = None
    answer: Entry | None = None
    voided: Entry | None = None
    was: Entry | None = None
    has_lapsed: bool = False


def come_to(entries: Iterable[Entry]) -> Word:
    """Fold what happened, oldest first. Being asked anew clears an answer; being voided keeps what it `was`.

    `has_lapsed` says only that the lapse is on record; whether somebody is late follows from the clock.
    """
    word = Word()
    for entry in entries:
        if entry.kind is Happening.ASKED:
            word = Word(since=entry.at)
        elif entry.kind is Happening.ANSWERED:
            word = replace(word, answer=entry, voided=None, was=None, has_lapsed=False)
        elif entry.kind is Happening.VOIDED and word.answer is not None:
            word = Word(since=entry.at, voided=entry, was=word.answer)
        elif entry.kind in (Happening.LAPSED, Happening.EXTENDED):
            word = replace(word, has_lapsed=entry.kind is Happening.LAPSED)
    return word


class Status(StrEnum):
    """Where an approval of one side stands."""

    GRANTED = "granted"
    WAITING = "waiting"
    VOIDED = "voided"
    REFUSED = "refused"
    LAPSED = "lapsed"
    NOT_ASKED = "not_asked"
    COMES_LATER = "comes_later"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Voice:
    """One person's word on one approval, and until when it could be given."""

    person_id: UUID
    word: Word
    until: datetime | None = None

    def grants(self, approval: Approval) -> bool:
        """Whether the answer is the first of those that the call allows."""
        return self.word.answer is not None and self.word.answer.answer == approval.answers[0]

    def may_come(self, at: datetime) -> bool:
        """Whether an answer can still come in."""
        return self.word.answer is None and not self.is_late(at)

    def is_late(self, at: datetime) -> bool:
        """Whether the time to answer ended without one. The last instant itself is in time."""
        return self.word.answer is None and self.until is not None and at > self.until


def status_of(approval: Approval, voices: Sequence[Voice], at: datetime) -> Status:
    """What the words of all who were asked come to; in which order they spoke never matters."""
    if not voices:
        return Status.NOT_ASKED
    granting = sum(voice.grants(approval) for voice in voices)
    needed = approval.at_least or len(voices)
    if granting >= needed:
        return Status.GRANTED
    if granting + sum(voice.may_come(at) for voice in voices) >= needed:
        waits = [voice for voice in voices if voice.may_come(at)]
        return Status.VOIDED if any(voice.word.voided for voice in waits) else Status.WAITING
    if any(voice.word.answer is not None and not voice.grants(approval) for voice in voices):
        return Status.REFUSED
    return Status.LAPSED if any(voice.is_late(at) for voice in voices) else Status.NOBODY


FINAL = frozenset({Status.REFUSED, Status.LAPSED, Status.NOBODY})
"""Where nothing comes by waiting longer."""


def is_next(earlier: Approval, status: Status) -> bool:
    """Whether the next link of a chain is asked: the earlier one was granted, or it is not required and will not be."""
    return status is Status.GRANTED or (not earlier.required and status in FINAL)


def ends_at(approval: Approval, asked_at: datetime, zone: str) -> datetime | None:
    """When the time to answer ends: so many days, to the end of the last of them in the side's zone; or never."""
    return None if approval.days is None else window(asked_at, approval.days, zone).last


def voided_by_changes(approval: Approval, answer: Entry, now: Mapping[str, str]) -> tuple[str, ...]:
    """The paths whose change voids this answer; empty while it holds. Only a granting answer can be voided."""
    if answer.answer != approval.answers[0] or answer.material is None:
        return ()
    return changed(answer.material, now, approval.voided_by)
