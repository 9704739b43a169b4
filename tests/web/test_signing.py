"""The signer's page: ten in one POST, the chain, what is above a limit; the partner's page in the days of grace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.approvals.models import ApprovalEntry
from app.applications.approvals.ticks import tend
from app.applications.models import Application, ApplicationSide, Submission
from app.communications.models import Letter
from app.identities.links import token_of
from app.identities.models import LinkPurpose
from app.identities.services import make_link, primary_address
from app.kernel.database import scoped
from app.kernel.money import Money
from app.programmes.definition import Definition, MatchingRule, Text
from app.programmes.definition.tree.form import Rate
from app.programmes.definition.vocabulary import Matching
from app.workflow.vocabulary import Move, State
from tests import stages
from tests.approving import COUNTERSIGNED, HARRIET, HEAD, SIGNED, ask_for, begun, leader, name_head, write
from tests.conftest import Clock
from tests.domain.test_signing import NOTE, ROOMS, TIME
from tests.forms import text_of
from tests.shows import shows
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
Watch = Callable[[], Any]
RATE = MatchingRule(
    Matching.OWN_CAPS,
    rates=(Rate("USD", Decimal("10.42"), None, None),),
)


def signing(
    do: Do, world: World, number: int, *approvals: Any, per_cent: str = "13", **more: Any
) -> tuple[str, list[str]]:
    """So many applications that wait for Harriet's signature: her link of the week, and the ids of her tasks."""

    def work(session: Session) -> tuple[str, list[str]]:
        known = ask_for(session, world, *(approvals or (SIGNED,)))
        questions = (*known.questions[:-1], HEAD, TIME, ROOMS, NOTE)
        ask_for(session, world, *known.approvals, questions=questions, one_application=None, **more)
        for place in range(number):
            application = begun(session, world, title=f"Project {place}")
            write(session, application, "time", ["Nils Påhittad", per_cent, "Pipetting in secret"])
            write(session, application, "rooms", ["Lab 4"])
            applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)
        tend(session, AFTER_CLOSING)
        letter = session.scalars(scoped(select(Letter).where(Letter.kind == "approval_digest"))).one()
        assert letter.link_id is not None
        from app.applications.approvals import queries

        own = [one.task for one in queries.asked_in(session, queries.own_tasks(letter.person_id))]  # type: ignore[arg-type]
        return f"/p/{token_of('test-secret', letter.link_id)}", [
            str(task.id) for task in own if task.key == "head_signs"
        ]

    return do(work)


def opened(client: FlaskClient, link: str, time: Clock) -> str:
    time.at = AFTER_CLOSING
    client.post(link)
    client.post("/language", data={"locale": "en"})
    return client.get("/approvals").text


def form(page: str, ids: list[str]) -> dict[str, Any]:
    shown = {f"seen-{one}": page.split(f'name="seen-{one}" value="')[1][:64] for one in ids}
    return {"task": ids, "name": "Harriet Prefektsdotter", **shown}


def test_ten_are_signed_in_one_post_at_a_constant_cost_each(
    world: World, client: FlaskClient, do: Do, time: Clock, statements: Watch
) -> None:
    link, ids = signing(do, world, 10)
    page = opened(client, link, time)
    assert page.count('name="task"') == len(ids) == 10
    assert "With this, Nils Påhittad would be at 130 per cent" in text_of(page)
    with statements() as one:
        client.post("/approvals", data=form(page, ids[:1]))
    page = client.get("/approvals").text

    with statements() as nine:
        done = client.post("/approvals", data=form(page, ids[1:]))

    assert done.status_code == 303
    assert len(nine) <= 9 * len(one)
    states = do(lambda s: s.scalars(scoped(select(Application.state))).all())
    assert states == [State.SIGNED] * 10
    answered = select(func.count()).select_from(ApprovalEntry).where(ApprovalEntry.kind == "answered")
    assert do(lambda s: s.scalar(scoped(answered))) == 10


