"""Papers at the doors: one content for applicants, office and reviewers, each within its own scope."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.applications.letters.models import InvitedLetter, Sought
from app.applications.models import Application, ApplicationSide, Attachment, SubmissionFile
from app.exports.papers import bundles, printing
from app.exports.papers.printing import Paper
from app.identities.models import Person
from app.kernel.database import scoped
from app.reviews.models import Assignment, PanelMember
from app.trail.models import TrailEntry
from tests import light, stages
from tests.amended import amend
from tests.conftest import Clock
from tests.forms import press, text_of, tree, words
from tests.web.test_files import folder, reviewing_starts, submitted
from tests.web.test_letters import SUPPORT
from tests.web.test_partner import ANSWER, invited
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
Watch = Callable[[], Any]


def said(content: bytes) -> str:
    """The words of a PDF without white space."""
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def answers_on(page: TestResponse) -> list[str]:
    """What a page shows under each question, without white space."""
    cards = [each for each in tree(page).iter("div") if each.get("class") == "answer"]
    return [squeezed(words(part)) for card in cards for part in list(card)]


def english(browser: FlaskClient) -> FlaskClient:
    browser.post("/language", data={"locale": "en"})
    return browser


@pytest.fixture
def draft(do: Do, world: World) -> UUID:
    return do(lambda s: light.begin(s, world).id)  # type: ignore[no-any-return]


def given(do: Do, application: UUID, person: UUID) -> str:
    """The address of what this reviewer was given."""
    found = (
        select(Assignment.id)
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .where(Assignment.application_id == application, PanelMember.person_id == person)
    )
    return f"/reviews/{do(lambda s: s.scalars(scoped(found)).one())}"


def test_the_preview_the_receipt_and_the_reviewer_s_copy_say_what_the_screen_says(
    as_: As, do: Do, world: World, draft: UUID, app: Flask, time: Clock
) -> None:
    browser = english(as_(world.researcher))
    preview = browser.get(f"/applications/{draft}/draft/application.pdf")
    shown = answers_on(browser.get(f"/applications/{draft}/check"))
    submitted(do, world, draft, folder(app))
    sent = browser.get(f"/applications/{draft}/papers/application.pdf")
    reviewing_starts(do, world, draft)
    time.at = AFTER_CLOSING
    judged = english(as_(world.reviewers[0])).get(f"{given(do, draft, world.reviewers[0])}/papers/application.pdf")
    office = english(as_(world.ki_coordinator)).get(f"/applications/{draft}/papers/application.pdf")

    assert sent.data == judged.data == office.data
    place = 0
    for text in shown:
        place = said(preview.data).index(text, place)
    assert [text for text in answers_on(browser.get(f"/applications/{draft}")) if text not in said(sent.data)] == []
    assert "SEK12,000" in said(sent.data)
    assert "Draft–notsubmitted" in said(preview.data)
    assert "LTG-27-0001·Version1" in said(sent.data)


def test_a_paper_is_read_in_the_browser_under_a_policy_of_its_own_and_named_by_its_reference(
    as_: As, do: Do, world: World, draft: UUID, app: Flask
) -> None:
    browser = as_(world.researcher)
    preview = browser.get(f"/applications/{draft}/draft/application.pdf")
    submitted(do, world, draft, folder(app))
    names = {
        name: browser.get(f"/applications/{draft}/papers/{name}").headers["Content-Disposition"]
        for name in ("application.pdf", "dossier.pdf", "files.zip")
    }

    assert preview.headers["Content-Disposition"] == "inline; filename=light-travel-2027-fictional-draft.pdf"
    assert names == {
        "application.pdf": "inline; filename=LTG-27-0001-v1.pdf",
        "dossier.pdf": "inline; filename=LTG-27-0001-v1-dossier.pdf",
        "files.zip": "attachment; filename=LTG-27-0001-v1-files.zip",
    }
    assert preview.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert preview.headers["Cache-Control"] == "private, no-store"
    assert browser.get(f"/applications/{draft}/papers/other.pdf").status_code == 404
    assert PdfReader(io.BytesIO(preview.data)).trailer["/Root"]["/Lang"] == "sv"  # type: ignore[index]


def test_the_bundle_holds_the_files_of_the_frozen_version_and_the_dossier_their_pages(
    as_: As, do: Do, world: World, draft: UUID, app: Flask
) -> None:
    submitted(do, world, draft, folder(app))
    browser = as_(world.researcher)
    archive = zipfile.ZipFile(io.BytesIO(browser.get(f"/applications/{draft}/papers/files.zip").data))
    dossier = PdfReader(io.BytesIO(browser.get(f"/applications/{draft}/papers/dossier.pdf").data))
    statement = select(SubmissionFile.name, Attachment.sha256).join(
        Attachment, Attachment.id == SubmissionFile.attachment_id
    )
    frozen = dict(do(lambda s: [tuple(row) for row in s.execute(scoped(statement))]))

    assert {name for name in archive.namelist() if name.startswith("files/")} == {f"files/{name}" for name in frozen}
    assert all(sha256 in archive.read("index.txt").decode() for sha256 in frozen.values())
    assert len(dossier.pages) == 1 + 1 + 2  # cover, application, invitation


def statuses(as_: As, world: World, *paths: str) -> dict[str, set[int]]:
    people = {
        "lead": world.researcher,
        "other": world.other_researcher,
        "office": world.ki_coordinator,
        "administrator": world.administrator,
        "reviewer": world.reviewers[0],
        "second": world.reviewers[1],
    }
    return {name: {as_(person).get(path).status_code for path in paths} for name, person in people.items()}


def test_each_door_gives_what_its_scope_lets_through(
    as_: As, do: Do, world: World, draft: UUID, app: Flask, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.papers.printed", lambda *_, **__: Paper(b"%PDF-paper", True))
    own, sent = f"/applications/{draft}/draft/application.pdf", f"/applications/{draft}/papers/application.pdf"
    nobody = {name: {404} for name in ("lead", "other", "office", "administrator", "reviewer", "second")}
    while_draft = statuses(as_, world, own)
    not_yet = as_(world.researcher).get(sent).status_code
    submitted(do, world, draft, folder(app))
    after = statuses(as_, world, sent)
    reviewing_starts(do, world, draft)
    time.at = AFTER_CLOSING
    first, second = (f"{given(do, draft, person)}/papers/application.pdf" for person in world.reviewers[:2])
    judged = statuses(as_, world, first)
    as_(world.reviewers[1]).post(f"/office/applications/{draft}/conflict", data={"reason": "A co-author."})
    as_(world.ki_coordinator).post(f"/office/applications/{draft}/conflict", data={"reason": "A relative."})

    assert (while_draft, not_yet) == (nobody | {"lead": {200}}, 403)
    assert after == nobody | {"lead": {200}, "office": {200}}
    assert judged == nobody | {"reviewer": {200}}
    assert statuses(as_, world, second) == nobody
    assert statuses(as_, world, sent) == nobody | {"lead": {200}, "reviewer": {403}}


def home(do: Do, world: World) -> UUID:
    """The light call, whose invitations stay in the EU, with a reviewer outside of it."""
    questions = [
        dict(each) | ({"leaves_eu": False} if each["key"] == "invitation" else {}) for each in light.LIGHT["questions"]
    ]

    def arrange(session: Session) -> UUID:
        session.get_one(Person, world.reviewers[0]).country = "US"
        session.get_one(Person, world.reviewers[1]).country = "SE"
        return light.begin(session, world, questions=questions).id

    return do(arrange)  # type: ignore[no-any-return]


def test_a_reader_outside_the_eu_gets_no_file_and_no_answer_that_stays_inside(
    as_: As, do: Do, world: World, app: Flask, time: Clock
) -> None:
    draft = home(do, world)
    submitted(do, world, draft, folder(app))
    reviewing_starts(do, world, draft)
    time.at = AFTER_CLOSING
    outside, inside = (
        {
            name: english(as_(person)).get(f"{given(do, draft, person)}/papers/{name}").data
            for name in ("application.pdf", "dossier.pdf", "files.zip")
        }
        for person in world.reviewers[:2]
    )
    inner = zipfile.ZipFile(io.BytesIO(outside["files.zip"]))

    assert "Travel_Ylva_Exempelsson.pdf" not in said(outside["application.pdf"])
    assert "Invitationorabstract" in said(outside["application.pdf"])
    assert [name for name in inner.namelist() if name.startswith("files/")] == []
    assert inner.read("LTG-27-0001-v1.pdf") == outside["application.pdf"]
    assert len(PdfReader(io.BytesIO(outside["dossier.pdf"])).pages) == 2
    assert "files/Travel_Ylva_Exempelsson.pdf" in zipfile.ZipFile(io.BytesIO(inside["files.zip"])).namelist()


# --- Everything a reviewer was given ---------------------------------------------------------------------------------


def in_review(do: Do, world: World, count: int) -> str:
    """So many applications in review; the address of the first reviewer's table."""

    def arrange(session: Session) -> str:
        people = [None, world.other_researcher, world.outsider][:count]
        applications = [stages.submitted(session, world, title=f"Idea {n}", who=who) for n, who in enumerate(people, 1)]
        members = stages.in_review(session, world, *applications)
        return f"/memberships/{members['ki'][0].id}"

    return do(arrange)  # type: ignore[no-any-return]


