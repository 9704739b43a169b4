"""Files at the doors: uploaded with the form and without JavaScript, fetched by whom they concern and nobody else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications import uploads
from app.applications.attachments import attached
from app.applications.models import Application
from app.cli import work
from app.communications.models import Letter
from app.identities.links import token_of
from app.identities.models import Person
from app.kernel.database import is_writing, scoped
from app.kernel.inspection import Looked
from app.programmes import queries as declarations
from app.programmes.models import Call, CallVersion
from app.programmes.queries import definition_of
from app.reviews import services as reviewing
from app.reviews.models import Assignment, Panel
from app.web import receiving
from app.workflow.vocabulary import Move
from tests import light, stages
from tests.conftest import Clock
from tests.forms import Form, forms, press, text_of
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World, coordinator_of, lead

As = Callable[[Any], FlaskClient]
Do = Callable[[Callable[[Session], Any]], Any]
WORDS = "Words that must not be lost, åäö."


@pytest.fixture
def draft(do: Do, world: World) -> UUID:
    return do(lambda s: light.begin(s, world).id)  # type: ignore[no-any-return]


@pytest.fixture
def lead_(as_: As, world: World) -> FlaskClient:
    browser = as_(world.researcher)
    browser.post("/language", data={"locale": "en"})
    return browser


def folder(app: Flask) -> Path:
    return Path(app.config["SETTINGS"].instance) / "files"


def send(client: FlaskClient, draft: UUID, *files: tuple[bytes, str], button: str = "Save draft", **typed: str) -> Any:
    """The whole form with files chosen, as a browser without JavaScript sends it."""
    page = client.get(f"/applications/{draft}/edit")
    form = next(f for f in forms(page) if any(re.search(button, b[0]) for b in f.buttons))
    _, name, value, elsewhere = next(b for b in form.buttons if re.search(button, b[0]))
    data: dict[str, Any] = {**form.fields, **typed}
    if name:
        data[name] = value
    data["q-invitation"] = [(io.BytesIO(content), called) for content, called in files]
    return client.post(elsewhere or form.action, data=data, content_type="multipart/form-data")


def standing(do: Do, draft: UUID) -> list[tuple[str, str]]:
    """Original name and id of every file that stands."""
    found: dict[str, Any] = do(lambda s: attached(s, draft))
    return [(file.original_name, str(file.id)) for files in found.values() for file in files]


def test_a_file_comes_with_the_form_and_is_told_as_received(lead_: FlaskClient, draft: UUID, do: Do) -> None:
    answer = send(lead_, draft, (light.pdf(2), "Inbjudan åäö.pdf"), **{"q-event": WORDS})
    page = lead_.get(f"/applications/{draft}/edit")

    assert answer.status_code == 303
    assert re.search(r"Received \d\d:\d\d, 2 pages, \d kB", text_of(page))
    assert "Inbjudan åäö.pdf" in text_of(page)
    assert "Readers get it as Travel_Ylva_Exempelsson.pdf." in text_of(page)
    assert f'value="{WORDS}"' in page.get_data(as_text=True)


def test_saving_once_more_without_a_file_keeps_the_one_that_stands(lead_: FlaskClient, draft: UUID) -> None:
    send(lead_, draft, (light.pdf(2), "invitation.pdf"))
    send(lead_, draft)
    said = text_of(lead_.get(f"/applications/{draft}/check"))

    assert "Travel_Ylva_Exempelsson.pdf" in said
    assert "Still missing" not in said


def test_uploading_comes_back_to_the_question(lead_: FlaskClient, draft: UUID) -> None:
    page = lead_.get(f"/applications/{draft}/edit")
    form: Form = next(f for f in forms(page) if any(b[0] == "Upload" for b in f.buttons))
    data: dict[str, Any] = {
        **form.fields,
        "then": "file-invitation",
        "q-invitation": (io.BytesIO(light.jpeg()), "p.jpg"),
    }
    answer = lead_.post(form.action, data=data, content_type="multipart/form-data")

    assert answer.location.endswith(f"/applications/{draft}/edit#q-invitation")


def test_two_files_at_once_and_one_removed(lead_: FlaskClient, draft: UUID, do: Do) -> None:
    send(lead_, draft, (light.pdf(1), "a.pdf"), (light.jpeg(), "b.jpg"))
    page = lead_.get(f"/applications/{draft}/edit")
    assert "Choose files" not in text_of(page)  # two are asked for
    answer = send(lead_, draft, button=r"^Remove a\.pdf", **{"q-event": WORDS})

    assert answer.status_code == 303
    assert [name for name, _ in standing(do, draft)] == ["b.jpg"]
    assert f'value="{WORDS}"' in lead_.get(f"/applications/{draft}/edit").get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"MZ\x90\x00" + b"\0" * 99, "cv.pdf", "not a file of a kind that is taken here: PDF, JPEG, PNG"),
        (light.office(), "cv.pdf", "of the kind Word"),
        (b"", "cv.pdf", "has 0 bytes"),
        (light.pdf(1, password="x"), "cv.pdf", "locked with a password"),
        (light.pdf(1)[:200], "cv.pdf", "cannot be opened"),
        (light.pdf(1) + b" " * 5_100_000, "cv.pdf", "has 5.1 MB, and at most 5 MB are taken"),
    ],
)
def test_a_file_that_is_refused_loses_no_text(
    lead_: FlaskClient, draft: UUID, do: Do, content: bytes, name: str, says: str
) -> None:
    answer = send(lead_, draft, (content, name), **{"q-event": WORDS})

    assert answer.status_code == (413 if "MB" in says else 422)
    assert says in text_of(answer)
    assert f'value="{WORDS}"' in answer.get_data(as_text=True)
    assert 'href="#q-invitation"' in answer.get_data(as_text=True)
    assert f'value="{WORDS}"' in lead_.get(f"/applications/{draft}/edit").get_data(as_text=True)
    assert standing(do, draft) == []


def test_a_form_of_more_than_twenty_megabytes_keeps_its_texts(
    lead_: FlaskClient, draft: UUID, do: Do, app: Flask
) -> None:
    answer = send(lead_, draft, (b"%PDF-1.7" + b"0" * 21_000_000, "film.pdf"), **{"q-event": WORDS})

    assert (answer.status_code, standing(do, draft)) == (413, [])
    assert "has 21.0 MB, and at most 5 MB are taken" in text_of(answer)
    assert f'value="{WORDS}"' in answer.get_data(as_text=True)
    assert f'value="{WORDS}"' in lead_.get(f"/applications/{draft}/edit").get_data(as_text=True)
    assert list(folder(app).glob("tmp/*")) == []


def test_a_form_beyond_all_measure_is_refused_in_words(
    lead_: FlaskClient, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "LARGEST_FORM", 1000)
    answer = send(lead_, draft, (b"0" * 2000, "film.pdf"))

    assert answer.status_code == 413
    assert "your browser still has what you typed" in text_of(answer)


def test_a_post_that_fails_in_the_middle_leaves_neither_row_nor_file_in_sight(
    lead_: FlaskClient, draft: UUID, do: Do, app: Flask, monkeypatch: pytest.MonkeyPatch, time: Clock
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(uploads, "keep_answer", fail)
    answer = send(lead_, draft, (light.pdf(2, title="lost"), "lost.pdf"), **{"q-event": WORDS})
    monkeypatch.undo()

    assert (answer.status_code, standing(do, draft)) == (500, [])
    assert do(lambda s: s.scalar(text("SELECT count(*) FROM attachment"))) == 0
    assert f'value="{WORDS}"' in lead_.get(f"/applications/{draft}/edit").get_data(as_text=True)
    monkeypatch.setattr("app.kernel.clock.now", lambda: BEFORE_CLOSING.replace(year=2099))
    assert work.sweep(app) >= 1  # and the worker takes away its bytes
    assert [path for path in folder(app).glob("*/*") if path.is_file()] == []


def test_a_full_disk_is_told_and_loses_no_text(
    lead_: FlaskClient, draft: UUID, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.kernel.files.os.fsync", full)
    answer = send(lead_, draft, (light.pdf(1), "cv.pdf"), **{"q-event": WORDS})

    assert (answer.status_code, standing(do, draft)) == (422, [])
    assert "this server has no room just now" in text_of(answer)


def test_files_are_looked_at_before_the_writer_lock_is_taken(
    lead_: FlaskClient, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def look(path: Path) -> Looked:
        seen.append(is_writing())
        return Looked("pdf", 1)

    monkeypatch.setattr(receiving, "look_at", look)
    send(lead_, draft, (light.pdf(1), "cv.pdf"))

    assert seen == [False]


def test_nobody_else_makes_us_look_at_files(
    client: FlaskClient, as_: As, world: World, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    monkeypatch.setattr(receiving, "look_at", looked.append)
    brought = {"q-invitation": (io.BytesIO(light.pdf(1)), "x.pdf")}
    answers = [
        browser.post(f"/applications/{draft}/edit", data=dict(brought), content_type="multipart/form-data").status_code
        for browser in (client, as_(world.outsider))
        if brought.update({"q-invitation": (io.BytesIO(light.pdf(1)), "x.pdf")}) is None
    ]

    assert (answers, looked) == ([401, 404], [])


def submitted(do: Do, world: World, draft: UUID, store: Path) -> str:
    """Give it a file, send it in; the file's id."""

    def arrange(session: Session) -> str:
        application = session.scalars(scoped(select(Application).where(Application.id == draft))).one()
        file = light.give(session, world, application, light.bring(store, light.pdf(2)))
        light.submit(session, world, application)
        return str(file.id)

    return do(arrange)  # type: ignore[no-any-return]


