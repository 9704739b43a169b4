"""One answer kept while somebody writes on: the rules of `services.save_answers` with as few statements as there can be.

`app.access.standing` reads everything in one statement; what is written is the answer and its version, and the title of
the application where that answer is its title. No mail, no deed of the trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.applications.approvals.queries import declared
from app.applications.approvals.voiding import void_what_changed
from app.applications.history import Stretch, is_one_stretch
from app.applications.models import Answer, AnswerVersion, Application
from app.applications.parts import Kept, meant, read_answers
from app.applications.rules import owners_written
from app.applications.side_deadlines import part_is_open
from app.applications.stages import part_at
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Clash, NotFound, Refused, Stale
from app.programmes.definition import Definition, Question, Window
from app.programmes.kinds import NOT_TYPED, answer_text
from app.programmes.kinds import Answer as Value
from app.workflow.table import TAKEN_BACK
from app.workflow.vocabulary import State


@dataclass(frozen=True)
class LedPart:
    """A side that takes part: who leads it, and since when it has confirmed."""

    key: str
    person_id: UUID | None
    confirmed_at: datetime | None
    is_own: bool = False


@dataclass(frozen=True)
class Standing:
    """An application, the answer under one key, and the newest row of that answer's history, as they stand now."""

    application_id: UUID
    state: State
    submitted_at: datetime | None
    key: str
    definition: Definition
    parts: tuple[LedPart, ...]
    answer_id: UUID | None
    kept: Kept | None
    last: Stretch | None
    closes_at: datetime | None


@dataclass(frozen=True)
class SavedAnswer:
    """What stands now, and under which version."""

    question: Question
    value: Value
    version: int


def question_of(standing: Standing, *, by: Acting) -> Question:
    """The question, when this person answers it now. NotFound for any other; NotAllowed when nothing may be written."""
    owners = owners_written(by, standing.state, standing.parts)
    for section in standing.definition.sections_at(part_at(standing.definition, standing.state)):
        if section.owner in owners:
            for question in standing.definition.questions:
                if question.key == standing.key and question.section == section.key:
                    return question
    raise NotFound()


def save_one(
    session: Session, standing: Standing, entries: Sequence[str], version: int, *, by: Acting, at: datetime
) -> SavedAnswer:
    """Keep one answer. Refused (field `q-<key>`) when it cannot be read or its part is closed; Stale with both texts when
    it changed since `version`; 0 is the version of an answer never given."""
    question = question_of(standing, by=by)
    if question.kind in NOT_TYPED:
        raise NotFound()
    _part_is_open(session, standing, question, at)
    values, problems = read_answers([question], {question.key: entries})
    if problems:
        raise Refused(problems)
    value, stands = values[question.key], standing.kept
    if value == (stands.value if stands else None):
        return SavedAnswer(question, value, stands.version if stands else 0)
    if stands is not None and version != stands.version:
        raise Stale([_clash(question, value, stands)])
    following = _write(session, standing, value, by=by, at=at)
    _remember(session, standing, value, following, by=by, at=at)
    if question.key == standing.definition.title_question and standing.state not in TAKEN_BACK:
        session.connection().execute(_TITLE, {"of": standing.application_id, "words": str(value or "")})
    if declared(standing.definition, {Window.BEFORE_CLOSING, Window.AFTER_CLOSING}):
        void_what_changed(session, _application(session, standing), by=by, at=at)
    return SavedAnswer(question, value, following)


def _part_is_open(session: Session, standing: Standing, question: Question, at: datetime) -> None:
    """Only calls whose sides have deadlines of their own need to look at more."""
    if any(side.internal_deadlines for side in standing.definition.sides):
        owner = next(each.owner for each in standing.definition.sections if each.key == question.section)
        part_is_open(session, _application(session, standing), standing.definition, owner, at)


def _application(session: Session, standing: Standing) -> Application:
    return session.scalars(scoped(select(Application).where(Application.id == standing.application_id))).one()


ANSWERS, VERSIONS = cast(Table, Answer.__table__), cast(Table, AnswerVersion.__table__)
APPLICATIONS = cast(Table, Application.__table__)
_ANSWER = (
    update(ANSWERS)
    .where(ANSWERS.c.id == bindparam("of"), ANSWERS.c.version == bindparam("was"))
    .values(
        value=bindparam("words"),
        version=bindparam("following"),
        changed_at=bindparam("on"),
        changed_by=bindparam("who"),
    )
)
_NEW_ANSWER = insert(ANSWERS)
_STRETCH = (
    update(VERSIONS)
    .where(VERSIONS.c.id == bindparam("of"))
    .values(value=bindparam("words"), number=bindparam("following"), at=bindparam("on"))
)
_NEW_VERSION = insert(VERSIONS)
_TITLE = update(APPLICATIONS).where(APPLICATIONS.c.id == bindparam("of")).values(title=bindparam("words"))


def _write(session: Session, standing: Standing, value: Value, *, by: Acting, at: datetime) -> int:
    """Write the answer; its new version. Stale when somebody was faster."""
    stored = "" if value is None else value
    if standing.kept is None or standing.answer_id is None:
        row = {
            "id": uuid4(),
            "application_id": standing.application_id,
            "key": standing.key,
            "value": stored,
            "version": 1,
            "changed_at": at,
            "changed_by": by.person_id,
        }
        try:
            session.connection().execute(_NEW_ANSWER, row)
        except IntegrityError as faster:
            raise Stale() from faster
        return 1
    was = standing.kept.version
    row = {"of": standing.answer_id, "was": was, "words": stored, "following": was + 1, "on": at, "who": by.person_id}
    if session.connection().execute(_ANSWER, row).rowcount != 1:
        raise Stale()
    return was + 1


def _remember(session: Session, standing: Standing, value: Value, number: int, *, by: Acting, at: datetime) -> None:
    """As `history.note_version`, knowing already what was remembered last."""
    stored: Any = "" if value is None else value
    last, kept = standing.last, standing.kept
    if last is not None and is_one_stretch(last, stored, by=by, at=at, submitted_at=standing.submitted_at):
        row = {"of": last.id, "words": stored, "following": number, "on": at}
        session.connection().execute(_STRETCH, row)
        return
    rows = [_version(standing, number, stored, by.person_id, by.name, at)]
    if last is None and kept is not None:
        before = "" if kept.value is None else kept.value
        rows.insert(0, _version(standing, kept.version, before, None, kept.changed_by, kept.changed_at))
    session.connection().execute(_NEW_VERSION, rows)


def _version(  # noqa: PLR0917  # the columns of a row
    standing: Standing, number: int, value: Any, person_id: UUID | None, name: str, at: datetime
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "application_id": standing.application_id,
        "key": standing.key,
        "number": number,
        "value": value,
        "begun_at": at,
        "at": at,
        "by_person_id": person_id,
        "by_name": name,
    }


def kept_of(value: Any, version: int, name: str, at: datetime) -> Kept:
    """An answer's row, as it is meant."""
    return Kept(meant(value), version, name, at)


def _clash(question: Question, yours: Value, kept: Kept) -> Clash:
    texts = (answer_text(question, yours, "en"), answer_text(question, kept.value, "en"))
    return Clash(f"q-{question.key}", question.title.en, *texts, kept.changed_by, kept.version)
