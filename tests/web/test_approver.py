"""The approver's page: by link or account, several at once, only the commitment; and what applicants and offices see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.approvals.models import ApprovalEntry
from app.applications.approvals.ticks import tend
from app.applications.models import Application
from app.communications.models import Letter
from app.identities.links import token_of
from app.identities.models import LoginSession
from app.kernel.database import scoped
from app.trail.models import TrailEntry
from app.workflow.vocabulary import Move, State
from tests import stages
from tests.approving import COUNTERSIGNED, HARRIET, READY, SIGNED, ask_for, asked, begun, leader, tasks
from tests.conftest import Clock
from tests.forms import text_of
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
Watch = Callable[[], Any]


def english(browser: FlaskClient) -> FlaskClient:
    """The same browser, with pages in English."""
    browser.post("/language", data={"locale": "en"})
    return browser


def signing(do: Do, world: World, number: int = 2) -> tuple[str, list[str], list[str]]:
    """Applications that wait for Harriet's signature: her link, the ids of her tasks, and of the applications."""

    def work(session: Session) -> tuple[str, list[str], list[str]]:
        ask_for(session, world, SIGNED)
        made = []
        for place in range(number):
            who = [world.researcher, world.other_researcher][place]
            application = begun(session, world, title=f"Project {place}", who=who)
            applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)
            made.append(application)
        tend(session, AFTER_CLOSING)
        letter = session.scalars(scoped(select(Letter).where(Letter.kind == "approval_digest"))).one()
        assert letter.link_id is not None
        ids = [str(tasks(session, application)[0].id) for application in made]
        return f"/p/{token_of('test-secret', letter.link_id)}", ids, [str(application.id) for application in made]

    return do(work)


def opened(client: FlaskClient, link: str, time: Clock) -> str:
    """Harriet's list, in a browser that came by the link."""
    time.at = AFTER_CLOSING
    went = client.post(link)
    assert (went.status_code, went.location) == (303, "/approvals")
    return client.get("/approvals").text


def seen(page: str, task: str) -> str:
    """The hash that stands on the page."""
    return page.split(f'name="seen-{task}" value="')[1][:64]


def form(page: str, ids: list[str], **more: Any) -> dict[str, Any]:
    return {"task": ids, "name": "Harriet Prefektsdotter", **{f"seen-{one}": seen(page, one) for one in ids}, **more}


def state(do: Do, application_id: str) -> State:
    def find(session: Session) -> State:
        found = session.scalar(scoped(select(Application.state).where(Application.id == UUID(application_id))))
        assert found is not None
        return found

    return do(find)


def test_a_scanner_may_fetch_the_link_and_nothing_happens(
    world: World, client: FlaskClient, do: Do, time: Clock
) -> None:
    link, _, _ = signing(do, world)
    time.at = AFTER_CLOSING

    def count(session: Session) -> list[int | None]:
        kinds = (TrailEntry, LoginSession, ApprovalEntry)
        return [session.scalar(scoped(select(func.count()).select_from(kind))) for kind in kinds]

    before = do(count)
    for _ in range(5):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert do(count) == before
    assert client.post(link).location == client.post(link).location == "/approvals"  # works at the second click


def test_only_the_commitment_is_shown(world: World, client: FlaskClient, do: Do, time: Clock) -> None:
    link, _, applications = signing(do, world)

    page = opened(client, link, time)

    for words in (
        "Project 0",
        "Project 1",
        "Ylva Exempelsson",
        "SEK 500,000",
        "SEK 900,000",
        "The department signs",
        "SEK 1,800,000",
    ):
        assert words in page
    assert "8 Apr 2027, 23:59" in page or "9 Apr 2027, 23:59" in page
    assert "a short text" not in page and "USD" not in page  # neither the plan nor the other side's money
    for path in (f"/applications/{applications[0]}", f"/applications/{applications[0]}/edit", "/desk", "/office/"):
        assert client.get(path).status_code in (302, 404)


def test_all_are_signed_in_one_click(world: World, client: FlaskClient, do: Do, time: Clock) -> None:
    link, ids, applications = signing(do, world)
    page = opened(client, link, time)

    done = client.post("/approvals", data=form(page, ids))

    assert (done.status_code, done.location) == (303, "/approvals")
    assert [state(do, one) for one in applications] == [State.SIGNED, State.SIGNED]
    after = text_of(client.get("/approvals"))
    assert "Nothing waits for you" in after and "Yes Harriet Prefektsdotter ·" in after
    kept = do(lambda s: s.scalars(scoped(select(ApprovalEntry).where(ApprovalEntry.kind == "answered"))).all())
    assert all(entry.link_id is not None for entry in kept)


