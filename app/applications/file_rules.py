"""What makes an upload right for its question, and under which name readers get it. Told in words that say what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.applications.scan_rules import Scan
from app.kernel.errors import Problem
from app.kernel.inspection import Looked
from app.kernel.words import N_
from app.programmes.kinds import Question

LARGEST_MEGABYTES = 20
"""No file may be larger, whatever a call allows."""
MEGABYTE = 1_000_000
MOST_AT_ONCE = 40
"""Files that one form may bring; those beyond are told as not taken."""
ENDINGS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "png": "png", "jpeg": "jpg"}
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpeg": "image/jpeg",
}
SPOKEN = {"pdf": "PDF", "docx": "Word (.docx)", "xlsx": "Excel (.xlsx)", "png": "PNG", "jpeg": "JPEG"}
UNFOLDED = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "’": "", "'": ""}
)
LONGEST = 80
DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{each}{number}" for each in ("com", "lpt") for number in range(1, 10)))
)
"""What Windows takes for a device, whatever its ending."""


@dataclass(frozen=True)
class Received:
    """A file that arrived: how its browser called it, how large it was, where its bytes are kept, and what it is.

    `size` is what was sent, `trouble` why nothing was kept.
    """

    name: str
    size: int
    sha256: str = ""
    type: str = ""
    pages: int | None = None
    trouble: str = ""
    scan: Scan = Scan.NOT_SCANNED

    @classmethod
    def of(cls, name: str, size: int, sha256: str, looked: Looked, scan: Scan = Scan.NOT_SCANNED) -> Received:
        """What was received, once it was looked at; it may have to wait for the virus scanner."""
        return cls(name, size, sha256, looked.type, looked.pages, looked.trouble, scan)


def types_of(question: Question) -> tuple[str, ...]:
    """The types that a question takes: PDF unless it says otherwise."""
    return question.file_types or ("pdf",)


def megabytes_of(question: Question) -> int:
    """How many megabytes each file may have."""
    return question.max_megabytes or LARGEST_MEGABYTES


def files_of(question: Question) -> int:
    """How many files may be given."""
    return question.max_files or 1


TROUBLES = {
    "empty": N_("“%(name)s” is empty: it has 0 bytes. Open it on your device to see that it is there, and choose it again."),
    "unknown": N_("“%(name)s” is not a file of a kind that is taken here: %(types)s. Save or export it as one of them."),
    "broken": N_("“%(name)s” cannot be opened; it is damaged or was cut off. Save or export it again, and choose the new one."),
    "encrypted": N_(
        "“%(name)s” is locked with a password or against copying, so reviewers could not open it. "
        "Print it to a new PDF (“Save as PDF”), and choose that one."
    ),
    "macros": N_("“%(name)s” holds macros. Save it without them, or as a PDF, and choose that one."),
    "too_much": N_("“%(name)s” takes too much to open. Print it to a new PDF (“Save as PDF”), and choose that one."),
    "not_kept": N_(
        "“%(name)s” could not be stored, because this server has no room just now. Everything you typed is saved. "
        "Try again in a while, and tell the coordinators if it goes on."
    ),
    "beyond_count": N_(
        "“%(name)s” was not taken: a form brings at most %(most)s files at once. Those before it are kept. Choose it again."
    ),
}  # fmt: skip


def upload_problems(question: Question, file: Received, present: int) -> list[Problem]:
    """Everything that keeps this file from being taken under this question, where `present` files stand already.

    Pages over the limit are no reason: the draft keeps the file, and says so until it is replaced.
    """
    types = ", ".join(SPOKEN[each] for each in types_of(question))
    values = {"name": file.name, "types": types, "most": MOST_AT_ONCE}
    field = f"q-{question.key}"
    if file.size > megabytes_of(question) * MEGABYTE:
        message = N_(
            "“%(name)s” has %(size)s MB, and at most %(limit)s MB are taken. "
            "Make it smaller (“Reduce file size” or a lower resolution), and choose it again."
        )
        sizes = {"size": f"{file.size / MEGABYTE:.1f}", "limit": megabytes_of(question)}
        return [Problem("file_too_large", message, field=field, values={**values, **sizes})]
    if file.trouble:
        return [Problem(f"file_{file.trouble}", TROUBLES[file.trouble], field=field, values=values)]
    if file.type not in types_of(question):
        message = N_(
            "“%(name)s” is a file of the kind %(type)s, and here are taken: %(types)s. Save or export it as one."
        )
        return [Problem("file_type", message, field=field, values={**values, "type": SPOKEN[file.type]})]
    most = files_of(question)
    if most > 1 and present >= most:
        message = N_(
            "“%(name)s” was not taken: %(limit)s files stand here, and no more are asked for. Remove one first."
        )
        return [Problem("file_too_many", message, field=field, values={**values, "limit": most})]
    return []


def first_pages(question: Question, typed: Mapping[str, str], pages: int) -> tuple[dict[str, int], list[Problem]]:
    """On which pages of a file so long its parts begin, as somebody typed it, and what is no page of it."""
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for part in question.parts:
        text = typed.get(part.key, "").strip()
        if text.isascii() and text.isdigit() and 0 < int(text) <= pages:
            found[part.key] = int(text)
        elif text:
            message = N_("“%(part)s”: write a page of the file, from 1 to %(pages)s, or nothing if it is not there.")
            values: dict[str, object] = {"part": part.title, "pages": pages}
            problems.append(Problem("no_such_page", message, field=f"part-{part.key}", values=values))
    return found, problems


def typed_name(name: str) -> str:
    """A file's name as somebody's browser sent it, fit to be shown: composed, no folders, no control or direction
    characters, no breaks of lines."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(char for char in last if not _is_unseen(char)).strip()
    return shown[-120:] or "?"


def _is_unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] == "C" or kind in ("Zl", "Zp")


def folded(text: str) -> str:
    """A text in plain ASCII, fit for a file's name: å becomes a, ø becomes o, and what is left over a hyphen."""
    plain = unicodedata.normalize("NFKD", text.translate(UNFOLDED)).encode("ascii", "ignore").decode()
    return re.sub(r"-{2,}", "-", re.sub(r"[^A-Za-z0-9._-]+", "-", plain)).strip("-._")


def served_name(  # noqa: PLR0917  # the parts of one name
    question: Question, type: str, person: str, title: str, call: str, reference: str = "", taken: Collection[str] = ()
) -> str:
    """The name under which readers get a file: by the question's rule, else the reference and the question's key.

    Never the name that the file had on somebody's device. A number tells it from the names that are `taken`.
    """
    words = person.split() or [""]
    parts: Mapping[str, str] = {
        "first": words[0] if len(words) > 1 else "",
        "last": words[-1],
        "title": title,
        "call": call,
    }
    if question.file_name:
        rule = re.sub(r"\{(first|last|title|call)\}", lambda found: folded(parts[found[1]]), question.file_name)
        name = folded(rule)
    else:
        name = folded(f"{reference}_{question.key}")
    name = re.sub("_{2,}", "_", name)[:LONGEST].strip("-._") or "file"
    if name.split(".")[0].casefold() in DEVICES:
        name = f"file_{name}"
    ending = ENDINGS[type]
    candidates = [f"{name}.{ending}", *(f"{name}_{number}.{ending}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)
