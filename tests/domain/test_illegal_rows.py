"""The database itself refuses rows that may not be, whatever the code above it forgets."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.applications.approvals.models import ApprovalEntry
from app.applications.checking.models import CheckCondition, Flag, FlagKind
from app.applications.letters.models import InvitedLetter, Sought
from app.applications.models import Application, ApplicationStep, BudgetYear, KeptMail, MailType, Nomination
from app.applications.team.models import ApplicationMember, DraftComment
from app.awards.models import Award, Tranche
from app.communications.models import Subscription
from app.decisions.models import JointDecision, OutlineDecision
from app.decisions.rules import Outcome
from app.identities import services as identities
from app.identities.models import CareerLeave, EmailAddress, Leave, LinkCode, LinkPurpose
from app.identities.proofs import ask_code
from app.identities.services import start_session
from app.kernel.database import scoped
from app.notices.models import Notice
from app.reviews.models import Panel, PanelTurn, Rejoinder
from app.workflow.vocabulary import Move, State
from tests import light as files
from tests import stages
from tests.approving import READY, answer, ask_for, asked, begun, tasks
from tests.teams import accepted
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World


def refused(session: Session, deed: object, constraint: str) -> None:
    """Run it; the database must say no, and for this reason (a pattern: SQLite names columns, PostgreSQL indexes)."""
    with pytest.raises(IntegrityError) as no, session.begin_nested():
        if isinstance(deed, str):
            session.execute(text(deed))
        else:
            session.add(deed)
            session.flush()
    assert re.search(constraint, str(no.value.orig)), no.value.orig
    session.expunge_all()


def copied(table: Table, **other: str) -> str:
    """SQL that inserts each row once more, under a new id, with other values in some columns."""
    names = [column.name for column in table.columns]
    values = [other.get(name, f'"{name}"') for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table.name} ({columns}) SELECT {', '.join(values)} FROM {table.name}"


@pytest.fixture
def application(world: World, session: Session) -> Application:
    return stages.submitted(session, world)


APPLICATION: Table = Application.__table__  # type: ignore[assignment]
ENTRY: Table = ApprovalEntry.__table__  # type: ignore[assignment]
NEW = {"id": f"'{uuid4()}'", "number": "2", "reference": "'MKB-27-0002'"}


def test_a_state_that_there_is_not(application: Application, session: Session) -> None:
    refused(session, "UPDATE application SET state = 'flying'", "ck_application_state")
    refused(session, copied(APPLICATION, **NEW, state="'flying'"), "ck_application_state")
    session.execute(text(copied(APPLICATION, **NEW, state="'eligible'")))  # but for its state, the copy may be
    assert session.scalar(text("SELECT count(*) FROM application")) == 2


@pytest.mark.parametrize("column", ["submitted_at", "reference"])
def test_a_submission_without_its_time_or_its_reference(
    application: Application, session: Session, column: str
) -> None:
    refused(session, f"UPDATE application SET {column} = NULL", f"ck_application_{column}_kept")
    refused(session, copied(APPLICATION, **NEW | {column: "NULL"}), f"ck_application_{column}_kept")
    session.execute(text(f"UPDATE application SET state = 'draft', {column} = NULL"))


def test_a_second_application_of_the_same_reference_or_number(application: Application, session: Session) -> None:
    refused(session, copied(APPLICATION, **NEW | {"reference": '"reference"'}), r"application[._]reference")
    refused(session, copied(APPLICATION, **NEW | {"number": '"number"'}), r"application.*number")


def test_two_amounts_under_one_cost_of_a_year(application: Application, session: Session) -> None:
    side = stages.side_of(session, application.id, "ki")
    for cost in ("travel", "salaries"):
        session.add(BudgetYear(application_side_id=side.id, year=1, cost=cost, amount_minor=1, currency="SEK"))
    session.flush()
    twice = BudgetYear(application_side_id=side.id, year=1, cost="travel", amount_minor=1, currency="SEK")
    refused(session, twice, r"budget_year[._].*year")


def test_a_side_that_stays_away_and_is_led_by_somebody(application: Application, session: Session) -> None:
    refused(session, "UPDATE application_side SET takes_part = false", "ck_application_side_absent_is_led_by_nobody")
    person = "(SELECT id FROM person LIMIT 1)"
    earlier = f"UPDATE application_side SET earlier_lead_id = {person}"
    refused(session, earlier, "ck_application_side_earlier_lead_of_absent")
    absent = "UPDATE application_side SET confirmed_at = NULL, lead_person_id = NULL, takes_part = false"
    session.execute(text(f"{absent}, earlier_lead_id = {person}"))


def test_a_least_amount_below_zero(application: Application, session: Session) -> None:
    refused(session, "UPDATE application_side SET least_minor = -1", "ck_application_side_least_not_negative")
    session.execute(text("UPDATE application_side SET least_minor = 0"))


def test_an_award_of_which_more_is_indirect_than_there_is(application: Application, session: Session) -> None:
    award = Award(application_id=application.id, at=AFTER_CLOSING)
    session.add(award)
    session.flush()

    def tranche(indirect: int) -> Tranche:
        return Tranche(
            award_id=award.id,
            side_key="ki",
            year=1,
            amount_minor=5,
            indirect_minor=indirect,
            currency="SEK",
            is_gated=False,
            released_at=AFTER_CLOSING,
        )

    kept = award.id
    for indirect in (-1, 6):
        refused(session, tranche(indirect), "ck_tranche_indirect_within")
    session.add(Tranche(**{**_row(tranche(5)), "award_id": kept}))
    session.flush()


def _row(tranche: Tranche) -> dict[str, object]:
    return {column.key: getattr(tranche, column.key) for column in Tranche.__table__.columns if column.key != "id"}


def test_a_negative_budget(application: Application, session: Session) -> None:
    refused(session, "UPDATE budget_year SET amount_minor = -1", "ck_budget_year_not_negative")
    side = stages.side_of(session, application.id, "ki")
    year = BudgetYear(application_side_id=side.id, year=3, amount_minor=-1, currency="SEK")
    refused(session, year, "ck_budget_year_not_negative")
    session.execute(text("UPDATE budget_year SET amount_minor = 0"))


def test_a_tranche_that_waits_without_a_gate(application: Application, session: Session) -> None:
    award = Award(application_id=application.id, at=AFTER_CLOSING)
    session.add(award)
    session.flush()

    def tranche(year: int, is_gated: bool, amount: int = 100, is_released: bool = False) -> Tranche:
        return Tranche(
            award_id=award.id,
            side_key="ki",
            year=year,
            amount_minor=amount,
            currency="SEK",
            is_gated=is_gated,
            released_at=AFTER_CLOSING if is_released else None,
        )

    refused(session, tranche(1, is_gated=False), "ck_tranche_only_gates_wait")
    refused(session, tranche(1, is_gated=True, amount=-1), "ck_tranche_(not_negative|indirect_within)")
    session.add_all([tranche(1, is_gated=False, is_released=True), tranche(2, is_gated=True)])
    session.flush()
    refused(session, tranche(2, is_gated=True), r"tranche.*year")
    refused(session, "UPDATE tranche SET released_at = NULL", "ck_tranche_only_gates_wait")


def test_a_second_decision_while_the_first_is_valid(world: World, session: Session, application: Application) -> None:
    def decision() -> JointDecision:
        return JointDecision(
            application_id=application.id,
            outcome=Outcome.DECLINE,
            model="both_recommend",
            proposed="decline",
            reasons="",
            feedback="x",
            took_part="x",
            by_person_id=world.ki_coordinator,
            at=AFTER_CLOSING,
        )

    session.add(decision())
    session.flush()
    refused(session, decision(), r"joint_decision[._](application_id|valid)")
    refused(session, "UPDATE joint_decision SET outcome = 'perhaps'", "ck_joint_decision_outcome")
    valid = session.scalars(scoped(select(JointDecision))).one()
    valid.superseded_at = AFTER_CLOSING
    session.flush()
    session.add(decision())
    session.flush()


def test_two_primary_addresses_and_an_address_of_two_people(world: World, session: Session) -> None:
    def address(text: str, is_primary: bool) -> EmailAddress:
        return EmailAddress(person_id=world.researcher, address=text, is_primary=is_primary, created_at=AFTER_CLOSING)

    refused(session, address("second@ki.example", is_primary=True), r"email_address[._](person_id|primary)")
    refused(session, address("otto@ki.example", is_primary=False), r"email_address[._]address")
    session.add(address("second@ki.example", is_primary=False))
    session.flush()


def test_a_letter_to_nobody_and_to_two_readers(application: Application, session: Session) -> None:
    asked = Subscription(
        address="a@b.example", subject="list:{}", days_before=7, locale="en", zone="UTC", created_at=AFTER_CLOSING
    )
    session.add(asked)
    session.flush()
    refused(session, "UPDATE letter SET person_id = NULL", "ck_letter_one_reader")
    refused(session, "UPDATE letter SET subscription_id = (SELECT id FROM subscription)", "ck_letter_one_reader")


def test_a_reminder_so_many_days_before_that_it_would_never_come(session: Session) -> None:
    for days in (0, 61):
        asked = Subscription(
            address="a@b.example",
            subject="list:{}",
            days_before=days,
            locale="en",
            zone="UTC",
            created_at=AFTER_CLOSING,
        )
        refused(session, asked, "ck_subscription_days_before")


def test_a_nomination_with_half_an_answer(world: World, session: Session, application: Application) -> None:
    def row(is_nominated: bool | None, answered: bool) -> Nomination:
        who, at = (world.mayo_coordinator, AFTER_CLOSING) if answered else (None, None)
        return Nomination(
            application_id=application.id, side_key="mayo", asked_by=world.researcher, asked_at=AFTER_CLOSING,
            is_nominated=is_nominated, answered_by=who, answered_at=at,
        )  # fmt: skip

    refused(session, row(None, answered=True), "one_answer")
    refused(session, row(True, answered=False), "one_answer")
    session.add(row(None, answered=False))
    session.flush()
    refused(session, row(None, answered=False), r"uq_nomination|nomination\.side_key")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("size = 0", "ck_attachment_not_empty"),
        ("pages = 0", "ck_attachment_pages"),
        ("sha256 = '../../etc'", "ck_attachment_sha256"),
        ("removed_at = added_at", "ck_attachment_removed_by_somebody"),
        ("scan = 'perhaps'", "ck_attachment_scan"),
        ("scan = 'clean'", "ck_attachment_scanned_at_kept"),
        ("scan = 'refused', scanned_at = added_at", "ck_attachment_refused_for_something"),
    ],
)
def test_a_file_that_may_not_be(world: World, session: Session, tmp_path: Path, change: str, constraint: str) -> None:
    files.give(session, world, files.begin(session, world), files.bring(tmp_path, files.pdf(1)))
    refused(session, f"UPDATE attachment SET {change}", constraint)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("programme_key = 'sinf'", "ck_notice_one_aim"),
        ("ends_at = changed_at", "ck_notice_ends_later"),
        ("seeks = ''", "ck_notice_says_something"),
        ("hidden_at = changed_at", "ck_notice_hidden_by_somebody"),
        ("hidden_at = changed_at, hidden_by = person_id", "ck_notice_hidden_by_somebody"),
    ],
)
def test_a_notice_that_may_not_be(world: World, session: Session, change: str, constraint: str) -> None:
    words = {"topic": "Dormancy", "brings": "A cohort", "seeks": "A model", "call_id": world.call}
    at, later = BEFORE_CLOSING, AFTER_CLOSING
    session.add(Notice(person_id=world.researcher, created_at=at, changed_at=at, ends_at=later, **words))
    session.flush()
    refused(session, f"UPDATE notice SET {change}", constraint)


@pytest.mark.parametrize(
    ("deed", "constraint"),
    [
        ("UPDATE approval_task SET who = 'passer_by'", "ck_approval_task_who"),
        ("UPDATE approval_task SET \"window\" = 'always'", "ck_approval_task_window"),
        ("UPDATE approval_task SET for_person_id = person_id", "ck_approval_task_not_for_oneself"),
        ("UPDATE approval_task SET until = asked_at", "ck_approval_task_ends_later"),
    ],
)
def test_a_task_that_cannot_be(world: World, session: Session, deed: str, constraint: str) -> None:
    ask_for(session, world, READY)
    asked(session, begun(session, world))
    refused(session, deed, constraint)


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("kind", "'forgotten'", "ck_approval_entry_kind"),
        ("answer", "'maybe'", "ck_approval_entry_answer"),
        ("kind", "'asked'", "ck_approval_entry_answer_given"),
        ("sha256", "NULL", "ck_approval_entry_what_was_answered"),
        ("name_given", "NULL", "ck_approval_entry_name_was_given"),
        ("position", "position", "uq_approval_entry_task_id_position|approval_entry.task_id, approval_entry.position"),
    ],
)
def test_an_answer_without_all_that_makes_it_one(
    world: World, session: Session, column: str, value: str, constraint: str
) -> None:
    ask_for(session, world, READY)
    application = begun(session, world)
    asked(session, application)
    answer(session, tasks(session, application)[0], at=BEFORE_CLOSING)
    other = {"id": f"'{uuid4().hex}'" if session.get_bind().dialect.name == "sqlite" else f"'{uuid4()}'", column: value}
    if column != "position":
        other["position"] = "9"

    row = "asked" if value == "'forgotten'" else "answered"  # of two broken rules, databases name different ones
    refused(session, f"{copied(ENTRY, **other)} WHERE kind = '{row}'", constraint)


def test_stages_that_there_are_not(application: Application, session: Session) -> None:
    refused(session, "UPDATE panel SET stage = 'third'", "ck_panel_stage")
    refused(session, "UPDATE panel SET sees_others = 'sometimes'", "ck_panel_sees_others")
    step = ApplicationStep(
        application_id=application.id,
        position=9,
        move=Move.SUBMIT,
        start=State.DRAFT,
        end=State.SUBMITTED,
        by_name="Nobody",
        at=AFTER_CLOSING,
    )
    columns = copied(ApplicationStep.__table__, id=f"'{uuid4()}'", position="8", move="'jump'")  # type: ignore[arg-type]
    refused(session, columns, "ck_application_step_move")
    session.add(step)  # but for its move, the step may be
    session.flush()


def test_a_panel_that_waits_for_itself(application: Application, session: Session) -> None:
    panel = session.scalars(select(Panel)).first()
    assert panel is not None
    refused(session, PanelTurn(panel_id=panel.id, after_id=panel.id), "ck_panel_turn_not_itself")


def test_a_window_that_closes_before_it_opens_and_a_second_answer(application: Application, session: Session) -> None:
    closes = AFTER_CLOSING + timedelta(days=1)
    upside_down = Rejoinder(application_id=application.id, opened_at=closes, closes_at=AFTER_CLOSING, text="")
    refused(session, upside_down, "ck_rejoinder_some_time")
    session.add(Rejoinder(application_id=application.id, opened_at=AFTER_CLOSING, closes_at=closes, text=""))
    session.flush()
    again = Rejoinder(application_id=application.id, opened_at=AFTER_CLOSING, closes_at=closes, text="")
    refused(session, again, r"rejoinder.*application_id")


def test_two_valid_decisions_on_one_outline(world: World, application: Application, session: Session) -> None:
    def decision() -> OutlineDecision:
        return OutlineDecision(
            application_id=application.id,
            is_invited=True,
            reasons="",
            feedback="Short.",
            by_person_id=world.ki_coordinator,
            at=AFTER_CLOSING,
        )

    session.add(decision())
    session.flush()
    refused(session, decision(), r"uq_outline_decision_valid|outline_decision.application_id")


def test_a_member_who_may_not_be(world: World, session: Session) -> None:
    accepted(session, stages.draft(session, world))
    for change, constraint in (
        ("may = 'rule'", "may"),
        ("role = 'boss'", "role"),
        ("may = 'submit', side_key = 'ki'", "submits_the_whole"),
        ("invited_by = person_id", "not_by_oneself"),
        ("declined_at = invited_at, declined_because = 'x'", "one_answer"),
        ("accepted_at = NULL, declined_at = invited_at", "declined_with_a_sentence"),
        ("ended_at = invited_at", "ended_by_somebody"),
        ("took_part_since = NULL", "accepted_is_remembered"),
    ):
        refused(session, f"UPDATE application_member SET {change}", f"ck_application_member_{constraint}")
    refused(session, copied(ApplicationMember.__table__, id=NEW["id"]), r"application_member.*application_id")  # type: ignore[arg-type]


def test_a_comment_that_says_nothing_or_an_answer_that_is_done(world: World, session: Session) -> None:
    draft = stages.draft(session, world)
    session.add(
        DraftComment(
            application_id=draft.id, question_key="x", text="x", written_by=world.researcher, written_at=BEFORE_CLOSING
        )
    )
    session.flush()
    for change, constraint in (
        ("text = ''", "not_empty"),
        ("resolved_at = written_at", "resolved_by_somebody"),
        ("answers_id = id, resolved_at = written_at, resolved_by = written_by", "answers_are_not_resolved"),
    ):
        refused(session, f"UPDATE draft_comment SET {change}", f"ck_draft_comment_{constraint}")


def test_a_merged_record_that_is_open_and_months_without_end(world: World, session: Session) -> None:
    other = "(SELECT id FROM person WHERE name = 'Nemo Nobody')"
    person = f"UPDATE person SET merged_into = {other}"
    refused(session, f"{person} WHERE name = 'Otto Påhitt'", "ck_person_merged_is_closed")
    itself = f"{person}, disabled_at = created_at WHERE name = 'Nemo Nobody'"
    refused(session, itself, "ck_person_not_into_itself")
    for months, kind in ((0, Leave.ILLNESS), (241, Leave.PARENTAL)):
        refused(session, CareerLeave(person_id=world.researcher, kind=kind, months=months), "ck_career_leave_months")
    secret = start_session(session, world.researcher, at=BEFORE_CLOSING)
    ask_code(session, secret, "a@made-up.example", key="a key", at=BEFORE_CLOSING)
    refused(session, "UPDATE address_proof SET tries = -1", "ck_address_proof_tries")
    refused(
        session, "UPDATE address_proof SET proved_at = '2000-01-01 00:00:00+00:00'", "ck_address_proof_proved_later"
    )


def test_the_parts_of_a_file_are_placed_by_somebody_at_some_time(
    world: World, session: Session, tmp_path: Path
) -> None:
    files.give(session, world, files.begin(session, world), files.bring(tmp_path, files.pdf(2)))

    refused(session, "UPDATE attachment SET first_pages = '{}'", "placed_once_said")
    refused(session, "UPDATE attachment SET first_pages = '{}', placed_at = added_at", "placed_by_somebody")


def test_doors_that_cannot_be(application: Application, session: Session) -> None:
    at, application_id, person_id = AFTER_CLOSING, application.id, application.lead_person_id
    nobody = {"application_id": application_id, "question_key": "q"}
    person = {"person_id": person_id, "invited_by": person_id, "invited_at": at}
    asked = {**nobody, **person, "kind": Sought.LETTER, "text": ""}
    refused(session, InvitedLetter(**asked, came_at=at), "ck_invited_letter_came_from_somebody")
    both = {"came_at": at, "name_given": "N", "declined_at": at}
    refused(session, InvitedLetter(**asked, **both), "ck_invited_letter_one_answer")
    says = {"came_at": at, "name_given": "N", "says_yes": True}
    refused(session, InvitedLetter(**asked, **says), "ck_invited_letter_host_says")
    refused(session, InvitedLetter(**asked, sha256="a" * 64), "ck_invited_letter_whole_file")
    days = {"starts_on": at.date(), "ends_on": at.date() - timedelta(days=1)}
    refused(session, InvitedLetter(**asked, **days), "ck_invited_letter_dates_in_order")
    kept = {"application_id": application_id, "side_key": "ki", "written_by": "N", "written_on": at.date(), "name": "n"}
    kept |= {"recorded_by": person_id, "recorded_by_name": "K", "recorded_at": at, "type": MailType.TXT}
    refused(session, KeptMail(**kept, size=0, sha256="a" * 64), "ck_kept_mail_not_empty")
    refused(session, KeptMail(**kept, size=1, sha256="a"), "ck_kept_mail_sha256")
    where = f"WHERE side_key = 'mayo' AND application_id = '{_id(session, application_id)}'"
    refused(
        session, f"UPDATE application_side SET objected_because = 'x' {where}", "ck_application_side_objected_in_words"
    )
    link = identities.make_link(session, LinkPurpose.PARTNER, person_id, "a@b.example", at=at)
    refused(session, LinkCode(link_id=link.id, created_at=at, expires_at=at, wrong=-1), "ck_link_code_wrong")


def _id(session: Session, key: UUID) -> str:
    return key.hex if session.get_bind().dialect.name == "sqlite" else str(key)


# --- The formal check -----------------------------------------------------------------------------------------------


def flag(application: Application, **more: Any) -> Flag:
    """A question given back to the applicant, as it may stand."""
    values: dict[str, Any] = {
        "application_id": application.id, "question_key": "title_en", "kind": FlagKind.APPLICANT, "text": "Why?",
        "asked_at": AFTER_CLOSING, "asked_by": application.lead_person_id, "until": AFTER_CLOSING,
    }  # fmt: skip
    return Flag(**(values | more))


@pytest.mark.parametrize(
    ("more", "constraint"),
    [
        ({"text": ""}, "says_something"),
        ({"until": None}, "applicant_has_a_date"),
        ({"kind": FlagKind.COLLEAGUE, "until": None}, "colleague_is_named"),
        ({"answered_at": AFTER_CLOSING}, "answered_by_somebody"),
        ({"is_accepted": True}, "decided_one_way"),
    ],
)
def test_a_flagged_question_is_whole(
    application: Application, session: Session, more: dict[str, Any], constraint: str
) -> None:
    refused(session, flag(application, **more), constraint)


def test_a_correction_is_decided_once_by_somebody_after_it_was_given(
    application: Application, session: Session
) -> None:
    person, at = application.lead_person_id, AFTER_CLOSING
    decided = {"decided_at": at, "decided_by": person, "is_accepted": True}
    refused(session, flag(application, **decided), "answered_before_decided")
    given = {"answered_at": at, "answered_by": person}
    refused(session, flag(application, **given, **decided, closed_at=at), "closed_or_decided")
    asked = {"kind": FlagKind.COLLEAGUE, "to_person_id": person, "until": None}
    refused(session, flag(application, **asked, **given, **decided), "only_corrections_are_decided")
    refused(session, flag(application, **given, decided_at=at, is_accepted=True), "decided_by_somebody")


def test_a_condition_says_something_and_is_met_by_somebody(application: Application, session: Session) -> None:
    values: dict[str, Any] = {
        "application_id": application.id, "due": AFTER_CLOSING.date(), "set_at": AFTER_CLOSING,
        "set_by": application.lead_person_id,
    }  # fmt: skip
    refused(session, CheckCondition(**values, text=""), "says_something")
    refused(session, CheckCondition(**values, text="Send it.", met_at=AFTER_CLOSING), "met_by_somebody")
