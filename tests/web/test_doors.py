"""Doors without an account: the first browser is let in, another one by a mailed code; nothing happens by looking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli import work
from app.communications.models import MailboxMessage
from app.identities import codes
from app.identities import services as identities
from app.identities.links import token_of
from app.identities.models import EmailAddress, LinkBrowser, LinkCode, LinkPurpose, LoginSession, PersonalLink
from app.trail.models import TrailEntry
from tests.conftest import Clock
from tests.forms import text_of
from tests.web.test_partner import ANSWER, invited
from tests.world import World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def door(do: Do, world: World) -> tuple[str, UUID]:
    """A partner's link and the side that it opens."""
    _, link, side_id = invited(do, world)
    return link, side_id


@pytest.fixture
def another(app: Flask) -> FlaskClient:
    """A second browser."""
    return app.test_client()


def mailed(app: Flask, do: Do, word: str = "code") -> tuple[str, str]:
    """The newest mail with this word in its subject: whom it went to, and what it says."""
    work.deliver(app)

    def read(session: Session) -> tuple[str, str]:
        row = session.scalars(
            select(MailboxMessage).where(MailboxMessage.subject.contains(word)).order_by(MailboxMessage.at.desc())
        ).first()
        assert row is not None
        return row.sent_to, row.subject

    return do(read)  # type: ignore[no-any-return]


def digits(app: Flask, do: Do) -> str:
    found = re.search(r"\d{6}", mailed(app, do)[1])
    assert found is not None
    return found.group()


def counts(session: Session) -> list[int | None]:
    tables = (TrailEntry, LoginSession, LinkBrowser, LinkCode, MailboxMessage)
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_scanners_and_second_clicks_leave_a_link_as_it_was(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient, app: Flask, do: Do
) -> None:
    link, side_id = door
    before = do(counts)
    for _ in range(10):
        assert (another.get(link).status_code, another.head(link).status_code) == (200, 200)
    assert do(counts) == before

    assert client.post(link).location == f"/parts/{side_id}"
    after = do(counts)
    for _ in range(10):
        assert (another.get(link).status_code, another.head(link).status_code) == (200, 200)
    assert do(counts) == after
    assert client.post(link).location == f"/parts/{side_id}"  # the second click
    assert client.get(f"/parts/{side_id}").status_code == 200


def test_the_address_bar_holds_no_token_and_the_cookie_is_for_the_server_alone(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient
) -> None:
    link, side_id = door
    token = link.removeprefix("/p/")
    opened = client.post(link)
    kept = next(c for c in opened.headers.getlist("Set-Cookie") if c.startswith("tandem-link-"))
    asked = another.post(link)
    page = another.get(asked.location)

    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert token not in kept
    assert (opened.location, asked.location) == (f"/parts/{side_id}", "/code")
    assert token not in page.text
    assert token not in client.get(opened.location).text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert client.get(link).headers["Referrer-Policy"] == "same-origin"


def test_a_forwarded_mail_opens_nothing_without_the_code(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient, app: Flask, do: Do
) -> None:
    link, side_id = door
    client.post(link)
    neutral = another.get(link).text
    assert "Ylva Exempelsson" not in neutral
    assert "p…@mayo.example" in neutral

    assert another.post(link).location == "/code"
    assert "We sent a code to p…@mayo.example." in text_of(another.get("/code"))
    assert another.get(f"/parts/{side_id}").location.startswith("/sign-in")
    assert another.post(f"/parts/{side_id}", data=ANSWER).status_code == 401

    code = digits(app, do)
    assert mailed(app, do)[0] == "pia@mayo.example"
    assert another.post("/code", data={"code": f" {code[:3]} {code[3:]} "}).location == f"/parts/{side_id}"
    assert another.get(f"/parts/{side_id}").status_code == 200
    assert another.post(f"/parts/{side_id}", data=ANSWER).status_code == 303

    def told(session: Session) -> list[Any]:
        rows = session.scalars(select(TrailEntry).order_by(TrailEntry.at, TrailEntry.position)).all()
        return [(r.verb, r.payload["by_link"]) for r in rows if "by_link" in r.payload]

    by = "by link sent to pia@mayo.example, name given: Pia"
    let_in = f"{by}, in a browser let in by a mailed code"
    assert set(do(told)) == {("let-browser-in", by), ("confirm-side", let_in)}


