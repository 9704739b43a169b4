"""Lists of awards from before: every wrong cell is named with its row, its column and what to do."""

from __future__ import annotations

import pytest

from app.awards.past import read_file
from app.kernel.money import Money

PROGRAMMES = {"mayo-ki-breast", "sinf"}
HEAD = "programme;year;title;side;amount;currency;leader;leader_may_be_shown;source"
GOOD = "sinf;2014;Cells;KI;500 000;SEK;Ylva Exempelsson;yes;made up"


def read(*lines: str, head: str = HEAD) -> tuple[list[object], list[tuple[int, str]]]:
    rows, faults = read_file("\n".join((head, *lines)).encode(), PROGRAMMES)
    return list(rows), [(fault.row, fault.column) for fault in faults]


def test_a_good_row_is_read() -> None:
    rows, faults = read_file(f"{HEAD}\n{GOOD}\n".encode(), PROGRAMMES)
    assert faults == ()
    assert rows[0].amount == Money(50_000_000, "SEK")
    assert rows[0].leader == "Ylva Exempelsson"


@pytest.mark.parametrize("answer", ["", "no", "nej"])
def test_a_leader_is_not_even_kept_without_a_yes(answer: str) -> None:
    rows, _ = read_file(f"{HEAD}\nsinf;2014;Cells;KI;;;Ylva Exempelsson;{answer};\n".encode(), PROGRAMMES)
    assert rows[0].leader == ""


@pytest.mark.parametrize(
    "content",
    [
        b"programme,year,title,side,amount,currency\nsinf,2014,Cells,KI,1234.50,SEK\n",
        "programme;year;title;side;amount;currency\r\nsinf;2014;Cells;KI;1 234,50;SEK\r\n".encode("utf-8-sig"),
        "Programme\tYear\tTitle\tSide\tAmount\tCurrency\nsinf\t2014\tCells\tKI\t1234,50\tsek\n".encode("cp1252"),
    ],
)
def test_separators_marks_and_decimals_of_both_languages_are_understood(content: bytes) -> None:
    rows, faults = read_file(content, PROGRAMMES)
    assert faults == ()
    assert rows[0].amount == Money(123_450, "SEK")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("snif;2014;Cells;KI;;;;;", (2, "programme")),
        ("sinf;14;Cells;KI;;;;;", (2, "year")),
        ("sinf;MMXIV;Cells;KI;;;;;", (2, "year")),
        ("sinf;2014;;KI;;;;;", (2, "title")),
        ("sinf;2014;Cells;;;;;;", (2, "side")),
        ("sinf;2014;Cells;KI;much;SEK;;;", (2, "amount")),
        ("sinf;2014;Cells;KI;1,234;SEK;;;", (2, "amount")),
        ("sinf;2014;Cells;KI;-5;SEK;;;", (2, "amount")),
        ("sinf;2014;Cells;KI;500;;;;", (2, "currency")),
        ("sinf;2014;Cells;KI;;SEK;;;", (2, "amount")),
        ("sinf;2014;Cells;KI;;;Ylva;perhaps;", (2, "leader_may_be_shown")),
        (f"sinf;2014;{'x' * 501};KI;;;;;", (2, "title")),
        ("sinf;2014;Cells;KI;;;;;;one too many", (2, "")),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(line: str, place: tuple[int, str]) -> None:
    assert read(line)[1] == [place]


def test_all_wrong_rows_are_told_at_once() -> None:
    assert read("x;2014;a;KI;;;;;", GOOD, "sinf;y;b;KI;;;;;", GOOD)[1] == [(2, "programme"), (4, "year"), (5, "title")]


@pytest.mark.parametrize(
    ("head", "places"),
    [
        ("programme;year;title", [(1, "side")]),
        ("programme;year;title;side;colour", [(1, "colour")]),
        ("programme;year;title;side;side", [(1, "side")]),
    ],
)
def test_wrong_headings_are_told(head: str, places: list[tuple[int, str]]) -> None:
    assert read(head=head)[1] == places


def test_a_workbook_is_no_text_file() -> None:
    assert read_file(b"PK\x03\x04\x00\x00", PROGRAMMES)[1][0].row == 1


def test_empty_lines_are_nothing() -> None:
    assert read("", GOOD, ";;;;;;;;")[1] == []
