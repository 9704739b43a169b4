"""A call of the small world that asks for approvals, and the people who give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import reach, scope
from app.access.viewer import Viewer
from app.applications import services as applying
from app.applications.approvals import commitments, queries, services
from app.applications.approvals.models import ApprovalEntry, ApprovalTask
from app.applications.models import Application
from app.communications.models import Letter
from app.identities.models import Person
from app.kernel.database import scoped
from app.programmes import services as programmes
from app.programmes.definition import (
    Approval,
    ApprovalKind,
    Approver,
    Definition,
    Material,
    Question,
    QuestionKind,
    Text,
    Window,
)
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.workflow.vocabulary import Stage
from tests import stages
from tests.world import ANNOUNCED, BEFORE_CLOSING, World, lead

Do = Callable[[Callable[[Session], Any]], Any]
EVERYTHING = (Material.ANSWERS, Material.BUDGET, Material.PEOPLE)
HEAD = Question("head", "ki_budget", QuestionKind.PERSON, Text("Head of department", "Prefekt"), used_for=())
READY = Approval(
    "ready", ApprovalKind.READINESS, Text("Our part is ready", "Vår del är klar"), Approver.SIDE_LEAD,
    voided_by=EVERYTHING,
)  # fmt: skip
SIGNED = Approval(
    "head_signs", ApprovalKind.SIGNATURE, Text("The department signs", "Institutionen skriver under"),
    Approver.NAMED_PERSON, question="head", window=Window.AFTER_CLOSING, days=7, voided_by=EVERYTHING,
    answers=("yes", "no", "return"),
)  # fmt: skip
COUNTERSIGNED = Approval(
    "office_signs", ApprovalKind.COUNTERSIGNATURE, Text("The side countersigns", "Parten kontrasignerar"),
    Approver.COORDINATOR, window=Window.AFTER_CLOSING, days=10,
)  # fmt: skip
WITH_SIGNATURE = (Stage.SIGNATURE, Stage.ELIGIBILITY, Stage.REVIEW)
HARRIET = ["Harriet Prefektsdotter", "harriet@ki.example", "Institutionen för Påhitt"]


def ask_for(session: Session, world: World, *approvals: Approval, **more: Any) -> Definition:
    """Let the call ask for these approvals; a call that asks for signatures has that stage."""
    call = session.get_one(Call, world.call)
    known = definition_of(session, call)
    after = any(approval.window is Window.AFTER_CLOSING for approval in approvals)
    changes = {
        "approvals": approvals,
        "stages": WITH_SIGNATURE if after else known.stages,
        "questions": (*known.questions, HEAD),
    } | more
    programmes.add_version(session, call, replace(known, **changes), at=ANNOUNCED)
    return definition_of(session, call)


def begun(session: Session, world: World, **more: Any) -> Application:
    """A complete draft with the head named and the partner confirmed."""
    application = stages.draft(session, world, **more)
    name_head(session, application, HARRIET)
    stages.confirm(session, application)
    return application


def name_head(session: Session, application: Application, head: list[str], at: datetime = BEFORE_CLOSING) -> None:
    """Write who is head of department."""
    write(session, application, "head", head, at=at)


def write(
    session: Session, application: Application, key: str, typed: list[str], at: datetime = BEFORE_CLOSING
) -> None:
    """Change one answer as the lead applicant."""
    applying.save_answers(session, application, {key: typed}, {}, by=leader(session, application), at=at)


def leader(session: Session, application: Application) -> Any:
    """The lead applicant as services see one."""
    person = session.get_one(Person, application.lead_person_id)
    return lead(person.id, person.name)


def asked(session: Session, application: Application, at: datetime = BEFORE_CLOSING) -> list[ApprovalTask]:
    """The lead applicant asks everybody."""
    return services.ask(session, application, by=leader(session, application), at=at)


def viewer(session: Session, person_id: UUID) -> Viewer:
    """Somebody signed in."""
    from app.access.viewer import with_duties

    return with_duties(session, session.get_one(Person, person_id))


def answer(session: Session, task: ApprovalTask, said: str = "yes", *, at: datetime, **more: Any) -> None:
    """Whoever is asked answers what stands there now."""
    who = viewer(session, task.person_id)
    found = reach.approval(session, who, task.id)
    seen = commitments.commitments(session, queries.asked_in(session, scope.approval_tasks(who)), at)
    shown = next(one.sha256 for one in seen if one.asked.task.id == task.id)
    values = {"name": who.name, "seen": shown} | more
    services.answer(session, found.thing, said, by=found.acting, at=at, **values)


def tasks(session: Session, application: Application, key: str = "") -> list[ApprovalTask]:
    """The open tasks of an application, in the order of sides."""
    found = [one.task for one in queries.tasks_of(session, [application.id])]
    return sorted((task for task in found if key in ("", task.key)), key=lambda task: (task.key, task.side_key))


def statuses(session: Session, application: Application, at: datetime = BEFORE_CLOSING) -> dict[str, str]:
    """Where each approval stands, by key and side."""
    definition = queries.definitions_of(session, [application])[application.id]
    return {
        f"{standing.approval.key}/{standing.side.key}": standing.status.value
        for standing in queries.standings(session, application, definition, at)
    }


def letters(session: Session, kind: str) -> list[Letter]:
    """The letters of a kind, oldest first."""
    return list(session.scalars(scoped(select(Letter).where(Letter.kind == kind).order_by(Letter.created_at))))


def entries(session: Session, task: ApprovalTask) -> list[ApprovalEntry]:
    """What happened to a task."""
    return list(
        session.scalars(
            scoped(select(ApprovalEntry).where(ApprovalEntry.task_id == task.id).order_by(ApprovalEntry.position))
        )
    )