def test_the_code_goes_to_the_invited_address_and_no_other(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient, app: Flask, do: Do
) -> None:
    link, _ = door
    client.post(link)

    def move(session: Session) -> None:
        row = session.scalars(select(EmailAddress).where(EmailAddress.address == "pia@mayo.example")).one()
        row.is_primary = False
        session.flush()
        person_id = row.person_id
        at = row.created_at
        session.add(EmailAddress(person_id=person_id, address="pia@new.example", is_primary=True, created_at=at))

    do(move)
    another.post(link)
    assert mailed(app, do)[0] == "pia@mayo.example"


def test_wrong_codes_are_counted_and_a_spent_one_opens_nothing(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient, app: Flask, do: Do, time: Clock
) -> None:
    link, side_id = door
    client.post(link)
    another.post(link)
    right = digits(app, do)
    wrong = "000000" if right != "000000" else "111111"
    said = [text_of(another.post("/code", data={"code": wrong})) for _ in range(codes.TRIES)]
    assert "This is not the code" in said[0]
    assert "Too many wrong tries" in said[-1]
    assert another.post("/code", data={"code": right}).status_code == 422  # it is spent

    time.move(minutes=1)
    another.post("/code/again")
    newer = digits(app, do)
    assert newer != right
    time.move(minutes=16)
    late = another.post("/code", data={"code": newer})
    assert (late.status_code, "has expired" in text_of(late)) == (422, True)

    for _ in range(3):
        another.post("/code/again")
        for _ in range(codes.TRIES):
            another.post("/code", data={"code": "not it"})
        time.move(minutes=1)
    assert "Try again tomorrow" in text_of(another.post("/code/again"))
    assert another.get(f"/parts/{side_id}").location.startswith("/sign-in")


def test_no_one_can_have_many_codes_mailed(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient, do: Do, time: Clock
) -> None:
    link, _ = door
    client.post(link)
    for _ in range(codes.CODES_A_DAY + 5):
        another.post(link)
        another.post(link)  # a double click is one mail
        time.move(minutes=2)

    def made(session: Session) -> int | None:
        return session.scalar(select(func.count()).select_from(LinkCode))

    assert do(made) == codes.CODES_A_DAY
    assert another.post(link).status_code == 422


def test_the_same_browser_comes_back_after_its_session_but_not_after_signing_out(
    door: tuple[str, UUID], client: FlaskClient, time: Clock
) -> None:
    link, side_id = door
    client.post(link)
    time.move(days=15)  # the session has lapsed; the cookie has not
    assert client.get(f"/parts/{side_id}").location.startswith("/sign-in")
    assert "Ylva Exempelsson" in client.get(link).text
    assert client.post(link).location == f"/parts/{side_id}"

    client.post("/sign-out")
    assert client.post(link).location == "/code"


def link_row(do: Do, change: Callable[[PersonalLink, Session], Any]) -> None:
    def run(session: Session) -> None:
        row = session.scalars(select(PersonalLink).where(PersonalLink.purpose == LinkPurpose.PARTNER)).one()
        change(row, session)

    do(run)


