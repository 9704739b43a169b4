"""Giving applications to members, and taking back what nobody has begun to write."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.queries import has_side
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.words import N_
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews.conflicts import clear_of
from app.reviews.detection import NAMED, SAME, SAME_ORCID, detected
from app.reviews.effects import invite
from app.reviews.models import Assignment, Panel, PanelMember, Review
from app.reviews.queries import IN_PLAY, UNDER_REVIEW
from app.reviews.services.panels import still_open
from app.trail.services import record

SEEN_IN_WORDS = {
    NAMED: N_("%(person)s is named in the application and cannot judge it."),
    SAME_ORCID: N_("%(person)s has the same ORCID as an applicant and cannot judge the application."),
}
AT_THE_SAME = N_("%(person)s works at the same institution as an applicant: %(where)s.")


def assign(
    session: Session,
    panel: Panel,
    pairs: Collection[tuple[UUID, UUID]],
    *,
    by: Acting,
    at: datetime,
    among: Select[Any],
) -> None:
    """Make the panel's assignments `among` these applications exactly `pairs` of (application, member).

    What somebody has begun to write is not taken away. Whoever is added after the start is mailed at once. Raises
    NotFound for things outside the scope, Refused for a conflict; then nothing changed.
    """
    still_open(session, panel.id)
    visible = {
        row.id: row
        for row in session.execute(
            scoped(
                select(Application.id, Application.state).where(
                    Application.id.in_(among), Application.call_id == panel.call_id, has_side(panel.side_key)
                )
            )
        )
    }
    members = {row.id: row for row in session.scalars(select(PanelMember).where(PanelMember.panel_id == panel.id))}
    standing = {
        (row.application_id, row.member_id): row
        for row in session.scalars(
            scoped(
                select(Assignment).where(Assignment.panel_id == panel.id, Assignment.application_id.in_(list(visible)))
            )
        )
    }
    wanted = set(pairs)
    if not all(application in visible and member in members for application, member in wanted):
        raise NotFound()
    new = sorted((pair for pair in wanted if pair not in standing), key=str)
    _see_conflicts(session, panel, new, members, at)
    _check_new(session, panel, new, visible, members)
    gone = [
        row for pair, row in standing.items() if pair not in wanted and visible[pair[0]].state in IN_PLAY[panel.stage]
    ]
    take_back(session, Assignment.id.in_([row.id for row in gone]))
    for application_id, member_id in new:
        session.add(Assignment(panel_id=panel.id, member_id=member_id, application_id=application_id, created_at=at))
    session.flush()
    for member_id in dict.fromkeys(
        member for application, member in new if visible[application].state is UNDER_REVIEW[panel.stage]
    ):
        if members[member_id].invited_at is None and members[member_id].accepted_at is None:
            invite(session, members[member_id], by=by, at=at)
    record(
        session,
        "assign-reviewers",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel",
        subject_id=panel.id,
        added=len(new),
        removed=len(gone),
    )


def _see_conflicts(
    session: Session,
    panel: Panel,
    new: Collection[tuple[UUID, UUID]],
    members: Mapping[UUID, PanelMember],
    at: datetime,
) -> None:
    """Refused, each with its reason, where software sees a conflict that nobody has declared."""
    definition = definition_of(session, session.get_one(Call, panel.call_id))
    problems = []
    for member_id in dict.fromkeys(member for _, member in new):
        wanted = [application for application, member in new if member == member_id]
        person = session.get_one(Person, members[member_id].person_id)
        for reason in detected(session, definition, panel.key, person.id, wanted).values():
            values = {"person": person.name, "where": reason.removeprefix(SAME)}
            problems.append(Problem("conflict_seen", SEEN_IN_WORDS.get(reason, AT_THE_SAME), values=values))
    if problems:
        raise Refused(problems)


def _check_new(
    session: Session,
    panel: Panel,
    new: Collection[tuple[UUID, UUID]],
    visible: Mapping[UUID, Any],
    members: Mapping[UUID, PanelMember],
) -> None:
    problems = []
    for application_id, member_id in new:
        member = members[member_id]
        if visible[application_id].state not in IN_PLAY[panel.stage]:
            problems.append(Problem("not_now", N_("This cannot be done in the present state of the application.")))
        elif member.declined_at is not None:
            problems.append(
                Problem("declined", N_("This person has declined. Name somebody else."), since=member.declined_at)
            )
        elif not session.scalar(select(clear_of(member.person_id, application_id))):
            problems.append(
                Problem("conflict_of_member", N_("This person has a conflict of interest with this application."))
            )
    if problems:
        raise Refused(problems)


def take_back(session: Session, *conditions: Any) -> None:
    """Take assignments back. One with a review stays on record, and no longer counts anywhere."""
    written = select(Review.assignment_id)
    for assignment in session.scalars(
        scoped(select(Assignment).where(*conditions, Assignment.id.not_in(written)))
    ).all():
        session.delete(assignment)
    session.flush()
