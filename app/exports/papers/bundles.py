"""Bundles: an application with every file of it separate, and an index that says what is there and what is not.

A bundle is streamed: nothing of it lies in memory but the document that is being written.
"""

from __future__ import annotations

import hashlib
import html
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.applications.snapshots import Sheet, SheetFile
from app.exports.csv_text import csv_bytes
from app.exports.overview import Value
from app.exports.papers import words as w
from app.exports.papers.content import Reading, application_data
from app.exports.papers.enclosed import Enclosed, closed_by_scanner
from app.exports.papers.printing import LONG_PATIENCE, CannotPrint, printed
from app.kernel.files import CHUNK, Store

ALWAYS = (1980, 1, 1, 0, 0, 0)
"""A bundle tells of no clock: the same application makes the same bytes."""


@dataclass(frozen=True)
class Listed:
    """One line of the index. Without `sha256` the document is not there, and `note` says why."""

    name: str
    size: int = 0
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True)
class Bundled:
    """One application of a bundle: its sheet, the folder it lies in (empty: at the top), and letters of others."""

    sheet: Sheet
    folder: str = ""
    enclosed: tuple[Enclosed, ...] = ()


@dataclass(frozen=True)
class Left:
    """Why applications are not in a bundle, and how many."""

    conflicts: int = 0
    closed: int = 0

    @property
    def count(self) -> int:
        return self.conflicts + self.closed


class _Outlet(io.RawIOBase):
    """Where the archive writes to; what was written is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # the archive writes bytes
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def bundle_of(sheet: Sheet, reading: Reading, store: Store, enclosed: tuple[Enclosed, ...] = ()) -> Iterator[bytes]:
    """One application as a ZIP: its tagged PDF, every file and letter, budget and confirmations as CSV, the index."""
    yield from _streamed([Bundled(sheet, enclosed=enclosed)], reading, store, None)


def bundle_of_several(several: Sequence[Bundled], reading: Reading, store: Store, left: Left) -> Iterator[bytes]:
    """Several applications as one ZIP, each in its folder; the index counts those that are not in it."""
    yield from _streamed(several, reading, store, left)


def _streamed(several: Sequence[Bundled], reading: Reading, store: Store, left: Left | None) -> Iterator[bytes]:
    outlet = _Outlet()
    index: list[tuple[Bundled, list[Listed]]] = []
    with zipfile.ZipFile(outlet, "w") as archive:
        for bundled in several:
            lines: list[Listed] = []
            for name, source in _documents(bundled, reading, store):
                path = f"{bundled.folder}/{name}" if bundled.folder else name
                for listed in _written(archive, path, source):
                    if listed is not None:
                        lines.append(listed)
                    yield outlet.taken()
            index.append((bundled, lines))
        for name, content in (
            ("index.txt", _as_text(index, reading, left)),
            ("index.html", _as_page(index, reading, left)),
        ):
            for _ in _written(archive, name, content.encode()):
                yield outlet.taken()
    yield outlet.taken()


Source = bytes | BinaryIO | str
"""Bytes, an open file, or in words why the document is missing."""


def _documents(bundled: Bundled, reading: Reading, store: Store) -> Iterator[tuple[str, Source]]:
    """What belongs to an application, in order."""
    sheet = bundled.sheet
    try:
        yield (
            paper_name(sheet),
            printed("application.typ", application_data(sheet, reading), patience=LONG_PATIENCE).content,
        )
    except CannotPrint:
        yield paper_name(sheet), reading.say(w.NOT_MADE)
    for file in sheet.files:
        yield from _kept(f"files/{file.name}", file, reading, store)
    for letter in bundled.enclosed:
        if letter.text:
            yield f"letters/{letter.file.name}", letter.text.encode()
        else:
            yield from _kept(f"letters/{letter.file.name}", letter.file, reading, store)
    yield "budget.csv", _budget(sheet, reading)
    yield "confirmations.csv", _confirmations(sheet, reading)


def _kept(name: str, file: SheetFile, reading: Reading, store: Store) -> Iterator[tuple[str, Source]]:
    """The bytes of a file, or why they are not there."""
    closed = closed_by_scanner(file)
    if closed is not None:
        yield name, reading.say(closed)
        return
    try:
        stream = store.open(file.sha256)
    except FileNotFoundError:
        yield name, reading.say(w.LEFT_OUT["missing"])
    else:
        with stream:
            yield name, stream


def paper_name(sheet: Sheet) -> str:
    """How the application's PDF is called: by its reference and version, never by a person."""
    return f"{sheet.reference}-v{sheet.number}.pdf" if sheet.number is not None else "draft.pdf"


def _written(archive: zipfile.ZipFile, name: str, source: Source) -> Iterator[Listed | None]:
    """Write a document piece by piece; its line of the index comes last."""
    if isinstance(source, str):
        yield Listed(name, note=source)
        return
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    entry = zipfile.ZipInfo(name, ALWAYS)
    entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith((".csv", ".txt", ".html")) else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w") as place:
        while piece := stream.read(CHUNK):
            place.write(piece)
            digest.update(piece)
            size += len(piece)
            yield None
    yield Listed(name, size, digest.hexdigest())


