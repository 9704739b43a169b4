"""Run as a process of its own, with little time and memory: opens a PDF or an office file and says what it is.

Told by its arguments which kind and which file; answers with one line of JSON. Asked for the headings of a PDF on its
input, it answers line by line, so that what it found is not lost when its time is over. A file that kills it kills
nothing else.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from contextlib import suppress
from typing import Any

MEMORY = 256 * 1024 * 1024
SECONDS = 10
"""Of the processor; the parent waits a little longer."""
OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
MOST_MEMBERS = 5000
MOST_UNPACKED = 200 * 1024 * 1024


def confine() -> None:
    """Take away what a hostile file would use."""
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0))
    for kind, most in limits:
        with suppress(ValueError, OSError):  # a system that does not know this limit; the parent's clock still runs
            resource.setrlimit(kind, (most, most))


def pdf(path: str) -> dict[str, Any]:
    """Its pages; encrypted or broken, where it is."""
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            return answer(trouble="encrypted")
        pages = len(reader.pages)
        for place in {0, pages - 1}:
            _ = reader.pages[place].mediabox
    except MemoryError:
        return answer(trouble="too_much")
    except Exception:
        return answer(trouble="broken")
    return answer("pdf", pages) if pages else answer(trouble="broken")


MOST_PAGES = 200
LINES = 12
LONGEST_LINE = 120


def headings() -> None:
    """Bookmarks first, then the first lines of each page; whatever breaks on the way ends it without a word."""
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    with suppress(Exception):
        reader = PdfReader(sys.stdin.buffer, strict=False)
        with suppress(Exception):
            bookmarks(reader, reader.outline)
        for number, page in enumerate(reader.pages[:MOST_PAGES], start=1):
            with suppress(Exception):
                for line in [line for line in page.extract_text().splitlines() if line.strip()][:LINES]:
                    tell(line, number, is_bookmark=False)


def bookmarks(reader: Any, entries: list[Any]) -> None:
    """Every bookmark with its page, however deep; no more than there are pages in all."""
    waiting, told = list(entries), 0
    while waiting and told < MOST_PAGES:
        entry = waiting.pop(0)
        if isinstance(entry, list):
            waiting = entry + waiting
            continue
        with suppress(Exception):
            tell(str(entry.title), reader.get_destination_page_number(entry) + 1, is_bookmark=True)
            told += 1


def tell(text: str, page: int, *, is_bookmark: bool) -> None:
    """One heading, at once."""
    line = {"text": " ".join(text.split())[:LONGEST_LINE], "page": page, "is_bookmark": is_bookmark}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def office(path: str) -> dict[str, Any]:
    """A document or a workbook by its parts. Nothing is unpacked; sizes are read from the list of parts."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return answer(trouble="broken")
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        return answer(trouble="too_much")
    if any(member.flag_bits & 1 for member in members):
        return answer(trouble="encrypted")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return answer(trouble="macros")
    kinds = [kind for part, kind in OFFICE.items() if part in names]
    return answer(kinds[0]) if len(kinds) == 1 and "[Content_Types].xml" in names else answer(trouble="unknown")


def answer(type: str = "", pages: int | None = None, trouble: str = "") -> dict[str, Any]:
    """What is said."""
    return {"type": type, "pages": pages, "trouble": trouble}


if __name__ == "__main__":
    confine()
    kind, path = sys.argv[1:]
    if kind == "headings":
        headings()
    else:
        sys.stdout.write(json.dumps(pdf(path) if kind == "pdf" else office(path)))
