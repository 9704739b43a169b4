"""Reading calls and the declarations they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.programmes.definition import Definition, from_data
from app.programmes.models import Call, CallState, CallVersion


def call_by_key(session: Session, key: str) -> Call | None:
    """The call with this key, or None."""
    return session.scalar(select(Call).where(Call.key == key))


def public_call(session: Session, key: str) -> Call | None:
    """The call with this key if the public may see it."""
    return session.scalar(select(Call).where(Call.key == key, Call.state != CallState.DRAFT))


def public_calls(session: Session) -> Sequence[Call]:
    """Calls that were announced or decided, the latest deadline first."""
    return session.scalars(
        select(Call).where(Call.state != CallState.DRAFT).order_by(Call.closes_at.desc().nulls_last(), Call.key)
    ).all()


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
