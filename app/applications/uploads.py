"""Writing files: one is taken under its question, or refused in words; one is removed; what nobody wants is swept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.applications.approvals.voiding import void_what_changed
from app.applications.attachments import keep_answer, name_for, rows_of
from app.applications.file_rules import Received, files_of, first_pages, typed_name, upload_problems
from app.applications.history import note_version
from app.applications.letters.models import InvitedLetter
from app.applications.models import Application, Attachment, KeptMail, SubmissionFile
from app.applications.services import writable
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Refused
from app.kernel.files import Store
from app.kernel.words import N_
from app.programmes.definition import Question, QuestionKind
from app.programmes.queries import definition_by_version

KEPT_AFTER_REMOVAL = timedelta(days=30)
"""How long the bytes of a removed file lie, should the removal be a mistake. Frozen versions keep theirs for good."""
MOST_UPLOADS = 200
"""Files that one application may ever take in: nobody fills the disk by replacing a file again and again."""
YOUNG = timedelta(days=1)
"""What nobody refers to may belong to a transaction under way: only what is older is swept."""


def attach(
    session: Session, application: Application, key: str, file: Received, *, by: Acting, at: datetime
) -> Attachment:
    """Take a file under a question. Where one is asked for, it replaces the one that stands; the same file once more
    changes nothing. Refused (field `q-<key>`) with what to do; NotFound for a question this person does not answer."""
    question = _question(session, application, key, by=by, at=at)
    every = rows_of(session, application.id)
    rows = [row for row in every if row.question_key == key]
    if _ever(session, application) >= MOST_UPLOADS:
        message = N_("%(limit)s files were uploaded to this application, removed ones counted. Ask the coordinators.")
        raise Refused.because("file_too_often", message, field=f"q-{key}", values={"limit": MOST_UPLOADS})
    known = next((row for row in rows if row.sha256 == file.sha256 and file.sha256), None)
    if known is not None:
        return known
    problems = upload_problems(question, file, len(rows))
    if problems:
        raise Refused(problems)
    if files_of(question) == 1:
        for row in rows:
            row.removed_at, row.removed_by = at, by.person_id
    definition = definition_by_version(session, application.call_version_id)
    taken = [row.name for row in every if row.removed_at is None]
    added = Attachment(
        application_id=application.id,
        question_key=key,
        original_name=typed_name(file.name),
        name=name_for(session, application, definition, question, file.type, taken=taken),
        type=file.type,
        size=file.size,
        pages=file.pages,
        sha256=file.sha256,
        scan=file.scan,
        added_at=at,
        added_by=by.person_id,
    )
    session.add(added)
    session.flush()
    _keep(session, application, key, by=by, at=at)
    return added


def _ever(session: Session, application: Application) -> int:
    every = select(func.count()).select_from(Attachment).where(Attachment.application_id == application.id)
    return session.scalar(scoped(every)) or 0


def remove(session: Session, application: Application, attachment_id: UUID, *, by: Acting, at: datetime) -> None:
    """Take a file out. A second click finds it gone and changes nothing. NotFound for a file of another application,
    and for one this person may not change."""
    row = session.scalar(
        scoped(select(Attachment).where(Attachment.id == attachment_id, Attachment.application_id == application.id))
    )
    if row is None:
        raise NotFound()
    _question(session, application, row.question_key, by=by, at=at)
    if row.removed_at is None:
        row.removed_at, row.removed_by = at, by.person_id
        session.flush()
        _keep(session, application, row.question_key, by=by, at=at)


def place_parts(
    session: Session,
    application: Application,
    attachment_id: UUID,
    typed: Mapping[str, str],
    *,
    by: Acting,
    at: datetime,
) -> None:
    """Say on which page each part of a file begins; an empty text says that the part is not there. Refused (field
    `part-<key>`) for what is no page of the file; what the call wants of the parts is told before submitting.
    NotFound for a file without parts, one that was removed, and one this person may not change."""
    row = session.scalar(
        scoped(select(Attachment).where(Attachment.id == attachment_id, Attachment.application_id == application.id))
    )
    if row is None or row.removed_at is not None:
        raise NotFound()
    question = _question(session, application, row.question_key, by=by, at=at)
    if not question.parts:
        raise NotFound()
    pages, problems = first_pages(question, typed, row.pages or 0)
    if problems:
        raise Refused(problems)
    if row.first_pages != pages:
        row.first_pages, row.placed_at, row.placed_by = pages, at, by.person_id
        session.flush()
        _keep(session, application, row.question_key, by=by, at=at)


def _keep(session: Session, application: Application, key: str, *, by: Acting, at: datetime) -> None:
    assert by.person_id is not None  # a person, by `writable`
    answer = keep_answer(session, application, key, by_person_id=by.person_id, at=at)
    note_version(session, application, key, answer.value, number=answer.version, by=by, at=at)
    void_what_changed(session, application, by=by, at=at)


def _question(session: Session, application: Application, key: str, *, by: Acting, at: datetime) -> Question:
    definition = definition_by_version(session, application.call_version_id)
    for question in writable(session, application, definition, by=by, at=at):
        if question.key == key and question.kind is QuestionKind.FILE:
            return question
    raise NotFound()


def sweep(session: Session, store: Store, at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Delete the bytes that no row wants any more: left by a crash or a refused form, or removed a month ago.
    Returns the hashes of what went, and of what is wanted and missing."""
    found = session.scalars(
        scoped(
            select(Attachment.sha256).where(
                or_(
                    Attachment.removed_at.is_(None),
                    Attachment.removed_at > at - KEPT_AFTER_REMOVAL,
                    Attachment.id.in_(select(SubmissionFile.attachment_id)),
                )
            )
        )
    )
    wanted = {*found, *session.scalars(scoped(select(KeptMail.sha256)))}
    wanted |= set(session.scalars(scoped(select(InvitedLetter.sha256).where(InvitedLetter.sha256.is_not(None)))))
    return store.sweep(wanted, at - YOUNG), store.missing(wanted)
