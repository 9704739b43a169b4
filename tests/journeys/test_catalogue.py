"""Every programme of the catalogue, and calls of any number of sides, walk from the announcement to the award."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.programmes.definition import Definition
from app.trail import services as trail
from app.workflow.vocabulary import State
from tests import walk as way
from tests.filling import filled
from tests.made_up import call_of
from tests.world import load_catalogue

CATALOGUE = load_catalogue()
MODELS_OF_ONE = ("both_recommend", "lead_agency", "joint_panel")
MODELS_OF_MORE = ("both_recommend", "lead_agency", "rank_sum", "worst_rank", "oriented_mean")


@pytest.mark.parametrize("call", CATALOGUE.values(), ids=lambda call: call.key)
def test_every_call_of_the_catalogue_works_to_the_award(session: Session, call: Definition) -> None:
    walk, application, award = way.to_the_award(session, filled(call))

    assert application.state is State.AWARDED
    assert application.reference == f"{call.reference_prefix}-0001"
    assert [side.key for side in award.sides] == [side.key for side in walk.definition.paying_sides]
    assert [side.total.currency for side in award.sides] == [side.currency for side in walk.definition.paying_sides]
    assert all(side.total.minor > 0 for side in award.sides)
    gated = {year.year for side in award.sides for year in side.years if year.is_held}
    assert gated == set(walk.definition.contingent_years)
    assert trail.verify(session).breaks == ()


@pytest.mark.parametrize(
    ("count", "model"),
    [
        *((1, model) for model in MODELS_OF_ONE),
        *((count, model) for count in (2, 3) for model in MODELS_OF_MORE),
        (4, "both_recommend"),
    ],
)
def test_a_call_of_any_number_of_sides_awards_the_best_and_declines_the_rest(
    session: Session, count: int, model: str
) -> None:
    walk = way.announced(session, call_of(count, model, max_awards=1))
    applications = [way.submitted(walk) for _ in range(2)]
    for application in applications:
        way.checked(walk, application)
    way.reviewed(walk, *applications)
    way.decided(walk, applications[0])
    way.decided(walk, applications[1], "decline")
    way.released(walk)

    assert [application.state for application in applications] == [State.AWARDED, State.DECLINED]
    award = way.award_of(session, applications[0].id)
    assert award is not None
    assert len(award.sides) == count
    assert trail.verify(session).breaks == ()
