"""Nothing typed is lost where it takes a browser: offline, signed out, another person, back, reload, two tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app import rehearsal
from tests.browser.conftest import watched
from tests.browser.test_journey import become

LEAD, OTHER = "ylva.exempelsson@ki.example", "parker.fictional@mayo.example"
PLAN = "#q-research_plan"
SAVED = re.compile(r"Saved \d\d:\d\d")
KEPT = "() => Object.keys(localStorage).filter((key) => key.startsWith('tandem-kept|')).length"

NOTHING = KEPT.replace("() =>", "() => 0 ===", 1)


@pytest.fixture
def window(chromium: Any) -> Iterator[Any]:
    """A browser whose complaints about lost connections and refusals are expected."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    with watched(page) as complaints:
        yield page
    context.close()
    assert [each for each in complaints if "Failed to load resource" not in each] == []


def begun(page: Any, base: str) -> str:
    """The draft of the open call, as its applicant."""
    become(page, LEAD, base)
    page.goto(f"{base}/calls/{rehearsal.OPEN_CALL}")
    page.locator("form[action$='/applications'] button, a.button-primary").first.click()
    page.wait_for_url(re.compile("/edit$"))
    return str(page.url)


def add(page: Any, words: str) -> None:
    """Type at the end of the plan."""
    page.locator(PLAN).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def says(page: Any, words: str | re.Pattern[str], place: str = "[data-saved]") -> None:
    page.locator(place, has_text=words).wait_for(timeout=15000)


def test_what_is_typed_survives_whatever_happens(window: Any, demo: tuple[Flask, str]) -> None:
    _, base = demo
    page, written = window, ""
    url = begun(page, base)

    def type_on(words: str) -> None:
        nonlocal written
        written += words
        add(page, words)

    page.locator(PLAN).fill("")
    type_on("Saved by itself.")
    says(page, SAVED)
    page.reload()
    assert page.locator(PLAN).input_value() == written

    page.context.set_offline(True)
    type_on(" Written in a tunnel.")
    says(page, "You are offline")
    assert page.evaluate(KEPT) == 1
    page.context.set_offline(False)
    says(page, SAVED)
    page.wait_for_function(NOTHING)

    elsewhere = page.context.new_page()
    elsewhere.goto(url)
    elsewhere.get_by_role("button", name="Sign out").click()
    elsewhere.wait_for_url(f"{base}/")
    type_on(" Written signed out.")
    says(page, "no longer signed in")
    become(elsewhere, OTHER, base)
    elsewhere.goto(f"{base}/calls/{rehearsal.OPEN_CALL}")
    elsewhere.locator("form[action$='/applications'] button").first.click()
    elsewhere.wait_for_url(re.compile("/edit$"))
    assert elsewhere.locator("[data-offered]").count() == 0

    become(elsewhere, LEAD, base)
    page.goto(url)
    says(page, "You wrote this on", "[data-offered]")
    page.get_by_role("button", name="Put it back").click()
    assert page.locator(PLAN).input_value() == written
    says(page, SAVED)
    page.wait_for_function(NOTHING)

    type_on(" And away at once.")
    page.goto(f"{base}/partnerships")
    page.go_back()
    page.wait_for_load_state()
    if page.locator("[data-offered]").count():
        page.get_by_role("button", name="Put it back").click()
    assert page.locator(PLAN).input_value() == written

    page.wait_for_function(NOTHING)
    elsewhere.goto(url)
    type_on(" The first tab.")
    says(page, SAVED)
    page.wait_for_function(NOTHING)
    add(elsewhere, " The second tab.")
    elsewhere.get_by_role("button", name="Keep both").click()
    says(elsewhere, SAVED)
    elsewhere.reload()
    both = elsewhere.locator(PLAN).input_value()
    assert "The first tab." in both
    assert "The second tab." in both
