"""The main job, from the announcement to the Excel file, through the pages alone: every click a person makes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_string, policy
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.cli import work
from app.communications.models import MailboxMessage
from app.reviews.models import Panel
from app.trail import services as trail
from tests import stages
from tests.conftest import Clock
from tests.forms import follow, forms, links, path_in_mail, press, text_of, without_keys
from tests.world import AFTER_CLOSING, World

Do = Callable[..., Any]
As = Callable[..., FlaskClient]


class Story:
    """The people of the journey, each with a browser, and the mailbox."""

    def __init__(self, app: Flask, world: World, do: Do, as_: As, time: Clock) -> None:
        self.app, self.world, self.do, self.time, self.as_ = app, world, do, time, as_
        self.read: set[Any] = set()
        self.sign_in()

    def sign_in(self) -> None:
        """Everybody with an account signs in, anew after weeks have passed."""
        self.researcher, self.ki, self.mayo = (
            self.as_(person)
            for person in (self.world.researcher, self.world.ki_coordinator, self.world.mayo_coordinator)
        )

    def mails(self) -> list[tuple[str, str, str]]:
        """New mails: to, subject, text."""
        work.deliver(self.app)
        fresh = self.do(
            lambda s: [
                (m.id, m.sent_to, m.raw)
                for m in s.scalars(select(MailboxMessage).order_by(MailboxMessage.at))
                if m.id not in self.read
            ]
        )
        found = []
        for message_id, to, raw in fresh:
            self.read.add(message_id)
            message = message_from_string(raw, policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            found.append((to, str(message["Subject"]), str(body.get_content())))
        return found

    def panel(self, side: str) -> Any:
        return self.do(
            lambda s: s.scalars(select(Panel.id).where(Panel.call_id == self.world.call, Panel.side_key == side)).one()
        )


@pytest.fixture
def story(app: Flask, world: World, do: Do, as_: As, time: Clock) -> Story:
    return Story(app, world, do, as_, time)


def one_primary(answer: TestResponse) -> None:
    """A page has at most one primary button, and it names its object."""
    assert answer.get_data(as_text=True).count('class="button button-primary"') <= 1, answer.request.path


def test_from_announcement_to_the_workbook(story: Story) -> None:
    public_page(story)
    application_id, link = draft_and_invite(story)
    partner_confirms(story, link)
    reference = submit(story, application_id)
    check_eligibility(story, application_id)
    name_reviewers(story, application_id)
    review(story)
    decide(story, application_id)
    release(story, application_id, reference)
    award_and_export(story, application_id, reference)
    story.do(check_trail)


def public_page(story: Story) -> None:
    stranger = story.app.test_client()
    page = follow(stranger, stranger.get("/"), "fictional|invented")
    assert "1 Apr 2027, 07:00 CDT" in text_of(page)
    assert "Sign in to apply" in links(page)


def draft_and_invite(story: Story) -> tuple[str, str]:
    browser = story.researcher
    page = press(browser, browser.get(f"/calls/{story.world.call_key}"), "Start an application|Påbörja|Starta")
    application_id = re.findall(r"/applications/([0-9a-f-]{36})/edit", page.request.path)[0]
    browser.post("/language", data={"locale": "en", "next": "/"})
    page = browser.get(page.request.path)
    one_primary(page)

    page = press(browser, page, "^Save draft")
    assert page.status_code == 200  # a draft with nothing saves

    answers = story.do(lambda s: stages.answers_for(s, s.get_one(stages.Call, story.world.call), "=1+1 Ängelns väg"))
    typed = {f"q-{key}" if f"q-{key}" in forms_fields(page) else key: value for key, value in answers.items()}
    typed |= {"budget-ki-1": "600 000", "budget-ki-2": "400 000,50"}
    page = press(browser, page, "^Save draft", **typed)
    text = text_of(page)
    assert "SEK 600,000" in text and "SEK 100,000 over the cap" in text
    page = press(browser, page, "^Save draft", **{"budget-ki-1": "500 000"})

    page = press(
        browser,
        page,
        "^Invite for Mayo",
        **{"invite-mayo-name": "Parker Påhitt", "invite-mayo-address": "parker@mayo.example"},
    )
    ((to, _, body),) = story.mails()
    assert to == "parker@mayo.example"
    return application_id, path_in_mail(body)


def forms_fields(page: TestResponse) -> set[str]:
    return {name for form in forms(page) for name in form.fields} | set(
        re.findall(r'name="([^"]+)"', page.get_data(as_text=True))
    )


def partner_confirms(story: Story, link: str) -> None:
    partner = story.app.test_client()
    for _ in range(20):
        assert partner.get(link).status_code == 200
    page = press(partner, partner.get(link), "Open my part")
    assert page.request.path.startswith("/parts/")
    one_primary(page)
    assert partner.get("/desk").status_code == 302
    budgets = {"budget-mayo-1": "55 000", "budget-mayo-2": "45 000"}
    page = press(partner, page, "Confirm my part", **budgets)
    assert "USD 5,000 over the cap" in text_of(page)
    assert 'value="55 000"' in page.get_data(as_text=True)
    page = press(partner, page, "Confirm my part|Save my part", **{**budgets, "budget-mayo-1": "50 000"})
    assert page.status_code == 200
    assert "confirmed" in text_of(page).casefold()


def submit(story: Story, application_id: str) -> str:
    browser = story.researcher
    story.mails()
    page = browser.get(f"/applications/{application_id}/check")
    one_primary(page)
    assert "USD" in text_of(page) and "SEK" in text_of(page)
    page = press(browser, page, "Submit application")
    assert page.request.path == f"/applications/{application_id}", text_of(page)
    reference = re.findall(r"MKB-27-\d{4}", text_of(page))[0]
    receipts = {to for to, subject, body in story.mails() if reference in subject + body}
    assert receipts == {"ylva@ki.example", "parker@mayo.example"}
    return reference


def check_eligibility(story: Story, application_id: str) -> None:
    page = story.ki.get(f"/office/applications/{application_id}")
    assert "The call is still open" in text_of(page)
    story.time.at = AFTER_CLOSING
    story.sign_in()
    page = story.ki.get(f"/office/applications/{application_id}")
    one_primary(page)
    refused = press(story.ki, page, "Declare .* eligible", reason="Looks fine.")
    assert refused.status_code == 422
    ticks = re.findall(r'name="tick" value="([^"]+)"', page.get_data(as_text=True))
    page = press(story.ki, page, "Declare .* eligible", reason="In order.", tick=ticks)
    assert "Eligible" in text_of(page)


REVIEWERS = {
    "ki": ("Rut Granskare", "rut@review.example", "Nora Ny", "nora@new.example"),
    "mayo": ("Rex Reader", "rex@review.example", "Rhea Score", "rhea@review.example"),
}


def name_reviewers(story: Story, application_id: str) -> None:
    for side, browser in (("ki", story.ki), ("mayo", story.mayo)):
        url = f"/office/panels/{story.panel(side)}"
        names = REVIEWERS[side]
        for name, address in (names[:2], names[2:]):
            answer = press(browser, browser.get(url), "Add to the panel", name=name, address=address)
            assert answer.status_code == 200, text_of(answer)
        page = browser.get(url)
        one_primary(page)
        pairs = re.findall(r'name="pair" value="([^"]+)"', page.get_data(as_text=True))
        assert len(pairs) == 2
        press(browser, page, "Save assignments", pair=pairs)
    assert story.ki.get(f"/office/panels/{story.panel('mayo')}").status_code == 404
    page = press(story.ki, story.ki.get(f"/office/applications/{application_id}"), "Start review")
    assert "In review" in text_of(page)
    board = text_of(story.ki.get(f"/office/calls/{story.world.call}"))
    assert "Rut Granskare" in board and "Rex Reader" not in board


def review(story: Story) -> None:
    sent = {to: path_in_mail(body) for to, _, body in story.mails()}
    assert set(sent) == {"rut@review.example", "nora@new.example", "rex@review.example", "rhea@review.example"}
    scores = {"rut@review.example": 6, "nora@new.example": 5, "rex@review.example": 2, "rhea@review.example": 3}
    for place, (address, path) in enumerate(sent.items()):
        browser = story.app.test_client()
        pages = [browser.get(path)]
        pages.append(press(browser, pages[-1], "^Yes, I will"))
        pages.append(press(browser, pages[-1], "^Continue"))
        assert pages[-1].request.path.startswith("/reviews/"), pages[-1].request.path  # three pages, two clicks
        assert not any('type="password"' in page.get_data(as_text=True) for page in pages)
        desk = pages[-1]
        one_primary(desk)
        kept = press(browser, desk, "^Save draft", for_applicant="A bold idea, å ä ö.")
        assert "A bold idea" in kept.get_data(as_text=True)
        missing = press(browser, browser.get(desk.request.path), "^Submit review")
        assert missing.status_code == 422
        names = sorted(set(re.findall(r'name="((?:score|remark)-[^"]+|overall)"', desk.get_data(as_text=True))))
        typed = {name: "Because of =SUM(A1)." if name.startswith("remark") else str(scores[address]) for name in names}
        done = press(browser, missing, "^Submit review", **{**typed, "for_applicant": "A bold idea, å ä ö."})
        assert done.status_code == 200, text_of(done)
        if place == 0:
            ranking = story.ki.get(f"/office/calls/{story.world.call}/ranking")
            assert "6.00" not in text_of(ranking)
    story.time.move(days=1)
    before = text_of(story.ki.get(f"/panel/{story.panel('ki')}"))
    assert "5.5" in before
    assert story.ki.get(f"/panel/{story.panel('mayo')}").status_code == 404
    for side, browser in (("ki", story.ki), ("mayo", story.mayo)):
        press(browser, browser.get(f"/panel/{story.panel(side)}"), "Close the panel")


def decide(story: Story, application_id: str) -> None:
    ranking = text_of(story.ki.get(f"/office/calls/{story.world.call}/ranking"))
    assert "5.5" in ranking and "2.5" in ranking
    shown = without_keys(story.researcher.get(f"/applications/{application_id}"))
    for side, browser in (("ki", story.ki), ("mayo", story.mayo)):
        url = next(
            href
            for href in links(browser.get(f"/office/calls/{story.world.call}/ranking")).values()
            if "decision" in href or application_id in href
        )
        page = browser.get(url)
        fields = {f"recommends-{side}": "yes", f"reasons-{side}": "Strong on both sides."}
        page = press(browser, page, "^Record verdict", **fields)
        assert page.status_code == 200, text_of(page)
    page = story.ki.get(url)
    one_primary(page)
    page = press(
        story.ki,
        page,
        "^Record decision",
        outcome="award",
        reasons="",
        feedback="Bold; mind the statistics.",
        took_part="Kajsa Samordning\nMolly Coordson",
    )
    assert page.status_code == 200, text_of(page)
    now_shown = without_keys(story.researcher.get(f"/applications/{application_id}"))
    assert now_shown.decode().splitlines() == shown.decode().splitlines()
    assert story.mails() == []


def release(story: Story, application_id: str, reference: str) -> None:
    url = f"/office/calls/{story.world.call}/letters"
    page = story.ki.get(url)
    letter = next(href for words, href in links(page).items() if "/letters/" in href and "release" not in href)
    page = story.ki.get(letter)
    body = next(form.fields["body"][0] for form in forms(page) if "body" in form.fields)
    page = press(story.ki, page, "^Save letter", body=body + "\nWarm congratulations.")
    assert page.status_code == 200
    page = follow(story.ki, story.ki.get(url), "Release all results")
    one_primary(page)
    page = press(story.ki, page, "Release all results", confirm="yes")
    assert page.status_code == 200, text_of(page)
    mails = story.mails()
    assert {to for to, _, _ in mails} == {"ylva@ki.example", "parker@mayo.example"}
    assert sum("Warm congratulations." in text for _, _, text in mails) == 1
    assert all("mind the statistics" in text for _, _, text in mails)
    by_person = {to: text for to, _, text in mails}
    assert "USD" not in by_person["ylva@ki.example"] and "SEK" not in by_person["parker@mayo.example"]
    shown = text_of(story.researcher.get(f"/applications/{application_id}"))
    assert "mind the statistics" in shown and "USD 50,000" in shown and "SEK 500,000" in shown


def award_and_export(story: Story, application_id: str, reference: str) -> None:
    page = story.ki.get(f"/office/applications/{application_id}/award")
    text = text_of(page)
    assert "SEK 900,000.50" in text and "USD 95,000" in text
    refused = press(story.ki, page, "Release SEK")
    assert refused.status_code == 422
    press(story.ki, page, "Release SEK", **{"reason-ki-2": "The report was convincing."})
    assert "The report was convincing." in text_of(story.mayo.get(f"/office/applications/{application_id}/award"))

    exports = story.ki.get(f"/office/calls/{story.world.call}/exports")
    answer = press(story.ki, exports, "workbook")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not any(cell.data_type == "f" for cell in cells)
    assert [v for cell in cells if "1+1" in (v := str(cell.value))] == ["=1+1 Ängelns väg"]
    numbers = [cell.value for cell in cells if cell.data_type == "n"]
    assert 500000 in numbers and 400000.5 in numbers and 50000 in numbers and 5.5 in numbers and 2.5 in numbers
    assert sum(reference == cell.value for cell in cells) >= 5  # the overview's row and four reviews
    csv = press(story.ki, exports, "Overview as CSV").data.decode("utf-8-sig")
    assert reference in csv and "'=1+1" in csv


def check_trail(session: Any) -> None:
    found = trail.verify(session)
    assert found.breaks == ()
    assert found.entries > 25


def test_after_the_deadline_nothing_is_submitted_and_nothing_is_lost(story: Story, do: Do) -> None:
    def arrange(session: Any) -> str:
        application = stages.draft(session, story.world)
        stages.confirm(session, application)
        return str(application.id)

    application_id = do(arrange)
    browser = story.researcher
    page = browser.get(f"/applications/{application_id}/check")
    story.time.at = AFTER_CLOSING - timedelta(days=1) + timedelta(seconds=1)
    story.sign_in()
    browser = story.researcher
    refused = press(browser, page, "Lämna in|Submit application")
    assert refused.status_code == 422
    assert "Silent partners: a short text." in browser.get(f"/applications/{application_id}/edit").get_data(
        as_text=True
    )
