"""One person with many addresses, and two records of one person that become one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application, ApplicationSide
from app.applications.team.models import ApplicationMember, Right
from app.identities import merging, proofs
from app.identities import services as identities
from app.identities.models import EmailAddress, LoginSession, Person, PersonalLink, Profile, Role, RoleGrant
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Refused
from app.reviews.conflicts import closed_people
from app.reviews.models import ConflictAnswer
from app.trail.models import TrailEntry
from app.trail.services import verify
from app.workflow.vocabulary import Move
from tests import stages
from tests.teams import accepted, acting, invited
from tests.world import AFTER_CLOSING, ANNOUNCED, BEFORE_CLOSING, World

MINUTE = timedelta(minutes=1)
AT = BEFORE_CLOSING
YLVA, YLVAS = "ylva@ki.example", "ylva@private.example"
KEY = "a key"
NOBODY = Acting(None, "test", frozenset())


def digits(asked: proofs.Asked) -> str:
    return proofs.digits_of(KEY, asked.code_id)


def proved(session: Session, secret: str, *addresses: str) -> None:
    for address in addresses:
        asked = proofs.ask_code(session, secret, address, key=KEY, at=AT)
        assert proofs.prove(session, secret, address, digits(asked), at=AT)


@pytest.fixture
def secret(world: World, session: Session) -> str:
    """Ylva's browser."""
    return identities.start_session(session, world.researcher, at=AT)


@pytest.fixture
def other(session: Session, world: World) -> Person:
    """Ylva's other record."""
    return identities.make_person(session, "Y. Exempelsson", YLVAS, at=ANNOUNCED)


def merge(session: Session, secret: str, address: str = YLVAS) -> None:
    merging.merge_people(session, secret, address, by=NOBODY, at=AT)


# --- Proving -------------------------------------------------------------------------------------------------------


def test_an_address_is_mine_once_its_code_was_written_in_the_same_browser(
    world: World, session: Session, secret: str
) -> None:
    elsewhere = identities.start_session(session, world.researcher, at=AT)
    asked = proofs.ask_code(session, secret, " Ylva@Private.example ", key=KEY, at=AT)
    assert not proofs.prove(session, elsewhere, YLVAS, digits(asked), at=AT)
    with pytest.raises(Refused):
        proofs.add_address(session, secret, YLVAS, at=AT)
    assert proofs.prove(session, secret, YLVAS, f"{digits(asked)[:3]} {digits(asked)[3:]}", at=AT)
    with pytest.raises(Refused):
        proofs.add_address(session, elsewhere, YLVAS, at=AT)

    proofs.add_address(session, secret, YLVAS, at=AT)
    assert identities.find_or_make_person(session, "Whoever", YLVAS, at=AT).id == world.researcher
    assert identities.primary_address(session, world.researcher) == YLVA


def test_a_code_is_worth_five_tries_and_half_an_hour(secret: str, session: Session) -> None:
    asked = proofs.ask_code(session, secret, YLVAS, key=KEY, at=AT)
    wrong = "000000" if digits(asked) != "000000" else "111111"
    assert not any(proofs.prove(session, secret, YLVAS, wrong, at=AT) for _ in range(5))
    assert not proofs.prove(session, secret, YLVAS, digits(asked), at=AT)
    asked = proofs.ask_code(session, secret, YLVAS, key=KEY, at=AT)
    assert not proofs.prove(session, secret, YLVAS, digits(asked), at=AT + 31 * MINUTE)
    asked = proofs.ask_code(session, secret, YLVAS, key=KEY, at=AT)
    assert proofs.prove(session, secret, YLVAS, digits(asked), at=AT + 29 * MINUTE)
    assert not proofs.is_proved(session, secret, YLVAS, at=AT + 60 * MINUTE)


def test_codes_are_not_asked_for_without_end_and_not_through_a_link(
    world: World, session: Session, secret: str
) -> None:
    with pytest.raises(Refused):
        for number in range(20):
            proofs.ask_code(session, secret, f"a{number}@made-up.example", key=KEY, at=AT)
    with pytest.raises(Refused) as of_the_day:
        for number in range(30):
            proofs.ask_code(session, secret, YLVAS, key=KEY, at=AT + (number + 1) * 20 * MINUTE)
    assert "today" in of_the_day.value.problems[0].message
    link = identities.make_link(session, identities.LinkPurpose.PARTNER, world.researcher, YLVA, at=AT)
    confined = identities.start_session(session, world.researcher, at=AT, link_id=link.id)
    with pytest.raises(NotFound):
        proofs.ask_code(session, confined, YLVAS, key=KEY, at=AT)