def reviewing_starts(do: Do, world: World, draft: UUID) -> None:
    """Two reviewers judge it."""

    def arrange(session: Session) -> None:
        application = session.scalars(scoped(select(Application).where(Application.id == draft))).one()
        office = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
        definition = definition_of(session, session.get_one(Call, application.call_id))
        applying.tick(session, application, [c.key for c in definition.eligibility], by=office, at=AFTER_CLOSING)
        applying.take(session, application, Move.PASS_CHECK, by=office, at=AFTER_CLOSING, reason="In order.")
        panel = session.scalars(select(Panel).where(Panel.call_id == application.call_id)).one()
        pairs = []
        for name, address in (("Rut Granskare", "rut@review.example"), ("Runar Läsare", "runar@review.example")):
            member = reviewing.name_member(
                session, panel, name=name, address=address, is_chair=False, by=office, at=AFTER_CLOSING
            )
            pairs.append((draft, member.id))
        among = select(Application.id).where(Application.id == draft)
        reviewing.assign(session, panel, pairs, by=office, at=AFTER_CLOSING, among=among)
        applying.take(session, application, Move.START_REVIEW, by=office, at=AFTER_CLOSING)
        for assignment in session.scalars(scoped(select(Assignment))):
            member = session.get_one(stages.PanelMember, assignment.member_id)
            by = stages.reviewer(session, member)
            reviewing.answer_invitation(session, member, accepts=True, because="", by=by, at=AFTER_CLOSING)
            reviewing.answer_conflicts(session, member, {}, by=by, at=AFTER_CLOSING)

    do(arrange)


