"""Feeds at stable addresses, read by parsers that are not ours."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker

from app.programmes.definition import load_catalogue
from tests.world import CLOSES, KEY, World

MODEL = load_catalogue()[KEY]


def test_the_calendar_of_a_call_holds_its_dates_in_utc_with_every_zone_in_words(
    client: FlaskClient, world: World
) -> None:
    answer = client.get(f"/calls/{KEY}.ics")
    assert answer.mimetype == "text/calendar"
    events = {str(event["UID"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}
    closes = events[f"{KEY}-closes@tandem"]
    assert closes.decoded("DTSTART") == CLOSES
    assert "Mayo: 1 Apr 2027, 07:00 CDT" in str(closes["DESCRIPTION"])
    assert f"{KEY}-opens@tandem" in events
    assert str(closes["URL"]) == f"http://localhost/calls/{KEY}"


def test_the_list_has_a_calendar_and_news_in_the_language_of_its_address(client: FlaskClient, world: World) -> None:
    assert len(Calendar.from_ical(client.get("/calls.ics").data).walk("VEVENT")) >= 2
    for language, title in (("en", MODEL.title.en), ("sv", MODEL.title.sv)):
        read = feedparser.parse(client.get(f"/calls.atom?language={language}").data)
        assert not read.bozo
        assert [(entry.title, entry.link) for entry in read.entries] == [(title, f"http://localhost/calls/{KEY}")]
        news: Any = client.get(f"/calls.feed.json?language={language}").get_json()
        assert [item["title"] for item in news["items"]] == [title]


def test_open_data_has_its_documented_shape(client: FlaskClient, world: World) -> None:
    schema, data = client.get("/calls.schema.json").get_json(), client.get("/calls.json").get_json()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)
    call = data["calls"][0]
    assert (call["key"], call["status"], call["closes"]) == (KEY, "open", "2027-04-01T12:00:00Z")
    assert [side["cap_total"] for side in call["sides"]] == [
        {"amount": "1000000.00", "currency": "SEK"},
        {"amount": "100000.00", "currency": "USD"},
    ]


def test_the_csv_says_the_same(client: FlaskClient, world: World) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/calls.csv").data.decode("utf-8-sig"))))
    assert [(row["key"], row["closes_utc"], row["is_fictional"]) for row in rows] == [
        (KEY, "2027-04-01T12:00:00Z", "yes")
    ]


def test_a_saved_search_narrows_a_feed(client: FlaskClient, world: World) -> None:
    assert client.get("/calls.json?status=decided").get_json()["calls"] == []


@pytest.mark.parametrize(("page", "kinds"), [("/", 5), (f"/calls/{KEY}", 1)])
def test_pages_name_their_feeds_and_each_answers(client: FlaskClient, world: World, page: str, kinds: int) -> None:
    found = re.findall(
        r'<link rel="alternate" type="([^"]+)"[^>]*href="([^"]+)"', client.get(page).get_data(as_text=True)
    )
    assert len(found) == kinds
    for kind, address in found:
        answer = client.get(address.replace("&amp;", "&"))
        assert (answer.status_code, answer.mimetype) == (200, kind)


def test_a_feed_of_a_call_that_nobody_may_see_is_not_there(client: FlaskClient, world: World) -> None:
    assert client.get("/calls/nothing.ics").status_code == 404
