"""Input that nobody types: it is refused in words, and no page breaks."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.web.office.stages import _clock
from tests.conftest import Clock
from tests.forms import forms
from tests.web.test_announce import EARLY, imported
from tests.world import World

Do, As = Callable[..., Any], Callable[[Any], FlaskClient]


@pytest.mark.parametrize("typed", ["9" * 5000, "-1", "1e3", "٣", "<b>"])
def test_a_list_asked_for_something_that_no_call_has(client: FlaskClient, world: World, typed: str) -> None:
    for name in ("year", "status", "q", "side", "programme", "kind", "area"):
        assert client.get("/", query_string={name: typed}).status_code == 200
        assert client.get("/calls.json", query_string={name: typed}).status_code == 200
    for days in (typed, "7"):
        asked = {"address": "a@example.org", "days": days, "zone": typed, "year": typed}
        assert client.post("/alerts", data=asked).status_code == 422
    assert client.get("/awards", query_string={"year": typed}).status_code == 200


SHEETS = (
    "mayo-ki-breast,2016," + "a" * 140_000 + ",KI\n",
    "mayo-ki-breast,0000020160000000000000000000000,a,KI\n",
    "mayo-ki-breast,0000020161" + "1" * 450 + ",a,KI\n",
    'mayo-ki-breast,"2016\ra,b,KI',
)


@pytest.mark.parametrize("do", ["try", "import"])
@pytest.mark.parametrize("rows", SHEETS)
def test_a_sheet_that_breaks_its_reader_is_refused(world: World, as_: As, rows: str, do: str) -> None:
    file = (io.BytesIO(f"programme,year,title,side\n{rows}".encode()), "a.csv")
    assert as_(world.administrator).post("/admin/past-awards", data={"file": file, "do": do}).status_code == 422


def test_a_sheet_with_the_line_ends_of_an_old_mac_is_read(world: World, as_: As) -> None:
    file = (io.BytesIO(b"programme,year,title,side\rmayo-ki-breast,2016,a,KI\r"), "a.csv")
    assert as_(world.administrator).post("/admin/past-awards", data={"file": file, "do": "import"}).status_code == 303


@pytest.fixture
def office(world: World, as_: As) -> FlaskClient:
    return as_(world.ki_coordinator)


@pytest.fixture
def base(world: World, do: Do, time: Clock) -> str:
    """Where the declaration of a call that is not announced is edited."""
    time.at = EARLY
    return f"/office/calls/{imported(do, world)}/declaration"


@pytest.mark.parametrize("at", [f"sides[{'9' * 5000}]", "sides[0]" + ".institution" * 300, "closes", "sides", "é", "."])
def test_a_path_that_leads_nowhere(office: FlaskClient, base: str, at: str) -> None:
    assert office.get(f"{base}/entry", query_string={"at": at}).status_code in (302, 404)
    assert office.post(f"{base}/entry", query_string={"at": at}, data={"_was": "x"}).status_code == 409


@pytest.mark.parametrize(
    "then", [f"open:sides[{'9' * 5000}]", f"remove:sides[{'9' * 5000}]", "add:title", "up:sides[7]"]
)
def test_a_button_that_there_is_not(office: FlaskClient, base: str, then: str) -> None:
    form = next(each for each in forms(office.get(f"{base}/groups/money")) if "_was" in each.fields)
    assert office.post(f"{base}/groups/money", data={**form.fields, "_then": then}).status_code == 409


@pytest.mark.parametrize("sent", ["[" * 100_000, '{"title": "\\ud800"}', '{"title": NaN}', "9" * 6000])
def test_a_page_that_sends_back_another_start(office: FlaskClient, base: str, sent: str) -> None:
    data = {"_was": "x", "_base": sent, "title.en": "What was typed"}
    answer = office.post(f"{base}/groups/texts", data=data)
    assert answer.status_code == 409 and "What was typed" in answer.text


def nested(depth: int) -> Any:
    found: Any = {"question": "a", "is": "b"}
    for _ in range(depth):
        found = {"all": [found]}
    return found


PAGES = ("", "/versions", "/groups/texts", "/groups/dates", "/groups/form", "/bank", "/files/working-copy.json")
BROKEN = (
    ("call.json", "[" * 200_000),
    ("call.json", '{"title": ' + "[" * 200_000),
    ("call.toml", "a = " + "[" * 20_000),
    ("call.json", '{"title": "\\ud800"}'),
    ("call.json", '{"\\ud800": "a"}'),
    ("call.json", '{"title": "a\\u0000b"}'),
    ("call.json", json.dumps({"questions": [{"key": "a", "when": nested(400)}]})),
)


@pytest.mark.parametrize(("name", "text"), BROKEN)
def test_a_file_that_breaks_its_reader_is_refused(office: FlaskClient, base: str, name: str, text: str) -> None:
    answer = office.post(f"{base}/upload", data={"file": (io.BytesIO(text.encode()), name)})
    assert answer.status_code == 422
    begun = office.post("/office/new-call", data={"file": (io.BytesIO(text.encode()), name)})
    assert begun.status_code == 422


ODD = (
    ("call.json", json.dumps({"questions": [{"key": "a", "when": nested(25)}]})),
    (
        "call.json",
        '{"years": 1e999, "sides": [[1]], "questions": {"a": 1}, "closes": "x", "areas": [1, null], "title": NaN}',
    ),
    ("call.toml", "years = nan\nx = inf\nopens = 1979-05-27T07:32:00-08:00\n"),
    ("call.toml", "years = 99999999999999999999999999999\n"),
    ("call.toml", "title = {en = 1979-05-27, sv = [1]}\n[[sides]]\n[[sides]]\nkey = 07:32:00\n"),
    ("call.toml", "[closes]\ndate = 9999-12-31\ntime = 23:59:59\nzone = 'America/Chicago'\n"),
)


@pytest.mark.parametrize(("name", "text"), ODD)
def test_a_file_of_odd_values_is_kept_and_every_page_of_it_opens(
    office: FlaskClient, base: str, name: str, text: str
) -> None:
    answer = office.post(f"{base}/upload", data={"file": (io.BytesIO(text.encode()), name)})
    assert answer.status_code == 303
    assert [office.get(base + page).status_code for page in PAGES] == [200] * len(PAGES)
    for at in ("questions[0]", "sides[0]", "sides[1]"):
        assert office.get(f"{base}/entry", query_string={"at": at}).status_code in (200, 404)


@pytest.mark.parametrize("text", ["9999-12-31T23:59", "0001-01-01T00:00", "2027-13-45", ""])
def test_an_interview_at_the_end_of_time(text: str) -> None:
    assert _clock(text) is None
