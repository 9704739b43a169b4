"""A student applies on a phone: 360 px, three screens, a photo straight from the phone, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.cli import work
from app.identities.models import EmailAddress
from app.programmes import services as programmes
from app.programmes.queries import definition_of
from app.reviews import services as reviews
from tests import light
from tests.browser.conftest import AXE, watched
from tests.browser.test_journey import become
from tests.world import ANNOUNCED, coordinator_of

KEY = light.LIGHT["key"]


@pytest.fixture(scope="module")
def call(demo: tuple[Flask, str]) -> str:
    """The light call among those of the demonstration."""
    app, base = demo
    with work.write(app) as session:
        person = session.scalars(light.stages.select(EmailAddress.person_id).where(EmailAddress.is_primary)).first()
        assert person is not None
        by = coordinator_of(person, "Kajsa Samordning", "ki")
        made = programmes.import_call(session, light.light(), by=by, at=ANNOUNCED)
        definition = definition_of(session, made)
        programmes.announce(session, made, definition, by=by, at=ANNOUNCED)
        reviews.open_panels(session, made, definition)
    return f"{base}/calls/{KEY}"


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A phone in the hand: 360 px, touch; its browser must not complain."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    window = context.new_page()
    with watched(window) as complaints:
        yield window
    context.close()
    assert [c for c in complaints if "status of 4" not in c] == []


def fine(page: Any) -> list[str]:
    """What axe finds, whether the page scrolls sideways, and which controls are too small for a thumb."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    faults = [f"{v['id']} {n['target']}" for v in found["violations"] for n in v["nodes"]]
    if page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append("scrolls sideways")
    small = """() => [...document.querySelectorAll('main button, main input:not([type=hidden]), main textarea, main select')]
        .map((e) => [e.name || e.textContent, (e.closest('.pick') ?? e).getBoundingClientRect(), e])
        .filter(([, box, e]) => box.height > 0 && box.height < 40 && !e.matches('.visually-hidden'))
        .map(([name, box]) => `${name}: ${box.height} px`)"""
    faults += page.evaluate(small)
    primary = page.locator("main .button-primary:visible").count()
    return faults if primary <= 1 else [*faults, f"{primary} primary buttons"]


class Keys:
    """A keyboard and nothing else: Tab until the place is reached, then type or press. Presses are counted as clicks."""

    def __init__(self, page: Any) -> None:
        self.page, self.clicks = page, 0

    def to(self, selector: str) -> None:
        """Tab on to a place, as far as there is anything to tab to."""
        here = "(selector) => document.activeElement?.matches(selector) ?? false"
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(here, selector):
                return
        raise AssertionError(f"no way to {selector} by Tab")

    def type(self, selector: str, words: str) -> None:
        self.to(selector)
        self.page.keyboard.type(words)

    def press(self, selector: str, key: str = "Enter") -> None:
        self.to(selector)
        self.clicks += 1
        self.page.keyboard.press(key)


def test_a_travel_grant_in_three_screens_and_six_clicks_by_keyboard_alone(
    phone: Any, demo: tuple[Flask, str], call: str, tmp_path: Any
) -> None:
    _, base = demo
    become(phone, "ylva.exempelsson@ki.example", base)
    phone.goto(call)
    keys = Keys(phone)
    assert fine(phone) == []
    keys.press("main form[action$='/applications'] button, main form[action*='start'] button")  # the first screen

    phone.wait_for_url(re.compile("/edit$"))
    questions = phone.locator("main form#draft :is(fieldset, .field):not(fieldset .field)").count()
    assert questions == 8
    assert fine(phone) == []
    keys.type("[name=q-talk]", "A poster on silence")
    phone.wait_for_function("() => document.getElementById('q-talk-chars').textContent === '19 of 120 characters'")
    keys.type("[name=q-event]", "Meeting of Meetings, Examplestad")
    keys.type("#q-days", "05052027")  # the same in every order of day and month
    keys.type("#q-days-to", "05052027")
    assert phone.locator("#q-days").input_value() == "2027-05-05"
    photo = tmp_path / "inbjudan åäö.jpg"
    photo.write_bytes(light.jpeg())
    with phone.expect_navigation(), phone.expect_file_chooser() as chooser:
        keys.press("[name=q-invitation]")
        chooser.value.set_files(str(photo))
    assert phone.url.endswith("#q-invitation")
    assert re.search(r"Received \d\d:\d\d, 1 kB", phone.locator("main").inner_text())
    assert phone.locator("[name=q-talk]").input_value() == "A poster on silence"
    keys.type("[name='budget-ki-1']", "12000")
    keys.type("[name=q-motivation]", "Because **it matters**.")
    keys.type("#q-supervisor", "Sven Handledare")
    keys.type("#q-supervisor-email", "sven@ki.example")
    keys.press("#q-true", "Space")
    assert fine(phone) == []
    keys.press("button[name=then][value=check]")  # the second screen

    phone.wait_for_url(re.compile("/check$"))
    assert phone.locator("main strong", has_text="it matters").count() == 1
    assert phone.get_by_text("Still missing").count() == 0
    assert fine(phone) == []
    keys.press("main form[action$='/submit'] button")  # the third screen

    phone.wait_for_url(re.compile("/applications/[0-9a-f-]{36}$"))
    assert "Travel_Ylva_Exempelsson.jpg" in phone.locator("#receipt").inner_text()
    assert fine(phone) == []
    assert keys.clicks <= 6
    with phone.expect_download() as fetched:
        phone.locator("a", has_text="Travel_Ylva_Exempelsson.jpg").first.tap()
    assert fetched.value.suggested_filename == "Travel_Ylva_Exempelsson.jpg"


def test_what_is_missing_is_linked_to_its_question(
    phone: Any, demo: tuple[Flask, str], call: str, tmp_path: Any
) -> None:
    _, base = demo
    become(phone, "parker.fictional@mayo.example", base)
    phone.goto(call)
    phone.get_by_role("button", name="Start an application").tap()
    wrong = tmp_path / "cv.pdf"
    wrong.write_bytes(b"MZ no PDF")
    phone.locator("[name=q-talk]").fill("Kept")
    with phone.expect_navigation():
        phone.locator("[name=q-invitation]").set_input_files(str(wrong))
    phone.locator("[data-error-summary] a").first.tap()
    assert phone.evaluate("() => document.activeElement.id") == "q-invitation"
    assert phone.locator("[name=q-talk]").input_value() == "Kept"
    assert fine(phone) == []