def test_the_page_shows_what_is_committed_the_chain_and_what_happens_in_the_end(
    world: World, client: FlaskClient, do: Do, time: Clock
) -> None:
    chain = (SIGNED, replace(COUNTERSIGNED, after="head_signs", side="ki"))
    link, _ = signing(do, world, 1, *chain, per_cent="120")

    page = text_of(opened(client, link, time))

    for words in (
        "Who: Nils Påhittad, Per cent: 120", "120 per cent is above the limit of 100 per cent.", "Premises", "Lab 4",
        "The side countersigns", "comes after “The department signs”", "the office decides whether it goes on",
    ):  # fmt: skip
        assert words in page
    assert "Pipetting" not in page and "short text" not in page


def test_the_applicant_and_the_office_see_the_chain_and_the_rule_before_it_strikes(
    world: World, as_: As, do: Do, time: Clock
) -> None:
    chain = (SIGNED, replace(COUNTERSIGNED, after="head_signs", side="ki"))
    signing(do, world, 1, *chain)
    time.at = AFTER_CLOSING
    application = do(lambda s: s.scalars(scoped(select(Application.id))).one())
    for who, path in (
        (world.researcher, f"/applications/{application}"),
        (world.ki_coordinator, f"/office/applications/{application}"),
    ):
        browser = as_(who)
        browser.post("/language", data={"locale": "en"})
        page = text_of(browser.get(path))
        assert "comes after “The department signs”" in page and "the office decides whether it goes on" in page
        assert HARRIET[0] in page and "Waiting since" in page


# the partner in the days of grace


def silent(do: Do, world: World, **more: Any) -> tuple[str, str, str]:
    """A submitted application without the partner's yes: its id, the partner's link, and the id of the part."""

    def work(session: Session) -> tuple[str, str, str]:
        ask_for(session, world, partner_grace_days=7, **more)
        application = stages.draft(session, world)
        name_head(session, application, HARRIET)
        applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)
        side = stages.side_of(session, application.id, "mayo")
        assert side.lead_person_id is not None
        address = primary_address(session, side.lead_person_id)
        link = make_link(
            session, LinkPurpose.PARTNER, side.lead_person_id, address, at=AFTER_CLOSING, subject_id=side.id
        )
        return str(application.id), f"/p/{token_of('test-secret', link.id)}", str(side.id)

    return do(work)


def test_a_silent_partner_completes_and_confirms_on_one_page_after_the_deadline(
    world: World, client: FlaskClient, as_: As, do: Do, time: Clock
) -> None:
    application, link, part = silent(do, world)
    time.at = AFTER_CLOSING
    board = text_of(as_(world.ki_coordinator).get(f"/office/calls/{world.call}"))
    assert "partner not confirmed, may confirm until" in board
    came = client.post(link)
    client.post("/language", data={"locale": "en"})
    assert client.get(came.location).location == f"/parts/{part}/late"
    page = client.get(f"/parts/{part}/late").text
    assert "You can still answer until" in text_of(page) and "Partner not confirmed" in text_of(page)

    empty = client.post(f"/parts/{part}/late", data={"name": "Pia Partner"})
    assert (empty.status_code, "the budget is not filled in yet" in text_of(empty)) == (422, True)
    typed = {"name": "Pia Partner", "budget-mayo-1": "50 000", "budget-mayo-2": "1.500"}
    asked_back = client.post(f"/parts/{part}/late", data=typed)
    assert asked_back.status_code == 422 and 'value="1.500"' in asked_back.text
    done = client.post(f"/parts/{part}/late", data=typed | {"budget-mayo-2": "40,000.00"})

    assert done.status_code == 303
    assert "Confirmed as Pia Partner" in text_of(client.get(f"/applications/{application}"))
    assert do(lambda s: s.scalar(scoped(select(func.max(Submission.number))))) == 2
    assert client.post(f"/parts/{part}/late", data=typed).status_code in (403, 404, 422)


