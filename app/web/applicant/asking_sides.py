"""What each side asks of an application before the joint deadline: its own deadlines, and whether it nominates."""

from __future__ import annotations

from dataclasses import dataclass

from app.applications.models import Application
from app.applications.nominating import due_of_nomination, nominating_sides, of_application
from app.applications.side_deadlines import internal_dues
from app.extensions import db
from app.programmes.definition import Definition
from app.web.doors import now
from app.web.side_dues import DueText, NominationText, due_texts, nomination_text


@dataclass(frozen=True)
class SideAsks:
    """One side's internal deadlines and its nomination, in words."""

    dues: tuple[DueText, ...] = ()
    nomination: NominationText | None = None
    is_closed: bool = False


def asked_by_sides(application: Application, definition: Definition) -> dict[str, SideAsks]:
    """What each side of the call asks, by side."""
    work = db.session()
    dues = internal_dues(work, application, definition)
    nominating = nominating_sides(definition)
    rows = of_application(work, application) if nominating else {}
    closed = {due.side.key for due in dues if due.closes_the_part(now())}
    found = {}
    for side in definition.sides:
        due = due_of_nomination(dues, side.key)
        is_over = due is not None and due.internal.hard and due.due.is_over(now())
        nomination = nomination_text(rows.get(side.key), is_over=is_over) if side.key in nominating else None
        found[side.key] = SideAsks(due_texts(dues, side.key), nomination, side.key in closed)
    return found