def test_mail_goes_where_i_say_and_the_last_address_stays(world: World, session: Session, secret: str) -> None:
    proved(session, secret, YLVAS)
    added = proofs.add_address(session, secret, YLVAS, at=AT)
    first = next(row for row in proofs.addresses_of(session, world.researcher) if row.is_primary)
    with pytest.raises(Refused):
        proofs.remove_address(session, world.researcher, first.id)
    strangers = identities.start_session(session, world.outsider, at=AT)
    with pytest.raises(NotFound):
        proofs.make_primary(session, strangers, added.id, at=AT)
    with pytest.raises(NotFound):
        proofs.remove_address(session, world.outsider, added.id)
    with pytest.raises(Refused) as borrowed:
        proofs.make_primary(session, secret, added.id, at=AT)
    assert borrowed.value.problems[0].code == "present_first"
    proved(session, secret, YLVA)
    proofs.make_primary(session, secret, added.id, at=AT)
    proofs.remove_address(session, world.researcher, first.id)
    assert [row.address for row in proofs.addresses_of(session, world.researcher)] == [YLVAS]


# --- Merging -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacks", ["the other", "the own", "both", "in time", "in this browser"])
def test_nothing_is_merged_before_both_addresses_are_proved_here(
    world: World, session: Session, secret: str, other: Person, lacks: str
) -> None:
    elsewhere = identities.start_session(session, world.researcher, at=AT)
    for address, left in ((YLVAS, "the other"), (YLVA, "the own")):
        if lacks not in (left, "both"):
            proved(session, elsewhere if lacks == "in this browser" else secret, address)
    at = AT + 40 * MINUTE if lacks == "in time" else AT
    with pytest.raises(Refused) as no:
        merging.merge_people(session, secret, YLVAS, by=NOBODY, at=at)
    assert {problem.code for problem in no.value.problems} == {"not_proved"}
    assert other.merged_into is None


def test_everything_follows_and_the_old_record_says_what_it_became(
    world: World, session: Session, secret: str, other: Person
) -> None:
    draft = stages.draft(session, world, who=world.other_researcher)
    member = accepted(session, draft, Right.READ, who=("Y.", YLVAS))
    submitted = stages.submitted(session, world, title="Another", who=other.id)
    theirs = stages.submitted(session, world, title="Not hers", who=world.other_researcher)
    session.add(ConflictAnswer(person_id=other.id, application_id=theirs.id, has_conflict=True, reason="x", at=AT))
    session.add(
        ConflictAnswer(person_id=world.researcher, application_id=theirs.id, has_conflict=False, reason="", at=AT)
    )
    session.add(Profile(person_id=other.id, orcid="0000-0002-1825-0097", phone="1"))
    identities.grant_role(session, other, Role.ADMINISTRATOR, at=AT)
    browser = identities.start_session(session, other.id, at=AT)
    proved(session, secret, YLVA, YLVAS)
    merge(session, secret)

    assert (member.person_id, submitted.lead_person_id) == (world.researcher, world.researcher)
    assert closed_people(session, theirs.id, [world.researcher]) == {world.researcher}
    assert session.scalar(select(func.count()).select_from(ConflictAnswer).execution_options(scoped=True)) == 1
    assert {row.address for row in proofs.addresses_of(session, world.researcher)} == {YLVA, YLVAS}
    assert identities.primary_address(session, world.researcher) == YLVA
    profile = session.get_one(Profile, world.researcher)
    assert (profile.orcid, profile.phone) == ("0000-0002-1825-0097", "1")
    assert session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == world.researcher)).all() == [
        Role.ADMINISTRATOR
    ]
    assert (other.merged_into, other.disabled_at) == (world.researcher, AT)
    ended = select(LoginSession.ended_at).where(LoginSession.secret_hash == identities.hash_of(browser))
    assert session.scalar(ended) == AT
    open_links = select(PersonalLink.id).where(PersonalLink.person_id == other.id, PersonalLink.revoked_at.is_(None))
    assert session.scalars(open_links).all() == []
    entry = session.scalars(select(TrailEntry).where(TrailEntry.verb == "merge-people")).one()
    assert (entry.subject_id, entry.payload["was"]) == (world.researcher, str(other.id))
    assert verify(session).breaks == ()


