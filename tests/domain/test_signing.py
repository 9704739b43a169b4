"""Signing is a chain a side, on commitments only; told of once a week; voided by what is material and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.approvals import commitments, queries, telling
from app.applications.approvals.ticks import tend
from app.applications.models import Application, ApplicationSide, BudgetYear
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.errors import Refused
from app.kernel.money import Money
from app.programmes.definition import (
    AtExpiry,
    Commitment,
    Definition,
    Material,
    Question,
    QuestionKind,
    Text,
    Window,
)
from app.programmes.definition.vocabulary import ColumnKind
from app.programmes.kinds import Column
from app.workflow.vocabulary import Hat, Move, State
from tests import stages
from tests.approving import (
    COUNTERSIGNED,
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
    statuses,
    tasks,
    write,
)
from tests.shows import shows
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World

DAY = timedelta(days=1)
LATER = BEFORE_CLOSING + DAY
FRIDAY = dt.datetime(2027, 4, 2, 7, tzinfo=dt.UTC)
LAST = replace(COUNTERSIGNED, after="head_signs", side="ki")
TIME = Question(
    "time", "ki_budget", QuestionKind.TABLE, Text("Working time", "Arbetstid"), currency="SEK",
    columns=(
        Column("who", Text("Who", "Vem"), ColumnKind.SHORT_TEXT, Commitment.PERSON),  # type: ignore[arg-type]
        Column("percent", Text("Per cent", "Procent"), ColumnKind.NUMBER, Commitment.PERCENT),  # type: ignore[arg-type]
        Column("task", Text("Task", "Uppgift"), ColumnKind.SHORT_TEXT),  # type: ignore[arg-type]
    ),
)  # fmt: skip
ROOMS = Question(
    "rooms", "ki_budget", QuestionKind.SHORT_TEXT, Text("Premises", "Lokaler"), commitment=Commitment.PREMISES
)
NOTE = Question("note", "ki_budget", QuestionKind.SHORT_TEXT, Text("Note", "Not"))


def with_commitments(session: Session, world: World, *approvals: Any) -> Definition:
    known = ask_for(session, world, *approvals)
    return ask_for(session, world, *approvals, questions=(*known.questions[:-1], TIME, ROOMS, NOTE))


def submitted(session: Session, world: World, *approvals: Any, at: dt.datetime = AFTER_CLOSING) -> Application:
    ask_for(session, world, *approvals)
    application = begun(session, world)
    applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)
    tend(session, at)
    return application


def held(session: Session, application: Application) -> list[str]:
    return [task.key for task in tasks(session, application)]


# the chain


@shows("approvals.after")
def test_a_later_link_is_asked_when_the_earlier_one_is_granted(world: World, session: Session) -> None:
    application = submitted(session, world, SIGNED, LAST)
    assert held(session, application) == ["head_signs"]
    assert statuses(session, application) == {"head_signs/ki": "waiting", "office_signs/ki": "comes_later"}

    answer(session, tasks(session, application, "head_signs")[0], at=AFTER_CLOSING)

    assert application.state is State.SUBMITTED
    assert statuses(session, application) == {"head_signs/ki": "granted", "office_signs/ki": "waiting"}
    answer(session, tasks(session, application, "office_signs")[0], at=AFTER_CLOSING)
    assert application.state is State.SIGNED  # type: ignore[comparison-overlap]


def test_each_link_has_a_window_of_its_own_from_its_own_asking(world: World, session: Session) -> None:
    application = submitted(session, world, SIGNED, LAST)
    answer(session, tasks(session, application, "head_signs")[0], at=AFTER_CLOSING + 4 * DAY)

    first, last = tasks(session, application)

    assert (first.until, last.until) == (
        dt.datetime(2027, 4, 9, 21, 59, 59, tzinfo=dt.UTC), dt.datetime(2027, 4, 16, 21, 59, 59, tzinfo=dt.UTC),
    )  # fmt: skip


def test_a_later_link_returns_it_to_the_applicant_at_once(world: World, session: Session) -> None:
    application = submitted(session, world, SIGNED, replace(LAST, answers=("yes", "return")))
    answer(session, tasks(session, application, "head_signs")[0], at=AFTER_CLOSING)

    answer(
        session, tasks(session, application, "office_signs")[0], "return", because="The overhead is wrong.",
        at=AFTER_CLOSING,
    )  # fmt: skip

    (told,) = letters(session, "approval_answer")
    assert (told.person_id, told.values["because"]) == (world.researcher, "The overhead is wrong.")


def test_a_link_whose_forerunner_was_voided_waits_for_it(world: World, session: Session) -> None:
    ready_then_head = (replace(READY, side="ki"), replace(SIGNED, window=READY.window, after="ready"))
    ask_for(session, world, *ready_then_head)
    application = begun(session, world)
    assert [task.key for task in asked(session, application)] == ["ready"]
    answer(session, tasks(session, application)[0], at=LATER)
    assert statuses(session, application) == {"ready/ki": "granted", "head_signs/ki": "waiting"}
    write(session, application, "research_plan", ["Another plan."])

    with pytest.raises(Refused) as no:
        answer(session, tasks(session, application, "head_signs")[0], at=LATER)

    assert [problem.code for problem in no.value.problems] == ["comes_later"]
    with pytest.raises(Refused) as waits:
        applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=LATER)
    assert [problem.code for problem in waits.value.problems] == ["approval_voided", "approval_comes_later"]
    assert waits.value.problems[1].values["earlier"] == READY.title


def test_a_link_after_one_that_is_not_required_is_asked_when_that_one_has_lapsed(
    world: World, session: Session
) -> None:
    application = submitted(session, world, replace(SIGNED, required=False), replace(LAST, required=False))
    application.state = State.SUBMITTED
    session.flush()

    tend(session, AFTER_CLOSING + 12 * DAY)

    assert held(session, application) == ["head_signs", "office_signs"]


# what happens at expiry


@shows("approvals.at_expiry")
@pytest.mark.parametrize(
    ("rule", "waived", "end"),
    [
        (AtExpiry.OFFICE_DECIDES, [], State.SIGNED),
        (AtExpiry.NOT_ELIGIBLE, ["signature_needed"], State.SUBMITTED),
        (AtExpiry.GOES_ON, None, State.SIGNED),
    ],
)
def test_what_the_call_says_happens_when_the_time_to_sign_has_ended(
    world: World, session: Session, rule: AtExpiry, waived: list[str] | None, end: State
) -> None:
    application = submitted(session, world, replace(SIGNED, at_expiry=rule))
    at, by = AFTER_CLOSING + 20 * DAY, stages.ki_office(world)
    tend(session, at)

    codes: list[str] | None = None
    if application.state is State.SUBMITTED:
        codes = []
        try:
            applying.take(session, application, Move.WAIVE_SIGNATURE, by=by, at=at, reason="The head is abroad.")
        except Refused as refused:
            codes = [problem.code for problem in refused.problems]

    assert (codes, application.state) == (waived, end)
    assert statuses(session, application, at)["head_signs/ki"] == "lapsed"  # marked as not signed
    if rule is AtExpiry.NOT_ELIGIBLE:
        applying.take(session, application, Move.FAIL_CHECK, by=by, at=at, reason="Not signed.")


# what is material


def amount(year: int, minor: int) -> Any:
    def change(session: Session, application: Application) -> None:
        side = stages.side_of(session, application.id, "ki")
        applying.save_budget(session, side, {year: f"{minor}"}, by=leader(session, application), at=LATER)

    return change


def answered(key: str, *typed: str) -> Any:
    return lambda session, application: write(session, application, key, list(typed), at=LATER)


def moved(session: Session, application: Application) -> None:
    session.get_one(Person, application.lead_person_id).institution = "Institutionen för Annat"
    write(session, application, "note", ["Touched."], at=LATER)


ROWS = ["Nils Påhittad", "50", "Pipetting"]
CHANGES = [
    ("another amount in a year", amount(1, 400_000), "the budget of KI, year 1: SEK 500,000 → SEK 400,000"),
    ("an amount taken out", amount(2, 0), "the budget of KI, year 2: SEK 400,000 → SEK 0"),
    ("a year more", amount(3, 100), None),  # the call has no third year: nothing is kept
    ("the same amount, written otherwise", amount(1, 500_000), None),
    ("more per cent", answered("time", "Nils Påhittad", "60", "Pipetting"), "Per cent: 50; Task: Pipetting → Who"),
    ("another person", answered("time", "Ada Annan", "50", "Pipetting"), "Who: Nils Påhittad; Per cent: 50"),
    ("a person more", answered("time", *ROWS, "Ada Annan", "20", ""), "Who: Ada Annan; Per cent: 20"),
    ("nobody any more", answered("time", "", "", ""), "→ nothing"),
    ("a typo in the task of the table", answered("time", "Nils Påhittad", "50", "Pipeting"), None),
    ("blanks in a name", answered("time", " Nils   Påhittad", "50", "Pipetting"), None),
    ("the same rows", answered("time", *ROWS), None),
    ("other premises", answered("rooms", "Lab 5"), "Premises: Lab 4 → Lab 5"),
    ("blanks in the premises", answered("rooms", " Lab  4 "), None),
    ("a typo in the plan", answered("research_plan", "A changed plan."), None),
    ("a typo in the title", answered("title", "Another title"), None),
    ("a typo in the reasons for the budget", answered("ki_budget_reasons", "Other reasons."), None),
    ("a note", answered("note", "Something."), None),
    ("another department of the leader", moved, "who leads the project at KI: Ylva Exempelsson, Karolinska"),
    ("other words for the partner's work", answered("research_area", "x"), None),
    ("the summary", answered("summary", "Another summary."), None),
]  # fmt: skip


@shows("approvals.voided_by")
@pytest.mark.parametrize(("change", "told"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_what_is_material_voids_a_signature_with_the_reason_and_a_typo_does_not(
    world: World, session: Session, change: Any, told: str | None
) -> None:
    with_commitments(session, world, replace(READY, side="ki", voided_by=(Material.COMMITMENTS,)))
    application = stages.draft(session, world)
    stages.confirm(session, application)
    write(session, application, "time", ROWS)
    write(session, application, "rooms", ["Lab 4"])
    asked(session, application)
    (task,) = tasks(session, application)
    answer(session, task, at=LATER)

    change(session, application)

    assert statuses(session, application) == {"ready/ki": "granted" if told is None else "voided"}
    if told is not None:
        from app.applications.approvals.differing import changed_texts, of_word

        definition = queries.definitions_of(session, [application])[application.id]
        (now,) = queries.tasks_of(session, [application.id])
        assert told in "; ".join(changed_texts(definition, of_word(now.word), "en"))
        assert [entry.kind for entry in entries(session, task)][-1] == "voided"


def test_each_cost_of_a_year_is_material_by_itself(world: World, session: Session) -> None:
    """Where a call lists costs, moving money from one to another changes what was signed."""
    from app.programmes.definition import Option

    known = ask_for(session, world, replace(READY, side="ki", voided_by=(Material.BUDGET,)))
    costs = (Option("staff", Text("Staff", "Personal")), Option("travel", Text("Travel", "Resor")))
    ki, *others = known.sides
    ask_for(
        session,
        world,
        *known.approvals,
        sides=(replace(ki, allowed_costs=costs), *others),
        questions=known.questions[:-1],
    )
    application = stages.draft(session, world)
    side = stages.side_of(session, application.id, "ki")
    session.add_all(
        BudgetYear(application_side_id=side.id, year=1, cost=cost, amount_minor=100_000, currency="SEK")
        for cost in ("staff", "travel")
    )
    session.flush()
    asked(session, application)
    answer(session, tasks(session, application)[0], at=LATER)

    applying.save_budget(
        session, side, {(1, "staff"): "1 500", (1, "travel"): "500"}, by=leader(session, application), at=LATER
    )

    (now,) = queries.tasks_of(session, [application.id])
    assert now.word.voided is not None
    assert [words[0].replace("\u00a0", " ") for words in now.word.voided.shown["budget/ki/1 staff"]] == [
        "SEK 1,000", "SEK 1,500",
    ]  # fmt: skip


def partner_of(side: ApplicationSide) -> Acting:
    return Acting(side.lead_person_id, "Parker", frozenset({Hat.SIDE_LEAD}))


def test_the_other_side_is_shown_what_a_side_has_changed_in_its_own_part(world: World, session: Session) -> None:
    """Three sorts of change: shared, own, the other side's. Only the approvals that it touches are voided."""
    ask_for(session, world, replace(READY, voided_by=tuple(Material)))
    application = begun(session, world)
    asked(session, application)
    own, partner = tasks(session, application)
    for task in (own, partner):
        answer(session, task, at=LATER)
    side = stages.side_of(session, application.id, "ki")

    applying.save_budget(session, side, {1: "400 000"}, by=leader(session, application), at=LATER)

    assert statuses(session, application) == {"ready/ki": "voided", "ready/mayo": "granted"}
    (told,) = letters(session, "other_side_changed")
    assert told.person_id == partner.person_id
    assert [line.replace("\u00a0", " ") for line in told.values["changed"]] == [
        "the budget of KI, year 1: SEK 500,000 → SEK 400,000"
    ]
    theirs = stages.side_of(session, application.id, "mayo")
    applying.save_budget(session, theirs, {1: "40 000"}, by=partner_of(theirs), at=LATER)
    assert statuses(session, application) == {"ready/ki": "voided", "ready/mayo": "voided"}
    answer(session, own, at=LATER + DAY)
    answer(session, partner, at=LATER + DAY)
    write(session, application, "research_plan", ["Another plan."])
    assert statuses(session, application) == {"ready/ki": "voided", "ready/mayo": "voided"}