def test_a_silent_partner_may_say_no_and_the_office_ticks_the_gap_or_rejects(
    world: World, client: FlaskClient, as_: As, do: Do, time: Clock
) -> None:
    application, link, part = silent(do, world)
    time.at = AFTER_CLOSING
    client.post(link)
    assert client.post(f"/parts/{part}/late/decline", data={"because": " "}).status_code == 422
    assert client.post(f"/parts/{part}/late/decline", data={"because": "No time."}).status_code == 303

    page = as_(world.ki_coordinator).get(f"/office/applications/{application}").text

    assert 'value="silent-mayo"' in page and "It goes on although" in page


def test_after_the_grace_the_partner_reads_the_receipt_and_the_office_must_decide(
    world: World, client: FlaskClient, as_: As, do: Do, time: Clock
) -> None:
    application, link, part = silent(do, world)
    time.at = AFTER_CLOSING + timedelta(days=9)
    client.post(link)
    assert client.get(f"/parts/{part}/late").location == f"/applications/{application}"
    assert client.post(f"/parts/{part}/late", data={"name": "Pia"}).status_code == 403
    office = as_(world.ki_coordinator)
    assert "decide on it" in text_of(office.get(f"/office/calls/{world.call}"))
    assert 'value="silent-mayo"' in office.get(f"/office/applications/{application}").text


# the least amount, and the reference rate


def with_least(known: Definition) -> dict[str, Any]:
    return {"sides": tuple(replace(side, asks_least=side.key == "ki") for side in known.sides)}


@shows("sides.asks_least")
def test_a_side_says_what_is_enough_and_the_office_reads_it(world: World, as_: As, do: Do, time: Clock) -> None:
    def work(session: Session) -> UUID:
        known = ask_for(session, world)
        ask_for(session, world, questions=known.questions, **with_least(known))
        application = begun(session, world)
        return application.id

    application = do(work)
    time.at = BEFORE_CLOSING
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    url = f"/applications/{application}/edit"
    assert "still do its part" in text_of(browser.get(url)) and 'name="least-ki"' in browser.get(url).text
    assert "write the least amount" in text_of(browser.get(f"/applications/{application}/check"))
    assert browser.post(f"/applications/{application}/submit").status_code == 422

    ambiguous = browser.post(url, data={"least-ki": "1.500", "was-least-ki": ""})
    assert 'value="1.500"' in ambiguous.text
    browser.post(url, data={"least-ki": "2 000 000", "was-least-ki": ""})
    assert "is more than the SEK 900,000 that are asked for" in text_of(
        browser.get(f"/applications/{application}/check")
    )
    browser.post(url, data={"least-ki": "700 000", "was-least-ki": "2 000 000"})
    done = browser.post(f"/applications/{application}/submit")

    assert done.status_code == 303
    side = do(lambda s: s.scalars(scoped(select(ApplicationSide).where(ApplicationSide.side_key == "ki"))).one())
    assert side.least_minor == 70_000_000
    time.at = AFTER_CLOSING
    office = as_(world.ki_coordinator)
    page = text_of(office.get(f"/office/applications/{application}"))
    assert "Enough to do its part, in allSEK 700,000" in page


@shows("matching.rates.date", "matching.rates.source")
def test_a_sum_at_the_reference_rate_never_stands_without_the_words(world: World, as_: As, do: Do, time: Clock) -> None:
    from datetime import date

    rate = Rate("USD", Decimal("10.42"), date(2026, 1, 15), Text("the Invented Bank", "Påhittade banken"))

    def work(session: Session) -> UUID:
        known = ask_for(session, world)
        ask_for(session, world, questions=known.questions, matching=replace(RATE, rates=(rate,)))
        return begun(session, world).id

    application = do(work)
    time.at = BEFORE_CLOSING
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    page = text_of(browser.get(f"/applications/{application}/check"))

    words = "about SEK 989,900 at 10.42 SEK per USD, 2026-01-15, source the Invented Bank"
    assert words in page and page.count("SEK 989,900") == page.count(words)
    assert str(Money(1_889_900_00, "SEK")) not in page  # the two sides are never added
