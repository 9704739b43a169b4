"""Input that nobody types: it is refused in words, and no page breaks."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.world import World

As = Callable[[Any], FlaskClient]


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
