"""Awards from before this system: read from a CSV, whole or not at all.

Whatever is wrong is told row by row; a file with one wrong row imports nothing, and the same file twice adds nothing.
A leader's name is kept only where the row says that it may be shown, so what is not kept cannot be shown by mistake.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.awards.models import PastAward
from app.kernel.actors import Acting
from app.kernel.errors import Problem, Refused
from app.kernel.money import AmountProblem, Money, parse_amount
from app.kernel.words import N_
from app.programmes.partnerships import cooperations
from app.trail import services as trail

NEEDED = ("programme", "year", "title", "side")
COLUMNS = (*NEEDED, "amount", "currency", "leader", "leader_may_be_shown", "source")
YES, NO = frozenset({"yes", "ja", "y", "j", "1", "true"}), frozenset({"", "no", "nej", "n", "0", "false"})
FIRST, LAST = 1950, 2200
LONGEST = 500
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: the row as the file counts it, the column, and what to do."""

    row: int
    column: str
    problem: Problem


@dataclass(frozen=True)
class Row:
    """One row that can be kept."""

    number: int
    programme: str
    year: int
    title: str
    side: str
    amount: Money | None
    leader: str
    source: str

    @property
    def key(self) -> tuple[str, int, str, str]:
        """What makes two rows the same award of the same side."""
        return (self.programme, self.year, self.title, self.side)


