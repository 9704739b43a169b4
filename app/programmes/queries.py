"""Reading calls and the declarations they stand on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.identities.models import Role, RoleGrant
from app.programmes.definition import Definition, from_data
from app.programmes.models import Agreement, Call, CallState, CallVersion, Programme, WorkingCopy


def call_by_key(session: Session, key: str) -> Call | None:
    """The call with this key, or None."""
    return session.scalar(select(Call).where(Call.key == key))


def is_public(at: datetime) -> ColumnElement[bool]:
    """Whether the public may see a call: announced and out of its embargo, decided, or shown as a forecast."""
    out = or_(Call.visible_at.is_(None), Call.visible_at <= at)
    announced = and_(Call.state == CallState.ANNOUNCED, out)
    forecast = and_(Call.state == CallState.DRAFT, Call.forecast_at.is_not(None))
    return or_(announced, forecast, Call.state == CallState.DECIDED)


def public_call(session: Session, key: str, at: datetime) -> Call | None:
    """The call with this key if the public may see it."""
    return session.scalar(select(Call).where(Call.key == key, is_public(at)))


def public_calls(session: Session, at: datetime) -> Sequence[Call]:
    """What the public may see, the latest deadline first."""
    return session.scalars(
        select(Call).where(is_public(at)).order_by(Call.closes_at.desc().nulls_last(), Call.key)
    ).all()


def public_calls_of(session: Session, programme_key: str, at: datetime) -> Sequence[Call]:
    """What the public may see of one programme's calls, the latest deadline first."""
    return session.scalars(
        select(Call)
        .join(Programme, Programme.id == Call.programme_id)
        .where(Programme.key == programme_key, is_public(at))
        .order_by(Call.closes_at.desc().nulls_last(), Call.key.desc())
    ).all()


def working_copy(session: Session, call_id: UUID) -> WorkingCopy | None:
    """The call's declaration as it is being edited, or None."""
    return session.scalar(select(WorkingCopy).where(WorkingCopy.call_id == call_id))


def agreed_sides(session: Session, call_id: UUID, sha256: str) -> frozenset[str]:
    """The sides whose coordinators agreed to this very text."""
    return frozenset(
        session.scalars(select(Agreement.side_key).where(Agreement.call_id == call_id, Agreement.sha256 == sha256))
    )


def calls_of_office(session: Session, call_ids: frozenset[UUID]) -> Sequence[Call]:
    """The calls that a coordinator keeps."""
    return session.scalars(
        select(Call).where(Call.id.in_(call_ids)).order_by(Call.closes_at.desc().nulls_last(), Call.key)
    ).all()


def newest_version(session: Session, call_id: UUID) -> CallVersion:
    """The declaration as it stands now."""
    return session.scalars(
        select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number.desc()).limit(1)
    ).one()


def version_by_number(session: Session, call_id: UUID, number: int) -> CallVersion | None:
    """One version of a call's declaration, or None."""
    return session.scalar(select(CallVersion).where(CallVersion.call_id == call_id, CallVersion.number == number))


def newest_definitions(session: Session, call_ids: Sequence[UUID]) -> dict[UUID, Definition]:
    """The declarations of several calls in one statement."""
    newest = (
        select(CallVersion.call_id, func.max(CallVersion.number).label("number"))
        .where(CallVersion.call_id.in_(call_ids))
        .group_by(CallVersion.call_id)
        .subquery()
    )
    rows = session.scalars(
        select(CallVersion).join(
            newest, (CallVersion.call_id == newest.c.call_id) & (CallVersion.number == newest.c.number)
        )
    )
    return {row.call_id: read(row) for row in rows}


def definition_of(session: Session, call: Call) -> Definition:
    """The call's declaration as it stands now."""
    return read(newest_version(session, call.id))


def definition_by_version(session: Session, call_version_id: UUID) -> Definition:
    """The declaration under which something was made."""
    return read(session.get_one(CallVersion, call_version_id))


def read(version: CallVersion) -> Definition:
    """The tree of a stored declaration; read once per version and process."""
    return _read(version.sha256, _Data(version.data))


class _Data:
    """A stored declaration as a cache argument: versions with the same hash are the same."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Data)


@lru_cache(maxsize=256)
def _read(sha256: str, kept: _Data) -> Definition:
    return from_data(kept.data, f"stored declaration {sha256[:12]}")


def all_calls(session: Session) -> Sequence[Call]:
    """Every call, for giving roles."""
    return session.scalars(select(Call).order_by(Call.key)).all()


def call_by_id(session: Session, text: str) -> Call | None:
    """The call that a form names, or None."""
    try:
        return session.get(Call, UUID(text))
    except ValueError:
        return None


def versions_of(session: Session, call_id: UUID) -> Sequence[CallVersion]:
    """Every version of a call's declaration, the newest first."""
    return session.scalars(
        select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number.desc())
    ).all()


def coordinators_of(session: Session, call_id: UUID) -> list[tuple[UUID, str]]:
    """Who coordinates which side of a call now: people by id, and their sides."""
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.side_key)
        .where(RoleGrant.call_id == call_id, RoleGrant.role == Role.COORDINATOR, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.created_at, RoleGrant.id)
    )
    return [(person_id, side or "") for person_id, side in rows]


def programmes_known(session: Session) -> Sequence[Programme]:
    """Every programme that is kept, by its key."""
    return session.scalars(select(Programme).order_by(Programme.key)).all()


def proposals_of(session: Session, call_ids: Collection[UUID]) -> dict[UUID, WorkingCopy]:
    """The working copies of these calls that are proposed and wait for other sides."""
    rows = session.scalars(
        select(WorkingCopy).where(WorkingCopy.call_id.in_(call_ids), WorkingCopy.proposed_at.is_not(None))
    )
    return {row.call_id: row for row in rows}
