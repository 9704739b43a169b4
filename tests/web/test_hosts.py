"""A request for another house."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.world import World


@pytest.mark.parametrize("host", ["evil.example", "ex ample", "[", "a" * 300, "localhost:x"])
def test_a_request_for_another_host_is_refused_and_breaks_nothing(client: FlaskClient, world: World, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
