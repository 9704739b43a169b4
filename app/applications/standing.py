"""What stands while an application is being improved: the rows as they were submitted, for everybody but its team.

The team writes in the rows themselves. Whoever reads for an office, a panel or an export asks here what to read
instead, and after the deadline `put_back` makes the rows again what they were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from app.applications.attachments import keep_answer, newest_submissions, rows_of
from app.applications.history import amount_value, budget_key, note_versions
from app.applications.lines import lines_there, write_lines
from app.applications.models import (
    Answer,
    Application,
    ApplicationSide,
    Attachment,
    SubmissionFile,
    TakenBack,
)
from app.applications.parts import meant
from app.applications.tally import Line
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.money import Money
from app.programmes.definition import Definition
from app.programmes.kinds import SOUGHT

ANSWERED = (
    "confirmed_at", "confirmed_as", "declined_at", "declined_because", "objected_at", "objected_because", "mail_id",
)  # fmt: skip
"""What of a side may change while an application is taken back; who leads it may not."""
INSTANTS = frozenset({"confirmed_at", "declined_at", "objected_at"})
IDS = frozenset({"mail_id"})


@dataclass(frozen=True)
class Stands:
    """What was submitted last of one application: its answers by question, its amounts by side, year and cost."""

    answers: Mapping[str, Any] = field(hash=False)
    lines: Mapping[str, Mapping[Line, Money]] = field(hash=False)


def is_improved() -> ColumnElement[bool]:
    """Of `Application` in the statement around: its rows are a working copy, and what stands is kept elsewhere."""
    return exists().where(TakenBack.application_id == Application.id).correlate(Application)


def stands(session: Session, application_ids: Collection[UUID]) -> dict[UUID, Stands]:
    """What stands of those among these that are being improved, in one statement; nothing of the others."""
    rows = session.scalars(scoped(select(TakenBack).where(TakenBack.application_id.in_(list(application_ids)))))
    return {
        row.application_id: Stands(
            {key: kept["value"] for key, kept in row.kept["answers"].items()},
            {side_key: _lines(side["budget"]) for side_key, side in row.kept["sides"].items() if side["takes_part"]},
        )
        for row in rows
    }


def taken_back_at(session: Session, application: Application) -> datetime | None:
    """Since when an application is being improved; None while it is not."""
    return session.scalar(scoped(select(TakenBack.taken_at).where(TakenBack.application_id == application.id)))


def _lines(budget: list[list[Any]]) -> dict[Line, Money]:
    return {(year, cost): Money(minor, currency) for year, cost, minor, currency in budget}


def keep(session: Session, application: Application, *, by: Acting, at: datetime) -> None:
    """Keep what stands, before the team writes on. Kept once: taking back twice keeps the first."""
    if session.scalar(scoped(select(TakenBack.id).where(TakenBack.application_id == application.id))) is not None:
        return
    answers = session.scalars(scoped(select(Answer).where(Answer.application_id == application.id)))
    kept = {
        "answers": {
            row.key: {"value": row.value, "at": row.changed_at.isoformat(), "by": str(row.changed_by)}
            for row in answers
        },
        "sides": {side.side_key: _side(session, side) for side in _sides(session, application)},
        "files": {str(row.id): _places(row) for row in rows_of(session, application.id)},
    }
    session.add(TakenBack(application_id=application.id, taken_at=at, taken_by=by.person_id, kept=kept))
    session.flush()


def _places(row: Attachment) -> dict[str, Any] | None:
    """Where the parts of a file begin, and who said so when."""
    if row.first_pages is None or row.placed_at is None:
        return None
    return {"pages": row.first_pages, "at": row.placed_at.isoformat(), "by": str(row.placed_by)}


def _side(session: Session, side: ApplicationSide) -> dict[str, Any]:
    answered = {name: getattr(side, name) for name in ANSWERED}
    return {
        "takes_part": side.takes_part,
        "answered": {name: _written(name, value) for name, value in answered.items()},
        "least_minor": side.least_minor,
        "budget": [[row.year, row.cost, row.amount_minor, row.currency] for row in lines_there(session, side)],
    }


def _written(name: str, value: Any) -> Any:
    if name in INSTANTS and value:
        return value.isoformat()
    return str(value) if name in IDS and value else value


def _read(name: str, value: Any) -> Any:
    if name in INSTANTS and value:
        return datetime.fromisoformat(value)
    return UUID(value) if name in IDS and value else value


def _sides(session: Session, application: Application) -> list[ApplicationSide]:
    found = select(ApplicationSide).where(ApplicationSide.application_id == application.id)
    return list(session.scalars(scoped(found.order_by(ApplicationSide.side_key))))


def forget(session: Session, application: Application) -> None:
    """A new version was submitted: the rows are what stands."""
    session.execute(scoped(delete(TakenBack).where(TakenBack.application_id == application.id)))


def put_back(
    session: Session,
    application: Application,
    definition: Definition,
    *,
    by: Acting,
    at: datetime,
    besides: Collection[str] = (),
) -> None:
    """Make the rows what was submitted last, `besides` the parts of these sides. What was written since stays in the
    history of the answers."""
    row = session.scalar(scoped(select(TakenBack).where(TakenBack.application_id == application.id)))
    if row is None:
        return
    of_others = {question.key for question in definition.questions if question.kind in SOUGHT}
    own = {question.key for question in definition.questions if definition.section(question.section).owner in besides}
    written = _put_answers_back(session, application, row.kept["answers"], besides=of_others | own)
    for side in _sides(session, application):
        kept = row.kept["sides"].get(side.side_key)
        if kept is not None and side.side_key not in besides:
            written |= _put_side_back(session, side, kept, row.taken_at)
    note_versions(session, application, written, by=by, at=at)
    _put_files_back(session, application, definition, row.kept.get("files", {}), row.taken_by, at, besides=own)
    session.delete(row)
    session.flush()


Written = dict[str, tuple[int | None, Any]]
"""What was put back, for the history: by key, the number of the answer's version and its value."""


