"""A partner who stays silent: a refusal that names person and day, or a gap with its date that the office decides on."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import by_mail, overdue, queries, silence
from app.applications import services as applying
from app.applications.checking import flags
from app.applications.models import Application, ApplicationSide, MailType, Submission
from app.applications.silent_reminders import remind_silent
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused
from app.workflow.vocabulary import Hat, Move, State
from tests import stages
from tests.approving import HARRIET, READY, answer, ask_for, asked, leader, letters, name_head, statuses, tasks
from tests.shows import shows
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, CLOSES, World, coordinator_of

DAY = timedelta(days=1)
ENDS = dt.datetime(2027, 4, 9, 4, 59, 59, tzinfo=dt.UTC)
"""Seven days after the deadline, to the end of the last of them in Rochester."""


def draft(session: Session, world: World, days: int | None = 7) -> Application:
    ask_for(session, world, partner_grace_days=days)
    return named(session, world)


def named(session: Session, world: World) -> Application:
    application = stages.draft(session, world)
    name_head(session, application, HARRIET)
    return application


def submit(session: Session, application: Application) -> None:
    applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)


def partner(session: Session, application: Application) -> tuple[ApplicationSide, Acting]:
    side = stages.side_of(session, application.id, "mayo")
    return side, Acting(side.lead_person_id, "Parker", frozenset({Hat.SIDE_LEAD}), frozenset({"mayo"}))


def confirm(session: Session, application: Application, at: dt.datetime) -> None:
    side, by = partner(session, application)
    applying.save_budget(session, side, {1: "50 000", 2: "40 000"}, by=by, at=at)
    applying.confirm_side(session, side, name="Pia Partner", by=by, at=at)


def versions(session: Session, application: Application) -> list[Submission]:
    rows = select(Submission).where(Submission.application_id == application.id).order_by(Submission.number)
    return list(session.scalars(scoped(rows)))


def tick(session: Session, world: World, application: Application, at: dt.datetime, *more: str) -> None:
    definition = ask_for_definition(session, application)
    keys = [check.key for check in definition.eligibility]
    applying.tick(session, application, [*keys, *more], by=stages.ki_office(world), at=at)


def ask_for_definition(session: Session, application: Application) -> Any:
    from app.programmes.queries import definition_by_version

    return definition_by_version(session, application.call_version_id)


def passed(session: Session, world: World, application: Application, at: dt.datetime) -> list[str]:
    """What stands in the way of passing the formal check; nothing when it was passed."""
    by = stages.ki_office(world)
    try:
        applying.take(session, application, Move.PASS_CHECK, by=by, at=at, reason="The yes was given by telephone.")
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    return []


def test_without_days_of_grace_it_is_refused_and_the_person_and_the_day_are_named(
    world: World, session: Session
) -> None:
    application = draft(session, world, None)

    with pytest.raises(Refused) as no:
        submit(session, application)

    (problem,) = no.value.problems
    side, _ = partner(session, application)
    assert (problem.code, problem.since) == ("side_waiting", side.invited_at)
    assert problem.holder and problem.values["person"] == problem.holder


@shows("partner_grace_days")
def test_with_days_of_grace_it_is_submitted_with_a_gap_that_has_its_date(world: World, session: Session) -> None:
    application = draft(session, world)

    submit(session, application)

    assert application.state is State.SUBMITTED
    sheet = queries.frozen_sheet(session, application.id)
    assert sheet is not None
    assert {side.key: side.confirm_until for side in sheet.sides} == {"ki": None, "mayo": ENDS}
    told = {letter.person_id: letter.values["unconfirmed"] for letter in letters(session, "receipt")}
    side, _ = partner(session, application)
    assert set(told) == {world.researcher, side.lead_person_id}
    assert all(rows[0]["until"].endswith("23:59 CDT") for rows in told.values())


def test_a_late_yes_that_came_by_mail_completes_the_application_within_the_days_of_grace(
    world: World, session: Session
) -> None:
    application = draft(session, world)
    submit(session, application)
    side, _ = partner(session, application)
    by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    mail = by_mail.Mail("Pia Partner", AFTER_CLOSING.date(), "yes.eml", MailType.EML, 12, "a" * 64)
    amounts = {(1, ""): "50 000", (2, ""): "40 000"}
    for typed, at in (({}, AFTER_CLOSING), (amounts, ENDS + DAY)):
        with pytest.raises(Refused), session.begin_nested():
            by_mail.record_side(session, side, mail, typed, by=by, at=at)
    assert len(versions(session, application)) == 1

    kept = by_mail.record_side(session, side, mail, amounts, by=by, at=AFTER_CLOSING)

    assert (side.confirmed_at, side.confirmed_as, side.mail_id) == (AFTER_CLOSING, "Pia Partner", kept.id)
    assert len(versions(session, application)) == 2
    assert silence.open_gaps(session, application) == {}
    with pytest.raises(Refused) as no:
        by_mail.record_side(session, side, mail, amounts, by=by, at=AFTER_CLOSING)
    assert [problem.code for problem in no.value.problems] == ["not_now"]


def test_a_partner_who_was_never_asked_or_has_declined_is_no_silent_one(world: World, session: Session) -> None:
    application = draft(session, world)
    side, by = partner(session, application)
    applying.decline_side(session, side, because="No time.", by=by, at=BEFORE_CLOSING)

    with pytest.raises(Refused) as no:
        submit(session, application)

    assert [problem.code for problem in no.value.problems] == ["side_declined"]


def test_a_late_yes_makes_a_new_version_with_the_partners_part_and_nothing_else_new(
    world: World, session: Session
) -> None:
    application = draft(session, world)
    submit(session, application)
    side, by = partner(session, application)
    with pytest.raises(Refused):
        applying.confirm_side(session, side, name="Pia", by=by, at=AFTER_CLOSING)  # the budget is still empty

    confirm(session, application, AFTER_CLOSING)

    first, second = versions(session, application)
    assert second.snapshot["sides"][1]["confirmed_as"] == "Pia Partner"
    assert silence.gaps(first.snapshot) == {"mayo": ENDS} and silence.gaps(second.snapshot) == {}
    assert second.snapshot["sides"][0] == first.snapshot["sides"][0]
    shared = [
        [section for section in version.snapshot["sections"] if section["owner"] != "mayo"]
        for version in (first, second)
    ]
    assert shared[0] == shared[1]
    assert [letter.person_id for letter in letters(session, "partner_answer")] == [world.researcher]
    tick(session, world, application, AFTER_CLOSING)
    assert passed(session, world, application, AFTER_CLOSING) == []


def saved_only(session: Session, application: Application) -> None:
    """The silent partner writes, and says neither yes nor no."""
    side, by = partner(session, application)
    applying.save_budget(session, side, {1: "50 000", 2: "40 000"}, by=by, at=AFTER_CLOSING)


def test_a_correction_freezes_nothing_that_a_silent_partner_has_not_confirmed(world: World, session: Session) -> None:
    application = draft(session, world)
    submit(session, application)
    saved_only(session, application)
    definition = ask_for_definition(session, application)
    key = next(question.key for question in definition.questions if question.kind.value == "long_text")
    office, day = stages.ki_office(world), (AFTER_CLOSING + 3 * DAY).date()
    flag = flags.ask_applicant(session, application, key, "Which year?", day, by=office, at=AFTER_CLOSING)
    flags.correct(session, application, flag, ["In 2027."], by=leader(session, application), at=AFTER_CLOSING)

    flags.accept(session, application, flag, by=office, at=AFTER_CLOSING)

    first, second = versions(session, application)
    assert second.snapshot["sides"][1] == first.snapshot["sides"][1]
    assert [section["key"] for section in second.snapshot["sections"]] == [
        section["key"] for section in first.snapshot["sections"]
    ]
    corrected = [answer for section in second.snapshot["sections"] for answer in section["answers"]]
    assert {answer["key"]: answer["value"] for answer in corrected}[key] == "In 2027."
    confirm(session, application, AFTER_CLOSING)
    assert versions(session, application)[-1].snapshot["sides"][1]["total_minor"] > 0


def test_offices_read_no_amount_that_a_silent_partner_has_not_confirmed(world: World, session: Session) -> None:
    application = draft(session, world)
    submit(session, application)
    definition = ask_for_definition(session, application)

    def read() -> tuple[Any, Any]:
        ids = [application.id]
        return queries.budgets(session, ids)[application.id], queries.tallies(session, ids, definition)[application.id]

    before = read()
    saved_only(session, application)
    assert read() == before
    assert set(before[0]) == {"ki"}

    confirm(session, application, AFTER_CLOSING)
    assert set(read()[0]) == set(read()[1]) == {"ki", "mayo"}


def test_a_yes_while_it_is_taken_back_completes_the_version_that_stands(world: World, session: Session) -> None:
    application = draft(session, world)
    submit(session, application)
    by, at = leader(session, application), BEFORE_CLOSING + timedelta(hours=1)
    applying.take(session, application, Move.TAKE_BACK, by=by, at=at)
    own = stages.side_of(session, application.id, "ki")
    applying.save_budget(session, own, {1: "1", 2: ""}, by=by, at=at)
    said = at + timedelta(hours=1)
    confirm(session, application, said)

    overdue.let_stand(session, CLOSES + timedelta(hours=3))

    first, second = versions(session, application)
    side, _ = partner(session, application)
    assert (application.state, side.confirmed_at) == (State.SUBMITTED, said)
    assert second.snapshot["sides"][0] == first.snapshot["sides"][0]
    assert (second.snapshot["sides"][1]["confirmed_as"], silence.gaps(second.snapshot)) == ("Pia Partner", {})
    tick(session, world, application, AFTER_CLOSING)
    assert passed(session, world, application, AFTER_CLOSING) == []


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(CLOSES + timedelta(seconds=1), True), (ENDS, True), (ENDS + timedelta(seconds=1), False)],
)
def test_the_yes_may_come_until_the_last_second_of_the_grace(
    world: World, session: Session, at: dt.datetime, is_open: bool
) -> None:
    application = draft(session, world)
    submit(session, application)
    side, by = partner(session, application)

    assert (silence.may_confirm_late(session, application, side, by=by, at=at) is None) is is_open
    if is_open:
        confirm(session, application, at)
        with pytest.raises(NotAllowed):
            confirm(session, application, at)  # said once, it is fixed
    else:
        with pytest.raises(NotAllowed):
            confirm(session, application, at)


def test_only_the_silent_partner_writes_and_only_the_own_part(world: World, session: Session) -> None:
    application = draft(session, world)
    submit(session, application)
    definition = ask_for_definition(session, application)
    _, by = partner(session, application)

    found = applying.writable(session, application, definition, by=by, at=AFTER_CLOSING)

    assert {definition.section(question.section).owner for question in found} <= {"mayo"}
    with pytest.raises(NotAllowed):
        applying.writable(session, application, definition, by=leader(session, application), at=AFTER_CLOSING)


def test_while_the_yes_may_come_nothing_is_decided_and_then_the_office_must_decide(
    world: World, session: Session
) -> None:
    application = draft(session, world)
    submit(session, application)
    tick(session, world, application, AFTER_CLOSING, "silent-mayo")
    assert passed(session, world, application, AFTER_CLOSING) == ["partner_unconfirmed"]

    late = ENDS + DAY
    tick(session, world, application, late)
    assert passed(session, world, application, late) == ["partner_unconfirmed"]
    assert [
        part.key for part in silence.points(session, application, ask_for_definition(session, application), late)
    ] == ["mayo"]
    tick(session, world, application, late, "silent-mayo")
    assert passed(session, world, application, late) == []
    assert application.state is State.ELIGIBLE


def test_or_it_fails_with_a_reason(world: World, session: Session) -> None:
    application = draft(session, world)
    submit(session, application)
    by = stages.ki_office(world)

    applying.take(session, application, Move.FAIL_CHECK, by=by, at=ENDS + DAY, reason="The partner never answered.")

    assert application.state is State.INELIGIBLE


def test_a_no_in_the_days_of_grace_is_decided_on_at_once(world: World, session: Session) -> None:
    application = draft(session, world)
    submit(session, application)
    side, by = partner(session, application)
    applying.decline_side(session, side, because="No time.", by=by, at=AFTER_CLOSING)

    tick(session, world, application, AFTER_CLOSING)
    assert passed(session, world, application, AFTER_CLOSING) == ["partner_unconfirmed"]
    tick(session, world, application, AFTER_CLOSING, "silent-mayo")
    assert passed(session, world, application, AFTER_CLOSING) == []


def test_the_partner_is_reminded_and_the_lead_applicant_told_at_the_end(world: World, session: Session) -> None:
    application = draft(session, world)
    submit(session, application)
    side, _ = partner(session, application)

    for hours in range(0, 10 * 24, 3):
        remind_silent(session, AFTER_CLOSING + timedelta(hours=hours))

    assert [letter.person_id for letter in letters(session, "partner_grace")] == [side.lead_person_id] * 2
    assert all(letter.link_id is not None for letter in letters(session, "partner_grace"))
    assert [letter.person_id for letter in letters(session, "partner_grace_over")] == [world.researcher]


def test_the_partners_own_approvals_are_not_waited_for_either(world: World, session: Session) -> None:
    ask_for(session, world, READY, partner_grace_days=7)
    application = named(session, world)
    asked(session, application)
    answer(session, tasks(session, application)[0], at=BEFORE_CLOSING)

    submit(session, application)

    assert statuses(session, application) == {"ready/ki": "granted", "ready/mayo": "waiting"}
