"""A coordinator makes an imported call public, once, through the office's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.actors import Acting
from app.programmes import services
from app.programmes.definition import load_catalogue
from app.programmes.models import Call, CallState
from app.reviews.models import Panel
from app.trail.models import TrailEntry
from app.workflow.vocabulary import Hat
from tests.conftest import Clock
from tests.forms import forms, press, text_of
from tests.world import World

Do = Callable[[Callable[[Session], Any]], Any]
As = Callable[[Any], FlaskClient]
KEY = "mayo-ki-breast-2026-fictional"
CLOSES = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
EARLY = CLOSES - timedelta(days=60)


def imported(do: Do, world: World, key: str = KEY) -> UUID:
    """The call as a draft; Kajsa coordinates KI's side of it."""

    def bring(session: Session) -> UUID:
        by = Acting(None, "Tandem (terminal)", frozenset({Hat.SYSTEM}))
        call = services.import_call(session, load_catalogue()[key], by=by, at=EARLY)
        person = session.get_one(Person, world.ki_coordinator)
        identities.grant_role(session, person, Role.COORDINATOR, at=EARLY, call_id=call.id, side_key="ki")
        return call.id

    found: UUID = do(bring)
    return found


@pytest.fixture
def call(world: World, do: Do, time: Clock) -> UUID:
    time.at = EARLY
    return imported(do, world)


def stands(do: Do, call_id: UUID) -> tuple[CallState, datetime | None, list[str], int]:
    """The call's state, since when it is public, its panels, and how often it was announced."""

    def read(session: Session) -> tuple[CallState, datetime | None, list[str], int]:
        call = session.get_one(Call, call_id)
        panels = session.scalars(select(Panel.key).where(Panel.call_id == call_id))
        lines = session.scalars(
            select(TrailEntry.id).where(TrailEntry.verb == "announce-call", TrailEntry.subject == call.key)
        ).all()
        return call.state, call.announced_at, sorted(panels), len(lines)

    found: tuple[CallState, datetime | None, list[str], int] = do(read)
    return found


def buttons(answer: Any) -> list[str]:
    return [button[0] for form in forms(answer) for button in form.buttons]


PANELS = sorted(panel.key for panel in load_catalogue()[KEY].panels)


def test_one_press_makes_the_call_public_and_opens_its_panels(
    world: World, call: UUID, do: Do, as_: As, client: FlaskClient
) -> None:
    title = load_catalogue()[KEY].title.en
    public = {"Accept-Language": "en"}
    assert client.get(f"/calls/{KEY}").status_code == 404
    assert title not in text_of(client.get("/", headers=public))
    browser = as_(world.ki_coordinator)
    page = browser.get(f"/office/calls/{call}")
    assert "Not announced" in page.get_data(as_text=True)
    assert stands(do, call) == (CallState.DRAFT, None, [], 0)

    done = press(browser, page, "^Announce call$")

    assert done.status_code == 200 and done.request.path == f"/office/calls/{call}"
    assert "The call is announced. Everybody can see it now." in done.get_data(as_text=True)
    assert "Announce call" not in buttons(done)
    assert stands(do, call) == (CallState.ANNOUNCED, EARLY, PANELS, 1)
    assert PANELS
    seen = client.get(f"/calls/{KEY}", headers=public)
    assert (seen.status_code, title in text_of(seen)) == (200, True)
    assert title in text_of(client.get("/", headers=public))


def test_a_second_press_is_refused_in_words_and_changes_nothing(
    world: World, call: UUID, do: Do, as_: As, time: Clock
) -> None:
    browser = as_(world.ki_coordinator)
    two_tabs = browser.get(f"/office/calls/{call}")
    press(browser, two_tabs, "^Announce call$")
    before = stands(do, call)
    time.move(minutes=5)

    again = press(browser, two_tabs, "^Announce call$")

    assert again.status_code == 422
    assert "This call has been announced already." in text_of(again)
    assert stands(do, call) == before


def test_after_its_deadline_a_call_is_not_announced_any_more(
    world: World, call: UUID, do: Do, as_: As, time: Clock
) -> None:
    time.at = CLOSES
    browser = as_(world.ki_coordinator)
    refused = press(browser, browser.get(f"/office/calls/{call}"), "^Announce call$")
    assert (refused.status_code, "The deadline lies in the past." in text_of(refused)) == (422, True)
    assert stands(do, call) == (CallState.DRAFT, None, [], 0)


def test_nobody_but_its_coordinators_announces_a_call(
    world: World, call: UUID, do: Do, as_: As, client: FlaskClient
) -> None:
    people = (world.mayo_coordinator, world.administrator, world.researcher, world.outsider)
    assert [as_(who).post(f"/office/calls/{call}/announce").status_code for who in people] == [404] * 4
    assert client.post(f"/office/calls/{call}/announce").status_code in (302, 401)
    assert stands(do, call) == (CallState.DRAFT, None, [], 0)


def test_marked_unknowns_stand_in_the_way_and_are_listed(world: World, do: Do, as_: As, time: Clock) -> None:
    time.at = datetime(2020, 1, 1, tzinfo=UTC)
    call = imported(do, world, "mayo-ki-breast-2021")
    browser = as_(world.ki_coordinator)
    page = browser.get(f"/office/calls/{call}")
    assert "stands in the way" in text_of(page)

    refused = press(browser, page, "^Announce call$")

    assert refused.status_code == 422
    assert stands(do, call)[0] is CallState.DRAFT