def test_a_file_is_a_download_that_cannot_run(
    lead_: FlaskClient, draft: UUID, do: Do, world: World, app: Flask
) -> None:
    file = submitted(do, world, draft, folder(app))
    answer = lead_.get(f"/files/{file}")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == "attachment; filename=Travel_Ylva_Exempelsson.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    part = lead_.get(f"/files/{file}", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")


def statuses(as_: As, world: World, file: str, *more: UUID) -> dict[str, int]:
    people = {
        "lead": world.researcher,
        "other": world.other_researcher,
        "office": world.ki_coordinator,
        "other office": world.mayo_coordinator,
        "administrator": world.administrator,
        "outsider": world.outsider,
        "reviewer": world.reviewers[0],
        "second": world.reviewers[1],
        "not asked": world.reviewers[2],
    }
    found = {name: as_(person).get(f"/files/{file}").status_code for name, person in people.items()}
    heads = {name: as_(person).head(f"/files/{file}").status_code for name, person in people.items()}
    assert found == heads
    return found


def test_who_may_fetch_a_file_is_who_may_read_its_application(
    as_: As, draft: UUID, do: Do, world: World, app: Flask, client: FlaskClient, time: Clock
) -> None:
    nobody = dict.fromkeys(
        ("lead", "other", "office", "other office", "administrator", "outsider", "reviewer", "second", "not asked"), 404
    )

    def arrange(session: Session) -> str:
        application = session.scalars(scoped(select(Application).where(Application.id == draft))).one()
        return str(light.give(session, world, application, light.bring(folder(app), light.jpeg(), "x.jpg")).id)

    gone = do(arrange)
    while_draft = statuses(as_, world, gone)
    do(lambda s: uploads.remove(s, _one(s, draft), UUID(gone), by=lead(world.researcher), at=BEFORE_CLOSING))
    file = submitted(do, world, draft, folder(app))
    after = statuses(as_, world, file)
    reviewing_starts(do, world, draft)
    time.at = AFTER_CLOSING
    in_review = statuses(as_, world, file)
    desk = as_(world.reviewers[0])
    as_(world.reviewers[1]).post(f"/office/applications/{draft}/conflict", data={"reason": "A co-author."})
    conflicted = statuses(as_, world, file)

    assert while_draft == nobody | {"lead": 200}
    assert statuses(as_, world, gone) == nobody
    assert after == nobody | {"lead": 200, "office": 200}
    assert in_review == after | {"reviewer": 200, "second": 200}
    assert conflicted == after | {"reviewer": 200}
    assert client.get(f"/files/{file}").status_code == 302  # to sign in
    assignment = do(lambda s: str(_assignment(s, world)))
    page = desk.get(f"/reviews/{assignment}")
    assert f'href="/files/{file}"' in page.get_data(as_text=True)
    assert "<strong>it matters</strong>" in page.get_data(as_text=True)


