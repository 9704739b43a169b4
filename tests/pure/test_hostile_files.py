# ruff: noqa: E501  # files and names are written as they come
"""Files made to hurt: bombs die in a child with little time and memory, polyglots are plain, hostile names are harmless."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import unicodedata
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.applications.file_rules import folded, served_name, typed_name
from app.kernel import inspection
from app.kernel.inspection import look_at
from app.kernel.photos import bare
from app.programmes.kinds import Question, QuestionKind, Text
from tests.light import jpeg, office, pdf, png


def document(*objects: bytes, trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    """A PDF of these objects, without a table of them."""
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, each) for number, each in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer" + trailer + b"\n%%EOF"


def packed(megabytes: int, more: bytes = b"") -> bytes:
    """A stream that unpacks to so many megabytes of spaces; made piece by piece, so that it hurts nobody here."""
    squeezed = zlib.compressobj(1)
    inside = b"".join(squeezed.compress(b" " * 1_000_000) for _ in range(megabytes)) + squeezed.flush()
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n" % (len(inside), more) + inside + b"\nendstream"


CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
BOMBS = {
    "a table of objects that unpacks to 120 MB": document(
        CATALOG, PAGES, packed(120, b"/Type/XRef/W[1 4 2]/Size 9/Root 1 0 R")
    )
    + b"\nstartxref\n100\n%%EOF",
    "objects in a stream that unpacks to 120 MB": document(
        CATALOG, b"<</Type/Pages/Kids[5 0 R]/Count 1>>", packed(120, b"/Type/ObjStm/N 1/First 10")
    ),
    "brackets in brackets": document(CATALOG, b"[" * 200_000),
    "dictionaries in dictionaries": document(CATALOG, b"<</A" * 100_000),
    "a page tree in a circle of two": document(CATALOG, PAGES, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
    "a page tree that is its own child many times": document(
        CATALOG, b"<</Type/Pages/Count 9/Kids[" + b"2 0 R " * 9000 + b"]>>"
    ),
    "a table that precedes itself": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9/Size 1>>\nstartxref\n9\n%%EOF",
    "a table of a billion objects": b"%PDF-1.7\nxref\n0 1000000000\ntrailer<</Root 1 0 R/Size 9>>\nstartxref\n9\n%%EOF",
    "cut off in the middle": pdf(9)[:900],
    "locked, by the old rule": pdf(1, password="x"),
    "no page at all": document(CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"),
    "a million empty objects": b"%PDF-1.7\n" + b"1 0 obj null endobj\n" * 200_000,
}


def test_every_bomb_dies_alone_and_in_time(tmp_path: Path) -> None:
    def verdict(number: int, content: bytes) -> tuple[str, float]:
        path = tmp_path / str(number)
        path.write_bytes(content)
        began = time.monotonic()
        return look_at(path).trouble, time.monotonic() - began

    with ThreadPoolExecutor(2) as both:
        found = dict(zip(BOMBS, both.map(verdict, range(12), BOMBS.values()), strict=True))

    assert {name: said for name, (said, _) in found.items() if said not in ("broken", "too_much", "encrypted")} == {}
    assert found["locked, by the old rule"][0] == "encrypted"
    assert max(seconds for _, seconds in found.values()) < 16


def in_the_child(code: str) -> subprocess.CompletedProcess[str]:
    started = f"import runpy, resource; child = runpy.run_path({str(inspection.CHILD)!r}); child['confine']()\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-c", started], capture_output=True, text=True, check=False, timeout=20
    )


def test_the_child_has_ten_seconds_and_256_megabytes_and_writes_nothing() -> None:
    said = in_the_child(
        "print([resource.getrlimit(l) for l in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)])"
    )
    megabyte = 1024 * 1024

    assert said.stdout.strip() == str([(10, 10), (256 * megabyte, 256 * megabyte), (0, 0)])
    assert in_the_child(f"bytearray(300 * {megabyte})").returncode != 0
    assert in_the_child("resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass").returncode < 0


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("evil.exe", b"MZ")
    return out.getvalue()


HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(1) + archive(), "pdf"),  # served as a PDF, as a download, in a sandbox
        (pdf(1) + HTML, "pdf"),
        (HTML + pdf(1), ""),
        (archive() + pdf(1), ""),
        (b"GIF89a" + archive(), ""),
        (b"BM" + HTML, ""),
        (office() + HTML, "docx"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", ""),
        (b"%!PS-Adobe-3.0\n%PDF-1.4", ""),
        (b"\xca\xfe\xba\xbe" + archive(), ""),
    ],
)
def test_a_file_that_is_two_things_is_taken_for_one_or_refused(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert look_at(path).type == kind


def test_of_a_picture_that_is_two_things_the_picture_is_kept() -> None:
    assert [bare(picture + hung) for picture in (jpeg(), png()) for hung in (archive(), HTML, pdf(1))] == [
        *[jpeg()] * 3,
        *[png()] * 3,
    ]


NAMES = (
    "ansökan åäö ÅÄÖ.pdf", "研究計画.pdf", "مقترح.pdf", "предложение.pdf", "plan 🧬🔬.pdf", "e\u0301te\u0301.pdf", "Ĳ ﬁ ℃.pdf",
    "invoice\u202efdp.exe", "a\u2066b\u2069.pdf", "a\u200bb\ufeff.pdf", "nul\0.pdf", "a\r\nSet-Cookie: x=1.pdf", "a\nb.pdf", "a\u2028b\u2029.pdf",
    "\x1b[31mred.pdf", "../../etc/passwd", "..", ".", "...", "C:\\Windows\\system32\\cv.pdf", "\\\\server\\share\\cv.pdf",
    "/etc/shadow", "CON", "nul.pdf", "COM1.pdf", "x" * 5000 + ".pdf", "å" * 300 + ".pdf", "<script>alert(1)</script>.pdf",
    "\"; rm -rf ~; \".pdf", "a;b=c.pdf", "%2e%2e%2fpasswd", "{{ 7*7 }}.pdf", "\ud800lone.pdf", "   .pdf   ",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_fit_for_a_page_a_mail_and_a_disk(name: str) -> None:
    asked = Question("cv", "s", QuestionKind.FILE, Text("x", "x"), file_name="{last}_{title}")
    shown, served = typed_name(name), served_name(asked, "pdf", name, name, "call")

    assert shown and len(shown) <= 120 and not re.search(r"[\\/\r\n\0]", shown)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    assert shown.encode() and unicodedata.is_normalized("NFC", shown)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,84}\.pdf", served)
    assert served.split(".")[0].casefold() not in ("con", "nul", "com1", "")


def test_there_are_34_names_and_those_of_people_survive() -> None:
    assert len(NAMES) == 34
    assert [typed_name(name) for name in NAMES[:5]] == list(NAMES[:5])
    assert typed_name("e\u0301te\u0301.pdf") == "été.pdf"
    assert folded("Åsa Öberg") == "Asa-Oberg"