def test_all_but_one_and_that_one_is_refused_with_a_reason(
    world: World, client: FlaskClient, do: Do, time: Clock
) -> None:
    link, ids, applications = signing(do, world)
    page = opened(client, link, time)
    client.post("/approvals", data=form(page, ids[:1]))

    empty = client.post(f"/approvals/{ids[1]}", data=form(page, ids[1:], answer="no", **{f"name-{ids[1]}": "Harriet"}))
    said = {f"because-{ids[1]}": "No premises.", f"name-{ids[1]}": "Harriet"}
    done = client.post(f"/approvals/{ids[1]}", data=form(page, ids[1:], answer="no", **said))

    assert (empty.status_code, done.status_code) == (422, 303)
    assert [state(do, one) for one in applications] == [State.SIGNED, State.SUBMITTED]
    letters = do(lambda s: s.scalars(scoped(select(Letter).where(Letter.kind == "approval_answer"))).all())
    assert [letter.values["because"] for letter in letters] == ["No premises."]


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"name": " "}, 422, "Write your name"),
        ({"task": []}, 422, "Tick what you approve"),
        ({"task": ["nonsense"]}, 422, "Tick what you approve"),
    ],
)
def test_a_refused_form_gives_back_what_was_typed_and_signs_nothing(  # a page, what is sent, what comes
    world: World, client: FlaskClient, do: Do, time: Clock, more: dict[str, Any], status: int, words: str
) -> None:
    link, ids, applications = signing(do, world)
    page = opened(client, link, time)

    answer = client.post("/approvals", data=form(page, ids, behalf="Didrik Dekan") | more)

    assert answer.status_code == status
    assert words in text_of(answer) and 'value="Didrik Dekan"' in answer.text
    assert {state(do, one) for one in applications} == {State.SUBMITTED}


def test_what_changed_meanwhile_is_not_signed_and_the_rest_is(
    world: World, client: FlaskClient, do: Do, time: Clock
) -> None:
    link, ids, applications = signing(do, world)
    page = opened(client, link, time)

    answer = client.post("/approvals", data=form(page, ids) | {f"seen-{ids[1]}": "0" * 64})

    assert answer.status_code == 409
    assert "was changed while you read it" in text_of(answer) and "1 approval is kept" in text_of(answer)
    assert [state(do, one) for one in applications] == [State.SIGNED, State.SUBMITTED]
    assert f'id="tick-{ids[0]}"' not in answer.text and f'id="tick-{ids[1]}"' in answer.text


def test_a_deputy_gets_a_link_and_the_first_one_opens_nothing_more(
    app: Flask, world: World, client: FlaskClient, do: Do, time: Clock
) -> None:
    link, ids, applications = signing(do, world, 1)
    opened(client, link, time)
    wrong = {f"deputy-name-{ids[0]}": "Vera Vice", f"deputy-address-{ids[0]}": "nowhere"}
    refused = client.post(f"/approvals/{ids[0]}/deputy", data=wrong)
    assert (refused.status_code, "not an e-mail address" in text_of(refused)) == (422, True)

    done = client.post(f"/approvals/{ids[0]}/deputy", data=wrong | {f"deputy-address-{ids[0]}": "vera@ki.example"})

    assert (done.status_code, client.get(link).status_code) == (303, 404)
    newest = do(
        lambda s: s.scalars(
            scoped(select(Letter.link_id).where(Letter.kind == "approval_request").order_by(Letter.created_at))
        ).all()
    )
    vera = app.test_client()
    other = next(one for one in newest if f"/p/{token_of('test-secret', one)}" != link)
    page = opened(vera, f"/p/{token_of('test-secret', other)}", time)
    task = page.split('name="task" value="')[1][:36]
    assert "for Harriet Prefektsdotter" in page
    vera.post("/approvals", data=form(page, [task]) | {"name": "Vera Vice"})
    assert "Vera Vice for Harriet Prefektsdotter" in vera.get("/approvals").text
    assert state(do, applications[0]) is State.SIGNED


def test_a_link_opens_its_call_alone_and_an_account_everything(
    world: World, client: FlaskClient, as_: As, do: Do, time: Clock
) -> None:
    def work(session: Session) -> str:
        ask_for(session, world, replace(READY, side="ki"))
        application = begun(session, world)
        asked(session, application)
        return str(tasks(session, application)[0].id)

    task = do(work)
    own = english(as_(world.researcher))
    assert "Our part is ready" in own.get("/approvals").text
    assert "What waits for your approval" in own.get("/desk").text
    for stranger in (world.outsider, world.administrator, world.mayo_coordinator):
        browser = as_(stranger)
        assert "Nothing waits for you" in browser.get("/approvals").text
        assert browser.post(f"/approvals/{task}", data={"answer": "no"}).status_code == 404
        assert browser.post("/approvals", data={"task": [task], "name": "X"}).status_code == 404
    assert client.get("/approvals").status_code == 302


