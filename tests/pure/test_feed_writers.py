"""Calendars and feeds are read by parsers that are not ours."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.exports.feeds.calendar import Occasion, calendar, fold
from app.exports.feeds.news import Feed, Item, atom, json_feed

AT = datetime(2027, 4, 1, 12, tzinfo=UTC)
texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200)


@given(texts)
def test_folding_cuts_lines_at_75_octets_and_loses_nothing(line: str) -> None:
    pieces = fold(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert "".join([pieces[0], *(piece[1:] for piece in pieces[1:])]) == line


@given(texts, texts)
def test_a_calendar_is_read_back_as_it_was_meant(title: str, line: str) -> None:
    made = calendar("Calls", [Occasion("x@t", title, AT, (line,), "https://t.example/x", AT)])
    event = Calendar.from_ical(made).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == f"{line}\nhttps://t.example/x"
    assert event.decoded("DTSTART") == AT


def test_a_day_without_a_clock_is_a_whole_day() -> None:
    made = calendar("Calls", [Occasion("x@t", "Decision", date(2027, 6, 30), (), "https://t.example/x", AT)])
    event = Calendar.from_ical(made).walk("VEVENT")[0]
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2027, 6, 30), date(2027, 7, 1))


def feed(title: str, text: str) -> Feed:
    item = Item("https://t.example/x", title, text, "https://t.example/x", AT, ("Open",))
    return Feed("Calls", "sv", "https://t.example/", "https://t.example/calls.atom", [item])


def test_atom_is_well_formed_whatever_a_title_holds() -> None:
    read = feedparser.parse(atom(feed("A < B & “C” ]]> \x01", "Två\nrader")))
    assert not read.bozo
    assert (read.entries[0].title, read.entries[0].summary) == ("A < B & “C” ]]>", "Två\nrader")
    assert read.entries[0].link == "https://t.example/x"
    assert read.feed.updated_parsed[:4] == (2027, 4, 1, 12)


def test_json_feed_names_its_version_and_items() -> None:
    made = json.loads(json_feed(feed("Titel", "Text")))
    assert made["version"] == "https://jsonfeed.org/version/1.1"
    assert made["items"][0] | {"tags": []} == {
        "id": "https://t.example/x",
        "url": "https://t.example/x",
        "title": "Titel",
        "content_text": "Text",
        "date_published": "2027-04-01T12:00:00Z",
        "tags": [],
    }
