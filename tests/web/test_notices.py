"""The notice board: put up, found, matched, answered through us, ended by itself, and kept in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli import work
from app.communications.models import Letter, MailboxMessage
from app.identities import services as identities
from app.identities.models import LinkPurpose
from app.kernel.database import scoped
from app.notices import services
from app.notices.models import Notice, NoticeContact
from app.trail.models import TrailEntry
from tests.conftest import Clock
from tests.forms import press, text_of
from tests.world import BEFORE_CLOSING, KEY, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
WORDS = {
    "topic": "Dormant cells in the breast",
    "brings": "A cohort of 900 women.",
    "seeks": "A mouse model, and somebody who knows it.",
    "keywords": "dormancy, relapse",
}


@pytest.fixture
def english(as_: As) -> As:
    def sign_in(person: Any) -> FlaskClient:
        browser = as_(person)
        browser.post("/language", data={"locale": "en"})
        return browser

    return sign_in


def put_up(browser: FlaskClient, **typed: str) -> str:
    """Put up a notice by the form; its address."""
    answer = press(browser, browser.get("/notices/new"), "^Put up$", follow=False, **{**WORDS, **typed})
    assert answer.status_code == 303, text_of(answer)
    return str(answer.location)


def letters(do: Do, kind: str) -> list[Any]:
    return do(lambda s: s.scalars(scoped(select(Letter).where(Letter.kind == kind))).all())  # type: ignore[no-any-return]


def test_two_notices_matched_by_topic_find_each_other(english: As, world: World) -> None:
    mine, other = english(world.researcher), english(world.other_researcher)
    put_up(mine, institution="KI", sought="Mayo")
    place = put_up(other, topic="A mouse for dormant disease", keywords="Relapse", institution="Mayo", sought="")
    put_up(english(world.outsider), topic="Breath tests", keywords="")
    board = text_of(mine.get("/notices"))

    assert "These fit your notice “Dormant cells in the breast”" in board
    assert "Why it fits: Both name dormant, relapse, and you are at different institutions." in board
    assert "Breath tests" in board  # on the board, but no match
    assert "Both name dormant, relapse" in text_of(mine.get(place))


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(english: As, world: World, do: Do) -> None:
    browser = english(world.researcher)
    answer = press(browser, browser.get("/notices/new"), "^Put up$", **{**WORDS, "brings": "", "until": "2031-01-01"})

    assert answer.status_code == 422
    assert "Write what you bring." in text_of(answer) and "at most 180 days" in text_of(answer)
    assert WORDS["seeks"] in answer.get_data(as_text=True) and 'value="2031-01-01"' in answer.get_data(as_text=True)
    assert do(lambda s: s.scalar(select(func.count()).select_from(Notice))) == 0


def test_the_board_is_for_people_with_an_account_alone(
    client: FlaskClient, app: Flask, english: As, world: World, do: Do
) -> None:
    place = put_up(english(world.researcher))
    for path in ("/notices", "/notices/new", place):
        assert client.get(path).status_code == 302  # to sign in
    link = do(
        lambda s: (
            identities.make_link(s, LinkPurpose.PARTNER, world.outsider, "nemo@elsewhere.example", at=BEFORE_CLOSING).id
        )
    )
    by_link = english(world.outsider)
    with by_link.session_transaction() as cookie:
        cookie["_user_id"] = do(lambda s: identities.start_session(s, world.outsider, at=BEFORE_CLOSING, link_id=link))
    assert {by_link.get(path).status_code for path in ("/notices", place)} == {302}


def test_searching_by_words_institution_and_call(english: As, world: World) -> None:
    browser = english(world.researcher)
    put_up(browser, institution="KI", about=f"call:{KEY}")
    put_up(browser, topic="Gut 100% microbes", keywords="", institution="Mayo", about="programme:mayo-ki-breast")

    def found(query: str) -> set[str]:
        page = browser.get(f"/notices?{query}").get_data(as_text=True)
        shown = re.findall(r"<h3><a href=\"/notices/[^\"]+\">([^<]+)</a>", page)
        return {title.split()[0] for title in shown}

    assert found("words=dormant") == {"Dormant"}
    assert found("words=DORMANT+mouse") == {"Dormant"}
    assert found("words=%25") == {"Gut"}
    assert found("institution=Mayo") == {"Gut"}
    assert found(f"about=call:{KEY}") == {"Dormant"}
    assert found("about=programme:mayo-ki-breast") == {"Gut"}
    assert found("words=nothing+like+it") == set()
    assert found("") == {"Dormant", "Gut"}


def test_an_author_is_written_to_through_us_and_no_address_is_shown(
    app: Flask, english: As, world: World, do: Do
) -> None:
    place = put_up(english(world.researcher))
    asker = english(world.outsider)
    page = asker.get(place)
    sent = press(asker, page, "^Send$", text="I have the model.\nSee https://model.example/x", follow=False)
    work.deliver(app)
    mailbox = select(MailboxMessage.raw).where(MailboxMessage.sent_to == "ylva@ki.example")
    [mail] = do(lambda s: s.scalars(mailbox).all())

    assert "ylva@ki.example" not in page.get_data(as_text=True)
    assert sent.status_code == 303
    assert "\nReply-To: nemo@elsewhere.example\n" in mail
    assert "\nTo: ylva@ki.example\n" in mail
    [letter] = letters(do, "notice_contact")
    assert "https: //model.example/x" in letter.values["text"]
    assert "nemo@elsewhere.example" not in str(letter.values)  # looked up when the mail is made
    assert "ylva@ki.example" not in text_of(asker.get(place))


def test_nobody_is_written_to_again_and_again(english: As, world: World, do: Do, time: Clock) -> None:
    author, asker = english(world.researcher), english(world.outsider)
    places = [put_up(author, topic=f"Topic {number}") for number in range(services.MOST_STANDING)]
    full = press(author, author.get("/notices/new"), "^Put up$", **WORDS)
    said = []
    for place in (*places[:1] * 3, *places[1:]):
        answer = press(asker, asker.get(place), "^Send$", follow=False, text="Hello, åäö")
        said.append(answer.status_code)
        if answer.status_code == 422:
            assert "Hello, åäö" in answer.get_data(as_text=True)

    assert "You have 5 notices up" in text_of(full) and WORDS["brings"] in full.get_data(as_text=True)
    assert said == [303, 303, 422, 303, 303, 303, 422]
    assert len(letters(do, "notice_contact")) == 5
    time.move(hours=25)
    assert press(asker, asker.get(places[4]), "^Send$", follow=False, text="Now?").status_code == 303


def test_a_notice_ends_by_itself_stands_again_when_prolonged_and_is_forgotten(
    app: Flask, english: As, world: World, do: Do, time: Clock
) -> None:
    author, reader = english(world.researcher), english(world.outsider)
    last = (BEFORE_CLOSING + timedelta(days=3)).date()
    place = put_up(author, until=last.isoformat())
    page = reader.get(place)
    time.move(days=4)

    assert reader.get(place).status_code == 404
    assert "Dormant cells" not in text_of(reader.get("/notices"))
    assert press(reader, page, "^Send$", text="Late").status_code in (404, 422)
    assert "This notice has ended" in text_of(author.get(place))
    later = (last + timedelta(days=60)).isoformat()
    assert press(author, author.get(f"{place}/edit"), "^Save$", follow=False, until=later).status_code == 303
    assert reader.get(place).status_code == 200
    assert press(author, author.get(place), "^End the notice$", follow=False).status_code == 303
    assert reader.get(place).status_code == 404
    time.move(days=181)
    work.remind(app)
    assert do(lambda s: [s.scalar(select(func.count()).select_from(each)) for each in (Notice, NoticeContact)]) == [
        0,
        0,
    ]


def test_only_its_author_changes_a_notice_and_of_two_tabs_both_texts_are_shown(english: As, world: World) -> None:
    author = english(world.researcher)
    place = put_up(author)
    old = author.get(f"{place}/edit")
    press(author, author.get(f"{place}/edit"), "^Save$", brings="What the first tab says")
    clash = press(author, old, "^Save$", follow=False, brings="What the second tab says")

    assert clash.status_code == 409
    assert "What the first tab says" in text_of(clash) and "What the second tab says" in clash.get_data(as_text=True)
    assert press(author, clash, "^Save$", follow=False).status_code == 303
    assert "What the second tab says" in text_of(author.get(place))
    stranger = english(world.outsider)
    assert [stranger.get(f"{place}/edit").status_code, stranger.post(f"{place}/end").status_code] == [404, 404]


def test_a_coordinator_hides_a_notice_with_a_reason_and_shows_it_again(
    english: As, world: World, do: Do, app: Flask
) -> None:
    author, reader = english(world.researcher), english(world.outsider)
    place = put_up(author, about=f"call:{KEY}")
    office = english(world.mayo_coordinator)
    empty = press(office, office.get(place), "^Hide the notice$", because=" ")
    press(office, office.get(place), "^Hide the notice$", because="An advertisement.")

    assert empty.status_code == 422
    assert reader.get(place).status_code == 404
    assert "An advertisement." in text_of(author.get(place))
    [letter] = letters(do, "notice_hidden")
    assert (letter.person_id, letter.values["because"]) == (world.researcher, "An advertisement.")
    assert [browser.post(f"{place}/show-again").status_code for browser in (reader, author)] == [404, 404]
    assert english(world.administrator).post(f"{place}/show-again").status_code == 303
    assert reader.get(place).status_code == 200
    verbs = do(lambda s: s.scalars(select(TrailEntry.verb).where(TrailEntry.subject == "notice")).all())
    assert sorted(verbs) == ["hide-notice", "put-up-notice", "show-notice"]


def test_a_coordinator_of_another_programme_hides_nothing(english: As, world: World, do: Do) -> None:
    place = put_up(english(world.researcher), about="programme:sinf")
    office = english(world.ki_coordinator)

    assert office.post(f"{place}/hide", data={"because": "x"}).status_code == 404
    assert "Order on the board" not in text_of(office.get(place))
    about = put_up(english(world.researcher), about="programme:mayo-ki-breast")
    assert office.post(f"{about}/hide", data={"because": "x"}).status_code == 303


def test_a_draft_without_a_partner_and_an_open_call_lead_to_the_board(
    english: As, world: World, client: FlaskClient
) -> None:
    browser = english(world.researcher)
    call = browser.get(f"/calls/{KEY}")
    draft = press(browser, call, "Start an application")

    assert f'href="/notices?about=call:{KEY}"' in call.get_data(as_text=True)
    assert "No partner yet? Look at the notice board" in text_of(draft)


def test_the_board_costs_the_same_number_of_statements_however_full(english: As, world: World, statements: Any) -> None:
    browser, other = english(world.researcher), english(world.other_researcher)

    def count() -> int:
        with statements() as seen:
            browser.get("/notices")
        return len(seen)

    put_up(browser)
    put_up(other)
    few = count()
    for number in range(3):
        put_up(other, topic=f"Dormant cells {number}")
        put_up(browser, topic=f"Dormant breast {number}")

    assert count() == few
