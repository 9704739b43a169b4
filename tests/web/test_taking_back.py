"""The pages of improving: safe on the receipt, a banner on every page meanwhile, and every button works twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.applications import overdue
from app.exports.registry import EXPORTS
from tests import stages
from tests.conftest import Clock
from tests.world import CLOSES, World

Do = Callable[[Callable[[Session], Any]], Any]
As = Callable[[Any], FlaskClient]
BANNER = "is taken back."


@pytest.fixture
def application(world: World, do: Do) -> UUID:
    found: UUID = do(lambda session: stages.submitted(session, world).id)
    return found


@pytest.fixture
def english(as_: As) -> As:
    """Browsers whose pages are in English, whoever looks."""

    def enter(person_id: Any) -> FlaskClient:
        browser = as_(person_id)
        browser.set_cookie("tandem-language", "en")
        return browser

    return enter


def partner_of(do: Do, application: UUID) -> UUID:
    found: UUID = do(lambda session: stages.side_of(session, application, "mayo").lead_person_id)
    return found


def test_it_is_taken_back_improved_and_submitted_again_without_a_script(
    world: World, application: UUID, english: As
) -> None:
    browser, place = english(world.researcher), f"/applications/{application}"
    page = browser.get(place).text
    assert "version 1 is submitted" in page
    assert page.count('class="button button-primary"') == 1

    taken = browser.post(f"{place}/take-back", follow_redirects=True)
    again = browser.post(f"{place}/take-back")
    assert (taken.status_code, again.status_code, again.location) == (200, 303, f"{place}/edit")
    assert "Version 1 stands until you submit again." in taken.text

    browser.post(f"{place}/edit", data={"q-title_en": "A better title", "v-title_en": "1"})
    assert "A better title" in browser.get(f"{place}/edit").text
    assert "Submit version 2" in browser.get(f"{place}/check").text
    done = browser.post(f"{place}/submit", follow_redirects=True).text
    assert "version 2 is submitted" in done
    assert "A better title" in done


def test_the_banner_is_on_every_page_of_everybody_of_the_team_and_on_nobody_elses(
    world: World, application: UUID, english: As, do: Do, app: Any
) -> None:
    lead = english(world.researcher)
    partner = english(partner_of(do, application))
    for browser in (lead, partner):
        assert BANNER not in browser.get("/desk").text
    lead.post(f"/applications/{application}/take-back")

    side = do(lambda session: stages.side_of(session, application, "mayo").id)
    for path in ("/desk", "/", "/calls/" + world.call_key, f"/applications/{application}", "/accessibility"):
        for browser in (lead, partner):
            assert BANNER in browser.get(path).text, path
    assert BANNER in lead.get(f"/applications/{application}/edit").text
    assert BANNER in partner.get(f"/parts/{side}").text
    assert partner.get(f"/applications/{application}/edit").location == f"/parts/{side}"
    for person in (world.ki_coordinator, world.outsider, world.administrator):
        assert BANNER not in english(person).get("/desk").text


def test_offices_do_not_read_an_unsent_word_and_their_numbers_stay(
    world: World, application: UUID, english: As
) -> None:
    lead, office = english(world.researcher), english(world.ki_coordinator)
    lead.post(f"/applications/{application}/take-back")
    lead.post(
        f"/applications/{application}/edit",
        data={"q-title_en": "Zebrafish", "v-title_en": "1", "budget-ki-1": "123 456", "was-budget-ki-1": "500 000"},
    )
    assert "Zebrafish" in lead.get(f"/applications/{application}/edit").text
    assert "123 456" in lead.get(f"/applications/{application}/edit").text.replace("\xa0", " ")

    call = f"/office/calls/{world.call}"
    pages = [office.get(f"/office/applications/{application}"), office.get(call)]
    pages += [office.get(f"{call}/{name}") for name in ("ranking", "trail", "waiting", "letters", "deadlines")]
    pages += [office.post(f"{call}/exports/{name}") for name in EXPORTS]
    for page in pages:
        assert page.status_code == 200, page.request.path
        assert b"Zebrafish" not in page.data, page.request.path
        assert b"123" not in page.data.replace(b"\xc2\xa0", b"") or b"123456" not in page.data, page.request.path
    assert "Silent partners" in pages[0].text


def test_a_withdrawal_is_undone_on_the_same_page_until_the_deadline(
    world: World, application: UUID, english: As, time: Clock
) -> None:
    browser, place = english(world.researcher), f"/applications/{application}"
    browser.post(f"{place}/withdraw", data={"reason": "A mistake."})
    assert "Undo the withdrawal" in browser.get(place).text

    undone = browser.post(f"{place}/undo-withdrawal", follow_redirects=True)
    assert "version 1 is submitted" in undone.text
    assert browser.post(f"{place}/undo-withdrawal").status_code == 303

    browser.post(f"{place}/withdraw", data={"reason": "For good."})
    time.at = CLOSES + timedelta(seconds=1)
    browser = english(world.researcher)
    assert "Undo the withdrawal" not in browser.get(place).text
    assert browser.post(f"{place}/undo-withdrawal").status_code == 422


def test_after_the_deadline_nothing_is_left_of_the_banner(
    world: World, application: UUID, english: As, do: Do, time: Clock
) -> None:
    browser, place = english(world.researcher), f"/applications/{application}"
    browser.post(f"{place}/take-back")
    time.at = CLOSES + timedelta(hours=1)
    browser = english(world.researcher)
    assert "The deadline has passed." in browser.get(place).text

    do(lambda session: overdue.let_stand(session, time.at))

    assert BANNER not in browser.get(place).text
    assert browser.post(f"{place}/take-back").status_code == 422
