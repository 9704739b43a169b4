"""The team of an application: inviting gives nothing, the own yes gives a right, and it is gone with the next request."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import reach, scope
from app.access.viewer import Link, Viewer
from app.applications import queries
from app.applications import services as applying
from app.applications.models import Answer, Application
from app.applications.queries import team_of
from app.applications.team import comments, services
from app.applications.team.models import ApplicationMember, MemberRole, Right
from app.communications.models import Letter
from app.identities import services as identities
from app.identities.models import LinkPurpose, Person, PersonalLink, Profile
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.programmes import services as programmes
from app.programmes.definition import OneApplicationRule, Question, QuestionKind, TeamRule, Text
from app.programmes.definition.vocabulary import OneApplication
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews.conflicts import closed_people
from app.reviews.detection import SAME_ORCID, detected
from app.reviews.queries import candidates
from app.reviews.services import name_member
from app.workflow.vocabulary import Hat, Move, State
from tests import stages
from tests.shows import shows
from tests.teams import ASTA, accepted, acting, invited, viewer
from tests.world import AFTER_CLOSING, ANNOUNCED, BEFORE_CLOSING, World, lead

DAY = timedelta(days=1)


@pytest.fixture
def draft(world: World, session: Session) -> Application:
    return stages.draft(session, world)


def kinds(session: Session, person_id: UUID) -> list[str]:
    statement = select(Letter.kind).where(Letter.person_id == person_id).order_by(Letter.created_at, Letter.kind)
    return list(session.scalars(scoped(statement)))


def members(session: Session) -> list[tuple[str, bool, bool]]:
    rows = session.scalars(scoped(select(ApplicationMember)))
    return sorted((str(row.may), row.accepted_at is not None, row.ended_at is not None) for row in rows)


def amend(session: Session, world: World, **changes: Any) -> None:
    call = session.get_one(Call, world.call)
    programmes.add_version(session, call, replace(definition_of(session, call), **changes), at=ANNOUNCED)


# --- Inviting and answering ----------------------------------------------------------------------------------------


def test_an_invitation_gives_nothing_before_it_is_accepted(draft: Application, session: Session) -> None:
    member = invited(session, draft, Right.SUBMIT)

    with pytest.raises(NotFound):
        acting(session, member.person_id, draft)
    assert session.scalars(scoped(scope.ids(scope.applicant_of(viewer(session, member.person_id))))).all() == []
    assert [mate.person_id for mate in team_of(session, draft)].count(member.person_id) == 0
    assert kinds(session, member.person_id) == ["member_invitation"]


@pytest.mark.parametrize(
    ("right", "side", "hats"),
    [
        (Right.READ, None, {Hat.MEMBER}),
        (Right.COMMENT, None, {Hat.MEMBER, Hat.COMMENTER}),
        (Right.EDIT, None, {Hat.MEMBER, Hat.COMMENTER, Hat.CO_EDITOR}),
        (Right.EDIT, "mayo", {Hat.MEMBER, Hat.COMMENTER, Hat.SIDE_EDITOR}),
        (Right.SUBMIT, None, {Hat.MEMBER, Hat.COMMENTER, Hat.CO_EDITOR, Hat.CO_SUBMITTER}),
    ],
)
def test_a_right_is_so_much_and_no_more(
    draft: Application, session: Session, right: Right, side: str | None, hats: set[Hat]
) -> None:
    member = accepted(session, draft, right, side=side)
    found = acting(session, member.person_id, draft)
    assert (found.hats, found.sides) == (frozenset(hats), frozenset({side} if side else ()))


def test_a_no_takes_one_sentence_and_is_told(draft: Application, session: Session) -> None:
    member = invited(session, draft)
    who = reach.team_member(session, viewer(session, member.person_id), member.id).acting
    with pytest.raises(Refused):
        services.answer(session, member, accepts=False, because=" ", by=who, at=BEFORE_CLOSING)
    services.answer(session, member, accepts=False, because="I am at sea.", by=who, at=BEFORE_CLOSING)

    assert (member.declined_because, member.took_part_since) == ("I am at sea.", None)
    assert "member_answer" in kinds(session, draft.lead_person_id)
    with pytest.raises(NotFound):
        acting(session, member.person_id, draft)


@pytest.mark.parametrize("accepts", [True, False])
def test_an_invitation_is_not_answered_once_nothing_is_written_any_more(
    draft: Application, session: Session, accepts: bool
) -> None:
    member = invited(session, draft)
    who = reach.team_member(session, viewer(session, member.person_id), member.id).acting
    stages.confirm(session, draft)
    applying.take(session, draft, Move.SUBMIT, by=lead(draft.lead_person_id), at=BEFORE_CLOSING)

    with pytest.raises(Refused) as no:
        services.answer(session, member, accepts=accepts, because="No.", by=who, at=AFTER_CLOSING)

    assert [problem.code for problem in no.value.problems] == ["not_now"]
    assert (member.accepted_at, member.declined_at, member.took_part_since) == (None, None, None)


def test_whoever_is_invited_again_is_one_member_and_asked_anew(draft: Application, session: Session) -> None:
    member = accepted(session, draft, Right.READ)
    lead_of = acting(session, draft.lead_person_id, draft)
    services.remove_member(session, draft, member, by=lead_of, at=BEFORE_CLOSING)
    again = invited(session, draft, Right.COMMENT)

    assert again.id == member.id
    assert (again.accepted_at, again.may, again.took_part_since is not None) == (None, Right.COMMENT, True)
    with pytest.raises(NotFound):
        acting(session, member.person_id, draft)


def test_nobody_is_invited_who_leads_and_nobody_invites_oneself(
    draft: Application, world: World, session: Session
) -> None:
    partner = stages.side_of(session, draft.id, "mayo").lead_person_id
    assert partner is not None
    for address, code in (
        (stages.address_of(session, draft.lead_person_id), "oneself"),
        ("nowhere", "not_an_address"),
    ):
        with pytest.raises(Refused) as no:
            invited(session, draft, who=("Somebody", address))
        assert [problem.code for problem in no.value.problems] == [code]
    with pytest.raises(Refused) as no:
        invited(session, draft, who=("Ylva", stages.address_of(session, draft.lead_person_id)), side="mayo", by=partner)
    assert [problem.code for problem in no.value.problems] == ["leads_already"]
    with pytest.raises(Refused):
        invited(session, draft, Right.SUBMIT, side="ki")
    assert members(session) == []


def test_a_side_invites_for_itself_only(draft: Application, session: Session) -> None:
    partner = stages.side_of(session, draft.id, "mayo").lead_person_id
    for side in (None, "ki"):
        with pytest.raises(NotAllowed):
            invited(session, draft, side=side, by=partner)
    member = invited(session, draft, side="mayo", by=partner)
    assert member.invited_by == partner
    for somebody_else in (accepted(session, draft, Right.SUBMIT, who=("Sven", "sven@ki.example")).person_id,):
        by = acting(session, somebody_else, draft)
        for deed in (
            lambda by=by: services.remove_member(session, draft, member, by=by, at=BEFORE_CLOSING),
            lambda by=by: services.change_right(session, draft, member, Right.READ, by=by, at=BEFORE_CLOSING),
        ):
            with pytest.raises(NotAllowed):
                deed()
    assert member.may is Right.EDIT


def test_the_lead_changes_and_removes_whom_a_side_invited_but_not_the_other_way(
    draft: Application, session: Session
) -> None:
    partner = stages.side_of(session, draft.id, "mayo").lead_person_id
    assert partner is not None
    theirs = accepted(session, draft, side="mayo", by=partner)
    ours = accepted(session, draft, who=("Sven", "sven@ki.example"))
    services.change_right(
        session, draft, theirs, Right.READ, by=acting(session, draft.lead_person_id, draft), at=BEFORE_CLOSING
    )
    with pytest.raises(NotAllowed):
        services.remove_member(session, draft, ours, by=acting(session, partner, draft), at=BEFORE_CLOSING)
    assert theirs.may is Right.READ
    assert kinds(session, theirs.person_id) == ["member_change", "member_invitation"]


@pytest.mark.parametrize("how", ["left", "removed"])
def test_who_left_or_was_removed_has_nothing_from_the_next_request_on(
    draft: Application, session: Session, how: str
) -> None:
    member = accepted(session, draft)
    link = session.scalars(select(PersonalLink).where(PersonalLink.subject_id == member.id)).one()
    who = viewer(session, member.person_id)
    by_link = Viewer(who.person_id, who.name, "en", who.zone, link=Link(link.id, link.purpose, member.id, "x"))
    assert reach.application(session, by_link, draft.id).acting.hats
    if how == "left":
        services.leave(session, member, by=acting(session, member.person_id, draft), at=BEFORE_CLOSING)
    else:
        services.remove_member(
            session, draft, member, by=acting(session, draft.lead_person_id, draft), at=BEFORE_CLOSING
        )

    for each in (who, by_link):
        with pytest.raises(NotFound):
            reach.application(session, each, draft.id)
        with pytest.raises(NotFound):
            reach.team_member(session, each, member.id)
    assert link.revoked_at is not None


def test_a_link_of_one_team_opens_no_other_application(world: World, draft: Application, session: Session) -> None:
    other = stages.draft(session, world, title="Another one", who=world.other_researcher)
    member, second = accepted(session, draft), accepted(session, other)
    who = viewer(session, member.person_id)
    by_link = Viewer(who.person_id, who.name, "en", who.zone, link=Link(second.id, LinkPurpose.MEMBER, member.id, "x"))
    assert reach.application(session, by_link, draft.id).acting.hats
    with pytest.raises(NotFound):
        reach.application(session, by_link, other.id)


# --- Writing and submitting ----------------------------------------------------------------------------------------


def written(session: Session, application: Application, key: str) -> object:
    statement = select(Answer).where(Answer.application_id == application.id, Answer.key == key)
    return session.scalars(scoped(statement)).one().value


def test_an_editor_of_one_side_writes_there_and_nowhere_else(
    world: World, draft: Application, session: Session
) -> None:
    member = accepted(session, draft, side="mayo")
    by = acting(session, member.person_id, draft)
    definition = definition_of(session, session.get_one(Call, world.call))
    keys = {question.key for question in applying.writable(session, draft, definition, by=by)}
    owners = {definition.section(definition.question(key).section).owner for key in keys}
    assert owners == {"mayo"}
    applying.save_answers(session, draft, {definition.title_question: ["Stolen"]}, {}, by=by, at=BEFORE_CLOSING)
    assert draft.title == "Silent partners"
    applying.save_budget(session, stages.side_of(session, draft.id, "mayo"), {1: "40 000"}, by=by, at=BEFORE_CLOSING)
    with pytest.raises(NotAllowed):
        applying.save_budget(session, stages.side_of(session, draft.id, "ki"), {1: "1"}, by=by, at=BEFORE_CLOSING)
    for deed in (applying.confirm_side, applying.decline_side):
        more = {"name": "Asta"} if deed is applying.confirm_side else {"because": "No."}
        with pytest.raises(NotAllowed):
            deed(session, stages.side_of(session, draft.id, "mayo"), by=by, at=BEFORE_CLOSING, **more)  # type: ignore[operator]


def test_a_reader_writes_nothing(draft: Application, session: Session) -> None:
    by = acting(session, accepted(session, draft, Right.COMMENT).person_id, draft)
    with pytest.raises(NotAllowed):
        applying.save_answers(session, draft, {"title": ["Mine"]}, {}, by=by, at=BEFORE_CLOSING)
    with pytest.raises(NotAllowed):
        applying.save_budget(session, stages.side_of(session, draft.id, "ki"), {1: "1"}, by=by, at=BEFORE_CLOSING)


def test_an_assistant_submits_only_if_allowed_and_the_whole_team_gets_the_receipt(
    draft: Application, session: Session
) -> None:
    stages.confirm(session, draft)
    member = accepted(session, draft, Right.EDIT, role=MemberRole.ASSISTANT)
    reader = accepted(session, draft, Right.READ, who=("Lena Läsare", "lena@ki.example"))
    by = acting(session, member.person_id, draft)
    with pytest.raises(NotAllowed):
        applying.take(session, draft, Move.SUBMIT, by=by, at=BEFORE_CLOSING)
    services.change_right(
        session, draft, member, Right.SUBMIT, by=acting(session, draft.lead_person_id, draft), at=BEFORE_CLOSING
    )
    applying.take(session, draft, Move.SUBMIT, by=acting(session, member.person_id, draft), at=BEFORE_CLOSING + DAY)

    assert draft.state is State.SUBMITTED
    assert all("receipt" in kinds(session, person) for person in (member.person_id, reader.person_id))
    with pytest.raises(NotAllowed):
        applying.take(
            session, draft, Move.WITHDRAW, by=acting(session, member.person_id, draft), at=BEFORE_CLOSING + DAY,
            reason="x",
        )  # fmt: skip


def lacking(session: Session, application: Application, code: str) -> list[Problem]:
    person = session.get_one(Person, application.lead_person_id)
    offered = queries.offers(session, application, lead(person.id, person.name), BEFORE_CLOSING)
    found = [problem for offer in offered if offer.move is Move.SUBMIT for problem in offer.problems]
    return [problem for problem in found if problem.code == code]


@shows("team.all_answer")
@pytest.mark.parametrize("asks", [True, False])
def test_where_the_call_says_so_everybody_invited_answers_first(world: World, session: Session, asks: bool) -> None:
    amend(session, world, team=TeamRule(all_answer=asks))
    draft = stages.draft(session, world)
    member = invited(session, draft, Right.READ)

    found = lacking(session, draft, "member_waiting")
    assert [(each.holder, each.since) for each in found] == ([(ASTA[0], BEFORE_CLOSING)] if asks else [])
    services.remove_member(session, draft, member, by=acting(session, draft.lead_person_id, draft), at=BEFORE_CLOSING)
    assert lacking(session, draft, "member_waiting") == []


PEOPLE = Question("people", "shared", QuestionKind.PEOPLE, Text("People", "Personer"), used_for=("record",))


@shows("team.most_in_programme")
@pytest.mark.parametrize("known_by", ["address", "orcid", "second address"])
def test_a_key_person_is_counted_across_calls_by_every_address_and_by_orcid(
    world: World, session: Session, known_by: str
) -> None:
    definition = definition_of(session, session.get_one(Call, world.call))
    section = next(section.key for section in definition.sections if section.owner == "shared")
    amend(
        session, world, team=TeamRule(most_in_programme=1),
        questions=(*definition.questions, replace(PEOPLE, section=section)),
    )  # fmt: skip
    first = stages.draft(session, world, who=world.other_researcher)
    nils = identities.make_person(session, "Nils Nyckel", "nils@made-up.example", at=ANNOUNCED, is_proved=True)
    rows = {"people": ["Nils", "nils@made-up.example", "KI", ""]}
    applying.save_answers(
        session, first, rows, {}, by=acting(session, world.other_researcher, first), at=BEFORE_CLOSING
    )
    stages.confirm(session, first)
    by = acting(session, world.other_researcher, first)
    applying.take(session, first, Move.SUBMIT, by=by, at=BEFORE_CLOSING)

    second = stages.draft(session, world)
    assert lacking(session, second, "key_person_limit") == []
    address = "nils@made-up.example"
    if known_by == "second address":
        address = "nils@other.example"
        session.add(identities.EmailAddress(person_id=nils.id, address=address, is_primary=False, created_at=ANNOUNCED))
    if known_by == "orcid":
        other = identities.make_person(session, "N. Nyckel", "nn@other.example", at=ANNOUNCED)
        for person in (nils, other):
            session.add(Profile(person_id=person.id, orcid="0000-0002-1825-0097"))
        address = "nn@other.example"
    session.flush()
    rows = {"people": ["Nils", address, "KI", ""]}
    applying.save_answers(session, second, rows, {}, by=acting(session, world.researcher, second), at=BEFORE_CLOSING)

    (problem,) = lacking(session, second, "key_person_limit")
    assert problem.values["most"] == 1
    assert first.title not in str(problem.values["others"])  # the other application is nothing to this reader
    applying.take(session, first, Move.WITHDRAW, by=by, at=BEFORE_CLOSING, reason="Enough.")
    assert lacking(session, second, "key_person_limit") == []


def test_a_member_counts_where_one_person_may_be_part_of_one_application(world: World, session: Session) -> None:
    amend(session, world, one_application=OneApplicationRule(OneApplication.ONE_PER_PERSON))
    first = stages.draft(session, world, who=world.other_researcher)
    accepted(session, first, Right.READ)
    accepted(session, first, who=("Åke Assistent", "ake@ki.example"), role=MemberRole.ASSISTANT)
    stages.confirm(session, first)
    applying.take(session, first, Move.SUBMIT, by=acting(session, world.other_researcher, first), at=BEFORE_CLOSING)
    second = stages.draft(session, world)
    accepted(session, second, Right.READ)
    accepted(session, second, who=("Åke Assistent", "ake@ki.example"), role=MemberRole.ASSISTANT)

    assert [each.values["person"] for each in lacking(session, second, "one_per_person")] == [ASTA[0]]


# --- Conflicts -----------------------------------------------------------------------------------------------------


def test_a_member_judges_nothing_of_it_after_leaving_either(world: World, session: Session) -> None:
    draft = stages.draft(session, world)
    rut = world.reviewers[0]
    member = accepted(session, draft, who=("Rut", stages.address_of(session, rut)))
    coordinator = accepted(session, draft, who=("Kajsa", stages.address_of(session, world.ki_coordinator)))
    waiting = invited(session, draft, who=("Runar", stages.address_of(session, world.reviewers[1])))
    services.leave(session, member, by=acting(session, rut, draft), at=BEFORE_CLOSING)
    stages.confirm(session, draft)
    applying.take(session, draft, Move.SUBMIT, by=acting(session, world.researcher, draft), at=BEFORE_CLOSING)

    people = (rut, world.ki_coordinator, waiting.person_id)
    assert closed_people(session, draft.id, people) == {rut, coordinator.person_id}
    office = viewer(session, world.ki_coordinator)
    assert session.scalars(scoped(scope.office_ids(office, world.call))).all() == []
    assert acting(session, world.ki_coordinator, draft).hats.isdisjoint({Hat.COORDINATOR})
    seat = name_member(
        session, stages.panels(session, world)["mayo"], name="Rex", is_chair=True, by=stages.mayo_office(world),
        address=stages.address_of(session, world.reviewers[2]), at=AFTER_CLOSING,
    )  # fmt: skip
    (shown,) = candidates(session, seat, only_assigned=False)
    assert {person.name for person in shown.people} >= {"Rut Granskare", "Kajsa Samordning", "Ylva Exempelsson"}
    assert "Runar Läsare" not in {person.name for person in shown.people}
    with pytest.raises(Refused) as no:
        name_member(
            session, stages.panels(session, world)["ki"], name="Rut", address=stages.address_of(session, rut),
            is_chair=False, by=stages.ki_office(world), at=AFTER_CLOSING,
        )  # fmt: skip
    assert [problem.code for problem in no.value.problems] == ["applies_here"]


def test_the_same_orcid_under_another_address_is_a_conflict(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    for person in (world.researcher, world.reviewers[0]):
        session.add(Profile(person_id=person, orcid="0000-0002-1825-0097"))
    session.flush()
    definition = definition_of(session, session.get_one(Call, world.call))
    key = stages.panels(session, world)["ki"].key
    assert detected(session, definition, key, world.reviewers[0], [application.id]) == {application.id: SAME_ORCID}
    assert detected(session, definition, key, world.reviewers[1], [application.id]) == {}


# --- Comments ------------------------------------------------------------------------------------------------------


def test_the_team_comments_and_nobody_else_and_nothing_of_it_is_submitted(
    world: World, draft: Application, session: Session
) -> None:
    key = definition_of(session, session.get_one(Call, world.call)).title_question
    commenter = acting(session, accepted(session, draft, Right.COMMENT).person_id, draft)
    reader = accepted(session, draft, Right.READ, who=("Lena", "lena@ki.example")).person_id
    leader = acting(session, world.researcher, draft)
    first = comments.write_comment(session, draft, key, "Too long?", by=commenter, at=BEFORE_CLOSING)
    comments.answer_comment(session, draft, first.id, "Yes.", by=leader, at=BEFORE_CLOSING + DAY)
    for by in (acting(session, reader, draft), stages.ki_office(world)):
        with pytest.raises(NotAllowed):
            comments.write_comment(session, draft, key, "Me too", by=by, at=BEFORE_CLOSING)
    with pytest.raises(NotFound):
        comments.write_comment(session, draft, "no_such_question", "Hm", by=leader, at=BEFORE_CLOSING)
    other = stages.draft(session, world, who=world.other_researcher)
    with pytest.raises(NotFound):
        comments.resolve_comment(
            session, other, first.id, by=acting(session, world.other_researcher, other), at=BEFORE_CLOSING
        )
    assert comments.open_counts(session, draft) == {key: 1}
    comments.resolve_comment(session, draft, first.id, by=leader, at=BEFORE_CLOSING + DAY)
    assert comments.open_counts(session, draft) == {}

    stages.confirm(session, draft)
    applying.take(session, draft, Move.SUBMIT, by=leader, at=BEFORE_CLOSING)
    assert "Too long?" not in str(queries.frozen_sheet(session, draft.id))
    with pytest.raises(NotAllowed):
        comments.write_comment(session, draft, key, "Late", by=leader, at=BEFORE_CLOSING)
    (thread,) = comments.remarks(session, draft)
    assert (thread.text, [each.text for each in thread.answers]) == ("Too long?", ["Yes."])