def test_a_file_that_may_not_leave_the_eu_is_fetched_inside_it_alone(
    as_: As, draft: UUID, do: Do, world: World, app: Flask
) -> None:
    file = submitted(do, world, draft, folder(app))

    def stays_home(session: Session) -> None:
        version = session.get_one(CallVersion, _one(session, draft).call_version_id)
        questions = [{**each, "leaves_eu": each["kind"] != "file"} for each in version.data["questions"]]
        version.data, version.sha256 = {**version.data, "questions": questions}, "another version"
        declarations._HASHES.clear()  # a version never changes, so the process keeps what it has read

    def moves_to(country: str) -> None:
        do(lambda s: setattr(s.get_one(Person, world.ki_coordinator), "country", country))

    do(stays_home)
    moves_to("SE")
    inside = as_(world.ki_coordinator).get(f"/files/{file}").status_code
    moves_to("US")
    outside = as_(world.ki_coordinator).get(f"/files/{file}").status_code

    assert (inside, outside, as_(world.researcher).get(f"/files/{file}").status_code) == (200, 404, 200)


def _one(session: Session, draft: UUID) -> Application:
    return session.scalars(scoped(select(Application).where(Application.id == draft))).one()


def _assignment(session: Session, world: World) -> UUID:
    return session.scalars(
        scoped(
            select(Assignment.id)
            .join(stages.PanelMember, stages.PanelMember.id == Assignment.member_id)
            .where(stages.PanelMember.person_id == world.reviewers[0])
        )
    ).one()


def test_a_conflicted_coordinator_gets_what_a_stranger_gets(
    as_: As, draft: UUID, do: Do, world: World, app: Flask
) -> None:
    file = submitted(do, world, draft, folder(app))
    office, stranger = as_(world.ki_coordinator), as_(world.outsider)
    assert f'href="/files/{file}"' in office.get(f"/office/applications/{draft}").get_data(as_text=True)
    office.post(f"/office/applications/{draft}/conflict", data={"reason": "A cousin."})

    assert office.get(f"/files/{file}").status_code == stranger.get(f"/files/{file}").status_code == 404


def test_the_receipt_names_each_file_with_its_hash(
    lead_: FlaskClient, draft: UUID, do: Do, world: World, app: Flask
) -> None:
    submitted(do, world, draft, folder(app))
    said = text_of(lead_.get(f"/applications/{draft}"))
    sha256 = do(lambda s: s.scalar(text("SELECT sha256 FROM attachment")))

    assert re.search(rf"Travel_Ylva_Exempelsson.pdf 2 pages, \d kB, SHA-256 {sha256}", said)


def test_the_overview_lists_the_names_of_files(as_: As, draft: UUID, do: Do, world: World, app: Flask) -> None:
    submitted(do, world, draft, folder(app))
    call = do(lambda s: str(_one(s, draft).call_id))
    browser = as_(world.ki_coordinator)
    page = browser.get(f"/office/calls/{call}/exports")
    answer = press(browser, page, "Overview as CSV|CSV", follow=False) if forms(page) else page
    rows = answer.get_data(as_text=True)

    assert "Files" in rows.splitlines()[0]
    assert "Travel_Ylva_Exempelsson.pdf" in rows


