"""Panels: naming, answering, conflicts, assigning, scoring on the panel's own scale, and closing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.viewer import Viewer
from app.applications.letters.models import InvitedLetter, Sought
from app.applications.models import Application, ApplicationStep
from app.communications.models import Letter
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Refused, Stale
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import desk, effects, queries, services
from app.reviews.conflicts import closed_people
from app.reviews.detection import _applicants
from app.reviews.models import Assignment, ConflictAnswer, Panel, PanelMember, Review
from app.workflow.vocabulary import State
from tests import stages
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World

EVERYTHING = select(Application.id)


def given(session: Session, member: PanelMember, application: Application) -> Assignment:
    """The assignment of an application to a member."""
    return session.scalars(
        scoped(select(Assignment).where(Assignment.member_id == member.id, Assignment.application_id == application.id))
    ).one()


def codes(refusal: Refused) -> list[str]:
    return [problem.code for problem in refusal.problems]


def coordinator(world: World, who: UUID, side: str) -> Viewer:
    return Viewer(who, "Somebody", "en", "Europe/Stockholm", duties=frozenset({(world.call, side)}))


def results_for(session: Session, world: World, viewer: Viewer) -> tuple[queries.PanelResults, ...]:
    return queries.panel_results(
        session, world.call, scope.readable_panels(viewer, world.call), scope.office_ids(viewer, world.call)
    )


def test_whoever_applies_in_the_call_cannot_be_named_to_a_panel(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    partner = stages.side_of(session, application.id, "mayo").lead_person_id
    assert partner is not None
    panel = stages.panels(session, world)["ki"]
    for address in ("ylva@ki.example", stages.address_of(session, partner)):
        with pytest.raises(Refused) as no:
            services.name_member(
                session,
                panel,
                name="Somebody",
                address=address,
                is_chair=False,
                by=stages.ki_office(world),
                at=AFTER_CLOSING,
            )
        assert codes(no.value) == ["applies_here"]
    assert session.scalars(select(PanelMember)).all() == []


def test_a_draft_left_behind_after_the_close_keeps_nobody_from_a_panel(world: World, session: Session) -> None:
    stages.draft(session, world)
    panel = stages.panels(session, world)["ki"]
    person = {"name": "Ylva", "address": "ylva@ki.example", "is_chair": False, "by": stages.ki_office(world)}
    with pytest.raises(Refused):
        services.name_member(session, panel, **person, at=BEFORE_CLOSING)  # type: ignore[arg-type]
    services.name_member(session, panel, **person, at=AFTER_CLOSING)  # type: ignore[arg-type]


def test_nobody_sits_on_two_panels_or_twice_on_one(world: World, session: Session) -> None:
    named = stages.panels(session, world)
    services.name_member(
        session,
        named["ki"],
        name="Rut",
        address="rut@review.example",
        is_chair=False,
        by=stages.ki_office(world),
        at=AFTER_CLOSING,
    )
    for side, code in (("mayo", "sits_elsewhere"), ("ki", "named_before")):
        with pytest.raises(Refused) as no:
            services.name_member(
                session,
                named[side],
                name="Rut",
                address="RUT@review.example",
                is_chair=False,
                by=stages.ki_office(world),
                at=AFTER_CLOSING,
            )
        assert codes(no.value) == [code]


def test_the_panels_are_opened_once(world: World, session: Session) -> None:
    call = session.get_one(Call, world.call)
    services.open_panels(session, call, definition_of(session, call))
    assert sorted(session.scalars(select(Panel.key))) == ["ki-panel", "mayo-panel"]


def test_review_starts_only_when_each_panel_is_manned(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    stages.eligible(session, world, application)
    members = stages.named(session, world)
    thin = effects.facts(session, application, AFTER_CLOSING)["thin_panels"]
    assert [(problem.code, problem.side, problem.holder) for problem in thin] == [
        ("thin_panel", "KI", "coordinator"),
        ("thin_panel", "Mayo", "coordinator"),
    ]

    for side in ("ki", "mayo"):
        services.assign(
            session,
            stages.panels(session, world)[side],
            [(application.id, member.id) for member in members[side]],
            by=stages.ki_office(world),
            at=AFTER_CLOSING,
            among=EVERYTHING,
        )
    assert effects.facts(session, application, AFTER_CLOSING)["thin_panels"] == ()

    services.declare_conflict(
        session, members["mayo"][1].person_id, application, "Cousin.", by=stages.mayo_office(world), at=AFTER_CLOSING
    )
    thin = effects.facts(session, application, AFTER_CLOSING)["thin_panels"]
    assert [problem.values["count"] for problem in thin] == [1]


def test_starting_invites_everybody_assigned_once_and_the_letter_is_the_sides_own(
    world: World, session: Session
) -> None:
    one = stages.submitted(session, world)
    two = stages.submitted(session, world, title="Other title", who=world.other_researcher)
    stages.in_review(session, world, one, two)
    letters = session.scalars(scoped(select(Letter).where(Letter.kind == "review_invitation"))).all()
    assert sorted(letter.side_key or "" for letter in letters) == ["ki", "ki", "mayo", "mayo"]
    assert {letter.application_id for letter in letters} == {None}
    assert all("title" not in str(letter.values).casefold() for letter in letters)


def test_a_no_gives_the_work_back(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    members = stages.in_review(session, world, application)
    member = members["ki"][1]
    services.answer_invitation(
        session, member, accepts=False, because="No time.", by=stages.reviewer(session, member), at=AFTER_CLOSING
    )
    assert (queries.state_of(member), member.declined_because) == ("declined", "No time.")
    assert queries.progress(session, member.panel_id, among=EVERYTHING) == (0, 1)


def test_a_conflict_needs_a_reason_and_answers_for_every_application(world: World, session: Session) -> None:
    one = stages.submitted(session, world)
    two = stages.submitted(session, world, title="Other", who=world.other_researcher)
    member = stages.in_review(session, world, one, two)["ki"][0]
    by = stages.reviewer(session, member)
    with pytest.raises(Refused) as no:
        services.answer_conflicts(session, member, {one.id: " "}, by=by, at=AFTER_CLOSING)
    assert [problem.field for problem in no.value.problems] == [f"reason-{one.id}"]

    services.answer_conflicts(session, member, {one.id: "Same group."}, by=by, at=AFTER_CLOSING)

    answers = session.scalars(scoped(select(ConflictAnswer).where(ConflictAnswer.person_id == member.person_id)))
    assert {answer.application_id: answer.has_conflict for answer in answers} == {one.id: True, two.id: False}
    held = session.scalars(scoped(select(Assignment.application_id).where(Assignment.member_id == member.id)))
    assert list(held) == [two.id]
    assert [row.id for row in queries.candidates(session, member, only_assigned=False)] == [two.id]


def test_a_conflict_is_not_taken_back_by_answering_again(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    by = stages.reviewer(session, member)
    services.answer_conflicts(session, member, {application.id: "Same group."}, by=by, at=AFTER_CLOSING)
    services.answer_conflicts(session, member, {}, by=by, at=AFTER_CLOSING)
    assert queries.candidates(session, member, only_assigned=False) == ()


def test_a_member_in_conflict_cannot_be_assigned_and_nobody_outside_the_scope(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    panel, by = session.get_one(Panel, member.panel_id), stages.ki_office(world)
    services.declare_conflict(session, member.person_id, application, "Cousin.", by=by, at=AFTER_CLOSING)
    with pytest.raises(Refused) as no:
        services.assign(session, panel, [(application.id, member.id)], by=by, at=AFTER_CLOSING, among=EVERYTHING)
    assert codes(no.value) == ["conflict_of_member"]
    with pytest.raises(NotFound):
        services.assign(
            session,
            panel,
            [(application.id, member.id)],
            by=by,
            at=AFTER_CLOSING,
            among=EVERYTHING.where(Application.id != application.id),
        )


def test_whoever_wrote_a_letter_for_an_application_or_hosts_it_is_closed_to_it(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    call = session.get_one(Call, world.call)
    definition = definition_of(session, call)
    known = len(_applicants(session, definition, [application.id])[application.id])
    letter = InvitedLetter(
        application_id=application.id, question_key="lab", kind=Sought.HOST, person_id=member.person_id,
        invited_by=application.lead_person_id, invited_at=BEFORE_CLOSING,
    )  # fmt: skip
    session.add(letter)
    session.flush()
    assert closed_people(session, application.id, [member.person_id]) == frozenset()  # who is only asked is free

    letter.came_at, letter.name_given = BEFORE_CLOSING, "Rut"
    session.flush()

    assert closed_people(session, application.id, [member.person_id]) == {member.person_id}
    assert len(_applicants(session, definition, [application.id])[application.id]) == known + 1
    assert queries.takes_part(session, member.person_id, call, at=AFTER_CLOSING)


def test_what_was_begun_is_not_taken_away(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    services.save_review(
        session,
        given(session, member, application),
        {"for_panel": "Begun."},
        0,
        by=stages.reviewer(session, member),
        at=AFTER_CLOSING,
    )
    services.assign(
        session,
        session.get_one(Panel, member.panel_id),
        [],
        by=stages.ki_office(world),
        at=AFTER_CLOSING,
        among=EVERYTHING,
    )
    held = session.scalars(scoped(select(Assignment.member_id).where(Assignment.panel_id == member.panel_id)))
    assert list(held) == [member.id]


def test_a_draft_saves_with_nothing_and_names_all_that_is_missing(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    assignment, by = given(session, member, application), stages.reviewer(session, member)

    review = services.save_review(session, assignment, {}, 0, by=by, at=AFTER_CLOSING)

    assert (review.version, review.submitted_at, review.overall) == (1, None, None)
    with pytest.raises(Refused) as no:
        services.submit_review(session, assignment, {}, 1, by=by, at=AFTER_CLOSING)
    assert [problem.field for problem in no.value.problems] == [
        "score-risk_breakthrough",
        "remark-risk_breakthrough",
        "score-patient_impact",
        "remark-patient_impact",
        "score-external_funding",
        "score-joint_feasibility",
        "remark-joint_feasibility",
        "overall",
    ]


def test_a_value_off_the_panels_scale_is_refused_with_the_range(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    members = stages.in_review(session, world, application)
    for side, value, good in (("ki", "8", "7"), ("mayo", "9.5", "9"), ("ki", "seven", "1"), ("ki", "NaN", "2")):
        member = members[side][0]
        assignment, by = given(session, member, application), stages.reviewer(session, member)
        known = desk.review_of(session, assignment)
        version = known.version if known else 0
        with pytest.raises(Refused) as no:
            services.save_review(session, assignment, {"overall": value}, version, by=by, at=AFTER_CLOSING)
        assert codes(no.value) == ["off_scale"]
        assert str(no.value.problems[0]) == f"Choose a value from 1 to {7 if side == 'ki' else 9}, in steps of 1."
        services.save_review(session, assignment, {"overall": good}, version, by=by, at=AFTER_CLOSING)


def test_the_slower_of_two_tabs_gets_both_texts(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    assignment, by = given(session, member, application), stages.reviewer(session, member)
    services.save_review(session, assignment, {"for_panel": "First."}, 0, by=by, at=AFTER_CLOSING)
    services.save_review(session, assignment, {"for_panel": "Quick tab.", "overall": "5"}, 1, by=by, at=AFTER_CLOSING)

    with pytest.raises(Stale) as stale:
        services.save_review(session, assignment, {"for_panel": "Slow tab."}, 1, by=by, at=AFTER_CLOSING)

    assert [(clash.field, clash.yours, clash.theirs) for clash in stale.value.clashes] == [
        ("overall", "", "5"),
        ("for_panel", "Slow tab.", "Quick tab."),
    ]
    kept = desk.review_of(session, assignment)
    assert kept is not None and (kept.for_panel, kept.version) == ("Quick tab.", 2)


def test_a_submitted_review_can_be_revised_and_keeps_its_first_time(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    assignment, by = given(session, member, application), stages.reviewer(session, member)
    stages.score(session, world, member, application, 5)
    review = desk.review_of(session, assignment)
    assert review is not None
    first, typed = review.submitted_at, desk.typed_of(session, desk.sheet_of(session, assignment), review)
    services.submit_review(
        session, assignment, typed | {"overall": "3"}, review.version, by=by, at=AFTER_CLOSING + 9 * stages.DAY
    )
    assert (review.submitted_at, review.overall) == (first, 300)


def test_each_panel_ranks_in_the_direction_of_its_own_scale(world: World, session: Session) -> None:
    one = stages.submitted(session, world)
    two = stages.submitted(session, world, title="Other", who=world.other_researcher)
    members = stages.in_review(session, world, one, two)
    for member, application, value in (
        (members["ki"][0], one, 7),
        (members["ki"][1], one, 4),
        (members["ki"][0], two, 3),
        (members["mayo"][0], one, 7),
        (members["mayo"][0], two, 3),
    ):
        stages.score(session, world, member, application, value)
    ki = results_for(session, world, coordinator(world, world.ki_coordinator, "ki"))
    mayo = results_for(session, world, coordinator(world, world.mayo_coordinator, "mayo"))

    assert [(panel.key, [(line.application_id, str(line.rank)) for line in panel.lines]) for panel in (*ki, *mayo)] == [
        ("ki-panel", [(one.id, "1"), (two.id, "2")]),
        ("mayo-panel", [(two.id, "1"), (one.id, "2")]),
    ]
    best = ki[0].lines[0]
    assert (best.result.n, best.result.mean, best.result.median, best.submitted, best.assigned) == (
        2,
        Fraction(11, 2),
        Fraction(11, 2),
        2,
        2,
    )
    assert best.result.spread == Fraction(9, 2)


def test_equal_results_share_a_rank(world: World, session: Session) -> None:
    one = stages.submitted(session, world)
    two = stages.submitted(session, world, title="Other", who=world.other_researcher)
    members = stages.in_review(session, world, one, two)
    for application in (one, two):
        stages.score(session, world, members["ki"][0], application, 5)
    panel = results_for(session, world, coordinator(world, world.ki_coordinator, "ki"))[0]
    assert [str(line.rank) for line in panel.lines] == ["1=", "1="]


def test_a_review_of_somebody_found_in_conflict_no_longer_counts(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    stages.score(session, world, member, application, 5)
    viewer = coordinator(world, world.ki_coordinator, "ki")
    assert len(queries.review_lines(session, world.call, scope.reviews_of_panels(viewer, world.call))) == 1

    services.declare_conflict(
        session, member.person_id, application, "Cousin.", by=stages.reviewer(session, member), at=AFTER_CLOSING
    )

    assert queries.review_lines(session, world.call, scope.reviews_of_panels(viewer, world.call)) == ()
    line = results_for(session, world, viewer)[0].lines[0]
    assert (line.result.n, line.submitted, line.assigned, line.rank) == (0, 0, 1, None)
    assert session.scalars(scoped(select(Review.id))).all() != []


def test_counts_and_waiting_lists_leave_out_what_the_reader_is_closed_to(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    stages.in_review(session, world, application)
    viewer = coordinator(world, world.ki_coordinator, "ki")

    def seen() -> tuple[Any, ...]:
        panels, among = scope.readable_panels(viewer, world.call), scope.office_ids(viewer, world.call)
        rows = queries.panels_of_call(session, world.call, readable=panels, among=among)
        return [(row.submitted, row.assigned) for row in rows], len(
            queries.waiting(session, panels=panels, among=among)
        )

    assert seen() == ([(0, 2), (None, None)], 2)
    services.declare_conflict(
        session, world.ki_coordinator, application, "Cousin.", by=stages.ki_office(world), at=AFTER_CLOSING
    )
    assert seen() == ([(0, 0), (None, None)], 0)


def test_a_panel_closes_with_missing_reviews_only_for_a_reason(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    member = stages.in_review(session, world, application)["ki"][0]
    panel, by = session.get_one(Panel, member.panel_id), stages.ki_office(world)
    with pytest.raises(Refused) as no:
        services.close_panel(session, panel, by=by, at=AFTER_CLOSING)
    assert codes(no.value) == ["reviews_missing"]
    services.close_panel(session, panel, by=by, at=AFTER_CLOSING, reason="The reviewer is ill.")
    with pytest.raises(Refused) as late:
        services.save_review(session, given(session, member, application), {}, 0, by=by, at=AFTER_CLOSING)
    assert codes(late.value) == ["panel_closed"]


def test_the_last_panel_that_closes_moves_every_application_on_by_the_system(world: World, session: Session) -> None:
    one = stages.submitted(session, world)
    two = stages.submitted(session, world, title="Other", who=world.other_researcher)
    stages.in_review(session, world, one, two)
    named = stages.panels(session, world)
    services.close_panel(session, named["ki"], by=stages.ki_office(world), at=AFTER_CLOSING, reason="Late.")
    assert [problem.side for problem in effects.facts(session, one, AFTER_CLOSING)["open_panels"]] == ["Mayo"]
    assert {one.state, two.state} == {State.IN_REVIEW}

    services.close_panel(session, named["mayo"], by=stages.mayo_office(world), at=AFTER_CLOSING, reason="Late.")

    assert {one.state, two.state} == {State.REVIEWED}
    steps = session.scalars(scoped(select(ApplicationStep).where(ApplicationStep.end == State.REVIEWED))).all()
    assert [(step.by_person_id, step.by_name.startswith("Tandem (automatic")) for step in steps] == [(None, True)] * 2


def test_scores_of_the_other_panel_are_readable_once_all_have_closed(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    viewer = coordinator(world, world.ki_coordinator, "ki")
    members = stages.in_review(session, world, application)
    for side in ("ki", "mayo"):
        for member in members[side]:
            stages.score(session, world, member, application, 4)
    assert [panel.key for panel in results_for(session, world, viewer)] == ["ki-panel"]
    for side, by in (("ki", stages.ki_office(world)), ("mayo", stages.mayo_office(world))):
        services.close_panel(session, stages.panels(session, world)[side], by=by, at=AFTER_CLOSING)
    assert [panel.key for panel in results_for(session, world, viewer)] == ["ki-panel", "mayo-panel"]
    lines = queries.review_lines(session, world.call, scope.reviews_of_panels(viewer, world.call))
    assert sorted((line.panel_key, line.reviewer, line.overall) for line in lines) == [
        ("ki-panel", "Runar Läsare", 4),
        ("ki-panel", "Rut Granskare", 4),
        ("mayo-panel", "Rex Reader", 4),
        ("mayo-panel", "Rhea Score", 4),
    ]
