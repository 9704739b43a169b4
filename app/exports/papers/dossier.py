"""The dossier: an application and its PDF files in one document with a cover, made for convenience. It is not tagged,
and says so; what cannot be in it is named."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.applications.snapshots import Sheet, SheetFile
from app.exports.papers import words as w
from app.exports.papers.content import Reading, application_data, running
from app.exports.papers.enclosed import Enclosed, closed_by_scanner
from app.exports.papers.markdown import broken
from app.exports.papers.printing import CannotPrint, asked_of_child, printed
from app.kernel.files import Store
from app.programmes.definition import Text

CHILD = Path(__file__).with_name("merging_child.py")
SECONDS = 40
LARGEST = 60_000_000
"""Bytes of files that are merged; what is larger is fetched separately."""


@dataclass(frozen=True)
class Document:
    """One document of a dossier. `begins` counts pages after the cover; None where it is left out, and `why` says why."""

    name: str
    begins: int | None
    why: Text | None = None


@dataclass(frozen=True)
class Dossier:
    """The whole, and what is in it."""

    content: bytes
    documents: tuple[Document, ...]

    @property
    def held(self) -> int:
        return sum(document.begins is not None for document in self.documents)


def dossier_of(sheet: Sheet, reading: Reading, store: Store, enclosed: Sequence[Enclosed] = ()) -> Dossier:
    """The application's PDF, behind it every PDF of the form in its order, and the letters of others that are PDFs.
    Raises CannotPrint."""
    application = printed("application.typ", application_data(sheet, reading)).content
    with ExitStack() as stack:
        found = _opened([*sheet.files, *(letter.file for letter in enclosed)], store, stack)
        held = [(file, stream) for file, stream in found if not isinstance(stream, Text)]
        streams = [_on_disk(application, stack), *(stream for _, stream in held)]
        names = [reading.say(w.APPLICATION), *(file.name for file, _ in held)]
        counts, body = _merged(streams, names, sheet.title)
        documents = _documents(sheet, found, counts, reading)
        cover = printed("cover.typ", _cover(sheet, documents, reading)).content
        both = [_on_disk(cover, stack), _on_disk(body, stack)]
        _, content = _merged(both, ["", ""], sheet.title)
    return Dossier(content, documents)


def _opened(files: Sequence[SheetFile], store: Store, stack: ExitStack) -> list[tuple[SheetFile, BinaryIO | Text]]:
    """Each file with its bytes, or why it is left out."""
    found: list[tuple[SheetFile, BinaryIO | Text]] = []
    room = LARGEST
    for file in files:
        closed = closed_by_scanner(file)
        if closed is not None:
            found.append((file, closed))
        elif file.type != "pdf":
            found.append((file, w.LEFT_OUT["no_pdf"]))
        elif file.size > room:
            found.append((file, w.LEFT_OUT["too_large"]))
        else:
            try:
                found.append((file, stack.enter_context(store.open(file.sha256))))
                room -= file.size
            except FileNotFoundError:
                found.append((file, w.LEFT_OUT["missing"]))
    return found


def _on_disk(content: bytes, stack: ExitStack) -> BinaryIO:
    stream = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # the stack closes it
    stream.write(content)
    stream.flush()
    stream.seek(0)
    return stream


def _merged(streams: Sequence[BinaryIO], names: Sequence[str], title: str) -> tuple[list[int | None], bytes]:
    """The pages of each document, None where it could not be read, and all of them as one PDF."""
    documents = [
        {"file": stream.fileno(), "name": name, "keeps_bookmarks": not name}
        for stream, name in zip(streams, names, strict=True)
    ]
    told = json.dumps({"documents": documents, "title": title}).encode()
    said = asked_of_child(CHILD, told, seconds=SECONDS, files=streams)
    head, _, content = said.partition(b"\n")
    if not content.startswith(b"%PDF-"):
        raise CannotPrint("nothing was merged")
    counts: list[int | None] = json.loads(head)
    if counts[0] is None:
        raise CannotPrint("our own paper could not be merged")
    return counts, content


def _documents(
    sheet: Sheet, found: Sequence[tuple[SheetFile, BinaryIO | Text]], counts: Sequence[int | None], reading: Reading
) -> tuple[Document, ...]:
    """Where each begins behind the cover, in the order of the form."""
    documents, page, rest = [Document(reading.say(w.APPLICATION), 1)], (counts[0] or 0) + 1, iter(counts[1:])
    for file, stream in found:
        if isinstance(stream, Text):
            documents.append(Document(file.name, None, stream))
            continue
        count = next(rest)
        if count is None:
            documents.append(Document(file.name, None, w.LEFT_OUT["broken"]))
            continue
        documents.append(Document(file.name, page))
        page += count
    return tuple(documents)


def _cover(sheet: Sheet, documents: Sequence[Document], reading: Reading) -> dict[str, Any]:
    say = reading.say
    data = application_data(sheet, reading)
    held = sum(document.begins is not None for document in documents)
    return {
        "lang": data["lang"],
        "title": data["title"],
        "running": running(sheet, reading),
        "call": data["call"],
        "page": say(w.DOSSIER),
        "facts": data["facts"],
        "notices": [{"title": say(w.DOSSIER), "body": say(w.DOSSIER_SAYS)}, *data["notices"]],
        "contents": say(w.CONTENTS),
        "heads": [say(w.DOCUMENT), say(w.BEGINS)],
        "documents": [
            {
                "name": broken(document.name),
                "begins": document.begins,
                "note": "" if document.why is None else say(document.why),
            }
            for document in documents
        ],
        "held": say(w.HELD, held=held, all=len(documents)),
    }
