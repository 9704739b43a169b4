"""Files at the doors while the virus scanner looks at them; photos without their traces; too many and too large ones."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Attachment
from app.applications.scan_rules import Scan
from app.cli import work
from app.communications.models import Letter
from app.kernel.database import scoped
from tests import light
from tests.clamd import EICAR, clamd
from tests.conftest import Clock
from tests.forms import press, text_of
from tests.pure.test_photos import GPS, phone, screenshot
from tests.web.test_files import folder, reviewing_starts, send, standing
from tests.web.test_letters import asked, submit
from tests.world import AFTER_CLOSING, World

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def draft(do: Do, world: World) -> UUID:
    return do(lambda s: light.begin(s, world).id)  # type: ignore[no-any-return]


@pytest.fixture
def lead_(as_: As, world: World) -> FlaskClient:
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    return browser


@pytest.fixture
def at_scanner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Configure the scanner at this address."""

    def choose(address: str) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], scanner=address))

    return choose


def scans(do: Do) -> list[Scan]:
    return do(lambda s: list(s.scalars(scoped(select(Attachment.scan)))))  # type: ignore[no-any-return]


def test_until_it_is_clean_only_its_uploader_opens_a_file_and_nothing_waits_for_the_scanner(
    app: Flask, lead_: FlaskClient, as_: As, draft: UUID, do: Do, world: World, at_scanner: Any, time: Clock
) -> None:
    office = as_(world.ki_coordinator)
    with clamd() as (address, seen):
        at_scanner(address)
        send(lead_, draft, (light.pdf(2), "Inbjudan åäö.pdf"))
        [(_, file)] = standing(do, draft)
        form = text_of(lead_.get(f"/applications/{draft}/edit"))
        sent = press(lead_, lead_.get(f"/applications/{draft}/check"), "Submit application", follow=False)
        before = {who: browser.get(f"/files/{file}") for who, browser in (("lead", lead_), ("office", office))}
        shown = text_of(office.get(f"/office/applications/{draft}"))
        reviewing_starts(do, world, draft)
        time.at = AFTER_CLOSING
        reviewer = as_(world.reviewers[0])
        before["reviewer"] = reviewer.get(f"/files/{file}")
        stands = text_of(as_(world.administrator).get("/admin/delivery"))
        assert (scans(do), seen) == ([Scan.WAITING], [])  # no request asked the scanner
        assert work.scan(app) == 1
        people = (world.researcher, world.ki_coordinator, world.reviewers[0])
        after = [as_(who).get(f"/files/{file}").status_code for who in people]

    assert "Being checked for viruses. You need not wait for it." in form
    assert sent.status_code == 303
    assert {who: answer.status_code for who, answer in before.items()} == {"lead": 200, "office": 409, "reviewer": 409}
    assert "is being checked for viruses" in text_of(before["office"])
    assert "is being checked for viruses; opens when that is done" in shown
    assert "1 file waits for it, the first since" in stands
    assert after == [200, 200, 200]
    assert [as_(who).get(f"/files/{file}").status_code for who in (world.outsider, world.administrator)] == [404, 404]


def test_a_refused_file_opens_for_nobody_and_the_form_asks_for_another(
    app: Flask, lead_: FlaskClient, as_: As, draft: UUID, do: Do, world: World, at_scanner: Any
) -> None:
    with clamd() as (address, _):
        at_scanner(address)
        send(lead_, draft, (light.pdf(1) + EICAR, "invitation.pdf"))
        [(_, file)] = standing(do, draft)
        work.scan(app)
    form = text_of(lead_.get(f"/applications/{draft}/edit"))

    assert lead_.get(f"/files/{file}").status_code == 409
    assert "so nobody can open it" in text_of(lead_.get(f"/files/{file}"))
    assert "The virus scanner refused this file" in form
    [letter] = do(lambda s: s.scalars(scoped(select(Letter.kind).where(Letter.kind == "file_refused"))).all())
    assert letter == "file_refused"
    assert "1 file was refused" in text_of(as_(world.administrator).get("/admin/delivery"))


