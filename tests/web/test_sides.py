"""The applicant's and the partner's pages in calls of one side, and of three of which one is optional, one in kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries
from app.applications.models import Application
from app.kernel.database import scoped
from app.kernel.money import Money
from app.workflow.vocabulary import State
from tests import forms, sides
from tests.shows import shows
from tests.sides import COSTS, KI, MAYO, ON_TOP, OSLO, both, call_of
from tests.world import World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
EQUAL = {"rule": "equal", "percent": 10, "rates": [{"currency": "USD", "value": "10.42"}]}
TYPED = {
    "q__title": "Together",
    "q__why__ki": "People.",
    "budget__ki__1__salaries": "300 000",
    "budget__ki__1__travel": "0.03",
    "budget__ki__2__salaries": "100 000",
}


def opened(do: Do, world: World, **changes: Any) -> str:
    definition = call_of(*changes.pop("sides"), **changes)
    return str(do(lambda session: sides.opened(session, world, definition).key))


def state_of(do: Do, application_id: str) -> State:
    statement = scoped(select(Application.state).where(Application.id == UUID(application_id)))
    return State(do(lambda session: session.scalar(statement)))


def begun(browser: FlaskClient, key: str) -> str:
    return browser.post(f"/calls/{key}/applications").location.split("/")[2]


def budget_of(do: Do, draft: str, key: str) -> dict[int, Money]:
    found: dict[int, Money] = do(lambda s: queries.budgets(s, [UUID(draft)])[UUID(draft)].get(key, {}))
    return found


@shows("sides.refused_costs")
def test_one_side_alone_applies_with_costs_and_overhead_on_top(world: World, as_: As, do: Do) -> None:
    side = {**KI, **ON_TOP, "refused_costs": both("Stipends.", "Stipendier.")}
    browser = as_(world.other_researcher)
    draft = begun(browser, opened(do, world, sides=[side]))
    page = browser.get(f"/applications/{draft}/edit")
    said = forms.text_of(page)
    assert "artner" not in said
    assert "ach side" not in said
    assert re.search(r"Not paid: Stipends\.|Betalas inte: Stipendier\.", said)

    saved = forms.press(browser, page, "Save draft|Spara utkast", **TYPED)

    said = forms.text_of(saved)
    assert re.search(r"LönerSEK.300.000SEK.100.000SEK.400.000", said)
    assert re.search(r"Indirekta kostnader, påslag 25 %SEK.75.000,01SEK.25.000SEK.100.000,01", said)
    assert re.search(r"TotaltSEK.375.000,04SEK.125.000SEK.500.000,04", said)
    checked = browser.get(f"/applications/{draft}/check")
    assert "500" in forms.text_of(checked)
    receipt = forms.press(browser, checked, "Submit application|Lämna in ansökan")
    assert state_of(do, draft) is State.SUBMITTED
    assert re.search(r"SEK 500.000[.,]04", forms.text_of(receipt))


def test_three_sides_apply_through_their_pages(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    key = opened(do, world, sides=[{**KI, **ON_TOP}, MAYO, OSLO], matching=EQUAL)
    draft = begun(browser, key)
    page = browser.get(f"/applications/{draft}/edit")
    assert 'id="q-why-mayo"' not in page.text
    page = forms.press(browser, page, r"Bring Mayo in|Ta med Mayo", **TYPED)
    assert 'id="q-why-mayo"' in page.text
    assert budget_of(do, draft, "ki") == {1: Money(30_000_003, "SEK"), 2: Money(10_000_000, "SEK")}
    for short in ("Mayo", "Oslo"):
        name, address = f"invite__{short.lower()}__name", f"invite__{short.lower()}__address"
        invited = {name: f"Pia {short}", address: f"pia@{short.lower()}.example"}
        page = forms.press(browser, page, rf"^(Invite for|Bjud in för) {short}", **invited)
        assert page.status_code == 200, forms.text_of(page)
    parts = {
        key: do(lambda s, key=key: (lambda part: (part.id, part.lead_person_id))(queries.side_of(s, UUID(draft), key)))
        for key in ("mayo", "oslo")
    }
    answers: dict[str, dict[str, Any]] = {
        "mayo": {"q__why__mayo": "Mice.", "budget__mayo__1": "20 000", "budget__mayo__2": "10 000"},
        "oslo": {},
    }
    for key, typed in answers.items():
        partner = as_(parts[key][1])
        task = partner.get(f"/parts/{parts[key][0]}")
        assert ('name="budget-' in task.text) is (key == "mayo")
        done = forms.press(partner, task, "^Confirm my part|^Bekräfta min del", **typed)
        assert done.status_code == 200, forms.text_of(done)

    refused = browser.post(f"/applications/{draft}/submit")

    assert refused.status_code == 422
    assert "USD 1 = SEK 10.42" in refused.text
    assert "SEK 812" not in refused.text  # no sum over two currencies
    partner = as_(parts["mayo"][1])
    task = partner.get(f"/parts/{parts['mayo'][0]}")
    assert "USD 1 = SEK 10.42" in task.text
    forms.press(partner, task, "^Save my part|^Spara min del", budget__mayo__1="39 000")
    assert browser.post(f"/applications/{draft}/submit").status_code == 303
    assert state_of(do, draft) is State.SUBMITTED


def test_leaving_a_side_out_keeps_what_was_typed_and_says_what_it_does(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, opened(do, world, sides=[KI, MAYO]))
    page = forms.press(browser, browser.get(f"/applications/{draft}/edit"), "Bring Mayo in|Ta med Mayo")
    page = forms.press(browser, page, "Leave Mayo out|Utelämna Mayo", q__title="Typed just now")
    assert 'value="Typed just now"' in page.text
    assert 'id="q-why-mayo"' not in page.text
    unreadable = browser.post(
        f"/applications/{draft}/sides/mayo/presence",
        data={"takes-part-mayo": "yes", "budget-ki-1": "plenty", "was-budget-ki-1": ""},
    )
    assert unreadable.status_code == 422
    assert 'value="plenty"' in unreadable.text
    assert 'id="q-why-mayo"' in unreadable.text
    refused = browser.post(f"/applications/{draft}/sides/ki/presence", data={"v-title": "1", "q-title": "Still here"})
    assert refused.status_code == 422
    assert 'value="Still here"' in refused.text
    assert browser.post(f"/applications/{draft}/sides/mars/presence").status_code == 404
    assert as_(world.outsider).post(f"/applications/{draft}/sides/mayo/presence").status_code == 404


def test_two_tabs_are_kept_apart_line_by_line(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, opened(do, world, sides=[{**KI, **ON_TOP}]))
    url, place = f"/applications/{draft}/edit", "budget-ki-1-travel"
    browser.post(url, data={place: "5", f"was-{place}": ""})
    slower = browser.post(
        url, data={place: "7", f"was-{place}": "", "budget-ki-1-salaries": "9", "was-budget-ki-1-salaries": ""}
    )
    assert slower.status_code == 422
    assert f'href="#{place}"' in slower.text
    assert re.search(rf'id="{place}"[^>]*value="7"', slower.text)
    assert budget_of(do, draft, "ki") == {1: Money(1_400, "SEK")}


def test_an_automatic_save_renews_the_sums_and_the_balance(world: World, as_: As, do: Do) -> None:
    browser = as_(world.researcher)
    draft = begun(browser, opened(do, world, sides=[{**KI, **ON_TOP}, {**MAYO, "optional": False}], matching=EQUAL))
    place = f"/applications/{draft}/amounts/budget-ki-1-travel"
    parts = browser.post(place, data={"value": "400", "was": ""}).get_json()["parts"]
    assert re.search(r"SEK.500", parts["budget-ki-sums"])
    assert 'id="matching"' in parts["matching"]


def test_the_office_sees_asked_and_granted_with_what_lies_on_top(world: World, as_: As, do: Do) -> None:
    def arrange(session: Session) -> UUID:
        call = sides.opened(session, world, call_of({**KI, **ON_TOP}))
        application = sides.begun(session, world, call)
        sides.asks(session, application, "ki", {(1, COSTS[0]["key"]): "400 000", (2, "travel"): "100 000"})
        sides.submit(session, application)
        sides.awarded(session, world, call, application, {"ki": ("200 000", "100 000")})
        return application.id

    found = do(arrange)
    office = as_(world.ki_coordinator)
    decision = forms.text_of(office.get(f"/office/applications/{found}/decision"))
    assert re.search(r"In allSEK.500,000SEK.125,000SEK.625,000", decision)  # year 1 asked, year 2, in all
    assert re.search(r"In allSEK.250,000SEK.125,000SEK.375,000", decision)
    award = forms.text_of(office.get(f"/office/applications/{found}/award"))
    assert "of which SEK 50,000 indirect costs" in award
    assert "Each side" not in award
    result = forms.text_of(as_(world.researcher).get(f"/applications/{found}"))
    assert re.search(r"SEK 250.000.*50.000", result)
