"""Whatever refuses a form, what was typed comes back; of two tabs the slower one is told both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from app.reviews import services as reviewing
from tests import stages
from tests.conftest import Clock
from tests.forms import press, text_of
from tests.world import AFTER_CLOSING, World

As = Callable[..., FlaskClient]
Do = Callable[..., Any]
WORDS = "A long thought about the statistics, åäö."


def test_a_post_after_signing_out_elsewhere_gives_the_text_back(world: World, as_: As, do: Do) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    browser = as_(world.researcher)
    page = browser.get(f"/applications/{draft}/edit")
    browser.post("/sign-out")
    answer = press(browser, page, "^Save draft|^Spara utkast", **{"q-research_plan": WORDS})
    assert answer.status_code == 401
    assert WORDS in text_of(answer)


def test_a_review_that_comes_after_the_last_panel_closed_is_given_back(
    world: World, as_: As, do: Do, time: Clock
) -> None:
    def arrange(session: Any) -> str:
        application = stages.submitted(session, world)
        members = stages.in_review(session, world, application)
        assignment = session.scalars(
            stages.scoped(stages.select(stages.Assignment).where(stages.Assignment.member_id == members["ki"][0].id))
        ).one()
        return str(assignment.id)

    assignment = do(arrange)
    time.at = AFTER_CLOSING
    browser = as_(world.reviewers[0])
    page = browser.get(f"/reviews/{assignment}")

    def close(session: Any) -> None:
        for side, by in (("ki", stages.ki_office(world)), ("mayo", stages.mayo_office(world))):
            reviewing.close_panel(session, stages.panels(session, world)[side], by=by, at=AFTER_CLOSING, reason="Time.")

    do(close)
    answer = press(browser, page, "^Save draft", for_applicant=WORDS)
    assert answer.status_code in (403, 404, 422)
    assert WORDS in text_of(answer)


def test_two_tabs_on_one_amount_are_told_both(world: World, as_: As, do: Do) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    first, second = (browser.get(f"/applications/{draft}/edit") for _ in range(2))
    press(browser, first, "^Save draft", **{"budget-ki-1": "111 111"})
    slower = press(browser, second, "^Save draft", **{"budget-ki-1": "222 222"})
    assert slower.status_code in (409, 422)
    assert "SEK 111,111" in text_of(slower)
    assert 'value="222 222"' in slower.get_data(as_text=True)
    after = press(browser, slower, "^Save draft")
    assert after.status_code == 200
    assert "222" in text_of(browser.get(f"/applications/{draft}/check"))


def test_an_english_page_reads_amounts_as_it_writes_them(world: World, as_: As, do: Do) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    page = browser.get(f"/applications/{draft}/edit")
    assert press(browser, page, "^Save draft", **{"budget-ki-1": "450,000"}).status_code == 200
    refused = press(browser, browser.get(f"/applications/{draft}/edit"), "^Save draft", **{"budget-ki-1": "1.500"})
    assert "can be read as" in text_of(refused)
    browser.post("/language", data={"locale": "sv"})
    page = browser.get(f"/applications/{draft}/edit")
    assert "450" in page.get_data(as_text=True)
    assert press(browser, page, "^Spara utkast", **{"budget-ki-1": "440,000"}).status_code == 422
