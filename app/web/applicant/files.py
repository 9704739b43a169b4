"""The files of a form: which stand there, what may be added, and what came of a form that brought or removed some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications import uploads
from app.applications.attachments import Attached, as_row, attached, file_questions
from app.applications.file_rules import ENDINGS, SPOKEN, Received, files_of, megabytes_of, types_of
from app.applications.models import Application
from app.applications.scan_rules import Scan
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.programmes.definition import Definition, Question
from app.programmes.kinds import answer_problems, file_facts, parts_of_row, placed_text
from app.web.receiving import received
from app.web.words import language, moment_text, problem_text, zone_name

NOT_ASKED = N_("“%(name)s” was not kept: the question it was meant for is not open to you now.")
ACCEPTED = {"pdf": ".pdf,application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class FileText:
    """A file that stands under a question, as its team sees it."""

    id: UUID
    url: str
    original_name: str
    name: str
    received: str
    facts: str
    warnings: tuple[str, ...]
    scan: str = ""
    parts_url: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class UploadField:
    """What the form shows under a question of kind file, and what it takes."""

    files: tuple[FileText, ...]
    accept: str
    is_several: bool
    takes_more: bool
    limits: str


def fields(
    session: Session, application: Application, definition: Definition, at: datetime
) -> Mapping[str, UploadField]:
    """The upload fields of a form by the question's key; a form that asks for no file asks no database."""
    questions = file_questions(definition)
    if not questions:
        return {}
    standing = attached(session, application.id)
    tolerance = definition.limit_tolerance_percent
    return {question.key: _field(question, standing.get(question.key, ()), tolerance, at) for question in questions}


def _field(question: Question, standing: tuple[Attached, ...], tolerance: int, at: datetime) -> UploadField:
    most = files_of(question)
    accept = ",".join(ACCEPTED.get(each, f".{ENDINGS[each]}") for each in types_of(question))
    return UploadField(
        tuple(_text(question, file, tolerance, at) for file in standing),
        accept,
        most > 1,
        most == 1 or len(standing) < most,
        _limits(question),
    )


def _text(question: Question, file: Attached, tolerance: int, at: datetime) -> FileText:
    row = as_row(file) | {"name": file.original_name}
    return FileText(
        file.id,
        url_for("files.fetch", file_id=file.id),
        file.original_name,
        file.name,
        _when(file.added_at, at),
        file_facts(row, language()),
        _warnings(question, file, row, tolerance),
        gettext("Being checked for viruses. You need not wait for it.") if file.scan is Scan.WAITING else "",
        url_for("one_pdf.parts", file_id=file.id) if question.parts else None,
        tuple(placed_text(placed).in_(language()) for placed in parts_of_row(question, row)),
    )


def _warnings(question: Question, file: Attached, row: dict[str, str], tolerance: int) -> tuple[str, ...]:
    refused = gettext(
        "The virus scanner refused this file, and nobody can open it. Remove it, and choose one that is clean."
    )
    said = tuple(problem_text(problem).text for problem in answer_problems(question, [row], tolerance))
    return (refused, *said) if file.scan is Scan.REFUSED else said


def _when(added_at: datetime, at: datetime) -> str:
    zone = ZoneInfo(zone_name())
    if added_at.astimezone(zone).date() == at.astimezone(zone).date():
        return added_at.astimezone(zone).strftime("%H:%M")
    return moment_text(added_at) or ""


def _limits(question: Question) -> str:
    types = ", ".join(SPOKEN[each] for each in types_of(question))
    said = [gettext("%(types)s, at most %(n)s MB", types=types, n=megabytes_of(question))]
    if question.max_pages:
        said.append(gettext("at most %(n)s pages", n=question.max_pages))
    if files_of(question) > 1:
        said.append(gettext("at most %(n)s files", n=files_of(question)))
    return ", ".join(said) + "."


def keep(session: Session, application: Application, *, by: Acting, at: datetime) -> tuple[Problem, ...]:
    """Take the files that this request brought, and remove the one whose button was pressed, in one transaction.
    What is refused comes back to be shown beside its question; everything else is kept. A file for a question that is
    not open to this person is told when others came with it; alone, it is NotFound."""
    problems: list[Problem] = []
    taken: list[Received] = []
    strays: list[Problem] = []
    with transaction(session):
        for field, files in received().items():
            for file in files:
                try:
                    uploads.attach(session, application, field.removeprefix("q-"), file, by=by, at=at)
                    taken.append(file)
                except Refused as refused:
                    problems += refused.problems
                except NotFound:
                    strays.append(Problem("file_not_asked", NOT_ASKED, field=field, values={"name": file.name}))
        if strays and not taken:
            raise NotFound()
        if request.form.get("remove"):
            uploads.remove(session, application, as_id(request.form["remove"]), by=by, at=at)
    for file in taken:
        facts = file_facts({"size": str(file.size), "pages": str(file.pages or "")}, language())
        flash(gettext("“%(name)s” is received: %(facts)s.", name=file.name, facts=facts), "good")
    return (*problems, *strays)


def as_id(text: str) -> UUID:
    """The id that a form names; NotFound for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


def place() -> str | None:
    """Where on the form somebody was who uploaded or removed a file: they come back there."""
    key = request.form.get("then", "").removeprefix("file-")
    if key != request.form.get("then", ""):
        return f"q-{key}"
    return request.form.get("remove-at") if request.form.get("remove") else None


def is_too_large(problems: tuple[Problem, ...]) -> bool:
    """Whether a file was too large: the answer's status says so."""
    return any(problem.code == "file_too_large" for problem in problems)
