"""Saving by itself: one answer at a time, who was faster, and what never happens by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.applications.models import AnswerVersion
from app.applications.parts import answers_of
from app.communications.models import Letter
from app.kernel.database import scoped
from app.trail.models import TrailEntry
from tests import stages
from tests.conftest import Clock
from tests.stages import Application
from tests.world import World

As = Callable[..., FlaskClient]
Do = Callable[..., Any]
Watch = Callable[[], Any]
KEY = "research_plan"


@pytest.fixture
def draft(world: World, do: Do) -> str:
    return str(do(lambda s: stages.draft(s, world).id))


@pytest.fixture
def writer(world: World, as_: As) -> FlaskClient:
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    return browser


def stands(do: Do, draft: str, key: str = KEY) -> tuple[object, int]:
    def look(session: Any) -> tuple[object, int]:
        application = session.scalars(scoped(select(Application).where(Application.id == UUID(draft)))).one()
        kept = answers_of(session, application)[key]
        return kept.value, kept.version

    return do(look)  # type: ignore[no-any-return]


def save(browser: FlaskClient, draft: str, words: str, version: int, key: str = KEY, **more: str) -> Any:
    return browser.post(f"/applications/{draft}/answers/{key}", data={"value": words, "version": str(version)} | more)


def test_one_answer_is_saved_with_the_time_of_the_viewers_zone(writer: FlaskClient, draft: str, do: Do) -> None:
    answer = save(writer, draft, "A better plan.", 1)
    assert answer.status_code == 200
    assert answer.get_json() == {"said": "Saved 23:59", "version": 2} or re.fullmatch(
        r"Saved \d\d:\d\d", answer.get_json()["said"]
    )
    assert stands(do, draft) == ("A better plan.", 2)


def test_it_takes_at_most_five_statements_and_one_commit(
    writer: FlaskClient, draft: str, statements: Watch, time: Clock
) -> None:
    save(writer, draft, "A better plan.", 1)
    counts = []
    for number, (key, version) in enumerate([(KEY, 2), (KEY, 3), ("title_en", 1), ("title_en", 2)]):
        time.move(minutes=4 * number)
        with statements() as seen:
            assert save(writer, draft, f"Words {number} " * 12, version, key).status_code == 200
        counts.append(len(seen))
    assert max(counts) <= 5, seen
    assert counts[0] == counts[1] == 4


def test_the_same_question_by_two_people_gives_both_texts(writer: FlaskClient, draft: str, do: Do) -> None:
    save(writer, draft, "What the first one wrote.", 1)
    slower = save(writer, draft, "What the second one wrote.", 1)
    told = slower.get_json()
    assert slower.status_code == 409
    assert (told["yours"], told["theirs"]) == ("What the second one wrote.", "What the first one wrote.")
    assert save(writer, draft, told["yours"], told["version"]).status_code == 200
    assert stands(do, draft)[0] == "What the second one wrote."


def test_different_questions_by_two_people_are_both_kept(writer: FlaskClient, draft: str, do: Do) -> None:
    assert save(writer, draft, "By the first.", 1).status_code == 200
    assert save(writer, draft, "By the second.", 1, "title_en").status_code == 200
    assert (stands(do, draft)[0], stands(do, draft, "title_en")[0]) == ("By the first.", "By the second.")


def test_fifty_saves_send_no_mail_and_are_no_deed_but_one_version(
    writer: FlaskClient, draft: str, do: Do, time: Clock
) -> None:
    def counts(session: Any) -> tuple[int, int, int]:
        versions = select(func.count()).select_from(AnswerVersion).where(AnswerVersion.key == KEY)
        return (
            session.scalar(scoped(select(func.count()).select_from(Letter))),
            session.scalar(scoped(select(func.count()).select_from(TrailEntry))),
            session.scalar(scoped(versions)),
        )

    letters, deeds, versions = do(counts)
    time.move(hours=1)
    for number in range(50):
        time.move(seconds=2)
        assert save(writer, draft, f"{stands(do, draft)[0]} word", number + 1).status_code == 200
    assert do(counts) == (letters, deeds, versions + 1)


def test_nobody_but_its_writers_saves_and_to_others_there_is_nothing(
    world: World, as_: As, draft: str, client: FlaskClient, do: Do
) -> None:
    for stranger in (world.ki_coordinator, world.reviewers[0], world.administrator):
        assert save(as_(stranger), draft, "Not mine.", 1).status_code == 404
    assert save(client, draft, "Nobody's.", 1).status_code == 401
    assert stands(do, draft)[1] == 1


def test_a_page_drawn_for_somebody_else_saves_nothing(writer: FlaskClient, draft: str, do: Do) -> None:
    answer = save(writer, draft, "Words of somebody else.", 1, **{"kept-for": "f" * 20})
    assert (answer.status_code, stands(do, draft)[1]) == (403, 1)


def test_an_amount_is_saved_with_its_sums_and_a_faster_one_is_told(writer: FlaskClient, draft: str) -> None:
    place = f"/applications/{draft}/amounts/budget-ki-1"
    saved = writer.post(place, data={"value": "450 000", "was": "500 000"})
    assert saved.status_code == 200
    assert "850" in saved.get_json()["parts"]["budget-ki-sums"]
    slower = writer.post(place, data={"value": "111 111", "was": "500 000"})
    assert slower.status_code == 409
    assert "450,000" in slower.get_json()["said"][0]
    assert writer.post(place, data={"value": "1.500", "was": "450 000"}).status_code == 422
    assert writer.post(f"/applications/{draft}/amounts/budget-mayo-1", data={"value": "1"}).status_code == 404
