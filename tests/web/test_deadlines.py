"""The deadlines of a call in the office: moved for all with the other side's yes, or later for one with a second coordinator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kernel.errors import Refused
from app.programmes import queries, revising, services
from app.programmes.definition import from_data, to_data
from app.programmes.models import Call
from tests import stages
from tests.forms import forms, press, text_of
from tests.shows import shows
from tests.world import BEFORE_CLOSING, World, load_catalogue

Do = Callable[[Callable[[Session], Any]], Any]
As = Callable[[Any], FlaskClient]
LATER = {"to.date": "2027-04-02", "to.time": "14:00", "to.zone": "Europe/Stockholm"}


def declare(do: Do, world: World, **changes: Any) -> None:
    """Another version of the call's declaration, in force at once."""

    def add(session: Session) -> None:
        call = session.get_one(Call, world.call)
        data = to_data(queries.definition_of(session, call)) | changes
        definition = from_data(data, "x")
        services.add_version(session, call, definition, at=BEFORE_CLOSING)
        call.opens_at = definition.opens.instant if definition.opens else None
        call.visible_at = definition.announced.instant if definition.announced else None

    do(add)


@pytest.fixture
def owned(world: World, do: Do) -> World:
    declare(do, world, changes_need="every_side")
    return world


def public(client: FlaskClient, world: World) -> str:
    return text_of(client.get(f"/calls/{world.call_key}", headers={"Accept-Language": "en"}))


@shows("closes", "changes_need")
def test_one_sides_deadline_is_public_only_when_the_other_has_agreed(
    owned: World, as_: As, client: FlaskClient
) -> None:
    ki, mayo = as_(owned.ki_coordinator), as_(owned.mayo_coordinator)
    page = ki.get(f"/office/calls/{owned.call}/deadlines")
    desk = press(ki, page, "^Put the new deadline", **{"move.date": "2027-04-08"})
    assert "Closes" in text_of(desk)
    proposed = press(ki, desk, "^Propose the changes$")
    assert "It holds when Mayo has agreed to exactly this text." in text_of(proposed)
    assert "1 Apr 2027, 14:00 CEST" in public(client, owned)
    board = text_of(mayo.get(f"/office/calls/{owned.call}"))
    assert "Change of the call" in board

    agreed = press(mayo, mayo.get(f"/office/calls/{owned.call}/declaration"), "^Agree to exactly these changes$")

    assert "The change is taken over" in text_of(agreed)
    assert "8 Apr 2027, 14:00 CEST" in public(client, owned)


def test_whoever_proposed_has_nothing_to_agree_to_and_a_changed_text_is_refused(owned: World, as_: As) -> None:
    ki, mayo = as_(owned.ki_coordinator), as_(owned.mayo_coordinator)
    page = ki.get(f"/office/calls/{owned.call}/deadlines")
    desk = press(ki, page, "^Put the new deadline", **{"move.date": "2027-04-08"})
    proposed = press(ki, desk, "^Propose the changes$")
    assert "Agree to exactly these changes" not in text_of(proposed)
    seen = mayo.get(f"/office/calls/{owned.call}/declaration")
    texts = ki.get(f"/office/calls/{owned.call}/declaration/groups/texts")
    press(ki, texts, "^Keep$", **{"summary.en": "Other words."})

    refused = press(mayo, seen, "^Agree to exactly these changes$")

    assert (refused.status_code, "The proposal was changed meanwhile" in text_of(refused)) == (422, True)
    assert press(ki, proposed, "^Drop the changes$").status_code == 422


def test_more_time_needs_a_reason_and_a_second_coordinator(world: World, do: Do, as_: As) -> None:
    do(lambda session: stages.draft(session, world).id)
    ki, mayo = as_(world.ki_coordinator), as_(world.mayo_coordinator)
    address = f"/office/calls/{world.call}/deadlines"
    refused = press(ki, ki.get(address), "^Ask for more time$", address="ylva@ki.example", **LATER)
    assert refused.status_code == 422
    assert 'value="ylva@ki.example"' in refused.get_data(as_text=True) and 'value="2027-04-02"' in refused.get_data(
        as_text=True
    )
    nobody = press(ki, ki.get(address), "^Ask for more time$", address="no@ki.example", reason="Fire", **LATER)
    assert "Nobody with this address has a draft in this call." in text_of(nobody)
    odd = press(ki, ki.get(address), "^Ask for more time$", side="mayo", reason="Fire", **(LATER | {"to.time": "x"}))
    assert "is not a clock time" in text_of(odd)

    asked = press(ki, refused, "^Ask for more time$", reason="Fire in the building")

    assert "Waits for a second coordinator" in text_of(asked)
    assert "Agree to more time" not in asked.get_data(as_text=True)
    granted = press(mayo, mayo.get(address), "^Agree$")
    assert "Granted, agreed to by Molly Coordson" in text_of(granted)
    assert "Fire in the building" in text_of(ki.get(address))


