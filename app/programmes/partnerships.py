"""Partnerships: lasting agreements with institutions abroad, under which programmes run. Data of the catalogue.

Read as strictly as a call: every mistake names file, key, what is wrong and what is allowed, and all of them come at
once. What no source tells is a marked unknown, and every fact names its source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files

from app.kernel.words import N_
from app.programmes.definition.catalogue import load_programmes
from app.programmes.definition.keys.sides import INSTITUTION
from app.programmes.definition.mistakes import DeclarationRefused, Mistake, listed, suggestion
from app.programmes.definition.parse import toml_tables
from app.programmes.definition.reader import Reading, Table
from app.programmes.definition.reading import read_record
from app.programmes.definition.tree import Institution, Programme
from app.programmes.kinds import Text

DAY = re.compile(r"(1[5-9]|2[01])\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
DAYS = "a year, a month or a day as a text, such as “2013”, “2013-05” or “2013-05-14”"
SOURCE = "where it is told: the address of a page, or its name"
NO_TEXT = Text("", "")


class PartnershipStatus(StrEnum):
    """Whether the cooperation goes on. An ended one keeps its programmes, awards and archive."""

    ACTIVE = "active"
    ENDED = "ended"


class ActivityKind(StrEnum):
    """What is done together besides calls."""

    SYMPOSIUM = "symposium"
    CONFERENCE = "conference"
    WORKSHOP = "workshop"
    VISIT = "visit"
    EXCHANGE = "exchange"
    TRAINING = "training"
    ALLIANCE = "alliance"
    ACCESS = "access"
    RESEARCH = "research"
    COMMITTEE = "committee"
    HUB = "hub"


ACTIVITIES = {
    ActivityKind.SYMPOSIUM: N_("Symposium"),
    ActivityKind.CONFERENCE: N_("Conference"),
    ActivityKind.WORKSHOP: N_("Workshop"),
    ActivityKind.VISIT: N_("Visit"),
    ActivityKind.EXCHANGE: N_("Exchange"),
    ActivityKind.TRAINING: N_("Training"),
    ActivityKind.ALLIANCE: N_("Alliance"),
    ActivityKind.ACCESS: N_("Access to materials and facilities"),
    ActivityKind.RESEARCH: N_("Research projects"),
    ActivityKind.COMMITTEE: N_("Committee"),
    ActivityKind.HUB: N_("Hub"),
}


@dataclass(frozen=True)
class Renewal:
    """When an agreement was made to run on."""

    on: str
    source: str


@dataclass(frozen=True)
class Agreement:
    """A signed paper. Days are as exact as their source: a year, a month or a day; empty when unknown."""

    title: Text
    signed: str
    announced: str
    years: int | None
    ends: str
    source: str
    renewals: tuple[Renewal, ...] = ()


@dataclass(frozen=True)
class Activity:
    """Something that is done together."""

    kind: ActivityKind
    title: Text
    text: Text | None
    since: str
    source: str


@dataclass(frozen=True)
class Projects:
    """How many projects were funded, as of when and according to whom."""

    number: int
    text: Text
    source: str


@dataclass(frozen=True)
class Partnership:
    """A cooperation as its page shows it. `unknowns` says by key path why something is not told."""

    key: str
    title: Text
    summary: Text
    status: PartnershipStatus | None
    partners: tuple[Institution, ...]
    network: Text | None
    contact: Text | None
    agreements: tuple[Agreement, ...]
    activities: tuple[Activity, ...]
    projects: Projects | None
    source: str
    unknowns: Mapping[str, str] = field(default_factory=dict)


def parse_partnership(text: str, source: str) -> Partnership:
    """Read one file. Raises DeclarationRefused with every mistake."""
    reading = Reading(source)
    top = Table(toml_tables(text, source), "", reading)
    found = _partnership(top)
    top.close()
    if reading.mistakes:
        raise DeclarationRefused(reading.mistakes)
    return replace(found, unknowns={unknown.key_path: unknown.why for unknown in reading.unknowns})


def _partnership(top: Table) -> Partnership:
    found = Partnership(
        top.key(),
        _text(top, "title"),
        _text(top, "summary"),
        top.word("status", PartnershipStatus, required=True),
        tuple(read_record(INSTITUTION, table) for table in top.tables("partners", unknown=False)),
        top.text("network"),
        top.text("contact", required=True, unknown=True),
        tuple(_agreement(table) for table in top.tables("agreements", required=True)),
        tuple(_activity(table) for table in top.tables("activities", required=True)),
        _projects(top),
        _source(top),
    )
    if not found.partners and found.network is None:
        top.note("partners", "nobody is named", "at least one [[partners]], or a network in words")
    if found.contact is not None and "@" in found.contact.en + found.contact.sv:
        top.note("contact", "this names an address", "a role or an office, in words, and no person")
    return found


def _text(table: Table, key: str) -> Text:
    return table.text(key, required=True) or NO_TEXT


def _source(table: Table) -> str:
    return table.string("source", allowed=SOURCE)


def _day(table: Table, key: str, *, required: bool = False) -> str:
    """A day as exact as its source; empty when it is missing or a marked unknown."""
    day = table.string(key, required=required, unknown=True, allowed=DAYS)
    if day and not DAY.fullmatch(day):
        table.note(key, f"“{day}” is not of the right form", DAYS)
        return ""
    return day


def _agreement(table: Table) -> Agreement:
    found = Agreement(
        _text(table, "title"),
        _day(table, "signed"),
        _day(table, "announced"),
        table.integer("years", 1, 99),
        _day(table, "ends"),
        _source(table),
        tuple(_renewal(each) for each in table.tables("renewals")),
    )
    if "signed" not in table.entries and "announced" not in table.entries:
        table.note("signed", "neither signing nor announcement is told", f'{DAYS}; or {{unknown = "why"}}')
    table.close()
    return found


def _renewal(table: Table) -> Renewal:
    found = Renewal(_day(table, "on", required=True), _source(table))
    table.close()
    return found


def _activity(table: Table) -> Activity:
    kind = table.word("kind", ActivityKind, required=True, unknown=False)
    found = Activity(
        kind or ActivityKind.WORKSHOP, _text(table, "title"), table.text("text"), _day(table, "since"), _source(table)
    )
    table.close()
    return found


def _projects(top: Table) -> Projects | None:
    table = top.table("projects", "a table of number, text and source", required=True)
    if table is None:
        return None
    number = table.integer("number", 0, 100_000, required=True, unknown=False)
    found = Projects(number or 0, _text(table, "text"), _source(table))
    table.close()
    return found


def load_partnerships() -> dict[str, Partnership]:
    """Every partnership of the catalogue by its key, in the order of the file names. Raises DeclarationRefused."""
    found: dict[str, Partnership] = {}
    folder = files("app.programmes") / "catalogue" / "partnerships"
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if not path.name.endswith(".toml"):
            continue
        name = f"partnerships/{path.name}"
        partnership = parse_partnership(path.read_text(encoding="utf-8"), name)
        if partnership.key in found:
            wrong = f"“{partnership.key}” is the key of another partnership"
            raise DeclarationRefused([Mistake(name, "key", wrong, "a key of its own")])
        found[partnership.key] = partnership
    return found


@dataclass(frozen=True)
class Cooperations:
    """Partnerships and programmes of the catalogue, which belong to one another by key."""

    partnerships: Mapping[str, Partnership]
    programmes: Mapping[str, Programme]

    def programmes_of(self, partnership: str) -> tuple[Programme, ...]:
        """The programmes of one partnership, past and present."""
        return tuple(each for each in self.programmes.values() if each.partnership == partnership)


def belonging(partnerships: Mapping[str, Partnership], programmes: Mapping[str, Programme]) -> Cooperations:
    """Both together. Raises DeclarationRefused where a programme names a partnership that is not there."""
    lost = [
        Mistake(
            "programmes.toml",
            f"programmes[{place}].partnership",
            f"there is no partnership “{programme.partnership}”{suggestion(programme.partnership, partnerships)}",
            listed(partnerships),
        )
        for place, programme in enumerate(programmes.values())
        if programme.partnership and programme.partnership not in partnerships
    ]
    if lost:
        raise DeclarationRefused(lost)
    return Cooperations(partnerships, programmes)


@cache
def cooperations() -> Cooperations:
    """The catalogue's partnerships and programmes, read once a process. Raises DeclarationRefused."""
    return belonging(load_partnerships(), load_programmes())
