"""The partner's page: a link without an account, one task, and GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import queries, services
from app.applications.models import ApplicationSide
from app.communications.models import Letter
from app.identities.links import token_of
from app.identities.models import LoginSession
from app.kernel.database import scoped
from app.trail.models import TrailEntry
from tests.domain.test_applications import ANSWERS, begin, complete
from tests.world import BEFORE_CLOSING, World, lead

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
ANSWER = {
    "name": "Pia Partner",
    "v-mayo_budget_reasons": "1",
    "q-mayo_budget_reasons": "Supplies and travel.",
    "budget-mayo-1": "48 000",
    "was-budget-mayo-1": "",
    "budget-mayo-2": "40 000",
    "was-budget-mayo-2": "",
}


def invited(do: Do, world: World) -> tuple[str, str, UUID]:
    """A draft with an invited partner: its id, the link's path, and the side."""

    def work(session: Session) -> tuple[str, str, UUID]:
        draft, by = begin(session, world), lead(world.researcher)
        services.save_answers(session, draft, ANSWERS, {}, by=by, at=BEFORE_CLOSING)
        part = services.invite_partner(
            session, draft, "mayo", name="Pia", address="pia@mayo.example", by=by, at=BEFORE_CLOSING
        )
        letter = session.scalars(scoped(select(Letter).where(Letter.kind == "partner_invitation"))).one()
        assert letter.link_id is not None
        return str(draft.id), f"/p/{token_of('test-secret', letter.link_id)}", part.id

    return do(work)


def side(do: Do, side_id: UUID) -> tuple[bool, str | None, bool]:
    def work(session: Session) -> tuple[bool, str | None, bool]:
        row = session.scalars(scoped(select(ApplicationSide).where(ApplicationSide.id == side_id))).one()
        return row.confirmed_at is not None, row.confirmed_as, row.declined_at is not None

    return do(work)


def test_a_scanner_may_fetch_the_link_twenty_times(world: World, client: FlaskClient, do: Do) -> None:
    _, link, side_id = invited(do, world)

    def deeds(session: Session) -> tuple[int | None, int | None]:
        return (
            session.scalar(select(func.count()).select_from(TrailEntry)),
            session.scalar(select(func.count()).select_from(LoginSession)),
        )

    before = do(deeds)
    for _ in range(20):
        page = client.get(link)
        assert page.status_code == 200
    assert "Ylva Exempelsson" in page.text
    assert (do(deeds), side(do, side_id)) == (before, (False, None, False))


def test_a_partner_confirms_without_an_account(world: World, client: FlaskClient, do: Do) -> None:
    draft, link, side_id = invited(do, world)
    opened = client.post(link)
    assert (opened.status_code, opened.location) == (303, f"/parts/{side_id}")
    page = client.get(opened.location).text
    assert "USD" in page
    assert "Plan." in page  # the shared part is readable

    done = client.post(opened.location, data=ANSWER)

    assert done.status_code == 303
    assert side(do, side_id) == (True, "Pia Partner", False)
    found = do(lambda session: queries.budgets(session, [UUID(draft)]))
    assert {year: money.minor for year, money in found[UUID(draft)]["mayo"].items()} == {1: 4_800_000, 2: 4_000_000}
    changed = client.post(
        opened.location,
        data={
            "name": "Pia Partner",
            "budget-mayo-2": "41 000",
            "was-budget-mayo-2": "40 000",
        },
    )
    assert changed.status_code == 303
    found = do(lambda session: queries.budgets(session, [UUID(draft)]))
    assert found[UUID(draft)]["mayo"][2].minor == 4_100_000


def test_over_the_cap_is_told_in_words_and_what_was_typed_is_kept(world: World, client: FlaskClient, do: Do) -> None:
    _, link, side_id = invited(do, world)
    client.post(link)
    refused = client.post(f"/parts/{side_id}", data={**ANSWER, "budget-mayo-1": "60 000"})
    assert refused.status_code == 422
    assert "USD 60,000 is USD 10,000 over the cap of USD 50,000 a year" in refused.text
    assert 'href="#budget-mayo-1"' in refused.text
    assert 'value="60 000"' in client.get(f"/parts/{side_id}").text
    assert side(do, side_id)[0] is False


def test_saving_for_later_confirms_nothing(world: World, client: FlaskClient, do: Do) -> None:
    _, link, side_id = invited(do, world)
    client.post(link)
    assert client.post(f"/parts/{side_id}", data={"budget-mayo-1": "1", "then": "later"}).status_code == 303
    assert side(do, side_id) == (False, None, False)


