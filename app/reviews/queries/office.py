"""The office's page of a panel: its members and the grid of assignments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application
from app.applications.queries import has_side
from app.identities.models import EmailAddress, Person
from app.kernel.database import scoped
from app.programmes.definition import Part
from app.reviews.conflicts import clear_of
from app.reviews.detection import SEEN
from app.reviews.models import Assignment, ConflictAnswer, Panel, PanelMember, Review
from app.reviews.queries.common import IN_PLAY, NOT_STARTED, is_live, state_of
from app.workflow.vocabulary import State


@dataclass(frozen=True)
class MemberRow:
    """A member as the panel's office sees one; counts are only of applications it may see."""

    id: UUID
    name: str
    address: str
    is_chair: bool
    state: str
    has_answered_conflicts: bool
    since: datetime | None
    because: str
    submitted: int
    assigned: int
    is_outside: bool = False


def members_of(session: Session, panel: Panel, *, among: Select[Any]) -> tuple[MemberRow, ...]:
    """Everybody named to a panel, the chair first."""
    rows = session.execute(
        select(PanelMember, Person.name, EmailAddress.address)
        .join(Person, Person.id == PanelMember.person_id)
        .join(EmailAddress, and_(EmailAddress.person_id == Person.id, EmailAddress.is_primary))
        .where(PanelMember.panel_id == panel.id)
        .order_by(PanelMember.is_chair.desc(), Person.name, PanelMember.id)
    ).all()
    counts = _counts_by_member(session, panel.id, among)
    return tuple(
        MemberRow(
            member.id,
            name,
            address,
            member.is_chair,
            state_of(member),
            member.conflicts_answered_at is not None,
            member.declined_at
            or member.conflicts_answered_at
            or member.accepted_at
            or member.invited_at
            or member.created_at,
            member.declined_because or "",
            *counts.get(member.id, (0, 0)),
            member.is_outside,
        )
        for member, name, address in rows
    )


def _counts_by_member(session: Session, panel_id: UUID, among: Select[Any]) -> dict[UUID, tuple[int, int]]:
    rows = session.execute(
        scoped(
            select(Assignment.member_id, func.count(Review.submitted_at), func.count(Assignment.id))
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(Assignment.panel_id == panel_id, Assignment.application_id.in_(among), is_live())
            .group_by(Assignment.member_id)
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@dataclass(frozen=True)
class Cell:
    """One member towards one application: free, assigned, begun, submitted, conflict or declined.

    `why` is what software saw of a conflict; the words of a person are not shown here.
    """

    member_id: UUID
    name: str
    state: str
    why: str = ""


@dataclass(frozen=True)
class GridRow:
    """One application in the grid of assignments; `lacks` more reviewers are needed before its review can start."""

    id: UUID
    reference: str
    title: str
    state: State
    cells: tuple[Cell, ...]
    lacks: int


def grid(
    session: Session, panel: Panel, members: Sequence[MemberRow], needed: int, *, among: Select[Any]
) -> tuple[GridRow, ...]:
    """Applications that can be assigned, by members that can be; both in a stable order."""
    applications = session.execute(
        scoped(
            select(Application.id, Application.reference, Application.title, Application.state)
            .where(
                Application.id.in_(among),
                Application.call_id == panel.call_id,
                Application.state.in_(IN_PLAY[panel.stage]),
            )
            .where(has_side(panel.side_key))
            .order_by(Application.number)
        )
    ).all()
    given = _given(session, panel.id, among)
    barred = _barred(session, panel.id, among)
    has_begun = {member_id for _, member_id in given}
    seated = [member for member in members if member.state != "declined" or member.id in has_begun]
    rows = []
    for application in applications:
        cells = tuple(
            Cell(
                member.id,
                member.name,
                _cell(member, application.id, given, barred),
                barred.get((application.id, member.id), ""),
            )
            for member in seated
        )
        counted = sum(cell.state in ("assigned", "begun", "submitted") for cell in cells)
        rows.append(
            GridRow(
                application.id,
                application.reference or "",
                application.title,
                application.state,
                cells,
                max(0, needed - counted),
            )
        )
    return tuple(rows)


def _cell(member: MemberRow, application_id: UUID, given: Mapping[Any, str], barred: Mapping[Any, str]) -> str:
    pair = (application_id, member.id)
    if pair in barred:
        return "conflict"
    if member.state == "declined":
        return "declined"
    return given.get(pair, "free")


def _given(session: Session, panel_id: UUID, among: Select[Any]) -> dict[tuple[UUID, UUID], str]:
    rows = session.execute(
        scoped(
            select(Assignment.application_id, Assignment.member_id, Review.id, Review.submitted_at)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(Assignment.panel_id == panel_id, Assignment.application_id.in_(among))
        )
    )
    return {
        (row[0], row[1]): "assigned" if row[2] is None else "begun" if row[3] is None else "submitted" for row in rows
    }


def _barred(session: Session, panel_id: UUID, among: Select[Any]) -> dict[tuple[UUID, UUID], str]:
    """The pairs that a conflict keeps apart, with what software saw of it."""
    seen = aliased(ConflictAnswer)
    rows = session.execute(
        scoped(
            select(Application.id, PanelMember.id, seen.reason)
            .select_from(Application)
            .join(PanelMember, true())
            .outerjoin(
                seen,
                and_(
                    seen.person_id == PanelMember.person_id,
                    seen.application_id == Application.id,
                    seen.reason.startswith(SEEN),
                ),
            )
            .where(PanelMember.panel_id == panel_id, Application.id.in_(among))
            .where(~clear_of(PanelMember.person_id, Application.id))
        )
    )
    return {(row[0], row[1]): row[2] or "" for row in rows}


def not_started(
    session: Session, call_id: UUID, *, among: Select[Any], stage: Part = Part.FULL
) -> Sequence[Application]:
    """Applications whose review at a stage has not begun, for offering that step."""
    return session.scalars(
        scoped(
            select(Application)
            .where(Application.id.in_(among), Application.call_id == call_id)
            .where(Application.state.in_(NOT_STARTED[stage]))
            .order_by(Application.number)
        )
    ).all()


def reviewed(session: Session, call_id: UUID, *, among: Select[Any]) -> Sequence[Application]:
    """Applications whose reviews are in and whose applicants were not asked for an answer."""
    return session.scalars(
        scoped(
            select(Application)
            .where(Application.id.in_(among), Application.call_id == call_id, Application.state == State.REVIEWED)
            .order_by(Application.number)
        )
    ).all()
