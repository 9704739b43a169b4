"""From the outline to the full application: the same draft goes on, and partners confirm what they have not seen yet."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide
from app.applications.registry import Deed, Follow
from app.kernel.database import scoped
from app.workflow.vocabulary import Effect, State


def open_full_form(session: Session, application: Application, deed: Deed) -> None:
    """Every answer stays where it stands. The full form asks more, so every yes to the outline, the lead applicant's by
    submitting it too, is asked for again; nothing happens to whoever is not invited, or waits."""
    if deed.step.end is not State.INVITED:
        return
    for side in session.scalars(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application.id, ApplicationSide.confirmed_at.is_not(None)
            )
        )
    ):
        side.confirmed_at, side.confirmed_as, side.mail_id = None, None, None
    session.flush()


EFFECTS: dict[Effect, Follow] = {Effect.OPEN_FULL_FORM: open_full_form}
