"""An application as one PDF at the door: parts are proposed, confirmed by a person, checked, and shown to reviewers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.applications.attachments import attached
from tests import light
from tests.conftest import Clock
from tests.forms import follow, forms, links, press, text_of
from tests.web.test_files import reviewing_starts, send
from tests.web.test_papers import given
from tests.world import AFTER_CLOSING, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
PARTS = [
    {"key": "project", "title": {"en": "Project", "sv": "Projekt"}, "max_pages": 3},
    {"key": "cv", "title": {"en": "Curriculum vitae", "sv": "Meritförteckning"}},
    {"key": "letter", "title": {"en": "Letter", "sv": "Brev"}, "required": False},
]
ONE = {"file_types": ["pdf"], "max_files": 1, "max_pages": 9, "parts": PARTS}


@cache
def headed(*titles: str) -> bytes:
    """A PDF with a heading on each page."""
    import typst

    source = "\n#pagebreak()\n".join(f"= {title}\nSome words." for title in titles)
    made: Any = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)
    return bytes(made)


def whole() -> bytes:
    return headed("Project", "Method", "Curriculum vitae")


@pytest.fixture
def draft(do: Do, world: World) -> UUID:
    questions = [dict(each) | (ONE if each["key"] == "invitation" else {}) for each in light.LIGHT["questions"]]
    return do(lambda s: light.begin(s, world, questions=questions).id)  # type: ignore[no-any-return]


@pytest.fixture
def lead_(as_: As, world: World) -> FlaskClient:
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    return browser


def parts_page(browser: FlaskClient, draft: UUID) -> Any:
    """From the form to the page of the parts, as a person goes there."""
    return follow(browser, browser.get(f"/applications/{draft}/edit"), "where each part begins")


def file_id(do: Do, draft: UUID) -> str:
    found: dict[str, Any] = do(lambda s: attached(s, draft))
    return str(found["invitation"][0].id)


def test_parts_are_proposed_confirmed_and_counted(lead_: FlaskClient, draft: UUID) -> None:
    send(lead_, draft, (whole(), "one.pdf"))
    missing = text_of(lead_.get(f"/applications/{draft}/check"))
    page = parts_page(lead_, draft)
    proposed = next(form.fields for form in forms(page) if "part-cv" in form.fields)
    after = press(lead_, page, "Confirm these pages")
    check = lead_.get(f"/applications/{draft}/check")

    assert "each part begins" in missing
    assert "These pages are a proposal" in text_of(page)
    assert [proposed[f"part-{key}"] for key in ("project", "cv", "letter")] == [["1"], ["3"], [""]]
    assert "The parts of “one.pdf” are confirmed." in after.get_data(as_text=True)
    assert "Project: pages 1–2Curriculum vitae: page 3" in text_of(after)
    assert "Still missing" not in text_of(check)
    assert links(check)["Project: pages 1–2"].endswith("/read#page=1")


def test_what_the_call_wants_otherwise_stands_on_the_page_and_among_what_is_missing(
    lead_: FlaskClient, draft: UUID
) -> None:
    send(lead_, draft, (whole(), "one.pdf"))
    page = press(lead_, parts_page(lead_, draft), "Confirm", **{"part-project": "2", "part-cv": ""})
    check = lead_.get(f"/applications/{draft}/check")

    assert "say where “Curriculum vitae” begins. It must be there." in text_of(page)
    assert "the first part must begin on page 1" in text_of(page)
    assert "say where “Curriculum vitae” begins" in text_of(check)
    assert 'href="/applications/' + str(draft) + '/edit#q-invitation"' in check.get_data(as_text=True)


def test_what_is_no_page_is_refused_and_comes_back_as_it_was_typed(lead_: FlaskClient, draft: UUID, do: Do) -> None:
    send(lead_, draft, (whole(), "one.pdf"))
    answer = press(lead_, parts_page(lead_, draft), "Confirm", **{"part-project": "1", "part-cv": "three"})
    typed = next(form.fields for form in forms(answer) if "part-cv" in form.fields)

    assert answer.status_code == 422
    assert typed["part-cv"] == ["three"]
    assert "“Curriculum vitae”: write a page of the file, from 1 to 3" in text_of(answer)
    assert 'href="#part-cv"' in answer.get_data(as_text=True)
    assert do(lambda s: attached(s, draft)["invitation"][0].first_pages) is None


def test_another_file_is_asked_about_anew_and_the_same_one_is_not(lead_: FlaskClient, draft: UUID, do: Do) -> None:
    send(lead_, draft, (whole(), "one.pdf"))
    press(lead_, parts_page(lead_, draft), "Confirm these pages")
    send(lead_, draft, (whole(), "one.pdf"))
    same = do(lambda s: attached(s, draft)["invitation"][0].first_pages)
    send(lead_, draft, (headed("Project", "Curriculum vitae"), "two.pdf"))

    assert same == {"project": 1, "cv": 3}
    assert do(lambda s: attached(s, draft)["invitation"][0].first_pages) is None
    assert "Say where each part begins" in text_of(lead_.get(f"/applications/{draft}/edit"))


def test_reviewers_find_the_parts_by_links_to_their_pages_and_in_the_paper(
    lead_: FlaskClient, as_: As, draft: UUID, do: Do, world: World, time: Clock
) -> None:
    send(lead_, draft, (whole(), "one.pdf"))
    press(lead_, parts_page(lead_, draft), "Confirm these pages")
    press(lead_, lead_.get(f"/applications/{draft}/check"), "Submit application")
    reviewing_starts(do, world, draft)
    time.at = AFTER_CLOSING
    browser = as_(world.reviewers[0])
    browser.post("/language", data={"locale": "en"})
    desk = browser.get(given(do, draft, world.reviewers[0]))
    address = links(desk)["Curriculum vitae: page 3"]
    read = browser.get(address)

    assert address == f"/files/{file_id(do, draft)}/read#page=3"
    assert (read.status_code, read.mimetype) == (200, "application/pdf")
    assert read.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" not in read.headers["Content-Security-Policy"]
    assert "default-src 'none'" in read.headers["Content-Security-Policy"]


def test_only_whoever_answers_the_question_says_where_parts_begin(
    lead_: FlaskClient, as_: As, draft: UUID, do: Do, world: World
) -> None:
    send(lead_, draft, (whole(), "one.pdf"))
    address = f"/files/{file_id(do, draft)}/parts"
    outsider = as_(world.outsider).get(address).status_code
    press(lead_, lead_.get(address), "Confirm these pages")
    press(lead_, lead_.get(f"/applications/{draft}/check"), "Submit application")
    office = as_(world.ki_coordinator)

    assert outsider == 404
    assert {office.get(address).status_code, office.post(address, data={"part-cv": "2"}).status_code} <= {403, 404}
    assert lead_.post(address, data={"part-cv": "2"}).status_code in (403, 404)
    assert do(lambda s: attached(s, draft)["invitation"][0].first_pages) == {"project": 1, "cv": 3}


def test_a_file_without_parts_has_no_such_page_and_a_photo_is_not_opened_in_the_browser(
    as_: As, do: Do, world: World
) -> None:
    draft = do(lambda s: light.begin(s, world).id)
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    send(browser, draft, (light.jpeg(), "photo.jpg"))
    found = file_id(do, draft)

    assert browser.get(f"/files/{found}/parts").status_code == 404
    assert browser.get(f"/files/{found}/read").status_code == 404
    assert browser.get(f"/files/{found}").status_code == 200


def test_the_bytes_of_a_file_may_be_missing_and_the_page_still_asks(
    lead_: FlaskClient, draft: UUID, app: Flask
) -> None:
    send(lead_, draft, (headed("Project", "Other", "Letter"), "one.pdf"))
    for path in (app.config["SETTINGS"].instance / "files").glob("??/*"):
        path.unlink()

    assert "Write the pages yourself." in text_of(parts_page(lead_, draft))
