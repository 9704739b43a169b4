"""The key of a form: none, no deed; a tab that stood open for days still works; htmx may carry it in a header."""

from __future__ import annotations

import time as seconds
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import itsdangerous.timed
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from app.applications.models import Application
from app.communications.models import Letter
from app.extensions import db
from app.identities.models import Attempt, LoginSession
from app.kernel.database import scoped, writing
from tests.conftest import Clock, settings_for
from tests.forms import forms, press, text_of
from tests.world import World, build

WHO = {"address": "ylva@ki.example", "password": "korrekt häst batteri"}


@pytest.fixture
def strict(database: str, tmp_path: Path, time: Clock) -> Iterator[Flask]:
    """The application as it is served: every form must carry its key."""
    made = create_app(settings_for(database, tmp_path))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def people(strict: Flask) -> World:
    """The small world, in the strict application."""
    with strict.app_context(), writing(db.engine):
        made = build(db.session())
        db.session.commit()
        db.session.remove()
    return made


@pytest.fixture
def browser(strict: Flask, people: World) -> FlaskClient:
    """A browser that is nobody."""
    return strict.test_client()


def counts(app: Flask) -> list[int]:
    """How many rows there are of all that the requests here could make."""
    with app.app_context():
        found = [
            db.session.scalar(scoped(select(func.count()).select_from(kind))) or 0
            for kind in (Application, LoginSession, Letter, Attempt)
        ]
        db.session.remove()
    return found


def key_of(browser: FlaskClient, path: str) -> str:
    """The key that the page's last form carries."""
    return next(form.fields["csrf_token"][0] for form in reversed(forms(browser.get(path))) if form.method == "post")


def signed_in(browser: FlaskClient) -> FlaskClient:
    answer = press(browser, browser.get("/sign-in"), "^Sign in$", **WHO)
    assert (answer.status_code, answer.request.path) == (200, "/desk")
    return browser


def later(monkeypatch: pytest.MonkeyPatch, time: Clock, age: timedelta) -> None:
    """Let this much time pass, for the house and for those who sign keys and cookies."""
    then = seconds.time() + age.total_seconds()
    monkeypatch.setattr(itsdangerous.timed, "time", SimpleNamespace(time=lambda: then))
    time.at += age


@pytest.mark.parametrize(
    ("path", "data"),
    [("/sign-in", WHO), ("/sign-in/link", {"address": WHO["address"]})],
)
@pytest.mark.parametrize("key", [None, "forged"])
def test_without_its_key_a_form_is_refused_in_words_and_changes_nothing(
    strict: Flask, browser: FlaskClient, path: str, data: dict[str, str], key: str | None
) -> None:
    browser.get("/sign-in")
    before = counts(strict)

    answer = browser.post(path, data=data | ({"csrf_token": key} if key else {}))

    assert answer.status_code == 400
    assert "The form did not carry its key" in text_of(answer)
    assert counts(strict) == before
    assert browser.get("/desk").status_code == 302


def test_somebody_signed_in_does_nothing_without_a_key_either(
    strict: Flask, people: World, browser: FlaskClient
) -> None:
    signed_in(browser)
    before = counts(strict)

    answers = [browser.post(path) for path in (f"/calls/{people.call_key}/applications", "/sign-out")]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("formuläret" in text_of(answer).lower() for answer in answers)  # Ylva reads Swedish
    assert counts(strict) == before
    assert browser.get("/desk").status_code == 200


def test_no_deed_of_the_editor_is_done_without_a_key(strict: Flask, people: World, browser: FlaskClient) -> None:
    press(browser, browser.get("/sign-in"), "^Sign in$", **(WHO | {"address": "kajsa@ki.example"}))
    call = f"/office/calls/{people.call}"
    deeds = [
        "groups/texts",
        "entry?at=decision",
        "propose",
        "agree",
        "drop",
        "forecast",
        "publish",
        "bank",
        "upload",
        "copy",
    ]
    paths = [f"{call}/declaration/{deed}" for deed in deeds] + [f"{call}/deadlines", f"{call}/extensions"]
    before = counts(strict)

    answers = {path: browser.post(path).status_code for path in [*paths, "/office/new-call"]}

    assert set(answers.values()) == {400}
    assert counts(strict) == before
    assert browser.get(f"{call}/declaration").status_code == 200


def test_a_key_of_another_browser_is_refused(strict: Flask, people: World, browser: FlaskClient) -> None:
    browser.get("/sign-in")
    foreign = key_of(strict.test_client(), "/sign-in")
    assert browser.post("/sign-in", data=WHO | {"csrf_token": foreign}).status_code == 400


@pytest.mark.parametrize("age", [timedelta(hours=3), timedelta(days=13)], ids=["3 hours", "13 days"])
def test_a_tab_that_stood_open_for_long_still_signs_in(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, time: Clock, age: timedelta
) -> None:
    page = browser.get("/sign-in")
    later(monkeypatch, time, age)

    answer = press(browser, page, "^Sign in$", **WHO)

    assert (answer.status_code, answer.request.path) == (200, "/desk")


def test_the_header_that_htmx_sends_is_as_good_as_the_field(strict: Flask, people: World, browser: FlaskClient) -> None:
    key, path = key_of(signed_in(browser), "/desk"), f"/calls/{people.call_key}/applications"
    before = counts(strict)[0]

    def send(**headers: Any) -> int:
        return browser.post(path, headers={"HX-Request": "true"} | headers).status_code

    assert (send(), counts(strict)[0]) == (400, before)
    assert (send(**{"X-CSRFToken": "forged"}), counts(strict)[0]) == (400, before)
    assert send(**{"X-CSRFToken": key}) in (200, 204, 303)
    assert counts(strict)[0] == before + 1


def test_a_stranger_chooses_a_language_without_a_key_and_somebody_signed_in_does_not(
    strict: Flask, people: World, browser: FlaskClient
) -> None:
    assert strict.test_client().post("/language", data={"locale": "sv"}).status_code == 303
    signed_in(browser)
    assert browser.post("/language", data={"locale": "sv"}).status_code == 400
    assert browser.get("/desk").status_code == 200
