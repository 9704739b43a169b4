"""Input that nobody types: it is refused in words, and no page breaks."""

from __future__ import annotations


import pytest
from flask.testing import FlaskClient

from tests.world import World


@pytest.mark.parametrize("typed", ["9" * 5000, "-1", "1e3", "٣", "<b>"])
def test_a_list_asked_for_something_that_no_call_has(client: FlaskClient, world: World, typed: str) -> None:
    for name in ("year", "status", "q", "side", "programme", "kind", "area"):
        assert client.get("/", query_string={name: typed}).status_code == 200
        assert client.get("/calls.json", query_string={name: typed}).status_code == 200
    for days in (typed, "7"):
        asked = {"address": "a@example.org", "days": days, "zone": typed, "year": typed}
        assert client.post("/alerts", data=asked).status_code == 422
    assert client.get("/awards", query_string={"year": typed}).status_code == 200
