"""Reading calls and the declarations they stand on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.identities.models import Role, RoleGrant
from app.kernel.models import UtcDateTime
from app.programmes.deadlines import newcomers_until
from app.programmes.definition import Definition, from_data
from app.programmes.models import Agreement, Call, CallState, CallVersion, Programme, WorkingCopy


def call_by_key(session: Session, key: str) -> Call | None:
    """The call with this key, or None."""
    return session.scalar(select(Call).where(Call.key == key))


AT: BindParameter[datetime] = bindparam("at", type_=UtcDateTime())
"""The instant of a statement that is written once and asked often."""


def is_public(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
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


@dataclass(frozen=True)
class PublicCall:
    """A call that the public may see, as a row: its dates and its declaration."""

    definition: Definition = field(compare=False, repr=False)
    id: UUID
    key: str
    state: CallState
    opens_at: datetime | None
    closes_at: datetime | None
    outline_closes_at: datetime | None
    announced_at: datetime | None
    visible_at: datetime | None
    forecast_at: datetime | None
    sha256: str

    @property
    def due(self) -> datetime | None:
        """Until when an application can be begun."""
        return newcomers_until(self)

    @property
    def public_since(self) -> datetime | None:
        """Since when the public may see it as it is now: announced and out of its embargo, or as a forecast."""
        if self.state is CallState.DRAFT:
            return self.forecast_at
        known = [each for each in (self.announced_at, self.visible_at) if each is not None]
        return max(known) if known else None


DATES = (
    Call.id, Call.key, Call.state, Call.opens_at, Call.closes_at, Call.outline_closes_at, Call.announced_at,
    Call.visible_at, Call.forecast_at,
)  # fmt: skip


def _newest_rows() -> Select[*tuple[Any, ...]]:
    every = aliased(CallVersion)
    newest = select(func.max(every.number)).where(every.call_id == Call.id).correlate(Call).scalar_subquery()
    return (
        select(*DATES, CallVersion.sha256)
        .join(CallVersion, (CallVersion.call_id == Call.id) & (CallVersion.number == newest))
        .where(is_public(AT))
        .order_by(Call.closes_at.desc().nulls_last(), Call.key)
    )


PUBLIC_ROWS = _newest_rows()
PUBLIC_ROW = PUBLIC_ROWS.where(Call.key == bindparam("key"))


def public_rows(session: Session, at: datetime, *, key: str = "") -> list[PublicCall]:
    """What the public may see, the latest deadline first, in at most two statements. With `key` that call alone.

    Declarations that this process has read before are not fetched again.
    """
    values = {"at": at, "key": key} if key else {"at": at}
    rows: Sequence[Any] = session.connection().execute(PUBLIC_ROW if key else PUBLIC_ROWS, values).all()
    known = _definitions(session, {row.sha256 for row in rows})
    return [PublicCall(known[row.sha256], *row) for row in rows]


_kept: dict[str, Definition] = {}
MOST_KEPT = 512


def _definitions(session: Session, hashes: set[str]) -> dict[str, Definition]:
    """Declarations by their hash; those not read before in one statement. The hash names the text, so none is stale."""
    known = {sha256: kept for sha256 in hashes if (kept := _kept.get(sha256)) is not None}
    missing = hashes - known.keys()
    if missing:
        for version in session.scalars(select(CallVersion).where(CallVersion.sha256.in_(missing))):
            known[version.sha256] = read(version)
        if len(_kept) + len(known) > MOST_KEPT:
            _kept.clear()
        _kept.update(known)
    return known


def _version_of_all() -> Select[*tuple[Any, ...]]:
    turns = [
        func.sum(case((passed, 1), else_=0))
        for passed in (Call.visible_at <= AT, Call.opens_at <= AT, Call.outline_closes_at < AT, Call.closes_at < AT)
    ]
    line: ColumnElement[str] = literal("")
    for column in DATES[1:]:
        line = line.concat("|").concat(func.coalesce(cast(column, Text), ""))
    texts = func.aggregate_strings(func.substr(CallVersion.sha256, 1, 16), "")
    versions = select(texts).select_from(CallVersion).scalar_subquery()
    return select(func.aggregate_strings(line, ";"), *turns, versions)


VERSION_OF_ALL = _version_of_all()


def public_version(session: Session, at: datetime) -> str:
    """What changes whenever the public may see something else, in one statement: stored rows and the clock's turns."""
    return "#".join(map(str, session.connection().execute(VERSION_OF_ALL, {"at": at}).one()))


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
    """The declaration under which something was made. A version never changes: a process asks for each once."""
    sha256 = _HASHES.get(call_version_id)
    if sha256 is not None:
        return definition_by_hash(session, call_version_id, sha256)
    version = session.get_one(CallVersion, call_version_id)
    if len(_HASHES) >= MOST_HASHES:
        _HASHES.clear()
    _HASHES[call_version_id] = version.sha256
    return read(version)


_HASHES: dict[UUID, str] = {}
MOST_HASHES = 10_000


def definition_by_hash(session: Session, call_version_id: UUID, sha256: str) -> Definition:
    """The same where its hash is known already: the database is asked only by a process that has never read it."""
    return _read(sha256, _Stored(lambda: session.get_one(CallVersion, call_version_id).data))


def read(version: CallVersion) -> Definition:
    """The tree of a stored declaration; read once per version and process."""
    return _read(version.sha256, _Stored(lambda: version.data))


class _Stored:
    """A stored declaration as a cache argument: versions with the same hash are the same."""

    def __init__(self, load: Callable[[], Any]) -> None:
        self.load = load

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Stored)


@lru_cache(maxsize=256)
def _read(sha256: str, kept: _Stored) -> Definition:
    return from_data(kept.load(), f"stored declaration {sha256[:12]}")


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
