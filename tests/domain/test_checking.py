"""The formal check: conditions and letters, single questions asked and corrected, the quiz and the notice kept, copying."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.applications import census, copying, promises, queries
from app.applications import services as applying
from app.applications.checking import conditions, flags, told
from app.applications.checking.conditions import Typed
from app.applications.models import Application
from app.applications.parts import answers_of, parts_of, values_of
from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, NotFound, Refused
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.workflow.vocabulary import Hat, State
from tests import stages
from tests.amended import amend
from tests.approving import SIGNED, letters
from tests.domain.test_approvals import closed as signing
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World, lead, open_call

DUE = (AFTER_CLOSING + timedelta(days=14)).date()
LATER = AFTER_CLOSING + timedelta(days=1)


@pytest.fixture
def application(world: World, session: Session) -> Application:
    return stages.submitted(session, world)


def codes(no: Any) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in no.value.problems]


def passes(session: Session, world: World, application: Application, *typed: Typed) -> None:
    by = stages.ki_office(world)
    conditions.set_conditions(session, application, typed, by=by, at=AFTER_CLOSING)
    stages.eligible(session, world, application)


# --- Conditions and letters -----------------------------------------------------------------------------------------


def test_conditions_stand_in_a_letter_to_everybody_who_leads_a_side(
    world: World, session: Session, application: Application
) -> None:
    passes(session, world, application, Typed("Send the host’s letter.", DUE), Typed("  ", None))

    sent = letters(session, "eligible")
    assert {letter.person_id for letter in sent} == {
        person for person, _ in queries.applicants_of(session, application)
    }
    assert [each["text"] for each in sent[0].values["conditions"]] == ["Send the host’s letter."]
    (row,) = conditions.conditions_of(session, [application.id])
    assert (row.due, row.met_at) == (DUE, None)


def test_a_plain_yes_is_written_only_where_the_call_has_words_for_it(world: World, session: Session) -> None:
    passes(session, world, stages.submitted(session, world))
    assert letters(session, "eligible") == []

    amend(session, world, letters=[{"kind": "eligible", "text": {"en": "Well done.", "sv": "Bra."}}])
    passes(session, world, stages.submitted(session, world, who=world.other_researcher))
    assert {letter.values["paragraph"] for letter in letters(session, "eligible")} <= {"Well done.", "Bra."}
    assert letters(session, "eligible") != []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (Typed("Send it.", None), ("due_missing", "due-1")),
        (Typed("", DUE), ("condition_missing", "condition-1")),
        (Typed("Send it.", AFTER_CLOSING.date()), ("due_over", "due-1")),
    ],
)
def test_a_condition_has_words_and_a_day_to_come(
    world: World, session: Session, application: Application, typed: Typed, problem: tuple[str, str]
) -> None:
    with pytest.raises(Refused) as no:
        conditions.set_conditions(session, application, [typed], by=stages.ki_office(world), at=AFTER_CLOSING)

    assert codes(no) == [problem]


def test_a_condition_is_met_once_and_only_its_own_application_has_it(
    world: World, session: Session, application: Application
) -> None:
    passes(session, world, application, Typed("Send it.", DUE))
    (row,) = conditions.conditions_of(session, [application.id])
    other = stages.submitted(session, world, who=world.other_researcher)
    by = stages.ki_office(world)

    with pytest.raises(NotFound):
        conditions.meet(session, other, row.id, by=by, at=LATER)
    for _ in range(2):
        conditions.meet(session, application, row.id, by=by, at=LATER)

    assert conditions.conditions_of(session, [application.id])[0].met_at == LATER


# --- Single questions -----------------------------------------------------------------------------------------------


def key_of(session: Session, application: Application) -> str:
    """A longer text of the shared part."""
    definition = definition_by_version(session, application.call_version_id)
    return next(q.key for q in definition.questions if q.kind.value == "long_text")


def given_back(session: Session, world: World, application: Application, key: str = "") -> flags.Flag:
    return flags.ask_applicant(
        session, application, key or key_of(session, application), "The year is missing.", DUE,
        by=stages.ki_office(world), at=AFTER_CLOSING,
    )  # fmt: skip


def stands(session: Session, application: Application, key: str) -> Any:
    return values_of(answers_of(session, application))[key]


def frozen(session: Session, application: Application) -> int:
    sheet = queries.frozen_sheet(session, application.id)
    assert sheet is not None and sheet.number is not None
    return sheet.number


def test_a_correction_waits_until_it_is_accepted_and_then_makes_a_new_version(
    world: World, session: Session, application: Application
) -> None:
    key, by = key_of(session, application), lead(world.researcher)
    before, flag = stands(session, application, key), given_back(session, world, application)

    flags.correct(session, application, flag, ["The year is 2027."], by=by, at=LATER)
    assert (stands(session, application, key), frozen(session, application)) == (before, 1)

    flags.accept(session, application, flag, by=stages.ki_office(world), at=LATER)
    assert (stands(session, application, key), frozen(session, application)) == ("The year is 2027.", 2)
    assert application.state is State.SUBMITTED
    assert [len(letters(session, f"correction_{word}")) for word in ("asked", "given", "decided")] == [1, 1, 1]


def test_a_correction_that_was_corrected_again_is_not_accepted_unread(
    world: World, session: Session, application: Application
) -> None:
    by, flag = lead(world.researcher), given_back(session, world, application)
    flags.correct(session, application, flag, ["Harmless."], by=by, at=LATER)
    seen = flags.mark(flag)
    flags.correct(session, application, flag, ["Something else."], by=by, at=LATER + timedelta(seconds=1))

    with pytest.raises(Refused) as no:
        flags.accept(session, application, flag, by=stages.ki_office(world), at=LATER, seen=seen)
    assert [problem.code for problem in no.value.problems] == ["corrected_again"]
    assert frozen(session, application) == 1
    flags.accept(session, application, flag, by=stages.ki_office(world), at=LATER, seen=flags.mark(flag))


def test_what_is_refused_stays_as_it_was_submitted_with_a_sentence(
    world: World, session: Session, application: Application
) -> None:
    key, office = key_of(session, application), stages.ki_office(world)
    before, flag = stands(session, application, key), given_back(session, world, application)
    flags.correct(session, application, flag, ["Something else."], by=lead(world.researcher), at=LATER)

    with pytest.raises(Refused) as no:
        flags.refuse(session, application, flag, " ", by=office, at=LATER)
    assert codes(no) == [("because_missing", f"because-{flag.id}")]
    flags.refuse(session, application, flag, "It came too late.", by=office, at=LATER)

    assert (stands(session, application, key), frozen(session, application)) == (before, 1)
    with pytest.raises(Refused):
        flags.accept(session, application, flag, by=office, at=LATER)


def test_only_that_question_in_order_changed_and_in_time(
    world: World, session: Session, application: Application
) -> None:
    flag, by = given_back(session, world, application), lead(world.researcher)
    same = stands(session, application, flag.question_key)

    for entries, code in (([same], "unchanged"), (["850709-9805"], "personal_number"), ([""], "answer_missing")):
        with pytest.raises(Refused) as no:
            flags.correct(session, application, flag, entries, by=by, at=LATER)
        assert codes(no) == [(code, f"q-{flag.question_key}")]
    with pytest.raises(Refused) as no:
        flags.correct(session, application, flag, ["In time?"], by=by, at=LATER + timedelta(days=20))
    assert codes(no) == [("correction_over", None)]


@pytest.mark.parametrize("hat", [Hat.SIDE_LEAD, Hat.COORDINATOR, Hat.REVIEWER, Hat.ADMINISTRATOR])
def test_nobody_but_the_lead_applicant_corrects(
    world: World, session: Session, application: Application, hat: Hat
) -> None:
    flag = given_back(session, world, application)

    with pytest.raises(NotAllowed):
        flags.correct(session, application, flag, ["Mine."], by=Acting(world.outsider, "X", frozenset({hat})), at=LATER)


def test_nothing_is_flagged_before_the_deadline(world: World, session: Session, application: Application) -> None:
    with pytest.raises(Refused) as no:
        flags.ask_applicant(
            session,
            application,
            key_of(session, application),
            "Why?",
            DUE,
            by=stages.ki_office(world),
            at=BEFORE_CLOSING,
        )

    assert codes(no) == [("call_still_open", None)]


def test_a_question_is_asked_of_a_colleague_who_answers(
    world: World, session: Session, application: Application
) -> None:
    office, key = stages.ki_office(world), key_of(session, application)
    flag = flags.ask_colleague(
        session, application, key, "The same as last year?", world.mayo_coordinator, by=office, at=AFTER_CLOSING
    )

    with pytest.raises(NotFound):
        flags.answer_colleague(session, application, flag, "Mine.", by=office, at=LATER)
    flags.answer_colleague(session, application, flag, "No.", by=stages.mayo_office(world), at=LATER)

    assert (flag.words, flags.is_open(flag)) == ("No.", False)
    assert [letter.person_id for letter in letters(session, "flag_answered")] == [world.ki_coordinator]
    with pytest.raises(Refused) as no:
        flags.ask_colleague(session, application, key, "You?", world.outsider, by=office, at=LATER)
    assert codes(no) == [("colleague_missing", "colleague")]


def test_the_check_is_not_passed_while_a_question_is_open_and_is_when_it_is_taken_back(
    world: World, session: Session, application: Application
) -> None:
    flag = given_back(session, world, application)
    with pytest.raises(Refused) as no:
        stages.eligible(session, world, application)
    assert codes(no) == [("correction_awaited", "tick")]

    flags.close(session, application, flag, by=stages.ki_office(world), at=LATER)
    stages.eligible(session, world, application)
    assert application.state is State.ELIGIBLE


@pytest.mark.parametrize("key", ["head", "abstract"])
def test_an_accepted_correction_voids_a_signature_only_where_it_touches_it(
    world: World, session: Session, key: str
) -> None:
    people_only = replace(SIGNED, voided_by=(SIGNED.voided_by[2],))
    (application,) = signing(session, world, people_only)
    from tests.approving import answer, statuses, tasks

    for task in tasks(session, application):
        answer(session, task, at=AFTER_CLOSING)
    session.refresh(application)
    assert application.state is State.SIGNED
    chosen = key if key == "head" else key_of(session, application)
    flag = given_back(session, world, application, chosen)
    entries = ["Hanna Annan", "hanna@ki.example", "KI"] if key == "head" else ["A new text."]
    flags.correct(session, application, flag, entries, by=lead(world.researcher), at=LATER)
    flags.accept(session, application, flag, by=stages.ki_office(world), at=LATER)

    voided = [status for name, status in statuses(session, application, LATER).items() if status == "voided"]
    assert bool(voided) == (key == "head")
    unticked = [problem.code for problem in queries.facts(session, application, LATER).unticked]
    assert ("approval_voided" in unticked) == (key == "head")


# --- The quiz and the notice ----------------------------------------------------------------------------------------


def test_the_notice_is_kept_once_for_each_wording_and_person(world: World, session: Session) -> None:
    draft, by = stages.draft(session, world), lead(world.researcher)
    assert told.told(session, draft, world.researcher) is None

    for at in (BEFORE_CLOSING, LATER):
        told.keep_notice(session, draft, by=by, at=at)

    kept = told.told(session, draft, world.researcher)
    assert kept is not None and kept.at == BEFORE_CLOSING
    assert told.told(session, draft, world.outsider) is None


def test_the_quiz_of_a_draft_says_what_no_longer_holds(world: World, session: Session) -> None:
    title = {"en": "Days", "sv": "Dagar"}
    days = {"key": "days", "section": _home(session, world), "kind": "number", "title": title, "used_for": ["record"]}
    rule = {"key": "long", "title": title, "holds": "days >= 14", "reason": title}
    definition = amend(session, world, more_questions=(days,), rules=[rule])
    call, by = session.get_one(Call, world.call), lead(world.researcher)
    draft = applying.start_draft(session, call, by=by, at=BEFORE_CLOSING)
    told.keep_quiz(session, draft, {}, {"days": 20}, at=BEFORE_CLOSING)
    told.keep_quiz(session, draft, {}, {"days": 3}, at=LATER)  # a second one changes nothing

    (holds,) = _lines(session, draft, definition, {})
    (changed,) = _lines(session, draft, definition, {"days": 3})
    assert (holds.now.is_met, holds.still_holds) == (True, True)
    assert (changed.then.is_met, changed.now.is_met, changed.still_holds) == (True, False, False)


def _home(session: Session, world: World) -> str:
    return definition_of(session, session.get_one(Call, world.call)).sections[0].key


def _lines(session: Session, draft: Application, definition: Any, answers: dict[str, Any]) -> tuple[told.QuizLine, ...]:
    kept = told.quiz_of_draft(session, draft, definition, answers)
    assert kept is not None
    return kept.lines


# --- The promised day -----------------------------------------------------------------------------------------------


def test_a_new_day_is_told_to_everybody_who_waits_and_holds_from_then_on(
    world: World, session: Session, application: Application
) -> None:
    call, office = session.get_one(Call, world.call), stages.ki_office(world)
    definition = definition_of(session, call)
    stages.draft(session, world, who=world.other_researcher)
    assert definition.decision_by is not None
    late = LATER + timedelta(days=400)

    before = promises.promise_of(session, call, definition, AFTER_CLOSING)
    assert before == promises.Promise(definition.decision_by, 1, is_late=False)
    assert (known := promises.promise_of(session, call, definition, late)) is not None and known.is_late
    day = late.date() + timedelta(days=7)
    assert promises.promise(session, call, day, "A side decides later.", by=office, at=late) == 1

    assert promises.promise_of(session, call, definition, late) == promises.Promise(day, 1, is_late=False)
    assert len(letters(session, "promise_moved")) == len(queries.applicants_of(session, application))
    for wrong, code in ((None, "day_over"), (late.date() - timedelta(days=1), "day_over"), (day, "same_day")):
        with pytest.raises(Refused) as no:
            promises.promise(session, call, wrong, "", by=office, at=late)
        assert codes(no) == [(code, "promise")]


# --- Counting drafts, and copying -----------------------------------------------------------------------------------


def test_drafts_are_counted_and_nothing_typed_is_among_it(world: World, session: Session) -> None:
    stages.draft(session, world, title="KANARIE")
    by = lead(world.other_researcher, "Otto Påhitt")
    applying.start_draft(session, session.get_one(Call, world.call), by=by, at=BEFORE_CLOSING + timedelta(hours=1))

    one, two = census.draft_lines(session, world.call)

    assert (one.number, two.number, two.answered, two.saved_at) == (1, 2, 0, None)
    assert one.percent == 100 * one.answered // one.asked and 0 < one.percent < 100  # the partner's budget is missing
    assert dict(one.sides) == {definition.short: False for definition in _sides(session, world)}
    assert "KANARIE" not in repr((one, two)) and "Otto" not in repr((one, two))


def _sides(session: Session, world: World) -> Any:
    return definition_of(session, session.get_one(Call, world.call)).sides


def test_an_earlier_application_is_begun_anew_in_another_call(
    world: World, session: Session, application: Application
) -> None:
    second = _second_call(session, world)
    begun = copying.begin_from(session, application, second, by=lead(world.researcher), at=BEFORE_CLOSING)

    definition = definition_by_version(session, application.call_version_id)
    shared = {q.key for q in definition.questions if definition.section(q.section).owner in ("shared", "ki")}
    source, target = values_of(answers_of(session, application)), values_of(answers_of(session, begun))
    assert {key: target.get(key) for key in shared} == {key: source[key] for key in shared}
    own = [next(part for part in parts_of(session, each, definition) if part.is_own) for each in (application, begun)]
    assert own[0].lines == own[1].lines != {}
    assert (begun.title, begun.state, begun.call_id) == (application.title, State.DRAFT, second.id)
    with pytest.raises(Refused) as no:
        copying.begin_from(session, application, second, by=lead(world.researcher), at=BEFORE_CLOSING)
    assert codes(no) == [("begun_already", None)]


def _second_call(session: Session, world: World) -> Call:
    known = definition_of(session, session.get_one(Call, world.call))
    again = replace(known, key="again-2028-fictional", reference_prefix="AGAIN")
    return session.get_one(Call, open_call(session, world.ki_coordinator, definition=again))
