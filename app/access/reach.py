"""Reaching a thing through its scope, with the hats the person wears towards it. Missing and hidden are the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.access import scope
from app.access.transfer import reads_outside
from app.access.viewer import Link, Viewer
from app.applications.approvals.models import ApprovalTask
from app.applications.models import Application, ApplicationSide, Attachment
from app.applications.team import members
from app.applications.team.models import ApplicationMember, Right
from app.applications.team.rules import hats_of
from app.identities.models import LinkPurpose
from app.kernel.actors import Acting
from app.kernel.database import is_writing, scoped
from app.kernel.errors import NotFound
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.reviews.conflicts import in_conflict
from app.reviews.models import Assignment, Panel, PanelMember
from app.workflow.vocabulary import Hat, State

T = TypeVar("T")
TEAM = frozenset({Hat.LEAD_APPLICANT, Hat.SIDE_LEAD, Hat.MEMBER})


@dataclass(frozen=True)
class Here(Generic[T]):
    """A thing that was reached, as what the person stands before it, and the state of the application it belongs to."""

    thing: T
    acting: Acting
    state: State | None = None


def _acting(viewer: Viewer, hats: set[Hat], sides: frozenset[str] = frozenset()) -> Acting:
    return Acting(
        viewer.person_id, viewer.name, frozenset(hats), sides, viewer.link.id if viewer.link else None, viewer.deed
    )


def house(viewer: Viewer) -> Acting:
    """Towards the house itself."""
    return _acting(viewer, {Hat.ADMINISTRATOR} if viewer.is_administrator else set())


def call(session: Session, viewer: Viewer, call_id: UUID) -> Here[Call]:
    """A call whose office this person enters. NotFound for everybody else."""
    sides = viewer.sides_of(call_id) if viewer.link is None else frozenset()
    found = session.get(Call, call_id)
    if found is None or not sides:
        raise NotFound()
    return Here(found, _acting(viewer, {Hat.COORDINATOR}, sides))


def application(session: Session, viewer: Viewer, application_id: UUID) -> Here[Application]:
    """An application this person may know of. Whoever applies wears no office or reviewer's hat towards it."""
    purpose = viewer.link.purpose if viewer.link else None
    statement = _known_to(viewer) if viewer.duties else _written_once(purpose)
    asked = {
        "of": application_id,
        "person": viewer.person_id,
        "subject": viewer.link.subject_id if viewer.link else None,
    }
    rows = session.execute(statement.with_for_update(of=Application) if is_writing() else statement, asked).all()
    if not rows:
        raise NotFound()
    found, sides, member = rows[0][0], frozenset(key for _, key, _ in rows if key is not None), rows[0][2]
    hats, sides = hats_towards(viewer, found.lead_person_id, sides, member)
    acting = _acting(viewer, set(hats), sides) if hats else judge_of(session, viewer, found)
    return Here(found, acting, found.state)


class Membership(Protocol):
    """A place in a team that was accepted."""

    @property
    def id(self) -> UUID: ...

    @property
    def may(self) -> Right: ...

    @property
    def side_key(self) -> str | None: ...


def hats_towards(
    viewer: Viewer, lead_person_id: UUID, led: frozenset[str], member: Membership | None
) -> tuple[frozenset[Hat], frozenset[str]]:
    """The hats of somebody who leads an application or sides of it, or works on it, and the sides they belong to; none
    for whoever does not. By a link, only those of its own task."""
    by_invitation = viewer.link is not None and viewer.link.purpose is LinkPurpose.MEMBER
    sides = frozenset() if by_invitation else led
    if lead_person_id == viewer.person_id and viewer.link is None:
        return frozenset({Hat.LEAD_APPLICANT}), sides
    hats = frozenset({Hat.SIDE_LEAD}) if sides else frozenset()
    if member is not None and (viewer.link is None or viewer.link.subject_id == member.id):
        hats |= hats_of(member.may, of_side=member.side_key is not None)
        sides |= frozenset() if member.side_key is None else frozenset({member.side_key})
    return hats, sides


def team_member(session: Session, viewer: Viewer, member_id: UUID) -> Here[ApplicationMember]:
    """The person's own invitation to a team: before it is accepted too, to say yes or no."""
    found = members.own(session, member_id, viewer.person_id)
    if found is None or not viewer.came_for(LinkPurpose.MEMBER, member_id):
        raise NotFound()
    state = session.scalar(scoped(select(Application.state).where(Application.id == found.application_id)))
    return Here(found, _acting(viewer, {Hat.MEMBER} if members.counts(found) else set()), state)


def _known_to(viewer: Viewer) -> Select[Application, str, ApplicationMember]:
    """The application `of` this id inside the scope, once for each side of it that the person leads, and the person's
    place in its team."""
    own, mine = aliased(ApplicationSide), aliased(ApplicationMember)
    return (
        scope.applications(viewer)
        .where(Application.id == bindparam("of", type_=Uuid()))
        .outerjoin(own, (own.application_id == Application.id) & (own.lead_person_id == viewer.person_id))
        .outerjoin(
            mine,
            (mine.application_id == Application.id)
            & (mine.person_id == viewer.person_id)
            & mine.accepted_at.is_not(None)
            & mine.ended_at.is_(None),
        )
        .add_columns(own.side_key, mine)
    )