@pytest.fixture
def cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers that cost no process: what they hold is proven elsewhere."""
    monkeypatch.setattr(bundles, "printed", lambda *_, **__: Paper(b"%PDF-paper", True))


@pytest.mark.usefixtures("cheaply")
def test_a_reviewer_takes_home_all_but_what_is_in_conflict_and_the_trail_says_so(
    as_: As, do: Do, world: World, time: Clock
) -> None:
    table = in_review(do, world, 3)
    time.at = AFTER_CLOSING
    browser = english(as_(world.reviewers[0]))
    closed = do(lambda s: s.scalars(scoped(select(Application.id).where(Application.title == "Idea 2"))).one())
    browser.post(f"/office/applications/{closed}/conflict", data={"reason": "A co-author."})
    taken = press(browser, browser.get(table), "Download all of them")
    archive = zipfile.ZipFile(io.BytesIO(taken.data))
    deed = do(lambda s: s.scalars(select(TrailEntry).where(TrailEntry.verb == "take-applications")).one().payload)

    assert "2 of 3 applications; 1 excluded because of a conflict of interest" in archive.read("index.txt").decode()
    assert not any("0002" in name for name in archive.namelist())
    assert "Idea 2" not in archive.read("index.html").decode()
    assert len(archive.namelist()) == 2 * 3 + 2
    assert (deed["taken"], deed["excluded"]) == (2, 1)


@pytest.mark.usefixtures("cheaply")
def test_a_bundle_of_more_applications_asks_the_database_no_more_often(
    as_: As, do: Do, world: World, time: Clock, statements: Watch
) -> None:
    table = in_review(do, world, 3)
    time.at = AFTER_CLOSING
    browser = as_(world.reviewers[0])
    with statements() as of_three:
        browser.post(f"{table}/applications.zip")
    for title in ("Idea 2", "Idea 3"):
        found = do(lambda s, t=title: s.scalars(scoped(select(Application.id).where(Application.title == t))).one())
        browser.post(f"/office/applications/{found}/conflict", data={"reason": "A co-author."})
    with statements() as of_one:
        browser.post(f"{table}/applications.zip")

    assert len(of_three) == len(of_one)


@pytest.mark.usefixtures("cheaply")
def test_nothing_is_taken_home_before_the_conflicts_are_answered_or_by_somebody_else(
    as_: As, do: Do, world: World, time: Clock
) -> None:
    table = in_review(do, world, 1)
    time.at = AFTER_CLOSING

    def forget(session: Session) -> None:
        session.get_one(PanelMember, UUID(table.rpartition("/")[2])).conflicts_answered_at = None

    assert as_(world.reviewers[1]).post(f"{table}/applications.zip").status_code == 404
    do(forget)
    answer = as_(world.reviewers[0]).post(f"{table}/applications.zip")
    assert (answer.status_code, answer.location) == (303, table)


# --- For the sponsored-programs office -------------------------------------------------------------------------------


def test_a_partner_opens_the_paper_for_the_own_office_by_link(
    client: FlaskClient, as_: As, do: Do, world: World
) -> None:
    draft, path, side_id = invited(do, world)
    page = press(client, client.get(path), "Open my part")
    client.post(f"/parts/{side_id}", data=ANSWER | {"then": "later"})
    paper = client.get(f"/parts/{side_id}/sponsored-programs.pdf")
    told = said(paper.data)

    assert "Project, your part, terms, and lines to sign" in text_of(page)
    assert paper.headers["Content-Disposition"].endswith("-mayo-sponsored-programs.pdf")
    for text in (
        "YlvaExempelsson", "Pia", "USD48,000", "USD88,000", "Deadline1Apr2027,07:00CDT", "atmostUSD50,000ayear",
        "YouleadtheprojectatMayoClinic.", "AuthorisedofficialofMayoClinic", "Dateandplace", "Notyet",
    ):  # fmt: skip
        assert text in told
    assert "SEK" not in told
    assert client.get(f"/applications/{draft}/draft/application.pdf").data.startswith(b"%PDF")
    assert as_(world.researcher).get(f"/parts/{side_id}/sponsored-programs.pdf").status_code == 404
    assert as_(world.outsider).get(f"/parts/{side_id}/sponsored-programs.pdf").status_code == 404


def test_the_paper_for_the_office_is_in_the_partner_s_language_and_names_gates_and_reports(
    as_: As, do: Do, world: World
) -> None:
    def arrange(session: Session) -> tuple[UUID, UUID]:
        amend(
            session,
            world,
            gate={"en": "After a report.", "sv": "Efter en rapport."},
            contingent_years=[2],
            after={"report": {"en": "One page a year.", "sv": "En sida om året."}},
        )
        application = stages.submitted(session, world)
        side = session.scalars(
            scoped(
                select(ApplicationSide).where(
                    ApplicationSide.application_id == application.id, ApplicationSide.side_key == "mayo"
                )
            )
        ).one()
        assert side.lead_person_id is not None
        session.get_one(Person, side.lead_person_id).locale = "sv"
        return side.id, side.lead_person_id

    side_id, partner = do(arrange)
    answer = as_(partner).get(f"/parts/{side_id}/sponsored-programs.pdf")
    told = said(answer.data)

    for text in (
        "Tillforskningsadministrationen", "Villkoret:Efterenrapport.", "Rapporter:Ensidaomåret.",
        "Betalasbaraomutlysningensvillkorär",
        "BehörigföreträdareförMayoClinic", "USD50000", "BekräftatsomParker",
    ):  # fmt: skip
        assert text in told


def test_a_paper_that_cannot_be_made_is_told_in_words(
    as_: As, do: Do, world: World, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "SECONDS", 0.001)
    answer = english(as_(world.researcher)).get(f"/applications/{draft}/draft/application.pdf")

    assert answer.status_code == 503
    assert "Nothing is lost: everything stands on the page itself." in answer.get_data(as_text=True)


def test_the_pages_offer_the_papers(as_: As, do: Do, world: World, draft: UUID, app: Flask, time: Clock) -> None:
    lead = english(as_(world.researcher))
    check = lead.get(f"/applications/{draft}/check").get_data(as_text=True)
    submitted(do, world, draft, folder(app))
    receipt = lead.get(f"/applications/{draft}").get_data(as_text=True)
    reviewing_starts(do, world, draft)
    time.at = AFTER_CLOSING
    office = as_(world.ki_coordinator).get(f"/office/applications/{draft}").get_data(as_text=True)
    desk = given(do, draft, world.reviewers[0])
    judge = as_(world.reviewers[0]).get(desk).get_data(as_text=True)

    for name in ("application.pdf", "dossier.pdf", "files.zip"):
        assert f'href="/applications/{draft}/draft/{name}"' in check
        assert f'href="/applications/{draft}/papers/{name}"' in receipt
        assert f'href="/applications/{draft}/papers/{name}"' in office
        assert f'href="{desk}/papers/{name}"' in judge


def test_letters_of_others_are_enclosed_for_those_who_judge_and_for_nobody_else(
    as_: As, do: Do, world: World, app: Flask
) -> None:
    asks = [dict(each) for each in light.LIGHT["questions"]] + [SUPPORT | {"required": False}]
    draft = do(lambda s: light.begin(s, world, questions=asks).id)
    came = light.bring(folder(app), light.pdf(2), "letter.pdf")

    def arrives(session: Session) -> None:
        session.add(
            InvitedLetter(
                application_id=draft, question_key="support", kind=Sought.LETTER, person_id=world.outsider,
                invited_by=world.researcher, invited_at=BEFORE_CLOSING, came_at=BEFORE_CLOSING, name_given="Sven",
                text="A candid word.", sha256=came.sha256, type="pdf", size=came.size, pages=2,
            )
        )  # fmt: skip

    do(arrives)
    submitted(do, world, draft, folder(app))
    office, team = (
        zipfile.ZipFile(io.BytesIO(as_(person).get(f"/applications/{draft}/papers/files.zip").data))
        for person in (world.ki_coordinator, world.researcher)
    )
    dossier = as_(world.ki_coordinator).get(f"/applications/{draft}/papers/dossier.pdf").data

    assert {"letters/support-1.txt", "letters/support-1.pdf"} <= set(office.namelist())
    assert "A candid word." in office.read("letters/support-1.txt").decode()
    assert "6 of 6 files" in office.read("index.txt").decode()
    assert [name for name in team.namelist() if name.startswith("letters/")] == []
    assert "support-1.txtnotaPDF:fetchitseparately–support-1.pdf5" in said(dossier)
