"""The weeks in which one side alone has changed its clocks, spring and autumn."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.programmes.definition.clocks import odd_hours

STOCKHOLM = "Europe/Stockholm"


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ((2027, 3, 13), "America/Chicago", None),  # both in winter
        ((2027, 3, 15), "America/Chicago", ("6", "7")),  # only the US has changed
        ((2027, 3, 27), "America/Chicago", ("6", "7")),
        ((2027, 3, 29), "America/Chicago", None),  # both in summer
        ((2027, 10, 30), "America/Chicago", None),
        ((2027, 11, 1), "America/Chicago", ("6", "7")),  # only Europe has changed back
        ((2027, 11, 8), "America/Chicago", None),
        ((2027, 3, 20), "America/New_York", ("5", "6")),
        ((2027, 3, 20), "America/Phoenix", None),  # never changes, so it is never alone
        ((2027, 7, 1), "America/Phoenix", None),
        ((2027, 3, 20), "UTC", None),
        ((2027, 3, 20), "Europe/Berlin", None),
    ],
)
def test_only_the_odd_weeks_are_told(day: tuple[int, int, int], zone: str, hours: tuple[str, str] | None) -> None:
    odd = odd_hours(STOCKHOLM, zone, datetime(*day, 12, tzinfo=UTC))
    assert (None if odd is None else (odd.then, odd.usual)) == hours
