"""What the public sees, and only that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from app.programmes import services as programmes
from app.programmes.definition import load_catalogue
from tests.conftest import Clock
from tests.forms import links, text_of
from tests.stages import ki_office
from tests.world import AFTER_CLOSING, ANNOUNCED, World


def test_a_call_shows_its_deadline_in_both_sides_zones(client: FlaskClient, world: World) -> None:
    text = text_of(client.get(f"/calls/{world.call_key}"))
    assert "1 Apr 2027, 14:00 CEST" in text
    assert "1 Apr 2027, 07:00 CDT" in text


def test_amounts_of_sides_stand_side_by_side_and_are_never_added(client: FlaskClient, world: World) -> None:
    text = text_of(client.get(f"/calls/{world.call_key}"))
    assert all(amount in text for amount in ("SEK 500,000", "SEK 1,000,000", "USD 50,000", "USD 100,000"))


def test_a_call_that_is_not_announced_is_not_there(client: FlaskClient, world: World, do: Callable[..., Any]) -> None:
    other = load_catalogue()["mayo-ki-breast-2026-fictional"]
    do(lambda s: programmes.import_call(s, other, by=ki_office(world), at=ANNOUNCED))
    assert client.get(f"/calls/{other.key}").status_code == 404
    assert other.title.en not in client.get("/").get_data(as_text=True)


def test_the_list_says_open_and_then_closed(client: FlaskClient, world: World, time: Clock) -> None:
    assert "Open" in text_of(client.get("/"))
    time.at = AFTER_CLOSING
    assert "Closed" in text_of(client.get("/"))


def test_the_number_of_statements_does_not_grow_with_the_list(
    client: FlaskClient, world: World, do: Callable[..., Any], statements: Callable[..., Any]
) -> None:
    client.get("/")
    with statements() as few:
        client.get("/")
    other = load_catalogue()["mayo-ki-breast-2021"]
    do(lambda s: programmes.import_call(s, other, by=ki_office(world), at=ANNOUNCED, is_decided=True))
    client.get("/")
    with statements() as more:
        client.get("/")
    assert len(few) == len(more)


def test_every_page_links_the_accessibility_statement(client: FlaskClient, world: World) -> None:
    for path in ("/", f"/calls/{world.call_key}", "/sign-in"):
        assert "/accessibility" in links(client.get(path)).values()
    assert client.get("/accessibility").status_code == 200


def test_a_coordinator_announces_a_call_once_nothing_stands_in_the_way(
    world: World, do: Callable[..., Any], as_: Callable[..., FlaskClient]
) -> None:
    from app.identities import services as identities
    from app.identities.models import Person, Role
    from tests.forms import press

    other = load_catalogue()["mayo-ki-breast-2021"]

    def arrange(session: Any) -> Any:
        call = programmes.import_call(session, other, by=ki_office(world), at=ANNOUNCED)
        person = session.get_one(Person, world.ki_coordinator)
        identities.grant_role(session, person, Role.COORDINATOR, at=ANNOUNCED, call_id=call.id, side_key="ki")
        return call.id

    call_id = do(arrange)
    browser = as_(world.ki_coordinator)
    answer = press(browser, browser.get(f"/office/calls/{call_id}"), "Announce call")
    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer)
    assert browser.get(f"/calls/{other.key}").status_code == 404
