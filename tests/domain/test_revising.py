"""A running call that changes: working copies, agreement of its sides, extensions, embargo, forecast, reminders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries as applications
from app.applications import services as applying
from app.applications.extensions import answer_extension, ask_extension, draft_of_address, extensions_of
from app.applications.reminders import remind_all
from app.communications.models import Letter
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused, Stale
from app.programmes import editing, queries, revising, services
from app.programmes.definition import from_data, to_data
from app.programmes.models import Call, CallState
from tests import stages
from tests.shows import shows
from tests.world import BEFORE_CLOSING, CLOSES, World

TOMORROW = CLOSES + timedelta(days=1)


@pytest.fixture
def call(world: World, session: Session) -> Call:
    return session.get_one(Call, world.call)


def letters(session: Session, kind: str) -> list[str]:
    return list(session.scalars(scoped(select(Letter.dedupe).where(Letter.kind == kind).order_by(Letter.dedupe))))


def copy_with(session: Session, call: Call, world: World, **changes: Any) -> Any:
    work = revising.open_copy(session, call, by=stages.ki_office(world), at=BEFORE_CLOSING)
    revising.change(session, work, {**work.data, **changes}, by=stages.ki_office(world), at=BEFORE_CLOSING)
    return work


def test_a_safe_change_is_taken_and_drafts_keep_their_version(world: World, session: Session, call: Call) -> None:
    draft = stages.draft(session, world)
    kept = draft.call_version_id
    work = copy_with(session, call, world, summary={"en": "Clearer.", "sv": "Tydligare."})

    missing = revising.propose(session, call, work, by=stages.ki_office(world), at=BEFORE_CLOSING, has_drafts=True)

    assert missing == ()
    assert queries.definition_of(session, call).summary.en == "Clearer."
    assert (draft.call_version_id, queries.working_copy(session, call.id)) == (kept, None)
    assert queries.newest_version(session, call.id).id != kept


def test_the_rule_of_an_open_call_is_fixed(world: World, session: Session, call: Call) -> None:
    work = copy_with(session, call, world, max_awards=9)

    with pytest.raises(Refused) as no:
        revising.propose(session, call, work, by=stages.ki_office(world), at=BEFORE_CLOSING, has_drafts=False)

    assert [(problem.code, problem.field) for problem in no.value.problems] == [("too_late", "max_awards")]


def test_a_mistaken_copy_is_kept_and_told_but_not_taken(world: World, session: Session, call: Call) -> None:
    work = copy_with(session, call, world, grace_minutes="soon")

    with pytest.raises(Refused) as no:
        revising.propose(session, call, work, by=stages.ki_office(world), at=BEFORE_CLOSING, has_drafts=False)

    assert [problem.field for problem in no.value.problems] == ["grace_minutes"]
    assert work.data["grace_minutes"] == "soon"


def test_a_deadline_moves_only_when_every_side_has_agreed(world: World, session: Session, call: Call) -> None:
    data = to_data(queries.definition_of(session, call)) | {"changes_need": "every_side"}
    services.add_version(session, call, from_data(data, "x"), at=BEFORE_CLOSING)
    later = {"date": "2027-04-02", "time": "14:00:00", "zone": "Europe/Stockholm"}
    work = copy_with(session, call, world, closes=later)
    shown = services.sha256_of(work.data)

    missing = revising.propose(session, call, work, by=stages.ki_office(world), at=BEFORE_CLOSING, has_drafts=False)
    before = call.closes_at
    with pytest.raises(Refused):
        revising.agree_to_proposal(
            session, call, work, "another text", by=stages.mayo_office(world), at=BEFORE_CLOSING, has_drafts=False
        )
    left = revising.agree_to_proposal(
        session, call, work, shown, by=stages.mayo_office(world), at=BEFORE_CLOSING, has_drafts=False
    )

    assert (missing, before, left, call.closes_at) == (("mayo",), CLOSES, (), TOMORROW)


def test_two_coordinators_at_one_place_lose_nothing(world: World, session: Session, call: Call) -> None:
    work = revising.open_copy(session, call, by=stages.ki_office(world), at=BEFORE_CLOSING)
    drawn = editing.place(work.data, "rejoinder").digest
    revising.keep_entry(
        session,
        work,
        "rejoinder",
        {"days": ["14"], "max_words": ["300"]},
        drawn,
        by=stages.ki_office(world),
        at=BEFORE_CLOSING,
    )

    with pytest.raises(Stale) as stale:
        revising.keep_entry(
            session,
            work,
            "rejoinder",
            {"days": ["7"], "max_words": ["300"]},
            drawn,
            by=stages.mayo_office(world),
            at=BEFORE_CLOSING,
        )

    assert [(clash.field, clash.yours, clash.theirs) for clash in stale.value.clashes] == [("days", "7", "14")]
    assert work.data["rejoinder"] == {"days": 14, "max_words": 300}


def test_last_years_call_is_copied_with_its_dates_shifted(world: World, session: Session, call: Call) -> None:
    made = revising.copy_call(
        session, call, key="mayo-ki-2028", year=2028, by=stages.ki_office(world), at=BEFORE_CLOSING
    )

    assert (made.state, made.closes_at) == (CallState.DRAFT, datetime(2028, 4, 1, 12, 0, tzinfo=UTC))
    with pytest.raises(Refused):
        revising.copy_call(session, call, key="mayo-ki-2028", year=2028, by=stages.ki_office(world), at=BEFORE_CLOSING)


def test_an_embargo_and_a_forecast_decide_what_the_public_sees(world: World, session: Session, call: Call) -> None:
    call.visible_at = BEFORE_CLOSING
    session.flush()
    assert queries.public_call(session, call.key, BEFORE_CLOSING - timedelta(seconds=1)) is None
    assert queries.public_call(session, call.key, BEFORE_CLOSING) is call

    made = revising.copy_call(session, call, key="later", year=2028, by=stages.ki_office(world), at=BEFORE_CLOSING)
    assert queries.public_call(session, "later", BEFORE_CLOSING) is None
    services.publish_forecast(session, made, by=stages.ki_office(world), at=BEFORE_CLOSING)
    assert queries.public_call(session, "later", BEFORE_CLOSING) is made


def test_an_extension_for_one_needs_a_second_coordinator_and_leaves_the_others_closed(
    world: World, session: Session, call: Call
) -> None:
    one, other = stages.draft(session, world), stages.draft(session, world, who=world.other_researcher)
    assert draft_of_address(session, call.id, "ylva@ki.example") == one.id
    asked = ask_extension(
        session, call, application_id=one.id, side_key=None, to=TOMORROW, reason="Fire in the building",
        by=stages.ki_office(world), at=BEFORE_CLOSING,
    )  # fmt: skip
    late = CLOSES + timedelta(hours=1)

    assert applications.facts(session, one, late).last_instant == CLOSES
    with pytest.raises(NotAllowed):
        answer_extension(session, call, asked.id, agrees=True, by=stages.ki_office(world), at=BEFORE_CLOSING)
    with pytest.raises(Refused):
        answer_extension(session, call, asked.id, agrees=True, by=stages.mayo_office(world), at=TOMORROW)
    answer_extension(session, call, asked.id, agrees=True, by=stages.mayo_office(world), at=BEFORE_CLOSING)

    assert applications.facts(session, one, late).last_instant == TOMORROW
    assert applications.facts(session, other, late).last_instant == CLOSES
    assert [(row.reason, row.agreed_by) for row in extensions_of(session, call.id)] == [
        ("Fire in the building", "Molly Coordson")
    ]
    assert len(letters(session, "deadline_moved")) == 1


@pytest.mark.parametrize(("to", "reason", "codes"), [(CLOSES, "x", ["not_later"]), (TOMORROW, " ", ["reason_missing"])])
def test_an_extension_needs_a_reason_and_a_later_instant(  # world, call and the row
    world: World, session: Session, call: Call, to: datetime, reason: str, codes: list[str]
) -> None:
    with pytest.raises(Refused) as no:
        ask_extension(
            session,
            call,
            application_id=None,
            side_key="mayo",
            to=to,
            reason=reason,
            by=stages.ki_office(world),
            at=BEFORE_CLOSING,
        )

    assert [problem.code for problem in no.value.problems] == codes


def test_an_extension_is_for_somebody(world: World, session: Session, call: Call) -> None:
    with pytest.raises(Refused) as no:
        ask_extension(
            session,
            call,
            application_id=None,
            side_key=None,
            to=TOMORROW,
            reason="x",
            by=stages.ki_office(world),
            at=BEFORE_CLOSING,
        )

    assert [problem.code for problem in no.value.problems] == ["no_aim"]


@shows("reminders")
def test_reminders_come_once_at_nine_and_never_to_the_finished(world: World, session: Session, call: Call) -> None:
    data = to_data(queries.definition_of(session, call)) | {"reminders": [7]}
    services.add_version(session, call, from_data(data, "x"), at=BEFORE_CLOSING)
    stages.draft(session, world)
    stages.submitted(session, world, who=world.other_researcher)
    nine = datetime(2027, 3, 25, 8, 0, tzinfo=UTC)

    early = remind_all(session, nine - timedelta(seconds=1))
    due, again = remind_all(session, nine), remind_all(session, nine + timedelta(minutes=1))

    assert (early, due, again) == (0, 1, 0)
    assert len(letters(session, "deadline_reminder")) == 1


@shows("grace_minutes")
def test_grace_belongs_to_a_form_that_was_open_at_the_deadline(world: World, session: Session, call: Call) -> None:
    data = to_data(queries.definition_of(session, call)) | {"grace_minutes": 10}
    services.add_version(session, call, from_data(data, "x"), at=BEFORE_CLOSING)
    begun = stages.draft(session, world)
    late = CLOSES + timedelta(minutes=5)

    assert applications.facts(session, begun, late).last_instant == CLOSES
    assert applications.facts(session, begun, late, CLOSES).last_instant == CLOSES + timedelta(minutes=10)
    with pytest.raises(Refused) as no:
        applying.start_draft(session, call, by=stages.ki_office(world), at=late)
    assert [problem.code for problem in no.value.problems] == ["call_closed"]
