"""What a declaration says of panels: whose turn it is, who sees whom, reviews from outside, dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import reach, scope
from app.access.viewer import with_duties
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.models import Application
from app.communications.models import Letter
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Refused
from app.reviews import queries as reviews
from app.reviews import services as reviewing
from app.reviews.models import PanelMember, Review
from app.reviews.reminders import remind_reviewers
from app.workflow.vocabulary import Move, State
from tests import staged, stages
from tests.shows import shows
from tests.world import AFTER_CLOSING, World

DAY = timedelta(days=1)
Change = Callable[[dict[str, Any]], None]


def panels(*declared: dict[str, Any], **more: Any) -> Change:
    """A call whose reviews are made by these panels."""

    def change(data: dict[str, Any]) -> None:
        data["panels"] = list(declared)
        data.update(more)

    return change


def started(session: Session, world: World) -> Application:
    application = stages.submitted(session, world)
    stages.eligible(session, world, application)
    return application


def start(session: Session, world: World, application: Application) -> None:
    applying.take(session, application, Move.START_REVIEW, by=stages.ki_office(world), at=AFTER_CLOSING)


def close(session: Session, world: World, key: str) -> None:
    reviewing.close_panel(
        session, staged.panel_of(session, world, key), by=stages.ki_office(world), at=AFTER_CLOSING + 2 * DAY
    )


def seen_by(session: Session, person_id: UUID) -> set[UUID]:
    """The panels whose reviews by others this reviewer reads now."""
    viewer = with_duties(session, session.get_one(Person, person_id))
    return {review.id for review in session.scalars(scope.reviews_of_others(viewer))}


# --- A panel after others -----------------------------------------------------------------------------------------


@pytest.fixture
def committee(session: Session) -> tuple[World, Application, PanelMember, PanelMember]:
    """In review before a study section, with a committee that begins after it; one member each, who chairs."""
    change = panels(staged.panel("section"), staged.panel("committee", after=["section"]))
    world = staged.world_with(session, change)
    application = started(session, world)
    first = staged.seat(session, world, "section", 0, is_chair=True)
    second = staged.seat(session, world, "committee", 1, is_chair=True)
    staged.given(session, first, application)
    staged.given(session, second, application)
    start(session, world, application)
    return world, application, first, second


@shows("panels.after")
def test_a_committee_begins_when_the_study_section_has_closed_and_then_sees_what_it_found(
    session: Session, committee: tuple[World, Application, PanelMember, PanelMember]
) -> None:
    world, application, first, second = committee
    chair = with_duties(session, session.get_one(Person, second.person_id))
    section = staged.panel_of(session, world, "section")

    def readable() -> set[str]:
        return {panel.key for panel in session.scalars(scope.readable_panels(chair, world.call))}

    assert session.scalars(scope.own_assignments(chair)).all() == []
    assert (readable(), seen_by(session, second.person_id)) == ({"committee"}, set())
    with pytest.raises(Refused) as no:
        stages.score(session, world, second, application, 5)
    assert [problem.code for problem in no.value.problems] == ["not_its_turn"]
    with pytest.raises(Refused) as early:
        close(session, world, "committee")
    assert [problem.code for problem in early.value.problems] == ["not_its_turn"]

    stages.score(session, world, first, application, 6)
    close(session, world, "section")

    assert application.state is State.IN_REVIEW  # the committee has not closed
    assert len(session.scalars(scope.own_assignments(chair)).all()) == 1
    assert readable() == {"committee", "section"} and len(seen_by(session, second.person_id)) == 1
    with pytest.raises(NotFound):
        reach.panel(session, chair, section.id)  # it reads what was found, and manages nothing there
    stages.score(session, world, second, application, 5)
    close(session, world, "committee")
    assert application.state is State.REVIEWED


def test_a_conflict_closes_the_study_sections_results_to_the_committee_too(
    session: Session, committee: tuple[World, Application, PanelMember, PanelMember]
) -> None:
    world, application, first, second = committee
    stages.score(session, world, first, application, 6)
    close(session, world, "section")
    by = stages.reviewer(session, second)
    reviewing.declare_conflict(session, second.person_id, application, "A cousin.", by=by, at=AFTER_CLOSING)
    chair = with_duties(session, session.get_one(Person, second.person_id))

    assert seen_by(session, second.person_id) == set()
    assert session.scalars(scope.reviews_of_panels(chair, world.call)).all() == []
    assert session.scalars(scope.applications(chair)).all() == []


def test_a_committee_that_is_not_manned_at_its_turn_does_not_close_without_a_reason(session: Session) -> None:
    change = panels(staged.panel("section"), staged.panel("committee", after=["section"]))
    world = staged.world_with(session, change)
    application = started(session, world)
    first = staged.seat(session, world, "section", 0, is_chair=True)
    staged.given(session, first, application)
    start(session, world, application)  # the committee needs nobody yet
    stages.score(session, world, first, application, 6)
    close(session, world, "section")

    with pytest.raises(Refused) as no:
        close(session, world, "committee")
    assert [problem.code for problem in no.value.problems] == ["thin_panel"]


# --- Who sees whom --------------------------------------------------------------------------------------------------


@shows("panels.sees_others")
@pytest.mark.parametrize(
    ("rule", "before_own", "after_own", "after_closing"),
    [("never", 0, 0, 0), ("after_own", 0, 1, 1), ("after_closing", 0, 0, 1)],
)
def test_members_of_a_panel_see_each_other_when_the_call_says_so(
    session: Session, rule: str, before_own: int, after_own: int, after_closing: int
) -> None:
    world = staged.world_with(session, panels(staged.panel("joint-panel", sees_others=rule)))
    application = started(session, world)
    one = staged.seat(session, world, "joint-panel", 0, is_chair=False)
    other = staged.seat(session, world, "joint-panel", 1)
    for member in (one, other):
        staged.given(session, member, application)
    start(session, world, application)
    stages.score(session, world, other, application, 4)
    found = [len(seen_by(session, one.person_id))]
    stages.score(session, world, one, application, 6)
    found.append(len(seen_by(session, one.person_id)))
    close(session, world, "joint-panel")
    found.append(len(seen_by(session, one.person_id)))

    assert found == [before_own, after_own, after_closing]
    own = session.scalars(scoped(select(Review.id))).all()
    assert len(own) == 2  # the own review is never among those of the others
    by = stages.reviewer(session, one)
    reviewing.declare_conflict(session, one.person_id, application, "A cousin.", by=by, at=AFTER_CLOSING)
    assert seen_by(session, one.person_id) == set()


# --- Reviews from outside ------------------------------------------------------------------------------------------


@shows("panels.outside_reviews")
def test_a_review_starts_with_as_many_reviewers_of_no_side_as_the_call_asks_for(session: Session) -> None:
    world = staged.world_with(session, panels(staged.panel("joint-panel", min_reviews=1, outside_reviews=1)))
    application = started(session, world)
    inside = staged.seat(session, world, "joint-panel", 0)
    staged.given(session, inside, application)
    with pytest.raises(Refused) as no:
        start(session, world, application)
    assert [problem.code for problem in no.value.problems] == ["too_few_outside"]
    assert "has 0 of the 1 reviewers of no side" in str(no.value.problems[0])

    outside = staged.seat(session, world, "joint-panel", 1, is_outside=True)
    staged.given(session, outside, application)
    start(session, world, application)

    assert application.state is State.IN_REVIEW


def test_somebody_of_a_side_is_not_from_outside(session: Session) -> None:
    world = staged.world_with(session, panels(staged.panel("joint-panel", outside_reviews=1)))
    session.get_one(Person, world.reviewers[0]).institution = "karolinska institutet"
    with pytest.raises(Refused) as no:
        staged.seat(session, world, "joint-panel", 0, is_outside=True)
    assert [(problem.code, problem.field) for problem in no.value.problems] == [("not_outside", "is_outside")]


# --- Dates ----------------------------------------------------------------------------------------------------------

CONFLICTS_BY = datetime(2027, 4, 10, 12, 0)
REVIEWS_BY = datetime(2027, 5, 1, 12, 0)


@shows("panels.meets", "panels.conflicts_by", "panels.reviews_by")
def test_reviewers_are_told_the_dates_and_reminded_of_what_they_owe_once(session: Session) -> None:
    declared = staged.panel(
        "joint-panel",
        conflicts_by=staged.moment(CONFLICTS_BY),
        reviews_by=staged.moment(REVIEWS_BY),
        meets=staged.moment(REVIEWS_BY + 9 * DAY),
    )
    world = staged.world_with(session, panels(declared, reminders=[3]))
    application = started(session, world)
    member = staged.seat(session, world, "joint-panel", 0)
    panel = staged.panel_of(session, world, "joint-panel")
    reviewing.invite_again(session, panel, member.id, by=stages.ki_office(world), at=AFTER_CLOSING)
    (invitation,) = letters(session, "review_invitation")
    assert invitation.values["dates"]["meets"].startswith("10 May 2027")

    morning = timedelta(days=3, hours=5)
    at_conflicts = CONFLICTS_BY.replace(tzinfo=AFTER_CLOSING.tzinfo) - morning
    assert (remind_reviewers(session, at_conflicts), remind_reviewers(session, at_conflicts)) == (1, 0)
    staged.given(session, member, application)
    start(session, world, application)
    at_reviews = REVIEWS_BY.replace(tzinfo=AFTER_CLOSING.tzinfo) - morning
    assert (remind_reviewers(session, at_reviews), remind_reviewers(session, at_reviews)) == (1, 0)
    assert [letter.values["what"] for letter in letters(session, "review_reminder")] == ["conflicts", "reviews"]

    stages.score(session, world, member, application, 6)
    assert remind_reviewers(session, at_reviews + timedelta(minutes=1)) == 0


def letters(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(scoped(select(Letter).where(Letter.kind == kind).order_by(Letter.created_at))))


def test_the_waiting_list_names_no_member_of_a_panel_whose_turn_has_not_come(
    session: Session, committee: tuple[World, Application, PanelMember, PanelMember]
) -> None:
    world, _, first, second = committee
    viewer = with_duties(session, session.get_one(Person, world.ki_coordinator))
    readable, among = scope.readable_panels(viewer, world.call), scope.office_ids(viewer, world.call)
    names = {person: session.get_one(Person, person).name for person in (first.person_id, second.person_id)}
    for member in (first, second):
        member.invited_at = AFTER_CLOSING
    session.flush()

    owed = {row.holder for row in reviews.waiting(session, panels=readable, among=among)}

    assert owed == {names[first.person_id]}
    assert applications.facts(session, session.get_one(Application, committee[1].id), AFTER_CLOSING).open_panels
