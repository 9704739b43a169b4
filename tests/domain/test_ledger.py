"""Who owed the next act, and for how long: the sums are the sums, and a conflict leaves an application out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.decisions.ledger import LedgerRow, Owed, Turn, ledger, owed_in_call
from app.programmes.models import Call
from app.programmes.queries import definition_of
from tests import stages
from tests.world import AFTER_CLOSING, CLOSES, World

DAY = timedelta(days=1)
NOON = datetime(2027, 4, 1, 12, tzinfo=UTC)
spans = st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 50)))


@given(st.lists(st.tuples(st.sampled_from(("ki", "mayo", None)), st.sampled_from(list(Turn)), spans), max_size=12))
def test_what_the_rows_say_is_what_was_owed(turns: list[Any]) -> None:
    owed = [
        Owed(side, turn, NOON + since * DAY, None if took is None else NOON + (since + took) * DAY)
        for side, turn, (since, took) in turns
    ]
    at = NOON + 100 * DAY

    rows = ledger(owed, at)

    assert sum(row.count for row in rows) == len(owed)
    assert sum((row.took for row in rows), start=timedelta()) == sum(
        (((each.until or at) - each.since) for each in owed), start=timedelta()
    )
    assert rows == ledger(list(reversed(owed)), at)


def test_ki_four_days_and_mayo_seventeen() -> None:
    rows = ledger(
        [
            Owed("ki", Turn.RECOMMEND, NOON, NOON + 4 * DAY),
            Owed("mayo", Turn.RECOMMEND, NOON, NOON + 10 * DAY),
            Owed("mayo", Turn.RECOMMEND, NOON, None),
        ],
        NOON + 7 * DAY,
    )

    assert rows == (
        LedgerRow("ki", Turn.RECOMMEND, 1, 4 * DAY, None),
        LedgerRow("mayo", Turn.RECOMMEND, 2, 17 * DAY, NOON),
    )


def test_a_call_that_was_decided_tells_every_turn(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    stages.decided(session, world, application)
    call = session.get_one(Call, world.call)
    among = select(Application.id).where(Application.call_id == world.call)

    rows = ledger(owed_in_call(session, call.id, definition_of(session, call), CLOSES, among=among), NOON + 99 * DAY)

    assert {(row.side, row.turn): (row.count, row.took, row.open_since) for row in rows} == {
        (None, Turn.DECIDE): (1, timedelta(), None),
        ("ki", Turn.CHECK): (1, AFTER_CLOSING - CLOSES, None),
        ("ki", Turn.JUDGE): (1, 2 * DAY, None),
        ("ki", Turn.RECOMMEND): (1, DAY, None),
        ("mayo", Turn.CONFIRM): (1, timedelta(), None),
        ("mayo", Turn.JUDGE): (1, 2 * DAY, None),
        ("mayo", Turn.RECOMMEND): (1, DAY, None),
    }


def test_the_page_adds_up_by_side_and_leaves_out_what_is_in_conflict(
    world: World, do: Callable[..., Any], as_: Callable[..., Any], time: Any
) -> None:
    do(lambda s: stages.reviewed(s, world, stages.submitted(s, world)) and None)
    time.at = AFTER_CLOSING + 12 * DAY
    page = as_(world.mayo_coordinator).get(f"/office/calls/{world.call}/waiting").get_data(as_text=True)

    assert "Mayo Clinic: 12.0 days" in page
    assert as_(world.outsider).get(f"/office/calls/{world.call}/waiting").status_code == 404
