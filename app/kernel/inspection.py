"""What a file is, by its content and never by its name. Whatever must be parsed is parsed in a child process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import BinaryIO

CHILD = Path(__file__).with_name("inspection_child.py")
SECONDS = 15
"""By the clock on the wall; the child's own limit, of the processor, is shorter."""
TROUBLES = ("empty", "unknown", "broken", "encrypted", "macros", "too_much")


@dataclass(frozen=True)
class Looked:
    """What was found: a type with its pages where it has some, or one of TROUBLES."""

    type: str = ""
    pages: int | None = None
    trouble: str = ""


def look_at(path: Path) -> Looked:
    """What this file is. Never raises for what is in it: a file that breaks its reader is `broken` or `too_much`."""
    with path.open("rb") as file:
        head = file.read(1024)
        file.seek(max(0, path.stat().st_size - 64))
        tail = file.read()
    if not head:
        return Looked(trouble="empty")
    kind = type_of(head)
    if kind in ("pdf", "zip"):
        return _asked_of_the_child(path, kind)
    if kind == "png":
        return Looked(kind) if b"IEND" in tail else Looked(trouble="broken")
    if kind == "jpeg":
        return Looked(kind)
    return Looked(trouble="unknown")


def type_of(head: bytes) -> str:
    """The type that the first bytes tell: pdf, zip, png, jpeg, or nothing. Only white space may stand before a PDF."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-"):
        return "pdf"
    return ""


@dataclass(frozen=True)
class Heading:
    """A line of a PDF that may be a heading, with its page, counted from 1. A bookmark names a page on purpose."""

    text: str
    page: int
    is_bookmark: bool = False


def headings_of(stream: BinaryIO) -> tuple[Heading, ...]:
    """Bookmarks and the first lines of the pages of a PDF, as far as its reader came in its time. Never raises for what
    is in it."""
    try:
        done = subprocess.run(  # noqa: S603  # our own script under our own interpreter
            [sys.executable, "-I", str(CHILD), "headings", "-"],
            stdin=stream,
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    return tuple(_headings(said))


def _headings(said: bytes) -> Iterator[Heading]:
    """What the child said line by line; a line that was cut off is left out."""
    for line in said.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            read = json.loads(line)
            yield Heading(str(read["text"]), int(read["page"]), bool(read["is_bookmark"]))


def _asked_of_the_child(path: Path, kind: str) -> Looked:
    try:
        done = subprocess.run(  # noqa: S603  # our own script under our own interpreter; the path is our own too
            [sys.executable, "-I", str(CHILD), kind, str(path)],
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
        said = json.loads(done.stdout)
        return Looked(str(said["type"]), said["pages"], str(said["trouble"]))
    except subprocess.TimeoutExpired:
        return Looked(trouble="too_much")
    except (ValueError, KeyError, TypeError):
        return Looked(trouble="too_much")


def mail_type_of(content: bytes) -> str:
    """In what form these bytes are a mail: eml with its head, txt for plain words, or nothing. PDFs are looked at elsewhere."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = content.decode("latin-1") if _has_a_head(content) else ""
    if not words.strip() or any(not sign.isprintable() and sign not in "\r\n\t" for sign in words if ord(sign) < 32):
        return ""
    return "eml" if _has_a_head(content) else "txt"


def _has_a_head(content: bytes) -> bool:
    head = BytesHeaderParser().parsebytes(content[:65536])
    return bool(head["From"]) and bool(head["Date"] or head["Received"])
