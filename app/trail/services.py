"""Writing the trail, and proving that nobody has rewritten it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.kernel.actors import Acting
from app.trail.models import TrailEntry
from app.trail.rules import GENESIS, mac_of

HOUSE = "house"
COVERED = ("chain", "position", "at", "actor_id", "actor", "verb", "subject", "subject_id", "payload", "before")
KEY = "trail_key"


def chain_of(call_id: UUID | None) -> str:
    """The chain of a call; deeds that belong to no call go into the house's own."""
    return HOUSE if call_id is None else str(call_id)


def record(
    session: Session,
    verb: str,
    *,
    by: Acting,
    at: datetime,
    call_id: UUID | None = None,
    subject: str = "",
    subject_id: UUID | None = None,
    **payload: object,
) -> TrailEntry:
    """Append one deed in the caller's transaction. The payload holds ids, hashes, numbers and words, never texts.

    The key is found in `session.info["trail_key"]`, so that it never lies in the database. Calls do not block one
    another: PostgreSQL locks the chain, SQLite has one writer at a time.
    """
    chain = chain_of(call_id)
    _lock(session, chain)
    last = session.execute(
        select(TrailEntry.position, TrailEntry.mac, TrailEntry.at)
        .where(TrailEntry.chain == chain)
        .order_by(TrailEntry.position.desc())
        .limit(1)
    ).first()
    columns: dict[str, object] = {
        "chain": chain,
        "position": 1 if last is None else last.position + 1,
        "at": at if last is None else max(at, last.at),
        "actor_id": by.person_id,
        "actor": by.name,
        "verb": verb,
        "subject": subject,
        "subject_id": subject_id,
        "payload": {**payload, **({"by_link": by.deed} if by.deed else {})},
        "before": GENESIS if last is None else last.mac,
    }
    entry = TrailEntry(**columns, mac=mac_of(session.info[KEY], columns))
    session.add(entry)
    session.flush()
    return entry


def _lock(session: Session, chain: str) -> None:
    if session.get_bind().dialect.name != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(chain.encode()).digest()[:8], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold."""

    chain: str
    position: int
    what: str


@dataclass(frozen=True)
class Verified:
    """How many chains and entries were read, where they break, and each chain's end, to be kept elsewhere."""

    chains: int
    entries: int
    breaks: tuple[Break, ...]
    ends: Mapping[str, tuple[int, str]]


def verify(session: Session) -> Verified:
    """Read every chain from its beginning. A cut-off tail shows only against an end noted elsewhere."""
    chains = session.scalars(select(TrailEntry.chain).distinct().order_by(TrailEntry.chain)).all()
    breaks: list[Break] = []
    ends: dict[str, tuple[int, str]] = {}
    for chain in chains:
        breaks.extend(_breaks(session, chain))
        last = session.execute(
            select(TrailEntry.position, TrailEntry.mac)
            .where(TrailEntry.chain == chain)
            .order_by(TrailEntry.position.desc())
            .limit(1)
        ).one()
        ends[chain] = (last.position, last.mac)
    entries = session.scalar(select(func.count()).select_from(TrailEntry)) or 0
    return Verified(len(chains), entries, tuple(breaks), ends)


def _breaks(session: Session, chain: str) -> Iterator[Break]:
    before, expected = GENESIS, 1
    rows = session.scalars(select(TrailEntry).where(TrailEntry.chain == chain).order_by(TrailEntry.position))
    for entry in rows.yield_per(500):
        columns = {name: getattr(entry, name) for name in COVERED}
        if entry.position != expected:
            yield Break(chain, expected, f"entry {expected} is missing")
            return
        if entry.before != before:
            yield Break(chain, entry.position, "does not follow the entry before it")
            return
        if entry.mac != mac_of(session.info[KEY], columns):
            yield Break(chain, entry.position, "was changed after it was written")
            return
        before, expected = entry.mac, expected + 1