def test_a_scanner_that_is_away_is_told_to_operations(
    app: Flask, lead_: FlaskClient, as_: As, draft: UUID, do: Do, world: World, at_scanner: Any, tmp_path: Path
) -> None:
    at_scanner(f"unix://{tmp_path}/none")
    send(lead_, draft, (light.pdf(1), "invitation.pdf"))
    assert work.scan(app) == 0
    sent = press(lead_, lead_.get(f"/applications/{draft}/check"), "Submit application", follow=False)
    said = text_of(as_(world.administrator).get("/admin/delivery"))

    assert sent.status_code == 303
    assert "The scanner does not answer" in said and "No such file" in said


def test_without_a_scanner_files_are_kept_as_not_scanned_and_open(
    app: Flask, lead_: FlaskClient, as_: As, draft: UUID, do: Do, world: World
) -> None:
    send(lead_, draft, (light.pdf(1), "invitation.pdf"))

    assert (scans(do), work.scan(app)) == ([Scan.NOT_SCANNED], 0)
    assert "No virus scanner is configured" in text_of(as_(world.administrator).get("/admin/delivery"))


@pytest.mark.parametrize(("photo", "name"), [(phone(), "a.jpg"), (screenshot(), "a.png")])
def test_a_photo_from_a_phone_is_kept_without_where_it_was_taken(
    app: Flask, lead_: FlaskClient, draft: UUID, do: Do, photo: bytes, name: str
) -> None:
    send(lead_, draft, (photo, name))
    [(_, file)] = standing(do, draft)
    fetched = lead_.get(f"/files/{file}")
    row = do(lambda s: s.execute(scoped(select(Attachment.sha256, Attachment.size))).one())

    assert GPS in photo and GPS not in fetched.data
    assert tuple(row) == (hashlib.sha256(fetched.data).hexdigest(), len(fetched.data))
    kept = [path for path in folder(app).rglob("*") if path.is_file()]
    assert not any(GPS in path.read_bytes() for path in kept)
    assert fetched.headers["Content-Disposition"].startswith("attachment; filename=Travel_Ylva_Exempelsson.")


@pytest.mark.parametrize("content", [light.jpeg()[:-2], light.png()[:40], light.pdf(3)[:400]])
def test_a_photo_or_a_document_that_was_cut_off_on_its_way_is_told(
    app: Flask, lead_: FlaskClient, draft: UUID, do: Do, content: bytes
) -> None:
    answer = send(lead_, draft, (content, "x"))

    assert (answer.status_code, standing(do, draft)) == (422, [])
    assert "damaged or was cut off" in text_of(answer)
    assert list((folder(app) / "tmp").iterdir()) == []


def test_one_byte_too_many_is_told_and_leaves_nothing_behind(
    app: Flask, lead_: FlaskClient, draft: UUID, do: Do
) -> None:
    whole = light.pdf(1)
    padded = whole + b"\n" * (5_000_000 - len(whole))
    fits = send(lead_, draft, (padded, "a.pdf"))
    answer = send(lead_, draft, (padded + b"\n", "b.pdf"))

    assert (fits.status_code, answer.status_code) == (303, 413)
    assert "at most 5 MB are taken" in text_of(answer)
    assert [name for name, _ in standing(do, draft)] == ["a.pdf"]
    assert list((folder(app) / "tmp").iterdir()) == []


def test_files_beyond_the_fortieth_are_told_as_not_taken(
    lead_: FlaskClient, draft: UUID, monkeypatch: pytest.MonkeyPatch, do: Do
) -> None:
    monkeypatch.setattr("app.web.receiving.MOST_AT_ONCE", 1)
    answer = send(lead_, draft, (light.pdf(1), "first.pdf"), (light.jpeg(), "second.jpg"))

    assert answer.status_code == 422
    assert "“second.jpg” was not taken: a form brings at most 40 files at once" in text_of(answer)
    assert [name for name, _ in standing(do, draft)] == ["first.pdf"]


