"""Choosing among outlines: who is invited to the full application, in letters that all go at one instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.applications import queries as applications
from app.applications import services as applying
from app.applications.effects import by_side
from app.applications.models import Application, Extension
from app.applications.registry import Deed, Follow
from app.communications import services as communications
from app.communications.models import Letter, LetterStatus
from app.communications.rendering import words_of
from app.communications.services import About
from app.decisions.effects import plain_paper
from app.decisions.models import OutlineDecision, OutlineRelease
from app.decisions.queries import is_shut_out
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import is_writing, scoped
from app.kernel.errors import NotAllowed, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Part
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.trail import services as trail
from app.workflow.machine import CONFLICT
from app.workflow.table import OF_OUTLINE
from app.workflow.vocabulary import Effect, Move, State

KINDS = {True: "outline_invited", False: "outline_not_invited"}
LETTERS = tuple(KINDS.values())
BEFORE_DECISION = OF_OUTLINE - {State.OUTLINE_DECIDED}


@dataclass(frozen=True)
class OutlineView:
    """What was decided on an outline. `superseded_at` tells that a later decision took its place."""

    is_invited: bool
    reasons: str
    feedback: str
    by_name: str
    at: datetime
    superseded_at: datetime | None


def views_of(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, OutlineView]:
    """The valid decision on each of these outlines, where there is one."""
    rows = session.execute(
        scoped(
            select(OutlineDecision, Person.name)
            .join(Person, Person.id == OutlineDecision.by_person_id)
            .where(OutlineDecision.application_id.in_(application_ids), OutlineDecision.superseded_at.is_(None))
        )
    )
    return {
        row.application_id: OutlineView(row.is_invited, row.reasons, row.feedback, name, row.at, row.superseded_at)
        for row, name in rows
    }


def released_view(session: Session, application: Application) -> OutlineView | None:
    """What was decided on the outline, as its applicants may read it: None before the release."""
    if application.state in OF_OUTLINE or release_of(session, application.call_id) is None:
        return None
    return views_of(session, [application.id]).get(application.id)


def release_of(session: Session, call_id: UUID) -> tuple[datetime, str] | None:
    """When the outcome of the outlines was released and by whom, or None before."""
    row = session.execute(
        select(OutlineRelease.at, Person.name)
        .join(Person, Person.id == OutlineRelease.by_person_id)
        .where(OutlineRelease.call_id == call_id)
    ).first()
    return None if row is None else (row.at, row.name)


def hindrance(session: Session, application: Application, by: Acting) -> Problem | None:
    """Why this person cannot decide on the outline now. Whoever is shut out of one application chooses among none."""
    problem = may(Action.DECIDE_OUTLINE, by, application.state)
    if problem is not None:
        return problem
    return CONFLICT if is_shut_out(session, application.call_id, by.person_id) else None


def decide_outline(
    session: Session,
    application: Application,
    *,
    is_invited: bool | None,
    reasons: str,
    feedback: str,
    by: Acting,
    at: datetime,
) -> OutlineDecision:
    """Write down whether the applicants are invited, and draft their letters. Feedback always, reasons for a no.

    Raises NotAllowed, or Refused with a problem at each field; then nothing changed.
    """
    problem = hindrance(session, application, by)
    if problem is not None:
        raise Refused([problem]) if problem.code == "not_now" else NotAllowed([problem])
    problems = list(_lacks(is_invited, reasons, feedback))
    if problems or is_invited is None or by.person_id is None:
        raise Refused(problems)
    _supersede(session, application.id, at)
    made = OutlineDecision(
        application_id=application.id,
        is_invited=is_invited,
        reasons=reasons.strip(),
        feedback=feedback.strip(),
        by_person_id=by.person_id,
        at=at,
    )
    session.add(made)
    session.flush()
    applying.take(session, application, Move.DECIDE_OUTLINE, by=by, at=at)
    return made


def _lacks(is_invited: bool | None, reasons: str, feedback: str) -> Iterator[Problem]:
    if is_invited is None:
        yield Problem("result_missing", N_("Choose whether the applicants are invited."), field="invited")
    if is_invited is False and not reasons.strip():
        yield Problem("reasons_missing", N_("Write why they are not invited; the applicants read it."), field="reasons")
    if not feedback.strip():
        message = N_("Write the feedback to the applicants; no decision goes out without it.")
        yield Problem("feedback_missing", message, field="feedback")


def _supersede(session: Session, application_id: UUID, at: datetime) -> None:
    session.execute(
        scoped(
            update(OutlineDecision)
            .where(OutlineDecision.application_id == application_id, OutlineDecision.superseded_at.is_(None))
            .values(superseded_at=at)
        )
    )


def draft_letters(session: Session, application: Application, deed: Deed) -> None:
    """One draft letter to whoever leads a side, in that person's language."""
    view = views_of(session, [application.id])[application.id]
    definition = definition_by_version(session, application.call_version_id)
    call = session.get_one(Call, application.call_id)
    for person_id, side_key in applications.applicants_of(session, application):
        person = session.get_one(Person, person_id)
        values: dict[str, Any] = {
            "name": person.name,
            "reference": application.reference,
            "title": application.title,
            "call": definition.title.in_(person.locale),
            "senders": "\n".join(side.name for side in definition.sides),
            "reasons": [view.reasons] if view.reasons else [],
            "feedback": view.feedback,
            "leads": person_id == application.lead_person_id,
            "times": by_side(call.closes_at, definition, person.locale) if call.closes_at else [],
        }
        communications.post(
            session,
            KINDS[view.is_invited],
            person_id,
            dedupe=f"{KINDS[view.is_invited]}:{application.id}:{person_id}:{side_key}",
            values={"reference": application.reference, "side": side_key},
            at=deed.at,
            about=About(call_id=application.call_id, application_id=application.id),
            as_draft=words_of(plain_paper(), KINDS[view.is_invited], person.locale, values, None),
            locale=person.locale,
        )


