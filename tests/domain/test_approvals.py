"""Approvals on real databases: asked, answered, voided, lapsed, handed over; before the deadline and after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.access import reach
from app.access.viewer import Link
from app.applications import effects, queries
from app.applications import services as applying
from app.applications.approvals import effects as effects_of_approvals
from app.applications.approvals import services
from app.applications.approvals.ticks import tend
from app.applications.approvals.voiding import void_what_changed
from app.applications.extensions import answer_extension, ask_extension
from app.applications.letters import services as seeking
from app.applications.letters.models import InvitedLetter
from app.applications.models import Application
from app.decisions.ledger import ledger, owed_in_call
from app.identities import services as identities
from app.identities.models import LinkPurpose, PersonalLink
from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, NotFound, Refused, Stale
from app.programmes.definition import ApprovalKind, Approver, Material, Question, QuestionKind, Text
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.reviews.models import ConflictAnswer
from app.trail.models import TrailEntry
from app.workflow.vocabulary import Move, State
from tests import stages
from tests.approving import (
    COUNTERSIGNED,
    HARRIET,
    HEAD,
    READY,
    SIGNED,
    answer,
    ask_for,
    asked,
    begun,
    entries,
    leader,
    letters,
    name_head,
    statuses,
    tasks,
    viewer,
    write,
)
from tests.shows import shows
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, CLOSES, World

DAY = timedelta(days=1)
LATER = BEFORE_CLOSING + DAY


def submit(session: Session, application: Application, at: dt.datetime = BEFORE_CLOSING) -> None:
    applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=at)


def codes(session: Session, application: Application) -> list[str]:
    with pytest.raises(Refused) as no:
        submit(session, application)
    return [problem.code for problem in no.value.problems]


def deeds(session: Session) -> list[str]:
    verbs = session.scalars(select(TrailEntry.verb).order_by(TrailEntry.position))
    return [verb for verb in verbs if verb.endswith("-approval")]


def verdict(session: Session, application: Application, said: str, at: dt.datetime = AFTER_CLOSING) -> None:
    for task in tasks(session, application, "head_signs"):
        answer(session, task, said, at=at, because="The premises are taken." if said != "yes" else "")


# before the deadline


@shows("approvals.required", "approvals.title", "approvals.key")
def test_a_required_approval_stops_submitting_and_names_its_holder(world: World, session: Session) -> None:
    ask_for(session, world, READY, replace(READY, key="nice", required=False))
    application = begun(session, world)

    assert codes(session, application) == ["approval_not_asked", "approval_not_asked"]
    asked(session, application)
    with pytest.raises(Refused) as no:
        submit(session, application)

    problem = no.value.problems[1]
    assert (problem.code, problem.side, problem.since) == ("approval_waiting", "Mayo", BEFORE_CLOSING)
    assert problem.holder == f"Parker {application.id.hex[:6]}"
    assert "Our part is ready" in str(problem)
    for task in tasks(session, application, "ready"):
        answer(session, task, at=LATER)
    submit(session, application)
    assert statuses(session, application) == {
        "ready/ki": "granted", "ready/mayo": "granted", "nice/ki": "waiting", "nice/mayo": "waiting",
    }  # fmt: skip


def test_one_letter_asks_one_person_for_everything(world: World, session: Session) -> None:
    ask_for(session, world, READY, replace(READY, key="nice", required=False))
    application = begun(session, world)

    made = asked(session, application)

    assert len(made) == 4
    assert sorted(len(letter.values["items"]) for letter in letters(session, "approval_request")) == [2, 2]
    with pytest.raises(Refused) as again:
        asked(session, application)
    assert [problem.code for problem in again.value.problems] == ["all_asked"]
    assert len(letters(session, "approval_request")) == 2


def both_ready(session: Session, world: World, *voided_by: Material) -> Application:
    ask_for(session, world, replace(READY, voided_by=voided_by or tuple(Material)))
    application = begun(session, world)
    asked(session, application)
    for task in tasks(session, application):
        answer(session, task, at=LATER)
    return application


@shows("approvals.voided_by")
@pytest.mark.parametrize(
    ("key", "typed", "voided"),
    [
        ("research_plan", ["Another plan."], {"ki", "mayo"}),
        ("ki_budget_reasons", ["Other reasons."], {"ki"}),
        ("head", ["Somebody Else", "else@ki.example", ""], {"ki"}),
    ],
)
def test_editing_clears_the_right_keys_and_tells_what_changed(
    world: World, session: Session, key: str, typed: list[str], voided: set[str]
) -> None:
    application = both_ready(session, world)

    write(session, application, key, typed, at=LATER + DAY)

    now = statuses(session, application)
    assert {side for side in ("ki", "mayo") if now[f"ready/{side}"] == "voided"} == voided
    told = letters(session, "approval_voided")
    assert [letter.side_key for letter in told] == sorted(voided - {"ki"})  # whoever changed it needs no letter
    assert all(letter.values["changed"] == ["Research plan"] for letter in told)
    assert deeds(session).count("void-approval") == len(voided)
    line = session.scalars(select(TrailEntry).where(TrailEntry.verb == "void-approval")).first()
    assert line is not None and key in line.payload["changed"][0]
    assert codes(session, application) == ["approval_voided"] * len(voided)


def test_a_budget_voids_only_its_own_side(world: World, session: Session) -> None:
    application = both_ready(session, world, Material.BUDGET)
    write(session, application, "research_plan", ["Another plan."])
    assert set(statuses(session, application).values()) == {"granted"}

    definition = definition_by_version(session, application.call_version_id)
    own = stages.side_of(session, application.id, "ki")
    applying.save_budget(session, own, {1: "400 000"}, by=leader(session, application), at=LATER)

    assert statuses(session, application) == {"ready/ki": "voided", "ready/mayo": "granted"}
    assert letters(session, "approval_voided") == []
    (own_task, _) = tasks(session, application)
    assert effects_of_approvals.changed_texts(definition, entries(session, own_task)[-1].material, "sv") == [
        "budgeten för KI, år 1"
    ]


def test_writing_the_old_text_again_does_not_bring_an_approval_back(world: World, session: Session) -> None:
    application = both_ready(session, world)
    before = queries.draft_sheet(session, application)
    write(session, application, "research_plan", ["Another plan."])
    write(session, application, "research_plan", ["Silent partners: a short text."])

    assert queries.draft_sheet(session, application) == before
    assert set(statuses(session, application).values()) == {"voided"}
    for task in tasks(session, application):
        answer(session, task, at=LATER + DAY)
        assert [entry.kind for entry in entries(session, task)] == ["asked", "answered", "voided", "answered"]
    submit(session, application)


def test_what_stands_was_approved_as_it_stands(world: World, session: Session) -> None:
    ask_for(session, world, READY)
    application = begun(session, world)
    asked(session, application)
    task = tasks(session, application)[0]
    who = viewer(session, task.person_id)
    found = reach.approval(session, who, task.id)

    with pytest.raises(Stale) as stale:
        services.answer(session, task, "yes", name="Ylva", seen="0" * 64, by=found.acting, at=LATER)

    assert [problem.code for problem in stale.value.problems] == ["changed_meanwhile"]
    assert [entry.kind for entry in entries(session, task)] == ["asked"]


@shows("approvals.answers")
@pytest.mark.parametrize(
    ("said", "because", "name", "code"),
    [
        ("no", "", "Ylva", "because_missing"),
        ("return", "", "Ylva", "because_missing"),
        ("abstain", "", "Ylva", "no_such_answer"),
        ("perhaps", "", "Ylva", "no_such_answer"),
        ("yes", "", "  ", "name_missing"),
    ],
)
def test_an_answer_that_cannot_be_kept(
    world: World, session: Session, said: str, because: str, name: str, code: str
) -> None:
    ask_for(session, world, replace(READY, answers=("yes", "no", "return")))
    application = begun(session, world)
    asked(session, application)

    with pytest.raises(Refused) as no:
        answer(session, tasks(session, application)[0], said, because=because, name=name, at=LATER)

    assert [problem.code for problem in no.value.problems] == [code]


def test_a_no_goes_to_the_lead_applicant_at_once_and_can_be_asked_again(world: World, session: Session) -> None:
    ask_for(session, world, READY)
    application = begun(session, world)
    asked(session, application)
    own, partner = tasks(session, application)
    answer(session, own, at=LATER)

    answer(session, partner, "no", because="Not like this.", name="Pia Partner", at=LATER)

    (told,) = letters(session, "approval_answer")
    assert (told.person_id, told.values["because"]) == (world.researcher, "Not like this.")
    assert told.values["approver"] == "Pia Partner"
    assert codes(session, application) == ["approval_refused"]
    assert [task.id for task in asked(session, application, LATER)] == [partner.id]
    answer(session, partner, at=LATER)
    submit(session, application)


@shows("approvals.days")
def test_what_lapses_counts_as_not_granted_and_is_asked_again(world: World, session: Session) -> None:
    ask_for(session, world, replace(READY, days=3))
    application = begun(session, world)
    asked(session, application)
    own, partner = tasks(session, application)
    answer(session, own, at=LATER)
    late = BEFORE_CLOSING + 5 * DAY
    assert own.until is not None and partner.until is not None and own.until < partner.until  # Chicago ends later

    with pytest.raises(Refused) as no:
        answer(session, partner, at=late)
    assert [problem.code for problem in no.value.problems] == ["time_ended"]
    for _ in range(2):
        tend(session, late)
    assert [entry.kind for entry in entries(session, partner)] == ["asked", "lapsed"]
    assert statuses(session, application, late) == {"ready/ki": "granted", "ready/mayo": "lapsed"}
    asked(session, application, late)
    answer(session, partner, at=late)
    submit(session, application, late)


def test_another_head_takes_the_task_from_the_first_and_the_link_dies(world: World, session: Session) -> None:
    ask_for(session, world, replace(SIGNED, window=READY.window))
    application = begun(session, world)
    asked(session, application)
    (first,) = tasks(session, application)

    name_head(session, application, ["Didrik Dekan", "didrik@ki.example", "KI"], at=LATER)

    assert tasks(session, application) == []
    with pytest.raises(NotFound):
        reach.approval(session, viewer(session, first.person_id), first.id)
    (link,) = session.scalars(select(PersonalLink).where(PersonalLink.person_id == first.person_id))
    assert link.revoked_at == LATER
    assert deeds(session) == ["ask-approval", "recall-approval"]
    asked(session, application, LATER)
    assert [task.person_id != first.person_id for task in tasks(session, application)] == [True]


@shows("approvals.question")
def test_nobody_can_be_asked_while_the_person_is_not_named(world: World, session: Session) -> None:
    ask_for(session, world, replace(SIGNED, window=READY.window))
    application = stages.draft(session, world)

    with pytest.raises(Refused) as no:
        asked(session, application)

    assert [problem.code for problem in no.value.problems] == ["approval_not_asked"]
    assert "not named" in str(no.value.problems[0])


@shows("approvals.at_least")
def test_so_many_of_the_people_under_a_question_must_agree(world: World, session: Session) -> None:
    people = replace(HEAD, kind=QuestionKind.PEOPLE)
    definition = ask_for(session, world, replace(SIGNED, window=READY.window, at_least=2))
    ask_for(session, world, *definition.approvals, questions=(*definition.questions[:-1], people))
    application = stages.draft(session, world)
    rows = [*HARRIET, "", "Didrik Dekan", "didrik@ki.example", "KI", "", "Vera Vice", "vera@ki.example", "KI", ""]
    write(session, application, "head", rows)
    stages.confirm(session, application)
    asked(session, application)

    for number, task in enumerate(tasks(session, application)[:2]):
        assert statuses(session, application) == {"head_signs/ki": "waiting"}, number
        answer(session, task, at=LATER)

    assert statuses(session, application) == {"head_signs/ki": "granted"}


@shows("approvals.at_least")
def test_each_key_person_certifies_by_link_where_the_call_says_everybody(world: World, session: Session) -> None:
    people = replace(HEAD, kind=QuestionKind.PEOPLE)
    definition = ask_for(session, world, replace(SIGNED, window=READY.window, at_least=0))
    ask_for(session, world, *definition.approvals, questions=(*definition.questions[:-1], people))
    application = stages.draft(session, world)
    write(session, application, "head", [*HARRIET, "", "Didrik Dekan", "didrik@ki.example", "KI", ""])
    stages.confirm(session, application)
    first, second = asked(session, application)
    links = session.scalars(select(PersonalLink).where(PersonalLink.purpose == LinkPurpose.APPROVAL)).all()
    assert {link.sent_to for link in links} == {"harriet@ki.example", "didrik@ki.example"}

    answer(session, first, at=LATER)
    assert statuses(session, application) == {"head_signs/ki": "waiting"}
    answer(session, second, at=LATER)
    assert statuses(session, application) == {"head_signs/ki": "granted"}

    rows = [*HARRIET, "", "Didrik Dekan", "didrik@ki.example", "KI", "", "Vera Vice", "vera@ki.example", "KI", ""]
    write(session, application, "head", rows, at=LATER)
    assert statuses(session, application)["head_signs/ki"] in ("voided", "not_asked")  # who was added certifies too


@shows("approvals.kind")
def test_a_partners_consent_is_asked_with_the_invitation(world: World, session: Session) -> None:
    consent = replace(READY, key="consent", kind=ApprovalKind.CONSENT, side="mayo")
    ask_for(session, world, consent, READY)

    application = stages.draft(session, world)

    assert [(task.key, task.side_key) for task in tasks(session, application)] == [("consent", "mayo")]
    assert letters(session, "approval_request") == []


def test_after_the_deadline_nobody_is_asked_for_a_draft(world: World, session: Session) -> None:
    ask_for(session, world, READY)
    application = begun(session, world)

    with pytest.raises(Refused) as no:
        asked(session, application, AFTER_CLOSING)

    assert [problem.code for problem in no.value.problems] == ["call_closed"]


def test_only_the_lead_applicant_asks(world: World, session: Session) -> None:
    ask_for(session, world, READY)
    with pytest.raises(NotAllowed):
        services.ask(session, begun(session, world), by=stages.ki_office(world), at=LATER)


# after the deadline


def closed(session: Session, world: World, *approvals: object, number: int = 1) -> list[Application]:
    """Applications that are in, with everybody asked by the worker a day after the deadline."""
    ask_for(session, world, *(approvals or (SIGNED,)))  # type: ignore[arg-type]
    found = []
    for place in range(number):
        application = begun(
            session, world, title=f"Project {place}", who=[world.researcher, world.other_researcher][place]
        )
        submit(session, application)
        found.append(application)
    tend(session, AFTER_CLOSING)
    return found


@shows("approvals.window", "stages")
def test_signatures_are_asked_for_once_when_the_call_has_closed(world: World, session: Session) -> None:
    ask_for(session, world, SIGNED)
    application = begun(session, world)
    submit(session, application)  # the head's signature never stops submitting

    assert tend(session, CLOSES - timedelta(seconds=1)) == 0
    assert tend(session, CLOSES) == 0  # the last instant itself is in time
    assert [tend(session, CLOSES + n * timedelta(minutes=1)) for n in (30, 31, 32)] == [0, 0, 0]  # told on Friday
    (task,) = tasks(session, application)
    assert (task.until, len(entries(session, task))) == (dt.datetime(2027, 4, 8, 21, 59, 59, tzinfo=dt.UTC), 1)


def test_one_head_gets_one_letter_for_all_applications(world: World, session: Session) -> None:
    closed(session, world, number=2)

    (letter,) = letters(session, "approval_digest")
    assert [item["title"] for item in letter.values["items"]] == ["Project 0", "Project 1"]
    assert (letter.call_id, letter.application_id) == (None, None)


@shows("stages", "approvals.window")
def test_the_last_signature_signs_off_and_the_check_begins_then(world: World, session: Session) -> None:
    (application,) = closed(session, world)
    by = stages.ki_office(world)
    with pytest.raises(NotAllowed):
        applying.take(session, application, Move.PASS_CHECK, by=by, at=AFTER_CLOSING, reason="In order.")

    verdict(session, application, "yes")

    assert application.state is State.SIGNED
    stages.eligible(session, world, application)
    assert application.state is State.ELIGIBLE  # type: ignore[comparison-overlap]


def test_a_signature_keeps_all_that_makes_it_one(world: World, session: Session) -> None:
    (application,) = closed(session, world)
    (task,) = tasks(session, application)

    answer(session, task, name="Vera  Vice", on_behalf_of="Harriet Prefektsdotter", at=AFTER_CLOSING)

    kept = entries(session, task)[-1]
    assert (kept.name_given, kept.on_behalf_of, kept.submission_number) == ("Vera Vice", "Harriet Prefektsdotter", 1)
    assert kept.sha256 is not None and len(kept.sha256) == 64 and len(kept.material) > 8
    line = session.scalars(select(TrailEntry).where(TrailEntry.verb == "answer-approval")).one()
    assert (line.payload["sha256"], line.payload["version"]) == (kept.sha256, 1)


@pytest.mark.parametrize("deed", ["UPDATE approval_entry SET because = 'x'", "DELETE FROM approval_entry"])
def test_the_history_of_answers_only_grows(world: World, session: Session, deed: str) -> None:
    closed(session, world)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(deed))


def test_while_signatures_are_awaited_the_office_waits(world: World, session: Session) -> None:
    (application,) = closed(session, world)

    for move in (Move.WAIVE_SIGNATURE, Move.FAIL_CHECK):
        with pytest.raises(Refused) as no:
            applying.take(session, application, move, by=stages.ki_office(world), at=AFTER_CLOSING, reason="Impatient.")
        assert [problem.code for problem in no.value.problems] == ["signatures_awaited"]


@pytest.mark.parametrize("said", ["no", "return", "silence"])
@pytest.mark.parametrize(("move", "end"), [(Move.WAIVE_SIGNATURE, State.SIGNED), (Move.FAIL_CHECK, State.INELIGIBLE)])
def test_without_a_signature_the_office_goes_on_with_a_reason_or_rejects(
    world: World, session: Session, said: str, move: Move, end: State
) -> None:
    (application,) = closed(session, world)
    at = AFTER_CLOSING + 20 * DAY
    if said != "silence":
        verdict(session, application, said)
    with pytest.raises(Refused) as no:
        applying.take(session, application, move, by=stages.ki_office(world), at=at, reason=" ")
    assert [problem.code for problem in no.value.problems] == ["reason_missing"]

    applying.take(session, application, move, by=stages.ki_office(world), at=at, reason="The head is abroad.")

    assert application.state is end


def test_more_time_for_one_person_has_a_reason_and_a_letter(world: World, session: Session) -> None:
    (application,) = closed(session, world)
    (task,) = tasks(session, application)
    late = AFTER_CLOSING + 20 * DAY
    tend(session, late)
    by, day = stages.ki_office(world), (late + 3 * DAY).date()
    for until, reason in ((day, " "), (AFTER_CLOSING.date(), "Ill."), (None, "Ill.")):
        with pytest.raises(Refused):
            services.extend(session, application, task.id, until=until, reason=reason, by=by, at=late)

    services.extend(session, application, task.id, until=day, reason="The head was ill.", by=by, at=late)

    assert [entry.kind for entry in entries(session, task)] == ["asked", "lapsed", "extended"]
    assert [len(letters(session, f"approval_{kind}")) for kind in ("digest", "request")] == [1, 1]
    answer(session, task, at=late + 2 * DAY)
    assert application.state is State.SIGNED


def test_reminders_come_before_the_end_and_never_to_the_finished(world: World, session: Session) -> None:
    one, other = closed(session, world, number=2)
    verdict(session, one, "yes")
    nine = dt.datetime(2027, 4, 7, 7, 0, tzinfo=dt.UTC)  # two days before the end, 09:00 in Stockholm

    sent = [tend(session, at) for at in (nine - timedelta(minutes=1), nine, nine + timedelta(minutes=1))]

    assert sent == [0, 1, 0]
    (letter,) = letters(session, "approval_reminder")
    assert [item["title"] for item in letter.values["items"]] == ["Project 1"]
    verdict(session, other, "yes", nine)
    assert tend(session, nine + DAY) == 0


@shows("approvals.required")
def test_a_signature_that_is_not_required_stays_open_and_stops_nothing(world: World, session: Session) -> None:
    (application,) = closed(session, world, replace(SIGNED, required=False))

    assert application.state is State.SIGNED
    verdict(session, application, "yes")
    assert statuses(session, application) == {"head_signs/ki": "granted"}


@shows("approvals.who")
def test_countersigning_is_asked_of_each_sides_coordinator_without_a_conflict(world: World, session: Session) -> None:
    ask_for(session, world, COUNTERSIGNED)
    application = begun(session, world)
    submit(session, application)
    session.add(
        ConflictAnswer(
            application_id=application.id, person_id=world.mayo_coordinator, has_conflict=True, at=AFTER_CLOSING
        )
    )
    tend(session, AFTER_CLOSING)

    (task,) = tasks(session, application)

    assert task.person_id == world.ki_coordinator
    assert statuses(session, application) == {"office_signs/ki": "waiting", "office_signs/mayo": "not_asked"}
    answer(session, task, at=AFTER_CLOSING)
    applying.take(
        session, application, Move.WAIVE_SIGNATURE, by=stages.ki_office(world), at=AFTER_CLOSING, reason="Nobody there."
    )


def test_a_conflict_declared_later_closes_the_task_too(world: World, session: Session) -> None:
    (application,) = closed(session, world, COUNTERSIGNED)
    mayo = tasks(session, application)[1]
    session.add(
        ConflictAnswer(
            application_id=application.id, person_id=world.mayo_coordinator, has_conflict=True, at=AFTER_CLOSING
        )
    )
    session.flush()

    with pytest.raises(NotFound):
        reach.approval(session, viewer(session, world.mayo_coordinator), mayo.id)


def test_an_application_with_more_time_is_asked_about_when_its_own_time_ends(world: World, session: Session) -> None:
    ask_for(session, world, SIGNED)
    application = begun(session, world)
    call = session.get_one(Call, world.call)
    made = ask_extension(
        session, call, application_id=application.id, side_key=None, to=CLOSES + 3 * DAY, reason="Ill.",
        by=stages.ki_office(world), at=BEFORE_CLOSING,
    )  # fmt: skip
    answer_extension(session, call, made.id, agrees=True, by=stages.mayo_office(world), at=BEFORE_CLOSING)
    submit(session, application, CLOSES + DAY)

    for day in (2, 4):
        assert tend(session, CLOSES + day * DAY) == 0
        assert len(tasks(session, application)) == (day == 4)
    assert tend(session, CLOSES + 8 * DAY) == 1  # on Friday


def test_a_signature_is_for_a_version_and_a_changed_version_voids_it(world: World, session: Session) -> None:
    (application,) = closed(session, world, replace(SIGNED, required=False))
    verdict(session, application, "yes")
    row = session.execute(text("SELECT 1 FROM submission")).all()
    assert len(row) == 1
    own = stages.side_of(session, application.id, "ki")
    from app.applications.models import BudgetYear
    from app.applications.registry import Deed
    from app.workflow.machine import Step

    deed = Deed(Step(Move.SUBMIT, State.REOPENED, State.SUBMITTED, ()), leader(session, application), AFTER_CLOSING, "")
    effects.freeze(session, application, deed)  # a second version with nothing changed
    assert statuses(session, application) == {"head_signs/ki": "granted"}
    session.add(BudgetYear(application_side_id=own.id, year=3, amount_minor=100, currency="SEK"))
    session.flush()
    effects.freeze(session, application, deed)

    assert statuses(session, application) == {"head_signs/ki": "voided"}


def test_the_ledger_counts_signatures_as_turns_of_their_side(world: World, session: Session) -> None:
    (application,) = closed(session, world)
    definition = definition_by_version(session, application.call_version_id)
    at, among = AFTER_CLOSING + 2 * DAY, select(Application.id)

    def owed() -> list[tuple[str | None, str, timedelta, bool]]:
        rows = ledger(owed_in_call(session, world.call, definition, CLOSES, among=among), at + DAY)
        return [(row.side, row.turn.value, row.took, row.open_since is None) for row in rows if row.turn != "confirm"]

    assert owed() == [("ki", "sign", 3 * DAY, False)]
    verdict(session, application, "yes", at)
    assert owed() == [("ki", "sign", 2 * DAY, True), ("ki", "check", DAY, False)]


# deputies


def handed(session: Session, world: World) -> tuple[Application, object, object]:
    (application,) = closed(session, world)
    (task,) = tasks(session, application)
    who = viewer(session, task.person_id)
    acting = reach.approval(session, who, task.id).acting
    given = services.hand_over(session, task, name="Vera Vice", address="vera@ki.example", by=acting, at=AFTER_CLOSING)
    return application, task, given


def test_a_deputy_signs_and_it_says_for_whom(world: World, session: Session) -> None:
    application, task, given = handed(session, world)

    with pytest.raises(NotFound):
        reach.approval(session, viewer(session, task.person_id), task.id)  # type: ignore[attr-defined]
    answer(session, given, at=AFTER_CLOSING)  # type: ignore[arg-type]

    kept = entries(session, given)[-1]  # type: ignore[arg-type]
    assert (kept.name_given, kept.on_behalf_of) == ("Vera Vice", "Harriet Prefektsdotter")
    assert application.state is State.SIGNED
    assert [entry.kind for entry in entries(session, task)] == ["asked", "handed_over"]  # type: ignore[arg-type]
    assert letters(session, "approval_request")[-1].values["items"][0]["principal"] == "Harriet Prefektsdotter"


def test_a_signature_cannot_be_handed_to_the_applicant(world: World, session: Session) -> None:
    (application,) = closed(session, world)
    (task,) = tasks(session, application)
    acting = reach.approval(session, viewer(session, task.person_id), task.id).acting

    with pytest.raises(Refused) as no:
        services.hand_over(session, task, name="Ylva", address="ylva@ki.example", by=acting, at=AFTER_CLOSING)

    assert [problem.code for problem in no.value.problems] == ["no_deputy"]


def test_a_countersignature_is_not_handed_over(world: World, session: Session) -> None:
    (application,) = closed(session, world, COUNTERSIGNED)
    task = tasks(session, application)[0]
    acting = reach.approval(session, viewer(session, task.person_id), task.id).acting

    with pytest.raises(Refused) as no:
        services.hand_over(session, task, name="Vera", address="vera@ki.example", by=acting, at=AFTER_CLOSING)

    assert [problem.code for problem in no.value.problems] == ["not_handed_over"]


@pytest.mark.parametrize("who", [Approver.LEAD_APPLICANT, Approver.SIDE_LEAD])
def test_nobody_reaches_the_task_of_somebody_else(world: World, session: Session, who: Approver) -> None:
    ask_for(session, world, replace(READY, who=who))
    application = begun(session, world)
    asked(session, application)
    task = tasks(session, application)[0]

    for stranger in (world.outsider, world.ki_coordinator, world.administrator, world.other_researcher):
        with pytest.raises(NotFound):
            reach.approval(session, viewer(session, stranger), task.id)
    assert identities.primary_address(session, task.person_id)


def test_a_link_opens_the_tasks_of_its_own_call_and_of_nothing_else(world: World, session: Session) -> None:
    (application,) = closed(session, world)
    (task,) = tasks(session, application)
    (letter,) = letters(session, "approval_digest")
    who = viewer(session, task.person_id)

    def by(purpose: LinkPurpose, subject: UUID) -> object:
        assert letter.link_id is not None
        confined = replace(who, link=Link(letter.link_id, purpose, subject, "harriet@ki.example"))
        return reach.approval(session, confined, task.id).thing

    assert by(LinkPurpose.APPROVAL, world.call) is task
    assert by(LinkPurpose.APPROVAL, task.person_id) is task  # that of the weekly mail opens every call
    for purpose, subject in (
        (LinkPurpose.APPROVAL, uuid4()),
        (LinkPurpose.REVIEW, world.call),
        (LinkPurpose.PARTNER, stages.side_of(session, application.id, "ki").id),
    ):
        with pytest.raises(NotFound):
            by(purpose, subject)
    with pytest.raises(NotFound):
        reach.application(
            session, replace(who, link=Link(letter.link_id, LinkPurpose.APPROVAL, world.call, "x")), application.id
        )  # type: ignore[arg-type]


def test_a_letter_that_comes_voids_nothing_and_who_declined_is_asked_again_only_where_there_is_room(
    world: World, session: Session
) -> None:
    known = definition_of(session, session.get_one(Call, world.call))
    support = Question(
        "support", known.question("research_plan").section, QuestionKind.LETTER, Text("Letter", "Brev"), used_for=(),
        required=False, max_rows=1,
    )  # fmt: skip
    ask_for(session, world, READY, questions=(*known.questions, HEAD, support))
    application = begun(session, world)
    by = leader(session, application)

    def seek(address: str) -> InvitedLetter:
        return seeking.ask(session, application, "support", name="Sven", address=address, by=by, at=BEFORE_CLOSING)

    first = seek("sven@lab.example")
    asked(session, application)
    for task in tasks(session, application):
        answer(session, task, at=LATER)
    seeking.decline(session, first, by=Acting(first.person_id, "Sven", frozenset()), at=LATER)
    seek("sture@lab.example")
    void_what_changed(session, application, by=by, at=LATER)
    assert set(statuses(session, application).values()) == {"granted"}

    with pytest.raises(Refused) as no:
        seek("sven@lab.example")
    assert [problem.code for problem in no.value.problems] == ["enough_asked"]
