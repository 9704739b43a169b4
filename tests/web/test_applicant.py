"""The applicant's pages: drafts always save, problems link to their place, and nobody else sees a draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries
from app.applications.models import Application
from app.applications.parts import answers_of
from app.applications.status import standing
from app.kernel.database import scoped
from app.workflow.vocabulary import State
from tests.conftest import Clock
from tests.domain.test_applications import complete
from tests.world import AFTER_CLOSING, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]


def begun(browser: FlaskClient, world: World) -> str:
    answer = browser.post(f"/calls/{world.call_key}/applications")
    assert answer.status_code == 303
    return answer.location.split("/")[2]


def state_of(do: Do, application_id: UUID | str) -> tuple[State, str]:
    state, title = do(
        lambda session: session.execute(
            scoped(select(Application.state, Application.title).where(Application.id == UUID(str(application_id))))
        ).one()
    )
    return state, title


def completed(do: Do, world: World) -> str:
    return str(do(lambda session: complete(session, world).id))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_a_second_start_continues_the_draft(world: World, as_: As) -> None:
    browser = as_(world.researcher)
    assert begun(browser, world) == begun(browser, world)


def test_a_draft_saves_with_whatever_there_is(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, world)
    page = browser.get(f"/applications/{draft}/edit").text
    assert hidden(page, "v-title_en") == "0"

    answer = browser.post(
        f"/applications/{draft}/edit",
        data={
            "v-title_en": "0",
            "q-title_en": "Half",
            "budget-ki-1": "100 000",
            "was-budget-ki-1": "",
        },
    )

    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert 'value="Half"' in page
    assert hidden(page, "v-title_en") == "1"
    assert hidden(page, "was-budget-ki-1") == "100 000"


def test_an_unreadable_amount_stays_in_its_field_and_the_rest_is_kept(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, world)
    answer = browser.post(
        f"/applications/{draft}/edit",
        data={
            "v-title_en": "0",
            "q-title_en": "Kept",
            "budget-ki-1": "plenty",
            "was-budget-ki-1": "",
            "budget-ki-2": "100 000",
            "was-budget-ki-2": "",
        },
    )
    assert answer.status_code == 422
    assert 'value="plenty"' in answer.text
    assert 'href="#budget-ki-1"' in answer.text
    assert state_of(do, draft) == (State.DRAFT, "Kept")
    found = do(lambda session: queries.budgets(session, [UUID(draft)]))
    assert {side: sorted(years) for side, years in found[UUID(draft)].items()} == {"ki": [2]}


def test_two_windows_show_both_texts_and_one_is_chosen(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, world)
    url = f"/applications/{draft}/edit"
    browser.post(url, data={"v-title_en": "0", "q-title_en": "First window"})

    slower = browser.post(url, data={"v-title_en": "0", "q-title_en": "Second window"})

    assert slower.status_code == 409
    assert "First window" in slower.text
    assert "Second window" in slower.text
    version = hidden(slower.text, "v-title_en")
    undecided = browser.post(url, data={"v-title_en": version, "clash-title_en": "1", "q-title_en": "Second window"})
    assert undecided.status_code == 409
    chosen = browser.post(
        url,
        data={
            "v-title_en": version,
            "clash-title_en": "1",
            "q-title_en": "Second window",
            "keep-q-title_en": "yours",
        },
    )
    assert chosen.status_code == 303
    assert state_of(do, draft) == (State.DRAFT, "Second window")


def test_an_old_window_does_not_put_back_an_old_budget(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, world)
    url = f"/applications/{draft}/edit"
    browser.post(url, data={"budget-ki-1": "100 000", "was-budget-ki-1": ""})
    browser.post(url, data={"budget-ki-1": "", "was-budget-ki-1": "", "budget-ki-2": "5", "was-budget-ki-2": ""})
    found = do(lambda session: queries.budgets(session, [UUID(draft)]))
    assert {year: money.minor for year, money in found[UUID(draft)]["ki"].items()} == {1: 10_000_000, 2: 500}


def test_an_invitation_is_mailed_and_a_bad_address_is_told_at_its_field(world: World, as_: As) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, world)
    url = f"/applications/{draft}/sides/mayo/invitation"
    wrong = browser.post(
        url, data={"invite-mayo-name": "Pia", "invite-mayo-address": "nobody", "q-title_en": "Kept", "v-title_en": "0"}
    )
    assert wrong.status_code == 422
    assert 'href="#invite-mayo-address"' in wrong.text
    assert 'value="nobody"' in wrong.text
    assert 'value="Kept"' in browser.get(f"/applications/{draft}/edit").text
    right = browser.post(url, data={"invite-mayo-name": "Pia", "invite-mayo-address": "pia@mayo.example"})
    assert right.status_code == 303
    assert browser.post(f"/applications/{draft}/sides/mars/invitation", data={}).status_code == 404


def test_checking_names_every_problem_with_a_link_to_its_place(world: World, as_: As) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, world)
    refused = browser.post(f"/applications/{draft}/submit")
    assert refused.status_code == 422
    for place in ("q-title_en", "q-mayo_budget_reasons", "budget-ki", "side-mayo"):
        assert f'href="/applications/{draft}/edit#{place}"' in refused.text
        assert f'id="{place}"' in browser.get(f"/applications/{draft}/edit").text


def test_submitting_shows_the_receipt_once_however_often_one_clicks(world: World, as_: As, do: Do) -> None:
    draft = completed(do, world)
    browser = as_(world.researcher)
    assert "A bold idea" in browser.get(f"/applications/{draft}/check").text
    first = browser.post(f"/applications/{draft}/submit")
    second = browser.post(f"/applications/{draft}/submit")
    assert [answer.location for answer in (first, second)] == [f"/applications/{draft}"] * 2
    page = browser.get(f"/applications/{draft}").text
    sheet = do(lambda session: queries.frozen_sheet(session, UUID(draft)))
    assert "MKB-27-0001" in page
    assert sheet.sha256 in page
    assert re.search(r"CE(S)?T", page)
    assert re.search(r"C[DS]T", page)
    assert browser.get(f"/applications/{draft}/edit").location == f"/applications/{draft}"


def test_after_the_deadline_nothing_is_submitted_and_nothing_is_lost(
    world: World, as_: As, do: Do, time: Clock
) -> None:
    draft = completed(do, world)
    time.at = AFTER_CLOSING
    browser = as_(world.researcher)
    refused = browser.post(f"/applications/{draft}/submit")
    assert refused.status_code == 422
    assert state_of(do, draft) == (State.DRAFT, "A bold idea")
    page = browser.get(f"/applications/{draft}/check").text
    assert "A bold idea" in page
    assert 'aria-disabled="true"' in page
    assert "A bold idea" in browser.get(f"/applications/{draft}/edit").text


def test_drafts_of_others_do_not_exist(world: World, as_: As, do: Do, client: FlaskClient) -> None:
    draft = completed(do, world)
    for person in (world.other_researcher, world.ki_coordinator, world.administrator, *world.reviewers):
        browser = as_(person)
        for page in ("", "/edit", "/check"):
            assert browser.get(f"/applications/{draft}{page}").status_code == 404
        for deed in ("/edit", "/submit", "/withdraw", "/sides/mayo/invitation"):
            assert browser.post(f"/applications/{draft}{deed}").status_code == 404
    assert client.get(f"/applications/{draft}/edit").location.startswith("/sign-in")


def test_looking_changes_nothing(world: World, as_: As, do: Do) -> None:
    draft = completed(do, world)
    browser = as_(world.researcher)

    def fingerprint(session: Session) -> object:
        application = session.scalars(scoped(select(Application).where(Application.id == UUID(draft)))).one()
        versions = {key: answer.version for key, answer in answers_of(session, application).items()}
        return application.version, application.state, versions

    before = do(fingerprint)
    for page in ("/edit", "/check", "/edit"):
        assert browser.get(f"/applications/{draft}{page}").status_code == 200
    assert do(fingerprint) == before


def test_withdrawing_asks_for_a_reason_and_keeps_it(world: World, as_: As, do: Do) -> None:
    draft = completed(do, world)
    browser = as_(world.researcher)
    browser.post(f"/applications/{draft}/submit")
    assert browser.post(f"/applications/{draft}/withdraw", data={"reason": " "}).status_code == 422
    assert browser.post(f"/applications/{draft}/withdraw", data={"reason": "Funded."}).status_code == 303
    assert state_of(do, draft)[0] is State.WITHDRAWN
    assert browser.get(f"/applications/{draft}").status_code == 200


def test_before_the_release_no_state_of_judging_reads_differently() -> None:
    assert len({standing(state) for state in (State.IN_REVIEW, State.REVIEWED, State.DECIDED)}) == 1


def test_the_form_is_in_swedish_for_a_swedish_reader(world: World, as_: As, time: Clock) -> None:
    time.at -= timedelta(days=1)
    browser = as_(world.researcher)
    page = browser.get(f"/applications/{begun(browser, world)}/edit").text
    assert "Titel på engelska" in page
