"""The trail grows, holds, and shows who touched it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.kernel.actors import Acting
from app.trail.models import TrailEntry
from app.trail.services import HOUSE, record, verify

AT = datetime(2027, 1, 1, 12, tzinfo=UTC)
ANNA = Acting(uuid4(), "Anna Påhitt", frozenset())


def three(session: Session) -> list[TrailEntry]:
    return [record(session, f"deed-{n}", by=ANNA, at=AT, subject="Å", count=n) for n in range(3)]


def test_a_chain_holds_and_its_end_is_told(session: Session) -> None:
    entries = three(session)
    other = uuid4()
    record(session, "elsewhere", by=ANNA, at=AT, call_id=other)

    found = verify(session)

    assert (found.chains, found.entries, found.breaks) == (2, 4, ())
    assert found.ends[HOUSE] == (3, entries[-1].mac)


@pytest.mark.parametrize("deed", [update(TrailEntry).values(actor="somebody else"), delete(TrailEntry)])
def test_the_database_refuses_to_change_or_delete(session: Session, deed: object) -> None:
    three(session)
    session.commit()
    with pytest.raises(DatabaseError):
        session.execute(deed)  # type: ignore[call-overload]
    session.rollback()


def _without_triggers(session: Session, statement: str) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER trail_entry_no_update"))
        session.execute(text("DROP TRIGGER trail_entry_no_delete"))
    else:
        session.execute(text("ALTER TABLE trail_entry DISABLE TRIGGER ALL"))
    session.execute(text(statement))
    session.expire_all()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE trail_entry SET actor = 'Eva' WHERE position = 2", (2, "was changed after it was written")),
        (
            "UPDATE trail_entry SET payload = '{\"count\": 9}' WHERE position = 1",
            (1, "was changed after it was written"),
        ),
        ("DELETE FROM trail_entry WHERE position = 2", (2, "entry 2 is missing")),
    ],
)
def test_tampering_is_named_with_its_place(session: Session, statement: str, what: tuple[int, str]) -> None:
    three(session)
    _without_triggers(session, statement)
    assert [(b.position, b.what) for b in verify(session).breaks] == [what]
    session.rollback()


def test_time_never_runs_backwards_within_a_chain(session: Session) -> None:
    record(session, "late", by=ANNA, at=AT)
    second = record(session, "early", by=ANNA, at=AT.replace(hour=1))
    assert second.at == AT
