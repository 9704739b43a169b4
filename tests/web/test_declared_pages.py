"""What keys of a declaration change on pages: words, leads, years and clocks of a call of any number of sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.kernel.database import scoped
from app.reviews.models import Assignment, Panel, PanelMember
from tests import walk as way
from tests.conftest import Clock
from tests.filling import both
from tests.forms import text_of
from tests.made_up import call_of, data_of
from tests.shows import shows

Do = Callable[..., Any]
As = Callable[..., FlaskClient]


def test_a_calls_page_names_every_side_with_its_own_money(client: FlaskClient, do: Do, time: Clock) -> None:
    page = public_page(client, do, time, "plain")

    for side in ("Institute alpha", "Institute beta", "Institute gamma"):
        assert side in page
    assert "EUR 80,000" in page and "USD 80,000" in page and "SEK 80,000" in page


def public_page(client: FlaskClient, do: Do, time: Clock, key: str, **changes: Any) -> str:
    def arrange(session: Any) -> Any:
        return way.announced(session, call_of(3, key=key, **changes)).before

    time.at = do(arrange)
    client.post("/language", data={"locale": "en", "next": "/"})
    return text_of(client.get(f"/calls/{key}"))


@shows("criteria.title", "criteria.help", "panels.title", "decision.text")
def test_a_calls_page_says_what_is_judged_by_whom_and_how_it_is_decided(
    client: FlaskClient, do: Do, time: Clock
) -> None:
    criteria = [{"key": "quality", "title": both("how good"), "help": both("be strict")}]
    panels = data_of(3)["panels"]
    panels[0]["title"] = both("the wise")
    decision = {"model": "both_recommend", "text": both("we meet in spring")}
    page = public_page(client, do, time, "words", criteria=criteria, panels=panels, decision=decision)

    for said in ("how good", "be strict", "the wise", "we meet in spring"):
        assert f"Invented: {said}" in page
    assert "7 is best" in page and "1 is best" in page


@shows("sides.zone")
def test_the_deadline_is_told_on_the_clocks_of_each_side(client: FlaskClient, do: Do, time: Clock) -> None:
    sides = data_of(3)["sides"]
    sides[1]["zone"] = "America/Phoenix"
    page = public_page(client, do, time, "clocks", sides=sides)

    assert "3 Apr 2031, 14:00 CEST" in page
    assert "3 Apr 2031, 05:00 MST" in page


@shows("year")
def test_a_programme_lists_its_calls_with_their_years(client: FlaskClient, do: Do, time: Clock) -> None:
    time.at = do(lambda session: way.announced(session, call_of(1, year=2033)).before)
    client.post("/language", data={"locale": "en", "next": "/"})

    assert "Invented: a call of 1 Fictional, for demonstration 2033" in text_of(
        client.get("/programmes/mayo-ki-breast")
    )


@shows("panels.needs_chair")
def test_an_office_is_told_that_a_chair_is_missing_where_the_panel_needs_one(do: Do, as_: As, time: Clock) -> None:
    panels = data_of(2)["panels"]
    panels[1]["needs_chair"] = False

    def arrange(session: Any) -> tuple[Any, ...]:
        walk = way.announced(session, call_of(2, panels=panels))
        found = {row.key: row.id for row in session.scalars(select(Panel).where(Panel.call_id == walk.call.id))}
        offices = {key: office.person_id for key, office in walk.offices.items()}
        return found, offices, walk.before

    found, offices, time.at = do(arrange)

    pages = [text_of(as_(offices[key]).get(f"/office/panels/{found[f'{key}-panel']}")) for key in ("alpha", "beta")]
    assert ["This panel has no chair yet" in page for page in pages] == [True, False]


def test_a_reviewers_desk_has_the_words_of_the_scale_beside_the_numbers(do: Do, as_: As, time: Clock) -> None:
    scales = data_of(1)["scales"]
    scales[0]["labels"] = {"7": both("outstanding")}

    def arrange(session: Any) -> tuple[Any, ...]:
        walk = way.announced(session, call_of(1, scales=scales))
        application = way.submitted(walk)
        way.checked(walk, application)
        way.reviewed(walk, application, closes=False)
        return session.scalars(scoped(select(Assignment))).one().id, walk.closes + 6 * way.DAY

    assignment, time.at = do(arrange)
    reader = do(lambda session: reader_of(session, assignment))
    browser = as_(reader)
    browser.post("/language", data={"locale": "en", "next": "/"})

    page = text_of(browser.get(f"/reviews/{assignment}"))

    assert "7 Invented: outstanding" in page
    assert "7 is the best, 1 the poorest" in page


def reader_of(session: Any, assignment: Any) -> Any:
    found = session.scalars(scoped(select(Assignment).where(Assignment.id == assignment))).one()
    return session.get_one(PanelMember, found.member_id).person_id
