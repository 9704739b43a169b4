"""Asking: one task for each person who is wanted and has not been asked, was too late, or did not agree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.approvals import queries
from app.applications.approvals.models import ApprovalTask, Happening
from app.applications.approvals.queries import Standing
from app.applications.approvals.rules import Status, Wanted, ends_at
from app.applications.approvals.voiding import people_of
from app.applications.approvals.writing import append
from app.applications.models import Application
from app.identities import services as identities
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Refused
from app.programmes.definition import ApprovalKind, Approver, Definition, Window


def ask_on_invitation(
    session: Session, application: Application, definition: Definition, side_key: str, *, by: Acting, at: datetime
) -> list[ApprovalTask]:
    """The partner's consent is asked together with the invitation, whose letter and page tell of it."""

    def is_consent(standing: Standing) -> bool:
        asked = standing.approval
        return asked.kind is ApprovalKind.CONSENT and asked.who is Approver.SIDE_LEAD and standing.side.key == side_key

    made = ask_quietly(session, application, definition, {Window.BEFORE_CLOSING}, by=by, at=at, which=is_consent)
    for task in made:
        task.told_at = at
    session.flush()
    return made


def ask_quietly(
    session: Session,
    application: Application,
    definition: Definition,
    windows: Collection[Window],
    *,
    by: Acting,
    at: datetime,
    which: Callable[[Standing], bool] = lambda _: True,
) -> list[ApprovalTask]:
    """Make or renew the tasks that are due in these windows; the caller sees to the letters. Asked twice is once."""
    made: list[ApprovalTask] = []
    for standing in queries.standings(session, application, definition, at, windows):
        if standing.status not in (Status.GRANTED, Status.COMES_LATER) and which(standing):
            made += _ask_for(session, application, standing, by=by, at=at)
    return made


def ask_next(
    session: Session, application: Application, definition: Definition, window: Window, *, by: Acting, at: datetime
) -> list[ApprovalTask]:
    """Ask the links of chains whose turn has come and that nobody has been asked for yet."""

    def is_new(standing: Standing) -> bool:
        return bool(standing.approval.after) and not standing.people

    if not any(approval.after for approval in queries.declared(definition, {window})):
        return []
    return ask_quietly(session, application, definition, {window}, by=by, at=at, which=is_new)


def _ask_for(
    session: Session, application: Application, standing: Standing, *, by: Acting, at: datetime
) -> list[ApprovalTask]:
    known = people_of(session, standing.wanted)
    asked = {one.task.for_person_id or one.task.person_id: one for one in standing.people}
    rows = {row.person_id: row for row in all_tasks(session, application, standing)}
    made = []
    for person in standing.wanted:
        person_id = known.get(person) or _made(session, person, standing, at=at)
        if person_id is None:
            continue
        one = asked.get(person_id)
        if one is not None and one.has_the_word(standing.approval, at):
            continue
        task = one.task if one is not None else rows.get(person_id)
        made.append(renewed(session, application, standing, person_id, task, by=by, at=at))
    return made


def _made(session: Session, person: Wanted, standing: Standing, *, at: datetime) -> UUID | None:
    """A person named under a question, made if new. None when the address is none: the form tells that."""
    try:
        return identities.find_or_make_person(
            session,
            person.name,
            person.address,
            at=at,
            institution=person.workplace or standing.side.name,
            zone=standing.side.zone,
            locale="sv" if standing.side.language == "sv" else "en",
        ).id
    except Refused:
        return None


def all_tasks(session: Session, application: Application, standing: Standing) -> Sequence[ApprovalTask]:
    """Everybody who was ever asked for this, with closed tasks."""
    return session.scalars(
        scoped(
            select(ApprovalTask).where(
                ApprovalTask.application_id == application.id,
                ApprovalTask.key == standing.approval.key,
                ApprovalTask.side_key == standing.side.key,
            )
        )
    ).all()


def renewed(  # whose task, and whether it stands already
    session: Session,
    application: Application,
    standing: Standing,
    person_id: UUID,
    task: ApprovalTask | None,
    *,
    by: Acting,
    at: datetime,
) -> ApprovalTask:
    """A task that asks this person now, with the whole window before it."""
    approval = standing.approval
    if task is None:
        task = ApprovalTask(
            application_id=application.id,
            key=approval.key,
            side_key=standing.side.key,
            who=approval.who,
            window=approval.window,
            person_id=person_id,
        )
        session.add(task)
    elif task.closed_at is not None:
        task.for_person_id = None
    task.asked_at, task.until, task.closed_at = at, ends_at(approval, at, standing.side.zone), None
    task.told_at = None
    session.flush()
    append(session, application, task, Happening.ASKED, by=by, at=at, told=[("person", str(task.person_id))])
    return task