@cache
def _written_once(purpose: LinkPurpose | None) -> Select[Application, str, ApplicationMember]:
    """The same for whoever coordinates nothing, with places for who asks: writing it costs more than asking it."""
    person, subject = (cast(Any, bindparam(name, type_=Uuid())) for name in ("person", "subject"))
    link = None if purpose is None else Link(person, purpose, subject, "")
    return _known_to(Viewer(person, "", "", "", link=link))


def attachment(session: Session, viewer: Viewer, attachment_id: UUID) -> Here[Attachment]:
    """A file of an application, for whoever may read it there now."""
    found = session.scalar(scope.attachments(viewer).where(Attachment.id == attachment_id))
    if found is None:
        raise NotFound()
    of = application(session, viewer, found.application_id)
    if of.acting.hats.isdisjoint(TEAM) and _stays_home(session, of.thing, found, viewer.person_id):
        raise NotFound()
    return Here(found, of.acting, of.state)


def _stays_home(session: Session, of: Application, found: Attachment, person_id: UUID) -> bool:
    """Whether the file answers a question whose answers may not leave the EU and the EEA, and the reader sits outside."""
    definition = definition_by_version(session, of.call_version_id)
    asked = next((each for each in definition.questions if each.key == found.question_key), None)
    return asked is not None and not asked.leaves_eu and reads_outside(session, person_id, definition)


def judge_of(session: Session, viewer: Viewer, found: Application) -> Acting:
    """The hats of office and panels towards an application; a declared conflict is a hat of its own."""
    hats: set[Hat] = set()
    sides = viewer.sides_of(found.call_id) if viewer.link is None else frozenset()
    if sides:
        hats.add(Hat.COORDINATOR)
    members = session.execute(
        scoped(
            select(PanelMember.is_chair, Assignment.id)
            .join(Panel, Panel.id == PanelMember.panel_id)
            .outerjoin(Assignment, (Assignment.member_id == PanelMember.id) & (Assignment.application_id == found.id))
            .where(Panel.call_id == found.call_id, scope.member_of(viewer))
        )
    ).all()
    hats.update(Hat.CHAIR for member in members if member.is_chair)
    hats.update(Hat.REVIEWER for member in members if member.id is not None)
    if session.scalar(scoped(select(in_conflict(viewer.person_id, found.id)))):
        hats.add(Hat.CONFLICTED)
    return _acting(viewer, hats, sides)


def side(session: Session, viewer: Viewer, side_id: UUID) -> Here[ApplicationSide]:
    """The part of an application that this partner leads; by link, only the one the link was made for."""
    found = session.scalar(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.id == side_id, ApplicationSide.lead_person_id == viewer.person_id
            )
        )
    )
    if found is None or not viewer.came_for(LinkPurpose.PARTNER, side_id):
        raise NotFound()
    return Here(found, _acting(viewer, {Hat.SIDE_LEAD}, frozenset({found.side_key})))


def approval(session: Session, viewer: Viewer, task_id: UUID) -> Here[ApprovalTask]:
    """One thing that this person is asked to approve. Nothing else of the application is reached by it."""
    row = session.execute(
        scope.approval_tasks(viewer).add_columns(Application.state).where(ApprovalTask.id == task_id)
    ).first()
    if row is None:
        raise NotFound()
    return Here(row[0], _acting(viewer, {Hat.APPROVER}, frozenset({row[0].side_key})), row[1])


def panel(session: Session, viewer: Viewer, panel_id: UUID) -> Here[Panel]:
    """A panel for its own side's coordinator or its chair."""
    found = session.get(Panel, panel_id)
    if found is None:
        raise NotFound()
    hats: set[Hat] = set()
    sides = viewer.sides_of(found.call_id) if viewer.link is None else frozenset()
    if sides and (found.side_key is None or found.side_key in sides):
        hats.add(Hat.COORDINATOR)
    if session.scalar(
        select(PanelMember.id).where(PanelMember.panel_id == panel_id, PanelMember.is_chair, scope.member_of(viewer))
    ):
        hats.add(Hat.CHAIR)
    if not hats:
        raise NotFound()
    return Here(found, _acting(viewer, hats, sides))


def membership(session: Session, viewer: Viewer, member_id: UUID) -> Here[PanelMember]:
    """The person's own place in a panel: before it is accepted too, to say yes or no."""
    found = session.scalar(
        select(PanelMember).where(PanelMember.id == member_id, PanelMember.person_id == viewer.person_id)
    )
    if found is None or not viewer.came_for(LinkPurpose.REVIEW, member_id):
        raise NotFound()
    return Here(found, _acting(viewer, {Hat.REVIEWER}))


def assignment(session: Session, viewer: Viewer, assignment_id: UUID) -> Here[Assignment]:
    """One application on this reviewer's desk."""
    found = session.scalar(scope.own_assignments(viewer).where(Assignment.id == assignment_id))
    if found is None:
        raise NotFound()
    state = session.scalar(scoped(select(Application.state).where(Application.id == found.application_id)))
    return Here(found, _acting(viewer, {Hat.REVIEWER}), state)
