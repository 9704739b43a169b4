"""Files before the virus scanner: the worker asks it one by one, and whoever uploaded a bad one is told.

No request waits for the scanner and no submission is held up by it. When it is away, files wait and are asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true, union_all
from sqlalchemy.orm import Session

from app.applications.letters.models import InvitedLetter
from app.applications.models import Application, Attachment, KeptMail, SubmissionFile
from app.applications.scan_rules import Scan
from app.communications import services as mail
from app.communications.services import About
from app.identities.models import Person
from app.kernel.clamd import ScannerSilent, Verdict
from app.kernel.database import scoped
from app.programmes.queries import definition_by_version
from app.workflow.table import WRITTEN

log = logging.getLogger("tandem.files")
Ask = Callable[[BinaryIO], Verdict]
Open = Callable[[str], BinaryIO]
Write = Callable[[], AbstractContextManager[Session]]
Row = Attachment | InvitedLetter | KeptMail
KINDS: tuple[type[Row], ...] = (Attachment, InvitedLetter, KeptMail)
"""Every table with a file that came from outside."""
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
    """The next due file of all kinds: what waits before what came earlier, and the longest unasked first."""
    columns = ("sha256", "scan", "scan_next_at")
    due = union_all(
        *(
            select(*(getattr(kind, column).label(column) for column in columns)).where(
                kind.scan.in_(OF_THE_WORKER),
                kind.sha256.is_not(None),
                or_(kind.scan_next_at.is_(None), kind.scan_next_at <= at),
                _is_kept(kind),
            )
            for kind in KINDS
        )
    ).subquery()
    first = select(due.c.sha256).order_by(due.c.scan.desc(), due.c.scan_next_at, due.c.sha256).limit(1)
    return session.scalar(scoped(first))


def _is_kept(kind: type[Row]) -> ColumnElement[bool]:
    """Whether anybody may still fetch it: a file that was removed only where a frozen version holds it."""
    if kind is not Attachment:
        return true()
    return or_(Attachment.removed_at.is_(None), Attachment.id.in_(select(SubmissionFile.attachment_id)))


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


def _unsettled(session: Session, sha256: str) -> list[Row]:
    found: list[Row] = []
    for kind in KINDS:
        of_kind = select(kind).where(kind.sha256 == sha256, kind.scan.in_(OF_THE_WORKER))
        found.extend(cast("Sequence[Row]", session.scalars(scoped(of_kind)).all()))
    return found


def _tell(session: Session, row: Row, *, at: datetime) -> None:
    """Whoever uploaded it, and of a file in the form whoever leads the application; nobody of one that was removed. Whoever
    recorded a mail is told the call and not the title: the draft is private."""
    if isinstance(row, Attachment) and row.removed_at is not None:
        return
    application = session.scalars(scoped(select(Application).where(Application.id == row.application_id))).one()
    definition, is_recorded = definition_by_version(session, application.call_version_id), isinstance(row, KeptMail)
    for person_id in dict.fromkeys(_concerned(row, application)):
        person = session.get_one(Person, person_id)
        values = {
            "name": person.name,
            "file": (row.name if isinstance(row, KeptMail) else row.original_name) or "–",
            "title": (definition.title.in_(person.locale) if is_recorded else application.title) or "–",
            "found": row.scan_found or "–",
            "application_id": str(application.id),
            "leads": person_id == application.lead_person_id,
            "is_recorded": is_recorded,
            "is_written": application.state in WRITTEN or not isinstance(row, Attachment),
        }
        mail.post(
            session,
            "file_refused",
            person_id,
            dedupe=f"file_refused:{row.id}:{row.sha256}:{person_id}",
            values=values,
            at=at,
            about=About(application.call_id, application.id),
        )


def _concerned(row: Row, application: Application) -> tuple[UUID, ...]:
    if isinstance(row, Attachment):
        return (row.added_by, application.lead_person_id)
    return (row.person_id,) if isinstance(row, InvitedLetter) else (row.recorded_by,)


def standing(session: Session) -> Standing:
    """The files that stand, counted by how they are with the scanner. Names and owners are not told."""
    counts: dict[Scan, int] = {}
    since: list[datetime] = []
    errors: list[str] = []
    for kind, came in (
        (Attachment, Attachment.added_at),
        (InvitedLetter, InvitedLetter.came_at),
        (KeptMail, KeptMail.recorded_at),
    ):
        rows = session.execute(
            scoped(
                select(kind.scan, func.count(), func.min(came), func.max(kind.scan_error))
                .where(kind.sha256.is_not(None), _is_kept(kind))
                .group_by(kind.scan)
            )
        ).all()
        for scan, count, first, error in rows:
            counts[scan] = counts.get(scan, 0) + count
            since += [first] if scan is Scan.WAITING and first is not None else []
            errors += [error] if error else []
    return Standing(counts, min(since, default=None), next(iter(errors), ""))