def test_somebody_who_is_still_typing_does_not_send_half_a_number(world: World, session: Session) -> None:
    """A form saves by itself: the letter waits ten minutes, and tells the whole change."""
    ask_for(session, world, replace(SIGNED, window=Window.BEFORE_CLOSING, voided_by=(Material.BUDGET,)))
    application = begun(session, world)
    asked(session, application)
    answer(session, tasks(session, application)[0], at=LATER)
    side = stages.side_of(session, application.id, "ki")

    for typed in ("4", "40", "400 000"):
        applying.save_budget(session, side, {1: typed}, by=leader(session, application), at=LATER + DAY)

    (letter,) = letters(session, "approval_voided")
    assert letter.next_try_at == LATER + DAY + timedelta(minutes=10)
    (line,) = letter.values["changed"]
    assert "500" in line and "400" in line and line.count("→") == 1


# told once a week


def test_one_mail_a_week_on_friday_and_silence_when_nothing_waits(world: World, session: Session) -> None:
    ask_for(session, world, replace(SIGNED, days=20))
    application = begun(session, world)
    applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)
    moments = [FRIDAY - timedelta(hours=18), FRIDAY - timedelta(minutes=1), FRIDAY, FRIDAY + timedelta(hours=2)]
    moments += [FRIDAY + 3 * DAY, FRIDAY + 7 * DAY, FRIDAY + 7 * DAY + timedelta(hours=1)]

    sent = [tend(session, at) for at in moments]

    assert sent == [0, 0, 1, 0, 0, 1, 0]
    assert len(letters(session, "approval_digest")) == 2
    answer(session, tasks(session, application)[0], at=FRIDAY + 8 * DAY)
    assert tend(session, FRIDAY + 14 * DAY) == 0


