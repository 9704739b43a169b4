"""What a person has in panels, and what a member may see from the own membership."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, null, or_, select, true
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide
from app.applications.team.models import ApplicationMember
from app.identities.models import Person
from app.kernel.database import scoped
from app.programmes.deadlines import newcomers_until
from app.programmes.kinds import Text
from app.programmes.models import Call
from app.programmes.queries import definition_of, newest_definitions
from app.reviews.conflicts import clear_of, in_conflict, leads_in
from app.reviews.models import Assignment, ConflictAnswer, Panel, PanelMember, Rejoinder, Review
from app.reviews.queries.common import IN_PLAY, is_its_turn, is_live, is_under_review, state_of
from app.workflow.vocabulary import State


@dataclass(frozen=True)
class MembershipRow:
    """A place in a panel on the person's own desk. `state` is invited, accepted or declined."""

    member_id: UUID
    call_id: UUID
    call_key: str
    panel_key: str
    title: Text
    state: str
    assigned: int
    submitted: int
    call_title: Text

    @property
    def is_invited(self) -> bool:
        """Whether the person has not answered yet."""
        return self.state == "invited"


def own_memberships(session: Session, person_id: UUID) -> tuple[MembershipRow, ...]:
    """The panels to which this person was invited; work that is a conflict is not counted."""
    rows = session.execute(
        select(PanelMember, Panel, Call)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(Call, Call.id == Panel.call_id)
        .where(PanelMember.person_id == person_id)
        .where(or_(PanelMember.invited_at.is_not(None), PanelMember.accepted_at.is_not(None)))
        .order_by(PanelMember.created_at.desc(), PanelMember.id)
    ).all()
    definitions = newest_definitions(session, [call.id for _, _, call in rows])
    counts = _own_counts(session, person_id)
    return tuple(
        MembershipRow(
            member.id,
            call.id,
            call.key,
            panel.key,
            definitions[call.id].panel(panel.key).title,
            state_of(member),
            *counts.get(member.id, (0, 0)),
            definitions[call.id].title,
        )
        for member, panel, call in rows
    )