def test_declining_takes_one_sentence(world: World, client: FlaskClient, as_: As, do: Do) -> None:
    draft, link, side_id = invited(do, world)
    client.post(link)
    assert client.post(f"/parts/{side_id}/decline", data={"because": ""}).status_code == 422
    assert client.post(f"/parts/{side_id}/decline", data={"because": "On leave this year."}).status_code == 303
    assert side(do, side_id) == (False, None, True)
    assert "On leave this year." in as_(world.researcher).get(f"/applications/{draft}/edit").text


def test_the_link_opens_its_one_task_and_nothing_else(world: World, client: FlaskClient, do: Do) -> None:
    draft, link, side_id = invited(do, world)
    client.post(link)
    assert client.get(f"/applications/{draft}/edit").location == f"/parts/{side_id}"
    assert client.post(f"/applications/{draft}/edit", data={"v-title_en": "1", "q-title_en": "No"}).status_code == 403
    assert client.post(f"/applications/{draft}/submit").status_code == 403
    assert client.post(f"/calls/{world.call_key}/applications").status_code == 401
    assert client.get("/desk").location.startswith("/sign-in")


def test_nobody_else_opens_the_part(world: World, as_: As, do: Do, client: FlaskClient) -> None:
    _, _, side_id = invited(do, world)
    for person in (world.researcher, world.other_researcher, world.mayo_coordinator, world.administrator):
        assert as_(person).get(f"/parts/{side_id}").status_code == 404
        assert as_(person).post(f"/parts/{side_id}", data=ANSWER).status_code == 404
    assert client.get(f"/parts/{side_id}").location.startswith("/sign-in")


def test_after_submission_the_part_is_the_receipt_and_no_longer_changes(
    world: World, app: Flask, as_: As, do: Do
) -> None:
    draft = str(do(lambda session: complete(session, world).id))
    as_(world.researcher).post(f"/applications/{draft}/submit")

    def receipt(session: Session) -> tuple[str, UUID]:
        letter = session.scalars(
            scoped(select(Letter).where(Letter.kind == "receipt", Letter.link_id.is_not(None)))
        ).one()
        part = queries.side_of(session, UUID(draft), "mayo")
        assert part is not None
        assert letter.link_id is not None
        return f"/p/{token_of('test-secret', letter.link_id)}", part.id

    link, side_id = do(receipt)
    browser = app.test_client()
    assert browser.get(link).status_code == 200
    assert browser.post(link).location == f"/parts/{side_id}"
    assert browser.get(f"/parts/{side_id}").location == f"/applications/{draft}"
    page = browser.get(f"/applications/{draft}")
    assert page.status_code == 200
    assert "MKB-27-0001" in page.text
    assert browser.post(f"/parts/{side_id}", data=ANSWER).status_code == 403


def test_not_like_this_keeps_the_invitation_open_and_is_told_at_once(
    world: World, client: FlaskClient, as_: As, do: Do
) -> None:
    draft, link, side_id = invited(do, world)
    client.post(link)
    client.post(f"/parts/{side_id}", data=ANSWER)
    assert client.post(f"/parts/{side_id}/objection", data={"otherwise": " "}).status_code == 422
    for _ in range(2):  # a second click tells nobody twice
        assert client.post(f"/parts/{side_id}/objection", data={"otherwise": "Start a year later."}).status_code == 303
    assert side(do, side_id) == (False, None, False)
    lead = as_(world.researcher)
    lead.post("/language", data={"locale": "en"})
    said = lead.get(f"/applications/{draft}/edit").text
    assert "Start a year later." in said
    assert "Wants something changed" in said

    def letters(session: Session) -> list[str]:
        rows = session.scalars(scoped(select(Letter).where(Letter.kind == "partner_objects")))
        return [row.values["because"] for row in rows]

    assert do(letters) == ["Start a year later."]
    asked_again = lead.post(
        f"/applications/{draft}/sides/mayo/invitation",
        data={"invite-mayo-name": "Pia", "invite-mayo-address": "pia@mayo.example"},
    )
    assert asked_again.status_code == 303
    assert "Start a year later." not in lead.get(f"/applications/{draft}/edit").text
    client.post(f"/parts/{side_id}/objection", data={"otherwise": "Once more."})
    assert client.post(f"/parts/{side_id}", data={"name": "Pia Partner"}).status_code == 303
    assert side(do, side_id) == (True, "Pia Partner", False)


def test_after_a_no_the_partner_can_change_the_mind(world: World, client: FlaskClient, do: Do) -> None:
    _, link, side_id = invited(do, world)
    client.post(link)
    client.post(f"/parts/{side_id}/decline", data={"because": "On leave this year."})
    assert client.post(f"/parts/{side_id}", data=ANSWER).status_code == 303
    assert side(do, side_id) == (True, "Pia Partner", False)
