"""A new coordinator, without a mouse: last year's call copied, three things changed, looked at, and published."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.browser.test_journey import become

Look = Callable[[str], None]
FOCUSED = """() => { const e = document.activeElement; return e.getAttribute('aria-label') || e.id || '' }"""
TEXT = """() => (document.activeElement.innerText || '').trim()"""
MOST = 400


def reach(page: Any, name: str) -> None:
    """Press Tab until what is called so, or has this id, has the focus."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if name in (page.evaluate(FOCUSED), page.evaluate(TEXT)):
            return
    raise AssertionError(f"the keyboard does not reach {name!r} on {page.url}")


def press(page: Any, name: str) -> None:
    """Reach a link or a button and press Enter."""
    reach(page, name)
    enter(page)


def enter(page: Any) -> None:
    """Press Enter, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Any, field: str, text: str) -> None:
    """Reach a field and replace what stands in it."""
    reach(page, field)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)


def test_last_years_call_is_copied_changed_and_published_by_keyboard(
    page: Any, look: Look, demo: tuple[Flask, str]
) -> None:
    _, base = demo
    began = time.monotonic()
    become(page, "kajsa.samordnare@ki.example", base)
    page.goto(f"{base}/office/")
    press(page, "New call")
    reach(page, page.locator("#copies a").first.inner_text())
    enter(page)
    press(page, "Copy the call")
    declaration = page.url
    press(page, "Sides and money")
    write(page, "max_awards", "3")
    press(page, "Keep and go to the overview")
    press(page, "Dates")
    write(page, "grace_minutes", "10")
    write(page, "reminders", "7, 2")
    look("declaration-dates")
    enter(page)  # in a field, Enter keeps the page
    page.goto(declaration)
    press(page, "Texts")
    write(page, "purpose.en", "Written without a mouse.")
    press(page, "Keep and go to the overview")
    press(page, "As an applicant")
    look("preview-applicant")
    press(page, "Back to the declaration")
    look("declaration-differences")
    press(page, "Take the changes over")
    press(page, "Publish the call")
    assert "The call is published" in page.locator("main").inner_text()
    press(page, "Deadlines and extensions")
    look("deadlines")
    assert "within 10 minutes" in page.locator("main").inner_text()
    page.goto(f"{declaration}/entry?at=questions[0]")
    look("declaration-question")
    assert time.monotonic() - began < 600, "it takes a new coordinator less than ten minutes"
