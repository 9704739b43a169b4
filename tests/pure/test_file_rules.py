"""Which uploads a question takes, and under which names readers get them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.file_rules import MEGABYTE, Received, folded, served_name, typed_name, upload_problems
from app.kernel.inspection import TROUBLES
from app.programmes.kinds import Question, QuestionKind, Text, answer_problems, answer_text
from tests.shows import shows

SHA = "0" * 64


def asks(**settings: Any) -> Question:
    return Question("cv", "s", QuestionKind.FILE, Text("CV", "CV"), **settings)


def file(**more: Any) -> Received:
    return Received(**{"name": "cv.pdf", "size": 2 * MEGABYTE, "sha256": SHA, "type": "pdf", "pages": 3, **more})


def codes(question: Question, received: Received, present: int = 0) -> list[str]:
    return [problem.code for problem in upload_problems(question, received, present)]


@shows("questions.file_types")
def test_types_that_a_question_takes() -> None:
    photo = file(type="jpeg", pages=None)

    assert (codes(asks(), photo), codes(asks(file_types=("jpeg",)), photo)) == (["file_type"], [])
    assert codes(asks(file_types=("jpeg",)), file()) == ["file_type"]


@shows("questions.max_megabytes")
def test_megabytes_that_a_question_takes() -> None:
    assert [codes(asks(max_megabytes=most), file()) for most in (1, 2, None)] == [["file_too_large"], [], []]
    assert codes(asks(), file(size=20 * MEGABYTE + 1)) == ["file_too_large"]


@shows("questions.max_files")
def test_how_many_files_a_question_takes() -> None:
    assert [codes(asks(max_files=most), file(), present=2) for most in (2, 3)] == [["file_too_many"], []]
    assert codes(asks(), file(), present=1) == []  # the one file is replaced


@shows("questions.max_pages", "limit_tolerance_percent")
def test_pages_over_the_limit_are_told_with_the_tolerance() -> None:
    row = [{"name": "cv.pdf", "pages": "11", "size": "412000"}]

    assert codes(asks(max_pages=2), file()) == []  # the draft keeps it
    found = [
        [problem.code for problem in answer_problems(asks(max_pages=most), row, tolerance)]  # type: ignore[arg-type]
        for most, tolerance in ((10, 0), (10, 10), (11, 0))
    ]
    assert found == [["file_too_many_pages"], [], []]


@pytest.mark.parametrize("trouble", [*TROUBLES, "not_kept"])
def test_every_trouble_says_what_to_do(trouble: str) -> None:
    [problem] = upload_problems(asks(), file(trouble=trouble, type=""), 0)

    assert (problem.code, problem.field) == (f"file_{trouble}", "q-cv")
    assert "cv.pdf" in str(problem)
    assert re.search("choose|Save|Try again", str(problem))


@shows("questions.file_name")
def test_a_rule_names_the_file_in_plain_letters() -> None:
    asked = asks(file_name="BlueSkyAward_{first}_{last}")

    assert served_name(asked, "pdf", "Åsa Märta Ørsted-Længe", "T", "call") == "BlueSkyAward_Asa_Orsted-Laenge.pdf"
    assert (
        served_name(asked, "pdf", "Åsa Ek", "T", "c", taken=["BlueSkyAward_Asa_Ek.pdf"]) == "BlueSkyAward_Asa_Ek_2.pdf"
    )
    assert served_name(asks(file_name="{title} {call}"), "jpeg", "A B", "Ett, två!", "x-27") == "Ett-tva-x-27.jpg"
    assert served_name(asks(), "pdf", "Åsa Ek", "T", "c", "BSK-27-0001") == "BSK-27-0001_cv.pdf"
    assert served_name(asks(), "pdf", "Åsa Ek", "T", "c") == "cv.pdf"


@given(st.text(max_size=60), st.text(max_size=60), st.lists(st.sampled_from(["file.pdf", "file_2.pdf", "_.pdf"])))
def test_no_name_leaves_plain_letters_or_is_given_twice(person: str, title: str, taken: list[str]) -> None:
    name = served_name(asks(file_name="{first}_{last}_{title}"), "pdf", person, title, "c", taken=taken)

    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.pdf", name)
    assert ".." not in name[:-4].strip(".") or folded(name)
    assert name not in taken


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("研究計画.pdf", "研究計画.pdf"),
        ("C:\\Users\\ylva\\cv.pdf", "cv.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("nul\0.pdf", "nul.pdf"),
        ("/", "?"),
        ("x" * 300 + ".pdf", ("x" * 300 + ".pdf")[-120:]),
    ],
)
def test_a_typed_name_is_fit_to_be_shown(sent: str, shown: str) -> None:
    assert typed_name(sent) == shown


def test_a_file_is_told_with_its_pages_and_its_size() -> None:
    rows: Any = [{"name": "cv.pdf", "pages": "3", "size": "412300"}, {"name": "x.jpg", "size": "1234567"}]

    assert answer_text(asks(), rows, "en") == "cv.pdf (3 pages, 412 kB)\nx.jpg (1.2 MB)"
    assert answer_text(asks(), rows, "sv") == "cv.pdf (3 sidor, 412 kB)\nx.jpg (1,2 MB)"
