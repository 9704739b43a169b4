"""The pages on which sides' rules are seen: forms near the deadline, nominations, conflicts, what stays in the EU."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application
from app.exports.registry import EXPORTS
from app.extensions import db
from app.identities.models import Person
from app.kernel.database import scoped, writing
from app.kernel.errors import Refused
from app.reviews.models import Assignment, PanelMember
from app.workflow.vocabulary import Move, State
from tests import stages
from tests.amended import amend, both
from tests.conftest import Clock
from tests.domain.test_rules_of_sides import DAYS, RULE, internal, ready_twice
from tests.forms import press
from tests.shows import shows
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, CLOSES, World, lead

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]


def readable(file: bytes) -> str:
    """The text of an export: of a workbook every cell."""
    if not file.startswith(b"PK"):
        return file.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(file))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def state_of(do: Do, application_id: UUID) -> State:
    state: State = do(lambda s: s.scalar(scoped(select(Application.state).where(Application.id == application_id))))
    return state


def ready(do: Do, world: World, **changes: Any) -> UUID:
    """A complete draft under an amended call, everybody confirmed."""

    def work(session: Session) -> UUID:
        amend(session, world, **changes)
        draft = stages.draft(session, world)
        stages.confirm(session, draft)
        return draft.id

    made: UUID = do(work)
    return made


def test_a_form_open_at_the_deadline_may_be_finished_within_the_grace(
    do: Do, as_: As, world: World, time: Clock
) -> None:
    draft = ready(do, world, grace_minutes=10)
    time.at = CLOSES - timedelta(minutes=5)
    other, mine = as_(world.researcher), as_(world.researcher)
    page = mine.get(f"/applications/{draft}/edit")
    assert "within 10 minutes" in page.text or "inom 10 minuter" in page.text
    time.at = CLOSES + timedelta(minutes=9)

    assert other.post(f"/applications/{draft}/submit").status_code == 422
    assert "aria-disabled" in other.get(f"/applications/{draft}/check").text
    assert mine.post(f"/applications/{draft}/submit").status_code == 303
    assert state_of(do, draft) is State.SUBMITTED


def test_a_form_that_nobody_had_open_is_closed_and_looking_later_does_not_open_it(
    do: Do, as_: As, world: World, time: Clock
) -> None:
    draft = ready(do, world, grace_minutes=10)
    time.at = CLOSES - timedelta(hours=13)
    mine = as_(world.researcher)
    mine.get(f"/applications/{draft}/edit")
    time.at = CLOSES + timedelta(minutes=1)
    mine.get(f"/applications/{draft}/edit")

    assert mine.post(f"/applications/{draft}/submit").status_code == 422
    assert state_of(do, draft) is State.DRAFT


def test_what_is_typed_into_a_part_that_has_closed_meanwhile_is_given_back(
    do: Do, as_: As, world: World, time: Clock
) -> None:
    draft = ready(do, world, sides={"ki": {"internal_deadlines": [internal()]}})
    mine = as_(world.researcher)
    page = mine.get(f"/applications/{draft}/edit")
    assert "Home deadline" in page.text
    time.at = datetime.fromisoformat("2027-03-25T12:00:01+01:00")

    answer = press(
        mine, page, "^(Save draft|Spara utkast)$", q__ki_budget_reasons="Written too late", budget__ki__1="9"
    )

    assert answer.status_code == 422
    assert "Written too late" in answer.text
    assert "1: 9" in answer.text
    assert 'name="q-ki_budget_reasons"' not in mine.get(f"/applications/{draft}/edit").text


def test_an_applicant_asks_for_a_nomination_and_the_coordinator_of_that_side_gives_it(
    do: Do, as_: As, world: World
) -> None:
    draft = ready(do, world, sides={"mayo": {"internal_deadlines": [internal(kind="nomination")]}})
    mine, office = as_(world.researcher), as_(world.mayo_coordinator)
    address = f"/office/calls/{world.call}/nominations"
    assert "Silent partners" not in office.get(address).text

    press(mine, mine.get(f"/applications/{draft}/edit"), "nominate this application|nominera ansökan")
    page = office.get(address)
    assert "Silent partners" in page.text and "a short text" not in page.text
    assert "Silent partners" not in as_(world.ki_coordinator).get(address).text
    assert as_(world.outsider).get(address).status_code == 404
    refused = press(office, page, "^Do not nominate$")
    assert (refused.status_code, "Write why not" in refused.text) == (422, True)
    press(office, office.get(address), "^Nominate$")

    assert mine.post(f"/applications/{draft}/submit").status_code == 303
    assert state_of(do, draft) is State.SUBMITTED


@shows("sides.conflict_policy.text", "sides.conflict_policy.coauthor_years", "review_terms")
@pytest.mark.parametrize("years", [3, None])
def test_a_panel_reads_the_rule_of_its_side_before_it_answers(
    do: Do, as_: As, world: World, time: Clock, years: int | None
) -> None:
    policy = {"text": both("Closest colleagues too."), **({"coauthor_years": years} if years else {})}

    def work(session: Session) -> UUID:
        amend(session, world, review_terms=both("Keep it to yourself."), sides={"ki": {"conflict_policy": policy}})
        stages.submitted(session, world)
        members = stages.named(session, world)
        for member in members["ki"]:
            member.invited_at = AFTER_CLOSING
        return members["ki"][1].id

    member = do(work)
    time.at = AFTER_CLOSING
    browser = as_(world.reviewers[1])
    invitation = browser.get(f"/memberships/{member}/invitation")
    assert "Keep it to yourself." in invitation.text
    browser.post(f"/memberships/{member}/invitation", data={"answer": "yes"})

    page = browser.get(f"/panels/{member}/conflicts").text

    assert "Closest colleagues too." in page
    assert ("joint paper of the last 3 years" in page) is (years is not None)


def test_a_reviewer_abroad_sees_that_an_answer_is_withheld_and_the_caveat_of_a_rule(
    do: Do, as_: As, world: World, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = stages.answers_for
    monkeypatch.setattr(stages, "answers_for", lambda *a: plain(*a) | {"days": ["31"], "site_roles": ["Our secret"]})

    def work(session: Session) -> tuple[UUID, dict[UUID, UUID]]:
        rules = [RULE | {"severity": "caveat"}]
        amend(session, world, rules=rules, more_questions=(DAYS,), questions={"site_roles": {"leaves_eu": False}})
        application = stages.submitted(session, world)
        stages.in_review(session, world, application)
        session.get_one(Person, world.reviewers[1]).country = "SE"
        desks = session.execute(
            scoped(
                select(PanelMember.person_id, Assignment.id).join(Assignment, Assignment.member_id == PanelMember.id)
            )
        )
        return application.id, {row[0]: row[1] for row in desks}

    application, desks = do(work)
    time.at = AFTER_CLOSING
    abroad = as_(world.reviewers[2]).get(f"/reviews/{desks[world.reviewers[2]]}").text
    inside = as_(world.reviewers[1]).get(f"/reviews/{desks[world.reviewers[1]]}").text

    assert ("Our secret" in abroad, "Our secret" in inside) == (False, True)
    assert "Some answers are withheld" in abroad and "Some answers are withheld" not in inside
    assert "Longer than planned" in abroad and "A short stay" in inside
    for coordinator, sees in ((world.ki_coordinator, True), (world.mayo_coordinator, False)):
        office = as_(coordinator)
        page = office.get(f"/office/applications/{application}").text
        assert ("Our secret" in page, "Passed, with caveats" in page) == (sees, True)
        assert "Longer than planned" in office.get(f"/office/applications/{application}/decision").text
        for name in EXPORTS:
            assert "Our secret" not in readable(office.post(f"/office/calls/{world.call}/exports/{name}").data)


@shows("records.retention_class", "records.years")
def test_what_the_archive_needs_stands_on_the_board_and_in_the_workbook(do: Do, as_: As, world: World) -> None:
    do(lambda session: amend(session, world, records={"retention_class": "2.7.4", "years": 12}))
    office = as_(world.ki_coordinator)

    board = office.get(f"/office/calls/{world.call}").text
    workbook = next(name for name in EXPORTS if "xlsx" in name or "workbook" in name)
    file = office.post(f"/office/calls/{world.call}/exports/{workbook}").data

    assert "2.7.4" in board and "12 years" in board
    about = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    rows = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert (rows["Retention class"], rows["Kept for years"]) == ("2.7.4", 12)


@shows("title_question")
@pytest.mark.parametrize(("asked", "title"), [("title_en", "In English"), ("title_sv", "På svenska")])
def test_the_title_of_an_application_is_the_answer_to_the_question_named(
    do: Do, as_: As, world: World, asked: str, title: str
) -> None:
    draft = ready(do, world, title_question=asked)
    answers = {"title_en": ["In English"], "title_sv": ["På svenska"]}
    do(
        lambda s: applying.save_answers(
            s,
            s.scalar(scoped(select(Application).where(Application.id == draft))),
            answers,
            {},
            by=lead(world.researcher),
            at=BEFORE_CLOSING,
        )
    )

    assert f"<h1>{title}" in as_(world.researcher).get(f"/applications/{draft}/edit").text.replace("\n", "")


def test_an_administrator_notes_where_somebody_works(do: Do, as_: As, world: World) -> None:
    browser = as_(world.administrator)

    press(browser, browser.get("/admin/people"), "Note the country", person=str(world.outsider), country="US")
    wrong = browser.post("/admin/people/country", data={"person": str(world.outsider), "country": "Sweden"})

    assert wrong.status_code == 422
    assert do(lambda s: s.get_one(Person, world.outsider).country) == "US"


def test_of_two_that_submit_at_once_with_one_person_one_is_refused(app: Flask, do: Do, world: World) -> None:
    def work(session: Session) -> tuple[UUID, UUID]:
        amend(session, world, one_application={"rule": "one_per_person"})
        one = stages.draft(session, world)
        two = stages.draft(session, world, who=world.other_researcher)
        share = stages.side_of(session, two.id, "mayo")
        share.lead_person_id = stages.side_of(session, one.id, "mayo").lead_person_id
        session.flush()
        for each in (one, two):
            stages.confirm(session, each)
        return one.id, two.id

    drafts, said = do(work), []
    start = threading.Barrier(2)

    def submit(application_id: UUID, person: UUID) -> None:
        with app.app_context():
            start.wait()
            with writing(db.engine):
                found = db.session.scalar(scoped(select(Application).where(Application.id == application_id)))
                try:
                    applying.take(db.session(), found, Move.SUBMIT, by=lead(person), at=BEFORE_CLOSING)
                    db.session.commit()
                    said.append("taken")
                except Refused as refused:
                    db.session.rollback()
                    said.append(refused.problems[0].code)
                db.session.remove()

    people = (world.researcher, world.other_researcher)
    threads = [threading.Thread(target=submit, args=pair) for pair in zip(drafts, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["one_per_person", "taken"]


def test_a_partner_who_is_elsewhere_already_is_told_early(do: Do, as_: As, world: World) -> None:
    def work(session: Session) -> tuple[UUID, UUID]:
        amend(session, world, one_application={"rule": "one_per_person"})
        _, two = ready_twice(session, world)
        side = stages.side_of(session, two.id, "mayo")
        assert side.lead_person_id is not None
        return side.id, side.lead_person_id

    side, partner = do(work)

    assert "You are part of another application" in as_(partner).get(f"/parts/{side}").text
