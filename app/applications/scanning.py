"""Files before the virus scanner: the worker asks it one by one, and whoever uploaded a bad one is told.

No request waits for the scanner and no submission is held up by it. When it is away, files wait and are asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.applications.models import Application, Attachment, SubmissionFile
from app.applications.scan_rules import Scan
from app.communications import services as mail
from app.communications.services import About
from app.identities.models import Person
from app.kernel.clamd import ScannerSilent, Verdict
from app.kernel.database import scoped
from app.workflow.table import WRITTEN

log = logging.getLogger("tandem.files")
Ask = Callable[[BinaryIO], Verdict]
Open = Callable[[str], BinaryIO]
Write = Callable[[], AbstractContextManager[Session]]
LONGEST_PAUSE = timedelta(minutes=5)
OF_THE_WORKER = (Scan.WAITING, Scan.NOT_SCANNED)
"""What a scanner is asked about: what waits for it, and what came before there was one."""


@dataclass(frozen=True)
class Standing:
    """How the files that stand are with the scanner, for operations: how many in each state, and the trouble."""

    counts: Mapping[Scan, int]
    since: datetime | None
    error: str


def scan_due(write: Write, ask: Ask, open_: Open, *, now: Callable[[], datetime], at_most: int = 50) -> int:
    """Ask the scanner about what is due; how many got an answer. A scanner that is silent ends the round."""
    answered = 0
    for _ in range(at_most):
        with write() as session:
            sha256 = _next(session, now())
        if sha256 is None:
            break
        try:
            with open_(sha256) as stream:
                verdict = ask(stream)
        except (ScannerSilent, FileNotFoundError) as silence:
            log.warning("file %s was not checked for viruses: %s", sha256, silence)
            with write() as session:
                put_off(session, sha256, str(silence), at=now())
            if isinstance(silence, ScannerSilent):
                break
        else:
            with write() as session:
                settle(session, sha256, verdict, at=now())
            answered += 1
    return answered


def _next(session: Session, at: datetime) -> str | None:
    return session.scalar(
        scoped(
            select(Attachment.sha256)
            .where(
                Attachment.scan.in_(OF_THE_WORKER),
                or_(Attachment.removed_at.is_(None), Attachment.id.in_(select(SubmissionFile.attachment_id))),
                or_(Attachment.scan_next_at.is_(None), Attachment.scan_next_at <= at),
            )
            .order_by(Attachment.scan.desc(), Attachment.scan_next_at, Attachment.added_at)
            .limit(1)
        )
    )


def put_off(session: Session, sha256: str, error: str, *, at: datetime) -> None:
    """No verdict this time: each time a little later, and never given up."""
    for row in _unsettled(session, sha256):
        row.scan_tries += 1
        row.scan_error = error[:500]
        row.scan_next_at = at + min(LONGEST_PAUSE, timedelta(seconds=5 * 2 ** min(row.scan_tries, 10)))
    session.flush()


def settle(session: Session, sha256: str, verdict: Verdict, *, at: datetime) -> None:
    """Write a verdict to every file of these bytes. Of a bad one its uploader and the lead are told."""
    for row in _unsettled(session, sha256):
        row.scan = Scan.CLEAN if verdict.is_clean else Scan.REFUSED
        row.scanned_at, row.scan_found = at, verdict.found[:200] or None
        row.scan_next_at = row.scan_error = None
        if not verdict.is_clean:
            log.warning("file %s was refused by the virus scanner", row.id)
            _tell(session, row, at=at)
    session.flush()


def _unsettled(session: Session, sha256: str) -> list[Attachment]:
    return list(
        session.scalars(
            scoped(select(Attachment).where(Attachment.sha256 == sha256, Attachment.scan.in_(OF_THE_WORKER)))
        )
    )


def _tell(session: Session, row: Attachment, *, at: datetime) -> None:
    """Whoever uploaded it and whoever leads the application, each once; nobody of a file that was removed."""
    if row.removed_at is not None:
        return
    application = session.scalars(scoped(select(Application).where(Application.id == row.application_id))).one()
    for person_id in dict.fromkeys((row.added_by, application.lead_person_id)):
        person = session.get_one(Person, person_id)
        values = {
            "name": person.name,
            "file": row.original_name,
            "title": application.title or "–",
            "found": row.scan_found or "–",
            "application_id": str(application.id),
            "leads": person_id == application.lead_person_id,
            "is_written": application.state in WRITTEN,
        }
        mail.post(
            session,
            "file_refused",
            person_id,
            dedupe=f"file_refused:{row.id}:{person_id}",
            values=values,
            at=at,
            about=About(application.call_id, application.id),
        )


def standing(session: Session) -> Standing:
    """The files that were not removed, counted by how they stand with the scanner. Names and owners are not told."""
    rows = session.execute(
        scoped(
            select(
                Attachment.scan,
                func.count(),
                func.min(Attachment.added_at),
                func.max(Attachment.scan_error),
            )
            .where(Attachment.removed_at.is_(None))
            .group_by(Attachment.scan)
        )
    ).all()
    found = {row[0]: row for row in rows}
    waiting = found.get(Scan.WAITING)
    errors = [row[3] for row in rows if row[3]]
    return Standing(
        {scan: row[1] for scan, row in found.items()}, waiting[2] if waiting else None, next(iter(errors), "")
    )
