"""A draft is private: a word planted in everything that is typed in it stands on no page, export, feed or mail of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications import uploads
from app.cli import work
from app.communications.models import MailboxMessage
from app.kernel.actors import Acting
from app.workflow.vocabulary import Hat
from tests import light, stages
from tests.amended import amend, both
from tests.conftest import Clock
from tests.journeys.test_conflict import CANARY, ids_of, plain, walk
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World, lead

Do = Callable[..., Any]
FILE = {"key": "cv", "section": "idea", "kind": "file", "title": both("CV"), "used_for": ["record"]}
AMOUNT = (b"12\xc2\xa0345", b"12,345", b"12345", b"1234500")


def planted(session: Session, world: World, folder: Path) -> UUID:
    """A draft with the word in its title, every text, a file's name, the partner's name and address, and a partner's no."""
    home = next(s for s in amend(session, world).sections if s.owner == "shared").key
    amend(session, world, more_questions=({**FILE, "section": home},))
    by = lead(world.researcher)
    draft = stages.draft(session, world, title=CANARY)
    applying.save_budget(session, stages.side_of(session, draft.id, "ki"), {1: "12 345"}, by=by, at=BEFORE_CLOSING)
    uploads.attach(
        session, draft, "cv", light.bring(folder, light.pdf(title=CANARY), f"{CANARY}.pdf"), by=by, at=BEFORE_CLOSING
    )
    applying.invite_partner(
        session, draft, "mayo", name=f"{CANARY} Parker", address="kanariefagel@mayo.example", by=by, at=BEFORE_CLOSING
    )
    side = stages.side_of(session, draft.id, "mayo")
    assert side.lead_person_id is not None
    partner = Acting(side.lead_person_id, "Parker", frozenset({Hat.SIDE_LEAD}), frozenset({"mayo"}))
    applying.decline_side(session, side, because=f"{CANARY} has no time.", by=partner, at=BEFORE_CLOSING)
    return draft.id


def rooms_of(world: World) -> dict[UUID, tuple[str, ...]]:
    """Who walks where: each audience through its own rooms, and the office through the public ones too. An administrator
    sees people by name and address, whatever they were invited to: that page is left out."""
    return {
        world.ki_coordinator: ("office.", "feeds.", "api.", "account.desk", "public.call", "past."),
        world.administrator: ("admin.delivery", "admin.awards", "office.call", "office.application"),
        world.reviewers[0]: ("reviewer.", "panel.", "account.desk"),
    }


def test_nothing_typed_in_a_draft_is_seen_by_anybody_but_its_team(
    app: Flask, world: World, do: Do, as_: Callable[..., FlaskClient], time: Clock, tmp_path: Path
) -> None:
    draft: UUID = do(lambda s: planted(s, world, tmp_path))
    do(lambda s: stages.in_review(s, world, stages.submitted(s, world, title="Another", who=world.other_researcher)))
    time.at = AFTER_CLOSING
    own = as_(world.researcher).get(f"/applications/{draft}/edit").data
    assert own.count(CANARY.encode()) > 5 and any(amount in own for amount in AMOUNT), "or the test proves nothing"
    work.deliver(app)

    every = ids_of(do)
    ids = {name: values if name in ("application_id", "side_id") else values[:1] for name, values in every.items()}
    seen = 0
    for person, rooms in rooms_of(world).items():
        for url, data in walk(app, as_(person), ids, world, lambda rule, rooms=rooms: rule.endpoint.startswith(rooms)):
            seen += 1
            assert CANARY.encode() not in data and b"kanariefagel" not in data, url
            assert not any(amount in data for amount in AMOUNT[:3]), url
    assert seen > 60, "or the walk went nowhere"
    page = as_(world.ki_coordinator).get(f"/office/calls/{world.call}/drafts")
    assert page.status_code == 200 and "%" in page.text
    told = do(lambda s: {m.sent_to for m in s.scalars(select(MailboxMessage)) if CANARY in plain(m.raw)})
    assert "kanariefagel@mayo.example" in told
    assert {address.partition("-")[0] for address in told} <= {"ylva@ki.example", "kanariefagel@mayo.example", "parker"}


@pytest.mark.parametrize("page", ["edit", "check", "tasks"])
def test_of_a_draft_its_office_is_not_even_told_that_the_page_exists(
    world: World, do: Do, as_: Callable[..., FlaskClient], page: str
) -> None:
    draft: UUID = do(lambda s: stages.draft(s, world).id)

    for person in (world.ki_coordinator, world.administrator, world.reviewers[0], world.outsider):
        assert as_(person).get(f"/applications/{draft}/{page}").status_code == 404
