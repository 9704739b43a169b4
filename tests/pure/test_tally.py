"""One arithmetic for all sums: by year, by cost, direct, indirect, in all; and how the amounts of sides must fit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.applications.matching import Share, balances, match_problems, shares_of
from app.applications.parts import Part
from app.applications.rules import CapRule, cap_problems, caps_of, side_count_problems, side_problems
from app.applications.snapshots import sheet_side, side_snapshot
from app.applications.tally import Line, Tally, on_top, tally_of, tally_of_years
from app.exports import overview
from app.kernel.money import Money, money_text, sum_of
from app.programmes.definition.tree.form import MatchingRule, Rate
from app.programmes.definition.vocabulary import Matching, Overhead
from app.programmes.kinds import Option, Text
from app.web.sums import sum_table
from tests.shows import shows
from tests.sides import KI, MAYO, ON_TOP, OSLO, call_of

CONTEXT = Flask(__name__)
Babel(CONTEXT)
RATE = Rate("USD", Decimal("10.42"))
EQUAL = MatchingRule(Matching.EQUAL, 10, (), (RATE,))


def sek(major: int | str) -> Money:
    return Money(int(Decimal(major) * 100), "SEK")


def usd(major: int | str) -> Money:
    return Money(int(Decimal(major) * 100), "USD")


@shows("sides.overhead", "sides.overhead_percent")
def test_indirect_costs_lie_inside_or_on_top_with_their_percentage() -> None:
    inside, on = call_of(KI).side("ki"), call_of({**KI, **ON_TOP}).side("ki")
    years = {1: sek(400_000), 2: sek(300_000)}
    assert (tally_of_years(inside, years).indirect, tally_of_years(inside, years).total) == (sek(0), sek(700_000))
    assert (tally_of_years(on, years).indirect, tally_of_years(on, years).total) == (sek(175_000), sek(875_000))
    other = call_of({**KI, **ON_TOP, "overhead_percent": "10"}).side("ki")
    assert tally_of_years(other, years).total == sek(770_000)


@pytest.mark.parametrize(
    ("minor", "percent", "indirect"),
    [
        (1, "50", 1),
        (1, "49", 0),
        (3, "50", 2),
        (10_001, "25", 2500),
        (10_002, "25", 2501),
        (333, "17.5", 58),
        (0, "99", 0),
    ],
)
def test_a_half_is_rounded_up_to_the_minor_unit(minor: int, percent: str, indirect: int) -> None:
    assert on_top(Money(minor, "SEK"), Decimal(percent)) == Money(indirect, "SEK")


def test_the_column_adds_up_although_each_year_is_rounded() -> None:
    """Golden: 25 % of three times 0.02 are three times 0.01, not the rounded 25 % of 0.06."""
    tally = Tally("SEK", {(year, ""): Money(2, "SEK") for year in (1, 2, 3)}, Decimal(25))
    assert [tally.indirect_of(year).minor for year in (1, 2, 3)] == [1, 1, 1]
    assert (tally.direct.minor, tally.indirect.minor, tally.total.minor) == (6, 3, 9)


lines = st.dictionaries(
    st.tuples(st.integers(1, 5), st.sampled_from(("", "salaries", "travel"))),
    st.integers(0, 10**12).map(lambda minor: Money(minor, "SEK")),
    max_size=12,
)
percents = st.none() | st.decimals(0, 100, places=2)


@given(lines, percents)
def test_every_way_of_adding_comes_to_the_same(asked: dict[Line, Money], percent: Decimal | None) -> None:
    tally = Tally("SEK", asked, percent)
    costs = {cost for _, cost in asked}
    assert sum_of(tally.years.values(), "SEK") == tally.direct
    assert sum_of((tally.of_cost(cost) for cost in costs), "SEK") == tally.direct
    assert sum_of(tally.totals.values(), "SEK") == tally.total == tally.direct + tally.indirect
    exact = Fraction(tally.direct.minor) * Fraction(percent or 0) / 100
    assert abs(tally.indirect.minor - exact) <= Fraction(len(tally.years), 2)


@shows("sides.allowed_costs")
def test_a_list_of_costs_makes_a_line_for_each() -> None:
    side = call_of({**KI, **ON_TOP}).side("ki")
    tally = tally_of(side, {(1, "salaries"): sek(300), (1, "travel"): sek(100), (2, "salaries"): sek(200)})
    assert tally.years == {1: sek(400), 2: sek(200)}
    assert (tally.of_cost("salaries"), tally.of_cost("travel")) == (sek(500), sek(100))


@shows("sides.cap_per_year", "sides.cap_total", "sides.currency")
def test_caps_hold_by_year_and_in_all_in_the_currency_of_the_side() -> None:
    side = call_of(KI).side("ki")
    rule = CapRule.of(side, 2)
    told = [str(problem) for problem in cap_problems(rule, {1: sek(500_001), 2: sek(400_000)})]
    assert told == [
        "KI, year 1: SEK 500,001 is SEK 1 over the cap of SEK 500,000 a year.",
        "KI, all years: SEK 900,001 is SEK 100,001 over the cap of SEK 800,000 in all.",
    ]
    wider = call_of({**KI, "cap_per_year": 600_000, "cap_total": 1_000_000}).side("ki")
    assert cap_problems(CapRule.of(wider, 2), {1: sek(500_001), 2: sek(400_000)}) == []
    with pytest.raises(ValueError, match="do not mix"):
        cap_problems(CapRule.of(call_of({**KI, "currency": "EUR"}).side("ki"), 2), {1: sek(1)})


def test_with_overhead_on_top_the_caps_hold_against_direct_costs() -> None:
    side = call_of({**KI, **ON_TOP}).side("ki")
    tally = tally_of_years(side, {1: sek(500_000), 2: sek(300_000)})
    assert tally.total == sek(1_000_000)
    assert cap_problems(CapRule.of(side, 2), tally.years) == []


@shows("sides.caps_when.with_sides", "sides.caps_when.cap_per_year", "sides.caps_when.cap_total")
def test_the_last_conditional_cap_that_fits_takes_the_place_of_what_it_names() -> None:
    when = [
        {"with_sides": ["mayo"], "cap_per_year": 600_000},
        {"with_sides": ["mayo", "oslo"], "cap_total": 1_500_000},
    ]
    side = call_of({**KI, "caps_when": when}, MAYO, OSLO).side("ki")
    assert caps_of(side, {"ki"}) == (sek(500_000), sek(800_000))
    assert caps_of(side, {"ki", "oslo"}) == (sek(500_000), sek(800_000))
    assert caps_of(side, {"ki", "mayo"}) == (sek(600_000), sek(800_000))
    assert caps_of(side, {"ki", "mayo", "oslo"}) == (sek(500_000), sek(1_500_000))


@shows("sides.least_total")
def test_a_small_budget_is_below_the_least() -> None:
    side = call_of({**KI, "least_total": 100_000}).side("ki")
    few, enough = {1: sek(50_000), 2: sek(49_999)}, {1: sek(50_000), 2: sek(50_000)}
    assert [str(problem) for problem in side_problems(CapRule.of(side, 2), few)] == [
        "KI, all years: SEK 99,999 is below the SEK 100,000 that may be asked for at least."
    ]
    assert side_problems(CapRule.of(side, 2), enough) == []
    assert side_problems(CapRule.of(call_of(KI).side("ki"), 2), few) == []


@shows("least_sides", "most_sides")
@pytest.mark.parametrize(("count", "codes"), [(1, ["too_few_sides"]), (2, []), (3, []), (4, ["too_many_sides"])])
def test_the_number_of_sides_has_its_ends(count: int, codes: list[str]) -> None:
    assert [problem.code for problem in side_count_problems(count, 2, 3)] == codes
    assert side_count_problems(count, None, None) == []


@shows("matching.rule", "matching.percent", "matching.rates.currency", "matching.rates.value")
def test_equal_amounts_are_held_against_each_other_by_the_rates_of_the_call() -> None:
    shares = [Share("KI", sek(1_000_000)), Share("Mayo", usd(60_000))]
    assert [str(problem) for problem in match_problems(EQUAL, shares, "SEK")] == [
        "KI: SEK 1,000,000. Mayo: USD 60,000. At USD 1 = SEK 10.42, the rates of the call for this check alone, they "
        "are 37.5 % apart; at most 10 % is allowed."
    ]
    assert match_problems(replace(EQUAL, rule=Matching.OWN_CAPS), shares, "SEK") == []
    assert match_problems(replace(EQUAL, percent=40), shares, "SEK") == []
    assert match_problems(replace(EQUAL, rates=(Rate("USD", Decimal("16")),)), shares, "SEK") == []


@shows("matching.ratio")
def test_a_ratio_leaves_out_the_numbers_of_sides_that_stay_away() -> None:
    call = call_of(KI, MAYO, {**MAYO, "key": "third"})
    rule = MatchingRule(Matching.RATIO, None, (2, 1, 1), (RATE,))
    amounts = {"ki": sek("20.84"), "third": usd("1")}
    shares = shares_of(rule, call.paying_sides, amounts)
    assert [share.weight for share in shares] == [2, 1]
    assert match_problems(rule, shares, "SEK") == []
    assert [
        p.code
        for p in match_problems(
            replace(rule, ratio=(1, 1, 1)), shares_of(replace(rule, ratio=(1, 1, 1)), call.paying_sides, amounts), "SEK"
        )
    ] == ["not_matched"]
    none = replace(rule, ratio=(1, 1, 0))
    assert [p.code for p in match_problems(none, shares_of(none, call.paying_sides, amounts), "SEK")] == [
        "not_in_ratio"
    ]


def test_in_kind_an_amount_of_nothing_is_an_answer_but_not_from_everybody() -> None:
    rule = MatchingRule(Matching.IN_KIND)
    assert match_problems(rule, [Share("KI", sek(5)), Share("Mayo", usd(0))], "SEK") == []
    assert [p.code for p in match_problems(rule, [Share("KI", sek(0)), Share("Mayo", usd(0))], "SEK")] == [
        "nothing_asked"
    ]
    side = call_of(KI).side("ki")
    zero = {1: sek(0), 2: sek(0)}
    assert side_problems(CapRule.of(side, 2, may_be_zero=True), zero) == []
    assert [p.code for p in side_problems(CapRule.of(side, 2), zero)] == ["budget_zero"]


amounts = st.integers(0, 10**9)


@given(amounts, amounts)
def test_two_equal_sides_are_compared_alike_whoever_is_named_first(one: int, other: int) -> None:
    shares = [Share("A", Money(one, "SEK")), Share("B", Money(other, "USD"))]
    (there,), (back,) = (balances(EQUAL, order, "SEK") for order in (shares, shares[::-1]))
    assert (there.apart, there.is_met) == (back.apart, back.is_met)


@given(amounts, amounts, st.integers(1, 1000), st.integers(1, 5), st.integers(1, 5))
def test_what_fits_fits_at_every_size(one: int, other: int, times: int, first: int, second: int) -> None:
    rule = MatchingRule(Matching.RATIO, 10, (first, second), (RATE,))

    def apart(by: int) -> Fraction:
        shares = [Share("A", Money(one * by, "SEK"), first), Share("B", Money(other * by, "USD"), second)]
        return balances(rule, shares, "SEK")[0].apart

    assert apart(1) == apart(times)


@given(st.lists(st.builds(Share, st.just("A"), amounts.map(lambda minor: Money(minor, "SEK"))), max_size=4))
def test_own_caps_never_fail(shares: list[Share]) -> None:
    for rule in (None, MatchingRule(Matching.OWN_CAPS, 0)):
        assert match_problems(rule, shares, "SEK") == []
        assert balances(rule, shares, "SEK") == ()


@given(lines, percents)
def test_screen_frozen_version_and_export_say_the_same_sums(asked: dict[Line, Money], percent: Decimal | None) -> None:
    """Whatever is asked for, each of the three tells the sums of one tally."""
    costs = {cost: Option(cost, Text(cost, cost)) for cost in ("salaries", "travel")}
    declared = replace(
        call_of(KI).side("ki"),
        allowed_costs=tuple(costs.values()),
        overhead=Overhead.INSIDE if percent is None else Overhead.ON_TOP,
        overhead_percent=percent,
    )
    known = {line: money for line, money in asked.items() if line[1]}
    part = Part(uuid4(), declared, True, None, "", "", "", None, None, None, None, None, 1, known)
    assert part.tally is not None
    frozen = side_snapshot(part)
    sheet = sheet_side(frozen)
    exported = dict(overview.cells_of_side(declared, range(1, 6), part.tally, "en"))
    with CONTEXT.test_request_context(), force_locale("en"):
        shown = sum_table(part.tally, [(key, cost.title) for key, cost in costs.items()])

    assert sheet.tally == part.tally
    total = part.tally.total if known else None
    assert frozen["total_minor"] == part.tally.total.minor
    assert exported["Asked, KI, in all (SEK)"] == part.tally.total.major
    assert (shown.rows[-1].total if shown else None) == (None if total is None else money_text(total, "en"))
    for year, money in part.tally.totals.items():
        (row,) = (row for row in frozen["years"] if row["year"] == year)
        assert row["amount_minor"] + row["indirect_minor"] == money.minor
        assert exported[f"Asked, KI, year {year} (SEK)"] == money.major
        assert shown is not None
        assert shown.rows[-1].years[shown.years.index(year)] == money_text(money, "en")
