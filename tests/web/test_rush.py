"""A rush before the deadline: forty submits at once lose none, double none and refuse none that arrived in time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.communications.models import Letter
from app.kernel.database import scoped
from app.programmes.models import Call
from app.trail.models import TrailEntry
from app.trail.services import verify
from app.workflow.vocabulary import State
from benchmarks.ready import Ready, headers, ready
from tests.conftest import Clock
from tests.world import CLOSES, World

Do = Callable[[Callable[[Session], Any]], Any]
MANY, TWICE = 40, 10


def test_forty_submits_at_once_are_all_received_once(world: World, app: Flask, do: Do, time: Clock) -> None:
    time.at = CLOSES - timedelta(seconds=1)
    drafts: list[Ready] = do(lambda session: ready(session, session.get_one(Call, world.call), MANY, time.at))
    start, statuses = threading.Barrier(MANY + TWICE), list[int]()

    def submit(draft: Ready) -> None:
        browser = app.test_client(use_cookies=False)
        start.wait()
        answer = browser.post(
            f"/applications/{draft.application_id}/submit",
            headers=headers(app, draft.secret),
            data={"key": f"form-{draft.secret}"},
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=submit, args=(draft,)) for draft in (*drafts, *drafts[:TWICE])]  # double clicks
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert Counter(statuses) == {303: MANY + TWICE}
    ids = {draft.application_id for draft in drafts}
    assert do(lambda session: _received(session, ids)) == (MANY, MANY, MANY, 2 * MANY, 0)


def _received(session: Session, ids: set[Any]) -> tuple[int, int, int, int, int]:
    """Applications, frozen versions, deeds, receipts to the two of each team, and breaks of the trail."""
    submitted = session.scalars(
        scoped(select(Application.reference).where(Application.id.in_(ids), Application.state == State.SUBMITTED))
    ).all()
    versions = session.scalars(scoped(select(Submission.id).where(Submission.application_id.in_(ids)))).all()
    deeds = session.scalars(select(TrailEntry.id).where(TrailEntry.verb == "submit-application")).all()
    letters = session.scalars(scoped(select(Letter.id).where(Letter.kind == "receipt"))).all()
    return len(set(submitted)), len(versions), len(deeds), len(letters), len(verify(session).breaks)
