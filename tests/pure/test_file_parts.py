"""An application in one PDF: its parts, where they are thought to begin, and what is wrong with them."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.file_rules import first_pages
from app.applications.proposing import proposed
from app.kernel import inspection
from app.kernel.inspection import Heading, headings_of
from app.programmes.kinds import FilePart, Question, QuestionKind, Text, answer_problems, answer_text, parts_of_row
from app.programmes.kinds.file_parts import placed, read_pages, written_pages
from tests.shows import shows

T = Text("Application", "Ansökan")
PARTS = (
    FilePart("programme", Text("Research programme", "Forskningsprogram"), max_pages=5),
    FilePart("cv", Text("Curriculum vitae", "Meritförteckning"), max_pages=2),
    FilePart("letter", Text("Letter", "Brev"), required=False),
)


def asks(*parts: FilePart) -> Question:
    return Question("one", "s", QuestionKind.FILE, T, parts=parts or PARTS)


def row(pages: int, **first: int) -> dict[str, str]:
    return {"name": "one.pdf", "pages": str(pages), "size": "9", "parts": written_pages(first)}


def faults(of: Question, file: dict[str, str], tolerance: int = 0) -> list[str]:
    return [problem.code for problem in answer_problems(of, [file], tolerance)]


@shows("questions.parts.key", "questions.parts.title")
def test_a_part_ends_where_the_next_one_begins() -> None:
    found = parts_of_row(asks(), row(9, programme=1, cv=6, letter=8))

    assert [(each.part.key, each.first, each.last) for each in found] == [
        ("programme", 1, 5), ("cv", 6, 7), ("letter", 8, 9),
    ]  # fmt: skip
    assert answer_text(asks(), [row(6, programme=1, cv=6)], "sv") == (
        "one.pdf (6 sidor, 1 kB)\nForskningsprogram: sidor 1–5\nMeritförteckning: sida 6"
    )


@shows("questions.parts.required", "questions.parts.max_pages")
@pytest.mark.parametrize(
    ("file", "codes"),
    [
        ({"name": "one.pdf", "pages": "7", "size": "9"}, ["parts_not_placed"]),
        (row(7, programme=1, cv=6), []),
        (row(8, programme=1, cv=6, letter=8), []),
        (row(7), ["part_missing", "part_missing"]),
        (row(5, programme=1), ["part_missing"]),
        (row(7, cv=1, programme=3), ["parts_out_of_order"]),
        (row(5, programme=1, cv=1), ["parts_out_of_order", "part_too_long"]),
        (row(7, programme=2, cv=6), ["pages_of_no_part"]),
        (row(9, programme=1, cv=8), ["part_too_long"]),
        (row(9, programme=1, cv=6), ["part_too_long"]),
    ],
)
def test_parts_are_checked(file: dict[str, str], codes: list[str]) -> None:
    assert faults(asks(), file) == codes


def test_the_tolerance_of_the_call_holds_for_parts_too() -> None:
    six = row(7, programme=1, cv=7)

    assert (faults(asks(), six, 19), faults(asks(), six, 20)) == (["part_too_long"], [])


@given(st.dictionaries(st.sampled_from([part.key for part in PARTS]), st.integers(1, 40)), st.integers(0, 9))
def test_placed_parts_share_out_the_pages(first: dict[str, int], more: int) -> None:
    pages = max(first.values(), default=1) + more
    found = placed(asks(), first, pages)
    covered = {page for each in found for page in range(each.first, each.last + 1)}

    assert read_pages(written_pages(first)) == first
    assert all(each.first <= each.last <= pages for each in found)
    assert covered == (set(range(min(first.values()), pages + 1)) if first else set())


def test_what_is_no_page_of_the_file_is_told_at_its_part() -> None:
    found, problems = first_pages(asks(), {"programme": " 1 ", "cv": "9", "letter": "two", "more": "1"}, 8)

    assert found == {"programme": 1}
    assert [problem.field for problem in problems] == ["part-cv", "part-letter"]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ([], {"programme": 1}),
        ([Heading("2. Curriculum vitae: Ylva", 4)], {"programme": 1, "cv": 4}),
        ([Heading("Letter", 2), Heading("MERITFÖRTECKNING", 4), Heading("B) Brev", 6)], {"programme": 1, "cv": 4, "letter": 6}),
        # A bookmark counts more than a line, and a sentence is no heading.
        (
            [
                Heading("Curriculum vitae", 2),
                Heading("Curriculum vitae", 5, is_bookmark=True),
                Heading("Letter of the alphabet that stands in a longer sentence of the text", 6),
            ],
            {"programme": 1, "cv": 5},
        ),
        # A title page belongs to the first part; nothing is proposed beyond the file.
        ([Heading("Research programme", 2), Heading("Letter", 99)], {"programme": 1}),
    ],
)  # fmt: skip
def test_parts_are_proposed_from_what_stands_in_the_file(headings: list[Heading], expected: dict[str, int]) -> None:
    assert proposed(PARTS, headings, 8) == expected


@given(
    st.lists(
        st.builds(
            Heading, st.sampled_from(["Letter", "Brev", "Curriculum vitae", "x"]), st.integers(1, 12), st.booleans()
        )
    )
)
def test_a_proposal_is_in_order_and_within_the_file(headings: list[Heading]) -> None:
    pages = list(proposed(PARTS, headings, 8).values())

    assert pages == sorted(set(pages))
    assert pages[0] == 1
    assert pages[-1] <= 8


def headed(tmp: Path, *titles: str) -> bytes:
    """A PDF with a heading on each page, made by the house's own printer."""
    import typst

    source = "\n#pagebreak()\n".join(f"= {title}\nSome words." for title in titles)
    made: Any = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)
    return bytes(made)


def test_headings_and_bookmarks_are_read_in_a_process_of_their_own(tmp_path: Path) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(headed(tmp_path, "Research programme", "Curriculum vitae"))
        file.seek(0)
        found = headings_of(file)

    assert [(each.text, each.page) for each in found if each.is_bookmark] == [
        ("Research programme", 1), ("Curriculum vitae", 2),
    ]  # fmt: skip
    assert ("Curriculum vitae", 2) in [(each.text, each.page) for each in found if not each.is_bookmark]


def test_a_file_that_breaks_or_holds_up_its_reader_yields_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryFile() as broken:
        broken.write(b"%PDF-1.7 and then nothing")
        broken.seek(0)
        assert headings_of(broken) == ()

    slow = 'import sys, time; sys.stdout.write(\'{"text": "CV", "page": 2, "is_bookmark": true}\\n{"text": \');'
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script, tempfile.TemporaryFile() as file:
        script.write(slow + " sys.stdout.flush(); time.sleep(20)")
        script.flush()
        monkeypatch.setattr(inspection, "CHILD", Path(script.name))
        monkeypatch.setattr(inspection, "SECONDS", 1)
        begun = time.monotonic()
        assert headings_of(file) == (Heading("CV", 2, is_bookmark=True),)
        assert time.monotonic() - begun < 5
