"""Outlines, rejoinders, interviews and triage through the pages; nobody sees an outcome before its release."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application
from app.communications.models import Letter
from app.decisions import outlines
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import rejoinders
from app.reviews import services as reviewing
from app.reviews.models import Assignment, PanelMember, Review
from app.workflow.vocabulary import Hat, Move, State
from tests import staged, stages
from tests.amended import amend, both
from tests.conftest import Clock
from tests.domain.test_later_stages import INTERVIEW, REJOINDER
from tests.forms import follow, press, text_of
from tests.shows import shows
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, KEY, World, lead, load_catalogue

Do = Callable[..., Any]
As = Callable[[Any], FlaskClient]
DECIDED = AFTER_CLOSING + timedelta(days=3)
TICKS = [check.key for check in load_catalogue()[KEY].eligibility]


def of(session: Session, application_id: UUID) -> Application:
    return session.scalars(scoped(select(Application).where(Application.id == application_id))).one()


def choose(do: Do, world: World, application_id: UUID, *, invited: bool) -> None:
    do(
        lambda s: outlines.decide_outline(
            s,
            of(s, application_id),
            is_invited=invited,
            reasons="Too broad for this call.",
            feedback="Bold, and short.",
            by=stages.ki_office(world),
            at=DECIDED,
        )
    )


@pytest.fixture
def outlined(do: Do, time: Clock) -> tuple[World, UUID, UUID]:
    """Two reviewed outlines of two leads."""

    def arrange(session: Session) -> tuple[World, UUID, UUID]:
        world = staged.world_with(session, staged.with_outline())
        one = stages.submitted(session, world)
        other = stages.submitted(session, world, title="Loud neighbours", who=world.other_researcher)
        staged.outline_reviewed(session, world, one, other)
        return world, one.id, other.id

    found: tuple[World, UUID, UUID] = do(arrange)
    time.at = DECIDED
    return found


def test_applicants_see_the_same_bytes_whatever_is_decided_of_their_outline(
    outlined: tuple[World, UUID, UUID], do: Do, as_: As
) -> None:
    world, one, _ = outlined
    browser = as_(world.researcher)
    urls = (f"/applications/{one}", "/desk", f"/calls/{world.call_key}", f"/applications/{one}/rejoinder", "/")

    def seen() -> list[str]:
        pages = [browser.get(url) for url in urls]
        return [re.sub(r'(csrf[^>]*(?:value|content)=)"[^"]*"', r"\1", page.get_data(as_text=True)) for page in pages]

    before = seen()
    choose(do, world, one, invited=True)
    invited = seen()
    by = stages.ki_office(world)
    do(lambda s: applying.take(s, of(s, one), Move.REOPEN_OUTLINE, by=by, at=DECIDED, reason="A mistake."))
    choose(do, world, one, invited=False)

    assert before == invited == seen()
    assert browser.get(f"/applications/{one}/edit").headers["Location"].endswith(f"/applications/{one}")
    assert not do(
        lambda s: s.scalars(
            scoped(select(Letter).where(Letter.kind.like("outline_%invited"), Letter.status == "queued"))
        ).all()
    )


def test_set_aside_or_decided_looks_to_applicants_like_any_assessment(do: Do, as_: As, time: Clock) -> None:
    def arrange(session: Session) -> tuple[World, UUID]:
        world = staged.world_with(
            session, staged.with_stages("triage", "rejoinder", "interview", **REJOINDER, **INTERVIEW)
        )
        application = stages.submitted(session, world)
        stages.reviewed(session, world, application)
        return world, application.id

    world, one = do(arrange)
    time.at = DECIDED
    browser = as_(world.researcher)

    def seen() -> list[str]:
        pages = [browser.get(url) for url in (f"/applications/{one}", "/desk")]
        return [re.sub(r'(csrf[^>]*(?:value|content)=)"[^"]*"', r"\1", page.get_data(as_text=True)) for page in pages]

    before = seen()
    by = stages.ki_office(world)
    do(lambda s: applying.take(s, of(s, one), Move.SET_ASIDE, by=by, at=DECIDED, reason="Below the line."))
    assert seen() == before
    do(lambda s: stages.deciding.record_decision(
        s, of(s, one), outcome="decline", reasons="r", feedback="f", took_part="t", by=by, at=DECIDED
    ))  # fmt: skip
    do(lambda s: applying.take(s, of(s, one), Move.DECIDE, by=by, at=DECIDED))
    assert seen() == before


@shows("outline.closes", "outline.selects")
def test_from_outline_to_award_through_the_pages(do: Do, as_: As, time: Clock) -> None:
    """One walk: write and submit an outline, be invited, find every answer in the full form, and win."""

    def arrange(session: Session) -> tuple[World, UUID]:
        world = staged.world_with(session, staged.with_outline())
        application = stages.draft(session, world)
        stages.confirm(session, application)
        return world, application.id

    world, one = do(arrange)
    time.at = BEFORE_CLOSING
    applicant, office = as_(world.researcher), as_(world.ki_coordinator)
    page = text_of(applicant.get(f"/calls/{world.call_key}"))
    assert "Först en kort skiss" in page and "Fortsätt med ditt utkast" in page
    assert "1 apr. 2027, 14:00 CEST" in page and "30 juli 2027, 14:00 CEST" in page
    page = applicant.get(f"/applications/{one}/edit")
    assert "Det här är skissen" in text_of(page) and "Motivering av budgeten" not in text_of(page)
    page = press(applicant, applicant.get(f"/applications/{one}/check"), "Lämna in skissen")
    assert "Skissen är inlämnad" in text_of(page) and "Senast:" in text_of(page)

    time.at = AFTER_CLOSING
    office, applicant = as_(world.ki_coordinator), as_(world.researcher)
    page = office.get(f"/office/applications/{one}")
    page = press(office, page, "Declare .* eligible", reason="In order.", tick=TICKS)
    assert "Outline eligible" in text_of(page)

    def judge(session: Session) -> None:
        application = of(session, one)
        member = staged.seat(session, world, "outline-panel", 0, is_chair=True)
        staged.given(session, member, application)
        applying.take(session, application, Move.START_REVIEW, by=stages.ki_office(world), at=AFTER_CLOSING)
        stages.score(session, world, member, application, 6)
        panel = staged.panel_of(session, world, "outline-panel")
        reviewing.close_panel(session, panel, by=stages.ki_office(world), at=AFTER_CLOSING)

    do(judge)
    time.at = DECIDED
    board = office.get(f"/office/calls/{world.call}")
    assert "Decision on outline MKB-27-0001" in text_of(board)
    listed = follow(office, board, "Outlines")
    assert "is not decided yet" in text_of(listed)
    page = follow(office, listed, "MKB-27-0001")
    refused = press(office, page, "Record decision", invited="no", reasons="", feedback="")
    assert refused.status_code == 422 and "Write why they are not invited" in text_of(refused)
    page = press(office, refused, "Record decision", invited="yes", feedback="Bold, and short.")
    assert "Its letters wait to be read" in text_of(page)
    listed = office.get(f"/office/calls/{world.call}/outlines")
    assert press(office, listed, "Release the outcome").status_code == 422
    listed = press(office, listed, "Release the outcome", confirm="yes")
    assert "released by Kajsa Samordning" in text_of(listed)

    page = applicant.get(f"/applications/{one}")
    assert "Bold, and short." in text_of(page)
    page = follow(applicant, page, "Skriv den fullständiga ansökan")
    assert "Det här är den fullständiga ansökan" in text_of(page) and "Motivering av budgeten" in text_of(page)
    assert "Silent partners: a short text." in page.get_data(as_text=True)  # every answer stands there
    time.at = staged.BEFORE_FULL
    applicant = as_(world.researcher)
    do(lambda s: (staged.fill(s, world, of(s, one)), stages.confirm(s, of(s, one))))
    page = press(applicant, applicant.get(f"/applications/{one}/check"), "Lämna in ansökan")
    assert "Ansökan är inlämnad" in text_of(page) and "MKB-27-0001" in text_of(page)

    time.at = staged.AFTER_FULL
    office, applicant = as_(world.ki_coordinator), as_(world.researcher)
    page = office.get(f"/office/applications/{one}")
    assert "The outline as it was submitted" in text_of(page)
    page = press(office, page, "Declare .* eligible", reason="In order.", tick=TICKS)
    assert do(lambda s: of(s, one).state) is State.ELIGIBLE

    def win(session: Session) -> None:
        application = of(session, one)
        for place, key in enumerate(("ki-panel", "ki-panel", "mayo-panel", "mayo-panel")):
            member = staged.seat(session, world, key, place)
            staged.given(session, member, application)
        applying.take(session, application, Move.START_REVIEW, by=stages.ki_office(world), at=staged.AFTER_FULL)
        members = session.scalars(select(PanelMember)).all()
        for member in members:
            if (
                session.scalar(select(PanelMember.panel_id).where(PanelMember.id == member.id))
                != staged.panel_of(session, world, "outline-panel").id
            ):
                stages.score(session, world, member, application, 3)
        for key in ("ki-panel", "mayo-panel"):
            panel = staged.panel_of(session, world, key)
            reviewing.close_panel(session, panel, by=stages.ki_office(world), at=staged.AFTER_FULL)
        stages.conclude(session, world, application)
        stages.release(session, world)

    do(win)
    assert "Beviljad" in text_of(applicant.get(f"/applications/{one}"))
    assert do(lambda s: s.get_one(Call, world.call).state.value) == "decided"


@pytest.fixture
def answering(do: Do, time: Clock) -> tuple[World, UUID]:
    """A reviewed application in a call with rejoinder and triage."""

    def arrange(session: Session) -> tuple[World, UUID]:
        world = staged.world_with(session, staged.with_stages("triage", "rejoinder", **REJOINDER))
        application = stages.submitted(session, world)
        stages.reviewed(session, world, application)
        for review in session.scalars(scoped(select(Review).join(Assignment))):
            review.for_applicant, review.for_panel = "The sample is small.", "Not again."
        return world, application.id

    found: tuple[World, UUID] = do(arrange)
    time.at = DECIDED
    return found


def test_an_answer_to_the_reviews_is_asked_for_written_sent_and_read(
    answering: tuple[World, UUID], as_: As, do: Do
) -> None:
    world, one = answering
    office, applicant = as_(world.ki_coordinator), as_(world.researcher)
    assert applicant.get(f"/applications/{one}/rejoinder").status_code == 404
    page = press(office, office.get(f"/office/calls/{world.call}"), "Ask for answers to the reviews")
    assert "1 applicant is asked for an answer." in text_of(page)

    page = follow(applicant, applicant.get(f"/applications/{one}"), "Granskningarna och ert bemötande")
    said = text_of(page)
    assert "The sample is small." in said and "Not again." not in said and "Rut" not in said
    page = press(applicant, page, "Spara utkast", text="Ett utkast.")
    assert "Utkastet är sparat" in text_of(page) or "sparat" in text_of(page)
    refused = press(applicant, page, "Skicka bemötandet", text="ett två tre fyra fem sex")
    assert refused.status_code == 422 and "ett två tre fyra fem sex" in refused.get_data(as_text=True)
    done = press(applicant, refused, "Skicka bemötandet", text="We have more.")
    assert "Ert bemötande är skickat." in text_of(done)

    for url in (f"/office/applications/{one}", f"/office/applications/{one}/decision"):
        assert "We have more." in text_of(office.get(url))
    seat = do(lambda s: s.scalars(select(PanelMember.id).where(PanelMember.person_id == world.reviewers[1])).one())
    reviewer = as_(world.reviewers[1])
    assert "We have more." in text_of(reviewer.get(f"/memberships/{seat}/others"))
    chair = as_(world.reviewers[0])
    panel = do(lambda s: stages.panels(s, world)["ki"].id)
    assert "We have more." in text_of(chair.get(f"/panel/{panel}"))

    do(
        lambda s: reviewing.declare_conflict(
            s, world.reviewers[1], of(s, one), "A cousin.", by=stages.ki_office(world), at=DECIDED
        )
    )
    assert "We have more." not in text_of(reviewer.get(f"/memberships/{seat}/others"))
    for person in (world.outsider, world.ki_coordinator, world.reviewers[0]):
        assert as_(person).get(f"/applications/{one}/rejoinder").status_code in (403, 404)


def test_two_windows_on_one_answer_lose_nothing(answering: tuple[World, UUID], as_: As, do: Do) -> None:
    world, one = answering
    by = stages.ki_office(world)
    do(lambda s: applying.take(s, of(s, one), Move.OPEN_REJOINDER, by=by, at=DECIDED))
    applicant = as_(world.researcher)
    page = applicant.get(f"/applications/{one}/rejoinder")
    press(applicant, page, "Spara utkast", text="The faster text.")
    slower = press(applicant, page, "Spara utkast", text="The slower text.")
    assert slower.status_code == 409
    assert "The faster text." in text_of(slower) and "The slower text." in slower.get_data(as_text=True)


def test_the_chair_brings_back_what_the_office_set_aside(answering: tuple[World, UUID], as_: As, do: Do) -> None:
    world, one = answering
    office = as_(world.ki_coordinator)
    page = office.get(f"/office/applications/{one}")
    assert press(office, page, "Set .* aside", reason="").status_code == 422
    page = press(office, page, "Set .* aside", reason="The chair: below the line.")
    assert "Set aside, not discussed" in text_of(page)
    assert "not discussed" in text_of(office.get(f"/office/calls/{world.call}/ranking"))

    panel = do(lambda s: stages.panels(s, world)["ki"].id)
    chair = as_(world.reviewers[0])
    page = chair.get(f"/panel/{panel}")
    assert "not discussed" in text_of(page)
    page = press(chair, page, "Bring .* back", reason="A strong plan.")
    assert "is brought back" in text_of(page)
    assert do(lambda s: of(s, one).state) is State.REVIEWED
    assert as_(world.reviewers[1]).post(f"/office/applications/{one}/bring-back").status_code in (403, 404)


@shows("interview.place")
def test_an_interview_is_set_moved_and_noted_through_the_pages(do: Do, as_: As, time: Clock) -> None:
    def arrange(session: Session) -> tuple[World, UUID]:
        world = staged.world_with(session, staged.with_stages("interview", **INTERVIEW))
        application = stages.submitted(session, world)
        stages.reviewed(session, world, application)
        return world, application.id

    world, one = do(arrange)
    time.at = DECIDED
    office, applicant = as_(world.ki_coordinator), as_(world.researcher)
    page = office.get(f"/office/applications/{one}")
    assert 'value="Room 5, or by video"' in page.get_data(as_text=True)  # the place of the call stands there already
    refused = press(office, page, "Invite .* to an interview", begins="2027-06-01T10:00")
    assert refused.status_code == 422 and "2027-06-01T10:00" in refused.get_data(as_text=True)
    page = press(office, refused, "Invite .* to an interview", begins="2027-05-10T10:00", place="Room 6")
    assert "Set: 10 May 2027, 10:00" in text_of(page)
    shown = text_of(applicant.get(f"/applications/{one}"))
    assert "10 maj 2027, 10:00 CEST" in shown and "Room 6" in shown
    assert office.post(f"/office/applications/{one}/move", data={"move": "note_interview"}).status_code == 400
    page = press(office, page, "Note the interview", note="Clear answers.")
    assert "Clear answers." in text_of(page) and "Interviewed" in text_of(page)
    assert "Clear answers." not in text_of(applicant.get(f"/applications/{one}"))


def test_the_desk_shows_a_colleagues_review_once_the_own_is_in(do: Do, as_: As, time: Clock) -> None:
    def arrange(session: Session) -> tuple[World, UUID, UUID]:
        def change(data: dict[str, Any]) -> None:
            data["panels"] = [staged.panel("joint-panel", sees_others="after_own", outside_reviews=1)]

        world = staged.world_with(session, change)
        application = stages.submitted(session, world)
        stages.eligible(session, world, application)
        one = staged.seat(session, world, "joint-panel", 0)
        other = staged.seat(session, world, "joint-panel", 1, is_outside=True)
        for member in (one, other):
            staged.given(session, member, application)
        by = stages.ki_office(world)
        applying.take(session, application, Move.START_REVIEW, by=by, at=AFTER_CLOSING)
        stages.score(session, world, other, application, 4)
        own = session.scalars(scoped(select(Assignment.id).where(Assignment.member_id == one.id))).one()
        return world, own, application.id

    world, assignment, one = do(arrange)
    time.at = AFTER_CLOSING + timedelta(days=1)
    browser = as_(world.reviewers[0])
    assert "Runar" not in text_of(browser.get(f"/reviews/{assignment}"))

    def score(session: Session) -> None:
        member = session.scalars(select(PanelMember).where(PanelMember.person_id == world.reviewers[0])).one()
        stages.score(session, world, member, of(session, one), 6)

    do(score)
    page = text_of(browser.get(f"/reviews/{assignment}"))
    assert "What others wrote" in page and "Runar" in page
    panel = do(lambda s: staged.panel_of(s, world, "joint-panel").id)
    office = as_(world.ki_coordinator)
    assert "from outside" in text_of(office.get(f"/office/panels/{panel}"))
    board = f"/office/calls/{world.call}"
    assert "Reviewers from outside" not in text_of(office.get(board))
    by = Acting(world.reviewers[1], "Runar Läsare", frozenset({Hat.REVIEWER}))
    do(lambda s: reviewing.declare_conflict(s, world.reviewers[1], of(s, one), "A cousin.", by=by, at=AFTER_CLOSING))
    assert "Reviewers from outside for 1 application before Joint panel" in text_of(office.get(board))


def test_what_was_not_sent_in_time_is_kept_and_told(
    answering: tuple[World, UUID], as_: As, do: Do, time: Clock
) -> None:
    world, one = answering
    by = stages.ki_office(world)
    do(lambda s: applying.take(s, of(s, one), Move.OPEN_REJOINDER, by=by, at=DECIDED))
    do(lambda s: rejoinders.save(s, of(s, one), "Kept.", 1, by=lead(world.researcher), at=DECIDED))
    time.at = DECIDED + timedelta(days=30)
    applicant = as_(world.researcher)
    late = applicant.post(f"/applications/{one}/rejoinder", data={"text": "Late words.", "version": "2"})
    assert late.status_code == 422
    assert "Late words." in late.get_data(as_text=True)
    assert "Kept." in text_of(applicant.get(f"/applications/{one}/rejoinder"))


# --- What stays in the EU -------------------------------------------------------------------------------------------


def test_the_page_of_an_outline_withholds_what_may_not_leave_the_eu(do: Do, as_: As, time: Clock) -> None:
    def arrange(session: Session) -> tuple[World, UUID]:
        world = staged.world_with(session, staged.with_outline())
        call = session.get_one(Call, world.call)
        first = definition_of(session, call).sections[0].key
        home = {"key": "secret", "section": first, "kind": "long_text", "title": both("Secret"), "used_for": ["record"]}
        amend(session, world, more_questions=({**home, "leaves_eu": False},))
        application = stages.submitted(session, world, title="Silent partners")
        return world, application.id

    world, outline = do(arrange)
    time.at = AFTER_CLOSING
    shown = {
        person: as_(person).get(f"/office/applications/{outline}/outline").text
        for person in (world.ki_coordinator, world.mayo_coordinator)
    }

    said = "Silent partners: a short text."
    inside, abroad = shown[world.ki_coordinator], shown[world.mayo_coordinator]
    assert "Withheld: not read outside the EU" in abroad and "Withheld: not read outside the EU" not in inside
    assert inside.count(said) == abroad.count(said) + 1
