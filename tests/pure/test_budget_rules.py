"""What keeps an application from being submitted is told in words, with the amount and the place."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules import CapRule, cap_problems, question_problems, reference, side_problems
from app.kernel.money import Money, sum_of
from app.programmes.kinds import Answer, Question, QuestionKind, Text, count_words

MAYO = CapRule("mayo", "USD", 5_000_000, 10_000_000, 2, "Mayo Clinic")
BROWSER_SPACE = re.compile(r"[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""The white space of the counter in static/js/tandem.js."""


def usd(*majors: int) -> dict[int, Money]:
    return {year: Money(major * 100, "USD") for year, major in enumerate(majors, start=1)}


def codes(rule: CapRule, amounts: dict[int, Money]) -> list[str]:
    return [problem.code for problem in side_problems(rule, amounts)]


def test_over_the_cap_is_told_in_words_with_the_amount() -> None:
    yearly, total = cap_problems(MAYO, usd(55_000, 50_000))
    assert str(yearly) == "Mayo Clinic, year 1: USD 55,000 is USD 5,000 over the cap of USD 50,000 a year."
    assert str(total) == "Mayo Clinic, all years: USD 105,000 is USD 5,000 over the cap of USD 100,000 in all."
    assert (yearly.code, yearly.field, yearly.side) == ("over_cap_year", "budget-mayo-1", "Mayo Clinic")
    assert (total.code, total.field, total.side) == ("over_cap_total", "budget-mayo", "Mayo Clinic")


def test_both_caps_apply() -> None:
    rule = CapRule("ki", "SEK", 50_000_000, 80_000_000, 2)
    within_each_year = {1: Money(50_000_000, "SEK"), 2: Money(50_000_000, "SEK")}
    assert [problem.code for problem in cap_problems(rule, within_each_year)] == ["over_cap_total"]
    assert cap_problems(rule, {1: Money(50_000_000, "SEK"), 2: Money(30_000_000, "SEK")}) == []


def test_without_a_cap_nothing_is_over() -> None:
    assert cap_problems(CapRule("ki", "SEK", None, None, 2), {1: Money(10**14, "SEK")}) == []


amounts = st.dictionaries(st.integers(1, 5), st.integers(0, 10**9).map(lambda minor: Money(minor, "SEK")), max_size=5)
caps = st.none() | st.integers(0, 10**9)


@given(amounts, caps, caps)
def test_what_is_over_plus_the_cap_is_what_is_asked(
    asked: dict[int, Money], yearly: int | None, total: int | None
) -> None:
    problems = cap_problems(CapRule("ki", "SEK", yearly, total, 5), asked)
    over_years = {problem.values["year"] for problem in problems if problem.code == "over_cap_year"}
    assert over_years == {str(year) for year, money in asked.items() if yearly is not None and money.minor > yearly}
    in_all = sum_of(asked.values(), "SEK").minor
    assert any(problem.code == "over_cap_total" for problem in problems) == (total is not None and in_all > total)
    for problem in problems:
        over, cap, money = (problem.values[name] for name in ("over", "cap", "asked"))
        assert isinstance(over, Money)
        assert isinstance(cap, Money)
        assert over + cap == money
        assert over.minor > 0


@given(amounts, st.randoms())
def test_the_order_of_the_years_changes_nothing(asked: dict[int, Money], chance: Random) -> None:
    rule, shuffled = CapRule("ki", "SEK", 1000, 2000, 3), list(asked.items())
    chance.shuffle(shuffled)
    assert cap_problems(rule, dict(shuffled)) == cap_problems(rule, asked)
    assert side_problems(rule, dict(shuffled)) == side_problems(rule, asked)


def test_an_amount_in_another_currency_is_a_bug() -> None:
    with pytest.raises(ValueError, match="do not mix"):
        cap_problems(MAYO, {1: Money(1, "USD"), 2: Money(1, "SEK")})


def test_every_year_needs_an_amount_and_one_must_be_above_zero() -> None:
    assert codes(MAYO, usd(50_000, 0)) == []
    assert codes(MAYO, {}) == ["budget_missing"]
    assert codes(MAYO, usd(50_000)) == ["budget_year_missing"]
    assert codes(MAYO, usd(0)) == ["budget_year_missing", "budget_zero"]
    assert codes(MAYO, usd(0, 0)) == ["budget_zero"]
    assert codes(MAYO, usd(1, 1, 1)) == ["no_such_year"]


