"""What follows a decision: letters to be read and corrected; and what a decision tells the guards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.applications import queries as applications
from app.applications.models import Application
from app.applications.paragraphs import own_paragraph
from app.applications.registry import Deed, Follow
from app.applications.tally import tally_of_years
from app.communications import services as communications
from app.communications.instants import day_text
from app.communications.models import Letter, LetterStatus
from app.communications.rendering import Post, words_of
from app.communications.services import About
from app.decisions import queries
from app.decisions.models import JointDecision
from app.decisions.queries import DecisionView, VerdictView
from app.decisions.rules import Outcome
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.money import money_text
from app.kernel.words import N_
from app.programmes.definition import Definition, Side
from app.programmes.queries import definition_by_version
from app.workflow.table import OF_OUTLINE, WRITTEN
from app.workflow.vocabulary import Effect, State

KINDS = {
    Outcome.AWARD: "decision_award",
    Outcome.RESERVE: "decision_reserve",
    Outcome.DECLINE: "decision_decline",
}
LETTERS = tuple(KINDS.values())
UNDECIDABLE = OF_OUTLINE | WRITTEN | {State.NOT_INVITED, State.WITHDRAWN, State.INELIGIBLE}


def draft_letters(session: Session, application: Application, deed: Deed) -> None:
    """One draft letter to whoever leads a side, in that person's language; an award names that side's money alone."""
    decision = queries.decisions_of(session, [application.id])[application.id]
    definition = definition_by_version(session, application.call_version_id)
    verdicts = queries.verdicts_of(session, [application.id])[application.id]
    beside = applications.taking_part(session, [application.id])[application.id]
    house, kind = plain_paper(), KINDS[decision.outcome]
    for person_id, side_key in applications.applicants_of(session, application):
        person = session.get_one(Person, person_id)
        values = _common(application, definition, beside, decision, person)
        values |= own_paragraph(session, application, definition, kind, person.locale)
        if decision.outcome is Outcome.AWARD:
            values |= _granted(definition, definition.side(side_key), beside, verdicts.get(side_key), person.locale)
        communications.post(
            session,
            kind,
            person_id,
            dedupe=f"{kind}:{decision.id}:{person_id}:{side_key}",
            values={"reference": application.reference, "side": side_key},
            at=deed.at,
            about=About(call_id=application.call_id, application_id=application.id),
            as_draft=words_of(house, kind, person.locale, values, None),
            locale=person.locale,
        )


def _common(
    application: Application, definition: Definition, beside: Collection[str], decision: DecisionView, person: Person
) -> dict[str, Any]:
    return {
        "name": person.name,
        "reference": application.reference,
        "title": application.title,
        "call": definition.title.in_(person.locale),
        "feedback": decision.feedback,
        "reasons": [decision.reasons] if decision.reasons else [],
        "senders": "\n".join(side.name for side in definition.sides if side.key in beside),
    }


def _granted(
    definition: Definition, side: Side, beside: Collection[str], verdict: VerdictView | None, locale: str
) -> dict[str, Any]:
    """What one side grants, year by year, in its own currency; what lies on top of it is named."""
    amounts = dict(verdict.amounts) if verdict is not None else {}
    tally = tally_of_years(side, amounts) if side.pays and side.currency else None
    gated = [year for year in amounts if year in definition.contingent_years]
    others = [other.short for other in definition.paying_sides if other.key != side.key and other.key in beside]
    return {
        "side": side.name,
        "years": [
            {
                "year": year,
                "amount": money_text(money, locale),
                "indirect": money_text(tally.indirect_of(year), locale) if tally.percent is not None else "",
                "is_gated": year in gated,
            }
            for year, money in (tally.totals if tally else {}).items()
            if tally
        ],
        "total": money_text(tally.total, locale) if tally else "–",
        "conditions": [definition.gate.in_(locale)] if gated and definition.gate else [],
        "usable_until": [day_text(definition.disposal_end, locale)] if definition.disposal_end else [],
        "others": others,
    }


def plain_paper() -> Post:
    """Decision letters carry no link, so that they need nothing but their words; see `app.wiring.templates`."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parent / "templates"
    return Post(beside if beside.is_dir() else package / "_templates", "", "", "", _no_link)


