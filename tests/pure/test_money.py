"""Money is exact, stays in its currency, and is read as people write it or asked back."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import LARGEST, AmountProblem, Money, amount_text, exponent, money_text, parse_amount, sum_of

CURRENCIES = ("SEK", "USD", "EUR", "HUF", "JPY", "BHD", "CLF")
currencies = st.sampled_from(CURRENCIES)
locales = st.sampled_from(("en", "sv", "en_GB", "sv_SE"))
minors = st.integers(-(10**14), 10**14)


@st.composite
def typable(draw: st.DrawFn) -> Money:
    currency = draw(currencies)
    most = LARGEST * 10 ** exponent(currency)
    small = st.integers(0, min(most, 10**7))
    return Money(draw(small | st.integers(0, most)), currency)


@given(minors, minors, st.permutations(CURRENCIES))
def test_no_operation_mixes_two_currencies(one: int, other: int, pair: list[str]) -> None:
    left, right = Money(one, pair[0]), Money(other, pair[1])
    for deed in (operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(ValueError, match="do not mix"):
            deed(left, right)
    with pytest.raises(ValueError, match="do not mix"):
        sum_of([right], pair[0])
    assert left != right


@given(st.lists(minors), currencies)
def test_a_sum_equals_its_lines(lines: list[int], currency: str) -> None:
    assert sum_of([Money(line, currency) for line in lines], currency) == Money(sum(lines), currency)


@given(minors, minors, currencies)
def test_adding_taking_away_and_ordering_follow_the_minor_units(one: int, other: int, currency: str) -> None:
    left, right = Money(one, currency), Money(other, currency)
    assert (left + right) - right == left
    assert (left < right, left <= right, left == right) == (one < other, one <= other, one == other)


@pytest.mark.parametrize(("minor", "currency"), [(1.5, "SEK"), (True, "SEK"), (1, "sek"), (1, "KRONOR"), (1, "")])
def test_money_is_whole_minor_units_of_an_iso_currency(minor: Any, currency: str) -> None:
    with pytest.raises(ValueError, match=r"whole|ISO"):
        Money(minor, currency)


@given(typable(), locales)
def test_an_amount_in_a_field_reads_back_the_same(money: Money, locale: str) -> None:
    written = amount_text(money, locale)
    assert parse_amount(written, money.currency) == money
    assert parse_amount(f"{money.currency} {written}", money.currency) == money
    assert parse_amount(f"{written}\u00a0{money.currency.lower()}", money.currency) == money


@given(typable(), locales)
def test_what_is_shown_reads_back_the_same_or_is_asked_back(money: Money, locale: str) -> None:
    try:
        assert parse_amount(money_text(money, locale), money.currency) == money
    except AmountProblem as problem:
        assert problem.code == "ambiguous"
        assert money in problem.values.values()


@given(st.text(max_size=30) | st.text("0123456789 .,'-kr$SEKUD\u00a0\u202f", max_size=14), currencies)
def test_any_text_is_an_amount_or_a_problem_in_words(text: str, currency: str) -> None:
    try:
        money = parse_amount(text, currency)
    except AmountProblem as problem:
        assert problem.code in {
            "empty",
            "not_a_number",
            "ambiguous",
            "too_precise",
            "negative",
            "too_large",
            "another_currency",
        }
        assert problem.message % problem.values
        assert problem.problem("budget").field == "budget"
    else:
        assert money.currency == currency
        assert money.minor >= 0
        typed = "".join(sign for sign in text if sign.isdecimal())
        assert str(money.minor).rstrip("0") in typed.lstrip("0").rstrip("0")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("100 000", 10_000_000),
        ("100000", 10_000_000),
        ("100 000,50", 10_000_050),
        ("100,000.50", 10_000_050),
        ("100.000,50", 10_000_050),
        ("1 000 000", 100_000_000),
        ("100\u00a0000", 10_000_000),
        ("1\u202f000\u202f000,5", 100_000_050),
        ("1'000'000", 100_000_000),
        ("1’000.50", 100_050),
        ("1,000,000", 100_000_000),
        ("1.000.000", 100_000_000),
        ("1500", 150_000),
        ("1 500", 150_000),
        ("1,5", 150),
        ("1.50", 150),
        ("1.5000", 150),
        ("0", 0),
        ("007", 700),
        ("  12  ", 1200),
        ("500 000 kr", 50_000_000),
        ("kr 500 000", 50_000_000),
        ("500 000 kr.", 50_000_000),
        ("5:-", 500),
        ("SEK 1 000 000", 100_000_000),
        ("1 000 000 sek", 100_000_000),
        ("SEK1", 100),
        (str(LARGEST), LARGEST * 100),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, minor: int) -> None:
    assert parse_amount(text, "SEK") == Money(minor, "SEK")


@pytest.mark.parametrize(
    ("text", "currency"),
    [("$50,000.00", "USD"), ("50 000 $", "USD"), ("US$ 50000", "USD"), ("€ 50.000,00", "EUR"), ("50000 Ft", "HUF")],
)
def test_the_currency_may_stand_at_either_end(text: str, currency: str) -> None:
    assert parse_amount(text, currency) == Money(5_000_000, currency)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\u00a0", "empty"),
        ("kr", "not_a_number"),
        ("ten", "not_a_number"),
        ("1e5", "not_a_number"),
        ("10²", "not_a_number"),
        ("٣", "not_a_number"),
        (".5", "not_a_number"),
        ("5.", "not_a_number"),
        ("1,00,000", "not_a_number"),
        ("12 34", "not_a_number"),
        ("1..5", "not_a_number"),
        ("1,000 000", "not_a_number"),
        ("1.000,000.5", "not_a_number"),
        ("1500 000", "not_a_number"),
        ("500 tkr", "not_a_number"),
        ("(500)", "not_a_number"),
        ("=500", "not_a_number"),
        ("5 5", "not_a_number"),
        ("1,234", "ambiguous"),
        ("1.500", "ambiguous"),
        ("0,500", "ambiguous"),
        ("1500,000", "ambiguous"),
        ("1 500.000", "ambiguous"),
        ("SEK 1,500", "ambiguous"),
        ("1,2345", "too_precise"),
        ("0.001 kr", "ambiguous"),
        ("1,000.505", "too_precise"),
        ("-5", "negative"),
        ("\u22125", "negative"),
        ("-kr 5", "negative"),
        ("1000000000000", "too_large"),
        ("9" * 5000, "too_large"),
        ("5 USD", "another_currency"),
        ("$5", "another_currency"),
        ("EUR 5", "another_currency"),
        ("5 €", "another_currency"),
    ],
)
def test_what_is_no_amount_is_told_why(text: str, code: str) -> None:
    with pytest.raises(AmountProblem) as no:
        parse_amount(text, "SEK")
    assert (no.value.code, [problem.code for problem in no.value.problems]) == (code, [code])


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(",."), currencies)
def test_one_mark_before_three_digits_is_asked_back(before: int, after: int, mark: str, currency: str) -> None:
    with pytest.raises(AmountProblem) as no:
        parse_amount(f"{before}{mark}{after:03d}", currency)
    assert no.value.code == "ambiguous"
    assert no.value.values["thousands"] == Money((before * 1000 + after) * 10 ** exponent(currency), currency)


def test_the_question_names_both_readings() -> None:
    with pytest.raises(AmountProblem) as no:
        parse_amount("1.500", "SEK")
    assert no.value.values == {"typed": "1.500", "thousands": Money(150_000, "SEK"), "decimals": Money(150, "SEK")}
    assert str(no.value.problem()) == (
        "“1.500” can be read as SEK 1,500 or as SEK 1.50. Write thousands with a space, such as 100 000."
    )


def test_yen_have_no_decimals() -> None:
    assert parse_amount("1 500", "JPY") == Money(1500, "JPY")
    with pytest.raises(AmountProblem) as no:
        parse_amount("1,5", "JPY")
    assert (no.value.code, no.value.values["places"]) == ("too_precise", "0")


@pytest.mark.parametrize(
    ("money", "en", "sv"),
    [
        (Money(100_000_000, "SEK"), "SEK 1,000,000", "SEK 1\u00a0000\u00a0000"),
        (Money(5_000_050, "USD"), "USD 50,000.50", "USD 50\u00a0000,50"),
        (Money(0, "EUR"), "EUR 0", "EUR 0"),
        (Money(1500, "JPY"), "JPY 1,500", "JPY 1\u00a0500"),
    ],
)
def test_money_is_shown_with_its_code(money: Money, en: str, sv: str) -> None:
    assert (money_text(money, "en"), money_text(money, "sv_SE"), str(money)) == (en, sv, en)


@pytest.mark.parametrize(
    ("money", "en", "sv"),
    [
        (Money(10_000_000, "SEK"), "100 000", "100 000"),
        (Money(10_000_050, "SEK"), "100 000.50", "100 000,50"),
        (Money(1555, "BHD"), "1.5550", "1,5550"),
    ],
)
def test_an_amount_in_a_field_is_plain(money: Money, en: str, sv: str) -> None:
    assert (amount_text(money, "en"), amount_text(money, "sv")) == (en, sv)
