"""Verdicts, the joint decision, its letters, and one release for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application
from app.awards.models import Award
from app.communications.models import Letter, LetterStatus
from app.decisions import queries, services
from app.decisions.models import JointDecision, Release
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused, Stale
from app.kernel.money import Money
from app.programmes.models import Call, CallState
from app.reviews import services as reviewing
from app.workflow.vocabulary import Hat, Move, State
from tests import stages
from tests.world import AFTER_CLOSING, World

DECIDED = AFTER_CLOSING + timedelta(days=3)
GRANTS = {"ki": {1: "450 000", 2: "400 000"}, "mayo": {1: "50 000", 2: "45 000"}}


def say(
    session: Session,
    world: World,
    application: Application,
    side: str,
    recommends: bool = True,
    version: int = 0,
    typed: dict[int, str] | None = None,
) -> None:
    by = stages.ki_office(world) if side == "ki" else stages.mayo_office(world)
    services.record_verdict(
        session,
        application,
        side,
        recommends=recommends,
        reasons=f"The reasons of {side}.",
        typed=GRANTS[side] if typed is None else typed,
        version=version,
        by=by,
        at=DECIDED,
    )


def decide(
    session: Session,
    world: World,
    application: Application,
    outcome: str,
    *,
    reasons: str = "",
    feedback: str = "Bold and clear; the sample is small.",
) -> None:
    by = stages.ki_office(world)
    services.record_decision(
        session,
        application,
        outcome=outcome,
        reasons=reasons,
        feedback=feedback,
        took_part="Kajsa Samordning\nMolly Coordson",
        by=by,
        at=DECIDED,
    )
    applying.take(session, application, Move.DECIDE, by=by, at=DECIDED)


def decided(session: Session, world: World, outcome: str = "award", title: str = "Silent partners") -> Application:
    application = stages.submitted(session, world, title=title)
    stages.reviewed(session, world, application)
    for side in ("ki", "mayo"):
        say(session, world, application, side, recommends=outcome == "award")
    decide(session, world, application, outcome, reasons="" if outcome in ("award", "decline") else "The ceiling.")
    return application


def codes(refused: pytest.ExceptionInfo[Refused] | pytest.ExceptionInfo[NotAllowed]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def letters(session: Session, status: LetterStatus) -> list[Letter]:
    return list(
        session.scalars(
            scoped(
                select(Letter).where(Letter.kind.like("decision_%"), Letter.status == status).order_by(Letter.subject)
            )
        )
    )


@pytest.fixture
def application(world: World, session: Session) -> Application:
    found = stages.submitted(session, world)
    stages.reviewed(session, world, found)
    return found


def test_an_amount_above_the_one_asked_for_is_refused_with_both_amounts(
    world: World, session: Session, application: Application
) -> None:
    with pytest.raises(Refused) as no:
        say(session, world, application, "ki", typed={1: "500 001", 2: "400 000"})

    assert [problem.code for problem in no.value.problems] == ["over_asked", "over_cap_year"]
    assert no.value.problems[0].field == "grant-ki-1"
    assert no.value.problems[0].values["asked"] == Money(50_000_000, "SEK")


def test_a_coordinator_speaks_for_the_own_side_only(world: World, session: Session, application: Application) -> None:
    with pytest.raises(NotAllowed) as no:
        services.record_verdict(
            session,
            application,
            "mayo",
            recommends=True,
            reasons="x",
            typed=GRANTS["mayo"],
            version=0,
            by=stages.ki_office(world),
            at=DECIDED,
        )
    assert codes(no) == ["other_side"]


def test_a_verdict_without_choice_and_reasons_names_both(
    world: World, session: Session, application: Application
) -> None:
    with pytest.raises(Refused) as no:
        services.record_verdict(
            session,
            application,
            "ki",
            recommends=None,
            reasons=" ",
            typed={},
            version=0,
            by=stages.ki_office(world),
            at=DECIDED,
        )
    assert codes(no) == ["verdict_open", "reasons_missing"]


def test_the_slower_of_two_verdicts_gets_both_texts(world: World, session: Session, application: Application) -> None:
    say(session, world, application, "ki")

    with pytest.raises(Stale) as stale:
        say(session, world, application, "ki", recommends=False)

    assert stale.value.clashes[0].theirs == "The reasons of ki."
    assert stale.value.clashes[0].theirs_by == "Kajsa Samordning"


def test_a_side_that_does_not_recommend_grants_nothing(
    world: World, session: Session, application: Application
) -> None:
    say(session, world, application, "ki")
    say(session, world, application, "ki", recommends=False, version=1)

    verdict = queries.verdicts_of(session, [application.id])[application.id]["ki"]
    assert (verdict.recommends, dict(verdict.amounts), verdict.version) == (False, {}, 2)


def test_no_decision_before_every_side_has_spoken(world: World, session: Session, application: Application) -> None:
    say(session, world, application, "ki")
    with pytest.raises(Refused) as no:
        decide(session, world, application, "award")
    assert codes(no) == ["verdict_awaited"]


def test_a_departure_from_the_proposal_needs_its_reasons(
    world: World, session: Session, application: Application
) -> None:
    say(session, world, application, "ki")
    say(session, world, application, "mayo", recommends=False)
    with pytest.raises(Refused) as no:
        decide(session, world, application, "reserve")
    assert codes(no) == ["departure_unexplained"]

    decide(session, world, application, "reserve", reasons="It waits for money.")
    assert application.state is State.DECIDED


def test_a_decision_without_feedback_is_refused(world: World, session: Session, application: Application) -> None:
    say(session, world, application, "ki")
    say(session, world, application, "mayo")
    with pytest.raises(Refused) as no:
        decide(session, world, application, "award", feedback="  ")
    assert codes(no) == ["feedback_missing"]


def test_the_ceiling_of_the_call_holds(world: World, session: Session) -> None:
    people = (world.researcher, world.other_researcher, world.outsider)
    three = [stages.submitted(session, world, title=f"Idea {n}", who=who) for n, who in enumerate(people)]
    stages.reviewed(session, world, *three)
    for application in three:
        for side in ("ki", "mayo"):
            say(session, world, application, side)
    decide(session, world, three[0], "award")
    decide(session, world, three[1], "award")

    with pytest.raises(Refused) as no:
        decide(session, world, three[2], "award")

    assert codes(no) == ["over_ceiling"]
    assert str(no.value.problems[0]).startswith("The call allows up to 2 awards")


def test_a_decision_drafts_a_letter_to_each_side_with_that_sides_money_alone(world: World, session: Session) -> None:
    decided(session, world)
    drafts = {letter.values["side"]: letter for letter in letters(session, LetterStatus.DRAFT)}

    assert sorted(drafts) == ["ki", "mayo"]
    assert "450\u00a0000" in (drafts["ki"].body or "")
    assert "USD" not in (drafts["ki"].body or "")
    assert "USD 50,000" in (drafts["mayo"].body or "") and "SEK" not in (drafts["mayo"].body or "")
    assert all("Bold and clear" in (letter.body or "") for letter in drafts.values())


def test_reopening_drops_the_letters_and_keeps_the_decision_legible(world: World, session: Session) -> None:
    application = decided(session, world)
    applying.take(
        session, application, Move.REOPEN_DECISION, by=stages.ki_office(world), at=DECIDED, reason="A number was wrong."
    )

    assert application.state is State.REVIEWED
    assert (len(letters(session, LetterStatus.DRAFT)), len(letters(session, LetterStatus.DROPPED))) == (0, 2)
    decide(session, world, application, "decline", reasons="The number decides.")
    history = queries.decision_history(session, application.id)
    outcomes = sorted((view.outcome.value, view.superseded_at is None) for view in history)
    assert outcomes == [("award", False), ("decline", True)]
    drafts = letters(session, LetterStatus.DRAFT)
    assert {letter.kind for letter in drafts} == {"decision_decline"} and len(drafts) == 2


def test_the_release_is_all_or_nothing(world: World, session: Session) -> None:
    one = stages.submitted(session, world)
    two = stages.submitted(session, world, title="Another", who=world.other_researcher)
    stages.reviewed(session, world, one, two)
    for side in ("ki", "mayo"):
        say(session, world, one, side)
    decide(session, world, one, "award")

    with pytest.raises(Refused) as no:
        services.release(session, session.get_one(Call, world.call), by=stages.ki_office(world), at=DECIDED)

    assert [str(problem) for problem in no.value.problems] == [f"{two.reference} is not decided yet."]
    assert one.state is State.DECIDED and len(letters(session, LetterStatus.QUEUED)) == 0


def test_a_release_makes_everything_visible_at_once_and_a_second_one_changes_nothing(
    world: World, session: Session
) -> None:
    application = decided(session, world)
    assert queries.released_decision(session, application.id) is None
    call, by = session.get_one(Call, world.call), stages.ki_office(world)

    first = services.release(session, call, by=by, at=DECIDED)
    second = services.release(session, call, by=by, at=DECIDED + timedelta(seconds=1))

    assert first.id == second.id
    assert (application.state, call.state) == (State.AWARDED, CallState.DECIDED)
    assert len(letters(session, LetterStatus.QUEUED)) == 2
    assert session.scalar(select(func.count()).select_from(Release)) == 1
    assert session.scalar(scoped(select(func.count()).select_from(Award))) == 1
    released = queries.released_decision(session, application.id)
    assert released is not None and released.feedback == "Bold and clear; the sample is small."
    with pytest.raises((Refused, NotAllowed)):
        applying.take(session, application, Move.REOPEN_DECISION, by=by, at=DECIDED, reason="Too late.")


def test_an_application_without_a_letter_stops_the_release(world: World, session: Session) -> None:
    decided(session, world)
    letters(session, LetterStatus.DRAFT)[0].status = LetterStatus.DROPPED
    session.flush()
    with pytest.raises(Refused) as no:
        services.release(session, session.get_one(Call, world.call), by=stages.ki_office(world), at=DECIDED)
    assert codes(no) == ["letter_missing"]


def test_nothing_decided_is_nothing_to_release(world: World, session: Session) -> None:
    with pytest.raises(Refused) as no:
        services.release(session, session.get_one(Call, world.call), by=stages.ki_office(world), at=DECIDED)
    assert codes(no) == ["nothing_decided"]


def test_whoever_is_in_conflict_releases_nothing_and_learns_nothing(world: World, session: Session) -> None:
    application = decided(session, world)
    by = stages.ki_office(world)
    assert by.person_id is not None
    reviewing.declare_conflict(session, by.person_id, application, "A cousin.", by=by, at=DECIDED)

    with pytest.raises(Refused) as no:
        services.release(session, session.get_one(Call, world.call), by=by, at=DECIDED)

    assert codes(no) == ["conflict"]
    services.release(session, session.get_one(Call, world.call), by=stages.mayo_office(world), at=DECIDED)


def test_an_applicant_cannot_decide(world: World, session: Session, application: Application) -> None:
    by = Acting(world.researcher, "Ylva Exempelsson", frozenset({Hat.LEAD_APPLICANT}))
    with pytest.raises(NotAllowed):
        services.record_decision(
            session, application, outcome="award", reasons="", feedback="x", took_part="x", by=by, at=DECIDED
        )
    assert session.scalar(scoped(select(func.count()).select_from(JointDecision))) == 0
