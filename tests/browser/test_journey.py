"""Apply, score, release in a real browser; axe finds nothing on the pages, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import rehearsal

Look = Callable[[str], None]
PARTNER = "pat.pretend@mayo.example"


def become(page: Any, address: str, base: str) -> None:
    page.goto(f"{base}/demo/")
    page.locator(f'form:has(input[value="{address}"]) button').click()
    switch = page.get_by_role("button", name="English", exact=True)
    if switch.count():
        switch.first.click()


def newest_link(page: Any, base: str, address: str) -> str:
    """The personal link in the newest mail to an address; the worker needs a moment."""
    for _ in range(60):
        page.goto(f"{base}/demo/mailbox?to={address}")
        mails = page.locator("main tbody th a")
        if mails.count():
            mails.first.click()
            links = page.locator("main a[href*='/p/']")
            if links.count():
                href: str = links.first.get_attribute("href")
                return base + "/p/" + href.rpartition("/p/")[2]
        page.wait_for_timeout(250)
    raise AssertionError(f"no mail to {address}")


def fill_answers(page: Any) -> None:
    for area in page.locator("textarea[name^='q-']").all():
        area.fill("A short text that says what is to be said.")
    for line in page.locator("input[type=text][name^='q-']").all():
        line.fill("Cells that wait")
    for name in {r.get_attribute("name") for r in page.locator("input[type=radio][name^='q-']").all()}:
        page.locator(f"input[name='{name}']").first.check(force=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_draft_is_written_and_kept(chromium: Any, demo: tuple[Flask, str], javascript: bool) -> None:
    _, base = demo
    context = chromium.new_context(java_script_enabled=javascript)
    page = context.new_page()
    become(page, "ylva.exempelsson@ki.example", base)
    page.goto(f"{base}/calls/{rehearsal.OPEN_CALL}")
    page.locator("form[action$='/applications'] button, a.button-primary").first.click()
    page.locator("textarea[name^='q-']").first.fill("Text that must not be lost.")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    page.reload()
    assert page.locator("textarea[name^='q-']").first.input_value() == "Text that must not be lost."
    context.close()


def test_apply_score_release(page: Any, look: Look, demo: tuple[Flask, str]) -> None:
    _, base = demo
    page.goto(base)
    look("home")
    page.goto(f"{base}/calls/{rehearsal.OPEN_CALL}")
    look("call")
    page.goto(f"{base}/sign-in")
    look("sign-in")
    page.goto(f"{base}/demo/")
    look("demo")
    apply(page, look, base)
    decide_the_round_of_2026(page, look, base)


def apply(page: Any, look: Look, base: str) -> None:
    become(page, "ylva.exempelsson@ki.example", base)
    page.goto(f"{base}/calls/{rehearsal.OPEN_CALL}")
    page.locator("form[action$='/applications'] button, a.button-primary").first.click()
    application = re.findall(r"/applications/([0-9a-f-]{36})", page.url)[0]
    fill_answers(page)
    page.locator("[name='budget-ki-1']").fill("600 000")
    page.locator("[name='budget-ki-2']").fill("1.500")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    look("edit-with-problems")
    page.locator("[name='budget-ki-1']").fill("500 000")
    page.locator("[name='budget-ki-2']").fill("400 000")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    page.locator("#invite-mayo-name").fill("Pat Pretend")
    page.locator("#invite-mayo-address").fill(PARTNER)
    page.get_by_role("button", name="Invite for Mayo").click()
    page.wait_for_load_state()
    look("edit")
    link = newest_link(page, base, PARTNER)
    partner = page.context.browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    partner.goto(link)
    partner.get_by_role("button", name="Open my part").click()
    partner.locator("[name='budget-mayo-1']").fill("50 000")
    partner.locator("[name='budget-mayo-2']").fill("45 000")
    partner.get_by_role("button", name="Confirm my part").click()
    partner.wait_for_load_state()
    assert "confirmed" in partner.locator("main").inner_text().lower()
    assert partner.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    partner.context.close()
    page.goto(link)
    look("partner-landing")
    become(page, "ylva.exempelsson@ki.example", base)
    page.goto(f"{base}/applications/{application}/check")
    look("check")
    page.get_by_role("button", name="Submit application").click()
    page.wait_for_url(re.compile(f"/applications/{application}$"))
    look("receipt")
    page.goto(f"{base}/desk")
    look("desk")


def score(page: Any, look: Look, base: str, address: str, name: str) -> None:
    become(page, address, base)
    page.locator("#reviews a").first.click()
    look(f"queue-{name}")
    while page.get_by_role("link", name=re.compile("next review")).count():
        page.get_by_role("link", name=re.compile("next review")).click()
        if name == "ki":
            look("review-desk")
        scores = {r.get_attribute("name") for r in page.locator("input[type=radio]").all()}
        for group in sorted(scores):
            page.locator(f"input[name='{group}']").nth(1).check(force=True)
        for text in page.locator("textarea:visible").all():
            text.fill("Bold, and honest about its risk.")
        page.get_by_role("button", name=re.compile("^Submit review")).click()
        page.wait_for_load_state()
        if "/reviews/" in page.url:
            page.goto(f"{base}/desk")
            page.locator("#reviews a").first.click()


def decide_the_round_of_2026(page: Any, look: Look, base: str) -> None:
    score(page, look, base, "rut.granskarsdotter@review.example", "ki")
    score(page, look, base, "rex.imaginary@review.example", "mayo")
    become(page, "charlie@review.example", base)
    page.locator("#panels a").first.click()
    look("panel")
    page.get_by_role("button", name="Close the panel").click()
    become(page, "kajsa.samordnare@ki.example", base)
    page.get_by_role("link", name=re.compile("2026")).first.click()
    call = page.url
    look("board")
    page.get_by_role("link", name="KI panel").click()
    look("office-panel")
    page.goto(call)
    page.locator("#applications table a").first.click()
    look("office-application")
    become(page, "molly.coordsen@mayo.example", base)
    page.goto(call)
    page.get_by_role("link", name="Mayo panel").click()
    page.get_by_role("link", name="Open the results").click()
    page.get_by_role("button", name="Close the panel").click()
    for address, side in (("molly.coordsen@mayo.example", "mayo"), ("kajsa.samordnare@ki.example", "ki")):
        become(page, address, base)
        page.goto(call + "/ranking")
        pages = sorted({a.get_attribute("href") for a in page.locator("a[href$='/decision']").all()})
        for place, href in enumerate(pages):
            page.goto(base + href)
            page.locator(f"[name='recommends-{side}']").nth(0 if place < 2 else 1).check(force=True)
            page.locator(f"[name='reasons-{side}']").fill("As the panel found.")
            page.get_by_role("button", name=re.compile("^Record verdict")).click()
            page.wait_for_load_state()
    page.goto(call + "/ranking")
    look("ranking")
    for place, href in enumerate(pages):
        page.goto(base + href)
        if place == 0:
            look("decision")
        page.locator("[name='outcome'][value='award']" if place < 2 else "[name='outcome'][value='decline']").check(
            force=True
        )
        page.locator("[name='feedback']").fill("A clear idea. The statistics could be stronger.")
        page.locator("[name='took_part']").fill("Kajsa Samordnare\nMolly Coordsen")
        page.get_by_role("button", name=re.compile("^Record decision")).click()
        page.wait_for_load_state()
    page.goto(call + "/letters")
    look("letters")
    page.locator("main a[href*='/letters/']").first.click()
    look("letter")
    page.goto(call + "/letters")
    page.get_by_role("link", name="Release all results").click()
    look("release")
    page.locator("[name='confirm']").check(force=True)
    page.get_by_role("button", name="Release all results").click()
    page.wait_for_load_state()
    look("released")
    page.goto(call + "/exports")
    look("exports")
    page.goto(call + "/trail")
    look("trail")
    page.goto(base + pages[0].replace("/decision", "/award"))
    look("award")
    page.goto(f"{base}/demo/mailbox")
    look("mailbox")
    become(page, "adam.systemius@tandem.example", base)
    look("people")
    page.goto(f"{base}/accessibility")
    look("accessibility")