def test_who_asked_and_strangers_do_not_answer(world: World, do: Do, as_: As) -> None:
    ki = as_(world.ki_coordinator)
    address = f"/office/calls/{world.call}/deadlines"
    press(ki, ki.get(address), "^Ask for more time$", side="mayo", reason="Fire", **LATER)
    mayo = as_(world.mayo_coordinator)
    answer = next(form.action for form in forms(mayo.get(address)) if "/extensions/" in form.action)

    assert ki.post(answer, data={"answer": "yes"}).status_code == 403
    assert as_(world.researcher).post(answer, data={"answer": "yes"}).status_code == 404
    refused = mayo.post(answer, data={"answer": "no"}, follow_redirects=True)
    assert "Refused" in text_of(refused)


@shows("grace_minutes")
def test_the_stated_grace_is_told_in_words(world: World, do: Do, as_: As, client: FlaskClient) -> None:
    assert "There is no grace" in public(client, world)
    declare(do, world, grace_minutes=15)
    assert "within 15 minutes" in public(client, world)
    assert "within 15 minutes" in text_of(as_(world.ki_coordinator).get(f"/office/calls/{world.call}/deadlines"))


@shows("is_fictional", "title", "summary")
def test_a_fictional_call_says_so_and_shows_its_texts(world: World, do: Do, client: FlaskClient) -> None:
    assert "This call is invented." in public(client, world)
    declare(
        do, world, is_fictional=False, title={"en": "Other title", "sv": "X"}, summary={"en": "Other words", "sv": "Y"}
    )
    page = public(client, world)
    assert "This call is invented." not in page
    assert "Other title" in page and "Other words" in page


@shows("opens", "announced")
def test_a_call_opens_and_is_seen_at_its_instants(world: World, do: Do, as_: As, client: FlaskClient) -> None:
    moment = {"date": "2027-03-20", "time": "09:00:00", "zone": "Europe/Stockholm"}
    assert as_(world.researcher).post(f"/calls/{world.call_key}/applications").status_code == 303
    declare(do, world, opens=moment)
    assert as_(world.other_researcher).post(f"/calls/{world.call_key}/applications").status_code == 422
    declare(do, world, announced=moment)
    assert client.get(f"/calls/{world.call_key}").status_code == 404


@shows("languages")
def test_a_preferred_language_is_a_wish_and_swedish_is_always_accepted(world: World, do: Do, as_: As) -> None:
    declare(do, world, languages=["en"])
    english = do(lambda session: stages.draft(session, world).id)
    declare(do, world, languages=[])
    either = do(lambda session: stages.draft(session, world, who=world.other_researcher).id)

    def form(who: Any, draft: Any) -> str:
        reader = as_(who)
        reader.post("/language", data={"locale": "en"})
        return text_of(reader.get(f"/applications/{draft}/edit"))

    assert "English is preferred; Swedish is always accepted." in form(world.researcher, english)
    assert "Write in English or in Swedish, as you prefer." in form(world.other_researcher, either)


@shows("programme", "key", "reference_prefix")
def test_a_call_stands_under_its_programme_its_key_and_its_prefix(world: World, do: Do, client: FlaskClient) -> None:
    def arrange(session: Session) -> tuple[str, str]:
        call, by = session.get_one(Call, world.call), stages.ki_office(world)
        made = revising.copy_call(session, call, key="own-key", year=2031, by=by, at=BEFORE_CLOSING)
        services.publish_forecast(session, made, by=by, at=BEFORE_CLOSING)
        reference = stages.submitted(session, world).reference or ""
        return queries.definition_of(session, call).programme, reference

    programme, reference = do(arrange)

    assert client.get("/calls/own-key").status_code == 200
    assert "/calls/own-key" in client.get(f"/programmes/{programme}").get_data(as_text=True)
    assert reference.startswith("MKB-27-")
    elsewhere = to_data(load_catalogue()[world.call_key]) | {"key": "elsewhere", "programme": "nobody-knows"}
    with pytest.raises(Refused):
        do(
            lambda session: services.import_call(
                session, from_data(elsewhere, "x"), by=stages.ki_office(world), at=BEFORE_CLOSING
            )
        )