@dataclass(frozen=True)
class Import:
    """What a file holds: new rows, rows that are there already, and what is wrong. With faults nothing is imported."""

    new: tuple[Row, ...]
    known: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read_file(content: bytes, programmes: Collection[str]) -> tuple[tuple[Row, ...], tuple[Fault, ...]]:
    """The rows of a CSV, and everything that is wrong with it. Comma, semicolon or tab; UTF-8 with or without a mark,
    or what Swedish Excel wrote before. Pure."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\0" in text:
        return (), (_fault(1, "", N_("This is not a text file. Save the sheet as CSV and try again.")),)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=None), delimiter=_delimiter(text)))
    except csv.Error:
        return (), (_fault(1, "", N_("This is not a text file. Save the sheet as CSV and try again.")),)
    heads = [head.strip().casefold() for head in lines[0]] if lines else []
    faults = list(_heads(heads))
    if not faults and len(lines) - 1 > MOST_ROWS:
        message = N_("These are more than %(most)s rows. Split the file.")
        faults.append(_fault(1, "", message, most=MOST_ROWS))
    if faults:
        return (), tuple(faults)
    rows: list[Row] = []
    seen: dict[tuple[str, int, str, str], int] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        wrong, row = _row(number, heads, cells, programmes)
        if row is not None and row.key in seen:
            message = N_("This award and side stand in row %(first)s already. Remove one of the two.")
            wrong = [_fault(number, "title", message, first=seen[row.key])]
        elif row is not None:
            seen[row.key] = number
            rows.append(row)
        faults += wrong
    return tuple(rows), tuple(faults)


def _delimiter(text: str) -> str:
    head = (text.splitlines() or [""])[0]
    return max(";,\t", key=head.count)


def _heads(heads: Sequence[str]) -> Iterator[Fault]:
    missing = N_("The column is missing. The first row names the columns: %(columns)s.")
    strange = N_("There is no such column. Known are: %(columns)s.")
    for name in NEEDED:
        if name not in heads:
            yield _fault(1, name, missing, columns=", ".join(COLUMNS))
    for name in dict.fromkeys(heads):
        if name not in COLUMNS:
            yield _fault(1, name, strange, columns=", ".join(COLUMNS))
        elif heads.count(name) > 1:
            yield _fault(1, name, N_("The column is there twice. Remove one of the two."))


def _row(
    number: int, heads: Sequence[str], cells: Sequence[str], programmes: Collection[str]
) -> tuple[list[Fault], Row | None]:
    if len(cells) > len(heads):
        message = N_(
            "The row has more cells than the first row. Put texts that hold the separator into quotation marks."
        )
        return [_fault(number, "", message)], None
    cell = dict(zip(heads, (" ".join(each.split()) for each in cells), strict=False))
    faults = list(_faults_of(number, cell, programmes))
    amount: Money | None = None
    try:
        amount = _amount(cell)
    except AmountProblem as wrong:
        faults.append(Fault(number, "amount", wrong.problem()))
    if faults:
        return faults, None
    leader = cell.get("leader", "") if cell.get("leader_may_be_shown", "").casefold() in YES else ""
    row = Row(
        number,
        cell["programme"],
        int(cell["year"]),
        cell["title"],
        cell["side"],
        amount,
        leader,
        cell.get("source", ""),
    )
    return [], row


def _faults_of(number: int, cell: Mapping[str, str], programmes: Collection[str]) -> Iterator[Fault]:
    if cell.get("programme", "") not in programmes:
        message = N_("There is no programme “%(typed)s”. Write one of: %(programmes)s.")
        yield _fault(
            number, "programme", message, typed=cell.get("programme", ""), programmes=", ".join(sorted(programmes))
        )
    year = cell.get("year", "")
    if not (year.isascii() and year.isdecimal() and len(year) < 10 and FIRST <= int(year) <= LAST):
        yield _fault(number, "year", N_("“%(typed)s” is not a year. Write four digits, such as 2016."), typed=year)
    for column in ("title", "side"):
        if not cell.get(column):
            yield _fault(number, column, N_("The cell is empty. Fill it in."))
    for column, text in cell.items():
        if len(text) > LONGEST:
            yield _fault(number, column, N_("The text is longer than %(most)s characters. Shorten it."), most=LONGEST)
    currency = cell.get("currency", "")
    if bool(currency) != bool(cell.get("amount")):
        column = "amount" if currency else "currency"
        yield _fault(number, column, N_("An amount and its currency go together. Fill in both, or neither."))
    if cell.get("leader_may_be_shown", "").casefold() not in YES | NO:
        yield _fault(number, "leader_may_be_shown", N_("Write yes or no. Without a yes the name is not kept."))


def _amount(cell: Mapping[str, str]) -> Money | None:
    amount, currency = cell.get("amount", ""), cell.get("currency", "").upper()
    if not amount or not currency:
        return None
    return parse_amount(amount, currency)


def _fault(row: int, column: str, message: str, **values: object) -> Fault:
    return Fault(row, column, Problem("wrong_cell", message, values=values))


def look(session: Session, content: bytes) -> Import:
    """What importing this file would do. Changes nothing."""
    rows, faults = read_file(content, cooperations().programmes.keys())
    kept = {
        (each.programme_key, each.year, each.title, each.side): each
        for each in session.scalars(
            select(PastAward).where(PastAward.programme_key.in_({row.programme for row in rows}))
        )
    }
    changed = [
        _fault(
            row.number,
            "amount",
            N_("This award is kept with another amount. Nothing that is kept is changed by a file."),
        )
        for row in rows
        if row.key in kept and _kept_amount(kept[row.key]) != row.amount
    ]
    return Import(
        tuple(row for row in rows if row.key not in kept),
        tuple(row for row in rows if row.key in kept),
        (*faults, *changed),
    )


def _kept_amount(award: PastAward) -> Money | None:
    if award.amount_minor is None or award.currency is None:
        return None
    return Money(award.amount_minor, award.currency)


def import_file(session: Session, content: bytes, *, by: Acting, at: datetime) -> Import:
    """Keep every new row. Refused, with nothing kept, when anything is wrong."""
    found = look(session, content)
    if found.faults:
        raise Refused([fault.problem for fault in found.faults])
    for row in found.new:
        session.add(
            PastAward(
                programme_key=row.programme,
                year=row.year,
                title=row.title,
                side=row.side,
                amount_minor=row.amount.minor if row.amount else None,
                currency=row.amount.currency if row.amount else None,
                leader=row.leader,
                source=row.source,
            )
        )
    session.flush()
    if found.new:
        trail.record(session, "import-awards", by=by, at=at, rows=len(found.new))
    return found


@dataclass(frozen=True)
class PastRow:
    """One side's part of an award as the public sees it; a leader only where that was agreed."""

    programme: str
    year: int
    title: str
    side: str
    amount: Money | None
    leader: str
    source: str


def past_awards(session: Session, *, programme: str = "", year: int | None = None) -> list[PastRow]:
    """Awards from before, the newest first; of one programme or year, or all."""
    statement = select(PastAward).order_by(
        PastAward.year.desc(), PastAward.programme_key, PastAward.title, PastAward.side
    )
    if programme:
        statement = statement.where(PastAward.programme_key == programme)
    if year is not None:
        statement = statement.where(PastAward.year == year)
    return [
        PastRow(each.programme_key, each.year, each.title, each.side, _kept_amount(each), each.leader, each.source)
        for each in session.scalars(statement)
    ]


def version(session: Session) -> str:
    """What changes whenever the list does; rows are only ever added."""
    return str(session.scalar(select(func.count()).select_from(PastAward)))
