"""The files of an application: the rows say what there is, and the answer under each question is written from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.applications.file_rules import served_name
from app.applications.models import Answer, Application, ApplicationSide, Attachment, Submission, SubmissionFile
from app.applications.scan_rules import Scan
from app.applications.snapshots import Sheet, with_scans
from app.identities.models import Person
from app.kernel.database import scoped
from app.programmes.definition import SHARED, Definition, Question, QuestionKind
from app.programmes.kinds import written_pages


@dataclass(frozen=True)
class Attached:
    """A file as its team sees it on the form."""

    id: UUID
    question_key: str
    original_name: str
    name: str
    type: str
    size: int
    pages: int | None
    sha256: str
    added_at: datetime
    scan: Scan = Scan.NOT_SCANNED
    first_pages: Mapping[str, int] | None = None


def attached(session: Session, application_id: UUID) -> dict[str, tuple[Attached, ...]]:
    """The files that stand now, by the question's key, the oldest first."""
    found: dict[str, tuple[Attached, ...]] = {}
    for row in rows_of(session, application_id):
        one = Attached(
            row.id,
            row.question_key,
            row.original_name,
            row.name,
            row.type,
            row.size,
            row.pages,
            row.sha256,
            row.added_at,
            row.scan,
            row.first_pages,
        )
        found[row.question_key] = (*found.get(row.question_key, ()), one)
    return found


def rows_of(session: Session, application_id: UUID) -> list[Attachment]:
    """The rows of files that were not removed, the oldest first."""
    return list(
        session.scalars(
            scoped(
                select(Attachment)
                .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
                .order_by(Attachment.added_at, Attachment.id)
            )
        )
    )


def keep_answer(session: Session, application: Application, key: str, *, by_person_id: UUID, at: datetime) -> Answer:
    """Write the answer under a question of kind file anew, from the files that stand."""
    rows = [row for row in rows_of(session, application.id) if row.question_key == key]
    answer = session.scalar(scoped(select(Answer).where(Answer.application_id == application.id, Answer.key == key)))
    value = [as_row(row) for row in rows] or ""
    if answer is None:
        answer = Answer(application_id=application.id, key=key, value=value, changed_at=at, changed_by=by_person_id)
        session.add(answer)
    elif answer.value != value:
        answer.value, answer.changed_at, answer.changed_by = value, at, by_person_id
    session.flush()
    return answer


def as_row(row: Attachment | Attached) -> dict[str, str]:
    """A file inside an answer, as submitted versions keep it."""
    more = {"pages": str(row.pages)} if row.pages else {}
    if row.first_pages is not None:
        more["parts"] = written_pages(row.first_pages)
    return {"id": str(row.id), "name": row.name, "type": row.type, "size": str(row.size), "sha256": row.sha256} | more


def name_for(
    session: Session,
    application: Application,
    definition: Definition,
    question: Question,
    type: str,
    *,
    taken: Collection[str],
) -> str:
    """The name under which readers get a file of this question: by whoever leads the part it belongs to."""
    owner = next(section.owner for section in definition.sections if section.key == question.section)
    person_id = application.lead_person_id if owner == SHARED else _lead_of(session, application.id, owner)
    person = session.get(Person, person_id or application.lead_person_id)
    name = person.name if person is not None else ""
    return served_name(question, type, name, application.title, definition.key, application.reference or "", taken)


def _lead_of(session: Session, application_id: UUID, side_key: str) -> UUID | None:
    return session.scalar(
        scoped(
            select(ApplicationSide.lead_person_id).where(
                ApplicationSide.application_id == application_id, ApplicationSide.side_key == side_key
            )
        )
    )


def settle_names(
    session: Session, application: Application, definition: Definition, *, by_person_id: UUID, at: datetime
) -> None:
    """Give every file its name once more: the title may have changed, and by now there is a reference."""
    questions = {question.key: question for question in file_questions(definition)}
    taken: list[str] = []
    rows = [row for row in rows_of(session, application.id) if row.question_key in questions]
    for row in rows:
        question = questions[row.question_key]
        row.name = name_for(session, application, definition, question, row.type, taken=taken)
        taken.append(row.name)
    session.flush()
    for key in {row.question_key for row in rows}:
        keep_answer(session, application, key, by_person_id=by_person_id, at=at)


def file_questions(definition: Definition) -> tuple[Question, ...]:
    """The questions that ask for files."""
    return tuple(question for question in definition.questions if question.kind is QuestionKind.FILE)


def freeze_files(session: Session, application: Application, submission: Submission) -> None:
    """Tie the files that the frozen version lists to it, under the names they have there."""
    listed = {
        entry["id"]: entry["name"]
        for section in submission.snapshot["sections"]
        for answer in section["answers"]
        if answer["kind"] == QuestionKind.FILE.value
        for entry in answer["value"] or ()
    }
    for row in rows_of(session, application.id):
        if str(row.id) in listed:
            session.add(SubmissionFile(submission_id=submission.id, attachment_id=row.id, name=listed[str(row.id)]))
    session.flush()


def newest_submissions(application_ids: Iterable[UUID] | None = None) -> Select[UUID]:
    """The ids of the newest frozen version of each application."""
    number = func.max(Submission.number).label("number")
    newest = select(Submission.application_id, number).group_by(Submission.application_id).subquery()
    statement = select(Submission.id).join(
        newest, (newest.c.application_id == Submission.application_id) & (newest.c.number == Submission.number)
    )
    if application_ids is not None:
        statement = statement.where(Submission.application_id.in_(tuple(application_ids)))
    return statement


def file_names(session: Session, application_ids: Collection[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    """The names of the files in the newest frozen version of each application, for exports."""
    found: dict[UUID, tuple[str, ...]] = {}
    rows = session.execute(
        scoped(
            select(Attachment.application_id, SubmissionFile.name)
            .join(Attachment, Attachment.id == SubmissionFile.attachment_id)
            .where(SubmissionFile.submission_id.in_(newest_submissions(application_ids)))
            .order_by(Attachment.added_at, SubmissionFile.name)
        )
    )
    for application_id, name in rows:
        found[application_id] = (*found.get(application_id, ()), name)
    return found


def frozen_name(session: Session, attachment_id: UUID) -> str | None:
    """The name that a file has in the newest frozen version it belongs to; None where it belongs to none."""
    return session.scalar(
        scoped(
            select(SubmissionFile.name)
            .join(Submission, Submission.id == SubmissionFile.submission_id)
            .where(SubmissionFile.attachment_id == attachment_id)
            .order_by(Submission.number.desc())
            .limit(1)
        )
    )


def as_scanned(session: Session, sheet: Sheet) -> Sheet:
    """The sheet with how its files stand with the virus scanner now; a frozen version does not remember it."""
    return all_scanned(session, {None: sheet})[None]


K = TypeVar("K")


def all_scanned(session: Session, sheets: Mapping[K, Sheet]) -> dict[K, Sheet]:
    """The same for several sheets, asked at once."""
    ids = [UUID(file.id) for sheet in sheets.values() for file in sheet.files]
    if not ids:
        return dict(sheets)
    rows = session.execute(scoped(select(Attachment.id, Attachment.scan).where(Attachment.id.in_(ids)))).all()
    scans = {str(row.id): row.scan for row in rows}
    return {key: with_scans(sheet, scans) for key, sheet in sheets.items()}
