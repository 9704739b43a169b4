"""What an applicant reads about the result, once it is released; before that there is nothing to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.status import Standing, standing
from app.awards import queries as awards
from app.decisions import queries as decisions
from app.kernel.actors import Acting
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.web.words import amount_of, calendar_day, language, moment_text
from app.workflow.table import BEFORE_RELEASE, OF_OUTLINE
from app.workflow.vocabulary import Stage, State


@dataclass(frozen=True)
class GrantedYear:
    """One year of a side's money: the amount, and whether it waits for a condition."""

    year: int
    amount: str
    is_gated: bool
    released: str | None
    indirect: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The result as its applicants read it."""

    reasons: str
    feedback: str
    at: str | None
    sides: tuple[tuple[str, tuple[GrantedYear, ...]], ...]
    gate: str | None
    usable_until: str | None = None


def standing_text(state: State, definition: Definition, promised: date | None = None) -> Standing:
    """Where the application stands, in this language, with the day that is promised: the call's, or a later one told."""
    known = standing(state, signs=Stage.SIGNATURE in definition.stages)
    return Standing(
        gettext(known.label),
        known.tone,
        gettext(known.sentence),
        " ".join(
            text
            for text in (gettext(known.next_step) if known.next_step else "", promise(state, definition, promised))
            if text
        ),
        gettext(known.holder) if known.holder else "",
    )


def promise(state: State, definition: Definition, promised: date | None = None) -> str:
    """Until when the call promises an answer, to whoever waits for one; empty where it promises nothing."""
    due = definition.outline.decision_by if definition.outline is not None and state in OF_OUTLINE else None
    if due is not None and due.instant is not None:
        return str(gettext("At the latest: %(when)s.", when=moment_text(due.instant, definition.lead_side.zone)))
    day = promised or definition.decision_by
    if state in BEFORE_RELEASE - OF_OUTLINE - {State.INVITED} and day is not None:
        return str(gettext("At the latest: %(when)s.", when=calendar_day(day)))
    return ""


def outcome_of(session: Session, application: Application, acting: Acting) -> Outcome | None:
    """The released result, or None before the release."""
    decision = decisions.released_decision(session, application.id)
    if decision is None:
        return None
    award = None
    if may(Action.SEE_AWARD, acting, application.state) is None:
        award = awards.award_of(session, application.id)
    return Outcome(
        decision.reasons,
        decision.feedback,
        moment_text(decision.at),
        tuple(
            (
                side.name,
                tuple(
                    GrantedYear(
                        row.year,
                        amount_of(row.amount),
                        row.is_gated,
                        moment_text(row.released_at),
                        amount_of(row.indirect) if row.indirect else None,
                    )
                    for row in side.years
                ),
            )
            for side in (award.sides if award is not None else ())
        ),
        award.gate.in_(language()) if award is not None and award.gate else None,
        calendar_day(award.disposal_end) if award is not None and award.disposal_end else None,
    )