def _put_answers_back(
    session: Session, application: Application, kept: Mapping[str, Any], *, besides: Collection[str]
) -> Written:
    """`besides`: what others have written since stays as it is; it was never the applicants' to take back."""
    changed: list[Answer] = []
    for answer in session.scalars(scoped(select(Answer).where(Answer.application_id == application.id))):
        stood = kept.get(answer.key)
        value = "" if stood is None else stood["value"]
        if answer.value == value or answer.key in besides:
            continue
        answer.value = value
        if stood is not None:
            answer.changed_at, answer.changed_by = datetime.fromisoformat(stood["at"]), UUID(stood["by"])
        changed.append(answer)
    session.flush()
    return {answer.key: (answer.version, answer.value) for answer in changed}


def _has_answered(side: ApplicationSide, kept: Mapping[str, Any], since: datetime) -> bool:
    """Whether the partner has said no, “not like this” or a first yes since. The words of a partner are not the team's
    to take back; of one who said yes once more, the yes to what stands is put back."""
    said = [side.declined_at, side.objected_at]
    if kept["answered"]["confirmed_at"] is None:
        said.append(side.confirmed_at)
    return any(at is not None and at > since for at in said)


def _put_side_back(session: Session, side: ApplicationSide, kept: Mapping[str, Any], since: datetime) -> Written:
    for name, value in kept["answered"].items() if not _has_answered(side, kept, since) else ():
        stood = _read(name, value)
        if getattr(side, name) != stood:
            setattr(side, name, stood)
    side.least_minor = kept.get("least_minor", side.least_minor)  # not yet kept by earlier releases
    wanted = _lines(kept["budget"])
    there = {(row.year, row.cost) for row in lines_there(session, side)}
    changed = write_lines(session, side, {line: wanted.get(line) for line in sorted({*wanted, *there})})
    lines = {line: wanted.get(line) for line in changed}
    return {budget_key(side.side_key, line): (None, amount_value(money)) for line, money in lines.items()}


def _put_files_back(  # noqa: PLR0917  # what was kept, and who took it back when
    session: Session,
    application: Application,
    definition: Definition,
    kept: Mapping[str, Any],
    person_id: UUID,
    at: datetime,
    *,
    besides: Collection[str],
) -> None:
    """The files of the frozen version stand again, under their names there and with their parts; what was added since
    is removed."""
    files = session.execute(
        scoped(
            select(SubmissionFile.attachment_id, SubmissionFile.name).where(
                SubmissionFile.submission_id.in_(newest_submissions([application.id]))
            )
        )
    )
    frozen = {row.attachment_id: row.name for row in files}
    changed: set[str] = set()
    found = select(Attachment).where(Attachment.application_id == application.id)
    for row in session.scalars(scoped(found.where(Attachment.question_key.not_in(besides)))):
        if row.id in frozen and (row.removed_at is not None or row.name != frozen[row.id]):
            row.removed_at, row.removed_by, row.name = None, None, frozen[row.id]
            changed.add(row.question_key)
        elif row.id not in frozen and row.removed_at is None:
            row.removed_at, row.removed_by = at, person_id
            changed.add(row.question_key)
        if row.id in frozen and str(row.id) in kept and kept[str(row.id)] != _places(row):
            _place(row, kept[str(row.id)])
            changed.add(row.question_key)
    session.flush()
    for key in sorted(changed & {question.key for question in definition.questions}):
        keep_answer(session, application, key, by_person_id=person_id, at=at)


def _place(row: Attachment, places: Mapping[str, Any] | None) -> None:
    row.first_pages = dict(places["pages"]) if places else None
    row.placed_at = datetime.fromisoformat(places["at"]) if places else None
    row.placed_by = UUID(places["by"]) if places else None


def working_title(session: Session, application: Application, definition: Definition) -> str:
    """The title as its team writes it; lists show the one that stands."""
    value = session.scalar(
        scoped(
            select(Answer.value).where(Answer.application_id == application.id, Answer.key == definition.title_question)
        )
    )
    return title_in(value)


def title_in(value: Any) -> str:
    """The title that an answer gives."""
    return str(meant(value) or "")
