"""The ledger at the office's door: within the scopes, with awards from before, as a page and as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.awards import past
from app.kernel.actors import Acting
from app.trail.models import TrailEntry
from app.workflow.vocabulary import Hat
from tests import light
from tests.forms import press, text_of
from tests.world import BEFORE_CLOSING, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
BEFORE = """programme,year,title,side
ki-mayo-travel-awards,2013,Invented journey one,KI
ki-mayo-travel-awards,2013,Invented journey two,Mayo
ki-mayo-travel-awards,2013,Invented journey three,Mayo
sinf,2013,No journey,KI
"""


def applied(do: Do, world: World, folder: Path) -> str:
    """A submitted application to a travel call, a draft beside it, and awards from before."""

    def arrange(session: Session) -> str:
        application = light.begin(session, world, programme="ki-mayo-travel-awards")
        light.give(session, world, application, light.bring(folder, light.pdf(1)))
        light.submit(session, world, application)
        house = Acting(world.administrator, "Adam Systemius", frozenset({Hat.ADMINISTRATOR}))
        past.import_file(session, BEFORE.encode(), by=house, at=BEFORE_CLOSING)
        return str(application.id)

    return do(arrange)  # type: ignore[no-any-return]


def english(browser: FlaskClient) -> FlaskClient:
    browser.post("/language", data={"locale": "en"})
    return browser


def test_the_office_of_a_travel_programme_sees_the_ledger_and_takes_it_along(
    as_: As, do: Do, world: World, tmp_path: Path
) -> None:
    found = applied(do, world, tmp_path)
    office = english(as_(world.ki_coordinator))
    page = office.get("/office/journeys")
    said = text_of(page)

    assert "KI → Mayo: 1Mayo → KI: 21 more Mayo → KI" in said  # cells stand side by side
    assert "2027KI → Mayo10–" in said
    assert "2013Mayo → KI–2–" in said
    assert "No journey" not in said
    do(lambda s: s.execute(text("UPDATE application SET state = 'awarded' WHERE reference = 'LTG-27-0001'")))
    assert "2027KI → Mayo114" in text_of(office.get("/office/journeys"))
    file = press(office, page, "Take along as CSV", follow=False)
    lines = file.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Programme,Year,From,To,Applications,Awards,Awards with dates,Nights"
    assert lines[1:] == [
        "KI–Mayo Collaborative Travel Awards,2027,KI,Mayo,1,1,1,4",
        "KI–Mayo Collaborative Travel Awards,2013,KI,Mayo,,1,0,",
        "KI–Mayo Collaborative Travel Awards,2013,Mayo,KI,,2,0,",
    ]
    assert do(lambda s: s.scalars(select(TrailEntry.verb).where(TrailEntry.verb == "export-journeys")).all())
    assert "Who went where" in text_of(office.get("/office/"))
    office.post(f"/office/applications/{found}/conflict", data={"reason": "A relative."})
    assert "2027KI → Mayo" not in text_of(office.get("/office/journeys"))


def test_nobody_else_sees_it(as_: As, do: Do, world: World, client: FlaskClient, tmp_path: Path) -> None:
    applied(do, world, tmp_path)
    people = (world.mayo_coordinator, world.researcher, world.administrator, world.outsider)

    assert [as_(person).get("/office/journeys").status_code for person in people] == [404] * 4
    assert client.get("/office/journeys").status_code == 302
    assert as_(world.mayo_coordinator).post("/office/journeys.csv").status_code == 404
