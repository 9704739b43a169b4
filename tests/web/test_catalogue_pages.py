"""The public pages of the whole catalogue: real calls as records of the past, with what nobody knows left unknown."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import rehearsal
from app.cli import demo_data
from tests.conftest import Clock
from tests.forms import links, text_of
from tests.world import load_catalogue, load_programmes

CATALOGUE = load_catalogue()


@pytest.fixture
def visitor(app: Flask, do: Any, time: Clock) -> FlaskClient:
    """Somebody who reads in English, in a house that knows the whole catalogue."""
    do(lambda session: demo_data.import_catalogue(session, demo_data.make_people(session)))
    time.at = rehearsal.BEGINS
    browser = app.test_client()
    browser.post("/language", data={"locale": "en", "next": "/"})
    return browser


def test_every_call_and_every_programme_has_its_page_in_both_languages(visitor: FlaskClient) -> None:
    for locale in ("en", "sv"):
        visitor.post("/language", data={"locale": locale, "next": "/"})
        for call in CATALOGUE.values():
            answer = visitor.get(f"/calls/{call.key}")
            assert answer.status_code == 200, call.key
            assert call.title.in_(locale) in text_of(answer)
        for programme in load_programmes().values():
            answer = visitor.get(f"/programmes/{programme.key}")
            assert answer.status_code == 200, programme.key
            assert programme.title.in_(locale) in text_of(answer)


def test_what_no_source_tells_is_said_to_be_unknown(visitor: FlaskClient) -> None:
    text = text_of(visitor.get("/calls/sinf-2016"))

    assert "Decided" in text
    assert "USD 100,000" in text and "not known" in text
    assert "1 is best" in text or "1 to 9" in text


def test_a_programme_that_is_information_only_says_so_and_lists_no_call(visitor: FlaskClient) -> None:
    text = text_of(visitor.get("/programmes/gap-conference"))

    assert "Information only" in text
    assert "will appear" not in text and "appear here as soon as" not in text


def test_a_retired_programme_keeps_its_calls(visitor: FlaskClient) -> None:
    page = visitor.get("/programmes/sinf")

    assert "Retired" in text_of(page)
    assert "Sister Institution Network Fund 2016" in links(page)


def test_open_calls_stand_above_those_of_the_past_and_newer_ones_above_older(visitor: FlaskClient) -> None:
    shown = [href.rsplit("/", 1)[1] for href in links(visitor.get("/")).values() if href.startswith("/calls/")]
    keys = [key for key in shown if key in CATALOGUE]

    assert keys[:2] == ["mayo-ki-breast-2027-fictional", "mayo-ki-breast-2026-fictional"]
    assert set(keys) == set(CATALOGUE)
    years = [CATALOGUE[key].year for key in keys]
    assert years == sorted(years, reverse=True)


def test_a_year_that_no_source_tells_is_no_year_to_search_for(visitor: FlaskClient) -> None:
    page = visitor.get("/").get_data(as_text=True)

    assert '<option value="2016"' in page
    assert '<option value="0"' not in page


def test_what_comes_before_any_score_is_said(visitor: FlaskClient) -> None:
    text = text_of(visitor.get("/calls/ki-phd-travel-2024"))

    assert "Before any score No earlier grant in the programme" in text


def test_a_year_that_no_source_tells_is_said_to_be_unknown(visitor: FlaskClient) -> None:
    text = text_of(visitor.get("/programmes/dkfz-ki"))

    assert re.search("DKFZ–KI joint projects ?not known ?Decided ?not known", text)
