"""The ledger of who went where: what a direction is, what is summed, and what balances."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.awards.journeys import (
    Journey,
    balances_of,
    direction_of,
    is_travel,
    lines_of,
    nights_of,
    other_of,
)
from tests.light import light
from tests.world import load_catalogue, load_programmes

AWARDS = "ki-mayo-travel-awards"
FORM = load_catalogue()["ki-mayo-travel-awards-2012"]
PROGRAMME = load_programmes()[AWARDS]


def journey(home: str = "KI", host: str = "Mayo", **more: object) -> Journey:
    return replace(Journey(AWARDS, 2027, home, host, True, True, 5), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "way"),
    [
        ({"direction": "to-mayo"}, ("KI", "Mayo")),
        ({"direction": "to-ki"}, ("Mayo", "KI")),
        ({"direction": "to-mars"}, ("KI", "")),
        ({"direction": ["to-ki"]}, ("KI", "Mayo")),
        ({}, ("KI", "Mayo")),
    ],
)
def test_the_form_s_direction_tells_the_way_else_the_side_that_applies(
    answers: dict[str, object], way: tuple[str, str]
) -> None:
    assert direction_of(FORM, PROGRAMME, answers) == way


def test_a_programme_of_one_partner_goes_elsewhere() -> None:
    assert other_of(load_programmes()["ki-phd-travel"], "KI") == ""
    assert direction_of(light(), load_programmes()["ki-phd-travel"], {}) == ("KI", "")


@pytest.mark.parametrize(
    ("value", "nights"),
    [
        ({"from": "2027-05-10", "to": "2027-05-14"}, 4),
        ({"from": "2027-05-10", "to": "2027-05-10"}, 0),
        ({"from": "2027-05-14", "to": "2027-05-10"}, None),
        ({"from": "2027-05-10"}, None),
        (None, None),
        ("soon", None),
    ],
)
def test_nights_are_told_by_the_period(value: object, nights: int | None) -> None:
    assert nights_of(light(), {"days": value}) == nights


def test_a_year_in_one_direction_is_one_line() -> None:
    rows = [
        journey(),
        journey(is_awarded=False),
        journey(nights=None),
        journey("Mayo", "KI", year=2026),
        journey(is_application=False, nights=None),
    ]
    lines = lines_of(rows)

    assert [(each.year, each.home, each.applications, each.awards, each.dated, each.nights) for each in lines] == [
        (2027, "KI", 3, 3, 1, 5),
        (2026, "Mayo", 1, 1, 1, 5),
    ]
    [balance] = balances_of(lines)
    assert (balance.one, balance.there, balance.back, balance.surplus) == ("KI", 3, 1, 2)


places = st.sampled_from(["KI", "Mayo", "DKFZ"])


@given(
    st.lists(st.builds(journey, places, places, year=st.integers(2024, 2027), is_awarded=st.booleans()), max_size=20)
)
def test_nothing_is_lost_and_every_balance_has_two_ends(rows: list[Journey]) -> None:
    lines = lines_of(rows)
    found = balances_of(lines)

    assert sum(line.applications for line in lines) == len(rows)
    assert sum(line.awards for line in lines) == sum(row.is_awarded for row in rows)
    turned = balances_of(lines_of([replace(row, home=row.host, host=row.home) for row in rows]))
    there = {(each.one, each.other): each.surplus for each in found if each.one != each.other}
    assert {(each.one, each.other): -each.surplus for each in turned if each.one != each.other} == there


def test_which_programmes_are_journeys() -> None:
    assert [is_travel(key) for key in (AWARDS, "ki-phd-travel", "sinf", "nowhere")] == [True, True, False, False]