def test_the_applicant_asks_and_sees_who_is_waited_for(world: World, as_: As, do: Do, time: Clock) -> None:
    def work(session: Session) -> str:
        ask_for(session, world, READY, replace(SIGNED, required=False))
        return str(begun(session, world).id)

    draft = do(work)
    own = english(as_(world.researcher))
    before = own.get(f"/applications/{draft}/check")
    assert "nobody has been asked yet" in text_of(before)

    went = own.post(f"/applications/{draft}/approvals")

    assert went.status_code == 303
    page = text_of(own.get(f"/applications/{draft}/check"))
    assert "Waiting since" in page and "has not answered yet" in page
    assert "Waiting since" in text_of(own.get(f"/applications/{draft}/edit"))
    again = own.post(f"/applications/{draft}/approvals")
    assert (again.status_code, "Everybody has been asked already" in text_of(again)) == (422, True)
    assert own.post(f"/applications/{draft}/submit").status_code == 422


def test_the_partner_approves_by_the_link_of_the_invitation(
    world: World, client: FlaskClient, do: Do, time: Clock
) -> None:
    def work(session: Session) -> str:
        ask_for(session, world, READY)
        application = begun(session, world)
        asked(session, application)
        letter = session.scalars(scoped(select(Letter).where(Letter.kind == "partner_invitation"))).one()
        return token_of("test-secret", letter.link_id)  # type: ignore[arg-type]

    went = client.post(f"/p/{do(work)}")
    page = client.get(went.location)
    assert "Your approval is asked" in text_of(page)
    mine = client.get("/approvals").text
    assert mine.count('name="task"') == 1 and "USD" in mine


def test_the_office_sees_who_is_waited_for_gives_time_and_goes_on_with_a_reason(
    world: World, as_: As, do: Do, time: Clock
) -> None:
    _, ids, applications = signing(do, world, 1)
    time.at = AFTER_CLOSING
    office = as_(world.ki_coordinator)
    board = text_of(office.get(f"/office/calls/{world.call}"))
    assert "The department signs, MKB-27-0001" in board and HARRIET[0] in board and "since" in board
    page = text_of(office.get(f"/office/applications/{applications[0]}"))
    assert "still awaited" in page and "Declare" not in page

    time.at = AFTER_CLOSING + timedelta(days=20)
    office = as_(world.ki_coordinator)
    url = f"/office/applications/{applications[0]}/approvals/{ids[0]}/extension"
    wrong = office.post(url, data={f"until-{ids[0]}": "2027-04-01", f"reason-{ids[0]}": "The head was ill."})
    assert (wrong.status_code, 'value="The head was ill."' in wrong.text) == (422, True)
    never = office.post(url, data={f"until-{ids[0]}": "9999-12-31", f"reason-{ids[0]}": "The head was ill."})
    assert never.status_code == 422
    right = office.post(url, data={f"until-{ids[0]}": "2027-04-24", f"reason-{ids[0]}": "The head was ill."})
    assert right.status_code == 303
    time.move(days=9)
    assert "too late" in text_of(office.get(f"/office/calls/{world.call}"))
    moved = {"move": "waive_signature", "reason": "The dean has written."}
    assert office.post(f"/office/applications/{applications[0]}/move", data=moved).status_code == 303
    assert "Declare" in office.get(f"/office/applications/{applications[0]}").text
    own = english(as_(world.researcher))
    assert "Signatures settled" in text_of(own.get(f"/applications/{applications[0]}"))


def test_many_commitments_cost_as_many_statements_as_one(
    world: World, client: FlaskClient, do: Do, time: Clock, statements: Watch
) -> None:
    link, ids, _ = signing(do, world, 2)
    page = opened(client, link, time)
    with statements() as two:
        client.get("/approvals")
    client.post("/approvals", data=form(page, ids[:1]))
    with statements() as one:
        client.get("/approvals")
    assert len(one) == len(two)


def test_a_draft_costs_the_same_statements_however_many_wait(
    world: World, as_: As, do: Do, statements: Watch, time: Clock
) -> None:
    def work(session: Session) -> None:
        ask_for(session, world, replace(SIGNED, window=READY.window))
        for who in (world.researcher, world.other_researcher):
            asked(session, begun(session, world, who=who))

    do(work)
    head = do(lambda s: s.scalars(scoped(select(Letter.person_id).where(Letter.kind == "approval_request"))).first())
    browser = as_(head)
    with statements() as seen_:
        assert browser.get("/approvals").text.count('name="task"') == 2
    assert len(seen_) < 16


def test_the_applicant_reads_that_signatures_come_next(world: World, as_: As, do: Do, time: Clock) -> None:
    _, _, applications = signing(do, world, 1)
    page = text_of(english(as_(world.researcher)).get(f"/applications/{applications[0]}"))

    assert "those who sign" in page and "Harriet Prefektsdotter" in page


def test_countersigning_waits_on_the_coordinators_own_list(world: World, as_: As, do: Do, time: Clock) -> None:
    def work(session: Session) -> None:
        ask_for(session, world, COUNTERSIGNED)
        application = begun(session, world)
        applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)
        tend(session, AFTER_CLOSING)

    do(work)
    time.at = AFTER_CLOSING
    page = as_(world.mayo_coordinator).get("/approvals").text
    assert page.count('name="task"') == 1 and "The side countersigns" in page
    assert stages.mayo_office(world).person_id == world.mayo_coordinator
