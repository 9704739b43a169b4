"""What is carried through signing in is read with care: anything else than a form of ours is nothing."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

ODD = (
    '{"url":"/x","entries":[],"files":5}',
    "[" * 200_000,
    json.dumps({"url": "/x", "entries": [["a", "\ud800 b"]], "files": []}),
    json.dumps({"url": "/x", "entries": [], "files": ["\ud800"]}),
    json.dumps({"url": "/\t/evil.example/x", "entries": [["a", "b c"]], "files": []}),
    json.dumps({"url": "//evil.example/x", "entries": [["a", "b c"]], "files": []}),
    json.dumps({"url": 7, "entries": [["a", "b c"]], "files": []}),
    "7",
)


@pytest.mark.parametrize("carried", ODD, ids=range(len(ODD)))
def test_what_is_no_form_of_ours_is_not_carried(client: FlaskClient, carried: str) -> None:
    page = client.post("/sign-in", data={"address": "x@y.example", "password": "wrong", "carried": carried})
    assert page.status_code == 422
    assert "evil.example" not in page.text
