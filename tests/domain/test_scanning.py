"""Files before the virus scanner: the worker asks, a silent scanner is asked again, a bad file is told to its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries, scanning, uploads
from app.applications.models import Application, Attachment, KeptMail, MailType
from app.applications.scan_rules import Scan
from app.communications.models import Letter
from app.communications.rendering import words_of
from app.kernel import clamd as asking
from app.kernel.database import scoped
from app.kernel.files import LocalStore
from app.programmes.queries import definition_by_version
from app.running import letterhead
from app.workflow.vocabulary import State
from tests.clamd import EICAR, clamd
from tests.light import begin, bring, give, jpeg, pdf, submit
from tests.world import BEFORE_CLOSING, World, lead


def waiting(session: Session, world: World, application: Application, folder: Path, content: bytes) -> Attachment:
    return give(session, world, application, replace(bring(folder, content), scan=Scan.WAITING))


@pytest.fixture
def scanned(session: Session, tmp_path: Path) -> Callable[..., int]:
    """One round of the worker with the scanner at this address, so many minutes later."""

    @contextmanager
    def same() -> Iterator[Session]:
        yield session

    def run(address: str, minutes: float = 1) -> int:
        at = BEFORE_CLOSING + timedelta(minutes=minutes)
        return scanning.scan_due(same, partial(asking.scan, address), LocalStore(tmp_path).open, now=lambda: at)

    return run


def test_a_clean_file_opens_and_a_bad_one_is_refused_and_told(
    world: World, session: Session, tmp_path: Path, scanned: Callable[..., int]
) -> None:
    application = begin(session, world)
    good = waiting(session, world, application, tmp_path, pdf(1))
    bad = waiting(session, world, application, tmp_path, pdf(1) + EICAR)
    with clamd() as (address, seen):
        assert scanned(address) == 2
        assert scanned(address, 99) == 0  # settled once and for all

    assert (good.scan, bad.scan, bad.scan_found) == (Scan.CLEAN, Scan.REFUSED, "Eicar-Signature")
    assert len(seen) == 2
    [letter] = session.scalars(scoped(select(Letter).where(Letter.kind == "file_refused")))
    assert (letter.person_id, letter.values["found"], letter.values["is_written"]) == (
        world.researcher,
        "Eicar-Signature",
        True,
    )


def test_the_scanner_never_holds_up_a_submission(
    world: World, session: Session, tmp_path: Path, scanned: Callable[..., int]
) -> None:
    application = begin(session, world)
    file = waiting(session, world, application, tmp_path, pdf(1) + EICAR)
    submit(session, world, application)

    assert application.state is State.SUBMITTED
    sheet = queries.frozen_sheet(session, application.id)
    assert sheet is not None and [each.is_being_checked for each in sheet.files] == [True]
    with clamd(tmp_path / "clamd.ctl") as (address, _):
        scanned(address)
    sheet = queries.frozen_sheet(session, application.id)
    assert sheet is not None and [each.is_refused for each in sheet.files] == [True]
    [letter] = session.scalars(scoped(select(Letter).where(Letter.kind == "file_refused")))
    assert letter.values["is_written"] is False
    assert file.scan is Scan.REFUSED


def test_a_scanner_that_is_away_is_asked_again_ever_later_and_never_given_up(
    world: World, session: Session, tmp_path: Path, scanned: Callable[..., int]
) -> None:
    application = begin(session, world)
    file = waiting(session, world, application, tmp_path, pdf(1))
    away = f"unix://{tmp_path}/none"
    pauses = []
    minutes = 1.0
    for _ in range(12):
        assert scanned(away, minutes) == 0
        assert file.scan_next_at is not None
        pauses.append(file.scan_next_at - BEFORE_CLOSING - timedelta(minutes=minutes))
        minutes += pauses[-1].total_seconds() / 60

    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=10), timedelta(minutes=5))
    assert (file.scan, file.scan_tries) == (Scan.WAITING, 12)
    stands = scanning.standing(session)
    assert (stands.counts, stands.since) == ({Scan.WAITING: 1}, file.added_at)
    assert "FileNotFoundError" in stands.error
    with clamd() as (address, _):
        assert scanned(address, minutes - 1) == 0  # not yet
        assert scanned(address, minutes) == 1
    assert (file.scan, file.scan_error) == (Scan.CLEAN, None)
    assert scanning.standing(session).error == ""


def test_a_silent_scanner_ends_the_round_and_a_missing_file_does_not(
    world: World, session: Session, tmp_path: Path, scanned: Callable[..., int]
) -> None:
    application = begin(session, world)
    first = waiting(session, world, application, tmp_path, pdf(1))
    second = waiting(session, world, application, tmp_path, jpeg())
    scanned(f"unix://{tmp_path}/none")
    assert sorted((first.scan_tries, second.scan_tries)) == [0, 1]
    (tmp_path / first.sha256[:2] / first.sha256).unlink()
    with clamd() as (address, _):
        assert scanned(address, 60) == 1
    assert (first.scan, second.scan) == (Scan.WAITING, Scan.CLEAN)


def test_what_came_before_there_was_a_scanner_is_scanned_after_what_waits_and_stays_open_meanwhile(
    world: World, session: Session, tmp_path: Path, scanned: Callable[..., int]
) -> None:
    application = begin(session, world)
    old = give(session, world, application, bring(tmp_path, pdf(1)))
    new = waiting(session, world, application, tmp_path, jpeg())
    assert old.scan is Scan.NOT_SCANNED
    with clamd() as (address, seen):
        scanned(address)

    assert [content[:2] for content in seen] == [b"\xff\xd8", b"%P"]
    assert (old.scan, new.scan) == (Scan.CLEAN, Scan.CLEAN)


def test_of_a_removed_file_nobody_is_told(
    world: World, session: Session, tmp_path: Path, scanned: Callable[..., int]
) -> None:
    application = begin(session, world)
    file = waiting(session, world, application, tmp_path, pdf(1) + EICAR)
    uploads.remove(session, application, file.id, by=lead(world.researcher), at=BEFORE_CLOSING)
    with clamd() as (address, seen):
        assert scanned(address) == 0

    assert seen == []
    assert session.scalars(scoped(select(Letter).where(Letter.kind == "file_refused"))).all() == []


def test_a_mail_that_a_coordinator_recorded_is_scanned_too(
    world: World, session: Session, tmp_path: Path, scanned: Callable[..., int]
) -> None:
    brought, draft = bring(tmp_path, pdf(1) + EICAR), begin(session, world)
    kept = KeptMail(
        application_id=draft.id,
        side_key="ki",
        written_by="Sven",
        written_on=BEFORE_CLOSING.date(),
        name="mail.pdf",
        type=MailType.PDF,
        size=brought.size,
        sha256=brought.sha256,
        scan=Scan.WAITING,
        recorded_by=world.ki_coordinator,
        recorded_by_name="Kajsa",
        recorded_at=BEFORE_CLOSING,
    )
    session.add(kept)
    session.flush()
    assert scanning.standing(session).counts == {Scan.WAITING: 1}
    with clamd() as (address, _):
        assert scanned(address) == 1

    [letter] = session.scalars(scoped(select(Letter).where(Letter.kind == "file_refused")))
    assert (kept.scan, letter.person_id, letter.values["file"]) == (Scan.REFUSED, world.ki_coordinator, "mail.pdf")
    definition = definition_by_version(session, draft.call_version_id)
    assert (letter.values["title"], letter.values["is_recorded"]) == (definition.title.in_("en"), True)
    assert draft.title not in str(letter.values)
    for locale, wrong in (("en", "Open the form"), ("sv", "Öppna formuläret")):
        assert wrong not in words_of(letterhead(), letter.kind, locale, letter.values, None).body
