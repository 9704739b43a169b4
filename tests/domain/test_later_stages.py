"""Between review and decision: what is set aside, the applicants' answer to the reviews, interviews."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.viewer import Viewer, with_duties
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.models import Application
from app.communications.models import Letter, LetterStatus
from app.decisions import services
from app.exports import registry
from app.exports.tables import within
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused, Stale
from app.programmes.models import Call
from app.reviews import interviews, rejoinders
from app.reviews import queries as reviews
from app.reviews import services as reviewing
from app.reviews.models import Assignment, Review
from app.workflow.vocabulary import Hat, Move, State
from tests import staged, stages
from tests.shows import shows
from tests.world import AFTER_CLOSING, World, lead

REVIEWED = AFTER_CLOSING + timedelta(days=2)
LATER = AFTER_CLOSING + timedelta(days=3)
REJOINDER = {"rejoinder": {"days": 14, "max_words": 5}}


def viewer_of(session: Session, person_id: Any) -> Viewer:
    return with_duties(session, session.get_one(Person, person_id))


def letters(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(scoped(select(Letter).where(Letter.kind == kind))))


def decline(session: Session, world: World, application: Application, outcome: str = "decline") -> None:
    services.record_decision(
        session,
        application,
        outcome=outcome,
        reasons="As the reviews say.",
        feedback="Too early.",
        took_part="Kajsa Samordning",
        by=stages.ki_office(world),
        at=LATER,
    )
    applying.take(session, application, Move.DECIDE, by=stages.ki_office(world), at=LATER)


# --- Triage -----------------------------------------------------------------------------------------------------


def aside(session: Session, world: World, application: Application) -> None:
    by = stages.ki_office(world)
    applying.take(session, application, Move.SET_ASIDE, by=by, at=LATER, reason="The chair: below the line.")


@pytest.fixture
def sifted(session: Session) -> tuple[World, Application, Application]:
    """Two reviewed applications, the second set aside."""
    world = staged.world_with(session, staged.with_stages("triage"))
    one = stages.submitted(session, world)
    other = stages.submitted(session, world, title="Loud neighbours", who=world.other_researcher)
    stages.reviewed(session, world, one, other)
    aside(session, world, other)
    return world, one, other


@shows("stages")
def test_not_discussed_is_a_result_of_its_own_after_every_rank(
    session: Session, sifted: tuple[World, Application, Application]
) -> None:
    world, one, other = sifted
    viewer = viewer_of(session, world.ki_coordinator)
    among = scope.office_ids(viewer, world.call)

    results = reviews.panel_results(session, world.call, scope.readable_panels(viewer, world.call), among)

    for panel in results:
        assert [(line.application_id, line.is_set_aside) for line in panel.lines] == [
            (one.id, False),
            (other.id, True),
        ]
        assert [str(line.rank) if line.rank else None for line in panel.lines] == ["1", None]
        assert panel.lines[1].result.mean is not None  # the reviews stay legible


def test_what_is_set_aside_can_only_be_declined_and_needs_no_verdict(
    session: Session, sifted: tuple[World, Application, Application]
) -> None:
    world, _, other = sifted
    with pytest.raises(Refused) as no:
        decline(session, world, other, "award")
    assert "set_aside" in [problem.code for problem in no.value.problems]

    decline(session, world, other)

    assert other.state is State.DECIDED
    by = stages.ki_office(world)
    applying.take(session, other, Move.REOPEN_DECISION, by=by, at=LATER, reason="Again.")
    assert other.state is State.SET_ASIDE


def test_it_is_brought_back_by_the_chair_or_an_office_with_a_reason(
    session: Session, sifted: tuple[World, Application, Application]
) -> None:
    world, _, other = sifted
    chair = Acting(world.reviewers[0], "Rut Granskare", frozenset({Hat.CHAIR}))
    with pytest.raises(Refused):
        applying.take(session, other, Move.BRING_BACK, by=chair, at=LATER, reason=" ")
    with pytest.raises(NotAllowed):
        shut = Acting(world.reviewers[0], "Rut Granskare", frozenset({Hat.CHAIR, Hat.CONFLICTED}))
        applying.take(session, other, Move.BRING_BACK, by=shut, at=LATER, reason="My cousin.")

    applying.take(session, other, Move.BRING_BACK, by=chair, at=LATER, reason="A strong plan.")

    assert other.state is State.REVIEWED
    viewer = viewer_of(session, world.ki_coordinator)
    among = scope.office_ids(viewer, world.call)
    results = reviews.panel_results(session, world.call, scope.readable_panels(viewer, world.call), among)
    assert all(line.rank is not None for panel in results for line in panel.lines)


def test_an_export_says_not_discussed_where_a_rank_would_stand(
    session: Session, sifted: tuple[World, Application, Application]
) -> None:
    world, *_ = sifted
    viewer = viewer_of(session, world.ki_coordinator)
    call = session.get_one(Call, world.call)
    file = registry.make(session, "overview-csv", call, within(viewer, call.id), by=stages.ki_office(world), at=LATER)
    assert file.content.decode("utf-8-sig").count("not discussed") >= 2


# --- Rejoinder --------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(session: Session) -> tuple[World, Application]:
    """A reviewed application whose lead applicant is asked for an answer."""
    world = staged.world_with(session, staged.with_stages("rejoinder", **REJOINDER))
    application = stages.submitted(session, world)
    stages.reviewed(session, world, application)
    applying.take(session, application, Move.OPEN_REJOINDER, by=stages.ki_office(world), at=REVIEWED)
    return world, application


@shows("rejoinder.days")
def test_the_window_ends_with_the_last_of_its_days_where_the_lead_side_is(
    session: Session, asked: tuple[World, Application]
) -> None:
    _, application = asked
    answer = rejoinders.own_rejoinder(session, application)
    assert answer is not None
    assert answer.closes_at == datetime(2027, 4, 18, 21, 59, 59, tzinfo=UTC)  # fourteen days after 4 April, KI's clocks
    (letter,) = letters(session, "rejoinder_opened")
    assert (letter.person_id, letter.values["words"]) == (application.lead_person_id, 5)


def test_applicants_read_the_texts_for_them_and_neither_grades_nor_names(
    session: Session, asked: tuple[World, Application]
) -> None:
    world, application = asked
    written = session.scalars(scoped(select(Review).join(Assignment))).all()
    for place, review in enumerate(written):
        review.for_applicant, review.for_panel = f"For you {place}.", "Confidential."
    session.flush()

    texts = rejoinders.texts_for_applicants(session, application)
    assert sorted(texts) == [f"For you {place}." for place in range(len(written))]
    by = Acting(world.reviewers[0], "Rut Granskare", frozenset({Hat.REVIEWER}))
    reviewing.declare_conflict(session, world.reviewers[0], application, "A cousin.", by=by, at=LATER)
    assert len(rejoinders.texts_for_applicants(session, application)) == len(written) - 1


@shows("rejoinder.max_words")
def test_a_draft_saves_whatever_its_length_and_an_answer_that_is_too_long_is_not_sent(
    session: Session, asked: tuple[World, Application]
) -> None:
    world, application = asked
    by = lead(world.researcher)
    with pytest.raises(Refused) as no:
        rejoinders.send(session, application, "one two three four five six", 1, by=by, at=LATER)
    assert [(problem.code, problem.field) for problem in no.value.problems] == [("too_many_words", "text")]
    kept = rejoinders.own_rejoinder(session, application)
    assert kept is not None and (kept.text, kept.sent_at) == ("one two three four five six", None)
    with pytest.raises(Stale):
        rejoinders.save(session, application, "another window", 1, by=by, at=LATER)

    sent = rejoinders.send(session, application, "one two three four five", kept.version, by=by, at=LATER)

    assert sent.sent_at == LATER
    with pytest.raises(Refused):
        rejoinders.save(session, application, "changed", sent.version, by=by, at=LATER)


def test_a_draft_is_read_by_nobody_and_a_sent_answer_by_those_without_a_conflict(
    session: Session, asked: tuple[World, Application]
) -> None:
    world, application = asked
    readers = (world.ki_coordinator, world.mayo_coordinator, *world.reviewers)

    def reading() -> set[Any]:
        return {
            person
            for person in (*readers, world.outsider, world.other_researcher)
            if rejoinders.sent_among(session, scope.rejoinders(viewer_of(session, person)))
        }

    by = lead(world.researcher)
    rejoinders.save(session, application, "A draft.", 1, by=by, at=LATER)
    assert reading() == set()
    rejoinders.send(session, application, "An answer.", 2, by=by, at=LATER)
    assert reading() == set(readers)

    for person in (world.ki_coordinator, world.reviewers[1]):
        acting = Acting(person, "Somebody", frozenset({Hat.COORDINATOR}))
        reviewing.declare_conflict(session, person, application, "A cousin.", by=acting, at=LATER)
    assert reading() == set(readers) - {world.ki_coordinator, world.reviewers[1]}


def test_silence_goes_on_without_once_the_window_is_over(session: Session, asked: tuple[World, Application]) -> None:
    world, application = asked
    answer = rejoinders.own_rejoinder(session, application)
    assert answer is not None
    by = stages.ki_office(world)

    open_now, over = (
        {problem.code for offer in applications.offers(session, application, by, at) for problem in offer.problems}
        for at in (answer.closes_at, answer.closes_at + timedelta(seconds=1))
    )

    assert "rejoinder_open" in open_now and "rejoinder_open" not in over
    with pytest.raises(Refused) as no:
        late = answer.closes_at + timedelta(seconds=1)
        rejoinders.save(session, application, "Late.", 1, by=lead(world.researcher), at=late)
    assert [problem.code for problem in no.value.problems] == ["rejoinder_closed"]


# --- Interview --------------------------------------------------------------------------------------------------

INTERVIEW = {
    "interview": {
        "begins": "2027-05-10",
        "ends": "2027-05-11",
        "place": {"en": "Room 5, or by video", "sv": "Rum 5, eller på video"},
    }
}
TEN = datetime(2027, 5, 10, 10, 0)


@pytest.fixture
def reviewed(session: Session) -> tuple[World, Application]:
    world = staged.world_with(session, staged.with_stages("interview", **INTERVIEW))
    application = stages.submitted(session, world)
    stages.reviewed(session, world, application)
    return world, application


@shows("interview.begins", "interview.ends")
@pytest.mark.parametrize(("day", "codes"), [(9, ["outside_days"]), (10, []), (11, []), (12, ["outside_days"])])
def test_an_interview_lies_within_the_days_of_the_call(
    session: Session, reviewed: tuple[World, Application], day: int, codes: list[str]
) -> None:
    world, application = reviewed
    try:
        begins = datetime(2027, 5, day, 10, 0)
        interviews.invite(session, application, begins, "Room 5", by=stages.ki_office(world), at=LATER)
        found: list[str] = []
    except Refused as no:
        found = [problem.code for problem in no.problems]
    assert found == codes
    assert application.state is (State.REVIEWED if codes else State.TO_INTERVIEW)


def test_the_applicants_are_told_day_time_and_place_on_their_own_clocks_and_again_when_it_moves(
    session: Session, reviewed: tuple[World, Application]
) -> None:
    world, application = reviewed
    by = stages.ki_office(world)
    interviews.invite(session, application, TEN, "Room 5", by=by, at=LATER)

    told = {letter.person_id: letter.values for letter in letters(session, "interview_invitation")}
    own = told[application.lead_person_id]
    assert len(told) == 2 and own["place"] == "Room 5" and own["days"] == "10 maj 2027 – 11 maj 2027"
    assert [row["time"] for row in own["times"]] == ["10 maj 2027, 10:00 CEST", "10 maj 2027, 03:00 CDT"]

    interviews.invite(session, application, TEN + timedelta(hours=2), "Room 6", by=by, at=LATER + timedelta(hours=1))
    assert len(letters(session, "interview_invitation")) == 4
    assert application.state is State.TO_INTERVIEW


def test_what_came_of_it_is_noted_before_an_award(session: Session, reviewed: tuple[World, Application]) -> None:
    world, application = reviewed
    by = stages.ki_office(world)
    interviews.invite(session, application, TEN, "Room 5", by=by, at=LATER)
    with pytest.raises(Refused) as no:
        interviews.note_interview(session, application, "  ", by=by, at=LATER)
    assert [problem.field for problem in no.value.problems] == ["note"]

    interviews.note_interview(session, application, "Clear answers.", by=by, at=LATER)

    assert application.state is State.INTERVIEWED
    stages.conclude(session, world, application)
    assert application.state is State.DECIDED
    with pytest.raises(NotAllowed):
        interviews.note_interview(session, application, "More.", by=by, at=LATER)


def test_somebody_not_interviewed_is_declined_but_never_awarded(
    session: Session, reviewed: tuple[World, Application]
) -> None:
    world, application = reviewed
    with pytest.raises(Refused) as no:
        stages.conclude(session, world, application)
    assert [problem.code for problem in no.value.problems] == ["interview_first"]


def test_every_stage_in_a_row_comes_to_the_award(session: Session) -> None:
    change = staged.with_stages("triage", "rejoinder", "interview", **REJOINDER, **INTERVIEW)
    world = staged.world_with(session, change)
    application = stages.submitted(session, world)
    stages.reviewed(session, world, application)
    by = stages.ki_office(world)
    aside(session, world, application)
    applying.take(session, application, Move.BRING_BACK, by=by, at=LATER, reason="A strong plan.")
    applying.take(session, application, Move.OPEN_REJOINDER, by=by, at=LATER)
    rejoinders.send(session, application, "No, we did.", 1, by=lead(world.researcher), at=LATER)
    interviews.invite(session, application, TEN, "Room 5", by=by, at=LATER)
    interviews.note_interview(session, application, "Clear answers.", by=by, at=LATER)
    stages.conclude(session, world, application)
    stages.release(session, world)

    assert application.state is State.AWARDED
    assert {letter.status for letter in letters(session, "decision_award")} == {LetterStatus.QUEUED}
