"""Files on the disk: kept by content, whole or not at all; and what each is, whatever its name or its sender says."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.kernel import inspection
from app.kernel.files import LocalStore
from app.kernel.inspection import Looked, look_at
from tests.light import jpeg, office, pdf, png

NOW = datetime.now(UTC)


def test_the_same_content_is_kept_once_and_read_back(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "files")
    first, second = (store.stage(io.BytesIO(b"words")) for _ in range(2))
    store.keep(first)
    store.keep(second)

    assert first.sha256 == second.sha256
    assert store.open(first.sha256).read() == b"words"
    assert sorted(path.name for path in (tmp_path / "files").rglob("*") if path.is_file()) == [first.sha256, "turn"]


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError(28, "No space left on device")

    store = LocalStore(tmp_path)
    with pytest.raises(OSError, match="No space"):
        store.stage(Broken())

    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", ["../secret", "a" * 63, "A" * 64, ""])
def test_nothing_but_a_hash_is_a_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        LocalStore(tmp_path).open(name)


def test_a_file_is_synced_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append("sync"), sync(handle))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (seen.append("name"), replace(a, b))[1])
    store = LocalStore(tmp_path)
    store.keep(store.stage(io.BytesIO(b"words")))

    assert seen[:2] == ["sync", "name"]
    assert "sync" in seen[2:]  # the folder too


def test_a_sweep_takes_what_is_old_and_unwanted(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    wanted, orphan, young = (store.stage(io.BytesIO(word)) for word in (b"a", b"b", b"c"))
    for staged in (wanted, orphan, young):
        store.keep(staged)
    forgotten = store.stage(io.BytesIO(b"d"))
    for path in (tmp_path / wanted.sha256[:2] / wanted.sha256, tmp_path / orphan.sha256[:2] / orphan.sha256):
        os.utime(path, (0, 0))
    os.utime(forgotten.path, (0, 0))

    gone = store.sweep({wanted.sha256}, NOW - timedelta(hours=1))

    assert set(gone) == {orphan.sha256, forgotten.path.name}
    assert (store.open(wanted.sha256).read(), store.open(young.sha256).read()) == (b"a", b"c")


def test_a_file_that_comes_again_is_young_again(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    staged = store.stage(io.BytesIO(b"a"))
    store.keep(staged)
    os.utime(tmp_path / staged.sha256[:2] / staged.sha256, (0, 0))
    store.keep(store.stage(io.BytesIO(b"a")))

    assert store.sweep(set(), NOW - timedelta(hours=1)) == ()


def bomb() -> bytes:
    """A small archive that says it unpacks to a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", b"\0" * (201 * 1024 * 1024))
    return out.getvalue()


def deep() -> bytes:
    """A PDF whose page tree leads to itself."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf(3), Looked("pdf", 3)),
        (b"\xef\xbb\xbf\n" + pdf(1), Looked("pdf", 1)),
        (png(), Looked("png")),
        (jpeg(), Looked("jpeg")),
        (office(), Looked("docx")),
        (office("xl/workbook.xml"), Looked("xlsx")),
        (b"", Looked(trouble="empty")),
        (pdf(1, password="secret"), Looked(trouble="encrypted")),
        (pdf(2)[:300], Looked(trouble="broken")),
        (b"%PDF-1.7\nnothing of the kind", Looked(trouble="broken")),
        (deep(), Looked(trouble="broken")),
        (png()[:-12], Looked(trouble="broken")),
        (b"MZ\x90\x00" + pdf(1), Looked(trouble="unknown")),
        (b"\x7fELF" + pdf(1), Looked(trouble="unknown")),
        (b"#!/bin/sh\n" + pdf(1), Looked(trouble="unknown")),
        (b"<html><script>1</script>" + pdf(1), Looked(trouble="unknown")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Looked(trouble="unknown")),
        (b"GIF89a" + b"\0" * 40, Looked(trouble="unknown")),
        (office("word/document.xml", "word/vbaProject.bin"), Looked(trouble="macros")),
        (office("evil.exe"), Looked(trouble="unknown")),
        (office("word/document.xml", "xl/workbook.xml"), Looked(trouble="unknown")),
        (b"PK\x03\x04 cut off", Looked(trouble="broken")),
        (bomb(), Looked(trouble="too_much")),
        (b"plain words", Looked(trouble="unknown")),
    ],
)
def test_what_a_file_is(tmp_path: Path, content: bytes, expected: Looked) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert look_at(path) == expected


@pytest.mark.parametrize(
    "evil",
    ["import time; time.sleep(60)", "x = bytearray(900 * 1024 * 1024)", "import os; os.abort()", "print('no json')"],
)
def test_a_file_that_kills_its_reader_kills_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evil: str
) -> None:
    child = tmp_path / "child.py"
    child.write_text(inspection.CHILD.read_text().replace("if __name__", f"confine()\n{evil}\nif __name__"))
    monkeypatch.setattr(inspection, "CHILD", child)
    monkeypatch.setattr(inspection, "SECONDS", 2)
    path = tmp_path / "file"
    path.write_bytes(pdf(1))

    assert look_at(path) == Looked(trouble="too_much")