# --- Tables ----------------------------------------------------------------------------------------------------------


def _budget(sheet: Sheet, reading: Reading) -> bytes:
    heads = [reading.say(each) for each in (w.SIDE, w.CURRENCY, w.YEAR_COLUMN, w.COST, w.AMOUNT)]
    return csv_bytes(heads, _amounts(sheet, reading), locale=reading.locale, zone=reading.zone)


def _amounts(sheet: Sheet, reading: Reading) -> Iterator[list[Value]]:
    """One row an amount, then what lies on top and what is asked for in all; never over two currencies."""
    for side in sheet.sides:
        if side.tally is None:
            continue
        titles = {key: title.in_(reading.locale) for key, title in side.costs}
        for (year, cost), money in side.tally.lines.items():
            yield [side.name, money.currency, year, titles.get(cost, ""), money.major]
        if side.tally.percent is not None:
            label = reading.say(w.INDIRECT, percent=f"{side.tally.percent.normalize():f}")
            for year in side.tally.years:
                yield [side.name, side.tally.currency, year, label, side.tally.indirect_of(year).major]
        if not side.tally.is_empty:
            yield [side.name, side.tally.currency, None, reading.say(w.IN_ALL), side.tally.total.major]


def _confirmations(sheet: Sheet, reading: Reading) -> bytes:
    heads = [reading.say(each) for each in (w.SIDE, w.NAME, w.INSTITUTION, w.ADDRESS, w.CONFIRMED_AS)]
    heads += [reading.say(w.CONFIRMED_AT, zone=reading.zone), reading.say(w.RECORDED_BY)]
    rows: list[list[Value]] = [
        [
            side.name,
            side.lead_name,
            side.institution,
            side.address,
            side.confirmed_as or "",
            side.confirmed_at,
            side.mail.recorded_by if side.mail else "",
        ]
        for side in sheet.sides
    ]
    return csv_bytes(heads, rows, locale=reading.locale, zone=reading.zone)


# --- The index -------------------------------------------------------------------------------------------------------

Index = Sequence[tuple[Bundled, Sequence[Listed]]]


def counted(lines: Iterable[Listed], reading: Reading) -> str:
    """`4 of 4 files`."""
    every = list(lines)
    return reading.say(w.FILES_COUNT, held=sum(bool(line.sha256) for line in every), all=len(every))


def left_text(held: int, left: Left, reading: Reading) -> str:
    """`11 of 12 applications; 1 excluded because of a conflict of interest`."""
    said = [reading.say(w.APPLICATIONS_COUNT, held=held, all=held + left.count)]
    for count, (one, many) in ((left.conflicts, w.EXCLUDED), (left.closed, w.CLOSED)):
        if count:
            said.append(reading.say(one) if count == 1 else reading.say(many, count=count))
    return "; ".join(said)


def _heading(sheet: Sheet, reading: Reading) -> str:
    version = reading.say(w.DRAFT) if sheet.number is None else reading.say(w.VERSION, number=sheet.number)
    return " · ".join(filter(None, (sheet.reference, sheet.title or reading.say(w.UNTITLED), version)))


def _as_text(index: Index, reading: Reading, left: Left | None) -> str:
    said = [reading.say(w.INDEX), ""]
    if left is not None:
        said += [left_text(len(index), left, reading), ""]
    for bundled, lines in index:
        said += [_heading(bundled.sheet, reading), counted(lines, reading)]
        said += [f"{line.sha256 or line.note}  {line.name}" for line in lines]
        said.append("")
    return "\r\n".join(said)


def _as_page(index: Index, reading: Reading, left: Left | None) -> str:
    heads = "".join(f"<th scope=col>{html.escape(reading.say(each))}</th>" for each in (w.FILE, w.SIZE, w.SHA))
    title = html.escape(reading.say(w.INDEX))
    parts = [
        f'<!doctype html><html lang="{reading.locale[:2]}"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
    ]
    if left is not None:
        parts.append(f"<p>{html.escape(left_text(len(index), left, reading))}</p>")
    for bundled, lines in index:
        parts.append(f"<h2>{html.escape(_heading(bundled.sheet, reading))}</h2>")
        parts.append(f"<p>{html.escape(counted(lines, reading))}</p><table><tr>{heads}</tr>")
        parts += [_row(line) for line in lines]
        parts.append("</table>")
    return "".join(parts) + "</html>"


def _row(line: Listed) -> str:
    name = html.escape(line.name)
    if not line.sha256:
        return f"<tr><td>{name}</td><td></td><td>{html.escape(line.note)}</td></tr>"
    return f'<tr><td><a href="{name}">{name}</a></td><td>{line.size}</td><td>{line.sha256}</td></tr>'
