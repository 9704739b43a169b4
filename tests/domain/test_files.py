"""Files of an application: taken, replaced, removed, frozen, fetched by whom they concern, and swept."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.applications import overdue, queries, services, uploads
from app.applications.attachments import attached, file_names
from app.applications.models import Application, Submission, SubmissionFile
from app.applications.parts import answers_of, values_of
from app.communications.models import Letter
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Refused
from app.kernel.files import LocalStore
from app.programmes.definition import findings
from app.workflow.vocabulary import Move, State
from tests.light import LIGHT, begin, bring, give, jpeg, light, pdf, png, submit
from tests.world import BEFORE_CLOSING, CLOSES, World, lead


def names(session: Session, application: Application) -> list[str]:
    return [file.name for files in attached(session, application.id).values() for file in files]


def lacking(session: Session, application: Application) -> list[str]:
    offers = queries.offers(session, application, lead(application.lead_person_id), BEFORE_CLOSING)
    return [problem.code for offer in offers if offer.move is Move.SUBMIT for problem in offer.problems]


def test_a_call_that_asks_for_files_can_be_published() -> None:
    assert [finding.key_path for finding in findings.check(light()) if finding.blocks] == []


def test_a_file_that_is_required_holds_the_submission_until_it_is_there(
    world: World, session: Session, tmp_path: Path
) -> None:
    application = begin(session, world)
    before = lacking(session, application)
    give(session, world, application, bring(tmp_path, pdf(2)))

    assert (before, lacking(session, application)) == (["answer_missing"], [])
    assert names(session, application) == ["Travel_Ylva_Exempelsson.pdf"]


def test_the_same_file_once_more_changes_nothing(world: World, session: Session, tmp_path: Path) -> None:
    application = begin(session, world)
    first, second = (give(session, world, application, bring(tmp_path, jpeg(), "photo.jpg")) for _ in range(2))

    assert first.id == second.id
    assert names(session, application) == ["Travel_Ylva_Exempelsson.jpg"]


def test_where_one_file_is_asked_for_a_second_replaces_it(world: World, session: Session, tmp_path: Path) -> None:
    questions = [dict(q, max_files=1) if q["kind"] == "file" else q for q in light_questions()]
    application = begin(session, world, questions=questions)
    give(session, world, application, bring(tmp_path, pdf(1), "old.pdf"))
    give(session, world, application, bring(tmp_path, png(), "new.png"), minutes=1)

    [files] = attached(session, application.id).values()
    assert [(file.original_name, file.name) for file in files] == [("new.png", "Travel_Ylva_Exempelsson.png")]


def light_questions() -> list[dict[str, Any]]:
    from tests.light import LIGHT

    return [dict(question) for question in LIGHT["questions"]]


def test_a_third_file_is_refused_where_two_are_asked_for(world: World, session: Session, tmp_path: Path) -> None:
    application = begin(session, world)
    for content in (pdf(1), jpeg()):
        give(session, world, application, bring(tmp_path, content))
    with pytest.raises(Refused) as no:
        give(session, world, application, bring(tmp_path, png(), "third.png"))

    assert [(problem.code, problem.field) for problem in no.value.problems] == [("file_too_many", "q-invitation")]
    assert len(names(session, application)) == 2


def test_too_many_pages_are_kept_told_and_hold_the_submission(world: World, session: Session, tmp_path: Path) -> None:
    application = begin(session, world)
    give(session, world, application, bring(tmp_path, pdf(3)))

    assert lacking(session, application) == ["file_too_many_pages"]


def test_a_stranger_and_a_foreign_file_are_not_found(world: World, session: Session, tmp_path: Path) -> None:
    application = begin(session, world)
    mine = give(session, world, application, bring(tmp_path, pdf(1)))
    other = Application(
        call_id=application.call_id,
        call_version_id=application.call_version_id,
        lead_person_id=world.other_researcher,
        state=State.DRAFT,
        title="",
        created_at=BEFORE_CLOSING,
    )
    session.add(other)
    session.flush()

    with pytest.raises(NotFound):
        uploads.remove(session, other, mine.id, by=lead(world.other_researcher), at=BEFORE_CLOSING)
    with pytest.raises(NotFound):
        uploads.attach(
            session, application, "talk", bring(tmp_path, pdf(2)), by=lead(world.researcher), at=BEFORE_CLOSING
        )
    assert names(session, application) == ["Travel_Ylva_Exempelsson.pdf"]


def test_a_submitted_application_takes_and_loses_no_file(world: World, session: Session, tmp_path: Path) -> None:
    application = begin(session, world)
    mine = give(session, world, application, bring(tmp_path, pdf(1)))
    submit(session, world, application)

    with pytest.raises(NotAllowed):
        give(session, world, application, bring(tmp_path, pdf(2)))
    with pytest.raises(NotAllowed):
        uploads.remove(session, application, mine.id, by=lead(world.researcher), at=BEFORE_CLOSING)


def test_the_frozen_version_lists_its_files_with_hash_pages_and_size(
    world: World, session: Session, tmp_path: Path
) -> None:
    application = begin(session, world)
    file = bring(tmp_path, pdf(2))
    give(session, world, application, file)
    submit(session, world, application)

    sheet = queries.frozen_sheet(session, application.id)
    assert sheet is not None
    assert [(one.name, one.sha256, one.pages, one.size) for one in sheet.files] == [
        ("Travel_Ylva_Exempelsson.pdf", file.sha256, 2, file.size)
    ]
    [receipt] = session.scalars(scoped(select(Letter).where(Letter.kind == "receipt")))
    assert [(one["name"], one["sha256"]) for one in receipt.values["files"]] == [
        ("Travel_Ylva_Exempelsson.pdf", file.sha256)
    ]
    assert file_names(session, [application.id]) == {application.id: ("Travel_Ylva_Exempelsson.pdf",)}


def test_without_a_rule_the_frozen_name_carries_the_reference_and_never_the_device_s_name(
    world: World, session: Session, tmp_path: Path
) -> None:
    questions = [{k: v for k, v in q.items() if k != "file_name"} for q in light_questions()]
    application = begin(session, world, questions=questions)
    give(session, world, application, bring(tmp_path, pdf(1), "reviewed by Rut Granskare.pdf"))
    submit(session, world, application)

    frozen = session.scalars(scoped(select(Submission))).one()
    assert [file.name for file in queries.frozen_sheet(session, application.id).files] == [  # type: ignore[union-attr]
        "LTG-27-0001_invitation.pdf"
    ]
    assert "Granskare" not in str(frozen.snapshot)


DEEDS = st.lists(st.tuples(st.sampled_from(["give", "remove"]), st.integers(0, 4)), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(deeds=DEEDS)
def test_the_bundle_is_the_set_of_uploads_that_were_not_removed(
    world: World, session: Session, tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "bundle"
    with session.begin_nested() as play:
        questions = [dict(q, max_files=9, required=False) if q["kind"] == "file" else q for q in light_questions()]
        application = begin(session, world, questions=questions)
        standing: dict[int, Any] = {}
        for minute, (deed, place) in enumerate(deeds):
            if deed == "give":
                content = jpeg() + bytes([place])
                standing[place] = give(
                    session, world, application, bring(folder, content, f"{place}.jpg"), minutes=minute
                )
            elif place in standing:
                by, at = lead(world.researcher), BEFORE_CLOSING + timedelta(minutes=minute)
                uploads.remove(session, application, standing.pop(place).id, by=by, at=at)
        wanted = {(str(row.id), row.sha256) for row in standing.values()}
        submit(session, world, application)
        sheet = queries.frozen_sheet(session, application.id)
        assert sheet is not None
        assert {(file.id, file.sha256) for file in sheet.files} == wanted
        assert len({file.name for file in sheet.files}) == len(wanted)
        tied = session.scalars(scoped(select(SubmissionFile.attachment_id))).all()
        assert {str(one) for one in tied} == {one for one, _ in wanted}
        play.rollback()


def test_a_sweep_leaves_what_stands_or_was_submitted_and_takes_the_rest(
    world: World, session: Session, tmp_path: Path
) -> None:
    store, by, at = LocalStore(tmp_path), lead(world.researcher), BEFORE_CLOSING
    application = begin(session, world)
    dropped = give(session, world, application, bring(tmp_path, png()))
    uploads.remove(session, application, dropped.id, by=by, at=at)
    kept = give(session, world, application, bring(tmp_path, pdf(1)))
    submit(session, world, application)
    orphan = bring(tmp_path, jpeg())
    for path in tmp_path.glob("*/*"):
        os.utime(path, (0, 0))

    assert uploads.sweep(session, store, at + timedelta(days=2)) == ((orphan.sha256,), ())
    assert uploads.sweep(session, store, at + timedelta(days=31)) == ((dropped.sha256,), ())
    session.execute(text("UPDATE attachment SET removed_at = added_at, removed_by = added_by"))  # whatever else happens
    session.expire_all()
    assert uploads.sweep(session, store, at + timedelta(days=400)) == ((), ())
    assert store.open(kept.sha256).read().startswith(b"%PDF")
    (tmp_path / kept.sha256[:2] / kept.sha256).unlink()
    assert uploads.sweep(session, store, at + timedelta(days=400)) == ((), (kept.sha256,))


def test_nobody_fills_the_disk_by_replacing_a_file_again_and_again(
    world: World, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_UPLOADS", 2)
    application = begin(session, world)
    for content in (pdf(1), jpeg()):
        file = give(session, world, application, bring(tmp_path, content))
        uploads.remove(session, application, file.id, by=lead(world.researcher), at=BEFORE_CLOSING)
    with pytest.raises(Refused, match="file_too_often"):
        give(session, world, application, bring(tmp_path, png()))


def test_what_belongs_to_a_frozen_version_is_never_changed_or_deleted(
    world: World, session: Session, tmp_path: Path
) -> None:
    application = begin(session, world)
    give(session, world, application, bring(tmp_path, pdf(1)))
    submit(session, world, application)

    for deed in ("UPDATE submission_file SET name = 'x'", "DELETE FROM submission_file", "DELETE FROM attachment"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(deed))


def in_one_pdf() -> list[dict[str, Any]]:
    """The form, whose file has two parts."""
    questions = [dict(each) for each in LIGHT["questions"]]
    parts = [{"key": key, "title": {"en": key, "sv": key.upper()}} for key in ("plan", "cv")]
    place = next(n for n, each in enumerate(questions) if each["key"] == "invitation")
    questions[place] |= {"file_types": ["pdf"], "max_files": 1, "max_pages": 9, "parts": parts}
    return questions


def test_where_parts_begin_is_kept_with_the_file_and_in_the_frozen_version(
    world: World, session: Session, tmp_path: Path
) -> None:
    application = begin(session, world, questions=in_one_pdf())
    file = give(session, world, application, bring(tmp_path, pdf(3)))
    by = lead(world.researcher)

    with pytest.raises(Refused) as no:
        uploads.place_parts(session, application, file.id, {"plan": "4", "cv": "0"}, by=by, at=BEFORE_CLOSING)
    with pytest.raises(NotFound):
        uploads.place_parts(session, application, uuid4(), {"plan": "1"}, by=by, at=BEFORE_CLOSING)
    uploads.place_parts(session, application, file.id, {"plan": "1", "cv": "3"}, by=by, at=BEFORE_CLOSING)
    submit(session, world, application)
    sheet = queries.frozen_sheet(session, application.id)

    assert [problem.field for problem in no.value.problems] == ["part-plan", "part-cv"]
    assert (file.first_pages, file.placed_by) == ({"plan": 1, "cv": 3}, world.researcher)
    assert sheet is not None
    assert [(part.title.sv, part.first, part.last) for part in sheet.files[0].parts] == [("PLAN", 1, 2), ("CV", 3, 3)]
    with pytest.raises(NotAllowed):
        uploads.place_parts(session, application, file.id, {"plan": "2"}, by=by, at=BEFORE_CLOSING)


def test_where_parts_began_stands_again_after_the_deadline(world: World, session: Session, tmp_path: Path) -> None:
    application = begin(session, world, questions=in_one_pdf())
    file = give(session, world, application, bring(tmp_path, pdf(3)))
    by = lead(world.researcher)
    uploads.place_parts(session, application, file.id, {"plan": "1", "cv": "3"}, by=by, at=BEFORE_CLOSING)
    submit(session, world, application)
    placed, answer = file.placed_at, values_of(answers_of(session, application))["invitation"]
    services.take(session, application, Move.TAKE_BACK, by=by, at=BEFORE_CLOSING)
    later = BEFORE_CLOSING + timedelta(minutes=1)
    uploads.place_parts(session, application, file.id, {"plan": "1", "cv": "2"}, by=by, at=later)

    overdue.let_stand(session, CLOSES + timedelta(hours=3))

    assert (file.first_pages, file.placed_at, file.placed_by) == ({"plan": 1, "cv": 3}, placed, world.researcher)
    assert values_of(answers_of(session, application))["invitation"] == answer