def test_a_revoked_and_an_expired_link_say_whom_to_ask_and_nothing_else(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient, do: Do, time: Clock
) -> None:
    link, side_id = door
    client.post(link)
    another.post(link)
    link_row(do, lambda row, _: setattr(row, "revoked_at", time.at))
    for browser in (client, another):
        for answer in (browser.get(link), browser.post(link)):
            assert answer.status_code == 404
            assert "Ask the person who sent it" in answer.text
            assert "Ylva" not in answer.text
    assert another.get("/code").status_code == 404
    assert another.post("/code", data={"code": "123456"}).status_code == 404
    assert client.get(f"/parts/{side_id}").location.startswith("/sign-in")
    assert client.post(f"/parts/{side_id}", data=ANSWER).status_code == 401

    link_row(do, lambda row, _: setattr(row, "revoked_at", None))
    time.move(days=501)
    assert "Ask the person who sent it" in client.post(link).text

    forged = another.get(f"/p/{token_of('another-key', side_id)}")
    assert (forged.status_code, "Ask the person" in forged.text) == (404, False)
    assert another.get(f"{link}/").status_code in (308, 404)


def test_the_link_in_the_mail_works_as_it_stands(door: tuple[str, UUID], app: Flask, do: Do) -> None:
    work.deliver(app)

    def read(session: Session) -> str:
        return session.scalars(select(MailboxMessage.raw).where(MailboxMessage.sent_to == "pia@mayo.example")).one()

    raw = do(read)
    found = re.search(r"^http://localhost/p/\S+$", raw.replace("=\n", ""), re.MULTILINE)
    assert found is not None
    browser = app.test_client()
    assert browser.get(found.group()).status_code == 200
    assert browser.post(found.group()).status_code == 303


def test_somebody_else_who_is_signed_in_is_signed_out_and_needs_the_code_like_anybody(
    door: tuple[str, UUID], client: FlaskClient, as_: As, world: World, app: Flask, do: Do
) -> None:
    link, side_id = door
    client.post(link)
    coordinator = as_(world.ki_coordinator)
    assert coordinator.post(link).location == "/code"
    assert coordinator.get("/office/").status_code == 200  # nothing happened to the own session yet
    assert coordinator.post("/code", data={"code": digits(app, do)}).location == f"/parts/{side_id}"
    assert coordinator.get("/office/").location.startswith("/sign-in")


def test_the_very_person_with_an_account_needs_no_code(
    door: tuple[str, UUID], client: FlaskClient, as_: As, do: Do
) -> None:
    link, side_id = door
    client.post(link)

    def who(session: Session) -> UUID:
        found = identities.person_by_address(session, "pia@mayo.example")
        assert found is not None
        return found.id

    own = as_(do(who))
    assert own.get(link).status_code == 200
    assert own.post(link).location == f"/parts/{side_id}"
    assert own.get("/desk").status_code == 200  # still signed in with the account


def test_a_browser_known_to_one_mail_is_known_to_the_next_one_of_the_same_task(
    door: tuple[str, UUID], client: FlaskClient, another: FlaskClient, do: Do, time: Clock
) -> None:
    link, side_id = door
    client.post(link)

    def again(row: PersonalLink, session: Session) -> None:
        newer = identities.make_link(
            session, row.purpose, row.person_id, row.sent_to, at=time.at, subject_id=row.subject_id
        )
        made.append(f"/p/{token_of('test-secret', newer.id)}")

    made: list[str] = []
    link_row(do, again)
    assert another.post(made[0]).location == "/code"
    assert client.post(made[0]).location == f"/parts/{side_id}"


@pytest.fixture
def raced(door: tuple[str, UUID], app: Flask) -> Iterator[list[str]]:
    """Two browsers send their first POST at the same moment; where each was sent."""
    start, went = Barrier(2), []

    def post() -> None:
        browser = app.test_client()
        start.wait()
        went.append(browser.post(door[0]).location)

    threads = [Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield went


def test_of_two_browsers_at_once_one_is_let_in(raced: list[str], door: tuple[str, UUID], do: Do) -> None:
    assert sorted(raced) == ["/code", f"/parts/{door[1]}"]
    assert do(lambda s: s.scalar(select(func.count()).select_from(LinkBrowser))) == 1


def test_a_guess_is_compared_with_digits_that_are_nowhere_stored() -> None:
    one, two = (codes.digits_of("key", UUID(int=n)) for n in (1, 2))
    assert re.fullmatch(r"\d{6}", one)
    assert one != two
    assert codes.digits_of("other", UUID(int=1)) != one
