"""What follows the release of a positive decision: an award, with the amounts that each side has granted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.registry import Deed, Follow
from app.applications.tally import tally_of_years
from app.awards.models import Award, Tranche
from app.decisions import queries as decisions
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import Effect, State


def make_award(session: Session, application: Application, deed: Deed) -> None:
    """Make the award of an application that ends as awarded. Contingent years wait behind their gate."""
    if deed.step.end is not State.AWARDED:
        return
    definition = definition_by_version(session, application.call_version_id)
    award = Award(application_id=application.id, at=deed.at)
    session.add(award)
    session.flush()
    for side_key, verdict in decisions.verdicts_of(session, [application.id])[application.id].items():
        side = definition.side(side_key)
        tally = tally_of_years(side, verdict.amounts) if side.pays and side.currency else None
        for year, money in (tally.totals if tally else {}).items():
            is_gated = year in definition.contingent_years
            session.add(
                Tranche(
                    award_id=award.id,
                    side_key=side_key,
                    year=year,
                    amount_minor=money.minor,
                    indirect_minor=tally.indirect_of(year).minor if tally else 0,
                    currency=money.currency,
                    is_gated=is_gated,
                    released_at=None if is_gated else deed.at,
                )
            )
    session.flush()


EFFECTS: dict[Effect, Follow] = {Effect.MAKE_AWARD: make_award}
