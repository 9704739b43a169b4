"""Reminders to reviewers, before their conflicts are to be answered and before their reviews are due: once each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.effects import by_side
from app.communications.services import About, is_posted, post
from app.identities.models import LinkPurpose, Person
from app.identities.services import make_link, primary_address
from app.programmes.deadlines import LATE, reminder_instant
from app.programmes.definition import Definition, Moment
from app.programmes.models import Call, CallState
from app.programmes.queries import newest_definitions
from app.reviews.models import Panel, PanelMember
from app.reviews.queries import has_unanswered, is_its_turn, own_memberships


@dataclass(frozen=True)
class Owed:
    """What a member owes, and until when; `left` counts reviews."""

    what: str
    due: datetime
    left: int = 0


def remind_reviewers(session: Session, at: datetime) -> int:
    """Put every reminder that is due into the outbox. How many were put."""
    panels = session.scalars(
        select(Panel)
        .join(Call, Call.id == Panel.call_id)
        .where(Call.state == CallState.ANNOUNCED, Panel.closed_at.is_(None), is_its_turn(Panel.id))
    ).all()
    definitions = newest_definitions(session, list({panel.call_id for panel in panels}))
    return sum(_remind_panel(session, panel, definitions[panel.call_id], at) for panel in panels)


def _remind_panel(session: Session, panel: Panel, definition: Definition, at: datetime) -> int:
    declared = definition.panel(panel.key)
    if not definition.reminders or not (declared.conflicts_by or declared.reviews_by):
        return 0
    members = session.scalars(
        select(PanelMember).where(
            PanelMember.panel_id == panel.id, PanelMember.accepted_at.is_not(None), PanelMember.declined_at.is_(None)
        )
    ).all()
    return sum(
        _remind(session, panel, definition, member, owed, at)
        for member in members
        for owed in _owed(session, member, declared.conflicts_by, declared.reviews_by)
    )


def _owed(
    session: Session, member: PanelMember, conflicts_by: Moment | None, reviews_by: Moment | None
) -> Iterator[Owed]:
    if conflicts_by is not None and conflicts_by.instant is not None and has_unanswered(session, member):
        yield Owed("conflicts", conflicts_by.instant)
    if reviews_by is not None and reviews_by.instant is not None and member.conflicts_answered_at is not None:
        own = next(row for row in own_memberships(session, member.person_id) if row.member_id == member.id)
        if own.assigned > own.submitted:
            yield Owed("reviews", reviews_by.instant, own.assigned - own.submitted)


def _remind(  # noqa: PLR0917  # whom, of what, and when
    session: Session, panel: Panel, definition: Definition, member: PanelMember, owed: Owed, at: datetime
) -> int:
    person = session.get_one(Person, member.person_id)
    count = 0
    for days in definition.reminders:
        begins = reminder_instant(owed.due, days, person.zone)
        dedupe = f"review-reminder:{owed.what}:{member.id}:{days}:{owed.due.isoformat()}"
        if not begins <= at < begins + LATE or at >= owed.due or is_posted(session, dedupe):
            continue
        address = primary_address(session, person.id)
        link = make_link(session, LinkPurpose.REVIEW, person.id, address, at=at, subject_id=member.id)
        post(
            session,
            "review_reminder",
            person.id,
            dedupe=dedupe,
            link_id=link.id,
            at=at,
            about=About(panel.call_id, None, panel.side_key),
            values={
                "name": person.name,
                "what": owed.what,
                "left": owed.left,
                "call": definition.title.in_(person.locale),
                "panel": definition.panel(panel.key).title.in_(person.locale),
                "times": by_side(owed.due, definition, person.locale),
                "senders": "\n".join(side.name for side in definition.sides),
            },
        )
        count += 1
    return count
