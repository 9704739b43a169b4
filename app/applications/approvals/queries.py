"""Reading approvals: where each stands for one application, what waits in a call, what waits for one person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.applications.approvals import materials
from app.applications.approvals.materials import Basis
from app.applications.approvals.models import ApprovalEntry, ApprovalTask, Happening
from app.applications.approvals.rules import (
    Coordinators,
    Entry,
    Leader,
    Status,
    Voice,
    Wanted,
    Word,
    come_to,
    is_next,
    status_of,
    wanted,
)
from app.applications.models import Application, KeptMail
from app.applications.participation import by_address
from app.applications.parts import answers_of, asked_of, parts_of, values_of
from app.identities.models import Person, Role, RoleGrant
from app.kernel.database import scoped
from app.programmes.definition import Approval, Approver, Definition, Side, Window
from app.programmes.models import Call, CallVersion
from app.programmes.queries import definition_by_version, read
from app.workflow.vocabulary import State

Closed = Callable[[Session, UUID, Collection[UUID]], Collection[UUID]]
"""Which of these people may not handle an application: by a conflict of interest, or because they take part in it."""
SETTLING = frozenset({State.SUBMITTED, State.SIGNED, State.ELIGIBLE})
"""Where signatures are taken: a missing one that is not required may still come in while the office checks."""
_CLOSED: dict[str, Closed] = {}


def provide_closed(closed: Closed) -> None:
    """Say who knows of conflicts of interest. A second provider is a bug."""
    if _CLOSED.get("closed", closed) is not closed:
        raise ValueError("conflicts already have a provider")
    _CLOSED["closed"] = closed


@dataclass(frozen=True)
class Asked:
    """One task with the people in it and what it comes to."""

    task: ApprovalTask
    name: str
    for_name: str
    word: Word

    @property
    def voice(self) -> Voice:
        """The task as the rules count it."""
        return Voice(self.task.person_id, self.word, self.task.until)

    def has_the_word(self, approval: Approval, at: datetime) -> bool:
        """Whether asking once more would change nothing: it was granted, or can still be answered."""
        return self.voice.grants(approval) or self.voice.may_come(at)


@dataclass(frozen=True)
class Standing:
    """Where one approval stands for one side of one application, with everybody who was asked. `earlier` is the link
    of the chain that comes before it."""

    approval: Approval
    side: Side
    status: Status
    people: tuple[Asked, ...]
    wanted: tuple[Wanted, ...]
    number: int | None
    earlier: Standing | None = None

    @property
    def awaited(self) -> tuple[Asked, ...]:
        """Those whose answer is still missing."""
        return tuple(asked for asked in self.people if asked.word.answer is None)

    @property
    def since(self) -> datetime | None:
        """Since when somebody is waited for."""
        return min((asked.word.since for asked in self.awaited if asked.word.since), default=None)

    @property
    def until(self) -> datetime | None:
        """When the last of those waited for must have answered."""
        ends = [asked.task.until for asked in self.awaited]
        return max((end for end in ends if end), default=None) if all(ends) else None


def tasks_of(session: Session, ids: Select[UUID] | Collection[UUID]) -> list[Asked]:
    """The tasks that are not closed, of these applications, in two statements; oldest first."""
    return asked_in(session, scoped(select(ApprovalTask).where(ApprovalTask.application_id.in_(ids))))


def asked_in(session: Session, tasks: Select[ApprovalTask], *, closed_too: bool = False) -> list[Asked]:
    """These tasks with names and what each comes to."""
    principal = aliased(Person)
    if not closed_too:
        tasks = tasks.where(ApprovalTask.closed_at.is_(None))
    rows = session.execute(
        scoped(
            tasks.join(Person, Person.id == ApprovalTask.person_id)
            .outerjoin(principal, principal.id == ApprovalTask.for_person_id)
            .add_columns(Person.name, principal.name)
            .order_by(ApprovalTask.asked_at, ApprovalTask.id)
            .execution_options(populate_existing=True)
        )
    ).all()
    entries = entries_of(session, [row[0].id for row in rows])
    return [Asked(task, name, of or "", come_to(entries.get(task.id, ()))) for task, name, of in rows]


def entries_of(session: Session, task_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """What happened to each task, oldest first."""
    found: dict[UUID, list[Entry]] = {}
    for row, recorded_by in session.execute(
        scoped(
            select(ApprovalEntry, KeptMail.recorded_by_name)
            .outerjoin(KeptMail, KeptMail.entry_id == ApprovalEntry.id)
            .where(ApprovalEntry.task_id.in_(task_ids))
            .order_by(ApprovalEntry.task_id, ApprovalEntry.position)
        )
    ):
        found.setdefault(row.task_id, []).append(replace(_entry(row), recorded_by=recorded_by or ""))
    return found


def _entry(row: ApprovalEntry) -> Entry:
    was_voided = row.kind is Happening.VOIDED
    return Entry(
        row.kind, row.at, row.answer, row.because, row.name_given or "", row.on_behalf_of or "",
        None if was_voided else row.material, row.sha256 or "", row.submission_number,
        tuple(row.material or ()) if was_voided else (), shown=row.shown or {},
    )  # fmt: skip


def wanted_of(
    session: Session, application: Application, definition: Definition, approvals: Sequence[Approval]
) -> dict[tuple[str, str], tuple[Wanted, ...]]:
    """Who must be asked, by approval and side, as the application stands now."""
    parts = parts_of(session, application, definition)
    leaders = [Leader(part.key, part.person_id, part.name, part.is_own) for part in parts]
    answers = {}
    if any(approval.who is Approver.NAMED_PERSON for approval in approvals):
        given = values_of(answers_of(session, application))
        asked = asked_of(definition, given, parts)
        answers = {question.key: given.get(question.key) for question in asked.questions}
    office: Coordinators = {}
    if any(approval.who is Approver.COORDINATOR for approval in approvals):
        office = _coordinators(session, application)
    return {
        (approval.key, side_key): people
        for approval in approvals
        for side_key, people in wanted(approval, definition, leaders, answers, office).items()
    }


def _coordinators(session: Session, application: Application) -> Coordinators:
    """Each side's coordinators, but for those whom a conflict of interest closes to this application."""
    rows = session.execute(
        select(RoleGrant.side_key, Person.id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.call_id == application.call_id,
            RoleGrant.role == Role.COORDINATOR,
            RoleGrant.ended_at.is_(None),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(RoleGrant.side_key, Person.name, Person.id)
    ).all()
    closed = _CLOSED["closed"](session, application.id, {row[1] for row in rows})
    found: dict[str, list[tuple[UUID, str]]] = {}
    for side_key, person_id, name in rows:
        if side_key is not None and person_id not in closed:
            found.setdefault(side_key, []).append((person_id, name))
    return found


def offices_of(session: Session, application: Application) -> Coordinators:
    """By side, the coordinators who may handle this application: nobody in a conflict of interest."""
    return _coordinators(session, application)


def declared(definition: Definition, windows: Collection[Window]) -> tuple[Approval, ...]:
    """The approvals that the call asks in these windows."""
    return tuple(approval for approval in definition.approvals if approval.window in windows)


def basis(session: Session, application: Application, definition: Definition, window: Window) -> Basis:
    """What an approval of this window stands on now: the draft, or the frozen version."""
    if window is Window.AFTER_CLOSING:
        known = materials.frozen(session, [application.id], {application.id: definition}).get(application.id)
        if known is not None:
            return known
    return materials.drafts(session, [application], {application.id: definition})[application.id]


def standings(
    session: Session,
    application: Application,
    definition: Definition,
    at: datetime,
    windows: Collection[Window] = frozenset(Window),
) -> tuple[Standing, ...]:
    """Where each approval of an application stands, side by side, in the order of the declaration."""
    approvals = declared(definition, windows)
    if not approvals:
        return ()
    people = wanted_of(session, application, definition, approvals)
    tasks = tasks_of(session, [application.id])
    number = materials.newest_number(session, application.id)
    found: dict[tuple[str, str], Standing] = {}
    for approval in approvals:
        for side in definition.sides:
            if (approval.key, side.key) not in people:
                continue
            asked = tuple(one for one in tasks if (one.task.key, one.task.side_key) == (approval.key, side.key))
            status = status_of(approval, [one.voice for one in asked], at)
            if status is Status.NOBODY and len(people[approval.key, side.key]) > len(asked):
                status = Status.NOT_ASKED
            if (
                status is Status.GRANTED
                and approval.at_least == 0
                and _lacks(session, people[approval.key, side.key], asked)
            ):
                status = Status.NOT_ASKED
            earlier = found.get((approval.after, side.key))
            status = in_chain(status, earlier)
            found[approval.key, side.key] = Standing(
                approval, side, status, asked, people[approval.key, side.key], number, earlier
            )
    return tuple(found.values())


def in_chain(status: Status, earlier: Standing | None) -> Status:
    """A link that nobody has granted comes later as long as the one before it is not granted."""
    if earlier is None or status is Status.GRANTED or is_next(earlier.approval, earlier.status):
        return status
    return Status.COMES_LATER


def chains(
    session: Session, tasks: Sequence[ApprovalTask], definitions: Mapping[UUID, Definition], at: datetime
) -> dict[UUID, tuple[Standing, ...]]:
    """By task, every link of its chain: all that its side is asked in the same window, in two statements for any number
    of tasks. Who is wanted and not asked yet is not read: that is the applicants' and the office's to see."""
    asked: dict[tuple[UUID, str, str], list[Asked]] = {}
    for one in tasks_of(session, {task.application_id for task in tasks}):
        asked.setdefault((one.task.application_id, one.task.side_key, one.task.key), []).append(one)
    found = {}
    for task in tasks:
        definition, links = definitions[task.application_id], dict[str, Standing]()
        for approval in declared(definition, {task.window}):
            people = tuple(asked.get((task.application_id, task.side_key, approval.key), ()))
            if not people and approval.after not in links:
                continue
            earlier = links.get(approval.after)
            status = in_chain(status_of(approval, [one.voice for one in people], at), earlier)
            side = definition.side(task.side_key)
            links[approval.key] = Standing(approval, side, status, people, (), None, earlier)
        found[task.id] = tuple(links.values())
    return found


def _lacks(session: Session, people: Sequence[Wanted], asked: Sequence[Asked]) -> bool:
    """Whether somebody is named who was not asked: where everybody agrees, who was added later does too."""
    known = by_address(session, {each.address.strip().casefold() for each in people if each.person_id is None})
    there = {one.task.for_person_id or one.task.person_id for one in asked}
    return any((each.person_id or known.get(each.address.strip().casefold())) not in there for each in people)


def awaited_in(session: Session, among: Select[UUID]) -> list[tuple[Asked, str, Approval]]:
    """Signatures of submitted applications that are awaited or not agreed to, with the reference: for a call's board."""
    statement = scoped(
        select(ApprovalTask)
        .join(Application, Application.id == ApprovalTask.application_id)
        .where(
            Application.id.in_(among),
            Application.state == State.SUBMITTED,
            ApprovalTask.window == Window.AFTER_CLOSING,
        )
    )
    asked = asked_in(session, statement)
    ids = {one.task.application_id for one in asked}
    rows = {row.id: row for row in session.scalars(scoped(select(Application).where(Application.id.in_(ids)))).all()}
    definitions = definitions_of(session, list(rows.values()))
    found = [
        (
            one,
            rows[one.task.application_id].reference or "",
            definitions[one.task.application_id].approval(one.task.key),
        )
        for one in asked
    ]
    missing = [(one, reference, approval) for one, reference, approval in found if not one.voice.grants(approval)]
    return sorted(missing, key=lambda line: (line[1], line[2].key, line[0].task.side_key, line[0].name))


def own_tasks(person_id: UUID) -> Select[ApprovalTask]:
    """All that one person is asked, in every call."""
    return scoped(
        select(ApprovalTask)
        .join(Application, Application.id == ApprovalTask.application_id)
        .where(ApprovalTask.person_id == person_id, ApprovalTask.closed_at.is_(None))
    )


def open_to(session: Session, asked: Sequence[Asked]) -> list[Asked]:
    """These without what a conflict of interest has closed to a coordinator since it was asked."""
    return [
        one
        for one in asked
        if one.task.who is not Approver.COORDINATOR
        or not _CLOSED["closed"](session, one.task.application_id, {one.task.person_id})
    ]


def last_told(session: Session, person_id: UUID) -> datetime | None:
    """When this person was last told that something waits."""
    return session.scalar(scoped(select(func.max(ApprovalTask.told_at)).where(ApprovalTask.person_id == person_id)))


def closes_at(session: Session, application: Application) -> datetime | None:
    """The deadline of the call of an application."""
    return session.scalar(select(Call.closes_at).where(Call.id == application.call_id))


def declared_of(session: Session, task: ApprovalTask) -> Approval:
    """What the call declares of the approval that a task asks for."""
    application = session.scalars(scoped(select(Application).where(Application.id == task.application_id))).one()
    return definition_by_version(session, application.call_version_id).approval(task.key)


def definitions_of(session: Session, applications: Sequence[Application]) -> dict[UUID, Definition]:
    """The declaration under which each application was made, in one statement."""
    wanted_ids = {application.call_version_id for application in applications}
    versions = {row.id: row for row in session.scalars(select(CallVersion).where(CallVersion.id.in_(wanted_ids)))}
    return {application.id: read(versions[application.call_version_id]) for application in applications}
