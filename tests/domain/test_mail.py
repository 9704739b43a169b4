"""Letters: one a deed, delivered once, kept when the mail server is down, and never with a secret in the database."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email import message_from_string, policy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import work
from app.communications import delivery
from app.communications import services as mail
from app.communications.models import Letter, LetterStatus, MailboxMessage
from app.identities import services as identities
from app.identities.models import LinkPurpose
from app.kernel.database import scoped
from app.running import letterhead
from tests.conftest import Clock
from tests.world import ANNOUNCED, World

Do = Callable[[Callable[[Session], Any]], Any]


def post(session: Session, person_id: Any, dedupe: str = "one") -> Any:
    link = identities.make_link(session, LinkPurpose.SIGN_IN, person_id, "ylva@ki.example", at=ANNOUNCED)
    letter = mail.post(
        session, "sign_in_link", person_id, dedupe=dedupe, values={"name": "Ylva"}, at=ANNOUNCED, link_id=link.id
    )
    return letter.id


def status(do: Do, letter_id: Any) -> tuple[LetterStatus, int, str | None]:
    letter = do(lambda s: mail.one_letter(s, letter_id))
    return letter.status, letter.attempts, letter.last_error


def test_the_same_deed_posts_one_letter(world: World, do: Do) -> None:
    assert do(lambda s: post(s, world.researcher)) == do(lambda s: post(s, world.researcher))


def test_a_letter_is_delivered_once_with_its_heads(app: Flask, world: World, do: Do) -> None:
    letter_id = do(lambda s: post(s, world.researcher))
    assert (work.deliver(app), work.deliver(app)) == (1, 0)
    raw = do(lambda s: s.scalars(select(MailboxMessage.raw)).one())
    message = message_from_string(raw, policy=policy.default)
    assert str(message["To"]) == "ylva@ki.example"
    assert message["Message-ID"].startswith(f"<{letter_id.hex}@")
    assert all(message[head] for head in ("From", "Reply-To", "Subject", "Date"))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert status(do, letter_id)[0] is LetterStatus.SENT


def test_a_transaction_that_fails_sends_nothing(app: Flask, world: World, do: Do) -> None:
    def fail(session: Session) -> None:
        post(session, world.researcher)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        do(fail)
    assert work.deliver(app) == 0


def test_when_the_server_is_down_the_letter_waits_and_at_last_shows_as_failed(
    app: Flask, world: World, do: Do, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise smtplib.SMTPServerDisconnected("nobody answers")

    monkeypatch.setattr(delivery, "send_by_smtp", down)
    letter_id = do(lambda s: post(s, world.researcher))

    def round_() -> int:
        return delivery.deliver_due(lambda: work.write(app), letterhead(app), "smtp://mail.example", now=time.now)

    assert round_() == 0
    first = status(do, letter_id)
    assert first[:2] == (LetterStatus.QUEUED, 1)
    assert "nobody answers" in (first[2] or "")
    assert round_() == 0
    assert status(do, letter_id)[1] == 1  # not before its next try
    for _ in range(mail.RETRIES):
        time.move(hours=4)
        round_()
    assert status(do, letter_id)[:2] == (LetterStatus.FAILED, mail.RETRIES)

    do(lambda s: mail.send_again(s, mail.one_letter(s, letter_id), at=time.now()))
    assert work.deliver(app) == 1


def test_a_worker_that_died_with_a_letter_in_hand_loses_nothing(app: Flask, world: World, do: Do, time: Clock) -> None:
    letter_id = do(lambda s: post(s, world.researcher))
    assert do(lambda s: mail.claim(s, at=time.now())) == letter_id
    assert work.deliver(app) == 0
    time.move(minutes=6)
    assert work.deliver(app) == 1


def test_the_database_holds_no_secret_of_a_link(world: World, do: Do, app: Flask) -> None:
    letter_id = do(lambda s: post(s, world.researcher))
    letter = do(lambda s: s.scalars(scoped(select(Letter).where(Letter.id == letter_id))).one())
    token = letterhead(app).link_url(letter.link_id).rpartition("/")[2]
    for column in Letter.__table__.columns:
        assert token not in str(getattr(letter, column.key))
    assert "/p/…" in mail.words_now(letter, letterhead(app), show_link=False).body
