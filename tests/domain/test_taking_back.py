"""Submitted, taken back, improved: for everybody but the team the last submitted version stands, and it always does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import overdue, queries, services, standing
from app.applications.areas import areas_of
from app.applications.models import AnswerVersion, Application, Submission, TakenBack
from app.applications.snapshots import hash_of, snapshot_of
from app.communications.models import Letter
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused
from app.kernel.money import Money
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.trail.models import TrailEntry
from app.workflow.vocabulary import Hat, Move, State
from tests import stages
from tests.world import BEFORE_CLOSING, CLOSES, World, lead

AT = BEFORE_CLOSING
HOUR = timedelta(hours=1)
UNSENT = "Unsent words"


def taken_back(session: Session, world: World, *, at: Any = AT + HOUR) -> Application:
    """Submitted, taken back, and written on in every way."""
    application = stages.submitted(session, world)
    by = lead(world.researcher)
    services.take(session, application, Move.TAKE_BACK, by=by, at=at)
    call = session.get_one(Call, world.call)
    services.save_answers(session, application, stages.answers_for(session, call, UNSENT), {}, by=by, at=at)
    ki = stages.side_of(session, application.id, "ki")
    services.save_budget(session, ki, {1: "1", 2: ""}, by=by, at=at)
    return application


def letters(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(scoped(select(Letter).where(Letter.kind == kind).order_by(Letter.created_at))))


def definition(session: Session, world: World) -> Any:
    return definition_of(session, session.get_one(Call, world.call))


def versions(session: Session, application: Application) -> list[Submission]:
    found = select(Submission).where(Submission.application_id == application.id).order_by(Submission.number)
    return list(session.scalars(scoped(found)))


def test_what_offices_read_of_it_is_exactly_the_version_that_was_submitted(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    among = select(Application.id)

    def read() -> Any:
        asked = definition(session, world)
        row = queries.office_rows(session, among=among)[0]
        return (
            (row.reference, row.title, row.submitted_at),
            queries.budgets(session, [application.id]),
            queries.tallies(session, [application.id], asked),
            areas_of(session, [application.id], asked, always=True),
            queries.frozen_sheet(session, application.id),
            queries.taking_part(session, [application.id]),
        )

    before = read()
    by = lead(world.researcher)
    services.take(session, application, Move.TAKE_BACK, by=by, at=AT + HOUR)
    answers = stages.answers_for(session, session.get_one(Call, world.call), UNSENT)
    services.save_answers(session, application, answers | {"area": ["prevention"]}, {}, by=by, at=AT + HOUR)
    ki = stages.side_of(session, application.id, "ki")
    services.save_budget(session, ki, {1: "1", 2: ""}, by=by, at=AT + HOUR)

    assert read() == before
    assert queries.draft_sheet(session, application).title == UNSENT
    trail = session.scalars(select(TrailEntry).where(TrailEntry.subject_id == application.id)).all()
    assert not [each for each in trail if each.verb == "save-budget" and each.at > AT and "minor" in str(each.payload)]


def test_submitted_again_it_is_a_new_version_under_the_same_number(world: World, session: Session) -> None:
    application = taken_back(session, world)
    reference = application.reference
    services.save_budget(
        session, stages.side_of(session, application.id, "ki"), {1: "400 000"}, by=lead(world.researcher), at=AT + HOUR
    )
    services.save_budget(
        session, stages.side_of(session, application.id, "ki"), {2: "300 000"}, by=lead(world.researcher), at=AT + HOUR
    )

    services.take(session, application, Move.SUBMIT, by=lead(world.researcher), at=AT + 2 * HOUR)

    first, second = versions(session, application)
    assert (application.state, application.reference, application.title) == (State.SUBMITTED, reference, UNSENT)
    assert (first.snapshot["title"], second.snapshot["title"]) == ("Silent partners", UNSENT)
    assert first.sha256 != second.sha256
    assert application.submitted_at == second.submitted_at == AT + 2 * HOUR
    assert queries.budgets(session, [application.id])[application.id]["ki"][1] == Money(40_000_000, "SEK")
    assert session.scalar(scoped(select(TakenBack.id))) is None
    assert [(each.values["number"], each.person_id) for each in letters(session, "receipt")] == [
        (number, person_id) for number in (1, 2) for person_id, _ in queries.applicants_of(session, application)
    ]


def test_after_the_deadline_the_first_version_stands_by_itself(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    asked = definition(session, world)
    before = snapshot_of(session, application, asked)
    by = lead(world.researcher)
    services.take(session, application, Move.TAKE_BACK, by=by, at=AT + HOUR)
    answers = stages.answers_for(session, session.get_one(Call, world.call), UNSENT)
    services.save_answers(session, application, answers, {}, by=by, at=AT + HOUR)
    for key, amounts in (("ki", {1: "1", 2: ""}), ("mayo", {1: "7"})):
        side = stages.side_of(session, application.id, key)
        acting = by if key == "ki" else Acting(side.lead_person_id, "Parker", frozenset({Hat.SIDE_LEAD}))
        services.save_budget(session, side, amounts, by=acting, at=AT + HOUR)
    last = CLOSES + timedelta(minutes=asked.grace_minutes or 0)

    assert overdue.let_stand(session, last) == 0
    assert application.state is State.REOPENED
    assert overdue.let_stand(session, last + timedelta(seconds=1)) == 1
    assert overdue.let_stand(session, last + HOUR) == 0

    assert application.state is State.SUBMITTED
    assert snapshot_of(session, application, asked) == before
    assert hash_of(before) == versions(session, application)[-1].sha256
    assert len(versions(session, application)) == 1
    found = select(AnswerVersion).where(AnswerVersion.application_id == application.id, AnswerVersion.key == "title_en")
    written = list(session.scalars(scoped(found.order_by(AnswerVersion.number))))
    assert [each.value for each in written] == ["Silent partners", UNSENT, "Silent partners"]
    assert written[-1].by_name == "Tandem (automatic: the deadline)"
    told = letters(session, "version_stands")
    assert {each.person_id for each in told} == {each.person_id for each in queries.team_of(session, application)}
    assert told[0].values["number"] == 1


def test_the_least_amount_of_a_side_stands_again_too(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    side = stages.side_of(session, application.id, "ki")
    side.least_minor = 100
    services.take(session, application, Move.TAKE_BACK, by=lead(world.researcher), at=AT + HOUR)
    side.least_minor = 1

    overdue.let_stand(session, CLOSES + 3 * HOUR)

    assert side.least_minor == 100


@pytest.mark.parametrize(
    ("deed", "named"),
    [(services.decline_side, "declined"), (services.object_to_side, "objected")],
)
def test_what_a_partner_said_since_it_was_taken_back_is_not_undone(
    world: World, session: Session, deed: Any, named: str
) -> None:
    application = stages.submitted(session, world)
    services.take(session, application, Move.TAKE_BACK, by=lead(world.researcher), at=AT + HOUR)
    side = stages.side_of(session, application.id, "mayo")
    partner = Acting(side.lead_person_id, "Parker", frozenset({Hat.SIDE_LEAD}), frozenset({"mayo"}))
    deed(session, side, because="No time.", by=partner, at=AT + 2 * HOUR)

    overdue.let_stand(session, CLOSES + 3 * HOUR)

    assert (getattr(side, f"{named}_at"), getattr(side, f"{named}_because")) == (AT + 2 * HOUR, "No time.")
    assert side.confirmed_at is None


def test_it_is_taken_back_until_the_deadline_and_not_a_second_longer(world: World, session: Session) -> None:
    application = stages.submitted(session, world)

    with pytest.raises(Refused) as no:
        services.take(session, application, Move.TAKE_BACK, by=lead(world.researcher), at=CLOSES + timedelta(seconds=1))

    assert [problem.code for problem in no.value.problems] == ["call_closed"]
    services.take(session, application, Move.TAKE_BACK, by=lead(world.researcher), at=CLOSES)
    assert application.state is State.REOPENED


def test_nobody_but_the_lead_applicant_takes_it_back(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    for by in (stages.ki_office(world), services.system()):
        with pytest.raises(NotAllowed):
            services.take(session, application, Move.TAKE_BACK, by=by, at=AT + HOUR)


def test_while_it_is_taken_back_its_sides_stay_as_they_were(world: World, session: Session) -> None:
    application = taken_back(session, world)
    with pytest.raises(NotAllowed):
        services.invite_partner(
            session, application, "mayo", name="New", address="new@mayo.example", by=lead(world.researcher), at=AT
        )


def test_the_team_is_warned_two_days_and_four_hours_before_once_each_and_not_when_finished(
    world: World, session: Session
) -> None:
    application = taken_back(session, world)
    for before in (49, 48, 47, 5, 4, 3, -1):
        overdue.warn_all(session, CLOSES - before * HOUR)

    told = [(each.values["hours"], each.created_at) for each in letters(session, "still_taken_back")]
    team = len(queries.team_of(session, application))
    assert told == [(48, CLOSES - 48 * HOUR)] * team + [(4, CLOSES - 4 * HOUR)] * team

    overdue.let_stand(session, CLOSES + 2 * HOUR)
    assert overdue.warn_all(session, CLOSES + 3 * HOUR) == 0


def test_whoever_took_it_back_an_hour_ago_is_not_warned_of_it() -> None:
    assert overdue.due_now(CLOSES, CLOSES - 30 * HOUR, CLOSES - 29 * HOUR) is None
    assert overdue.due_now(CLOSES, CLOSES - 30 * HOUR, CLOSES - 3 * HOUR) == 4
    assert overdue.due_now(CLOSES, CLOSES - 99 * HOUR, CLOSES - 3 * HOUR) == 4
    assert overdue.due_now(CLOSES, CLOSES - 99 * HOUR, CLOSES) is None


def test_a_withdrawal_is_undone_until_the_deadline_and_stands_afterwards(world: World, session: Session) -> None:
    application, by = taken_back(session, world), lead(world.researcher)
    for state, at in ((State.REOPENED, AT + HOUR), (State.SUBMITTED, AT + 3 * HOUR)):
        services.take(session, application, Move.WITHDRAW, by=by, at=at, reason="A mistake.")
        services.take(session, application, Move.UNDO_WITHDRAW, by=by, at=at + HOUR)
        assert application.state is state
        if state is State.REOPENED:
            services.save_budget(
                session, stages.side_of(session, application.id, "ki"), {1: "1", 2: "1"}, by=by, at=AT + 2 * HOUR
            )
            services.take(session, application, Move.SUBMIT, by=by, at=AT + 2 * HOUR)
    services.take(session, application, Move.WITHDRAW, by=by, at=AT + 5 * HOUR, reason="For good.")

    with pytest.raises(Refused) as no:
        services.take(session, application, Move.UNDO_WITHDRAW, by=by, at=CLOSES + timedelta(seconds=1))

    assert [problem.code for problem in no.value.problems] == ["call_closed"]
    assert len(letters(session, "withdrawal_undone")) == 2 * len(queries.team_of(session, application))


def test_what_was_withdrawn_while_taken_back_is_put_back_after_the_deadline_too(world: World, session: Session) -> None:
    application = taken_back(session, world)
    services.take(session, application, Move.WITHDRAW, by=lead(world.researcher), at=AT + HOUR, reason="No.")

    assert overdue.let_stand(session, CLOSES + 3 * HOUR) == 1

    assert application.state is State.WITHDRAWN
    assert queries.budgets(session, [application.id])[application.id]["ki"][1] == Money(50_000_000, "SEK")
    assert standing.stands(session, [application.id]) == {}


def test_a_frozen_version_keeps_names_addresses_and_places_as_they_were(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    before = queries.frozen_sheet(session, application.id)
    person = session.get_one(Person, world.researcher)
    person.name, person.institution = "Somebody Else", "Another University"
    session.flush()

    after = queries.frozen_sheet(session, application.id)

    assert after == before
    own = next(side for side in after.sides if side.key == "ki")  # type: ignore[union-attr]
    assert (own.lead_name, own.institution, own.address) == (
        "Ylva Exempelsson",
        "Karolinska Institutet",
        "ylva@ki.example",
    )