def drop_letters(session: Session, application: Application, deed: Deed) -> None:
    """Take back the letters; the decision is superseded and stays on record. What was released stays as it is."""
    if deed.step.start not in OF_OUTLINE:
        return
    communications.drop_drafts(session, application.id, LETTERS)
    _supersede(session, application.id, deed.at)


EFFECTS: dict[Effect, Follow] = {
    Effect.DRAFT_OUTLINE_LETTERS: draft_letters,
    Effect.DROP_OUTLINE_LETTERS: drop_letters,
}


def facts(session: Session, application: Application, at: datetime) -> Mapping[str, Any]:
    """What the guards ask of an outline: its result, its letters, its release."""
    if application.state not in OF_OUTLINE:
        return {}
    view = views_of(session, [application.id]).get(application.id)
    return {
        "outline_result": None if view is None else "invited" if view.is_invited else "not_invited",
        "outline_is_released": release_of(session, application.call_id) is not None,
        "outline_release_problem": (
            _unwritten(session, application) if application.state is State.OUTLINE_DECIDED else None
        ),
    }


def _unwritten(session: Session, application: Application) -> Problem | None:
    waiting = session.scalar(
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
    if (waiting or 0) >= max(1, len(applications.applicants_of(session, application))):
        return None
    message = N_("%(reference)s: a letter to the applicants is missing. Reopen the decision and decide again.")
    return Problem("letter_missing", message, holder="coordinator", values={"reference": application.reference or ""})


def release_outlines(session: Session, call: Call, *, by: Acting, at: datetime) -> OutlineRelease:
    """Send all letters about outlines and open the full form to the invited, at this instant; or nothing at all.

    A second release changes nothing and returns the first. Raises Refused with everything in the way.
    """
    session.scalar(select(Call).where(Call.id == call.id).with_for_update())
    done = session.scalar(select(OutlineRelease).where(OutlineRelease.call_id == call.id))
    if done is not None:
        return done
    problems = release_problems(session, call, by=by, at=at)
    if problems or by.person_id is None:
        raise Refused(problems)
    row = OutlineRelease(call_id=call.id, at=at, by_person_id=by.person_id)
    decided = [each for each in _handed_in(session, call) if each.state is State.OUTLINE_DECIDED]
    for application in decided:
        applying.take(session, application, Move.RELEASE_OUTLINE, by=applying.system("release-outlines"), at=at)
    letters = communications.queue_drafts(session, call.id, LETTERS, at=at)
    session.add(row)
    session.flush()
    trail.record(session, "release-outlines", by=by, at=at, call_id=call.id, outlines=len(decided), letters=letters)
    return row


def release_problems(session: Session, call: Call, *, by: Acting, at: datetime) -> tuple[Problem, ...]:
    """Everything that stands in the way of a release. Whoever is shut out from one application learns no more."""
    if is_shut_out(session, call.id, by.person_id):
        return (CONFLICT,)
    return tuple(_obstacles(session, call, at))


def _handed_in(session: Session, call: Call) -> Sequence[Application]:
    statement = select(Application).where(Application.call_id == call.id, Application.state.in_(OF_OUTLINE))
    statement = scoped(statement.order_by(Application.number))
    return session.scalars(statement.with_for_update() if is_writing() else statement).all()


def _obstacles(session: Session, call: Call, at: datetime) -> Iterator[Problem]:
    last = _last_instant(session, call)
    if last is not None and at <= last:
        message = N_("Outlines may still come in; they are released together when that time is over.")
        yield Problem("outlines_still_open", message, holder="lead_applicant", until=last)
    waiting = _handed_in(session, call)
    for application in waiting:
        if application.state in BEFORE_DECISION:
            message = N_("%(reference)s is not decided yet.")
            yield Problem("undecided", message, holder="coordinator", values={"reference": application.reference or ""})
    if not any(application.state is State.OUTLINE_DECIDED for application in waiting):
        yield Problem("nothing_decided", N_("No outline has been decided yet."), holder="coordinator")


def _last_instant(session: Session, call: Call) -> datetime | None:
    """The last instant at which any outline is still taken: the deadline, what was granted beyond it, and the grace."""
    granted = select(func.max(Extension.to_instant)).where(
        Extension.call_id == call.id, Extension.part == Part.OUTLINE, Extension.agreed_at.is_not(None)
    )
    known = [each for each in (call.outline_closes_at, session.scalar(granted)) if each is not None]
    return max(known) + timedelta(minutes=definition_of(session, call).grace_minutes or 0) if known else None
