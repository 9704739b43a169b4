"""Asking a side to nominate a draft, and its coordinator's yes or no. Asking shows the draft's title and its lead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import effects
from app.applications.models import Application, Nomination
from app.applications.nominating import due_of_nomination, nominating_sides
from app.applications.notes import note
from app.applications.side_deadlines import internal_dues
from app.identities.models import Person, Role, RoleGrant
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused, Stale
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import State


def ask_nomination(
    session: Session, application: Application, side_key: str, *, by: Acting, at: datetime
) -> Nomination:
    """Ask a side to put this draft forward. Asked twice is asked once. Refused without a title, or after a hard end."""
    problem = may(Action.INVITE_PARTNER, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    definition = definition_by_version(session, application.call_version_id)
    if side_key not in nominating_sides(definition):
        raise NotFound()
    known = session.scalar(
        scoped(select(Nomination).where(Nomination.application_id == application.id, Nomination.side_key == side_key))
    )
    if known is not None:
        return known
    if not application.title.strip():
        message = N_("Write the title first: the coordinator sees it.")
        raise Refused.because("title_missing", message, field=f"side-{side_key}")
    _in_time(session, application, definition, side_key, at)
    assert by.person_id is not None
    made = Nomination(application_id=application.id, side_key=side_key, asked_by=by.person_id, asked_at=at)
    session.add(made)
    session.flush()
    _tell_coordinators(session, application, definition, made, at)
    note(session, "ask-nomination", application, by=by, at=at, side=side_key)
    return made


def _in_time(session: Session, application: Application, definition: Definition, side_key: str, at: datetime) -> None:
    due = due_of_nomination(internal_dues(session, application, definition), side_key)
    if due is not None and due.internal.hard and due.due.is_over(at):
        message = N_("%(side)s nominated until %(when)s.")
        values = {"side": due.side.short, "when": due.due.closes}
        raise Refused.because("nomination_over", message, field=f"side-{side_key}", since=due.due.closes, values=values)


def answer_nomination(
    session: Session,
    nomination: Nomination,
    *,
    nominates: bool,
    reason: str,
    version: int,
    by: Acting,
    at: datetime,
) -> None:
    """Yes or no, by a coordinator of that side, until its deadline; a no says why. The last answer counts.

    NotAllowed for another side's coordinator; Stale when a colleague was faster.
    """
    if nomination.side_key not in by.sides:
        raise NotAllowed([Problem("not_your_side", N_("This side’s own coordinator nominates."), holder="coordinator")])
    application = session.scalar(
        scoped(select(Application).where(Application.id == nomination.application_id).with_for_update())
    )
    if application is None:
        raise NotFound()
    session.refresh(nomination, with_for_update=True)
    if nomination.version != version:
        raise Stale()
    if application.state is not State.DRAFT:
        raise Refused.because("submitted_already", N_("This application is submitted already."))
    if not nominates and not reason.strip():
        raise Refused.because("reason_missing", N_("Write why not; the applicant reads it."), field="reason")
    definition = definition_by_version(session, application.call_version_id)
    _in_time(session, application, definition, nomination.side_key, at)
    nomination.is_nominated, nomination.reason = nominates, "" if nominates else reason.strip()
    nomination.answered_at, nomination.answered_by = at, by.person_id
    session.flush()
    said = {
        "side": definition.side(nomination.side_key).name,
        "is_nominated": nominates,
        "because": nomination.reason or None,
    }
    lead = session.get_one(Person, application.lead_person_id)
    effects.tell_one(session, application, definition, lead, "nomination_answer", said, at)
    note(session, "nominate" if nominates else "refuse-nomination", application, by=by, at=at, side=nomination.side_key)


def _tell_coordinators(
    session: Session, application: Application, definition: Definition, nomination: Nomination, at: datetime
) -> None:
    lead = session.get_one(Person, application.lead_person_id)
    due = due_of_nomination(internal_dues(session, application, definition), nomination.side_key)
    coordinators = session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.call_id == application.call_id, RoleGrant.side_key == nomination.side_key)
        .where(RoleGrant.role == Role.COORDINATOR, RoleGrant.ended_at.is_(None))
        .distinct()
    ).all()
    for person in coordinators:
        said = {
            "side": definition.side(nomination.side_key).name,
            "lead": lead.name,
            "call_id": str(application.call_id),
            "times": effects.by_side(due.due.closes, definition, person.locale) if due else [],
        }
        effects.tell_one(session, application, definition, person, "nomination_asked", said, at)
