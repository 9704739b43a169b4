"""Through the pages, for one side and for three: from the public page to the award, each person in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import message_from_string, policy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.cli import work
from app.communications.models import MailboxMessage
from app.programmes.definition import Definition, Panel
from app.reviews import models
from app.trail import services as trail
from tests import walk as way
from tests.conftest import Clock
from tests.filling import filled
from tests.forms import follow, forms, links, path_in_mail, press, text_of
from tests.world import load_catalogue

Do = Callable[..., Any]
As = Callable[..., FlaskClient]
CATALOGUE = load_catalogue()


class Story:
    """The people of one call, each with a browser, and the mailbox."""

    def __init__(self, app: Flask, do: Do, as_: As, time: Clock, call: Definition) -> None:
        self.app, self.do, self.as_, self.time, self.call = app, do, as_, time, call
        self.read: set[Any] = set()
        self.call_id, self.closes, self.office_ids, self.lead_id = do(self._arrange)
        time.at = self.closes - 10 * way.DAY

    def _arrange(self, session: Any) -> tuple[Any, ...]:
        walk = way.announced(session, self.call)
        offices = {key: office.person_id for key, office in walk.offices.items()}
        return walk.call.id, walk.closes, offices, walk.somebody(self.call.lead_side).id

    def browser(self, person_id: Any) -> FlaskClient:
        found = self.as_(person_id)
        found.post("/language", data={"locale": "en", "next": "/"})
        return found

    def office(self, side: str) -> FlaskClient:
        return self.browser(self.office_ids.get(side, self.office_ids[self.call.lead_side.key]))

    def mails(self) -> list[tuple[str, str]]:
        """New mails: to and text."""
        work.deliver(self.app)
        rows = self.do(lambda s: [(m.id, m.sent_to, m.raw) for m in s.scalars(select(MailboxMessage))])
        fresh = [(to, raw) for key, to, raw in rows if key not in self.read]
        self.read |= {key for key, *_ in rows}
        return [(to, _plain(raw)) for to, raw in fresh]

    def panel(self, declared: Panel) -> str:
        found = select(models.Panel.id).where(models.Panel.call_id == self.call_id, models.Panel.key == declared.key)
        return str(self.do(lambda s: s.scalars(found).one()))


def _plain(raw: str) -> str:
    body = message_from_string(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("key", ["blue-sky-2020", "sinf-2016"])
def test_a_call_works_through_the_pages(app: Flask, do: Do, as_: As, time: Clock, key: str) -> None:
    story = Story(app, do, as_, time, filled(CATALOGUE[key]))

    application = write(story)
    for link in [path_in_mail(text) for _, text in story.mails()]:
        confirm(story, link)
    submit(story, application)
    check(story, application)
    for panel in story.call.panels:
        man(story, panel)
    start(story, application)
    letters = {to: path_in_mail(text) for to, text in story.mails() if "/p/" in text}
    assert len(letters) == sum(panel.min_reviews or 1 for panel in story.call.panels)
    for panel in story.call.panels:  # in the order in which they wait for one another
        for to in [to for to in letters if panel.key in to]:
            read(story, letters[to])
        story.time.move(days=1)
        close(story, panel)
    decide(story, application)
    release(story)
    award(story, application)
    assert do(trail.verify).breaks == ()


def typed_answers(call: Definition, page: TestResponse) -> dict[str, list[str]]:
    """A good answer to every question that stands on the page."""
    names = set(re.findall(r'name="q-([^"]+)"', page.get_data(as_text=True)))
    return {
        f"q-{question.key}": way.typed_for(question)
        for question in call.questions
        if question.key in names and question.kind not in way.LEAVE_OUT
    }


def money_on(page: TestResponse) -> dict[str, str]:
    names = {name for form in forms(page) for name in form.fields if name.startswith("budget-")}
    return dict.fromkeys(names, "1 000")


def write(story: Story) -> str:
    browser = story.browser(story.lead_id)
    public = browser.get(f"/calls/{story.call.key}")
    assert all(side.name in text_of(public) for side in story.call.sides)
    page = press(browser, public, "Start an application")
    application = re.findall(r"/applications/([0-9a-f-]{36})/edit", page.request.path)[0]
    page = press(browser, page, "^Save draft", **typed_answers(story.call, page), **money_on(page))
    assert page.status_code == 200, text_of(page)
    fixed = [side for side in story.call.sides if not side.lead and not side.optional]
    assert page.get_data(as_text=True).count(">Invite for ") == len(fixed)
    for side in story.call.sides[1:]:
        if side.optional:
            page = press(browser, page, f"^Bring {side.short} in")
        asked = {f"invite-{side.key}-name": f"Pia {side.key}", f"invite-{side.key}-address": f"pia@{side.key}.example"}
        page = press(browser, page, f"^Invite for {side.short}", **asked)
        assert page.status_code == 200, text_of(page)
    return application


def confirm(story: Story, link: str) -> None:
    partner = story.app.test_client()
    page = press(partner, partner.get(link), "Open my part")
    page = press(partner, page, "Confirm my part", **typed_answers(story.call, page), **money_on(page))
    assert page.status_code == 200 and "confirmed" in text_of(page).casefold(), text_of(page)


def submit(story: Story, application: str) -> None:
    browser = story.browser(story.lead_id)
    page = press(browser, browser.get(f"/applications/{application}/check"), "Submit application")
    assert f"{story.call.reference_prefix}-0001" in text_of(page)
    receipts = {to for to, text in story.mails() if f"{story.call.reference_prefix}-0001" in text}
    assert len(receipts) == len(story.call.sides)


def check(story: Story, application: str) -> None:
    story.time.at = story.closes + way.DAY
    office = story.office(story.call.lead_side.key)
    page = office.get(f"/office/applications/{application}")
    ticks = re.findall(r'name="tick" value="([^"]+)"', page.get_data(as_text=True))
    assert len(ticks) == len(story.call.eligibility)
    page = press(office, page, "Declare .* eligible", reason="In order.", tick=ticks)
    assert "Eligible" in text_of(page)


def man(story: Story, panel: Panel) -> None:
    office, url = story.office(panel.side), f"/office/panels/{story.panel(panel)}"
    for place in range(panel.min_reviews or 1):
        named = {"name": f"Rut {panel.key} {place}", "address": f"rut-{place}-{panel.key}@review.example"}
        if place == 0:
            named["is_chair"] = "yes"
        page = press(office, office.get(url), "Add to the panel", **named)
        assert page.status_code == 200, text_of(page)
    page = office.get(url)
    pairs = re.findall(r'name="pair" value="([^"]+)"', page.get_data(as_text=True))
    page = press(office, page, "Save assignments", pair=pairs)
    assert page.status_code == 200, text_of(page)


def start(story: Story, application: str) -> None:
    office = story.office(story.call.lead_side.key)
    page = press(office, office.get(f"/office/applications/{application}"), "Start review")
    assert "In review" in text_of(page)


def read(story: Story, link: str) -> None:
    browser = story.app.test_client()
    page = press(browser, press(browser, browser.get(link), "^Yes, I will"), "^Continue")
    typed = {name: values[0] for name, values in choices(page)}
    remarks = re.findall(r'name="(remark-[^"]+)"', page.get_data(as_text=True))
    typed |= dict.fromkeys([*remarks, "for_applicant"], "Invented, and well so.")
    page = press(browser, page, "^Submit review", **typed)
    assert page.status_code == 200, text_of(page)


def choices(page: TestResponse) -> Iterator[tuple[str, list[str]]]:
    """The scores to choose from, by field."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="radio" id="[^"]+" name="((?:score|overall)[^"]*)" value="([^"]+)"', page.get_data(as_text=True)
    ):
        found.setdefault(name, []).append(value)
    yield from found.items()


def close(story: Story, panel: Panel) -> None:
    office = story.office(panel.side)
    page = press(office, office.get(f"/panel/{story.panel(panel)}"), "Close the panel")
    assert page.status_code == 200, text_of(page)


def decide(story: Story, application: str) -> None:
    for side in story.call.sides:
        office = story.office(side.key)
        ranking = office.get(f"/office/calls/{story.call_id}/ranking")
        url = next(href for href in links(ranking).values() if application in href)
        said = {f"recommends-{side.key}": "yes", f"reasons-{side.key}": "Invented reasons."}
        page = press(office, office.get(url), "^Record verdict", **said)
        assert page.status_code == 200, text_of(page)
    office = story.office(story.call.lead_side.key)
    done = {"outcome": "award", "reasons": "", "feedback": "Invented feedback.", "took_part": "Everybody"}
    page = press(office, office.get(url), "^Record decision", **done)
    assert page.status_code == 200, text_of(page)


def release(story: Story) -> None:
    office = story.office(story.call.lead_side.key)
    page = follow(office, office.get(f"/office/calls/{story.call_id}/letters"), "Release all results")
    page = press(office, page, "Release all results", confirm="yes")
    assert page.status_code == 200, text_of(page)
    told = [text for _, text in story.mails() if "Invented feedback." in text]
    assert len(told) == len(story.call.sides)


def award(story: Story, application: str) -> None:
    for side in story.call.sides:
        page = text_of(story.office(side.key).get(f"/office/applications/{application}/award"))
        for paying in story.call.paying_sides:
            granted = (1000 + 10 * (paying.overhead_percent or 0)) * (story.call.years or 1)
            assert f"In all{paying.currency} {granted:,}" in page
    assert "Invented feedback." in text_of(story.browser(story.lead_id).get(f"/applications/{application}"))
