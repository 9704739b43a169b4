"""From the ranking to the award through the pages: nothing shows before the release, everything at its instant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application
from app.communications.models import Letter
from app.kernel.database import scoped
from app.reviews import services as reviewing
from app.workflow.vocabulary import Move
from tests import stages
from tests.conftest import Clock
from tests.domain.test_decisions import decide, say
from tests.forms import press, text_of
from tests.world import AFTER_CLOSING, World

Do = Callable[..., Any]
As = Callable[[Any], FlaskClient]


@pytest.fixture
def two(world: World, do: Do, time: Clock) -> tuple[UUID, UUID]:
    """Two reviewed applications of two leads."""

    def arrange(session: Session) -> tuple[UUID, UUID]:
        one = stages.submitted(session, world)
        other = stages.submitted(session, world, title="Loud neighbours", who=world.other_researcher)
        stages.reviewed(session, world, one, other)
        return one.id, other.id

    found: tuple[UUID, UUID] = do(arrange)
    time.at = AFTER_CLOSING + timedelta(days=4)
    return found


def of(session: Session, application_id: UUID) -> Application:
    return session.scalars(scoped(select(Application).where(Application.id == application_id))).one()


def both_say(do: Do, world: World, application_id: UUID, recommends: bool) -> None:
    def speak(session: Session) -> None:
        for side in ("ki", "mayo"):
            say(session, world, of(session, application_id), side, recommends=recommends)
        decide(session, world, of(session, application_id), "award" if recommends else "decline")

    do(speak)


def test_the_ranking_is_refused_in_words_until_every_panel_has_closed(
    world: World, do: Do, as_: As, time: Clock
) -> None:
    do(lambda s: stages.in_review(s, world, stages.submitted(s, world)))
    time.at = AFTER_CLOSING
    page = text_of(as_(world.ki_coordinator).get(f"/office/calls/{world.call}/ranking"))
    assert "KI panel has not closed yet" in page and "Mayo panel has not closed yet" in page
    assert "the chair of the panel" in page and "Silent partners" not in page


def test_the_ranking_shows_both_scales_side_by_side(world: World, two: tuple[UUID, UUID], as_: As) -> None:
    page = text_of(as_(world.ki_coordinator).get(f"/office/calls/{world.call}/ranking"))
    assert "1 to 7, 7 is best" in page and "1 to 9, 1 is best" in page
    assert "SEK 900,000" in page and "USD 95,000" in page and "Awaiting KI, Mayo." in page


def test_verdict_decision_letters_release_and_gate_through_the_pages(
    world: World, two: tuple[UUID, UUID], do: Do, as_: As
) -> None:
    one, other = two
    ki, mayo, lead = as_(world.ki_coordinator), as_(world.mayo_coordinator), as_(world.researcher)
    both_say(do, world, other, recommends=False)

    page = ki.get(f"/office/applications/{one}/decision")
    refused = press(ki, page, "Record verdict of KI", recommends__ki="yes", reasons__ki="Bold.", grant__ki__1="500 001")
    assert refused.status_code == 422
    assert "is more than the SEK 500,000 that was asked for" in text_of(refused) and "Bold." in text_of(refused)
    page = press(ki, refused, "Record verdict of KI", grant__ki__1="500 000")
    assert "The verdict is recorded" in text_of(page)
    page = mayo.get(f"/office/applications/{one}/decision")
    press(mayo, page, "Record verdict of Mayo", recommends__mayo="yes", reasons__mayo="Shared.")
    page = ki.get(f"/office/applications/{one}/decision")
    assert "Recommended by KI, Mayo." in text_of(page)
    refused = press(ki, page, "Record decision on", outcome="award", feedback="", took_part="Kajsa")
    assert refused.status_code == 422
    page = press(ki, refused, "Record decision on", outcome="award", feedback="Strong.", took_part="Kajsa, Molly")
    assert "Its letters wait to be read" in text_of(page)

    letters = ki.get(f"/office/calls/{world.call}/letters")
    assert "Ylva Exempelsson" in text_of(letters)
    letter_id = do(
        lambda s: s.scalars(
            scoped(
                select(Letter.id)
                .where(Letter.application_id == one, Letter.kind == "decision_award")
                .where(Letter.person_id == world.researcher)
            )
        ).one()
    )
    url = f"/office/calls/{world.call}/letters/{letter_id}"
    first, second = ki.get(url), mayo.get(url)
    assert press(ki, first, "Save letter", subject="Grattis!").status_code == 200
    slower = press(mayo, second, "Save letter", subject="Nej!")
    assert slower.status_code == 409 and "Grattis!" in text_of(slower)

    before = lead.get(f"/applications/{one}")
    assert "Strong." not in text_of(before)
    assert lead.get(f"/office/applications/{one}/award").status_code in (403, 404)
    check = ki.get(f"/office/calls/{world.call}/release")
    assert "2 applications, 4 letters." in text_of(check)
    unticked = press(ki, check, "Release all results")
    assert unticked.status_code == 422
    done = press(ki, check, "Release all results", confirm="yes")
    again = press(ki, check, "Release all results", confirm="yes")
    assert "were released" in text_of(done) and "were released" in text_of(again)
    assert "Strong." in text_of(lead.get(f"/applications/{one}"))

    award = ki.get(f"/office/applications/{one}/award")
    assert "SEK 900,000" in text_of(award) and "USD 95,000" in text_of(award) and "Mayo: holds" in text_of(award)
    empty = press(ki, award, "for year 2", reason__ki__2="")
    assert empty.status_code == 422
    award = press(ki, award, "for year 2", reason__ki__2="The first year went well.")
    assert "KI: released" in text_of(award) and "Mayo: holds" in text_of(award)


def test_applicants_see_the_same_pages_whatever_is_decided(
    world: World, two: tuple[UUID, UUID], do: Do, as_: As
) -> None:
    lead = as_(world.researcher)
    reviewed = [text_of(lead.get(url)) for url in (f"/applications/{two[0]}", "/desk")]

    def seen() -> list[str]:
        pages = [lead.get(f"/applications/{two[0]}"), lead.get("/desk")]
        return [re.sub(r'(csrf[^>]*(?:value|content)=)"[^"]*"', r"\1", page.get_data(as_text=True)) for page in pages]

    both_say(do, world, two[0], recommends=True)
    awarded, words = seen(), text_of(lead.get(f"/applications/{two[0]}"))
    do(
        lambda s: applying.take(
            s,
            of(s, two[0]),
            Move.REOPEN_DECISION,
            by=stages.ki_office(world),
            at=AFTER_CLOSING,
            reason="A number was wrong.",
        )
    )
    do(lambda s: decide(s, world, of(s, two[0]), "decline", reasons="The number decides."))

    assert seen() == awarded
    assert words.split("Återkalla")[0].strip() in reviewed[0]


def test_an_undecided_application_stops_the_release_in_words(
    world: World, two: tuple[UUID, UUID], do: Do, as_: As
) -> None:
    both_say(do, world, two[0], recommends=True)
    browser = as_(world.ki_coordinator)
    page = text_of(browser.get(f"/office/calls/{world.call}/release"))
    assert "is not decided yet" in page
    answer = browser.post(f"/office/calls/{world.call}/release", data={"confirm": "yes", "seen": "x"})
    assert answer.status_code == 409
    assert "Silent partners" in text_of(as_(world.ki_coordinator).get(f"/office/calls/{world.call}/ranking"))


def test_reopening_through_the_page_drops_the_letters(world: World, two: tuple[UUID, UUID], do: Do, as_: As) -> None:
    both_say(do, world, two[0], recommends=True)
    browser = as_(world.ki_coordinator)
    page = browser.get(f"/office/applications/{two[0]}/decision")
    assert press(browser, page, "Reopen decision", reason="").status_code == 422
    page = press(browser, page, "Reopen decision", reason="A number was wrong.")
    assert "Earlier decisions" in text_of(page)
    assert "No letter waits to be read" in text_of(browser.get(f"/office/calls/{world.call}/letters"))


def test_whoever_is_in_conflict_finds_neither_row_nor_page_nor_letter(
    world: World, two: tuple[UUID, UUID], do: Do, as_: As
) -> None:
    both_say(do, world, two[0], recommends=True)
    do(
        lambda s: reviewing.declare_conflict(
            s, world.ki_coordinator, of(s, two[0]), "A cousin.", by=stages.ki_office(world), at=AFTER_CLOSING
        )
    )
    browser = as_(world.ki_coordinator)
    assert browser.get(f"/office/applications/{two[0]}/decision").status_code == 404
    for page in ("ranking", "letters", "release", "exports"):
        assert "Silent partners" not in text_of(browser.get(f"/office/calls/{world.call}/{page}"))
        assert "Ylva" not in text_of(browser.get(f"/office/calls/{world.call}/{page}"))


def test_downloads_are_files_with_a_name_that_says_what_they_are(world: World, two: tuple[UUID, UUID], as_: As) -> None:
    browser = as_(world.ki_coordinator)
    page = browser.get(f"/office/calls/{world.call}/exports")
    answer = press(browser, page, "Download The whole call")
    assert answer.data.startswith(b"PK")
    assert f"filename={world.call_key}-2027-04-06-call.xlsx" in answer.headers["Content-Disposition"]
    assert browser.post(f"/office/calls/{world.call}/exports/nothing").status_code == 404
