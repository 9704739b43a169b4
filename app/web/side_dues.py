"""Internal deadlines and nominations of sides in words, for forms, partners and the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from app.applications.nominating import NominationRow
from app.applications.side_deadlines import SideDue
from app.programmes.definition.vocabulary import DeadlineKind
from app.web.doors import now
from app.web.words import language, moment_text


@dataclass(frozen=True)
class DueText:
    """One internal deadline: what is due, when on that side's clocks, and what happens then."""

    side: str
    title: str
    when: str
    consequence: str
    is_over: bool


def due_texts(dues: Iterable[SideDue], side_key: str | None = None) -> tuple[DueText, ...]:
    """The internal deadlines in words, of one side or of all."""
    return tuple(_due_text(due) for due in dues if side_key is None or due.side.key == side_key)


def _due_text(due: SideDue) -> DueText:
    side = due.side.short
    if due.internal.kind is DeadlineKind.NOMINATION:
        said = gettext("Until then %(side)s says which applications it nominates.", side=side)
    elif due.internal.hard:
        said = gettext("Then the part of %(side)s closes: its section, its budget and its confirmation.", side=side)
    else:
        said = gettext("%(side)s asks for its part by then; it is not closed.", side=side)
    if due.internal.hard and due.internal.grace_minutes:
        said += " " + gettext("%(n)s minutes more are still accepted.", n=due.internal.grace_minutes)
    title, when = due.internal.title.in_(language()), moment_text(due.due.closes, due.side.zone) or ""
    return DueText(side, title, when, said, due.due.is_over(now()))


@dataclass(frozen=True)
class NominationText:
    """What a side says of nominating this application; `can_ask` offers the button."""

    said: str
    tone: str
    since: str | None
    because: str
    can_ask: bool


def nomination_text(row: NominationRow | None, *, is_over: bool) -> NominationText:
    """A side's nomination in words."""
    if row is None:
        return NominationText(
            gettext("Not asked to nominate yet") if not is_over else gettext("Nominations have closed"),
            "neutral",
            None,
            "",
            not is_over,
        )
    if row.is_nominated is None:
        return NominationText(gettext("Asked to nominate"), "wait", moment_text(row.asked_at), "", False)
    if row.is_nominated:
        return NominationText(gettext("Nominated"), "good", moment_text(row.answered_at), "", False)
    return NominationText(gettext("Not nominated"), "bad", moment_text(row.answered_at), row.reason, False)
