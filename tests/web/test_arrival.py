"""In time is what arrived in time: the instant is stamped before routing, before the body is read and before any lock."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.applications.models import Answer, Application, Submission
from app.cli.serving import server_of
from app.communications.models import Letter
from app.extensions import db
from app.kernel.database import scoped, writing
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.trail.models import TrailEntry
from app.web.arrival import FIRST_BYTE, LONGEST_WAY, came_at
from app.workflow.vocabulary import State
from tests import stages
from tests.conftest import Clock, settings_for
from tests.forms import tree
from tests.world import CLOSES, World

Do = Callable[[Callable[[Session], Any]], Any]
As = Callable[[Any], FlaskClient]
SECOND = timedelta(seconds=1)


@pytest.fixture
def ready(world: World, do: Do) -> UUID:
    """A draft of which nothing is missing."""

    def work(session: Session) -> UUID:
        application = stages.draft(session, world)
        stages.confirm(session, application)
        return application.id

    found: UUID = do(work)
    return found


def value_of(answer: TestResponse, name: str) -> str:
    """What stands in a hidden field."""
    found = [field.get("value", "") for field in tree(answer).iter("input") if field.get("name") == name]
    assert len(found) == 1, name
    return found[0]


class Slow(io.BytesIO):
    """A body that comes while the clock goes on."""

    def __init__(self, content: bytes, time: Clock, until: datetime) -> None:
        super().__init__(content)
        self.time, self.until = time, until

    def read(self, *size: Any) -> bytes:
        self.time.at = self.until
        return super().read(*size)


def post_slowly(browser: FlaskClient, path: str, body: bytes, time: Clock, until: datetime) -> int:
    answer = browser.post(
        path,
        input_stream=Slow(body, time, until),
        content_type="application/x-www-form-urlencoded",
        content_length=len(body),
    )
    return answer.status_code


def submissions(do: Do, application: UUID) -> list[tuple[int, datetime]]:
    found: list[tuple[int, datetime]] = do(
        lambda session: [
            (row.number, row.submitted_at)
            for row in session.scalars(
                scoped(select(Submission).where(Submission.application_id == application).order_by(Submission.number))
            )
        ]
    )
    return found


def test_a_slow_body_that_crosses_the_deadline_came_with_its_first_byte(
    world: World, ready: UUID, as_: As, do: Do, time: Clock
) -> None:
    time.at = CLOSES - SECOND
    browser = as_(world.researcher)

    assert post_slowly(browser, f"/applications/{ready}/submit", b"key=one", time, CLOSES + 20 * SECOND) == 303

    assert submissions(do, ready) == [(1, CLOSES - SECOND)]


def test_one_second_after_the_last_instant_is_too_late_and_the_draft_is_kept(
    world: World, ready: UUID, as_: As, do: Do, time: Clock
) -> None:
    grace = do(lambda session: definition_of(session, session.get_one(Call, world.call)).grace_minutes)
    time.at = CLOSES + timedelta(minutes=grace) + SECOND
    browser = as_(world.researcher)

    assert browser.post(f"/applications/{ready}/submit").status_code == 422

    def kept(session: Session) -> tuple[State, int]:
        answers = session.scalars(scoped(select(Answer).where(Answer.application_id == ready))).all()
        return session.scalar(scoped(select(Application.state).where(Application.id == ready))), len(answers)  # type: ignore[return-value]

    state, answers = do(kept)
    assert state is State.DRAFT
    assert answers > 3
    assert submissions(do, ready) == []


def test_a_submit_that_waits_for_its_turn_to_write_keeps_its_arrival(
    world: World, ready: UUID, as_: As, do: Do, time: Clock, app: Flask
) -> None:
    time.at = CLOSES - SECOND
    browser, statuses = as_(world.researcher), list[int]()

    def submit() -> None:
        statuses.append(browser.post(f"/applications/{ready}/submit").status_code)

    with app.app_context(), writing(db.engine):
        db.session().get(Call, world.call, with_for_update=True)
        thread = threading.Thread(target=submit)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()
        time.at = CLOSES + 9 * SECOND
        db.session.rollback()
        db.session.remove()
    thread.join(timeout=20)

    assert statuses == [303]
    assert submissions(do, ready) == [(1, CLOSES - SECOND)]


def test_the_same_form_sent_again_however_late_submits_once(world: World, ready: UUID, as_: As, do: Do) -> None:
    browser, place = as_(world.researcher), f"/applications/{ready}"
    form = {name: value_of(browser.get(f"{place}/check"), name) for name in ("key", "seen")}
    assert form["key"] and form["seen"]

    answers = [browser.post(f"{place}/submit", data=form) for _ in range(2)]
    browser.post(f"{place}/take-back")
    answers.append(browser.post(f"{place}/submit", data=form))  # a browser that tries again after an hour

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, place)] * 3
    assert [number for number, _ in submissions(do, ready)] == [1]
    assert do(_doubled) == (2, 1)
    assert browser.get(f"{place}/edit").status_code == 200


def _doubled(session: Session) -> tuple[int, int]:
    """How many receipts there are, and how many deeds of submitting."""
    receipts = session.scalars(scoped(select(Letter).where(Letter.kind == "receipt"))).all()
    deeds = session.scalars(select(TrailEntry).where(TrailEntry.verb == "submit-application")).all()
    return len(receipts), len(deeds)


def test_what_a_partner_changed_after_the_look_is_looked_at_before_it_is_submitted(
    world: World, ready: UUID, as_: As, do: Do
) -> None:
    browser, place = as_(world.researcher), f"/applications/{ready}"
    form = {name: value_of(browser.get(f"{place}/check"), name) for name in ("key", "seen")}
    partner = do(lambda session: stages.side_of(session, ready, "mayo").lead_person_id)
    side = do(lambda session: stages.side_of(session, ready, "mayo").id)
    as_(partner).post(
        f"/parts/{side}", data={"budget-mayo-1": "41 000", "was-budget-mayo-1": "50 000", "then": "later"}
    )

    refused = browser.post(f"{place}/submit", data=form)

    assert refused.status_code == 409
    assert "41" in refused.text
    assert submissions(do, ready) == []
    again = {name: value_of(refused, name) for name in ("key", "seen")}
    assert browser.post(f"{place}/submit", data=again).status_code == 303


def test_the_first_byte_counts_where_the_server_noted_it_and_not_from_yesterday() -> None:
    assert came_at(None, CLOSES) == CLOSES
    assert came_at(CLOSES - 9 * SECOND, CLOSES) == CLOSES - 9 * SECOND
    assert came_at(CLOSES + SECOND, CLOSES) == CLOSES
    assert came_at(CLOSES - timedelta(days=1), CLOSES) == CLOSES - LONGEST_WAY


def test_the_server_tells_when_the_first_byte_came(tmp_path: Path) -> None:
    told: list[datetime] = []

    def house(environ: dict[str, Any], answer: Any) -> list[bytes]:
        told.append(environ[FIRST_BYTE])
        answer("200 OK", [])
        return [environ["wsgi.input"].read()]

    server = server_of(house, settings_for("sqlite://", tmp_path, host="127.0.0.1", port=0))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", server.effective_port)) as line:
            line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n")
            threading.Event().wait(0.2)
            between = datetime.now(UTC)
            line.sendall(b"Content-Length: 2\r\n\r\nno")
            assert b"200 OK" in line.recv(1000)
    finally:
        server.close()
        thread.join(timeout=5)
    assert told[0] < between


def test_a_submit_costs_sixteen_statements_whatever_the_number_of_questions(
    world: World, ready: UUID, as_: As, statements: Callable[[], Any], app: Flask
) -> None:
    browser = as_(world.researcher)
    browser.get(f"/applications/{ready}/check")
    with statements() as seen:
        assert browser.post(f"/applications/{ready}/submit").status_code == 303

    assert len(seen) <= 16, "\n".join(seen)
