"""What follows a change: approvals given before it that no longer hold, and people who are no longer to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.applications.approvals import effects, queries
from app.applications.approvals.differing import Differences, differences
from app.applications.approvals.materials import Basis
from app.applications.approvals.models import ApprovalTask, Happening
from app.applications.approvals.queries import Asked
from app.applications.approvals.rules import Wanted, ends_at, part_of, voided_by_changes
from app.applications.approvals.writing import append
from app.applications.models import Application
from app.identities.models import EmailAddress, LinkPurpose, PersonalLink
from app.identities.rules import normalised_address
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.definition import Approver, Definition, Window
from app.programmes.queries import definition_by_version
from app.workflow.table import WRITTEN


def void_what_changed(session: Session, application: Application, *, by: Acting, at: datetime) -> int:
    """After a change: void each approval whose material it touched, and tell who gave it what was changed. How many."""
    definition = definition_by_version(session, application.call_version_id)
    window = Window.BEFORE_CLOSING if application.state in WRITTEN else Window.AFTER_CLOSING
    if not queries.declared(definition, {window}):
        return 0
    session.flush()
    tasks = [one for one in queries.tasks_of(session, [application.id]) if one.task.window is window]
    if not tasks:
        return 0
    basis = queries.basis(session, application, definition, window)
    count = 0
    for one in tasks:
        if one.word.answer is None:
            _tell_more(session, application, definition, one, basis)
            continue
        approval, now = definition.approval(one.task.key), part_of(basis.items, one.task.side_key)
        paths = voided_by_changes(approval, one.word.answer, now)
        if paths:
            shown = differences(paths, one.word.answer.shown, basis.words)
            _void(session, application, definition, one, shown, by=by, at=at)
            _tell_the_others(session, application, definition, one, tasks, shown, by=by, at=at)
            count += 1
    if window is Window.BEFORE_CLOSING:
        _recall_the_unwanted(session, application, definition, tasks, by=by, at=at)
    return count


def _tell_more(session: Session, application: Application, definition: Definition, one: Asked, basis: Basis) -> None:
    """Who was asked again because of a change hears of the whole of it, as long as the letter waits."""
    if one.word.voided is None or one.word.was is None:
        return
    approval, now = definition.approval(one.task.key), part_of(basis.items, one.task.side_key)
    paths = voided_by_changes(approval, one.word.was, now)
    if paths:
        shown = differences(paths, one.word.was.shown, basis.words)
        effects.tell_more(session, (one.task, application, definition), one.word.voided.at, shown)


def _tell_the_others(  # noqa: PLR0917  # whose part, and what became of it
    session: Session,
    application: Application,
    definition: Definition,
    one: Asked,
    tasks: Sequence[Asked],
    shown: Differences,
    *,
    by: Acting,
    at: datetime,
) -> None:
    """Where a side changed its own part, those of the other sides who have approved theirs are shown what it was: their
    own approvals stand."""
    own = {path: words for path, words in shown.items() if path.split("/", 2)[1] == one.task.side_key}
    others = [
        each.task
        for each in tasks
        if each.task.side_key != one.task.side_key and each.task.who is Approver.SIDE_LEAD and each.word.answer
    ]
    for task in others if own and one.task.who is Approver.SIDE_LEAD else ():
        if task.person_id != by.person_id:
            effects.tell_changed(session, (task, application, definition), one.task.side_key, own, by.name, at)


def _void(
    session: Session,
    application: Application,
    definition: Definition,
    one: Asked,
    shown: Differences,
    *,
    by: Acting,
    at: datetime,
) -> None:
    """The person is asked again by the letter that says what was changed, and has the whole window again. Whoever made
    the change knows of it: the list of what waits says so, and no letter goes to oneself."""
    task = one.task
    append(
        session,
        application,
        task,
        Happening.VOIDED,
        by=by,
        at=at,
        material=list(shown),
        shown=shown,
        told=[("changed", list(shown))],
    )
    task.until = ends_at(definition.approval(task.key), at, definition.side(task.side_key).zone)
    task.told_at = at
    session.flush()
    if task.person_id != by.person_id:
        effects.tell_voided(session, (task, application, definition), shown, by.name, at)


def _recall_the_unwanted(
    session: Session,
    application: Application,
    definition: Definition,
    tasks: Sequence[Asked],
    *,
    by: Acting,
    at: datetime,
) -> None:
    """Close the tasks of people who are named no longer: another partner leads, another head is named."""
    approvals = queries.declared(definition, {Window.BEFORE_CLOSING})
    wanted = queries.wanted_of(session, application, definition, approvals)
    known = people_of(session, [person for people in wanted.values() for person in people])
    for one in tasks:
        people = wanted.get((one.task.key, one.task.side_key), ())
        ids = {known.get(person) for person in people}
        if (one.task.for_person_id or one.task.person_id) not in ids:
            close(session, application, one.task, Happening.RECALLED, by=by, at=at)


def people_of(session: Session, wanted: Sequence[Wanted]) -> dict[Wanted, UUID]:
    """Who these are, as far as they are known by id or by address."""
    addresses = {person: normalised_address(person.address) for person in wanted if person.person_id is None}
    rows = session.execute(
        select(EmailAddress.address, EmailAddress.person_id).where(
            EmailAddress.address.in_([address for address in addresses.values() if address])
        )
    ).all()
    by_address = {row.address: row.person_id for row in rows}
    found = {person: person.person_id for person in wanted if person.person_id is not None}
    found |= {person: by_address[address] for person, address in addresses.items() if address in by_address}
    return found


def close(
    session: Session, application: Application, task: ApprovalTask, why: Happening, *, by: Acting, at: datetime
) -> None:
    """Take a task from a person. Links in this call that open nothing any more are made worthless."""
    task.closed_at = at
    append(session, application, task, why, by=by, at=at)
    left = session.scalar(
        scoped(
            select(ApprovalTask.id)
            .join(Application, Application.id == ApprovalTask.application_id)
            .where(
                ApprovalTask.person_id == task.person_id,
                ApprovalTask.closed_at.is_(None),
                Application.call_id == application.call_id,
            )
            .limit(1)
        )
    )
    if left is None:
        session.execute(
            update(PersonalLink)
            .where(
                PersonalLink.purpose == LinkPurpose.APPROVAL,
                PersonalLink.person_id == task.person_id,
                PersonalLink.subject_id == application.call_id,
                PersonalLink.revoked_at.is_(None),
            )
            .values(revoked_at=at)
        )
    session.flush()
