"""A call that its sides own together: none of them is taken out, or kept from its say, without its own yes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.actors import Acting
from app.programmes import queries, revising, services
from app.programmes.definition import from_data, load_catalogue, to_data
from app.programmes.models import Call
from app.workflow.vocabulary import Hat
from tests.web.test_announce import EARLY
from tests.world import World

Do = Callable[[Callable[[Session], Any]], Any]


def owned(session: Session, world: World, *, with_mayo: bool) -> Call:
    data = to_data(load_catalogue()["mayo-ki-breast-2027-fictional"]) | {"changes_need": "every_side", "key": "owned"}
    by = Acting(None, "Tandem (terminal)", frozenset({Hat.SYSTEM}))
    call = services.import_call(session, from_data(data, "x"), by=by, at=EARLY)
    for person_id, side in ((world.ki_coordinator, "ki"), (world.mayo_coordinator, "mayo")):
        if side == "ki" or with_mayo:
            person = session.get_one(Person, person_id)
            identities.grant_role(session, person, Role.COORDINATOR, at=EARLY, call_id=call.id, side_key=side)
    return call


def without_mayo(session: Session, call: Call, world: World) -> tuple[str, ...]:
    """Kajsa alone puts another side in the place of Mayo."""
    by = Acting(world.ki_coordinator, "Kajsa", frozenset({Hat.COORDINATOR}), frozenset({"ki"}))
    work = revising.open_copy(session, call, by=by, at=EARLY)
    data = json.loads(json.dumps(work.data).replace('"mayo"', '"other"'))
    revising.change(session, work, data, by=by, at=EARLY)
    return revising.propose(session, call, work, by=by, at=EARLY, has_drafts=False)


def sides_of(session: Session, call: Call) -> set[str]:
    return {side.key for side in queries.definition_of(session, call).sides}


def test_nobody_takes_out_the_other_side_of_an_owned_call_alone(world: World, do: Do) -> None:
    def act(session: Session) -> tuple[tuple[str, ...], set[str], tuple[str, ...], set[str]]:
        call = owned(session, world, with_mayo=True)
        missing, before = without_mayo(session, call, world), sides_of(session, call)
        work = queries.working_copy(session, call.id)
        assert work is not None
        by = Acting(world.mayo_coordinator, "Morgan", frozenset({Hat.COORDINATOR}), frozenset({"mayo"}))
        sha256 = services.sha256_of(work.data)
        left = revising.agree_to_proposal(session, call, work, sha256, by=by, at=EARLY, has_drafts=False)
        return missing, before, left, sides_of(session, call)

    assert do(act) == (("mayo",), {"ki", "mayo"}, (), {"ki", "other"})


def test_a_side_for_which_nobody_speaks_yet_may_be_exchanged(world: World, do: Do) -> None:
    def act(session: Session) -> tuple[tuple[str, ...], set[str]]:
        call = owned(session, world, with_mayo=False)
        return without_mayo(session, call, world), sides_of(session, call)

    assert do(act) == ((), {"ki", "other"})
