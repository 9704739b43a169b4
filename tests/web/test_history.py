"""The history page: the team's own, with the differences between any two versions; nobody else knows of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.applications import services as applying
from app.applications.models import Application
from app.identities.models import Person
from app.kernel.database import scoped
from tests import stages
from tests.forms import follow, forms, text_of, tree, words
from tests.world import BEFORE_CLOSING, World, lead

As = Callable[..., FlaskClient]
Do = Callable[..., Any]
Watch = Callable[[], Any]


def written(do: Do, world: World, *, submitted: bool = False, times: int = 1) -> str:
    """An application whose plan was written anew some days later."""

    def arrange(session: Any) -> str:
        application = stages.draft(session, world)
        person = session.get_one(Person, world.researcher)
        for day in range(1, times + 1):
            plan = {"research_plan": [f"The plan of day {day} is better."]}
            at = BEFORE_CLOSING + timedelta(minutes=6 * day)
            applying.save_answers(session, application, plan, {}, by=lead(person.id, person.name), at=at)
        if submitted:
            stages.confirm(session, application)
            by = lead(person.id, person.name)
            applying.take(session, application, applying.Move.SUBMIT, by=by, at=BEFORE_CLOSING + timedelta(hours=2))
        return str(application.id)

    return str(do(arrange))


def english(browser: FlaskClient) -> FlaskClient:
    browser.post("/language", data={"locale": "en"})
    return browser


def marked(answer: Any, tag: str) -> list[str]:
    return [words(element) for element in tree(answer).iter(tag)]


def test_the_team_reads_who_wrote_what_and_the_differences(world: World, as_: As, do: Do) -> None:
    draft = written(do, world, times=2)
    browser = english(as_(world.researcher))
    page = browser.get(f"/applications/{draft}/history")
    assert "Ylva Exempelsson" in text_of(page)
    one = follow(browser, page, "^Research plan")
    assert marked(one, "del") == ["[went: 1]"]
    assert marked(one, "ins") == ["[came: 2]"]
    form = next(form for form in forms(one) if form.method == "get" and "from" in form.fields)
    same = browser.get(f"/applications/{draft}/history?answer=research_plan&from=2&to=2")
    assert "Nothing differs" in text_of(same) or marked(same, "ins") == []
    assert form.fields["answer"] == ["research_plan"]


def test_the_submitted_version_is_compared_with_what_stands_now(world: World, as_: As, do: Do) -> None:
    draft = written(do, world, submitted=True)

    def improve(session: Any) -> None:
        application = session.scalars(scoped(select(Application).where(Application.id == UUID(draft)))).one()
        person = session.get_one(Person, world.researcher)
        by, at = lead(person.id, person.name), BEFORE_CLOSING + timedelta(hours=3)
        applying.take(session, application, applying.Move.TAKE_BACK, by=by, at=at)
        side = stages.side_of(session, application.id, "ki")
        applying.save_budget(session, side, {1: "480 000"}, by=by, at=at)

    do(improve)
    browser = english(as_(world.researcher))
    page = browser.get(f"/applications/{draft}/history?from=version-1&to=now")
    changes = next(e for e in tree(page).iter("section") if e.get("id") == "changes" or "What differs" in words(e))
    assert "Budget of KI, year 1" in words(changes)
    assert "Research plan" not in words(changes)


def test_nobody_but_the_team_knows_of_it(world: World, as_: As, do: Do, client: FlaskClient) -> None:
    submitted = written(do, world, submitted=True)
    place = f"/applications/{submitted}/history"
    others = (world.ki_coordinator, world.administrator, world.reviewers[0], world.other_researcher)
    assert [as_(who).get(place).status_code for who in others] == [404] * 4
    assert client.get(place).status_code == 302
    assert as_(world.researcher).get(place).status_code == 200


def test_more_versions_cost_no_more_statements(world: World, as_: As, do: Do, statements: Watch) -> None:
    browser, counts = as_(world.researcher), []
    for times in (1, 12):
        draft = written(do, world, times=times)
        with statements() as seen:
            assert browser.get(f"/applications/{draft}/history").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
