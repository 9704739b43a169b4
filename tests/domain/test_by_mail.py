"""An approval that came by mail: recorded by a coordinator, for exactly what stands, and said as what it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import by_mail
from app.applications.approvals import queries
from app.applications.approvals.models import ApprovalTask
from app.applications.models import ApplicationSide, KeptMail, MailType
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused
from app.trail.models import TrailEntry
from tests.approving import READY, ask_for, asked, begun, entries, leader, tasks
from tests.world import BEFORE_CLOSING, World, coordinator_of

WRITTEN = dt.date(2027, 3, 10)


def mail(**more: Any) -> by_mail.Mail:
    values: dict[str, Any] = {
        "written_by": "Pia Partner",
        "written_on": WRITTEN,
        "name": "yes.eml",
        "type": MailType.EML,
        "size": 12,
        "sha256": "a" * 64,
    }
    return by_mail.Mail(**{**values, **more})


@pytest.fixture
def task(world: World, session: Session) -> ApprovalTask:
    """Somebody at Mayo is asked whether all is ready."""
    ask_for(session, world, READY)
    application = begun(session, world)
    asked(session, application)
    return tasks(session, application)[-1]


def test_an_approval_by_mail_grants_and_says_so(world: World, session: Session, task: ApprovalTask) -> None:
    by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    kept = by_mail.record_approval(session, task, mail(), by=by, at=BEFORE_CLOSING)

    entry = entries(session, task)[-1]
    assert (entry.answer, entry.name_given, entry.by_name) == ("yes", "Pia Partner", "Kajsa Samordning")
    assert kept.entry_id == entry.id
    word = next(one.word for one in queries.tasks_of(session, [task.application_id]) if one.task.id == task.id)
    assert word.answer is not None
    assert word.answer.recorded_by == "Kajsa Samordning"
    deed = session.scalars(select(TrailEntry.payload).where(TrailEntry.verb == "answer-approval")).one()
    assert deed["by_link"] == "recorded from a mail of Pia Partner"  # type: ignore[index]
    with pytest.raises(Refused) as no:
        by_mail.record_approval(session, task, mail(), by=by, at=BEFORE_CLOSING)
    assert [problem.code for problem in no.value.problems] == ["answered_already"]


def test_only_an_office_records_and_nothing_is_recorded_without_name_and_day(
    world: World, session: Session, task: ApprovalTask
) -> None:
    application = session.scalars(scoped(select(ApplicationSide))).first()
    assert application is not None
    by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    with pytest.raises(NotAllowed):
        by_mail.record_side(session, application, mail(), {}, by=_lead(session, task), at=BEFORE_CLOSING)
    with pytest.raises(Refused) as no:
        by_mail.record_approval(session, task, mail(written_by="", written_on=None), by=by, at=BEFORE_CLOSING)
    assert [problem.code for problem in no.value.problems] == ["name_missing", "day_missing"]
    assert session.scalars(scoped(select(KeptMail))).all() == []


def test_a_mail_is_dated_by_the_day_of_the_lead_side(world: World, session: Session, task: ApprovalTask) -> None:
    by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    past_midnight = dt.datetime(2027, 3, 10, 23, 30, tzinfo=dt.UTC)  # the eleventh in Stockholm
    with pytest.raises(Refused) as no:
        by_mail.record_approval(session, task, mail(written_on=dt.date(2027, 3, 12)), by=by, at=past_midnight)
    assert [problem.code for problem in no.value.problems] == ["day_missing"]

    kept = by_mail.record_approval(session, task, mail(written_on=dt.date(2027, 3, 11)), by=by, at=past_midnight)

    assert kept.written_on == dt.date(2027, 3, 11)


def _lead(session: Session, task: ApprovalTask) -> Any:
    from app.applications.models import Application

    return leader(
        session, session.scalars(scoped(select(Application).where(Application.id == task.application_id))).one()
    )