def test_what_ends_before_the_next_friday_is_told_at_once(world: World, session: Session) -> None:
    ask_for(session, world, replace(SIGNED, days=3))
    application = begun(session, world)
    applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)

    at = FRIDAY + timedelta(hours=13)  # the mail of this week has gone, and three days end before the next
    assert [tend(session, at + n * timedelta(minutes=1)) for n in range(3)] == [1, 0, 0]

    assert len(letters(session, "approval_request")) == 1


def test_the_weekly_mail_says_who_would_be_above_all_of_the_time(world: World, session: Session) -> None:
    """Nils is promised for 65 per cent in each of two applications, which wait for the same head."""
    head = replace(SIGNED, voided_by=())
    known = ask_for(session, world, head)
    ask_for(session, world, head, questions=(*known.questions[:-1], HEAD, TIME, ROOMS, NOTE))
    for place, who in enumerate((world.researcher, world.other_researcher)):
        application = begun(session, world, title=f"Project {place}", who=who)
        write(session, application, "time", ["Nils Påhittad", "65", "x"])
        applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)

    tend(session, AFTER_CLOSING)

    (letter,) = letters(session, "approval_digest")
    assert [item["title"] for item in letter.values["items"]] == ["Project 0", "Project 1"]
    head_id = letter.person_id
    words = session.get_one(Person, head_id).locale
    assert letter.values["above_full"][0].startswith("With this, Nils" if words == "en" else "Med detta skulle Nils")
    assert "130" in letter.values["above_full"][0] and letter.values["promised"] == []
    assert head_id is not None
    own = queries.asked_in(session, queries.own_tasks(head_id))
    answer(session, own[0].task, at=AFTER_CLOSING)
    known = commitments.commitments(session, queries.asked_in(session, queries.own_tasks(head_id)), AFTER_CLOSING)
    assert telling.promised_in(known, AFTER_CLOSING, "Europe/Stockholm") == (Money(90_000_000, "SEK"),)
    assert telling.promised_in(known, AFTER_CLOSING + 365 * DAY, "Europe/Stockholm") == ()  # signed last year
    assert {one.number for one in telling.above_full(known)} == {"130"}  # what is signed counts as well
    answer(session, own[1].task, "no", because="Nils has no time.", at=AFTER_CLOSING)
    known = commitments.commitments(session, queries.asked_in(session, queries.own_tasks(head_id)), AFTER_CLOSING)
    assert telling.above_full(known) == ()


def test_nobody_is_reminded_more_than_three_times_nor_after_answering(world: World, session: Session) -> None:
    ask_for(session, world, replace(SIGNED, days=30), reminders=(3, 5, 6, 10, 20))
    application = begun(session, world)
    applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)

    for hours in range(0, 32 * 24, 6):
        tend(session, AFTER_CLOSING + timedelta(hours=hours))

    assert len(letters(session, "approval_reminder")) == 3


def test_before_the_deadline_a_head_is_not_written_to_once_for_each_application(world: World, session: Session) -> None:
    ask_for(session, world, replace(SIGNED, window=Window.BEFORE_CLOSING, voided_by=()))
    for who in (world.researcher, world.other_researcher):
        asked(session, begun(session, world, who=who))
    assert len(letters(session, "approval_request")) == 1

    tend(session, BEFORE_CLOSING + DAY)

    assert [len(letter.values["items"]) for letter in letters(session, "approval_request")] == [1, 1]
