"""Who leads the sides of an application, and what a partner is asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, cast, exists, literal, null, select, true
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application, ApplicationSide
from app.applications.parts import Part, parts_of
from app.applications.team.models import ApplicationMember
from app.kernel.database import scoped
from app.programmes.definition import Definition, Side
from app.programmes.queries import definition_by_version


def applicants_of(session: Session, application: Application) -> tuple[tuple[UUID, str], ...]:
    """Everybody who leads a side of it, with that side; whoever declined does not."""
    rows = session.execute(
        scoped(
            select(ApplicationSide.lead_person_id, ApplicationSide.side_key)
            .where(
                ApplicationSide.application_id == application.id,
                ApplicationSide.lead_person_id.is_not(None),
                ApplicationSide.declined_at.is_(None),
            )
            .order_by(ApplicationSide.side_key)
        )
    )
    return tuple((row.lead_person_id, row.side_key) for row in rows)


@dataclass(frozen=True)
class Teammate:
    """One person of the team: leading a side, or a member who has accepted (then `member_id`)."""

    person_id: UUID
    side_key: str | None
    member_id: UUID | None = None


def team_of(session: Session, application: Application) -> tuple[Teammate, ...]:
    """Everybody who is told what happens to an application: whoever leads a side, then every accepted member; who leads
    a side is not named twice."""
    leads = select(
        ApplicationSide.lead_person_id,
        ApplicationSide.side_key,
        cast(null(), Uuid()).label("member_id"),
        literal(0).label("place"),
    ).where(
        ApplicationSide.application_id == application.id,
        ApplicationSide.lead_person_id.is_not(None),
        ApplicationSide.declined_at.is_(None),
    )
    members = select(ApplicationMember.person_id, ApplicationMember.side_key, ApplicationMember.id, literal(1)).where(
        ApplicationMember.application_id == application.id,
        ApplicationMember.accepted_at.is_not(None),
        ApplicationMember.ended_at.is_(None),
    )
    rows = session.execute(scoped(leads.union_all(members).order_by("place", "side_key", "member_id"))).all()
    leading = {row.lead_person_id for row in rows if row.member_id is None}
    return tuple(
        Teammate(row.lead_person_id, row.side_key, row.member_id)
        for row in rows
        if row.member_id is None or row.lead_person_id not in leading
    )


def application_of(session: Session, application_id: UUID) -> Application:
    """The application to which a thing belongs that was reached."""
    return session.scalars(scoped(select(Application).where(Application.id == application_id))).one()


def side_by_id(session: Session, side_id: UUID) -> ApplicationSide:
    """One side that was reached, by its own id."""
    return session.scalars(scoped(select(ApplicationSide).where(ApplicationSide.id == side_id))).one()


def side_of(session: Session, application_id: UUID, side_key: str) -> ApplicationSide | None:
    """One side of an application that was reached."""
    return session.scalar(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application_id, ApplicationSide.side_key == side_key
            )
        )
    )


def taking_part(session: Session, application_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The keys of the sides that take part in each of these applications."""
    found: dict[UUID, set[str]] = {application_id: set() for application_id in application_ids}
    for row in session.execute(
        scoped(
            select(ApplicationSide.application_id, ApplicationSide.side_key).where(
                ApplicationSide.application_id.in_(found), ApplicationSide.takes_part
            )
        )
    ):
        found[row.application_id].add(row.side_key)
    return {application_id: frozenset(keys) for application_id, keys in found.items()}


def has_side(side_key: str | None) -> ColumnElement[bool]:
    """Applications in which this side takes part; all of them for what belongs to no side."""
    if side_key is None:
        return true()
    part = aliased(ApplicationSide)
    there = exists().where(part.application_id == Application.id, part.side_key == side_key, part.takes_part)
    return there.correlate_except(part)


@dataclass(frozen=True)
class SideChoice:
    """An optional side, and whether it takes part. `is_own`: the applicant's own, which always does."""

    side: Side
    takes_part: bool
    is_own: bool


def choices_of(session: Session, application: Application, definition: Definition) -> tuple[SideChoice, ...]:
    """The optional sides in the order of the call."""
    rows = {
        row.side_key: row
        for row in session.execute(
            scoped(
                select(ApplicationSide.side_key, ApplicationSide.takes_part, ApplicationSide.lead_person_id).where(
                    ApplicationSide.application_id == application.id
                )
            )
        )
    }
    return tuple(
        SideChoice(side, rows[side.key].takes_part, rows[side.key].lead_person_id == application.lead_person_id)
        for side in definition.sides
        if side.optional and side.key in rows
    )


@dataclass(frozen=True)
class Invitation:
    """What a partner is asked, before anything is opened."""

    application: Application
    definition: Definition
    part: Part
    lead: Part


def invitation(session: Session, side_id: UUID, person_id: UUID) -> Invitation | None:
    """What this person is asked for this side; None when somebody else leads it by now."""
    row = session.execute(
        scoped(
            select(Application, ApplicationSide.side_key)
            .join(ApplicationSide, ApplicationSide.application_id == Application.id)
            .where(ApplicationSide.id == side_id, ApplicationSide.lead_person_id == person_id)
        )
    ).first()
    if row is None:
        return None
    definition = definition_by_version(session, row.Application.call_version_id)
    parts = parts_of(session, row.Application, definition)
    own = next(part for part in parts if part.key == row.side_key)
    return Invitation(row.Application, definition, own, next(part for part in parts if part.is_own))
