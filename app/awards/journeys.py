"""Who went where: the ledger of travel programmes, by year and direction, and its balance.

Counted are applications that were submitted, awards that were released, and awards from before this system. The way is
told by the form's question `direction`, whose options are `to-` and where it goes, else by whose the applying side is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.attachments import newest_submissions
from app.applications.models import Application, Submission
from app.awards.past import past_awards
from app.kernel.database import scoped
from app.programmes.definition import Definition, Programme, QuestionKind
from app.programmes.definition.vocabulary import ProgrammeKind
from app.programmes.kinds.vocabulary import PERIOD_PARTS
from app.programmes.partnerships import cooperations
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import State

TRAVEL = frozenset({ProgrammeKind.TRAVEL, ProgrammeKind.STUDENT_TRAVEL})
DIRECTION = "direction"
ELSEWHERE = ""
"""Where the form does not tell to whom the journey goes."""


@dataclass(frozen=True)
class Journey:
    """One application or award. `home` and `host` are institutions by their short names; `nights` None: not told."""

    programme: str
    year: int
    home: str
    host: str
    is_application: bool
    is_awarded: bool
    nights: int | None = None


@dataclass(frozen=True)
class LedgerLine:
    """One year in one direction. `nights` are those of the awards whose forms tell them, `dated` how many those are."""

    programme: str
    year: int
    home: str
    host: str
    applications: int
    awards: int
    dated: int
    nights: int


@dataclass(frozen=True)
class Balance:
    """Awards between two institutions of a programme over all years, in both directions."""

    programme: str
    one: str
    other: str
    there: int
    back: int

    @property
    def surplus(self) -> int:
        """How many more went from `one` to `other` than came back; less than zero where more came back."""
        return self.there - self.back


def lines_of(journeys: Iterable[Journey]) -> tuple[LedgerLine, ...]:
    """The journeys summed by programme, year and direction: programmes by name, the newest year first."""

    def place(each: Journey) -> tuple[str, int, str, str]:
        return (each.programme, -each.year, each.home, each.host)

    found = []
    for _, group in groupby(sorted(journeys, key=place), key=place):
        rows = list(group)
        awarded = [row for row in rows if row.is_awarded]
        nights = [row.nights for row in awarded if row.nights is not None]
        found.append(
            LedgerLine(
                rows[0].programme,
                rows[0].year,
                rows[0].home,
                rows[0].host,
                sum(row.is_application for row in rows),
                len(awarded),
                len(nights),
                sum(nights),
            )
        )
    return tuple(found)


def balances_of(lines: Iterable[LedgerLine]) -> tuple[Balance, ...]:
    """The balance of every pair of institutions that awards lie between; what goes elsewhere has none."""
    sums: dict[tuple[str, str, str], int] = {}
    for line in lines:
        if line.host != ELSEWHERE and line.awards:
            way = (line.programme, line.home, line.host)
            sums[way] = sums.get(way, 0) + line.awards
    pairs = dict.fromkeys((programme, *sorted((home, host))) for programme, home, host in sums)
    return tuple(
        Balance(programme, one, other, sums.get((programme, one, other), 0), sums.get((programme, other, one), 0))
        for programme, one, other in pairs
    )


def direction_of(definition: Definition, programme: Programme, answers: Mapping[str, Any]) -> tuple[str, str]:
    """From where to where, by the short names of institutions; the second is ELSEWHERE where it is not told."""
    shorts = [partner.short for partner in programme.partners]
    sides = {side.key: side.short for side in definition.sides}
    answer = answers.get(DIRECTION)
    if isinstance(answer, str) and answer.startswith("to-"):
        aim = answer.removeprefix("to-")
        host = sides.get(aim) or next((short for short in shorts if short.casefold() == aim.casefold()), ELSEWHERE)
        homes = [short for short in (shorts or list(sides.values())) if short != host]
        return (homes[0] if len(homes) == 1 else definition.lead_side.short, host)
    home = definition.lead_side.short
    return home, other_of(programme, home)


def other_of(programme: Programme, home: str) -> str:
    """The other partner of a programme of two; ELSEWHERE where there are more or fewer."""
    others = [partner.short for partner in programme.partners if partner.short != home]
    return others[0] if len(others) == 1 else ELSEWHERE


def nights_of(definition: Definition, answers: Mapping[str, Any]) -> int | None:
    """How many nights the first period in the form lasts; None where there is none."""
    asked = next((each for each in definition.questions if each.kind is QuestionKind.PERIOD), None)
    value = answers.get(asked.key) if asked is not None else None
    if not isinstance(value, dict):
        return None
    try:
        first, last = (date.fromisoformat(str(value.get(each, ""))) for each in PERIOD_PARTS)
    except ValueError:
        return None
    return (last - first).days if last >= first else None


def is_travel(programme_key: str) -> bool:
    """Whether a programme gives journeys."""
    found = cooperations().programmes.get(programme_key)
    return found is not None and found.kind in TRAVEL


def journeys(session: Session, programme_keys: Sequence[str], *, among: Select[UUID]) -> tuple[Journey, ...]:
    """The journeys of these programmes: of the applications `among`, and of the awards from before this system."""
    rows = session.execute(
        scoped(
            select(Application.call_version_id, Application.state, Submission.snapshot)
            .join(Submission, Submission.application_id == Application.id)
            .where(
                Application.id.in_(among),
                Submission.id.in_(newest_submissions()),
                Application.state != State.WITHDRAWN,
            )
        )
    ).all()
    wanted = set(programme_keys)
    found = [
        _journey(definition, row.state, row.snapshot)
        for row in rows
        if (definition := definition_by_version(session, row.call_version_id)).programme in wanted
    ]
    programmes = cooperations().programmes
    found += [
        Journey(award.programme, award.year, award.side, other_of(programmes[award.programme], award.side), False, True)
        for award in past_awards(session)
        if award.programme in wanted
    ]
    return tuple(found)


def _journey(definition: Definition, state: State, snapshot: Mapping[str, Any]) -> Journey:
    answers = {each["key"]: each["value"] for section in snapshot["sections"] for each in section["answers"]}
    home, host = direction_of(definition, cooperations().programmes[definition.programme], answers)
    nights = nights_of(definition, answers)
    return Journey(definition.programme, definition.year, home, host, True, state is State.AWARDED, nights)