def test_every_column_that_refers_to_a_person_is_moved_but_what_may_never_change(
    world: World, session: Session, secret: str, other: Person
) -> None:
    application = stages.draft(session, world, who=other.id)
    accepted(session, application, Right.EDIT)
    stages.confirm(session, application)
    applying.take(session, application, Move.SUBMIT, by=acting(session, other.id, application), at=AT)
    proved(session, secret, YLVA, YLVAS)
    merge(session, secret)

    left = {
        f"{table.name}.{column.name}"
        for table, column in merging.referring()
        if session.scalar(select(func.count()).select_from(table).where(column == other.id))
    }
    kept = {"application_step.by_person_id", "submission.submitted_by", "answer_version.by_person_id"}
    assert left - kept <= {"login_session.person_id", "personal_link.person_id"}
    names = {table.name for table, _ in merging.referring()}
    assert {"application_member", "panel_member", "letter", "approval_task"} <= names - merging.KEEPING - merging.OWN


def test_what_the_database_keeps_from_changing_is_known_to_merging(session: Session) -> None:
    """A new table that refuses changes and names people must be named in `KEEPING`."""
    if session.get_bind().dialect.name == "sqlite":
        found = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%BEFORE UPDATE%'"
    else:
        found = "SELECT event_object_table FROM information_schema.triggers WHERE event_manipulation = 'UPDATE'"
    guarded = set(session.execute(text(found)).scalars())
    assert guarded & {table.name for table, _ in merging.referring()} == merging.KEEPING


def test_one_who_judges_is_not_one_who_applies(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    stages.in_review(session, world, application)
    rut = world.reviewers[0]
    secret = identities.start_session(session, world.researcher, at=AT)
    address = stages.address_of(session, rut)
    proved(session, secret, YLVA, address)
    with pytest.raises(Refused) as no:
        merge(session, secret, address)
    assert [(problem.code, problem.holder) for problem in no.value.problems] == [("incompatible_parts", "coordinator")]
    assert session.get_one(Person, rut).merged_into is None


def test_two_who_lead_parts_of_one_application_or_two_panels_stay_two(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    stages.in_review(session, world, application)
    partner = session.scalars(
        scoped(select(ApplicationSide.lead_person_id).where(ApplicationSide.side_key == "mayo"))
    ).one()
    for stays, goes in ((world.researcher, partner), (world.reviewers[0], world.reviewers[2])):
        secret = identities.start_session(session, stays, at=AT)
        address = stages.address_of(session, goes)
        proved(session, secret, stages.address_of(session, stays), address)
        with pytest.raises(Refused):
            merge(session, secret, address)


def test_a_closed_record_is_not_taken_over(world: World, session: Session, secret: str, other: Person) -> None:
    other.disabled_at = AT
    session.flush()
    proved(session, secret, YLVA, YLVAS)
    with pytest.raises(Refused) as no:
        merge(session, secret)
    assert [problem.code for problem in no.value.problems] == ["is_closed"]


def test_invited_twice_under_two_addresses_is_one_member_with_the_greater_right(
    world: World, session: Session, other: Person, secret: str
) -> None:
    draft = stages.draft(session, world, who=world.other_researcher)
    accepted(session, draft, Right.READ, who=("Ylva", YLVA))
    accepted(session, draft, Right.EDIT, who=("Y.", YLVAS))
    own = stages.draft(session, world)
    invited(session, own, who=("Y.", YLVAS))
    proved(session, secret, YLVA, YLVAS)
    merge(session, secret)

    rows = session.scalars(scoped(select(ApplicationMember))).all()
    assert [(row.application_id, row.person_id, row.may) for row in rows] == [(draft.id, world.researcher, Right.EDIT)]
    assert acting(session, world.researcher, draft).hats
    assert session.scalar(scoped(select(func.count()).select_from(Application))) == 2


def test_a_rule_that_only_the_database_knows_keeps_two_people_two(
    world: World, session: Session, secret: str, other: Person
) -> None:
    """One has asked for an extension and the other has agreed to it: that took two."""
    from app.applications.models import Extension

    session.add(
        Extension(
            call_id=world.call, side_key="ki", from_instant=AT, to_instant=AFTER_CLOSING, reason="x",
            asked_by=world.researcher, asked_at=AT, agreed_by=other.id, agreed_at=AT,
        )
    )  # fmt: skip
    session.flush()
    proved(session, secret, YLVA, YLVAS)
    with pytest.raises(Refused) as no:
        merge(session, secret)
    assert [problem.code for problem in no.value.problems] == ["incompatible_parts"]
    count = select(func.count()).select_from(EmailAddress).where(EmailAddress.person_id == other.id)
    assert (session.scalar(count), other.merged_into) == (1, None)


def test_nobody_is_merged_with_oneself_or_a_stranger(secret: str, session: Session) -> None:
    proved(session, secret, YLVA, "free@made-up.example")
    for address in (YLVA, "free@made-up.example"):
        with pytest.raises(NotFound):
            merge(session, secret, address)
