"""Swedish personal identity numbers are found in texts, and little else is taken for one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules import question_problems
from app.kernel.personal_numbers import luhn_digit, masked, personal_numbers
from app.programmes.definition import load_catalogue
from app.programmes.kinds import Question, QuestionKind, Text

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2029, 12, 31))
SERIALS = st.integers(0, 999).map(lambda number: f"{number:03}")
FORMS = st.sampled_from(["{c}{d}-{n}", "{c}{d}{n}", "{d}-{n}", "{d}+{n}", "{d} {n}", "{c}{d}−{n}"])
AROUND = st.sampled_from(["", " ", "Anna (", "pnr: ", "\n", "åäö, "])


def written(day: dt.date, serial: str, form: str, coordination: int) -> str:
    """A number with its right check digit."""
    ten = f"{day:%y%m}{day.day + coordination:02}{serial}"
    return form.format(c=f"{day:%Y}"[:2], d=ten[:6], n=serial + luhn_digit(ten))


@given(DAYS, SERIALS, FORMS, st.sampled_from([0, 60]), AROUND)
def test_a_number_is_found_wherever_it_stands(
    day: dt.date, serial: str, form: str, coordination: int, before: str
) -> None:
    number = written(day, serial, form, coordination)

    assert personal_numbers(f"{before}{number}. Mer text") == (number,)


@given(DAYS, SERIALS, FORMS, st.integers(1, 9))
def test_a_wrong_check_digit_is_no_number(day: dt.date, serial: str, form: str, off: int) -> None:
    number = written(day, serial, form, 0)

    assert personal_numbers(number[:-1] + str((int(number[-1]) + off) % 10)) == ()


@given(st.text(st.characters(exclude_categories=["Nd"]), max_size=200))
def test_a_text_without_digits_holds_none(text: str) -> None:
    assert personal_numbers(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "0701234567",
        "08 123 456 78",
        "0000-0002-1825-0097",
        "dnr 2-686/2025",
        "doi 10.1038/s41586-020-2649-2",
        "9789113012346",
        "850230-1234",
        "SEK 1 000 000",
        "https://example.org/8507099805",
        "SE45 5000 0000 0583 9825 7466",
    ],
)
def test_other_numbers_are_let_be(text: str) -> None:
    assert personal_numbers(text) == ()


def test_the_problem_stands_at_its_question_and_does_not_repeat_the_number() -> None:
    question = Question("plan", "idea", QuestionKind.LONG_TEXT, Text("Plan", "Plan"))
    people = Question("people", "idea", QuestionKind.PEOPLE, Text("People", "Personer"))

    found = question_problems([question, people], {"plan": "Jag, 850709-9805, …", "people": [{"name": "A 8507099805"}]})

    assert [(p.code, p.field) for p in found if p.code == "personal_number"] == [
        ("personal_number", "plan"),
        ("personal_number", "people"),
    ]
    assert masked("850709-9805") in str(found[0]) and "9805" not in str(found[0])


def test_no_call_asks_for_one() -> None:
    asked = [
        (call.key, question.key)
        for call in load_catalogue().values()
        for question in call.questions
        for text in (question.title, question.help)
        if text is not None
        and any(word in f"{text.en} {text.sv}".lower() for word in ("personnummer", "personal identity number"))
    ]

    assert asked == []
