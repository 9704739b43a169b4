"""Handing mails to a real mail server, as small as one can be: what arrives, and what becomes of what it refuses."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, ClassVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import work
from app.communications import delivery
from app.communications import services as mail
from app.communications.models import LetterStatus, MailboxMessage
from app.identities import services as identities
from app.identities.models import LinkPurpose
from app.running import letterhead
from tests.conftest import Clock
from tests.world import ANNOUNCED, World

Do = Callable[[Callable[[Session], Any]], Any]


@dataclass
class Received:
    """One mail as it came over the line."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)  # type: ignore[return-value]


class Conversation(socketserver.StreamRequestHandler):
    """One connection: a command a line, an answer a line."""

    server: Office

    def handle(self) -> None:
        self.say("220 mail.example at your service")
        sender, recipients = "", list[str]()
        while line := self.rfile.readline():
            command = line.decode("ascii").strip()
            word = command.partition(" ")[0].partition(":")[0].upper()
            self.server.heard.append(command)
            if word == "MAIL":
                sender, recipients = self.address(command), []
            elif word == "RCPT" and "RCPT" not in self.server.refuses:
                recipients.append(self.address(command))
            elif word == "DATA" and recipients:
                self.say("354 go on, end with a dot")
                self.server.received.append(Received(sender, recipients, self.content()))
            self.say(self.server.refuses.get(word) or self.ANSWERS.get(word, "502 what do you mean?"))
            if word == "QUIT":
                return

    ANSWERS: ClassVar[dict[str, str]] = {
        "EHLO": "250 mail.example",
        "HELO": "250 mail.example",
        "MAIL": "250 fine",
        "RCPT": "250 fine",
        "DATA": "250 taken",
        "RSET": "250 forgotten",
        "QUIT": "221 goodbye",
    }

    def say(self, line: str) -> None:
        self.wfile.write(line.encode("ascii") + b"\r\n")

    @staticmethod
    def address(command: str) -> str:
        return command.partition("<")[2].partition(">")[0]

    def content(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class Office(socketserver.ThreadingTCPServer):
    """The mail server, with all it has heard and taken; `refuses` are its answers to some commands."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.heard: list[str] = []
        self.received: list[Received] = []
        self.refuses: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def office() -> Iterator[Office]:
    """A mail server on a free port of this machine."""
    with Office() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


@dataclass
class Sending:
    """A letter in the outbox and the rounds of delivery over the line."""

    app: Flask
    do: Do
    time: Clock
    office: Office
    letter_id: UUID = field(init=False)

    def round(self) -> int:
        return delivery.deliver_due(
            lambda: work.write(self.app), letterhead(self.app), self.office.url, now=self.time.now
        )

    def stands(self) -> tuple[LetterStatus, int, str | None]:
        letter = self.do(lambda s: mail.one_letter(s, self.letter_id))
        return letter.status, letter.attempts, letter.last_error


@pytest.fixture
def sending(app: Flask, world: World, do: Do, time: Clock, office: Office) -> Sending:
    """One letter waits in the outbox."""
    made = Sending(app, do, time, office)

    def post(session: Session) -> UUID:
        link = identities.make_link(session, LinkPurpose.SIGN_IN, world.researcher, "ylva@ki.example", at=ANNOUNCED)
        values = {"name": "Ylva Åkerö"}
        letter = mail.post(
            session, "sign_in_link", world.researcher, dedupe="one", values=values, at=ANNOUNCED, link_id=link.id
        )
        return letter.id

    made.letter_id = do(post)
    return made


def plain_message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Tandem <tandem@mail.example>", "Ylva Åkerö <ylva@ki.example>"
    message["Subject"], message["Message-ID"] = "Grattis på födelsedagen", "<one@mail.example>"
    message.set_content("Hej!\n.\n..ett svar med punkter\n")
    return message


def test_what_is_sent_arrives_word_for_word(office: Office) -> None:
    delivery.send_by_smtp(office.url, plain_message())

    (taken,) = office.received
    assert (taken.sender, taken.recipients) == ("tandem@mail.example", ["ylva@ki.example"])
    assert str(taken.message["Subject"]) == "Grattis på födelsedagen"
    assert str(taken.message["To"]) == "Ylva Åkerö <ylva@ki.example>"
    assert taken.message.get_content().splitlines() == ["Hej!", ".", "..ett svar med punkter"]
    assert office.heard[0].upper().startswith("EHLO") and office.heard[-1].upper() == "QUIT"


def test_a_letter_goes_over_the_line_once(sending: Sending) -> None:
    assert (sending.round(), sending.round()) == (1, 0)

    (taken,) = sending.office.received
    assert taken.recipients == ["ylva@ki.example"]
    assert str(taken.message["Message-ID"]).startswith(f"<{sending.letter_id.hex}@")
    assert sending.stands() == (LetterStatus.SENT, 1, None)
    assert sending.do(lambda s: s.scalars(select(MailboxMessage)).all()) == []


def test_a_retry_carries_the_same_message_id_so_that_nobody_reads_it_twice(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the server has taken the mail and before it can note so."""

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mail, "mark_sent", die)
        with pytest.raises(Killed):
            sending.round()
    assert (len(sending.office.received), sending.stands()[0]) == (1, LetterStatus.QUEUED)

    sending.time.move(minutes=6)
    assert sending.round() == 1

    ids = [str(taken.message["Message-ID"]) for taken in sending.office.received]
    assert len(ids) == 2 and len(set(ids)) == 1
    assert sending.stands()[:2] == (LetterStatus.SENT, 2)


def test_a_recipient_whom_the_server_refuses_leaves_the_letter_waiting_with_the_reason(sending: Sending) -> None:
    sending.office.refuses["RCPT"] = "550 no such mailbox here"

    assert sending.round() == 0

    state, attempts, error = sending.stands()
    assert (state, attempts) == (LetterStatus.QUEUED, 1)
    assert "550" in (error or "") and "no such mailbox here" in (error or "")
    assert sending.office.received == []

    sending.office.refuses.clear()
    sending.time.move(hours=1)
    assert sending.round() == 1
    assert sending.stands() == (LetterStatus.SENT, 2, None)


def test_a_server_that_takes_no_content_leaves_the_letter_waiting(sending: Sending) -> None:
    sending.office.refuses["DATA"] = "451 the disk is full"
    assert sending.round() == 0
    assert "the disk is full" in (sending.stands()[2] or "")


def test_nobody_at_the_port_leaves_the_letter_waiting(sending: Sending) -> None:
    sending.office.server_close()
    assert sending.round() == 0
    state, attempts, error = sending.stands()
    assert (state, attempts, bool(error)) == (LetterStatus.QUEUED, 1, True)