def test_a_saved_text_can_be_looked_at_as_readers_see_it(lead_: FlaskClient, draft: UUID) -> None:
    page = lead_.get(f"/applications/{draft}/edit").get_data(as_text=True)
    check = lead_.get(f"/applications/{draft}/check").get_data(as_text=True)

    assert "<summary>See how it looks, as it was saved last</summary>" in page
    assert page.count("<strong>it matters</strong>") == 1
    assert check.count("<strong>it matters</strong>") == 1


def test_limits_are_counted_beside_the_text(lead_: FlaskClient, draft: UUID) -> None:
    said = text_of(lead_.get(f"/applications/{draft}/edit"))

    assert "19 of 120 characters" in said
    assert "1 to 30 days, first and last included." in said
    assert re.search("From .*1 May 2027 to .*31 Dec.* 2027", said)
    assert "3 of 150 words" in said


HOST = {
    "key": "mayo",
    "lead": False,
    "pays": False,
    "institution": {"name": "Mayo Clinic", "short": "Mayo", "country": "US", "zone": "America/Chicago"},
}
LETTER = {
    "key": "letter",
    "section": "host",
    "kind": "file",
    "required": True,
    "file_name": "Letter_{last}",
    "used_for": ["reviewers"],
    "title": {"en": "Letter of the host", "sv": "Värdens brev"},
}
HOSTED = {
    "sides": [*light.LIGHT["sides"], HOST],
    "sections": [
        *light.LIGHT["sections"],
        {"key": "host", "owner": "mayo", "title": {"en": "The host", "sv": "Värden"}},
    ],
    "questions": [*light.LIGHT["questions"], LETTER],
}


def test_a_partner_gives_the_files_of_the_own_side_and_may_read_the_others(
    client: FlaskClient, as_: As, world: World, do: Do, app: Flask
) -> None:
    def arrange(session: Session) -> tuple[str, str, str, str]:
        application = light.begin(session, world, **HOSTED)
        shared = light.give(session, world, application, light.bring(folder(app), light.jpeg(), "x.jpg"))
        part = applying.invite_partner(
            session,
            application,
            "mayo",
            name="Pia",
            address="pia@mayo.example",
            by=lead(world.researcher),
            at=BEFORE_CLOSING,
        )
        letter = session.scalars(scoped(select(Letter).where(Letter.kind == "partner_invitation"))).one()
        assert letter.link_id is not None
        return str(application.id), f"/p/{token_of('test-secret', letter.link_id)}", str(part.id), str(shared.id)

    draft, link, part, shared = do(arrange)
    client.post(link)
    early = client.post(f"/parts/{part}", data={"name": "Pia Partner"})
    brought = {"name": "Pia Partner", "v-letter": "0", "q-letter": (io.BytesIO(light.pdf(1)), "brev.pdf")}
    answer = client.post(f"/parts/{part}", data=brought, content_type="multipart/form-data")
    [(_, letter_id)] = [one for one in standing(do, UUID(draft)) if one[0] == "brev.pdf"]
    foreign = client.post(
        f"/parts/{part}",
        data={"name": "Pia", "q-invitation": (io.BytesIO(light.pdf(2)), "y.pdf")},
        content_type="multipart/form-data",
    )
    stolen = client.post(f"/parts/{part}", data={"name": "Pia", "remove": shared})

    assert (early.status_code, answer.status_code) == (422, 303)
    assert "Letter of the host" in text_of(early)
    assert [client.get(f"/files/{one}").status_code for one in (shared, letter_id)] == [200, 200]
    assert "Letter_Pia.pdf" in text_of(client.get(f"/parts/{part}"))
    assert (foreign.status_code, stolen.status_code) == (404, 404)
    assert sorted(name for name, _ in standing(do, UUID(draft))) == ["brev.pdf", "x.jpg"]
    assert as_(world.researcher).get(f"/files/{letter_id}").status_code == 200
    removed = as_(world.researcher).post(f"/applications/{draft}/edit", data={"remove": letter_id})
    assert removed.status_code == 404  # the partner has confirmed


def test_a_file_for_a_question_that_is_not_asked_takes_no_other_with_it(
    lead_: FlaskClient, draft: UUID, do: Do
) -> None:
    files = {"q-invitation": (io.BytesIO(light.jpeg()), "kept.jpg"), "q-nothing": (io.BytesIO(light.jpeg()), "y.jpg")}
    answer = lead_.post(f"/applications/{draft}/edit", data=files, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "“y.jpg” was not kept" in text_of(answer)
    assert [name for name, _ in standing(do, draft)] == ["kept.jpg"]