def test_hostile_names_come_through_a_browser_and_harm_no_answer(lead_: FlaskClient, draft: UUID, do: Do) -> None:
    for name in ("研究計画.pdf", "a\r\nSet-Cookie: x=1.pdf", "invoice\u202efdp.exe", "<b>&\"'.pdf"):
        send(lead_, draft, (light.jpeg() if "研" in name else light.pdf(1), name))
        page = lead_.get(f"/applications/{draft}/edit").get_data(as_text=True)
        files = standing(do, draft)
        answers = [lead_.get(f"/files/{file}") for _, file in files]
        assert {answer.status_code for answer in answers} == {200}
        assert not any(re.search(r"Set-Cookie: x", str(answer.headers)) for answer in answers)
        assert "<b>&" not in page
        if len(files) == 2:
            send(lead_, draft, button="^Remove (?!研)")
    assert "研究計画.pdf" in [name for name, _ in standing(do, draft)]


def test_a_row_of_files_costs_one_statement_more_for_the_scanner_s_word(
    lead_: FlaskClient, draft: UUID, do: Do, statements: Any, app: Flask, world: World
) -> None:
    def count() -> int:
        with statements() as seen:
            lead_.get(f"/applications/{draft}/check")
        return len(seen)

    send(lead_, draft, (light.pdf(1), "a.pdf"))
    one = count()
    send(lead_, draft, (light.jpeg(), "b.jpg"))

    assert count() == one


def test_the_file_of_a_letter_waits_for_the_scanner_too_and_only_its_writer_opens_it(
    app: Flask, client: FlaskClient, as_: As, do: Do, world: World, at_scanner: Any
) -> None:
    draft, letter_id, link = asked(do, world)
    with clamd() as (address, _):
        at_scanner(address)
        client.post(link)
        page = f"/letters/{letter_id}"

        def give(content: bytes) -> int:
            files = {"file": (io.BytesIO(content), "Brev.pdf"), "name": "Sven H.", "text": ""}
            return client.post(page, data=files, content_type="multipart/form-data").status_code

        assert give(light.pdf(1)) == 303
        submit(do, world, draft)
        office = as_(world.ki_coordinator)
        waiting = [browser.get(f"{page}/file").status_code for browser in (client, office)]
        work.scan(app)
        clean = [browser.get(f"{page}/file").status_code for browser in (client, office)]
        assert give(light.pdf(2) + EICAR) == 303  # a new file waits anew
        again = office.get(f"{page}/file").status_code
        work.scan(app)
        refused = [browser.get(f"{page}/file").status_code for browser in (client, office)]

    assert (waiting, clean, again, refused) == ([200, 409], [200, 200], 409, [409, 409])
    told = do(lambda s: s.scalars(scoped(select(Letter).where(Letter.kind == "file_refused"))).all())
    assert [(letter.values["name"], letter.values["leads"]) for letter in told] == [("Sven", False)]


def test_only_a_pdf_is_ever_read_in_the_browser_under_a_policy_of_its_own_and_never_before_it_is_clean(
    app: Flask, lead_: FlaskClient, as_: As, draft: UUID, do: Do, world: World, at_scanner: Any
) -> None:
    send(lead_, draft, (light.pdf(1), "a.pdf"), (light.jpeg(), "b.jpg"))
    found = {name: f"/files/{file}/read" for name, file in standing(do, draft)}
    pdf = lead_.get(found["a.pdf"])

    assert (pdf.status_code, pdf.mimetype, lead_.get(found["b.jpg"]).status_code) == (200, "application/pdf", 404)
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert pdf.headers["Content-Security-Policy"].startswith("default-src 'none'; object-src 'self'")
    assert pdf.headers["X-Content-Type-Options"] == "nosniff"
    at_scanner("tcp://127.0.0.1:9")
    send(lead_, draft, button="^Remove a")
    send(lead_, draft, (light.pdf(2), "c.pdf"))
    waiting = dict(standing(do, draft))["c.pdf"]
    press(lead_, lead_.get(f"/applications/{draft}/check"), "Submit application", follow=False)
    assert as_(world.ki_coordinator).get(f"/files/{waiting}/read").status_code == 409