def test_a_missing_year_is_named_with_its_place() -> None:
    (problem,) = side_problems(MAYO, usd(50_000))
    assert str(problem) == "Mayo Clinic, year 2: no amount yet. Write 0 if nothing is asked for."
    assert problem.field == "budget-mayo-2"


@given(amounts, st.integers(1, 5))
def test_a_budget_in_order_has_every_year_and_something_to_pay(asked: dict[int, Money], years: int) -> None:
    rule = CapRule("ki", "SEK", None, None, years)
    is_whole = set(asked) == set(range(1, years + 1)) and any(money.minor for money in asked.values())
    assert (side_problems(rule, asked) == []) == is_whole


@given(st.text() | st.text("ab –-\t\n\u00a0\u2003\u3000\x1c\ufeff"))
def test_words_are_counted_as_in_the_browser(text: str) -> None:
    assert count_words(text) == len([token for token in BROWSER_SPACE.split(text) if token != ""])


@given(st.lists(st.text("abåé-.", min_size=1), max_size=9), st.sampled_from((" ", "\n", "  \t", "\u00a0")))
def test_the_count_is_the_number_of_words(words: list[str], space: str) -> None:
    assert count_words(space.join(words)) == len(words)


def question(**settings: Any) -> Question:
    kind = settings.pop("kind", QuestionKind.LONG_TEXT)
    return Question("aim", "project", kind, Text("Aim", "Syfte"), **settings)


@pytest.mark.parametrize("answer", [None, "", "  \n", [], {}])
def test_a_required_question_must_be_answered(answer: Answer) -> None:
    (problem,) = question_problems([question(required=True)], {"aim": answer})
    assert (problem.code, problem.field) == ("answer_missing", "aim")
    assert problem.values == {"question": Text("Aim", "Syfte")}
    assert question_problems([question()], {"aim": answer}) == []


def test_a_question_that_was_never_reached_is_missing() -> None:
    assert [problem.code for problem in question_problems([question(required=True)], {})] == ["answer_missing"]


@pytest.mark.parametrize("answer", [False, 0])
def test_no_and_zero_are_answers(answer: Answer) -> None:
    kind = QuestionKind.YES_NO if answer is False else QuestionKind.NUMBER
    assert question_problems([question(required=True, kind=kind)], {"aim": answer}) == []


@given(st.text("ab –\n"), st.integers(0, 8), st.integers(0, 12))
def test_a_text_is_refused_just_above_its_limits(text: str, max_words: int, max_chars: int) -> None:
    asked = question(max_words=max_words, max_chars=max_chars)
    found = {problem.code for problem in question_problems([asked], {"aim": text})}
    is_given = bool(text.strip())
    assert ("too_many_words" in found) == (is_given and count_words(text) > max_words)
    assert ("too_many_chars" in found) == (is_given and len(text) > max_chars)


def test_every_fault_is_told_in_the_order_of_the_form_with_its_question() -> None:
    number = Question("years", "project", QuestionKind.NUMBER, Text("Years", "År"), maximum=2)
    person = Question("partner", "project", QuestionKind.PERSON, Text("Partner", "Partner"))
    answers: dict[str, Answer] = {"aim": "one two three", "years": 3, "partner": {"name": "Someone"}}
    problems = question_problems([question(max_words=2), number, person], answers)
    assert [(problem.code, problem.field) for problem in problems] == [
        ("too_many_words", "aim"),
        ("too_high", "years"),
        ("person_without_address", "partner"),
    ]
    named = [problem.message % {**problem.values, "question": "Q"} for problem in problems]
    assert named[:2] == ["Q: 3 words, and at most 2 are allowed.", "Q: at most 2."]
    assert all(sentence.startswith("Q: ") for sentence in named)


def test_a_reference_is_short_and_sorts() -> None:
    assert reference("MKB27", 12) == "MKB27-0012"
    assert reference("MKB27", 12345) == "MKB27-12345"
    for prefix, number in (("", 1), ("MKB27", 0)):
        with pytest.raises(ValueError, match="no reference"):
            reference(prefix, number)
