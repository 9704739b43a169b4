"""Interviews: a time and a place for each application, told by letter, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.effects import by_side
from app.applications.models import Application
from app.applications.notes import note
from app.applications.queries import applicants_of
from app.applications.registry import Deed, Follow
from app.communications.services import About, post
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.definition import Interview as Declared
from app.programmes.queries import definition_by_version
from app.reviews.models import Interview
from app.workflow.vocabulary import Effect, Move, State


@dataclass(frozen=True)
class InterviewView:
    """One interview. `zone` is that in which its time was set."""

    application_id: UUID
    begins_at: datetime
    zone: str
    place: str
    note: str
    noted_at: datetime | None


def interviews_of(session: Session, application_ids: Collection[UUID]) -> dict[UUID, InterviewView]:
    """The interviews of applications that were reached, by application."""
    rows = session.scalars(scoped(select(Interview).where(Interview.application_id.in_(application_ids))))
    return {
        row.application_id: InterviewView(
            row.application_id, row.begins_at, row.zone, row.place, row.note, row.noted_at
        )
        for row in rows
    }


def _row(session: Session, application: Application) -> Interview | None:
    return session.scalar(scoped(select(Interview).where(Interview.application_id == application.id)))


def invite(
    session: Session, application: Application, begins: datetime | None, place: str, *, by: Acting, at: datetime
) -> Interview:
    """Set the time and tell the applicants; done again, it moves the interview and tells them anew.

    `begins` is on the clocks of the lead side, without a zone. Refused outside the days of the call, or in the past.
    """
    definition = definition_by_version(session, application.call_version_id)
    zone = definition.lead_side.zone
    problems = list(_lacks(definition, begins, zone, place, at))
    if problems or begins is None or by.person_id is None:
        raise Refused(problems)
    is_new = application.state is not State.TO_INTERVIEW
    row = _row(session, application)
    if row is None:
        row = Interview(application_id=application.id, note="")
        session.add(row)
    row.begins_at, row.zone, row.place = begins.replace(tzinfo=ZoneInfo(zone)), zone, place.strip()
    row.set_by, row.set_at = by.person_id, at
    if is_new:
        applying.take(session, application, Move.INVITE_TO_INTERVIEW, by=by, at=at)
        return row
    problem = may(Action.KEEP_INTERVIEW, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    session.flush()
    _tell(session, application, at)
    note(session, "move-interview", application, by=by, at=at, begins=row.begins_at.isoformat())
    return row


def _lacks(definition: Definition, begins: datetime | None, zone: str, place: str, at: datetime) -> list[Problem]:
    problems: list[Problem] = []
    declared = definition.interview or Declared()
    if begins is None:
        problems.append(Problem("time_missing", N_("Give the day and the time of the interview."), field="begins"))
    elif begins.replace(tzinfo=ZoneInfo(zone)) <= at:
        problems.append(Problem("already_past", N_("The interview lies in the past."), field="begins"))
    elif not _within(declared, begins):
        message = N_("Interviews are held from %(first)s to %(last)s.")
        values = {"first": declared.begins or "–", "last": declared.ends or "–"}
        problems.append(Problem("outside_days", message, field="begins", values=values))
    if not place.strip():
        problems.append(Problem("place_missing", N_("Say where the interview is, or by which link."), field="place"))
    return problems


def _within(declared: Declared, begins: datetime) -> bool:
    day = begins.date()
    return (declared.begins is None or day >= declared.begins) and (declared.ends is None or day <= declared.ends)


def tell(session: Session, application: Application, deed: Deed) -> None:
    """Day, time and place on the clocks of each side, to whoever leads one."""
    _tell(session, application, deed.at)


def _tell(session: Session, application: Application, at: datetime) -> None:
    row = _row(session, application)
    assert row is not None
    definition = definition_by_version(session, application.call_version_id)
    for person_id, side_key in applicants_of(session, application):
        person = session.get_one(Person, person_id)
        post(
            session,
            "interview_invitation",
            person_id,
            dedupe=f"interview:{application.id}:{person_id}:{side_key}:{at.isoformat()}",
            values={
                "name": person.name,
                "reference": application.reference,
                "title": application.title,
                "call": definition.title.in_(person.locale),
                "senders": "\n".join(side.name for side in definition.sides),
                "times": by_side(row.begins_at, definition, person.locale),
                "place": row.place,
                "days": days_text(definition, person.locale),
            },
            at=at,
            about=About(application.call_id, application.id),
        )


def days_text(definition: Definition, locale: str) -> str | None:
    """The days of all interviews of a call, as one reads them, or None."""
    declared = definition.interview
    if declared is None or declared.begins is None:
        return None
    first = format_date(declared.begins, "d MMMM y", locale=locale)
    if declared.ends is None or declared.ends == declared.begins:
        return first
    return f"{first} – {format_date(declared.ends, 'd MMMM y', locale=locale)}"


def note_interview(session: Session, application: Application, text: str, *, by: Acting, at: datetime) -> None:
    """Write down what came of it; then the application is ready to be decided. Refused when nothing is written."""
    problem = may(Action.KEEP_INTERVIEW, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    if not text.strip():
        message = N_("Write what came of the interview.")
        raise Refused.because("note_missing", message, field="note", holder="coordinator")
    row = _row(session, application)
    assert row is not None
    row.note, row.noted_at, row.noted_by = text.strip(), at, by.person_id
    session.flush()
    applying.take(session, application, Move.NOTE_INTERVIEW, by=by, at=at)


EFFECTS: dict[Effect, Follow] = {Effect.TELL_INTERVIEW: tell}


def facts(session: Session, application: Application, at: datetime) -> Mapping[str, Any]:
    """Whether its time is set, and later whether what came of it is written down."""
    if application.state not in (State.REVIEWED, State.IN_REJOINDER, State.TO_INTERVIEW):
        return {}
    row = _row(session, application)
    if row is None:
        message = N_("Set the time and the place of the interview.")
        return {"interview_problem": Problem("interview_unset", message, field="begins", holder="coordinator")}
    if application.state is State.TO_INTERVIEW and row.noted_at is None:
        message = N_("Write what came of the interview.")
        return {"interview_problem": Problem("note_missing", message, field="note", holder="coordinator")}
    return {}
