"""Somebody in conflict sees nothing of that application anywhere: every registered GET route, every export, every mail.

A word that stands nowhere else is planted in each text of one application; each person in conflict walks all routes with all ids.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from email import message_from_string, policy
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select

from app import models
from app.applications.models import Application
from app.cli import work
from app.communications.models import MailboxMessage
from app.kernel.database import scoped
from app.reviews import services as reviewing
from app.reviews.models import Assignment, PanelMember
from tests import stages
from tests.conftest import Clock
from tests.forms import forms
from tests.world import AFTER_CLOSING, World

CANARY = "Kanariefågel"
Do = Callable[..., Any]


def ids_of(do: Do) -> dict[str, list[Any]]:
    """Every id there is, by the names that routes use."""

    def collect(session: Any) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        names = {
            "application": "application_id",
            "application_side": "side_id",
            "call": "call_id",
            "panel": "panel_id",
            "panel_member": "member_id",
            "assignment": "assignment_id",
            "letter": "letter_id",
            "person": "person_id",
            "mailbox_message": "message_id",
            "role_grant": "grant_id",
            "tranche": "tranche_id",
            "award": "award_id",
            "review": "review_id",
            "verdict": "verdict_id",
        }
        for mapper in models.Base.registry.mappers:
            name = names.get(mapper.class_.__tablename__)
            if name:
                found[name] = list(session.scalars(scoped(select(mapper.class_.id))))
        return found

    return do(collect)


def walk(
    app: Flask,
    browser: FlaskClient,
    ids: dict[str, list[Any]],
    world: World,
    among: Callable[[Any], bool] = lambda rule: True,
) -> Iterator[tuple[str, bytes]]:
    """Every GET route with every id, and every export that a form offers; of these routes alone with `among`."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static" or rule.endpoint.startswith("demo."):
            continue
        if not among(rule):
            continue
        values: list[list[Any]] = [
            ids.get(name) or {"key": [world.call_key], "name": ["overview", "call"]}.get(name, ["overview"])
            for name in sorted(rule.arguments)
        ]
        for combination in product(*values):
            with app.test_request_context():
                url = url_for(rule.endpoint, **dict(zip(sorted(rule.arguments), combination, strict=True)))
            for headers in ({}, {"HX-Request": "true"}):
                answer = browser.get(url, headers=headers)
                assert answer.status_code < 500, url
                yield url, answer.data
                if answer.mimetype != "text/html":
                    break  # a file is the same for everybody who asks
                if "export" not in url or headers:
                    continue
                for form in forms(answer):
                    if "/exports/" in form.action:
                        download = browser.post(form.action, data=form.fields)
                        assert download.status_code == 200, form.action
                        yield form.action, unpacked(download.data)


