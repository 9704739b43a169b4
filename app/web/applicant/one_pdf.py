"""An application that comes as one PDF: where its parts begin is proposed, and confirmed or corrected by a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import reach
from app.applications import services, uploads
from app.applications.attachments import as_row
from app.applications.models import Application, Attachment
from app.applications.proposing import proposed
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.inspection import headings_of
from app.kernel.transaction import transaction
from app.programmes.definition import Definition, Question
from app.programmes.kinds import answer_problems
from app.programmes.queries import definition_by_version
from app.web.doors import Door, hang, here, now, viewer
from app.web.receiving import store
from app.web.words import by_field, language, problem_texts

log = logging.getLogger("tandem.web")
bp = Blueprint("one_pdf", __name__)
own_file = hang(Door("file: whoever answers its question", None, reach.attachment, "file_id"))


@dataclass(frozen=True)
class PartField:
    """One part as the page asks for it. `read_url` opens the file where the part is thought to begin."""

    name: str
    title: str
    hint: str
    value: str
    read_url: str | None
    required: bool


@dataclass(frozen=True)
class Task:
    """The file with the application and the question that it answers."""

    file: Attachment
    application: Application
    definition: Definition
    question: Question
    acting: Acting


@bp.get("/files/<uuid:file_id>/parts")
@own_file
def parts(file_id: UUID) -> ResponseReturnValue:
    """Every part with the page on which it begins: as confirmed, else as proposed from what stands in the file."""
    return _page(_task(), (), None)


@bp.post("/files/<uuid:file_id>/parts")
@own_file
def place(file_id: UUID) -> ResponseReturnValue:
    """Keep what was confirmed; what the call wants otherwise is told on the same page, and with everything else that is
    missing."""
    task = _task()
    typed = {part.key: request.form.get(f"part-{part.key}", "") for part in task.question.parts}
    try:
        with transaction(db.session()) as work:
            uploads.place_parts(work, task.application, file_id, typed, by=task.acting, at=now())
    except Refused as refused:
        return _page(task, refused.problems, typed)
    if _standing(task):
        flash(gettext("Saved. See below what is still to be mended."))
        return redirect(url_for(".parts", file_id=file_id), 303)
    flash(gettext("The parts of “%(name)s” are confirmed.", name=task.file.original_name), "good")
    return redirect(_back(task), 303)


def _task() -> Task:
    """NotFound for a file without parts and for one whose question this person does not answer."""
    found, acting, work = here(Attachment).thing, here(Attachment).acting, db.session()
    application = reach.application(work, viewer(), found.application_id).thing
    definition = definition_by_version(work, application.call_version_id)
    for question in services.writable(work, application, definition, by=acting, at=now()):
        if question.key == found.question_key and question.parts and found.removed_at is None:
            return Task(found, application, definition, question, acting)
    raise NotFound()


def _page(task: Task, refused: tuple[Problem, ...], typed: Mapping[str, str] | None) -> ResponseReturnValue:
    is_confirmed = task.file.first_pages is not None
    values = typed if typed is not None else _values(task)
    problems = problem_texts(refused)
    page = render_template(
        "applicant/parts.html",
        file_id=task.file.id,
        name=task.file.original_name,
        pages=task.file.pages,
        fields=[_field(task, part_key, values) for part_key in (part.key for part in task.question.parts)],
        is_confirmed=is_confirmed,
        is_found=bool(values) and not is_confirmed,
        problems=problems,
        errors=by_field(problems),
        standing=problem_texts(_standing(task)) if is_confirmed and not refused else (),
        title=task.application.title,
        question=task.question.title.in_(language()),
        read_url=url_for("files.read", file_id=task.file.id),
        back=_back(task),
    )
    return page, 422 if refused else 200


def _values(task: Task) -> dict[str, str]:
    pages: Mapping[str, int] | None = task.file.first_pages
    if pages is None:
        try:
            with store().open(task.file.sha256) as stream:
                pages = proposed(task.question.parts, headings_of(stream), task.file.pages or 0)
        except FileNotFoundError:
            log.error("the bytes of attachment %s are missing", task.file.id)
            pages = {}
    return {key: str(page) for key, page in pages.items()}


def _field(task: Task, key: str, values: Mapping[str, str]) -> PartField:
    part = next(each for each in task.question.parts if each.key == key)
    hints = [] if part.required else [gettext("Leave it empty if it is not there.")]
    if part.max_pages is not None:
        hints.insert(0, gettext("At most %(n)s pages.", n=part.max_pages))
    value = values.get(key, "")
    url = url_for("files.read", file_id=task.file.id, _anchor=f"page={value}") if value.isdigit() else None
    return PartField(f"part-{key}", part.title.in_(language()), " ".join(hints), value, url, part.required)


def _standing(task: Task) -> tuple[Problem, ...]:
    """What the call wants otherwise than it was confirmed."""
    return answer_problems(task.question, [as_row(task.file)], task.definition.limit_tolerance_percent)


def _back(task: Task) -> str:
    """The form in which the file stands; whoever writes a part of it alone is led on to that part."""
    return url_for("applicant.edit", application_id=task.application.id, _anchor=f"q-{task.question.key}")
