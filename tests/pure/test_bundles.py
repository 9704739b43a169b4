"""Bundles and dossiers: everything is in them or named, whatever the files are."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.applications.scan_rules import Scan
from app.applications.snapshots import Sheet, SheetFile
from app.exports.papers import bundles
from app.exports.papers.bundles import Bundled, Left, bundle_of, bundle_of_several
from app.exports.papers.dossier import dossier_of
from app.exports.papers.enclosed import Enclosed
from app.exports.papers.printing import Paper
from app.kernel.files import LocalStore
from app.programmes.kinds import Text
from tests.light import jpeg, pdf
from tests.pure.test_papers import EN, SV, answer, same, sheet

ALWAYS = {"MKB-27-0001-v2.pdf", "budget.csv", "confirmations.csv"}
INDEX = {"index.txt", "index.html"}


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


def file_of(store: LocalStore, name: str, content: bytes, type: str = "pdf") -> SheetFile:
    """A file that is kept, as the frozen version lists it."""
    staged = store.stage(io.BytesIO(content))
    store.keep(staged)
    return SheetFile(name, name, len(content), None, staged.sha256, Text("facts", "fakta"), type)


def with_files(files: Iterable[SheetFile]) -> Sheet:
    return sheet(answer("x", "file", files=tuple(files)))


def opened(pieces: Iterable[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


NAMES = st.text(st.sampled_from("abcÅz09_-."), min_size=1, max_size=20).map(lambda name: f"{name}.pdf")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(NAMES, st.tuples(st.binary(min_size=1, max_size=40), st.booleans()), max_size=6))
def test_a_bundle_holds_every_file_of_the_version_the_form_the_budget_and_the_confirmations(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, tuple[bytes, bool]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:  # the paper itself is proven elsewhere, and costs a process each time
        patch.setattr(bundles, "printed", lambda *_, **__: Paper(b"%PDF-paper", True))
        store = LocalStore(tmp_path_factory.mktemp("store"))
        files = [file_of(store, name, content) for name, (content, _) in contents.items()]
        lost = {name for name, (_, is_there) in contents.items() if not is_there}
        kept = {content for content, is_there in contents.values() if is_there}
        for file, (content, _) in zip(files, contents.values(), strict=True):
            if file.name in lost and content not in kept:
                store._place(file.sha256).unlink(missing_ok=True)
        archive = opened(bundle_of(with_files(files), EN, store))

    missing = {name for name in lost if contents[name][0] not in kept}
    index = archive.read("index.txt").decode()
    assert archive.testzip() is None
    assert set(archive.namelist()) == ALWAYS | INDEX | {f"files/{name}" for name in contents if name not in missing}
    assert f"{len(contents) + 3 - len(missing)} of {len(contents) + 3} files" in index
    for name in archive.namelist():
        if name not in INDEX:
            assert f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}" in index
    for name in missing:
        assert f"missing on the server: tell the coordinators  files/{name}" in index


def test_a_bundle_tells_of_no_clock_and_is_the_same_each_time(store: LocalStore) -> None:
    made = with_files([file_of(store, "a.pdf", pdf(1))])
    once, again = (b"".join(bundle_of(made, EN, store)) for _ in range(2))

    assert once == again
    assert {entry.date_time for entry in opened([once]).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_budget_and_confirmations_are_tables_by_side(store: LocalStore) -> None:
    archive = opened(bundle_of(sheet(title="=HYPERLINK()"), SV, store))
    budget = list(csv.reader(io.StringIO(archive.read("budget.csv").decode("utf-8-sig")), delimiter=";"))

    assert budget[0] == ["Part", "Valuta", "År", "Kostnadsslag", "Belopp"]
    assert budget[1] == ["Karolinska Institutet", "SEK", "1", "Löner", "400000,00"]
    assert budget[-1] == ["Karolinska Institutet", "SEK", "", "Totalt", "843751,69"]
    assert "Ylva Exempelsson" in archive.read("confirmations.csv").decode("utf-8-sig")


def test_several_applications_lie_in_folders_and_the_index_counts_those_left_out(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "printed", lambda *_, **__: Paper(b"%PDF-paper", True))
    several = [Bundled(replace(sheet(), reference=f"MKB-27-{n:04}"), f"MKB-27-{n:04}") for n in range(1, 12)]
    archive = opened(bundle_of_several(several, EN, store, Left(conflicts=1)))
    page = archive.read("index.html").decode()

    assert "11 of 12 applications; 1 excluded because of a conflict of interest" in archive.read("index.txt").decode()
    assert "11 of 12 applications; 1 excluded because of a conflict of interest" in page
    assert '<a href="MKB-27-0011/MKB-27-0011-v2.pdf">' in page
    assert len(archive.namelist()) == 11 * 3 + 2


def test_hostile_words_stay_words_in_the_index(store: LocalStore) -> None:
    page = opened(bundle_of(sheet(title="<script>alert(1)</script>"), EN, store)).read("index.html").decode()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_dossier_holds_the_application_and_its_pdfs_and_names_what_is_not_in_it(store: LocalStore) -> None:
    lost = SheetFile("9", "lost.pdf", 5, None, "ef" * 32, same("facts"), "pdf")
    files = [
        file_of(store, "plan.pdf", pdf(3)),
        file_of(store, "photo.jpg", jpeg(), "jpeg"),
        file_of(store, "broken.pdf", b"%PDF-1.7 no more of it"),
        file_of(store, "locked.pdf", pdf(1, password="secret")),
        lost,
        file_of(store, "cv.pdf", pdf(2)),
        replace(file_of(store, "huge.pdf", pdf(4)), size=90_000_000),
    ]
    made = dossier_of(with_files(files), EN, store)
    reader = PdfReader(io.BytesIO(made.content))
    cover = re.sub(r"\s+", " ", reader.pages[0].extract_text())

    assert [(each.name, each.begins) for each in made.documents] == [
        ("The application", 1), ("plan.pdf", 2), ("photo.jpg", None), ("broken.pdf", None), ("locked.pdf", None),
        ("lost.pdf", None), ("cv.pdf", 5), ("huge.pdf", None),
    ]  # fmt: skip
    assert len(reader.pages) == 1 + 1 + 3 + 2
    assert "3 of 8 documents are in this dossier." in cover
    assert "plan.pdf 3 photo.jpg not a PDF: fetch it separately – broken.pdf could not be merged" in cover
    assert "Merging loses the tags" in cover
    assert [entry["/Title"] for entry in _tops(reader)] == ["A breath test", "The application", "plan.pdf", "cv.pdf"]
    assert dict(reader.metadata or {}) == {"/Title": "A breath test", "/Producer": "Tandem"}


def _tops(reader: PdfReader) -> list[Any]:
    return [entry for entry in reader.outline if not isinstance(entry, list)]


def test_what_the_virus_scanner_holds_back_is_named_and_leaves_in_nothing(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "printed", lambda *_, **__: Paper(b"%PDF-paper", True))
    files = [
        replace(file_of(store, f"{scan.value}.pdf", pdf(1, title=scan.value)), scan=scan)
        for scan in (Scan.WAITING, Scan.REFUSED, Scan.CLEAN)
    ]
    letters = (Enclosed(replace(files[0], name="support-1.pdf")),)
    archive = opened(bundle_of(with_files(files), EN, store, letters))
    index = archive.read("index.txt").decode()
    documents = {each.name: each.begins for each in dossier_of(with_files(files), EN, store, letters).documents}

    assert [name for name in archive.namelist() if "/" in name] == ["files/clean.pdf"]
    assert "4 of 7 files" in index
    assert "being checked for viruses: fetch it later  files/waiting.pdf" in index
    assert "being checked for viruses: fetch it later  letters/support-1.pdf" in index
    assert "refused by the virus scanner  files/refused.pdf" in index
    assert documents == {
        "The application": 1, "waiting.pdf": None, "refused.pdf": None, "clean.pdf": 2, "support-1.pdf": None,
    }  # fmt: skip
