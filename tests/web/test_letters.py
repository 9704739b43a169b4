"""Letters that others write: asked from the form, given on one page, confidential as the call says, late as it allows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.letters import effects, queries, services
from app.applications.letters.models import InvitedLetter
from app.applications.models import Application
from app.communications.models import Letter
from app.identities.links import token_of
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Refused
from app.programmes.kinds import Question, QuestionKind, Text, answer_problems, answer_text
from app.reviews import services as reviewing
from app.workflow.vocabulary import Move
from tests import light
from tests.conftest import Clock
from tests.forms import text_of
from tests.shows import shows
from tests.world import BEFORE_CLOSING, CLOSES, World, coordinator_of, lead

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
SECRET = "A most candid judgement, åäö."
BASE = {"section": "why", "used_for": ["reviewers"]}
SUPPORT = {
    **BASE, "key": "support", "kind": "letter", "required": True, "days_late": 5,
    "title": {"en": "Letter of support", "sv": "Stödbrev"},
}  # fmt: skip
HOST = {**BASE, "key": "lab", "kind": "host", "title": {"en": "Host laboratory", "sv": "Värdlaboratorium"}}


def begin(session: Session, world: World, *more: dict[str, Any]) -> UUID:
    """A light draft whose form also asks for these; its file is not asked."""
    questions = [dict(q, required=False) if q["kind"] == "file" else q for q in light.LIGHT["questions"]]
    return light.begin(session, world, questions=[*questions, *more], reminders=[7, 2]).id


def asked(do: Do, world: World, *more: dict[str, Any], key: str = "support") -> tuple[UUID, UUID, str]:
    """The draft, the invited letter, and the path of the link in its mail."""

    def work(session: Session) -> tuple[UUID, UUID, str]:
        application = get(session, begin(session, world, *(more or (SUPPORT,))))
        letter = services.ask(
            session,
            application,
            key,
            name="Sven",
            address="sven@lab.example",
            by=lead(world.researcher),
            at=BEFORE_CLOSING,
        )
        return application.id, letter.id, link_of(session, "letter_invitation")

    return do(work)  # type: ignore[no-any-return]


def get(session: Session, application_id: UUID) -> Application:
    return session.scalars(scoped(select(Application).where(Application.id == application_id))).one()


def link_of(session: Session, kind: str) -> str:
    mails = session.scalars(scoped(select(Letter).where(Letter.kind == kind).order_by(Letter.created_at.desc())))
    link_id = mails.first().link_id  # type: ignore[union-attr]
    assert link_id is not None
    return f"/p/{token_of('test-secret', link_id)}"


def submit(do: Do, world: World, draft: UUID) -> None:
    do(lambda s: applying.take(s, get(s, draft), Move.SUBMIT, by=lead(world.researcher), at=BEFORE_CLOSING))


def row(do: Do, letter_id: UUID) -> tuple[Any, ...]:
    def read(session: Session) -> tuple[Any, ...]:
        found = session.scalars(scoped(select(InvitedLetter).where(InvitedLetter.id == letter_id))).one()
        return found.came_at is not None, found.name_given, found.text, found.type, found.says_yes, found.declined_at

    return do(read)  # type: ignore[no-any-return]


def test_the_applicant_asks_from_the_form_and_what_was_typed_is_kept(as_: As, do: Do, world: World) -> None:
    draft = do(lambda s: begin(s, world, SUPPORT))
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    page = browser.get(f"/applications/{draft}/edit").text
    assert f"/applications/{draft}/letters/support" in page
    typed = {"v-event": "1", "q-event": "Typed and not yet saved"}
    refused = browser.post(f"/applications/{draft}/letters/support", data={**typed, "ask-support-name": "Sven"})
    assert refused.status_code == 422
    assert 'value="Sven"' in refused.text
    done = browser.post(
        f"/applications/{draft}/letters/support",
        data={**typed, "ask-support-name": "Sven", "ask-support-address": "sven@lab.example"},
    )
    assert done.location == f"/applications/{draft}/edit#q-support"
    page = text_of(browser.get(f"/applications/{draft}/edit"))
    assert "sven@lab.example is awaited until 6 Apr 2027" in page
    assert "Typed and not yet saved" in browser.get(f"/applications/{draft}/edit").text
    recall = re.search(
        rf"/applications/{draft}/letters/[0-9a-f-]{{36}}/recall", browser.get(f"/applications/{draft}/edit").text
    )
    assert recall is not None
    assert browser.post(recall.group()).status_code == 303
    assert do(lambda s: queries.rows_of(s, draft)) == ()
    assert as_(world.other_researcher).post(f"/applications/{draft}/letters/support").status_code == 404


@shows("questions.seen_by")
@pytest.mark.parametrize("is_seen", [False, True])
def test_a_letter_is_given_on_one_page_and_read_by_whom_the_call_says(
    client: FlaskClient, as_: As, do: Do, world: World, is_seen: bool
) -> None:
    draft, letter_id, link = asked(do, world, {**SUPPORT, "seen_by": ["applicant"]} if is_seen else SUPPORT)
    landing = text_of(client.get(link))
    assert "Ylva Exempelsson asks you for a letter." in landing
    assert client.post(link).location == f"/letters/{letter_id}"
    refused = client.post(f"/letters/{letter_id}", data={"name": "Sven H."})
    assert "Write the letter here, or attach it as a PDF." in refused.text
    files = {"file": (io.BytesIO(light.pdf(1)), "Brev åäö.pdf"), "name": "Sven H.", "text": SECRET}
    assert client.post(f"/letters/{letter_id}", data=files, content_type="multipart/form-data").status_code == 303
    assert row(do, letter_id)[:4] == (True, "Sven H.", SECRET, "pdf")
    assert client.get(f"/letters/{letter_id}/file").mimetype == "application/pdf"  # its writer's own
    assert client.get(f"/applications/{draft}/edit").status_code == 404  # one task and nothing else
    assert client.get("/desk").location.startswith("/sign-in")

    own, office = as_(world.researcher), as_(world.ki_coordinator)
    own.post("/language", data={"locale": "en"})
    said = text_of(own.get(f"/applications/{draft}/edit"))
    assert "came on 12 Mar 2027" in said
    assert SECRET not in own.get(f"/applications/{draft}/edit").text
    assert office.get(f"/letters/{letter_id}/file").status_code == 404  # a draft is private
    submit(do, world, draft)
    shown = own.get(f"/applications/{draft}").text
    assert ("came on 12 Mar 2027" in shown, SECRET in shown) == (True, is_seen)
    assert own.get(f"/letters/{letter_id}/file").status_code == (200 if is_seen else 404)
    judged = office.get(f"/applications/{draft}", follow_redirects=True).text
    assert SECRET in judged
    assert office.get(f"/letters/{letter_id}/file").status_code == 200
    for person in (world.other_researcher, world.outsider, world.administrator, world.mayo_coordinator):
        assert as_(person).get(f"/letters/{letter_id}/file").status_code == 404

    do(
        lambda s: reviewing.declare_conflict(
            s,
            world.ki_coordinator,
            get(s, draft),
            "We wrote together.",
            by=coordinator_of(world.ki_coordinator, "K", "ki"),
            at=BEFORE_CLOSING,
        )
    )
    assert office.get(f"/letters/{letter_id}/file").status_code == 404


@shows("questions.days_late")
def test_a_letter_may_follow_as_late_as_the_call_says_and_the_gap_shows_its_date(
    client: FlaskClient, as_: As, do: Do, world: World, time: Clock
) -> None:
    draft, letter_id, link = asked(do, world)
    client.post(link)
    submit(do, world, draft)
    office = as_(world.ki_coordinator)
    for browser in (office, as_(world.researcher)):
        browser.post("/language", data={"locale": "en"})
        assert "is awaited until 6 Apr 2027" in text_of(
            browser.get(f"/office/applications/{draft}", follow_redirects=True)
        ) or ("is awaited until 6 Apr 2027" in text_of(browser.get(f"/applications/{draft}")))
    time.at = CLOSES + timedelta(days=6)
    late = client.post(link, follow_redirects=True)
    assert "The last time for it has passed." in text_of(late)
    assert client.post(f"/letters/{letter_id}", data={"name": "S", "text": SECRET}).status_code == 422
    time.at = CLOSES + timedelta(days=4)
    assert client.post(f"/letters/{letter_id}", data={"name": "S", "text": SECRET}).status_code == 303
    assert SECRET in as_(world.ki_coordinator).get(f"/office/applications/{draft}").text


def test_without_days_a_letter_that_is_needed_must_have_come() -> None:
    question = Question("q", "s", QuestionKind.LETTER, Text("Letter", "Brev"), required=True)
    late = Question("q", "s", QuestionKind.LETTER, Text("Letter", "Brev"), required=True, days_late=5)
    waiting = [{"id": "1", "name": "Sven", "state": "asked", "day": "2027-03-12", "until": "2027-04-06"}]
    declined = [{**waiting[0], "state": "declined"}]
    came = [{**waiting[0], "state": "came", "says": "no"}]

    def codes(asks: Question, value: Any) -> list[str]:
        return [problem.code for problem in answer_problems(asks, value)]

    assert (codes(question, waiting), codes(late, waiting)) == (["not_come"], [])
    assert (codes(question, None), codes(late, declined)) == (["answer_missing"], ["too_few_asked"])
    assert codes(question, came) == ["host_says_no"]
    assert answer_text(late, waiting, "sv") == "Sven: väntas senast 6 apr. 2027"
    assert answer_text(late, came, "en") == "Sven: came on 12 Mar 2027, says no"


def test_a_host_says_yes_with_dates_and_one_sentence(client: FlaskClient, do: Do, world: World) -> None:
    _, letter_id, link = asked(do, world, HOST, key="lab")
    client.post(link)
    assert "Can you be the host?" in client.get(f"/letters/{letter_id}").text
    nothing = client.post(f"/letters/{letter_id}", data={"name": "Sven", "says": "yes", "text": "Welcome."})
    assert "Write from when to when" in nothing.text
    assert 'value="Welcome."' in nothing.text
    dates = {"starts_on": "2027-09-01", "ends_on": "2027-08-01"}
    data = {"name": "Sven", "says": "yes", "text": "Welcome.", **dates}
    assert "The end is before the beginning." in client.post(f"/letters/{letter_id}", data=data).text
    assert client.post(f"/letters/{letter_id}", data={**data, "ends_on": "2027-10-01"}).status_code == 303
    assert row(do, letter_id)[2:5] == ("Welcome.", None, True)
    assert (
        client.post(f"/letters/{letter_id}", data={"name": "Sven", "says": "no", "text": "No room."}).status_code == 303
    )
    assert row(do, letter_id)[4] is False


def test_who_cannot_says_so_and_the_applicant_hears_it(client: FlaskClient, do: Do, world: World) -> None:
    _, letter_id, link = asked(do, world)
    client.post(link)
    assert client.post(f"/letters/{letter_id}/decline").status_code == 303
    assert row(do, letter_id)[5] is not None
    told = do(
        lambda s: [m.values["has_come"] for m in s.scalars(scoped(select(Letter).where(Letter.kind == "letter_came")))]
    )
    assert told == [False]
    assert (
        client.post(f"/letters/{letter_id}", data={"name": "Sven", "text": SECRET}).status_code == 303
    )  # a change of mind
    assert row(do, letter_id)[0] is True


def test_writers_are_reminded_before_the_last_day_and_no_more_once_it_came(do: Do, world: World) -> None:
    _, letter_id, _ = asked(do, world)

    def remind(session: Session) -> list[int]:
        last = CLOSES + timedelta(days=5)
        return [effects.remind_all(session, last - timedelta(days=n, hours=2)) for n in range(9, -1, -1)]

    counts = do(remind)
    assert sum(counts) == 2
    assert sum(do(remind)) == 0  # once each

    def give(session: Session) -> list[int]:
        letter = session.scalars(scoped(select(InvitedLetter).where(InvitedLetter.id == letter_id))).one()
        by = Acting(letter.person_id, "Sven", frozenset())
        services.give(session, letter, services.Given("Sven", SECRET), by=by, at=BEFORE_CLOSING)
        for mail in session.scalars(scoped(select(Letter).where(Letter.kind == "letter_reminder"))):
            mail.dedupe = f"old:{mail.id}"
        session.flush()
        return remind(session)

    assert sum(do(give)) == 0


def test_nobody_else_gives_the_letter_and_a_recalled_one_is_gone(
    client: FlaskClient, as_: As, do: Do, world: World, app: Flask
) -> None:
    draft, letter_id, link = asked(do, world)
    for person in (world.researcher, world.ki_coordinator, world.outsider):
        assert as_(person).get(f"/letters/{letter_id}").status_code == 404
        assert as_(person).post(f"/letters/{letter_id}", data={"name": "x", "text": "y"}).status_code == 404
    client.post(link)
    do(lambda s: services.recall(s, get(s, draft), letter_id, by=lead(world.researcher), at=BEFORE_CLOSING))
    assert client.get(link).status_code == 404
    assert client.get(f"/letters/{letter_id}").location.startswith("/sign-in")


def test_while_it_is_taken_back_the_letter_of_what_stands_is_not_recalled(as_: As, do: Do, world: World) -> None:
    draft, letter_id, _ = asked(do, world)
    browser, path = as_(world.researcher), f"/applications/{draft}/letters/{letter_id}/recall"

    def give(session: Session) -> None:
        letter = session.scalars(scoped(select(InvitedLetter).where(InvitedLetter.id == letter_id))).one()
        by = Acting(letter.person_id, "Sven", frozenset())
        services.give(session, letter, services.Given("Sven", SECRET), by=by, at=BEFORE_CLOSING)

    def improve(session: Session) -> None:
        by, at = lead(world.researcher), BEFORE_CLOSING + timedelta(hours=1)
        applying.take(session, get(session, draft), Move.TAKE_BACK, by=by, at=at)
        services.ask(session, get(session, draft), "support", name="Ada", address="ada@lab.example", by=by, at=at)

    do(give)
    assert path in browser.get(f"/applications/{draft}/edit").text
    submit(do, world, draft)
    do(improve)

    page = browser.get(f"/applications/{draft}/edit").text
    assert path not in page and page.count("/recall") == 1  # whoever is asked since can be
    assert browser.post(path).status_code == 422
    assert do(lambda s: [one.recalled_at for one in s.scalars(scoped(select(InvitedLetter)))]) == [None, None]


def test_no_more_are_asked_than_the_call_takes(do: Do, world: World) -> None:
    draft, _, _ = asked(do, world, {**SUPPORT, "max_rows": 1})
    with pytest.raises(Refused) as no:
        do(
            lambda s: services.ask(
                s,
                get(s, draft),
                "support",
                name="Two",
                address="two@lab.example",
                by=lead(world.researcher),
                at=BEFORE_CLOSING,
            )
        )
    assert [problem.code for problem in no.value.problems] == ["enough_asked"]


def test_saving_by_itself_knows_nothing_of_letters(world: World, as_: As, do: Do) -> None:
    draft, _, _ = asked(do, world)
    answer = as_(world.researcher).post(f"/applications/{draft}/answers/support", data={"value": "x", "version": "1"})
    assert answer.status_code == 404
