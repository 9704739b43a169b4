"""Partners who have not confirmed, as the office sees them: on the board of a call, and as a point of the formal check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications import queries, silence
from app.applications.models import Application
from app.programmes.definition import Definition
from app.web.words import moment_text
from app.workflow.vocabulary import State

Point = tuple[str, str, str | None]


def silent_points(session: Session, found: Application, definition: Definition, at: datetime) -> list[Point]:
    """What the office ticks, one for each gap whose days of grace have ended: that it goes on without that yes."""
    parts = silence.points(session, found, definition, at)
    return [
        (
            f"{silence.POINT}{part.key}",
            gettext(
                "It goes on although %(person)s at %(side)s has not confirmed", person=part.name, side=part.side.short
            ),
            gettext("The days of grace have ended. Write in the reason why, or reject the application."),
        )
        for part in parts
    ]


def silent_lines(
    session: Session, rows: Iterable[queries.OfficeRow], definition: Definition, at: datetime
) -> Sequence[tuple[str, str, str, str | None]]:
    """What, who, at which side and since when: one line for each partner whose yes a submitted application lacks."""
    if definition.partner_grace_days is None:
        return ()
    references = {row.id: row.reference or "" for row in rows if row.state in (State.SUBMITTED, State.SIGNED)}
    lines = []
    for gap in silence.open_in(session, references):
        over = at > gap.until or gap.declined_at is not None
        when, values = moment_text(gap.until), {"reference": references[gap.application_id], "person": gap.person}
        what = (
            gettext("%(reference)s: decide on it, %(person)s has not confirmed", **values)
            if over
            else gettext("%(reference)s: partner not confirmed, may confirm until %(when)s", when=when, **values)
        )
        holder = gettext("the coordinators") if over else gap.person
        lines.append((what, holder, definition.side(gap.side_key).short, moment_text(gap.invited_at)))
    return lines
