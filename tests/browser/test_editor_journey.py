"""A new coordinator, without a mouse: last year's call copied, three things changed, looked at, and published."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask

from app.extensions import db
from app.identities import services as identities
from app.identities.models import Role
from app.kernel import clock
from app.kernel.actors import Acting
from app.kernel.database import writing
from app.programmes import services as programmes
from app.programmes.definition import load_catalogue
from app.workflow.vocabulary import Hat
from tests.browser.test_journey import become
from tests.filling import filled

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
    reach(page, page.locator("#copies a").filter(has_not_text="Student").first.inner_text())
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


def last_years_sinf(app: Flask) -> str:
    """SINF with its unknowns filled, as a call that this coordinator ran last year: its title."""
    with app.app_context(), writing(db.engine):
        session, at = db.session(), clock.now()
        declared = filled(load_catalogue()["sinf-2016"])
        kajsa = identities.person_by_address(session, "kajsa.samordnare@ki.example")
        assert kajsa is not None
        by = Acting(kajsa.id, kajsa.name, frozenset({Hat.COORDINATOR}))
        call = programmes.import_call(session, replace(declared, key="sinf-filled"), by=by, at=at, is_decided=True)
        for side in declared.sides:
            identities.grant_role(session, kajsa, Role.COORDINATOR, at=at, call_id=call.id, side_key=side.key)
        session.commit()
        db.session.remove()
    return declared.title.en


def test_last_years_sinf_is_copied_changed_and_published_by_keyboard(page: Any, demo: tuple[Flask, str]) -> None:
    app, base = demo
    title = last_years_sinf(app)
    began = time.monotonic()
    become(page, "kajsa.samordnare@ki.example", base)
    page.goto(f"{base}/office/new-call")
    reach(page, next(text for text in page.locator("#copies a").all_inner_texts() if title in text))
    enter(page)
    write(page, "key", "sinf-2027")
    write(page, "year", "2027")
    press(page, "Copy the call")
    declaration = page.url
    press(page, "Sides and money")
    write(page, "max_awards", "18")
    press(page, "Keep and go to the overview")
    press(page, "Dates")
    write(page, "reminders", "14, 3")
    press(page, "Keep and go to the overview")
    press(page, "Texts")
    write(page, "emphasis.en", "Projects that more than two institutions carry.")
    write(page, "emphasis.sv", "Projekt som fler än två lärosäten bär.")
    press(page, "Keep and go to the overview")
    for audience in ("As the public page", "As an applicant", "As a partner", "As a reviewer"):
        press(page, audience)
        page.goto(declaration)
    press(page, "Take the changes over")
    press(page, "Publish the call")

    assert "The call is" in page.locator("main").inner_text(), page.locator("main").inner_text()[:600]
    assert page.get_by_role("button", name="Publish the call").count() == 0
    assert time.monotonic() - began < 600, "it takes a new coordinator less than ten minutes"
