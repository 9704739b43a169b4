"""The list of calls: facets, search, and a body that is kept for as long as nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.programmes import services as programmes
from app.programmes.definition import load_catalogue
from app.programmes.models import Call
from app.programmes.queries import call_by_key
from app.web.shared import Kept, Shelf
from tests.conftest import Clock
from tests.forms import forms, links, press, text_of
from tests.stages import ki_office
from tests.world import ANNOUNCED, CLOSES, KEY, World

MODEL, PAST = load_catalogue()[KEY], load_catalogue()["mayo-ki-breast-2021"]
Do, As, Watch = Callable[..., Any], Callable[..., FlaskClient], Callable[[], Any]


@pytest.fixture
def two(world: World, do: Do) -> World:
    """An open call and a decided one."""
    do(lambda s: programmes.import_call(s, PAST, by=ki_office(world), at=ANNOUNCED, is_decided=True))
    return world


def titles(answer: Any) -> list[str]:
    return [text for text, href in links(answer).items() if href.startswith("/calls/") and "." not in href]


def test_a_form_without_a_script_narrows_the_list(client: FlaskClient, two: World) -> None:
    page = client.get("/")
    assert titles(page) == [MODEL.title.en, PAST.title.en]
    form = next(form for form in forms(page) if "q" in form.fields)
    assert (form.method, form.action) == ("get", "/")
    assert {"status", "side", "programme", "kind", "year"} <= form.fields.keys()
    assert titles(client.get("/?status=decided&year=2021&q=")) == [PAST.title.en]


def test_each_status_says_how_many_it_leaves_and_leads_there(client: FlaskClient, two: World) -> None:
    found = links(client.get("/"))
    assert found["Open · 1"] == "/?status=open" and found["Decided · 1"] == "/?status=decided"
    assert titles(client.get(found["Decided · 1"])) == [PAST.title.en]


@pytest.mark.parametrize("words", ["brostcancer 2021", "BREAST 2021", "hogriskprojekt"])
def test_a_search_needs_no_diacritics_and_knows_both_languages(client: FlaskClient, two: World, words: str) -> None:
    assert PAST.title.en in titles(client.get("/", query_string={"q": words}))


def test_nothing_found_is_said_with_a_way_on(client: FlaskClient, two: World) -> None:
    page = client.get("/?q=astronomy")
    assert "No call matches" in text_of(page) and links(page)["Show all"] == "/"


def test_titles_stand_in_the_readers_language(client: FlaskClient, two: World) -> None:
    assert titles(client.get("/", headers={"Accept-Language": "sv"})) == [MODEL.title.sv, PAST.title.sv]


def test_a_known_body_is_not_sent_again(client: FlaskClient, two: World, statements: Watch) -> None:
    first = client.get("/")
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert {"Cookie", "Accept-Language"} <= {
        part.strip() for part in ", ".join(first.headers.getlist("Vary")).split(",")
    }
    with statements() as seen:
        again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, len(seen)) == (304, b"", 1)


def test_a_list_costs_one_statement_warm_and_at_most_four_cold(
    client: FlaskClient, two: World, statements: Watch
) -> None:
    with statements() as cold:
        client.get("/?q=unseen")
    with statements() as warm:
        client.get("/?q=unseen")
    assert len(cold) <= 4 and len(warm) == 1


@pytest.mark.parametrize("path", ["/", f"/calls/{KEY}", "/calls.json", "/calls.ics"])
def test_a_change_is_seen_at_once(client: FlaskClient, two: World, do: Do, path: str) -> None:
    before = client.get(path).headers["ETag"]

    def move(session: Any) -> None:
        call = call_by_key(session, KEY)
        assert call is not None
        call.closes_at = CLOSES + timedelta(days=1)

    do(move)
    after = client.get(path, headers={"If-None-Match": before})
    assert after.status_code == 200 and after.headers["ETag"] != before


def test_a_call_opens_and_closes_by_itself_in_the_kept_body_too(
    client: FlaskClient, world: World, do: Do, time: Clock
) -> None:
    def opens(session: Any) -> datetime:
        found: Call | None = call_by_key(session, KEY)
        assert found is not None and found.opens_at is not None
        return found.opens_at

    time.at = do(opens) - timedelta(microseconds=1)
    assert "Opens later" in text_of(client.get("/"))
    time.move(microseconds=1)
    assert "Opens later" not in text_of(client.get("/"))
    time.at = CLOSES
    assert "Open · 1" in text_of(client.get("/"))
    time.move(microseconds=1)
    assert "Closed · 1" in text_of(client.get("/"))


def test_texts_about_time_are_never_older_than_a_minute(client: FlaskClient, world: World, time: Clock) -> None:
    time.at = CLOSES - timedelta(minutes=50)
    assert "Closes in 50 minutes" in text_of(client.get("/"))
    time.move(minutes=1)
    assert "Closes in 49 minutes" in text_of(client.get("/"))


def test_somebody_signed_in_never_gets_a_kept_page_nor_leaves_one(client: FlaskClient, two: World, as_: As) -> None:
    anonymous = client.get("/").get_data(as_text=True)
    own = as_(two.researcher).get("/")
    assert own.headers["Cache-Control"] == "private, no-store" and "ETag" not in own.headers
    assert "Ylva Exempelsson" in own.get_data(as_text=True)
    later = client.get("/").get_data(as_text=True)
    assert later == anonymous and "Ylva" not in later and "csrf" not in later


def test_a_kept_page_sets_no_cookie(client: FlaskClient, two: World) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_choosing_a_language_works_from_a_kept_page(client: FlaskClient, two: World) -> None:
    swedish = press(client, client.get("/"), "Svenska")
    assert titles(swedish) == [MODEL.title.sv, PAST.title.sv]
    assert titles(client.get("/")) == [MODEL.title.sv, PAST.title.sv]


def test_the_number_of_statements_does_not_grow_with_the_list(
    client: FlaskClient, world: World, do: Do, statements: Watch
) -> None:
    def seen() -> int:
        client.get("/")
        with statements() as found:
            client.get(f"/?n={datetime.now(UTC).timestamp()}")
        return len(found)

    few = seen()
    for number in range(5):
        another = replace(PAST, key=f"past-{number}", reference_prefix=f"P{number}")
        do(
            lambda s, another=another: programmes.import_call(
                s, another, by=ki_office(world), at=ANNOUNCED, is_decided=True
            )
        )
    assert seen() == few


def test_the_shelf_drops_what_nobody_asked_for_longest() -> None:
    shelf, body = Shelf(room=100), Kept(b"x" * 40, "text/html", "e")
    for key in ("one", "two"):
        shelf.put((key,), body)
    shelf.take(("one",))
    shelf.put(("three",), body)
    assert [shelf.take((key,)) is not None for key in ("one", "two", "three")] == [True, False, True]
