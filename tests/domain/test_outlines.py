"""Outline, invited or not, full: a walked path with its own deadline, panels, letters and one release."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.viewer import with_duties
from app.applications import changing
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.extensions import answer_extension, ask_extension
from app.applications.models import Answer, Application, Submission
from app.applications.parts import answers_of, values_of
from app.applications.reminders import remind_all
from app.communications.models import Letter, LetterStatus
from app.decisions import outlines, services
from app.decisions import queries as deciding
from app.decisions.models import OutlineDecision
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused
from app.programmes import revising
from app.programmes.definition import Part
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.reviews import queries as reviews
from app.reviews import services as reviewing
from app.workflow.vocabulary import Move, State
from tests import staged, stages
from tests.shows import shows
from tests.staged import AFTER_FULL, BEFORE_FULL, FULL_CLOSES
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, CLOSES, World, lead

DECIDED = AFTER_CLOSING + timedelta(days=3)


@pytest.fixture
def outline_world(session: Session) -> World:
    return staged.world_with(session, staged.with_outline())


def letters(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(scoped(select(Letter).where(Letter.kind == kind).order_by(Letter.created_at))))


def choose(session: Session, world: World, application: Application, *, invited: bool) -> None:
    outlines.decide_outline(
        session,
        application,
        is_invited=invited,
        reasons="" if invited else "Too broad.",
        feedback="Bold, and short.",
        by=stages.ki_office(world),
        at=DECIDED,
    )


def release(session: Session, world: World) -> None:
    outlines.release_outlines(session, session.get_one(Call, world.call), by=stages.mayo_office(world), at=DECIDED)


def invited(session: Session, world: World) -> Application:
    application = stages.submitted(session, world)
    staged.outline_reviewed(session, world, application)
    choose(session, world, application, invited=True)
    release(session, world)
    return application


@shows("sections.stage")
def test_an_outline_asks_only_the_sections_of_its_stage(session: Session, outline_world: World) -> None:
    application = stages.draft(session, outline_world)

    problems = applications.facts(session, application, BEFORE_CLOSING).problems
    sheet = applications.draft_sheet(session, application)

    assert problems == ()
    assert [title.en for title, _ in sheet.sections] == ["The project"]
    kept = values_of(answers_of(session, application))
    assert "ki_budget_reasons" not in kept and "research_plan" in kept


@shows("stages", "outline.closes")
def test_an_outline_is_due_at_its_own_deadline_and_the_full_application_at_the_joint_one(
    session: Session, outline_world: World
) -> None:
    late = stages.draft(session, outline_world)
    stages.confirm(session, late)
    with pytest.raises(Refused) as no:
        applying.take(session, late, Move.SUBMIT, by=lead(outline_world.researcher), at=CLOSES + timedelta(seconds=1))
    assert [problem.code for problem in no.value.problems] == ["call_closed"]

    with pytest.raises(Refused) as too_late:
        call = session.get_one(Call, outline_world.call)
        applying.start_draft(session, call, by=lead(outline_world.other_researcher), at=AFTER_CLOSING)
    assert [problem.code for problem in too_late.value.problems] == ["call_closed"]

    application = invited_after(session, outline_world, late)
    staged.submit_full(session, outline_world, application)
    assert application.state is State.SUBMITTED


def invited_after(session: Session, world: World, application: Application) -> Application:
    applying.take(session, application, Move.SUBMIT, by=lead(world.researcher), at=CLOSES)
    staged.outline_reviewed(session, world, application)
    choose(session, world, application, invited=True)
    release(session, world)
    return application


def test_an_extension_of_the_outline_holds_for_the_outline_alone(session: Session, outline_world: World) -> None:
    application = stages.draft(session, outline_world)
    stages.confirm(session, application)
    call = session.get_one(Call, outline_world.call)
    later = CLOSES + timedelta(days=5)
    asked = ask_extension(
        session,
        call,
        application_id=application.id,
        side_key=None,
        to=later,
        reason="Illness.",
        by=stages.ki_office(outline_world),
        at=BEFORE_CLOSING,
        part=Part.OUTLINE,
    )
    answer_extension(session, call, asked.id, agrees=True, by=stages.mayo_office(outline_world), at=BEFORE_CLOSING)

    assert applications.facts(session, application, CLOSES + timedelta(days=1)).last_instant == later
    by = stages.ki_office(outline_world)
    waiting = outlines.release_problems(session, call, by=by, at=CLOSES + timedelta(days=1))
    assert "outlines_still_open" in [problem.code for problem in waiting]
    applying.take(session, application, Move.SUBMIT, by=lead(outline_world.researcher), at=later)
    application.state = State.INVITED
    assert applications.facts(session, application, BEFORE_FULL).last_instant == FULL_CLOSES


def test_the_answers_go_on_with_the_same_reference_and_both_versions_stay(
    session: Session, outline_world: World
) -> None:
    application = stages.submitted(session, outline_world)
    reference, outline = application.reference, applications.frozen_sheet(session, application.id)
    before = values_of(answers_of(session, application))
    staged.outline_reviewed(session, outline_world, application)
    choose(session, outline_world, application, invited=True)
    release(session, outline_world)

    assert application.state is State.INVITED
    assert values_of(answers_of(session, application)) == before
    assert stages.side_of(session, application.id, "mayo").confirmed_at is None  # asked again: the full form asks more
    staged.submit_full(session, outline_world, application)

    parts = session.scalars(
        scoped(select(Submission.part).where(Submission.application_id == application.id).order_by(Submission.number))
    ).all()
    full = applications.frozen_sheet(session, application.id)
    assert parts == [Part.OUTLINE, Part.FULL] and application.reference == reference
    assert applications.frozen_sheet(session, application.id, Part.OUTLINE) == outline
    assert full is not None and outline is not None and len(full.sections) > len(outline.sections)


def test_the_formal_check_is_made_anew_for_the_full_application(session: Session, outline_world: World) -> None:
    application = invited(session, outline_world)
    staged.submit_full(session, outline_world, application)

    assert applications.ticked(session, application.id) == set()
    known = applications.facts(session, application, AFTER_FULL)
    assert len(known.unticked) > 0


@shows("panels.stage")
def test_outlines_have_their_own_panel_and_the_others_never_see_them(session: Session, outline_world: World) -> None:
    application = stages.submitted(session, outline_world)
    stages.eligible(session, outline_world, application)
    ki = staged.seat(session, outline_world, "ki-panel", 1)
    among = select(Application.id).where(Application.call_id == outline_world.call)
    with pytest.raises(Refused) as no:
        panel = staged.panel_of(session, outline_world, "ki-panel")
        by = stages.ki_office(outline_world)
        pairs = [(application.id, ki.id)]
        reviewing.assign(session, panel, pairs, by=by, at=AFTER_CLOSING, among=among)
    assert [problem.code for problem in no.value.problems] == ["not_now"]
    assert reviews.candidates(session, ki, only_assigned=False) == ()

    member = staged.seat(session, outline_world, "outline-panel", 0, is_chair=True)
    staged.given(session, member, application)
    applying.take(session, application, Move.START_REVIEW, by=stages.ki_office(outline_world), at=AFTER_CLOSING)

    viewer = with_duties(session, session.get_one(Person, member.person_id))
    assert len(session.scalars(scope.own_assignments(viewer)).all()) == 1
    stages.score(session, outline_world, member, application, 6)
    panel = staged.panel_of(session, outline_world, "outline-panel")
    reviewing.close_panel(session, panel, by=stages.ki_office(outline_world), at=DECIDED)
    assert application.state is State.OUTLINE_REVIEWED  # though the panels of the full applications are open


def test_the_review_of_the_outline_says_nothing_in_the_full_stage(session: Session, outline_world: World) -> None:
    application = invited(session, outline_world)
    staged.submit_full(session, outline_world, application)
    reviewer_id = outline_world.reviewers[0]
    viewer = with_duties(session, session.get_one(Person, reviewer_id))

    assert session.scalars(scope.own_assignments(viewer)).all() == []
    assert session.scalars(scope.applications(viewer)).all() == []
    definition = definition_by_version(session, application.call_version_id)
    assert "outline-panel" not in deciding.joint_rule(definition).panels


@shows("outline.selects")
def test_without_selecting_whoever_sent_an_outline_goes_on_at_once(session: Session) -> None:
    world = staged.world_with(session, staged.with_outline(selects=False))

    application = stages.submitted(session, world)

    assert application.state is State.INVITED
    (letter,) = [one for one in letters(session, "outline_receipt") if one.person_id == world.researcher]
    assert letter.values["goes_on"] is True
    staged.submit_full(session, world, application)
    assert application.state is State.SUBMITTED


def test_without_a_panel_the_office_chooses_after_the_formal_check(session: Session) -> None:
    world = staged.world_with(session, staged.with_outline(is_judged=False))
    application = stages.submitted(session, world)
    stages.eligible(session, world, application)

    offered = {
        offer.move: offer.is_open
        for offer in applications.offers(session, application, stages.ki_office(world), AFTER_CLOSING)
    }
    choose(session, world, application, invited=False)

    assert offered == {Move.START_REVIEW: False, Move.DECIDE_OUTLINE: False}  # nothing is recorded yet
    assert application.state is State.OUTLINE_DECIDED


@shows("outline.decision_by")
def test_the_day_of_the_answer_is_promised_in_the_receipt(session: Session, outline_world: World) -> None:
    stages.submitted(session, outline_world)

    (letter,) = [one for one in letters(session, "outline_receipt") if one.person_id == outline_world.researcher]

    assert letter.values["promised"].startswith("1 maj 2027")


def test_all_outlines_are_released_together_or_none(session: Session, outline_world: World) -> None:
    one = stages.submitted(session, outline_world)
    other = stages.submitted(session, outline_world, title="Loud neighbours", who=outline_world.other_researcher)
    staged.outline_reviewed(session, outline_world, one, other)
    choose(session, outline_world, one, invited=True)
    with pytest.raises(Refused) as no:
        release(session, outline_world)
    assert [problem.code for problem in no.value.problems] == ["undecided"]
    assert (one.state, letters(session, "outline_invited")[0].status) == (State.OUTLINE_DECIDED, LetterStatus.DRAFT)
    assert outlines.released_view(session, one) is None

    choose(session, outline_world, other, invited=False)
    release(session, outline_world)

    assert (one.state, other.state) == (State.INVITED, State.NOT_INVITED)
    sent = letters(session, "outline_invited") + letters(session, "outline_not_invited")
    assert len(sent) == 4 and {letter.status for letter in sent} == {LetterStatus.QUEUED}
    assert "Too broad." in (letters(session, "outline_not_invited")[0].body or "")


def test_a_decision_on_an_outline_is_reopened_before_the_release_and_not_after(
    session: Session, outline_world: World
) -> None:
    application = stages.submitted(session, outline_world)
    staged.outline_reviewed(session, outline_world, application)
    choose(session, outline_world, application, invited=False)
    by = stages.ki_office(outline_world)

    applying.take(session, application, Move.REOPEN_OUTLINE, by=by, at=DECIDED, reason="A mistake.")

    assert application.state is State.OUTLINE_REVIEWED
    assert [letter.status for letter in letters(session, "outline_not_invited")] == [LetterStatus.DROPPED] * 2
    choose(session, outline_world, application, invited=True)
    kept = session.scalars(scoped(select(OutlineDecision))).all()
    assert sorted(row.is_invited for row in kept if row.superseded_at is None) == [True]
    release(session, outline_world)
    with pytest.raises(NotAllowed):
        applying.take(session, application, Move.REOPEN_OUTLINE, by=by, at=DECIDED, reason="Too late.")


def test_an_outline_that_is_withdrawn_gets_no_letter_with_the_others(session: Session, outline_world: World) -> None:
    one = stages.submitted(session, outline_world)
    other = stages.submitted(session, outline_world, title="Loud neighbours", who=outline_world.other_researcher)
    staged.outline_reviewed(session, outline_world, one, other)
    choose(session, outline_world, one, invited=True)
    choose(session, outline_world, other, invited=True)
    by = lead(outline_world.researcher)
    applying.take(session, one, Move.WITHDRAW, by=by, at=DECIDED, reason="Moving abroad.")
    release(session, outline_world)

    queued = [letter.application_id for letter in letters(session, "outline_invited") if letter.status == "queued"]
    assert set(queued) == {other.id} and one.state is State.WITHDRAWN
    applying.take(session, other, Move.WITHDRAW, by=lead(outline_world.other_researcher), at=DECIDED, reason="No time.")
    assert outlines.released_view(session, other) is not None  # what they were told stays told


def test_whoever_is_in_conflict_with_one_outline_chooses_among_none(session: Session, outline_world: World) -> None:
    one = stages.submitted(session, outline_world)
    other = stages.submitted(session, outline_world, title="Loud neighbours", who=outline_world.other_researcher)
    staged.outline_reviewed(session, outline_world, one, other)
    by = stages.ki_office(outline_world)
    reviewing.declare_conflict(session, outline_world.ki_coordinator, other, "A cousin.", by=by, at=AFTER_CLOSING)

    with pytest.raises(NotAllowed):
        choose(session, outline_world, one, invited=True)
    with pytest.raises(Refused) as no:
        call = session.get_one(Call, outline_world.call)
        outlines.release_outlines(session, call, by=by, at=DECIDED)
    assert [problem.code for problem in no.value.problems] == ["conflict"]


def test_what_is_missing_for_a_decision_on_an_outline_is_told_at_each_field(
    session: Session, outline_world: World
) -> None:
    application = stages.submitted(session, outline_world)
    staged.outline_reviewed(session, outline_world, application)
    with pytest.raises(Refused) as no:
        outlines.decide_outline(
            session,
            application,
            is_invited=False,
            reasons=" ",
            feedback="",
            by=stages.ki_office(outline_world),
            at=DECIDED,
        )
    assert [problem.field for problem in no.value.problems] == ["reasons", "feedback"]
    assert application.state is State.OUTLINE_REVIEWED


def test_what_the_invited_are_writing_is_private_to_them(session: Session, outline_world: World) -> None:
    application = invited(session, outline_world)
    staged.fill(session, outline_world, application)
    stages.confirm(session, application)

    assert applications.budgets(session, [application.id]) == {application.id: {}}
    sheet = applications.frozen_sheet(session, application.id)
    assert sheet is not None and len(sheet.sections) == 1
    assert session.scalars(scoped(select(Answer).where(Answer.application_id == application.id))).all()


def test_drafts_are_reminded_of_the_outline_and_the_invited_of_the_joint_deadline(
    session: Session, outline_world: World
) -> None:
    stages.draft(session, outline_world, who=outline_world.other_researcher)
    morning = timedelta(days=2, hours=4)
    assert remind_all(session, CLOSES - morning) == 1  # the partner is reminded at nine of its own clock
    invited(session, outline_world)

    assert remind_all(session, FULL_CLOSES - morning) == 1
    assert {letter.values["times"][0]["time"] for letter in letters(session, "deadline_reminder")} == {
        "1 apr. 2027, 14:00 CEST",
        "30 juli 2027, 14:00 CEST",
    }


def test_who_was_invited_and_sent_nothing_keeps_no_result_from_being_released(
    session: Session, outline_world: World
) -> None:
    invited(session, outline_world)
    call = session.get_one(Call, outline_world.call)

    found = services.release_problems(session, call, by=stages.ki_office(outline_world), at=AFTER_FULL)

    assert [problem.code for problem in found] == ["nothing_decided"]


def test_the_invited_are_told_of_a_moved_joint_deadline(session: Session, outline_world: World) -> None:
    application = invited(session, outline_world)
    call = session.get_one(Call, outline_world.call)
    assert call.closes_at is not None
    office, at = stages.ki_office(outline_world), call.closes_at - timedelta(days=10)
    work = revising.open_copy(session, call, by=office, at=at)
    later = (call.closes_at + timedelta(days=1)).date().isoformat()
    revising.change(session, work, {**work.data, "closes": {**work.data["closes"], "date": later}}, by=office, at=at)

    assert changing.propose(session, call, work, by=office, at=at) == ()
    assert [letter.application_id for letter in letters(session, "deadline_moved")] == [application.id]


def test_the_form_stays_fixed_when_the_only_draft_has_been_sent(session: Session, outline_world: World) -> None:
    call = session.get_one(Call, outline_world.call)
    before = changing.has_drafts(session, call)
    invited(session, outline_world)

    assert (before, changing.has_drafts(session, call)) == (False, True)
