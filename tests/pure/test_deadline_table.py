"""Deadlines, case by case: zones, both changes of the clocks, grace, extensions, internal ones, windows, reminders."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programmes.deadlines import Standing, deadline, next_turn, reminder_instant, side_deadline, standing, window
from app.programmes.models import Call, CallState

STOCKHOLM, ROCHESTER, HOUSTON = "Europe/Stockholm", "America/Chicago", "America/Chicago"
JACKSONVILLE, PHOENIX = "America/New_York", "America/Phoenix"
SECOND = dt.timedelta(seconds=1)


def at(text: str, zone: str = "UTC") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


CLOSES = at("2027-04-01T14:00", STOCKHOLM)
GRACE = dt.timedelta(minutes=10)
TAKEN = [
    # name, instant, grace in minutes, begun before, extended to, whether it is taken
    ("a second before", CLOSES - SECOND, 0, True, None, True),
    ("the very instant", CLOSES, 0, True, None, True),
    ("a second late without grace", CLOSES + SECOND, 0, True, None, False),
    ("a microsecond late", CLOSES + dt.timedelta(microseconds=1), 0, True, None, False),
    ("within the grace", CLOSES + dt.timedelta(minutes=9), 10, True, None, True),
    ("the last instant of the grace", CLOSES + GRACE, 10, True, None, True),
    ("a second after the grace", CLOSES + GRACE + SECOND, 10, True, None, False),
    ("grace is not for what was not begun", CLOSES + SECOND, 10, False, None, False),
    ("not begun, but in time", CLOSES, 10, False, None, True),
    ("extended", CLOSES + dt.timedelta(days=1), 0, True, CLOSES + dt.timedelta(days=1), True),
    ("after the extension", CLOSES + dt.timedelta(days=1, seconds=1), 0, True, CLOSES + dt.timedelta(days=1), False),
    (
        "grace after the extension",
        CLOSES + dt.timedelta(days=1, minutes=5),
        10,
        True,
        CLOSES + dt.timedelta(days=1),
        True,
    ),
    ("an earlier extension takes nothing away", CLOSES, 0, True, CLOSES - dt.timedelta(days=1), True),
    ("Rochester at seven in the morning", at("2027-04-01T07:00", ROCHESTER), 0, True, None, True),
    ("Rochester a minute later", at("2027-04-01T07:01", ROCHESTER), 0, True, None, False),
    ("Jacksonville at eight", at("2027-04-01T08:00", JACKSONVILLE), 0, True, None, True),
    ("Jacksonville a minute later", at("2027-04-01T08:01", JACKSONVILLE), 0, True, None, False),
    ("Phoenix at five", at("2027-04-01T05:00", PHOENIX), 0, True, None, True),
    ("Phoenix a minute later", at("2027-04-01T05:01", PHOENIX), 0, True, None, False),
]


@pytest.mark.parametrize(
    ("name", "instant", "grace", "begun", "extended", "taken"), TAKEN, ids=[case[0] for case in TAKEN]
)
def test_what_is_in_time(  # a row of the table
    name: str, instant: dt.datetime, grace: int, begun: bool, extended: dt.datetime | None, taken: bool
) -> None:
    due = deadline(CLOSES, grace, was_begun=begun, extended_to=[extended] if extended else [])

    assert (not due.is_over(instant)) is taken


ONE_INSTANT = [
    # day and time of a deadline in Stockholm, and the same instant elsewhere
    ("an ordinary spring day", "2027-04-01T14:00", ROCHESTER, "2027-04-01T07:00"),
    ("the last day before the USA changes", "2027-03-13T14:00", ROCHESTER, "2027-03-13T07:00"),
    ("the USA alone has changed, spring", "2027-03-14T14:00", ROCHESTER, "2027-03-14T08:00"),
    ("two weeks of six hours, Houston", "2027-03-20T14:00", HOUSTON, "2027-03-20T08:00"),
    ("the last of these days", "2027-03-27T14:00", ROCHESTER, "2027-03-27T08:00"),
    ("Europe follows", "2027-03-28T14:00", ROCHESTER, "2027-03-28T07:00"),
    ("Europe alone has changed, autumn", "2027-10-31T14:00", ROCHESTER, "2027-10-31T08:00"),
    ("the last day of that week", "2027-11-06T14:00", ROCHESTER, "2027-11-06T08:00"),
    ("the USA follows", "2027-11-07T14:00", ROCHESTER, "2027-11-07T07:00"),
    ("Phoenix in summer", "2027-07-01T14:00", PHOENIX, "2027-07-01T05:00"),
    ("Phoenix in winter", "2027-12-01T14:00", PHOENIX, "2027-12-01T06:00"),
    ("Jacksonville in the odd weeks", "2027-03-20T14:00", JACKSONVILLE, "2027-03-20T09:00"),
    ("a Sunday", "2020-05-31T14:00", ROCHESTER, "2020-05-31T07:00"),
    ("five in the afternoon in Chicago is midnight", "2021-04-02T00:00", ROCHESTER, "2021-04-01T17:00"),
]


@pytest.mark.parametrize(("name", "here", "zone", "there"), ONE_INSTANT, ids=[case[0] for case in ONE_INSTANT])
def test_a_deadline_is_one_instant_everywhere(name: str, here: str, zone: str, there: str) -> None:
    due = deadline(at(here, STOCKHOLM), 0, was_begun=True)

    assert due.closes == at(there, zone)
    assert (due.is_over(at(there, zone)), due.is_over(at(there, zone) + SECOND)) == (False, True)


OWN = at("2027-03-25T12:00", STOCKHOLM)
INTERNAL = [
    ("before the internal deadline", OWN - SECOND, OWN, 0, True),
    ("at the internal deadline", OWN, OWN, 0, True),
    ("after it", OWN + SECOND, OWN, 0, False),
    ("within its grace", OWN + dt.timedelta(minutes=5), OWN, 5, True),
    ("after its grace", OWN + dt.timedelta(minutes=5, seconds=1), OWN, 5, False),
    ("none of its own: the joint one holds", CLOSES, None, 0, True),
    ("never later than the joint one", CLOSES + SECOND, CLOSES + dt.timedelta(days=9), 0, False),
]


@pytest.mark.parametrize(("name", "instant", "own", "grace", "taken"), INTERNAL, ids=[case[0] for case in INTERNAL])
def test_an_internal_deadline_closes_one_part(
    name: str, instant: dt.datetime, own: dt.datetime | None, grace: int, taken: bool
) -> None:
    joint = deadline(CLOSES, 0, was_begun=True)

    assert (not side_deadline(joint, own, grace).is_over(instant)) is taken


@pytest.mark.parametrize(
    ("asked", "days", "zone", "last"),
    [
        ("2027-04-01T14:00", 7, STOCKHOLM, "2027-04-08T23:59:59"),
        ("2027-03-25T14:00", 7, STOCKHOLM, "2027-04-01T23:59:59"),
        ("2027-10-28T14:00", 7, STOCKHOLM, "2027-11-04T23:59:59"),
        ("2027-04-01T14:00", 1, ROCHESTER, "2027-04-02T23:59:59"),
    ],
)
def test_a_signing_window_ends_with_its_last_day(asked: str, days: int, zone: str, last: str) -> None:
    assert window(at(asked, zone), days, zone).last == at(last, zone)


@pytest.mark.parametrize(
    ("closes", "days", "zone", "due"),
    [
        ("2027-03-22T14:00", 2, STOCKHOLM, "2027-03-20T09:00"),
        ("2027-03-22T14:00", 2, ROCHESTER, "2027-03-20T09:00"),
        ("2027-11-03T14:00", 2, STOCKHOLM, "2027-11-01T09:00"),
        ("2027-11-03T14:00", 2, ROCHESTER, "2027-11-01T09:00"),
        ("2027-04-01T14:00", 7, PHOENIX, "2027-03-25T09:00"),
        ("2027-04-02T00:00", 1, ROCHESTER, "2027-03-31T09:00"),
    ],
)
def test_a_reminder_comes_at_nine_where_the_reader_is(closes: str, days: int, zone: str, due: str) -> None:
    assert reminder_instant(at(closes, STOCKHOLM), days, zone) == at(due, zone)


instants = st.datetimes(dt.datetime(2027, 1, 1), dt.datetime(2027, 12, 31)).map(lambda day: day.replace(tzinfo=dt.UTC))


@given(instants, st.integers(0, 60), st.lists(instants, max_size=4), st.data())
def test_extensions_only_ever_add_time_and_their_order_does_not_matter(
    closes: dt.datetime, grace: int, granted: list[dt.datetime], data: st.DataObject
) -> None:
    plain, extended = (deadline(closes, grace, was_begun=True, extended_to=each) for each in ((), granted))
    shuffled = data.draw(st.permutations(granted))

    assert extended.last >= plain.last
    assert deadline(closes, grace, was_begun=True, extended_to=shuffled) == extended


def a_call(state: CallState = CallState.ANNOUNCED, **moments: dt.datetime) -> Call:
    return Call(key="x", state=state, **moments)


VISIBLE, OPENS = at("2027-01-10T09:00"), at("2027-02-01T09:00")


@pytest.mark.parametrize(
    ("instant", "where", "turn"),
    [
        (VISIBLE - SECOND, Standing.EMBARGOED, VISIBLE),
        (VISIBLE, Standing.ANNOUNCED, VISIBLE),
        (OPENS - SECOND, Standing.ANNOUNCED, OPENS),
        (OPENS, Standing.OPEN, OPENS),
        (CLOSES, Standing.OPEN, CLOSES),
        (CLOSES + SECOND, Standing.CLOSED, None),
    ],
)
def test_a_call_comes_out_opens_and_closes_by_itself(
    instant: dt.datetime, where: Standing, turn: dt.datetime | None
) -> None:
    call = a_call(visible_at=VISIBLE, opens_at=OPENS, closes_at=CLOSES)

    assert (standing(call, instant), next_turn(call, instant)) == (where, turn)


def test_a_forecast_and_a_decided_call_stand_whatever_the_clock_says() -> None:
    assert standing(a_call(CallState.DRAFT), CLOSES) is Standing.DRAFT
    assert standing(a_call(CallState.DRAFT, forecast_at=OPENS), CLOSES) is Standing.FORECAST
    assert standing(a_call(CallState.DECIDED, opens_at=CLOSES), OPENS) is Standing.DECIDED
