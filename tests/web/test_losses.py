"""The losses of R1, tried on every form there is: whatever refuses what was sent, all of it comes back to be sent again.

What takes a browser (offline, back, reload) stands in `tests/browser/test_keeping.py`, two people on one answer in
`test_autosave.py`, files that are refused beside texts in `test_files.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from app.identities import services as identities
from app.identities.models import Person
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused, Stale
from app.reviews.models import Assignment
from app.web.doors import Door
from tests import stages
from tests.conftest import Clock
from tests.forms import forms, press
from tests.house.test_routes import url_of
from tests.losses import posts
from tests.world import AFTER_CLOSING, World

As = Callable[..., FlaskClient]
Do = Callable[..., Any]
WORDS = "A long thought\r\nabout “statistics” & <åäö>."
SENT = {"words": WORDS, "csrf_token": "an-old-key", "password": "not for anybody", "choice": "yes"}
HERE = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "korrekt häst batteri"


def given_back(answer: Any, url: str) -> str | None:
    """What is amiss with the form that should be given back; None when nothing is."""
    for form in forms(answer):
        if form.action == url and form.fields.get("words"):
            kept = form.fields["words"][0].replace("\r\n", "\n") == WORDS.replace("\r\n", "\n")
            secret = "password" in form.fields or "an-old-key" in form.fields["csrf_token"]
            return None if kept and not secret and form.fields["choice"] == ["yes"] else f"{form.fields}"
    return f"no form: {answer.status_code}"


def losses(app: Flask, browser: FlaskClient, *statuses: int) -> dict[str, str]:
    """Send words to every address that takes some; where they were lost, by endpoint."""
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    found = {}
    for endpoint in posts(app):
        url = url_of(app, rules[endpoint])
        answer = browser.post(url, data=SENT, headers=HERE)
        amiss = given_back(answer, url)
        if answer.status_code not in statuses or amiss:
            found[endpoint] = f"{answer.status_code} {amiss}"
    found.pop("account.sign_out", None)  # nobody writes there
    found.pop("account.choose_password", None)
    return found


@contextmanager
def failing(app: Flask, error: Exception) -> Iterator[None]:
    """Every view fails so, behind an open door."""

    def fail(**_arguments: Any) -> Any:
        raise error

    fail.door = Door("failing", is_public=True)  # type: ignore[attr-defined]  # as `hang` does it
    views = dict(app.view_functions)
    app.view_functions.update(dict.fromkeys(posts(app), fail))
    try:
        yield
    finally:
        app.view_functions.update(views)


def test_an_expired_session_loses_nothing(app: Flask, world: World, as_: As, time: Clock) -> None:
    browser = as_(world.researcher)
    time.move(days=60)
    assert losses(app, browser, 401) == {}


def test_signing_out_in_another_tab_loses_nothing(app: Flask, world: World, as_: As) -> None:
    browser = as_(world.researcher)
    browser.post("/sign-out")
    assert losses(app, browser, 401) == {}


def test_an_old_key_loses_nothing_and_the_form_comes_back_with_a_fresh_one(
    app: Flask, world: World, as_: As, do: Do, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    browser = as_(world.researcher)
    url = f"/applications/{draft}/edit"
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert losses(app, browser, 400, 404) == {}  # to strangers there is nothing, whatever key they bring
    time.move(hours=3)
    stale = {"csrf_token": "old", "v-research_plan": "1", "q-research_plan": WORDS}
    refused = browser.post(url, data=stale, headers=HERE)
    assert refused.status_code == 400
    assert press(browser, refused, "^Send it again|^Skicka igen").status_code == 200
    assert "A long thought" in browser.get(url).text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("a bug"), 500),
        (TimeoutError("busy"), 503),
        (NotAllowed([Problem("closed", "The deadline has passed.")]), 403),
        (NotFound(), 404),
        (Stale(), 409),
        (Refused([Problem("wrong", "This cannot be.")]), 422),
    ],
    ids=["bug", "busy", "deadline passed", "gone", "somebody was faster", "not in order"],
)
def test_no_refusal_loses_anything(app: Flask, world: World, as_: As, error: Exception, status: int) -> None:
    browser = as_(world.researcher)
    with failing(app, error):
        assert losses(app, browser, status) == {}


@pytest.mark.parametrize("way", ["by password", "by link"])
def test_after_signing_in_one_comes_back_to_the_text_and_sends_it(world: World, as_: As, do: Do, way: str) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))

    def choose(session: Any) -> None:
        person = session.get_one(Person, world.researcher)
        person.password_hash = identities.hashed(PASSWORD, known=(), cheap=True)

    do(choose)
    browser = as_(world.researcher)
    page = browser.get(f"/applications/{draft}/edit")
    browser.post("/sign-out")
    form = next(form for form in forms(page) if form.action.endswith("/edit"))
    data = form.fields | {"q-research_plan": [WORDS]}
    refused = browser.post(form.action, data=data, headers=HERE)
    assert refused.status_code == 401
    if way == "by password":
        wrong = press(browser, refused, "^Sign in$|^Logga in$", address="ylva@ki.example", password="not this one")
        assert wrong.status_code == 422
        again = press(browser, wrong, "^Sign in$|^Logga in$", address="ylva@ki.example", password=PASSWORD)
        assert again.status_code == 200
    else:
        again = press(browser, refused, "Mail me a link|Skicka en länk|länk", address="ylva@ki.example")
        secret = do(lambda s: identities.start_session(s, world.researcher, at=stages.BEFORE_CLOSING))
        with browser.session_transaction() as cookie:  # the link is opened in another tab of this browser
            cookie["_user_id"], cookie["_fresh"] = secret, True
    done = press(browser, again, "^Send it again|^Skicka igen")
    assert (done.status_code, done.request.path) == (200, f"/applications/{draft}/edit")
    shown = browser.get(f"/applications/{draft}/edit").text
    assert "A long thought" in shown
    assert "&lt;åäö&gt;" in shown


def test_a_form_from_another_house_is_not_given_back(world: World, as_: As, do: Do, client: FlaskClient) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    url = f"/applications/{draft}/edit"
    elsewhere: list[dict[str, str]] = [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
    for headers in elsewhere:
        answer = client.post(url, data=SENT, headers=headers)
        assert answer.status_code == 401
        assert not [form for form in forms(answer) if form.action == url]
    assert given_back(client.post(url, data=SENT, headers={"Origin": "http://localhost"}), url) is None


def test_files_are_named_to_be_chosen_again(world: World, do: Do, client: FlaskClient) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    file = FileStorage(b"%PDF-", filename="åtgärder.pdf")  # type: ignore[arg-type]  # bytes are wrapped by the client
    file.stream = __import__("io").BytesIO(b"%PDF-")
    answer = client.post(f"/applications/{draft}/edit", data=SENT | {"q-cv": file}, headers=HERE)
    assert "åtgärder.pdf" in answer.text


def test_carrying_a_form_through_signing_in_leads_nowhere_else(client: FlaskClient, world: World) -> None:
    packed = '{"url": "//evil.example/x", "entries": [["words", "some words here"]], "files": []}'
    answer = client.post("/sign-in", data={"address": "ylva@ki.example", "password": "x", "carried": packed})
    assert "evil.example" not in answer.text


def test_a_form_that_was_not_in_order_is_drawn_with_all_that_was_typed(world: World, as_: As, do: Do) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    browser = as_(world.researcher)
    page = browser.get(f"/applications/{draft}/edit")
    refused = press(
        browser, page, "^Save draft|^Spara utkast", **{"q-research_plan": WORDS, "budget-ki-1": "not an amount"}
    )
    assert refused.status_code == 422
    assert "A long thought" in refused.text
    assert 'value="not an amount"' in refused.text


def test_a_review_that_is_sent_too_early_keeps_its_text(world: World, as_: As, do: Do, time: Clock) -> None:
    def arrange(session: Any) -> str:
        application = stages.submitted(session, world)
        members = stages.in_review(session, world, application)
        of_member = Assignment.member_id == members["ki"][0].id
        return str(session.scalars(stages.scoped(stages.select(Assignment).where(of_member))).one().id)

    assignment = do(arrange)
    time.at = AFTER_CLOSING
    browser = as_(world.reviewers[0])
    page = browser.get(f"/reviews/{assignment}")
    answer = press(browser, page, "^Submit review", for_applicant=WORDS)
    assert answer.status_code == 422
    assert re.search("A long thought", answer.text)


def test_what_was_taken_is_told_to_the_browser_and_what_was_not_is_not(world: World, as_: As, do: Do) -> None:
    draft = do(lambda s: str(stages.draft(s, world).id))
    browser = as_(world.researcher)
    url, mark = f"/applications/{draft}/edit", "0f0e-4a"
    taken = browser.post(url, data={"kept-as": mark, "v-title_en": "1", "q-title_en": "A title"})
    assert f"tandem-saved={mark}" in taken.headers["Set-Cookie"]
    refused = browser.post(url, data={"kept-as": mark, "budget-ki-1": "x", "was-budget-ki-1": ""})
    assert (refused.status_code, "tandem-saved" in refused.headers.get("Set-Cookie", "")) == (422, False)
