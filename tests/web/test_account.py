"""Signing in and out, by password and by mailed link; links that scanners fetch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import work
from app.communications.models import MailboxMessage
from app.identities.models import LoginSession, Person
from tests.forms import path_in_mail, press, text_of
from tests.world import World

As_ = Callable[..., FlaskClient]
PASSWORD = "korrekt häst batteri"


def mails(do: Callable[[Callable[[Session], Any]], Any], app: Flask) -> list[str]:
    work.deliver(app)
    return do(lambda s: [m.raw for m in s.scalars(select(MailboxMessage).order_by(MailboxMessage.at))])


def test_the_right_password_opens_the_desk(client: FlaskClient, world: World) -> None:
    answer = press(client, client.get("/sign-in"), "^Sign in$", address="YLVA@ki.example ", password=PASSWORD)
    assert answer.request.path == "/desk"
    assert "Ylva Exempelsson" in answer.get_data(as_text=True)


def test_the_wrong_password_says_so_and_keeps_the_address(client: FlaskClient, world: World) -> None:
    answer = press(client, client.get("/sign-in"), "^Sign in$", address="ylva@ki.example", password="wrong")
    assert answer.status_code == 422
    assert "do not belong together" in text_of(answer)
    assert 'value="ylva@ki.example"' in answer.get_data(as_text=True)


def test_somebody_unknown_gets_the_same_answer_as_a_wrong_password(client: FlaskClient, world: World) -> None:
    known = press(client, client.get("/sign-in"), "^Sign in$", address="ylva@ki.example", password="wrong")
    unknown = press(client, client.get("/sign-in"), "^Sign in$", address="ghost@ki.example", password="wrong")
    assert text_of(known) == text_of(unknown)


def test_too_many_tries_are_stopped_even_with_the_right_password(client: FlaskClient, world: World) -> None:
    for _ in range(10):
        press(client, client.get("/sign-in"), "^Sign in$", address="ylva@ki.example", password="wrong")
    answer = press(client, client.get("/sign-in"), "^Sign in$", address="ylva@ki.example", password=PASSWORD)
    assert answer.status_code == 422
    assert "Too many tries" in text_of(answer)


def test_a_mailed_link_survives_a_scanner_and_works_once(
    app: Flask, client: FlaskClient, world: World, do: Callable[..., Any]
) -> None:
    press(client, client.get("/sign-in"), "Mail me", address="ylva@ki.example")
    path = path_in_mail(mails(do, app)[-1])
    scanner = app.test_client()
    for _ in range(20):
        assert scanner.get(path).status_code == 200
        assert scanner.head(path).status_code == 200
    assert do(lambda s: s.scalars(select(LoginSession)).all()) == []

    answer = press(client, client.get(path), "Sign in as")

    assert answer.request.path == "/desk"
    assert app.test_client().post(path).status_code == 404
    assert app.test_client().get(path).status_code == 404


def test_an_unknown_address_gets_the_same_page_and_no_mail(
    app: Flask, client: FlaskClient, world: World, do: Callable[..., Any]
) -> None:
    answer = press(client, client.get("/sign-in"), "Mail me", address="ghost@ki.example")
    assert "Look in your mail" in text_of(answer)
    assert mails(do, app) == []


def test_signing_out_ends_the_session_on_the_server(app: Flask, world: World, as_: Callable[..., FlaskClient]) -> None:
    browser = as_(world.researcher)
    copy = app.test_client()
    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    with copy.session_transaction() as cookie:
        cookie.update(kept)
    assert copy.get("/desk").status_code == 200
    browser.post("/sign-out")
    assert copy.get("/desk").status_code == 302


def test_a_disabled_person_is_out_at_once(world: World, as_: Callable[..., FlaskClient]) -> None:
    browser, admin = as_(world.researcher), as_(world.administrator)
    assert browser.get("/desk").status_code == 200
    admin.post(f"/admin/people/{world.researcher}/disable")
    assert browser.get("/desk").status_code == 302


def test_the_language_stays_with_the_person(
    world: World, as_: Callable[..., FlaskClient], do: Callable[..., Any]
) -> None:
    browser = as_(world.outsider)
    browser.post("/language", data={"locale": "sv", "next": "/"})
    assert '<html lang="sv">' in browser.get("/desk").get_data(as_text=True)
    assert do(lambda s: s.get_one(Person, world.outsider).locale) == "sv"


def test_nobody_is_sent_to_another_site_after_signing_in(client: FlaskClient, world: World) -> None:
    for target in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = client.post("/sign-in", data={"address": "ylva@ki.example", "password": PASSWORD, "next": target})
        assert answer.headers["Location"] == "/desk"


def test_a_forged_link_is_not_there(client: FlaskClient, world: World) -> None:
    for token in ("x", "A" * 48, "%00", "é"):
        assert client.get(f"/p/{token}").status_code in (400, 404)


def test_a_new_password_ends_every_other_session_and_a_weak_one_is_refused(world: World, as_: As_) -> None:
    here, elsewhere = as_(world.researcher), as_(world.researcher)
    here.post("/language", data={"locale": "en"})
    weak = press(here, here.get("/password"), "Keep password", password="short")
    assert weak.status_code == 422
    assert "at least 12 characters" in text_of(weak)
    kept = press(here, here.get("/password"), "Keep password", password="en helt ny lång mening")
    assert kept.request.path == "/desk"
    assert elsewhere.get("/desk").status_code == 302
    here.post("/sign-out")
    again = press(here, here.get("/sign-in"), "^Sign in$", address="ylva@ki.example", password="en helt ny lång mening")
    assert again.request.path == "/desk"