def _no_link(link_id: UUID) -> str:
    raise ValueError(f"a decision letter has no link, not even {link_id}")


def drop_letters(session: Session, application: Application, deed: Deed) -> None:
    """Take back the letters; the decision is superseded and stays legible."""
    communications.drop_drafts(session, application.id, LETTERS)
    supersede(session, application.id, deed.at)


def supersede(session: Session, application_id: UUID, at: datetime) -> None:
    """Let the valid decision, if there is one, be no longer valid."""
    session.execute(
        scoped(
            update(JointDecision)
            .where(JointDecision.application_id == application_id, JointDecision.superseded_at.is_(None))
            .values(superseded_at=at)
        )
    )


EFFECTS: dict[Effect, Follow] = {Effect.DRAFT_LETTERS: draft_letters, Effect.DROP_LETTERS: drop_letters}


def facts(session: Session, application: Application, at: datetime) -> Mapping[str, Any]:
    """What the guards ask of verdicts, decision and letters."""
    if application.state in UNDECIDABLE:
        return {}
    definition = definition_by_version(session, application.call_version_id)
    verdicts = queries.verdicts_of(session, [application.id])[application.id]
    decision = queries.decisions_of(session, [application.id]).get(application.id)
    beside = applications.taking_part(session, [application.id])[application.id]
    return {
        "missing_verdicts": tuple(
            _silent(side) for side in definition.sides if side.key in beside and side.key not in verdicts
        ),
        "outcome": decision.outcome.value if decision else None,
        "outcome_problem": (
            next(_flaws(session, application, definition, decision, verdicts), None) if decision else None
        ),
        "is_released": queries.release_of(session, application.call_id) is not None,
        "release_problem": _unwritten(session, application) if application.state is State.DECIDED else None,
    }


def _silent(side: Side) -> Problem:
    message = N_("%(side)s has not recorded its verdict yet.")
    return Problem("verdict_missing", message, holder="coordinator", side=side.short, values={"side": side.short})


def _flaws(
    session: Session,
    application: Application,
    definition: Definition,
    decision: DecisionView,
    verdicts: Mapping[str, VerdictView],
) -> Iterator[Problem]:
    if not decision.feedback.strip():
        yield Problem(
            "feedback_missing",
            N_("Write the feedback to the applicants; no decision goes out without it."),
            field="feedback",
            holder="coordinator",
        )
    if decision.outcome is not Outcome.AWARD:
        return
    pays = any(side.key in verdicts for side in definition.paying_sides)
    if pays and not any(money.minor for verdict in verdicts.values() for money in verdict.amounts.values()):
        yield Problem(
            "nothing_granted",
            N_("An award needs an amount: no side grants anything yet."),
            field="outcome",
            holder="coordinator",
        )
    ceiling = definition.max_awards
    taken = 0 if ceiling is None else queries.awards_besides(session, application)
    if ceiling is not None and taken >= ceiling:
        message = N_("The call allows up to %(ceiling)s awards, and %(taken)s other applications have them already.")
        yield Problem(
            "over_ceiling", message, field="outcome", holder="coordinator", values={"ceiling": ceiling, "taken": taken}
        )


def _unwritten(session: Session, application: Application) -> Problem | None:
    """Whether everybody who leads a side has a letter waiting."""
    waiting = (
        session.scalar(
            scoped(
                select(func.count())
                .select_from(Letter)
                .where(
                    Letter.application_id == application.id,
                    Letter.kind.in_(LETTERS),
                    Letter.status == LetterStatus.DRAFT,
                )
            )
        )
        or 0
    )
    if waiting >= max(1, len(applications.applicants_of(session, application))):
        return None
    message = N_("%(reference)s: a letter to the applicants is missing. Reopen the decision and decide again.")
    return Problem("letter_missing", message, holder="coordinator", values={"reference": application.reference or ""})
