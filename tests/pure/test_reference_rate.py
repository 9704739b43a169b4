"""A reference rate is used only to show, always with its words; no total anywhere mixes two currencies."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.applications.matching import Shown, balances, match_problems, shares_of, shown_at_rate
from app.applications.tally import tally_of
from app.config import ROOT
from app.exports import overview
from app.kernel.money import Money
from app.programmes.definition import MatchingRule, Text
from app.programmes.definition.tree.form import Rate
from app.programmes.definition.vocabulary import Matching
from tests.shows import shows
from tests.world import KEY, load_catalogue

RATE = Rate("USD", Decimal("10.42"), date(2026, 1, 15), Text("the Invented Bank", "Påhittade banken"))
RULE = MatchingRule(Matching.OWN_CAPS, rates=(RATE,))
amounts = st.integers(0, 10**12)


@shows("matching.rates.date", "matching.rates.source")
def test_the_words_say_which_rate_of_which_day_and_whose() -> None:
    shown = shown_at_rate(RULE, Money(100_000_00, "USD"), "SEK")

    assert shown is not None
    assert (shown.about, shown.words.en, shown.words.sv) == (
        Money(1_042_000_00, "SEK"),
        "at 10.42 SEK per USD, 2026-01-15, source the Invented Bank",
        "vid 10,42 SEK per USD, 2026-01-15, källa Påhittade banken",
    )
    bare = shown_at_rate(replace(RULE, rates=(Rate("USD", Decimal(10)),)), Money(100, "USD"), "SEK")
    assert bare is not None and bare.words.en == "at 10 SEK per USD"


def test_without_a_rate_or_in_the_lead_sides_own_currency_nothing_is_shown() -> None:
    assert shown_at_rate(None, Money(1, "USD"), "SEK") is None
    assert shown_at_rate(RULE, Money(1, "EUR"), "SEK") is None
    assert shown_at_rate(RULE, Money(1, "SEK"), "SEK") is None
    assert shown_at_rate(RULE, Money(1, "USD"), None) is None


@given(amounts)
def test_what_is_shown_is_within_half_a_unit_of_the_exact_amount(minor: int) -> None:
    shown = shown_at_rate(RULE, Money(minor, "USD"), "SEK")
    assert isinstance(shown, Shown) and shown.money == Money(minor, "USD") and shown.about.currency == "SEK"
    assert abs(shown.about.major - Money(minor, "USD").major * RATE.value) <= Decimal("0.5")


@given(amounts, amounts)
def test_a_rate_that_only_shows_stops_nobody(one: int, other: int) -> None:
    sides = load_catalogue()[KEY].paying_sides
    shares = shares_of(RULE, sides, {"ki": Money(one, "SEK"), "mayo": Money(other, "USD")})
    assert match_problems(RULE, shares, "SEK") == [] and balances(RULE, shares, "SEK") == ()


def test_a_comparison_names_the_day_and_the_source_of_its_rate() -> None:
    rule = replace(RULE, rule=Matching.EQUAL, percent=10)
    sides = load_catalogue()[KEY].paying_sides
    (balance,) = balances(rule, shares_of(rule, sides, {"ki": Money(100, "SEK"), "mayo": Money(1000, "USD")}), "SEK")
    assert "USD 1 = SEK 10.42 (2026-01-15, the Invented Bank)" in str(balance.problem.values["rates"])


@given(st.dictionaries(st.integers(1, 5), amounts, max_size=5))
def test_no_column_of_an_export_mixes_currencies_and_each_total_is_that_of_its_years(years: dict[int, int]) -> None:
    call = load_catalogue()[KEY]
    for side in call.paying_sides:
        tally = tally_of(side, {(year, ""): Money(minor, side.currency or "") for year, minor in years.items()})
        cells = dict(overview.cells_of_side(side, range(1, 6), tally, "en"))
        others = {other.currency for other in call.paying_sides} - {side.currency}
        assert all(f"({side.currency})" in heading and not any(c in heading for c in others if c) for heading in cells)
        by_year = [value for heading, value in cells.items() if ", year " in heading and value is not None]
        in_all = next(value for heading, value in cells.items() if ", in all " in heading)
        assert sum(by_year, Decimal(0)) == in_all  # type: ignore[arg-type]


def test_no_template_shows_an_amount_at_a_rate_without_its_words() -> None:
    shown = 0
    for template in (ROOT / "templates").rglob("*.html"):
        for line in template.read_text(encoding="utf-8").splitlines():
            if "at_rate[0]" in line:
                shown += 1
                assert "at_rate[1]" in line, template
            assert not re.search(r"\|\s*sum\b", line), f"{template}: a template adds nothing"
    assert shown
