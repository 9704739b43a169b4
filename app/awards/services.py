"""Opening the gate of a later year: a decision of the side that pays, with its reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.awards.models import Award, Tranche
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.trail import services as trail


def open_gate(
    session: Session, application: Application, side_key: str, year: int, *, reason: str, by: Acting, at: datetime
) -> Tranche:
    """Release one side's money for a gated year. The gates of other sides stay as they are.

    Raises NotAllowed for another side than one's own, Refused without a reason or when the gate is open already.
    """
    problem = may(Action.OPEN_GATE, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    if side_key not in by.sides:
        raise NotAllowed([Problem("other_side", N_("Each side opens its own gate."), holder="coordinator")])
    tranche = session.scalar(
        scoped(
            select(Tranche)
            .join(Award, Award.id == Tranche.award_id)
            .where(Award.application_id == application.id, Tranche.side_key == side_key, Tranche.year == year)
            .with_for_update()
        )
    )
    if tranche is None:
        raise NotFound()
    if tranche.released_at is not None:
        raise Refused([Problem("gate_open", N_("This amount is released already."), since=tranche.released_at)])
    if not reason.strip():
        field = f"reason-{side_key}-{year}"
        raise Refused([Problem("reason_missing", N_("Write the reason; it is kept with the step."), field=field)])
    tranche.released_at, tranche.released_by, tranche.release_reason = at, by.person_id, reason.strip()
    session.flush()
    trail.record(
        session,
        "open-gate",
        by=by,
        at=at,
        call_id=application.call_id,
        subject=application.reference or "",
        subject_id=application.id,
        side=side_key,
        year=year,
        minor=tranche.amount_minor,
        currency=tranche.currency,
    )
    return tranche