def _own_counts(session: Session, person_id: UUID) -> dict[UUID, tuple[int, int]]:
    rows = session.execute(
        scoped(
            select(PanelMember.id, func.count(Assignment.id), func.count(Review.submitted_at))
            .join(Assignment, Assignment.member_id == PanelMember.id)
            .join(Panel, Panel.id == PanelMember.panel_id)
            .join(Application, Application.id == Assignment.application_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(PanelMember.person_id == person_id, is_under_review(), is_its_turn(Panel.id), is_live())
            .group_by(PanelMember.id)
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@dataclass(frozen=True)
class ChairRow:
    """A panel that somebody chairs."""

    panel_id: UUID
    title: Text
    call_title: Text
    is_closed: bool


def chaired_panels(session: Session, person_id: UUID) -> tuple[ChairRow, ...]:
    """The panels that this person chairs, from when the invitation is accepted and the conflicts are answered."""
    rows = (
        session.execute(
            select(Panel)
            .join(PanelMember, PanelMember.panel_id == Panel.id)
            .where(PanelMember.person_id == person_id, PanelMember.is_chair, PanelMember.accepted_at.is_not(None))
            .where(PanelMember.conflicts_answered_at.is_not(None))
            .order_by(PanelMember.created_at.desc(), Panel.id)
        )
        .scalars()
        .all()
    )
    definitions = newest_definitions(session, [panel.call_id for panel in rows])
    return tuple(
        ChairRow(
            panel.id,
            definitions[panel.call_id].panel(panel.key).title,
            definitions[panel.call_id].title,
            panel.closed_at is not None,
        )
        for panel in rows
    )


def seat_in(session: Session, person_id: UUID, call_id: UUID) -> PanelMember | None:
    """The place that this person has accepted in a panel of the call, or None; there is at most one."""
    return session.scalar(
        select(PanelMember)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .where(Panel.call_id == call_id, PanelMember.person_id == person_id, PanelMember.accepted_at.is_not(None))
        .limit(1)
    )


@dataclass(frozen=True)
class Applicant:
    """Somebody who leads an application or one side of it, or took part in its team."""

    name: str
    institution: str
    side: str


@dataclass(frozen=True)
class Candidate:
    """An application as a member is shown it before answering: enough to know a conflict by."""

    id: UUID
    reference: str
    title: str
    people: tuple[Applicant, ...]


def candidates(session: Session, member: PanelMember, *, only_assigned: bool) -> tuple[Candidate, ...]:
    """The applications a member is asked about: all of the call, or those given. Known conflicts are left out."""
    panel = session.get_one(Panel, member.panel_id)
    definition = definition_of(session, session.get_one(Call, panel.call_id))
    given = exists().where(Assignment.application_id == Application.id, Assignment.member_id == member.id)
    rows = session.execute(
        scoped(
            select(Application.id, Application.reference, Application.title)
            .where(Application.call_id == panel.call_id, Application.state.in_(IN_PLAY[panel.stage]))
            .where(clear_of(member.person_id, Application.id), given if only_assigned else true())
            .order_by(Application.number)
        )
    ).all()
    people = _people(session, [row.id for row in rows], {side.key: side.short for side in definition.sides})
    return tuple(Candidate(row.id, row.reference or "", row.title, people.get(row.id, ())) for row in rows)


def _people(session: Session, ids: Sequence[UUID], sides: Mapping[str, str]) -> dict[UUID, tuple[Applicant, ...]]:
    leads = (
        select(ApplicationSide.application_id, ApplicationSide.side_key, Person.name, Person.institution)
        .join(Person, Person.id == ApplicationSide.lead_person_id)
        .where(ApplicationSide.application_id.in_(ids))
    )
    team = (
        select(ApplicationMember.application_id, null().label("side_key"), Person.name, Person.institution)
        .join(Person, Person.id == ApplicationMember.person_id)
        .where(ApplicationMember.application_id.in_(ids), ApplicationMember.took_part_since.is_not(None))
    )
    rows = session.execute(scoped(leads.union_all(team).order_by("side_key", "name")))
    found: dict[UUID, tuple[Applicant, ...]] = {}
    order = list(sides)
    for row in sorted(rows, key=lambda row: order.index(row.side_key) if row.side_key in order else len(order)):
        person = Applicant(row.name, row.institution, sides.get(row.side_key, row.side_key or ""))
        found[row.application_id] = (*found.get(row.application_id, ()), person)
    return found


@dataclass(frozen=True)
class Answered:
    """An applicant's answer to the reviews, as a member of the panel reads it."""

    reference: str
    title: str
    text: str


def judged_by(session: Session, member: PanelMember, rejoinders: Select[Rejoinder]) -> tuple[Answered, ...]:
    """The answers inside a scope of rejoinders to applications that this member was given."""
    rows = session.execute(
        rejoinders.join(Application, Application.id == Rejoinder.application_id)
        .join(Assignment, Assignment.application_id == Application.id)
        .where(Assignment.member_id == member.id)
        .order_by(Application.number)
        .with_only_columns(Application.reference, Application.title, Rejoinder.text)
    )
    return tuple(Answered(row.reference or "", row.title, row.text) for row in rows)


@dataclass(frozen=True)
class Given:
    """What a member was given: the applications that are open to the member now, in their order; how many of the call
    are closed by a conflict of interest; and how many that were given are not open now for another reason."""

    open: tuple[UUID, ...]
    conflicts: int
    closed: int


def given_to(session: Session, member: PanelMember, own: Select[Assignment]) -> Given:
    """The applications of a member, as far as `own` may be read."""
    here = scoped(
        own.where(Assignment.member_id == member.id)
        .order_by(Application.number, Application.id)
        .with_only_columns(Assignment.application_id)
    )
    found = tuple(session.scalars(here))
    panel = session.get_one(Panel, member.panel_id)
    conflict = in_conflict(member.person_id, Application.id)
    conflicts = select(func.count(Application.id)).where(
        Application.call_id == panel.call_id, Application.state.in_(IN_PLAY[panel.stage]), conflict
    )
    rest = (
        select(func.count(Assignment.id))
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.member_id == member.id, Application.id.not_in(found), ~conflict)
    )
    return Given(found, session.scalar(scoped(conflicts)) or 0, session.scalar(scoped(rest)) or 0)


def has_unanswered(session: Session, member: PanelMember) -> bool:
    """Whether the member has yet to say of an assigned application whether it is a conflict."""
    answered = exists().where(
        ConflictAnswer.application_id == Assignment.application_id, ConflictAnswer.person_id == member.person_id
    )
    if member.conflicts_answered_at is None:
        return True
    stage = session.get_one(Panel, member.panel_id).stage
    return (
        session.scalar(
            scoped(
                select(Assignment.id)
                .join(Application, Application.id == Assignment.application_id)
                .where(Assignment.member_id == member.id, Application.state.in_(IN_PLAY[stage]), ~answered)
                .where(clear_of(member.person_id, Application.id))
                .limit(1)
            )
        )
        is not None
    )


def takes_part(session: Session, person_id: UUID, call: Call, *, at: datetime) -> bool:
    """Whether a person leads an application to the call or a side of one. A draft left behind is none."""
    until = newcomers_until(call)
    is_open = until is not None and at <= until
    states = (State.WITHDRAWN,) if is_open else (State.WITHDRAWN, State.DRAFT)
    return (
        session.scalar(
            scoped(
                select(Application.id)
                .where(Application.call_id == call.id, Application.state.not_in(states))
                .where(leads_in(person_id, Application.id))
                .limit(1)
            )
        )
        is not None
    )
