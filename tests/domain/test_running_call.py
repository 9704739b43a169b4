"""An upgrade changes nothing in a running call: what was scored and written reads the same before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import migrate
from app.extensions import db
from tests import stages
from tests.conftest import Clock
from tests.forms import text_of
from tests.world import AFTER_CLOSING, World

Do = Callable[..., Any]
As = Callable[[Any], FlaskClient]
DAY = stages.DAY


@pytest.mark.parametrize("revision", ["0008", "0003"])
def test_a_running_call_reads_the_same_after_going_down_and_up(
    world: World, do: Do, as_: As, app: Flask, time: Clock, revision: str
) -> None:
    application = do(lambda s: _reviewed(s, world))
    time.at = AFTER_CLOSING + 3 * DAY
    office = as_(world.ki_coordinator)
    addresses = (
        f"/office/calls/{world.call}", f"/office/calls/{world.call}/ranking", f"/office/applications/{application}",
        f"/office/applications/{application}/decision", f"/calls/{world.call_key}",
    )  # fmt: skip
    before = [text_of(office.get(address)) for address in addresses]

    with app.app_context():
        engine = db.engine
        db.session.remove()
        engine.dispose()
        migrate.downgrade(engine, revision)
        migrate.upgrade(engine)
        engine.dispose()

    assert [text_of(office.get(address)) for address in addresses] == before
    assert "rank" in before[1].lower() and "6.00" in before[1]


def _reviewed(session: Any, world: World) -> Any:
    application = stages.submitted(session, world)
    stages.reviewed(session, world, application)
    return application.id
