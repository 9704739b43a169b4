"""From the outline to the full application: the same draft goes on, and partners confirm what they have not seen yet."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide
from app.applications.registry import Deed, Follow
from app.kernel.database import scoped
from app.workflow.vocabulary import Effect, State


def open_full_form(session: Session, application: Application, deed: Deed) -> None:
    """Every answer stays where it stands. The full form asks more, so each partner's yes to the outline is asked for
    again; nothing happens to whoever is not invited, or waits."""
    if deed.step.end is not State.INVITED:
        return
    for side in session.scalars(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application.id,
                ApplicationSide.lead_person_id != application.lead_person_id,
                ApplicationSide.confirmed_at.is_not(None),
            )
        )
    ):
        side.confirmed_at, side.confirmed_as = None, None
    session.flush()


EFFECTS: dict[Effect, Follow] = {Effect.OPEN_FULL_FORM: open_full_form}
