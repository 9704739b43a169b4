"""An award is made of what each side granted; a later year waits for the side that pays it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.awards import queries, services
from app.decisions import services as deciding
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Refused
from app.kernel.money import Money
from app.programmes.models import Call
from app.trail.models import TrailEntry
from tests import stages
from tests.domain.test_decisions import DECIDED, decided
from tests.world import World

LATER = DECIDED + timedelta(days=300)


@pytest.fixture
def awarded(world: World, session: Session) -> Application:
    application = decided(session, world)
    deciding.release(session, session.get_one(Call, world.call), by=stages.ki_office(world), at=DECIDED)
    return application


def test_an_award_has_each_sides_amounts_in_its_own_currency(
    world: World, session: Session, awarded: Application
) -> None:
    view = queries.award_of(session, awarded.id)
    assert view is not None and view.gate is not None
    assert [(side.key, side.total) for side in view.sides] == [
        ("ki", Money(85_000_000, "SEK")),
        ("mayo", Money(9_500_000, "USD")),
    ]
    assert [[(year.year, year.is_held) for year in side.years] for side in view.sides] == [[(1, False), (2, True)]] * 2


def test_each_side_opens_its_own_gate(world: World, session: Session, awarded: Application) -> None:
    services.open_gate(
        session, awarded, "ki", 2, reason="The first year went well.", by=stages.ki_office(world), at=LATER
    )
    view = queries.award_of(session, awarded.id)
    assert view is not None
    assert [(side.short, side.is_holding) for side in view.sides] == [("KI", False), ("Mayo", True)]
    year = view.sides[0].years[1]
    assert (year.released_at, year.released_by, year.reason) == (LATER, "Kajsa Samordning", "The first year went well.")
    deeds = session.scalars(scoped(select(TrailEntry.verb).where(TrailEntry.verb == "open-gate"))).all()
    assert deeds == ["open-gate"]


def test_another_sides_gate_stays_shut(world: World, session: Session, awarded: Application) -> None:
    with pytest.raises(NotAllowed) as no:
        services.open_gate(session, awarded, "mayo", 2, reason="x", by=stages.ki_office(world), at=LATER)
    assert [problem.code for problem in no.value.problems] == ["other_side"]


def test_a_gate_needs_its_reason_and_opens_once(world: World, session: Session, awarded: Application) -> None:
    by = stages.ki_office(world)
    with pytest.raises(Refused) as empty:
        services.open_gate(session, awarded, "ki", 2, reason=" ", by=by, at=LATER)
    services.open_gate(session, awarded, "ki", 2, reason="Good.", by=by, at=LATER)
    with pytest.raises(Refused) as twice:
        services.open_gate(session, awarded, "ki", 2, reason="Good.", by=by, at=LATER)
    assert [no.value.problems[0].code for no in (empty, twice)] == ["reason_missing", "gate_open"]
