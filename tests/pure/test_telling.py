"""When signers are told: at once what cannot wait, else on Friday morning by their own clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.approvals.telling import by_currency, is_due_now, next_friday, this_friday
from app.kernel.money import Money
from app.programmes.definition import Window

AFTER, BEFORE = Window.AFTER_CLOSING, Window.BEFORE_CLOSING
STOCKHOLM, CHICAGO = "Europe/Stockholm", "America/Chicago"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "friday"),
    [
        ("2027-04-01T12:30", STOCKHOLM, "2027-04-02T07:00"),  # a Thursday
        ("2027-04-02T06:59", STOCKHOLM, "2027-04-02T07:00"),
        ("2027-04-02T07:00", STOCKHOLM, "2027-04-09T07:00"),
        ("2027-04-02T07:00", CHICAGO, "2027-04-02T14:00"),
        ("2027-03-26T08:30", STOCKHOLM, "2027-04-02T07:00"),  # summer time begins between the two
        ("2027-11-05T20:00", CHICAGO, "2027-11-12T15:00"),  # and winter time
    ],
)
def test_friday_morning_is_that_of_the_signers_own_clocks(now: str, zone: str, friday: str) -> None:
    assert next_friday(at(now), zone) == at(friday)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)), st.sampled_from([STOCKHOLM, CHICAGO, "Asia/Tokyo"]))
def test_the_next_friday_is_ahead_and_this_one_is_not(moment: datetime, zone: str) -> None:
    now = moment.replace(tzinfo=UTC)
    this, next_one = this_friday(now, zone), next_friday(now, zone)
    assert this <= now < next_one <= this + timedelta(days=7, hours=1)
    assert next_friday(this - timedelta(seconds=1), zone) == this


@pytest.mark.parametrize(
    ("window", "ends", "told", "is_due"),
    [
        (AFTER, "2027-04-08T22:00", None, False),  # the mail of Friday 2 April tells of it
        (AFTER, "2027-04-02T06:00", None, True),
        (AFTER, None, None, False),
        (BEFORE, "2027-04-20T22:00", None, True),  # somebody waits in order to submit
        (BEFORE, "2027-04-20T22:00", "2027-04-01T02:00", False),
        (BEFORE, "2027-04-20T22:00", "2027-03-31T02:00", True),
        (BEFORE, "2027-04-03T11:00", "2027-04-01T11:00", True),
        (BEFORE, None, None, True),
    ],
)
def test_who_is_told_at_once(window: Window, ends: str | None, told: str | None, is_due: bool) -> None:
    now = at("2027-04-01T12:00")
    assert is_due_now(window, at(ends) if ends else None, now, STOCKHOLM, at(told) if told else None) is is_due


@given(st.lists(st.builds(Money, st.integers(0, 10**9), st.sampled_from(["SEK", "USD", "EUR"]))))
def test_what_was_promised_is_a_sum_for_each_currency_and_never_one_for_all(moneys: list[Money]) -> None:
    found = {money.currency: money.minor for money in by_currency(moneys)}
    assert found == {
        currency: sum(m.minor for m in moneys if m.currency == currency) for currency in {m.currency for m in moneys}
    }
