"""Tasks, the check page, the notice and the quiz, copying, and single questions, through the pages of both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from babel.dates import format_date
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.checking.models import Flag, NoticeRead, QuizAnswers
from app.applications.models import Application
from app.identities.models import Person
from app.kernel.database import scoped
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.workflow.vocabulary import State
from tests import stages
from tests.amended import amend
from tests.conftest import Clock
from tests.domain.test_checking import DUE
from tests.forms import follow, forms, press, text_of, tree
from tests.web.test_quiz import EMPLOYED
from tests.world import AFTER_CLOSING, World, open_call

Do = Callable[..., Any]
As = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def in_english(do: Do, world: World) -> None:
    """Everybody of the small world reads English here."""

    def learn(session: Session) -> None:
        for person in session.scalars(select(Person)):
            person.locale = "en"

    do(learn)


def drafted(do: Do, world: World) -> UUID:
    found: UUID = do(lambda s: stages.draft(s, world).id)
    return found


# --- Tasks and the check page ---------------------------------------------------------------------------------------


def test_the_task_list_says_who_is_waited_for_and_links_to_each_part(
    do: Do, as_: As, world: World, time: Clock
) -> None:
    draft, browser = drafted(do, world), as_(world.researcher)
    time.move(days=3)

    page = browser.get(f"/applications/{draft}/edit")
    assert "Waits for Parker" in text_of(page) and "since Friday" in text_of(page)
    hrefs = {a.get("href") for a in tree(page).iter("a")}
    places = {element.get("id") for element in tree(page).iter()}
    assert {href.removeprefix("#") for href in hrefs if href and href.startswith("#section-")} <= places
    overview = follow(browser, page, "Overview")
    assert "Cannot start yet" in text_of(overview) and "1 thing stands in the way." in text_of(overview)


def test_a_partner_sees_the_same_tasks_and_nobody_else_does(do: Do, as_: As, world: World) -> None:
    def arrange(session: Session) -> tuple[UUID, UUID]:
        draft = stages.draft(session, world)
        person = stages.side_of(session, draft.id, "mayo").lead_person_id
        assert person is not None
        return draft.id, person

    draft, partner = do(arrange)
    page = as_(partner).get(f"/applications/{draft}/tasks")

    assert page.status_code == 200 and "What is left to do" in text_of(page)
    assert as_(world.other_researcher).get(f"/applications/{draft}/tasks").status_code == 404


def test_submitting_is_offered_only_when_nothing_is_missing(do: Do, as_: As, world: World) -> None:
    draft, browser = drafted(do, world), as_(world.researcher)
    address = f"/applications/{draft}/submit"

    page = browser.get(f"/applications/{draft}/check")
    assert address not in [form.action for form in forms(page)]
    button = next(b for b in tree(page).iter("button") if b.get("aria-disabled") == "true")
    described = button.get("aria-describedby")
    assert any(element.get("id") == described for element in tree(page).iter())
    assert "Still missing" in text_of(page) and "Can be lifted by: Parker" in text_of(page)
    assert browser.post(address).status_code == 422

    do(lambda s: stages.confirm(s, of(s, draft)))
    ready = browser.get(f"/applications/{draft}/check")
    assert address in [form.action for form in forms(ready)] and "Still missing" not in text_of(ready)


def of(session: Session, application_id: UUID) -> Application:
    return session.scalars(scoped(select(Application).where(Application.id == application_id))).one()


def test_a_limit_is_told_with_its_tolerance_and_a_personal_number_at_its_field(do: Do, as_: As, world: World) -> None:
    def arrange(session: Session) -> UUID:
        summary = {"popular_summary": {"max_words": 10}}
        amend(session, world, questions=summary, limit_tolerance_percent=10)
        return stages.draft(session, world).id

    draft, browser = do(arrange), as_(world.researcher)

    def saved(words: str) -> tuple[str, bool]:
        page = browser.get(f"/applications/{draft}/edit")
        text = text_of(press(browser, page, "^Save draft", **{"q-popular_summary": words}))
        return text, "and at most 10 are allowed" in text

    assert "within the 10 % that this call takes" in saved("word " * 11)[0] and not saved("word " * 11)[1]
    assert "Beyond the 10 %" in saved("word " * 12)[0] and saved("word " * 12)[1]
    assert "that this call takes" not in saved("word " * 10)[0]
    browser.post("/language", data={"locale": "en", "next": "/"})
    page = browser.get(f"/applications/{draft}/edit")
    kept = press(browser, page, "^Save draft", **{"q-popular_summary": "Jag 850709-9805"})
    field = next(e for e in tree(kept).iter("textarea") if e.get("id") == "q-popular_summary")
    assert "q-popular_summary-error" in (field.get("aria-describedby") or "")
    assert "850709-••••" in text_of(kept) and kept.status_code == 200


# --- The notice and the quiz ----------------------------------------------------------------------------------------


def test_the_notice_is_read_before_the_first_word_and_kept_as_it_was(do: Do, as_: As, world: World) -> None:
    browser = as_(world.researcher)
    page = browser.get(f"/calls/{world.call_key}")
    assert "What happens to what you write" in text_of(page) and "Outside the EU and the EEA" in text_of(page)
    edit = press(browser, page, "Start an application")

    assert "You were told this on" in text_of(edit)
    (kept,) = do(lambda s: s.scalars(scoped(select(NoticeRead))).all())
    assert kept.person_id == world.researcher and kept.words[0]["title"]["en"] == "What it is for"


def test_whoever_came_another_way_is_told_above_the_form_until_the_first_word(do: Do, as_: As, world: World) -> None:
    draft, browser = drafted(do, world), as_(world.researcher)
    page = browser.get(f"/applications/{draft}/edit")
    assert "Before you type" in text_of(page) and "You were told this on" not in text_of(page)

    press(browser, page, "^Save draft")

    assert len(do(lambda s: s.scalars(scoped(select(NoticeRead))).all())) == 1


def quizzed(do: Do, world: World) -> None:
    def arrange(session: Session) -> None:
        known = definition_of(session, session.get_one(Call, world.call))
        asked = replace(
            known, key="quizzed-fictional", eligibility=(EMPLOYED, *known.eligibility), reference_prefix="QZ"
        )
        open_call(session, world.ki_coordinator, definition=asked)

    do(arrange)


def test_the_quiz_is_kept_with_the_draft_of_whoever_goes_on_and_with_nobody_else(
    do: Do, as_: As, client: FlaskClient, world: World
) -> None:
    quizzed(do, world)
    quiz = "/calls/quizzed-fictional/eligibility"
    press(client, client.get(quiz), "Show the answer", employed="yes")
    no = press(client, client.get(quiz), "Show the answer", employed="no")
    assert not [b for form in forms(no) for b in form.buttons if b[0].startswith("Go on")]
    assert do(lambda s: s.scalars(scoped(select(QuizAnswers))).all()) == []

    browser = as_(world.researcher)
    found = press(browser, browser.get(quiz), "Show the answer", employed="yes")
    begin = press(browser, found, "Go on and begin")
    assert "Your answers in the quiz" in text_of(begin)
    edit = press(browser, begin, "Begin the application")
    overview = follow(browser, edit, "Overview")
    assert "The quiz, as it stands now" in text_of(overview) and "Are you employed?" in text_of(overview)
    (kept,) = do(lambda s: s.scalars(scoped(select(QuizAnswers))).all())
    assert kept.said == {"employed": True}


def test_who_is_signed_out_goes_on_from_the_quiz_by_signing_in(do: Do, client: FlaskClient, world: World) -> None:
    quizzed(do, world)
    found = press(client, client.get("/calls/quizzed-fictional/eligibility"), "Show the answer", employed="yes")
    page = press(client, found, "Go on and begin")
    assert page.request.path == "/sign-in"
    begin = press(client, page, "^Sign in$", address="ylva@ki.example", password="korrekt häst batteri")
    assert "Your answers in the quiz" in text_of(begin)


# --- Copying --------------------------------------------------------------------------------------------------------


def test_an_earlier_application_is_shown_first_and_copied_by_one_button(do: Do, as_: As, world: World) -> None:
    def arrange(session: Session) -> UUID:
        known = definition_of(session, session.get_one(Call, world.call))
        limited = tuple(replace(q, max_words=1) if q.key == "popular_summary" else q for q in known.questions)
        again = replace(known, key="again-fictional", reference_prefix="AGN", questions=limited)
        open_call(session, world.ki_coordinator, definition=again)
        return stages.submitted(session, world, title="Silent partners").id

    earlier = do(arrange)
    browser = as_(world.researcher)
    begin = browser.get("/calls/again-fictional/begin")
    plan = follow(browser, begin, "Silent partners")
    assert "This goes over" in text_of(plan) and "It goes over whole" in text_of(plan)
    assert "Another side wrote it." in text_of(plan)
    edit = press(browser, plan, "Copy and begin")

    assert "Silent partners" in text_of(edit) and "at most 1 are allowed" in text_of(edit)
    stranger = as_(world.other_researcher)
    assert stranger.get(f"/calls/again-fictional/begin/from/{earlier}").status_code == 404
    assert as_(world.ki_coordinator).get(f"/calls/again-fictional/begin/from/{earlier}").status_code == 404


# --- Single questions and conditions --------------------------------------------------------------------------------


@pytest.fixture
def submitted(do: Do, world: World, time: Clock) -> UUID:
    def arrange(session: Session) -> UUID:
        amend(session, world, questions={"site_roles": {"leaves_eu": False}})
        return stages.submitted(session, world).id

    found: UUID = do(arrange)
    time.at = AFTER_CLOSING
    return found


def test_a_question_is_given_back_corrected_and_accepted_through_the_pages(
    do: Do, as_: As, world: World, submitted: UUID
) -> None:
    office, applicant = as_(world.ki_coordinator), as_(world.researcher)
    page = office.get(f"/office/applications/{submitted}/questions")
    refused = press(office, page, "Ask about", to="applicant", question="site_roles", text="Who leads?")
    assert refused.status_code == 422 and "Who leads?" in text_of(refused)
    press(office, refused, "Ask about", until=str(DUE))

    shown = applicant.get(f"/applications/{submitted}")
    assert "1 question waits for your correction" in text_of(shown)
    mine = follow(applicant, shown, "What the office asks")
    wrong = press(applicant, mine, "Send the correction", **{"q-site_roles": "Jag är 850709-9805."})
    assert wrong.status_code == 422 and "850709-9805" in wrong.text  # nothing typed is lost
    press(applicant, wrong, "Send the correction", **{"q-site_roles": "Ylva leads both."})

    assert "Ylva leads both." not in office.get(f"/office/applications/{submitted}").text
    side_by_side = office.get(f"/office/applications/{submitted}/questions")
    assert "Ylva leads both." in text_of(side_by_side)
    abroad = as_(world.mayo_coordinator).get(f"/office/applications/{submitted}/questions")
    assert "Ylva leads both." not in abroad.text and "withheld" in text_of(abroad)
    press(office, side_by_side, "Accept the correction")
    assert "Ylva leads both." in office.get(f"/office/applications/{submitted}").text
    assert "Your correction is accepted" in text_of(applicant.get(f"/applications/{submitted}/corrections"))


def test_a_colleague_answers_and_the_applicants_see_nothing_of_it(
    do: Do, as_: As, world: World, submitted: UUID
) -> None:
    office, colleague = as_(world.ki_coordinator), as_(world.mayo_coordinator)
    page = office.get(f"/office/applications/{submitted}/questions")
    press(
        office,
        page,
        "Ask about",
        to="colleague",
        question="title_en",
        text="HEMLIG fråga",
        colleague=world.mayo_coordinator,
    )
    asked = colleague.get(f"/office/applications/{submitted}/questions")
    flag = do(lambda s: s.scalars(scoped(select(Flag.id))).one())
    press(colleague, asked, "^Answer", **{f"words-{flag}": "HEMLIGT svar"})

    assert "HEMLIGT svar" in text_of(office.get(f"/office/applications/{submitted}/questions"))
    for path in ("", "/corrections"):
        assert "HEMLIG" not in as_(world.researcher).get(f"/applications/{submitted}{path}").text


def test_it_passes_under_conditions_that_the_applicants_see_and_reviewers_do_not(
    do: Do, as_: As, world: World, submitted: UUID
) -> None:
    office = as_(world.ki_coordinator)
    page = office.get(f"/office/applications/{submitted}")
    ticks = [c.key for c in do(lambda s: definition_of(s, s.get_one(Call, world.call))).eligibility]
    typed: dict[str, Any] = {"tick": ticks, "reason": "In order.", "condition-1": "Send the host’s letter."}
    undated = press(office, page, "eligible", **typed)
    assert undated.status_code == 422 and "Send the host’s letter." in undated.text
    press(office, undated, "eligible", **typed, **{"due-1": str(DUE)})

    assert do(lambda s: of(s, submitted).state) is State.ELIGIBLE
    assert "Send the host’s letter." in text_of(as_(world.researcher).get(f"/applications/{submitted}"))
    questions = office.get(f"/office/applications/{submitted}/questions")
    press(office, questions, "This is met")
    assert "Met" in text_of(office.get(f"/office/applications/{submitted}"))


def test_a_promised_day_that_has_passed_is_told_in_words_and_moved_on_the_board(
    do: Do, as_: As, world: World, submitted: UUID, time: Clock
) -> None:
    time.move(days=400)
    office, applicant = as_(world.ki_coordinator), as_(world.researcher)
    board = office.get(f"/office/calls/{world.call}")
    assert "The promised day has passed" in text_of(board)
    refused = press(office, board, "Tell the new day", promise="2020-01-01", because="Late.")
    assert refused.status_code == 422 and "Late." in refused.text
    moved = press(office, board, "Tell the new day", promise=str(time.at.date()), because="A side decides later.")

    assert "The promised day has passed" not in text_of(moved)
    day = format_date(time.at.date(), "d MMM y", locale="en")
    assert f"At the latest: {day}." in text_of(applicant.get(f"/applications/{submitted}"))


def test_strangers_and_other_offices_reach_none_of_it(as_: As, world: World, submitted: UUID) -> None:
    for person in (world.outsider, world.other_researcher, world.administrator, world.reviewers[0]):
        for path in (f"/office/applications/{submitted}/questions", f"/applications/{submitted}/corrections"):
            assert as_(person).get(path).status_code == 404
        assert as_(person).get(f"/office/calls/{world.call}/drafts").status_code == 404
