"""Run as a process of its own: puts PDFs behind each other. Told by JSON on its input how each is called; each is
handed over as an open file whose number stands there.

Answers with one line of JSON – the pages of each document, or none where it could not be read – and the PDF after it.
"""

from __future__ import annotations

import io
import json
import logging
import os
import resource
import sys
from contextlib import suppress
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 30


def confine() -> None:
    """Take away what a hostile file would use. The answer goes to a file that is open already."""
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with suppress(ValueError, OSError):  # a system that does not know this limit; the parent's clock still runs
            resource.setrlimit(kind, (most, most))


def merged(documents: list[dict[str, Any]], title: str) -> tuple[list[int | None], bytes]:
    """One PDF, with a bookmark for each document; what breaks is left out, and everything else is there."""
    from pypdf import PdfReader, PdfWriter

    logging.disable(logging.CRITICAL)
    writer = PdfWriter()
    counts: list[int | None] = []
    for document in documents:
        before = len(writer.pages)
        try:
            reader = PdfReader(os.fdopen(document["file"], "rb"), strict=False)
            if reader.is_encrypted:
                raise ValueError("encrypted")
            whole = _alone(reader)
            writer.append(whole, outline_item=document["name"] or None, import_outline=document["keeps_bookmarks"])
            counts.append(len(writer.pages) - before)
        except Exception:
            for page in range(len(writer.pages) - 1, before - 1, -1):
                writer.remove_page(page)
            counts.append(None)
    writer.metadata = None
    writer.add_metadata({"/Title": title, "/Producer": "Tandem"})
    out = io.BytesIO()
    writer.write(out)
    return counts, out.getvalue()


def _alone(reader: Any) -> Any:
    """A document once written by itself: what breaks in writing it breaks here, and not in the whole."""
    from pypdf import PdfReader, PdfWriter

    trial, out = PdfWriter(), io.BytesIO()
    trial.append(reader, import_outline=True)
    if not trial.pages:
        raise ValueError("no pages")
    trial.write(out)
    return PdfReader(out)


if __name__ == "__main__":
    confine()
    told = json.load(sys.stdin)
    counts, content = merged(told["documents"], told["title"])
    sys.stdout.buffer.write(json.dumps(counts).encode() + b"\n" + content)
