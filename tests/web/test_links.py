"""Looking after links: the office of the call and the lead applicant, nobody else; and answers that came by mail."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries, uploads
from app.applications.models import Application, ApplicationSide, KeptMail
from app.applications.snapshots import snapshot_of
from app.exports.papers.content import Reading, confirmed_words
from app.identities.links import token_of
from app.identities.models import PersonalLink
from app.kernel.database import scoped
from app.kernel.files import LocalStore
from app.kernel.inspection import mail_type_of
from app.programmes.queries import definition_by_version
from app.reviews import services as reviewing
from app.reviews.models import Panel
from app.trail.models import TrailEntry
from tests.conftest import Clock
from tests.forms import text_of
from tests.web.test_doors import mailed
from tests.web.test_partner import ANSWER, invited
from tests.world import BEFORE_CLOSING, World, coordinator_of

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
EML = b"From: Pia Partner <pia@mayo.example>\r\nDate: Mon, 8 Mar 2027 09:00:00 -0600\r\nSubject: Re\r\n\r\nI agree.\r\n"
MAIL = {"written_by": "Pia Partner", "written_on": "2027-03-08"}


@pytest.fixture
def asked(do: Do, world: World) -> tuple[str, str, UUID, UUID]:
    """A draft with an invited partner: its id, the link's path, the side and the link's id."""
    draft, path, side_id = invited(do, world)
    link_id = do(lambda s: s.scalars(select(PersonalLink.id).where(PersonalLink.subject_id == side_id)).one())
    return draft, path, side_id, link_id


def test_the_office_sees_of_a_draft_whom_it_asked_and_nothing_that_it_says(
    asked: tuple[str, str, UUID, UUID], as_: As, client: FlaskClient, world: World
) -> None:
    draft, path, _, link_id = asked
    client.post(path)
    office = as_(world.mayo_coordinator)
    listed = text_of(office.get(f"/office/calls/{world.call}/links"))
    page = text_of(office.get(f"/links/{link_id}"))

    assert "pia@mayo.example" in listed
    assert "a draft, begun" in listed
    assert "the first one to open it" in page
    for said in (listed, page):
        assert "Tysta följeslagare" not in said
        assert "Ylva" not in said
    assert office.get(f"/applications/{draft}/links").status_code == 404
    assert f"/office/calls/{world.call}/links" in office.get(f"/office/calls/{world.call}").text


def test_the_lead_applicant_looks_after_own_links_and_others_find_nothing(
    asked: tuple[str, str, UUID, UUID], as_: As, client: FlaskClient, world: World
) -> None:
    draft, path, _, link_id = asked
    client.post(path)
    lead = as_(world.researcher)
    assert "pia@mayo.example" in lead.get(f"/applications/{draft}/links").text
    assert lead.get(f"/links/{link_id}").status_code == 200
    assert f"/applications/{draft}/links" in lead.get(f"/applications/{draft}/edit").text
    assert lead.post(f"/links/{link_id}/mail", data=MAIL).status_code == 403  # recording is the office's

    for person in (world.other_researcher, world.administrator, world.outsider):
        browser = as_(person)
        assert browser.get(f"/links/{link_id}").status_code == 404
        for deed in ("withdrawal", "again", "extension", "mail"):
            assert browser.post(f"/links/{link_id}/{deed}").status_code == 404
    assert client.get(f"/links/{link_id}").status_code == 404  # the partner's own browser, by link


def test_withdrawing_shuts_every_browser_and_a_new_link_opens_the_task_again(
    asked: tuple[str, str, UUID, UUID], as_: As, client: FlaskClient, app: Flask, do: Do, world: World, time: Clock
) -> None:
    _, path, side_id, link_id = asked
    client.post(path)
    office = as_(world.ki_coordinator)
    assert office.post(f"/links/{link_id}/withdrawal").status_code == 303
    assert client.get(path).status_code == 404
    assert client.post(f"/parts/{side_id}", data=ANSWER).status_code == 401
    assert office.post(f"/links/{link_id}/extension", data={"until": "2029-01-01"}).status_code == 422

    time.move(minutes=1)
    again = office.post(f"/links/{link_id}/again")
    assert re.fullmatch(r"/links/[0-9a-f-]{36}", again.location)
    assert mailed(app, do, "Your personal link")[0] == "pia@mayo.example"
    newer = UUID(again.location.removeprefix("/links/"))
    assert client.post(f"/p/{token_of('test-secret', newer)}").location == f"/parts/{side_id}"

    verbs = do(lambda s: list(s.scalars(select(TrailEntry.verb).where(TrailEntry.verb.contains("link")))))
    assert set(verbs) == {"withdraw-link", "send-link"}


def test_one_browser_is_shut_out_and_the_other_goes_on(
    asked: tuple[str, str, UUID, UUID], as_: As, client: FlaskClient, do: Do, world: World, app: Flask
) -> None:
    _, path, side_id, link_id = asked
    client.post(path)
    office = as_(world.ki_coordinator)
    ends = re.findall(rf"/links/{link_id}/browsers/[0-9a-f-]+/end", office.get(f"/links/{link_id}").text)
    assert len(ends) == 1
    assert office.post(ends[0]).status_code == 303
    assert client.get(f"/parts/{side_id}").location.startswith("/sign-in")
    assert client.post(path).location == "/code"
    assert office.post(f"/links/{link_id}/browsers/{side_id}/end").status_code == 404


def test_sent_anew_with_replacing_ends_the_earlier_ones_and_extending_moves_the_end(
    asked: tuple[str, str, UUID, UUID], as_: As, client: FlaskClient, do: Do, world: World, time: Clock
) -> None:
    _, path, _, link_id = asked
    lead = as_(world.researcher)
    assert lead.post(f"/links/{link_id}/extension", data={"until": "2027-01-01"}).status_code == 422
    assert lead.post(f"/links/{link_id}/extension", data={"until": "2029-01-01"}).status_code == 303
    time.move(days=505)
    assert client.get(path).status_code == 200
    assert lead.post(f"/links/{link_id}/again", data={"replaces": "yes"}).status_code in (303, 401)
    lead = as_(world.researcher)
    lead.post(f"/links/{link_id}/again", data={"replaces": "yes"})
    assert client.get(path).status_code == 404


def test_an_office_in_conflict_and_the_other_sides_panel_are_out_of_sight(
    asked: tuple[str, str, UUID, UUID], as_: As, do: Do, world: World
) -> None:
    _, _, _, link_id = asked

    def arrange(session: Session) -> None:
        by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
        found = session.scalars(scoped(select(Application).where(Application.id == UUID(asked[0])))).one()
        reviewing.declare_conflict(session, world.ki_coordinator, found, "We wrote together.", by=by, at=BEFORE_CLOSING)
        panel = session.scalars(select(Panel).where(Panel.side_key == "mayo")).one()
        other = coordinator_of(world.mayo_coordinator, "Molly", "mayo")
        member = reviewing.name_member(
            session, panel, name="Rut", address="rut@review.example", is_chair=False, by=other, at=BEFORE_CLOSING
        )
        reviewing.invite_again(session, panel, member.id, by=other, at=BEFORE_CLOSING)

    do(arrange)
    page = as_(world.ki_coordinator).get(f"/office/calls/{world.call}/links").text
    assert "pia@mayo.example" not in page
    assert "rut@review.example" not in page
    assert as_(world.ki_coordinator).get(f"/links/{link_id}").status_code == 404
    assert "rut@review.example" in as_(world.mayo_coordinator).get(f"/office/calls/{world.call}/links").text


def kept(do: Do, side_id: UUID) -> Any:
    def read(session: Session) -> Any:
        side = session.scalars(scoped(select(ApplicationSide).where(ApplicationSide.id == side_id))).one()
        mails = session.scalars(scoped(select(KeptMail))).all()
        return side.confirmed_as, side.mail_id is not None, [(m.type.value, m.recorded_by_name) for m in mails]

    return do(read)


def test_a_yes_by_mail_is_recorded_with_the_mail_and_shown_as_such(
    asked: tuple[str, str, UUID, UUID], as_: As, do: Do, world: World, app: Flask
) -> None:
    draft, _, side_id, link_id = asked
    office = as_(world.mayo_coordinator)
    amounts = {"budget-mayo-1": "48 000", "budget-mayo-2": "40 000"}
    done = office.post(f"/links/{link_id}/mail", data={**MAIL, **amounts, "mail": (io.BytesIO(EML), "Re åäö.eml")})
    assert done.status_code == 303
    assert kept(do, side_id) == ("Pia Partner", True, [("eml", "Molly Coordson")])

    lead = as_(world.researcher)
    lead.post("/language", data={"locale": "en"})
    page = text_of(lead.get(f"/applications/{draft}/edit"))
    said = "Confirmed by mail from Pia Partner of 8 Mar 2027, recorded by Molly Coordson"
    assert said in page
    assert said in text_of(lead.get(f"/applications/{draft}/check"))
    where = re.search(r"/mails/[0-9a-f-]+", lead.get(f"/applications/{draft}/edit").text)
    assert where is not None
    fetched = lead.get(where.group())
    assert (fetched.data, fetched.mimetype) == (EML, "message/rfc822")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert office.get(where.group()).status_code == 200
    for person in (world.other_researcher, world.outsider, world.administrator):
        assert as_(person).get(where.group()).status_code == 404
    assert do(lambda s: queries.budgets(s, [UUID(draft)])[UUID(draft)]["mayo"][1].minor) == 4_800_000

    _, missing = do(
        lambda s: uploads.sweep(
            s, LocalStore(app.config["SETTINGS"].instance / "files"), BEFORE_CLOSING.replace(year=2030)
        )
    )
    assert missing == ()
    assert fetched.data == lead.get(where.group()).data


def test_a_frozen_version_says_that_it_came_by_mail(
    asked: tuple[str, str, UUID, UUID], as_: As, world: World, do: Do
) -> None:
    draft, _, _, link_id = asked
    as_(world.ki_coordinator).post(
        f"/links/{link_id}/mail",
        data={**MAIL, "pasted": "I agree.", "budget-mayo-1": "48 000", "budget-mayo-2": "40 000"},
    )

    def look(session: Session) -> Any:
        found = session.scalars(scoped(select(Application).where(Application.id == UUID(draft)))).one()
        shot = snapshot_of(session, found, definition_by_version(session, found.call_version_id))
        return {side["key"]: side.get("by_mail", {}).get("recorded_by") for side in shot["sides"]}

    assert do(look) == {"ki": None, "mayo": "Kajsa Samordning"}
    assert do(lambda s: words_of_paper(s, UUID(draft))) == [
        "",
        "Confirmed by mail from Pia Partner of 8 Mar 2027, recorded by Kajsa Samordning on 12 Mar 2027, 13:00 CET; "
        "the mail is attached.",
    ]


def words_of_paper(session: Session, draft: UUID) -> list[str]:
    """What the paper says of each side."""
    found = session.scalars(scoped(select(Application).where(Application.id == draft))).one()
    reading = Reading("en", "Europe/Stockholm")
    sides = queries.draft_sheet(session, found).sides
    return [confirmed_words(side, reading, reading.zone) for side in sides]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"written_by": " "}, "Write who wrote the mail."),
        ({"written_on": "2031-01-01"}, "Write on which day the mail was written."),
        ({"pasted": ""}, "Attach the mail as PDF, .eml or .txt, or paste its text."),
        ({"budget-mayo-1": "1.500"}, "1.500"),
        ({"mail": b"\x00\x01\x02 no mail"}, "This file is no mail that can be kept."),
    ],
)
def test_what_cannot_be_recorded_is_said_in_words_and_what_was_typed_stands(
    asked: tuple[str, str, UUID, UUID], as_: As, world: World, do: Do, changed: dict[str, Any], said: str
) -> None:
    _, _, side_id, link_id = asked
    office = as_(world.mayo_coordinator)
    data = {**MAIL, "pasted": "I agree with my whole heart.", **changed}
    if isinstance(data.get("mail"), bytes):
        data["mail"] = (io.BytesIO(data["mail"]), "a.bin")
    refused = office.post(f"/links/{link_id}/mail", data=data, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert said in text_of(refused)
    if data["pasted"]:
        assert "I agree with my whole heart." in refused.text
    assert kept(do, side_id)[1:] == (False, [])


def test_the_partners_own_yes_takes_the_place_of_the_mail(
    asked: tuple[str, str, UUID, UUID], as_: As, client: FlaskClient, world: World, do: Do
) -> None:
    _, path, side_id, link_id = asked
    office = as_(world.ki_coordinator)
    office.post(f"/links/{link_id}/mail", data={**MAIL, "pasted": "I agree."})
    again = {**MAIL, "pasted": "And these are the amounts.", "budget-mayo-1": "48 000"}
    assert office.post(f"/links/{link_id}/mail", data=again).status_code == 303  # a later mail after an earlier one
    assert len(kept(do, side_id)[2]) == 2
    client.post(path)
    assert "Confirmed by mail" in text_of(client.get(f"/parts/{side_id}"))
    seen = {**ANSWER, "was-budget-mayo-1": "48 000"}  # the page shows what the mail said
    assert client.post(f"/parts/{side_id}", data=seen).status_code == 303
    assert kept(do, side_id)[:2] == ("Pia Partner", False)
    told = do(lambda s: list(s.scalars(select(TrailEntry.verb).where(TrailEntry.verb.contains("confirm")))))
    assert told == ["record-confirmation-by-mail", "record-confirmation-by-mail", "confirm-side"]
    assert as_(world.ki_coordinator).post(f"/links/{link_id}/mail", data={**MAIL, "pasted": "x"}).status_code == 422


def test_bytes_are_known_as_a_mail_by_what_they_are() -> None:
    assert [mail_type_of(each) for each in (EML, b"I agree.", "Ja, jag är med.".encode(), b"\x00\x01", b" ")] == [
        "eml", "txt", "txt", "", "",
    ]  # fmt: skip
