"""A draft that was never submitted is deleted with everything of it; what was ever submitted is not, by nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.applications import forgetting, services, uploads
from app.applications.discarding import delete_draft, going_of, hanging_on
from app.applications.letters.models import InvitedLetter, Sought
from app.applications.models import Application
from app.communications.models import Letter, LetterStatus
from app.identities.models import Person, PersonalLink
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed
from app.kernel.files import LocalStore
from app.trail.models import TrailEntry
from app.workflow.vocabulary import Move
from tests import light as files
from tests import stages
from tests.approving import READY, answer, ask_for, asked, begun, tasks
from tests.shows import shows
from tests.teams import invited
from tests.world import BEFORE_CLOSING, CLOSES, World, lead

AT = BEFORE_CLOSING
DAY = timedelta(days=1)


def rows_left(session: Session, application_id: UUID) -> dict[str, int]:
    """Rows of this application by table, where there are any."""
    found = {
        table.name: len(session.execute(scoped(select(table.c.id).where(condition))).all())
        for table, condition in hanging_on(application_id)
    }
    return {name: count for name, count in found.items() if count}


def letters(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(scoped(select(Letter).where(Letter.kind == kind))))


def test_everything_of_a_draft_goes_and_one_deed_without_a_word_stays(world: World, session: Session) -> None:
    draft = stages.draft(session, world, title="Secret words")
    stages.confirm(session, draft)
    application_id, partner = draft.id, stages.side_of(session, draft.id, "mayo").lead_person_id
    assert {"answer", "answer_version", "application_side", "budget_year", "letter"} <= rows_left(
        session, application_id
    ).keys()

    delete_draft(session, draft, by=lead(world.researcher), at=AT)

    assert rows_left(session, application_id) == {}
    assert session.scalar(scoped(select(Application.id).where(Application.id == application_id))) is None
    assert session.scalars(select(PersonalLink.id).where(PersonalLink.revoked_at.is_(None))).all() == []
    last = session.scalars(select(TrailEntry).where(TrailEntry.subject_id == application_id)).all()[-1]
    assert (last.verb, last.subject, last.payload) == ("delete-draft", "draft", {})
    told = letters(session, "draft_deleted")
    assert [each.person_id for each in told] == [partner]
    assert "Secret" not in str([each.values for each in told])


def test_an_approval_that_was_given_goes_with_its_draft_and_with_nothing_else(world: World, session: Session) -> None:
    ask_for(session, world, READY)
    draft = begun(session, world)
    asked(session, draft)
    answer(session, tasks(session, draft)[0], at=AT)
    application_id = draft.id
    assert "approval_entry" in rows_left(session, application_id)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE approval_entry SET because = 'no'"))

    delete_draft(session, draft, by=lead(draft.lead_person_id), at=AT)

    assert rows_left(session, application_id) == {}


def test_whoever_was_asked_and_has_not_answered_is_told_once_that_the_draft_is_gone(
    world: World, session: Session
) -> None:
    ask_for(session, world, READY)
    draft = begun(session, world)
    asked(session, draft)
    member = invited(session, draft)
    for key in ("support", "lab"):
        session.add(
            InvitedLetter(
                application_id=draft.id, question_key=key, kind=Sought.LETTER, person_id=world.other_researcher,
                invited_by=draft.lead_person_id, invited_at=AT,
            )
        )  # fmt: skip
    session.flush()
    partner = stages.side_of(session, draft.id, "mayo").lead_person_id
    people = {member.person_id, world.other_researcher, partner, *(task.person_id for task in tasks(session, draft))}
    people -= {draft.lead_person_id}
    names = sorted(session.get_one(Person, person_id).name for person_id in people)
    assert sorted(going_of(session, draft).invited) == names

    delete_draft(session, draft, by=lead(draft.lead_person_id), at=AT)

    told = [each.person_id for each in letters(session, "draft_deleted")]
    assert (set(told), len(told)) == (people, len(people))


def test_what_was_ever_submitted_is_not_deleted_by_its_owner_nor_by_the_system(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    by = lead(world.researcher)
    for move in (None, Move.TAKE_BACK, Move.WITHDRAW):
        if move is not None:
            services.take(session, application, move, by=by, at=AT, reason="Because.")
        for who in (by, services.system("a test")):
            with pytest.raises(NotAllowed):
                delete_draft(session, application, by=who, at=AT)
    assert "submission" in rows_left(session, application.id)


def test_nobody_deletes_the_draft_of_somebody_else(world: World, session: Session) -> None:
    draft = stages.draft(session, world)
    for by in (stages.ki_office(world), stages.mayo_office(world)):
        with pytest.raises(NotAllowed):
            delete_draft(session, draft, by=by, at=AT)


def test_the_bytes_of_its_files_go_with_the_next_sweep(world: World, session: Session, tmp_path: Path) -> None:
    draft = files.begin(session, world)
    files.give(session, world, draft, files.bring(tmp_path, files.pdf()))
    store, later = LocalStore(tmp_path), AT + 400 * DAY
    assert uploads.sweep(session, store, later)[0] == ()

    delete_draft(session, draft, by=lead(world.researcher), at=AT)

    assert len(uploads.sweep(session, store, later)[0]) == 1


def forgotten(session: Session, world: World, **changes: object) -> UUID:
    return files.begin(session, world, **changes).id


def there(session: Session, application_id: UUID) -> bool:
    return session.scalar(scoped(select(Application.id).where(Application.id == application_id))) is not None


@shows("drafts_kept_days")
def test_a_call_that_says_so_forgets_its_drafts_after_a_warning_that_went(world: World, session: Session) -> None:
    draft = forgotten(session, world, drafts_kept_days=60)
    closes = CLOSES  # the light call closes with the others
    for day in range(46):
        forgetting.forget_drafts(session, closes + day * DAY)
    assert letters(session, "draft_forgotten") == []

    for day in (47, 48, 70, 100):
        forgetting.forget_drafts(session, closes + day * DAY)
    warning = letters(session, "draft_forgotten")
    assert [each.person_id for each in warning] == [world.researcher]
    assert there(session, draft)  # the letter never went

    warning[0].status, warning[0].sent_at = LetterStatus.SENT, closes + 100 * DAY
    forgetting.forget_drafts(session, closes + 113 * DAY)
    assert there(session, draft)
    forgetting.forget_drafts(session, closes + 114 * DAY)

    assert not there(session, draft)
    assert [each.person_id for each in letters(session, "draft_deleted")] == [world.researcher]
    deed = session.scalars(select(TrailEntry).where(TrailEntry.verb == "delete-draft")).one()
    assert deed.actor == "Tandem (automatic: a forgotten draft)"


def test_a_call_that_says_nothing_keeps_its_drafts(world: World, session: Session) -> None:
    draft = forgotten(session, world)
    for day in (0, 60, 4000):
        assert forgetting.forget_drafts(session, CLOSES + day * DAY) == 0
    assert there(session, draft)
