"""The panels of a call, their progress, and who waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.words import N_
from app.programmes.definition import Part
from app.programmes.kinds import Text
from app.programmes.models import Call
from app.programmes.queries import definition_of, newest_definitions
from app.reviews.models import Assignment, Panel, PanelMember, PanelTurn, Review
from app.reviews.queries.common import IN_PLAY, is_its_turn, is_judged, is_live, is_under_review


@dataclass(frozen=True)
class PanelRow:
    """A panel on the board. The counts are None when they may not be read."""

    id: UUID
    key: str
    title: Text
    side_key: str | None
    is_closed: bool
    is_readable: bool
    members: int | None
    submitted: int | None
    assigned: int | None
    lacks_outside: int = 0


def panels_of_call(
    session: Session,
    call_id: UUID,
    *,
    readable: Select[Any],
    among: Select[Any] | None = None,
    stage: Part | None = None,
) -> tuple[PanelRow, ...]:
    """The panels of a call, or of one of its stages, in the order of its declaration; reviews are counted only inside `among`."""
    definition = definition_of(session, session.get_one(Call, call_id))
    open_to = {panel.id for panel in session.scalars(readable)}
    found = {panel.key: panel for panel in session.scalars(select(Panel).where(Panel.call_id == call_id))}
    rows = []
    for declared in definition.panels:
        panel = found.get(declared.key)
        if panel is None or stage not in (None, panel.stage):
            continue
        may_read = panel.id in open_to
        members = _count_members(session, panel.id) if may_read else None
        done, given = progress(session, panel.id, among=among) if may_read and among is not None else (None, None)
        rows.append(
            PanelRow(
                panel.id,
                panel.key,
                declared.title,
                panel.side_key,
                panel.closed_at is not None,
                may_read,
                members,
                done,
                given,
                _lacks_outside(session, panel, declared.outside_reviews, among) if may_read else 0,
            )
        )
    return tuple(rows)


def _lacks_outside(session: Session, panel: Panel, needed: int, among: Select[Any] | None) -> int:
    """How many applications before an open panel have fewer reviewers of no side than the call asks for."""
    if not needed or among is None or panel.closed_at is not None:
        return 0
    outside = (
        select(func.count())
        .select_from(Assignment)
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .where(Assignment.panel_id == panel.id, Assignment.application_id == Application.id)
        .where(PanelMember.is_outside, is_live())
        .correlate(Application)
        .scalar_subquery()
    )
    states = IN_PLAY[panel.stage]
    return (
        session.scalar(
            scoped(
                select(func.count())
                .select_from(Application)
                .where(Application.id.in_(among), Application.state.in_(states), outside < needed)
            )
        )
        or 0
    )


def _count_members(session: Session, panel_id: UUID) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(PanelMember)
            .where(PanelMember.panel_id == panel_id, PanelMember.declined_at.is_(None))
        )
        or 0
    )


def progress(session: Session, panel_id: UUID, *, among: Select[Any]) -> tuple[int, int]:
    """How many reviews of a panel are submitted, of how many: only of applications `among` those one may see."""
    row = session.execute(
        scoped(
            select(func.count(Review.submitted_at), func.count(Assignment.id))
            .select_from(Assignment)
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Panel, Panel.id == Assignment.panel_id)
            .join(Application, Application.id == Assignment.application_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(Assignment.panel_id == panel_id, is_live(), is_judged(), Application.id.in_(among))
        )
    ).one()
    return int(row[0]), int(row[1])


def title_of(session: Session, panel: Panel) -> Text:
    """The panel's title as the call declares it."""
    return definition_of(session, session.get_one(Call, panel.call_id)).panel(panel.key).title


def criteria_of(session: Session, panel: Panel) -> tuple[Text, ...]:
    """The titles of the criteria, in the order of the declaration."""
    return tuple(criterion.title for criterion in definition_of(session, session.get_one(Call, panel.call_id)).criteria)


@dataclass(frozen=True)
class Waiting:
    """What somebody owes a panel, and since when; `what` is a marked message, `side` the short name of the side."""

    what: str
    holder: str
    side: str | None
    since: datetime | None
    left: int = 0


ANSWER_DUE = N_("Answer to the invitation to review")
CONFLICTS_DUE = N_("Answer about conflicts of interest")
REVIEWS_DUE = N_("Reviews that are not submitted yet")


def waiting(session: Session, *, panels: Select[Any], among: Select[Any]) -> tuple[Waiting, ...]:
    """Members of open panels who have not answered, or have reviews outstanding, inside the scopes given."""
    found = {panel.id: panel for panel in session.scalars(panels) if panel.closed_at is None}
    if not found:
        return ()
    definitions = newest_definitions(session, list({panel.call_id for panel in found.values()}))
    left = _left(session, list(found), among)
    rows = session.execute(
        select(PanelMember, Person.name)
        .join(Person, Person.id == PanelMember.person_id)
        .where(PanelMember.panel_id.in_(found), PanelMember.declined_at.is_(None), PanelMember.invited_at.is_not(None))
        .order_by(PanelMember.invited_at, Person.name, PanelMember.id)
    ).all()
    owed = []
    for member, name in rows:
        if not member.is_chair and not left.get(member.id):
            continue
        what, since = _owes(member, left.get(member.id, 0))
        if what:
            panel = found[member.panel_id]
            side = definitions[panel.call_id].side(panel.side_key).short if panel.side_key else None
            owed.append(Waiting(what, name, side, since, left.get(member.id, 0)))
    return tuple(owed)


def _owes(member: PanelMember, left: int) -> tuple[str, datetime | None]:
    if member.accepted_at is None:
        return ANSWER_DUE, member.invited_at
    if member.conflicts_answered_at is None:
        return CONFLICTS_DUE, member.accepted_at
    return (REVIEWS_DUE, member.conflicts_answered_at) if left else ("", None)


def _left(session: Session, panel_ids: Sequence[UUID], among: Select[Any]) -> dict[UUID, int]:
    rows = session.execute(
        scoped(
            select(Assignment.member_id, func.count())
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Panel, Panel.id == Assignment.panel_id)
            .join(Application, Application.id == Assignment.application_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(Assignment.panel_id.in_(panel_ids), Review.submitted_at.is_(None), is_live())
            .where(is_under_review(), is_its_turn(Panel.id), Application.id.in_(among))
            .group_by(Assignment.member_id)
        )
    )
    return {row[0]: row[1] for row in rows}


def panels_before(panel_id: UUID) -> Select[UUID]:
    """The ids of the panels after which this one begins, to be used inside another statement."""
    return select(PanelTurn.after_id).where(PanelTurn.panel_id == panel_id)


def waits_for(session: Session, panel: Panel) -> tuple[Text, ...]:
    """The titles of the panels that must close before this one begins, and have not."""
    definition = definition_of(session, session.get_one(Call, panel.call_id))
    keys = session.scalars(
        select(Panel.key).where(Panel.id.in_(panels_before(panel.id)), Panel.closed_at.is_(None)).order_by(Panel.key)
    )
    return tuple(definition.panel(key).title for key in keys)
