"""The demonstration fills itself, and each of its people has something to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import rehearsal
from app.cli import demo_data, work
from app.extensions import db
from app.kernel import clock
from app.trail import services as trail
from tests.conftest import Clock
from tests.forms import press, text_of


@pytest.fixture
def demo(app: Flask, time: Clock) -> Flask:
    demo_data.fill(app, app.config["SETTINGS"].instance)
    time.at = rehearsal.BEGINS
    work.deliver(app)
    return app


def test_every_persona_can_be_become_and_finds_a_page(demo: Flask) -> None:
    browser = demo.test_client()
    pages = {}
    for persona in rehearsal.PERSONAS:
        answer = browser.post("/demo/become", data={"address": persona.address}, follow_redirects=True)
        pages[persona.name] = (answer.status_code, answer.request.path.rstrip("/") == persona.begins_at.rstrip("/"))
    assert set(pages.values()) == {(200, True)}


def test_the_historic_call_is_shown_as_decided_with_its_unknowns_left_unknown(demo: Flask) -> None:
    text = text_of(demo.test_client().get(f"/calls/{rehearsal.HISTORIC_CALL}"))
    assert "Decided" in text
    assert "2021-04-01" in text
    assert "USD 50,000" in text and "SEK 1,000,000" in text
    assert "No public source tells the criteria" in text


def test_the_clock_can_be_moved_past_the_deadline(demo: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    clock.follow(rehearsal.offset_in(demo.config["SETTINGS"].instance))
    try:
        browser = demo.test_client()
        page = browser.get("/demo/")
        answer = press(browser, page, "The day after the deadline")
        assert "2 Apr 2027" in text_of(answer)
        assert "Closed" in text_of(browser.get(f"/calls/{rehearsal.OPEN_CALL}"))
    finally:
        clock.follow(None)


def test_nobody_outside_the_list_can_be_become(demo: Flask) -> None:
    assert demo.test_client().post("/demo/become", data={"address": "freja.fantasia@ki.example"}).status_code == 404


def test_the_trail_of_the_demonstration_holds(demo: Flask, session: Any) -> None:
    found = trail.verify(db.session())
    assert found.breaks == ()
    assert found.entries > 50


def test_the_mailbox_shows_the_mails(demo: Flask) -> None:
    browser: FlaskClient = demo.test_client()
    page = browser.get("/demo/mailbox")
    assert page.status_code == 200
    assert text_of(page).count("@") > 5


def test_a_supervisor_says_yes_from_the_mailbox_in_two_clicks(demo: Flask) -> None:
    browser: FlaskClient = demo.test_client()
    mailbox = browser.get("/demo/mailbox?to=hanna.handledarsson@ki.example").get_data(as_text=True)
    message, *_ = dict.fromkeys(re.findall(r"/demo/mailbox/[0-9a-f-]{36}", mailbox))  # the newest stands first
    said = browser.get(message).get_data(as_text=True)
    link = re.findall(r"/p/[A-Za-z0-9_.-]+", said)[0]
    one = press(browser, browser.get(link), "^Continue as Hanna Handledarsson$")  # the first click after the mail
    two = press(browser, one, "^Approve everything that is ticked$")  # the second

    assert "The supervisor lets the student travel" in text_of(one)
    assert "Stina Studentsson" in text_of(one) and "28,000" in text_of(one).replace("\xa0", " ")
    assert "1 approval is kept" in text_of(two)
    browser.post("/demo/become", data={"address": "kajsa.samordnare@ki.example"})
    ledger = text_of(browser.get("/office/journeys"))
    assert "KI → Mayo10–" in ledger  # one application, nothing decided yet
    browser.post("/demo/become", data={"address": "parker.fictional@mayo.example"})
    assert "Both name dormancy, dormant, organoids" in text_of(browser.get("/notices"))