def unpacked(data: bytes) -> bytes:
    """The text inside an XLSX, or the bytes themselves."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return b"\n".join(file.read(name) for name in file.namelist())


@pytest.fixture
def scene(world: World, do: Do, time: Clock) -> dict[str, UUID]:
    """Two applications in review, both panels complete; one of them is full of the planted word."""

    def arrange(session: Any) -> dict[str, UUID]:
        one = stages.submitted(session, world, title=CANARY)
        two = stages.submitted(session, world, title="Something else", who=world.other_researcher)
        stages.in_review(session, world, one, two)
        return {"one": one.id, "two": two.id}

    found: dict[str, UUID] = do(arrange)
    time.at = AFTER_CLOSING
    return found


def declare(do: Do, person_id: UUID, application_id: UUID) -> None:
    def say(session: Any) -> None:
        application = session.scalars(scoped(select(Application).where(Application.id == application_id))).one()
        by = stages.Acting(person_id, "Somebody", frozenset())
        reviewing.declare_conflict(
            session, person_id, application, "We wrote a book together.", by=by, at=AFTER_CLOSING
        )

    do(say)


def says(data: bytes) -> bool:
    """Whether a page speaks of it. Its id alone is no sign: a page of refusal repeats the address it was asked for."""
    return CANARY.encode() in data or b"MKB-27-0001" in data


WHO = ("ki_coordinator", "mayo_coordinator", "reviewer of KI and chair", "reviewer of KI", "reviewer of Mayo")


def person_of(world: World, who: str) -> UUID:
    reviewers = {"reviewer of KI and chair": 0, "reviewer of KI": 1, "reviewer of Mayo": 3}
    return world.reviewers[reviewers[who]] if who in reviewers else getattr(world, who)


@pytest.mark.parametrize("who", WHO)
def test_the_planted_word_is_seen_before_and_nowhere_after(
    app: Flask, world: World, do: Do, as_: Callable[..., FlaskClient], scene: dict[str, UUID], who: str
) -> None:
    person = person_of(world, who)
    browser, ids = as_(person), ids_of(do)
    marks = [CANARY.encode(), str(scene["one"]).encode(), b"MKB-27-0001"]
    before = [url for url, data in walk(app, browser, ids, world) if says(data)]
    assert before, "the word must be visible to somebody without a conflict, or the test proves nothing"

    declare(do, person, scene["one"])

    for url, data in walk(app, browser, ids, world):
        assert str(scene["one"]) in url or not any(mark in data for mark in marks), url
        assert CANARY.encode() not in data, url
        assert b"MKB-27-0001" not in data, url


LATER = {"decided": stages.decided, "released": stages.released}
PAGES = {"decided": ("decision", "release"), "released": ("award",)}
STILL_SEEN = {  # without a conflict: members read what the others wrote from the closing of the panel to the release
    ("decided", "ki_coordinator"),
    ("decided", "reviewer of KI and chair"),
    ("decided", "reviewer of KI"),
    ("released", "ki_coordinator"),
}


@pytest.mark.parametrize("who", ["ki_coordinator", "reviewer of KI and chair", "reviewer of KI"])
@pytest.mark.parametrize("stage", LATER)
def test_the_planted_word_stays_away_when_it_is_decided_and_when_all_is_told(
    app: Flask, world: World, do: Do, as_: Callable[..., FlaskClient], time: Clock, who: str, stage: str
) -> None:
    def arrange(session: Any) -> UUID:
        one = stages.submitted(session, world, title=CANARY)
        two = stages.submitted(session, world, title="Something else", who=world.other_researcher)
        LATER[stage](session, world, one, two)
        return one.id

    application: UUID = do(arrange)
    time.at = AFTER_CLOSING + 5 * stages.DAY
    person = person_of(world, who)
    browser, ids = as_(person), ids_of(do)
    marks = [CANARY.encode(), str(application).encode(), b"MKB-27-0001"]
    before = {url for url, data in walk(app, browser, ids, world) if says(data)}
    assert bool(before) is ((stage, who) in STILL_SEEN), sorted(before)
    if who == "ki_coordinator":
        for page in (*PAGES[stage], "ranking", "letters", "exports/call-xlsx", "exports/overview-csv"):
            assert any(url.endswith(page) for url in before), f"{page} does not speak of it before the declaration"

    declare(do, person, application)

    for url, data in walk(app, browser, ids, world):
        for mark in marks:
            assert mark not in data or (mark == marks[1] and str(application) in url), (url, mark)


def test_no_mail_speaks_of_it_after_the_declaration(
    app: Flask, world: World, do: Do, scene: dict[str, UUID], time: Clock
) -> None:
    work.deliver(app)
    closed_to = (world.ki_coordinator, world.reviewers[0])
    for person in closed_to:
        declare(do, person, scene["one"])
    known = do(lambda s: {m.id for m in s.scalars(select(MailboxMessage))})

    do(lambda s: conclude_all(s, world, scene))
    time.at = AFTER_CLOSING + 5 * stages.DAY
    work.deliver(app)

    later = do(lambda s: [m for m in s.scalars(select(MailboxMessage)) if m.id not in known])
    addresses = do(lambda s: {stages.address_of(s, person) for person in closed_to})
    about = [m.sent_to for m in later if CANARY in plain(m.raw)]
    assert len(later) >= 4, "each side's lead of both applications gets a letter"
    assert "ylva@ki.example" in about and len(about) >= 2, "the letters must speak of it, or the test proves nothing"
    assert addresses == {"kajsa@ki.example", "rut@review.example"}
    assert [sent_to for sent_to in about if sent_to in addresses] == []
    assert [m.subject for m in later if m.sent_to in addresses] == []


def conclude_all(session: Any, world: World, scene: dict[str, UUID]) -> None:
    """Those without a conflict score what they have, the panels close, Mayo's coordinator decides and releases."""
    found = session.scalars(scoped(select(Application).order_by(Application.number))).all()
    given = session.execute(scoped(select(Assignment.member_id, Assignment.application_id))).all()
    for member_id, application_id in given:
        member = session.get_one(PanelMember, member_id)
        stages.score(session, world, member, next(a for a in found if a.id == application_id), 5)
    for side, by in (("ki", stages.ki_office(world)), ("mayo", stages.mayo_office(world))):
        at = AFTER_CLOSING + 2 * stages.DAY
        reviewing.close_panel(session, stages.panels(session, world)[side], by=by, at=at, reason="Somebody may not.")
    for application in found:
        stages.conclude(session, world, application, "award" if application.id == scene["one"] else "decline")
    stages.release(session, world)


def plain(raw: str) -> str:
    """The text of a mail and its subject, decoded."""
    message = message_from_string(raw, policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message["Subject"]), *parts])


def test_the_administrator_and_a_stranger_never_see_it(
    app: Flask, world: World, do: Do, as_: Callable[..., FlaskClient], scene: dict[str, UUID]
) -> None:
    ids = ids_of(do)
    for browser in (as_(world.administrator), as_(world.outsider), app.test_client()):
        for url, data in walk(app, browser, ids, world):
            assert CANARY.encode() not in data, url
