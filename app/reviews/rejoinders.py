"""The applicants' answer to the reviews: asked for by letter, kept as a draft, sent once, read by those who decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.applications.effects import by_side
from app.applications.models import Application
from app.applications.notes import note
from app.applications.registry import Deed, Follow
from app.communications.services import About, post
from app.identities.models import Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Clash, NotAllowed, NotFound, Refused, Stale
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.deadlines import window
from app.programmes.definition import Definition, Part
from app.programmes.kinds.single import count_words
from app.programmes.queries import definition_by_version
from app.reviews.models import Assignment, Panel, PanelMember, Rejoinder, Review
from app.reviews.queries import is_live
from app.workflow.vocabulary import Effect, State


@dataclass(frozen=True)
class RejoinderView:
    """An answer as it stands. `max_words` is the call's limit."""

    application_id: UUID
    opened_at: datetime
    closes_at: datetime
    text: str
    changed_at: datetime | None
    sent_at: datetime | None
    version: int
    max_words: int

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be written: until it is sent, or the time is over."""
        return self.sent_at is None and at <= self.closes_at


def tell(session: Session, application: Application, deed: Deed) -> None:
    """Open the window, and tell the lead applicant until when."""
    definition = definition_by_version(session, application.call_version_id)
    days, words = _limits(definition)
    due = window(deed.at, days, definition.lead_side.zone)
    made = Rejoinder(application_id=application.id, opened_at=deed.at, closes_at=due.closes, text="")
    session.add(made)
    session.flush()
    person = session.get_one(Person, application.lead_person_id)
    post(
        session,
        "rejoinder_opened",
        person.id,
        dedupe=f"rejoinder-opened:{application.id}",
        values={
            "name": person.name,
            "reference": application.reference,
            "application_id": str(application.id),
            "title": application.title,
            "call": definition.title.in_(person.locale),
            "senders": "\n".join(side.name for side in definition.sides),
            "words": words,
            "times": by_side(due.closes, definition, person.locale),
        },
        at=deed.at,
        about=About(application.call_id, application.id),
    )


def _limits(definition: Definition) -> tuple[int, int]:
    """Days and words; a call is not published with the stage and without them."""
    declared = definition.rejoinder
    if declared is None:
        raise ValueError(f"{definition.key}: a rejoinder without its limits")
    return declared.days, declared.max_words


EFFECTS: dict[Effect, Follow] = {Effect.TELL_REJOINDER: tell}


def facts(session: Session, application: Application, at: datetime) -> Mapping[str, Any]:
    """Until when the applicants may still answer; None when they have, or were not asked."""
    if application.state is not State.IN_REJOINDER:
        return {}
    found = _row(session, application.id)
    return {"rejoinder_until": found.closes_at if found is not None and found.sent_at is None else None}


def _row(session: Session, application_id: UUID) -> Rejoinder | None:
    statement = select(Rejoinder).where(Rejoinder.application_id == application_id)
    return session.scalar(scoped(statement).execution_options(populate_existing=True))


def own_rejoinder(session: Session, application: Application) -> RejoinderView | None:
    """The answer as its applicants see it, the draft among it; None before it is asked for."""
    found = _row(session, application.id)
    if found is None:
        return None
    return _view(found, definition_by_version(session, application.call_version_id))


def _view(row: Rejoinder, definition: Definition) -> RejoinderView:
    return RejoinderView(
        row.application_id,
        row.opened_at,
        row.closes_at,
        row.text,
        row.changed_at,
        row.sent_at,
        row.version,
        _limits(definition)[1],
    )


def sent_among(session: Session, rejoinders: Select[Rejoinder]) -> dict[UUID, RejoinderView]:
    """The answers inside a scope of rejoinders, by application."""
    rows = session.execute(
        rejoinders.join(Application, Application.id == Rejoinder.application_id).add_columns(
            Application.call_version_id
        )
    ).all()
    return {row.application_id: _view(row, definition_by_version(session, version)) for row, version in rows}


def texts_for_applicants(session: Session, application: Application) -> tuple[str, ...]:
    """What reviewers wrote for the applicants of the full application: no grade, no name, nothing confidential.

    In an order that tells nothing of who wrote.
    """
    texts = session.scalars(
        scoped(
            select(Review.for_applicant)
            .join(Assignment, Assignment.id == Review.assignment_id)
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Panel, Panel.id == Assignment.panel_id)
            .where(
                Assignment.application_id == application.id,
                Panel.stage == Part.FULL,
                Review.submitted_at.is_not(None),
                is_live(),
            )
            .order_by(Review.id)
        )
    )
    return tuple(text for text in texts if text.strip())


def save(
    session: Session, application: Application, text: str, version: int, *, by: Acting, at: datetime
) -> RejoinderView:
    """Keep the draft, however long. Stale with both texts when another tab was faster; Refused when it is over."""
    row = _writable(session, application, by, at)
    text = text.replace("\r\n", "\n").strip()
    if row.version != version and text != row.text:
        label = N_("Your answer to the reviews")
        raise Stale([Clash("text", label, text, row.text, by.name, row.version)])
    if text != row.text:
        row.text, row.changed_at = text, at
        flag_modified(row, "changed_at")
        session.flush()
    return _view(row, definition_by_version(session, application.call_version_id))


def _writable(session: Session, application: Application, by: Acting, at: datetime) -> Rejoinder:
    problem = may(Action.WRITE_REJOINDER, by, application.state)
    row = _row(session, application.id)
    if row is None:
        raise NotFound()
    if row.sent_at is not None:
        message = N_("Your answer has been sent, and can no longer be changed.")
        raise Refused.because("rejoinder_sent", message, since=row.sent_at)
    if problem is not None:
        raise NotAllowed([problem])
    if at > row.closes_at:
        message = N_("The time for an answer is over. What you wrote is kept, and was not sent.")
        raise Refused.because("rejoinder_closed", message, holder="coordinator", since=row.closes_at)
    return row


def send(
    session: Session, application: Application, text: str, version: int, *, by: Acting, at: datetime
) -> RejoinderView:
    """Hand the answer in, once. Refused when it is empty or too long; what was typed is kept by saving it before."""
    save(session, application, text, version, by=by, at=at)
    row = _writable(session, application, by, at)
    limit = _limits(definition_by_version(session, application.call_version_id))[1]
    count = count_words(row.text)
    if not row.text:
        message = N_("Write your answer, or send none: then the application goes on without it.")
        raise Refused.because("rejoinder_empty", message, field="text")
    if count > limit:
        message = N_("%(count)s words, and at most %(limit)s are allowed.")
        raise Refused.because("too_many_words", message, field="text", values={"count": count, "limit": limit})
    row.sent_at, row.sent_by = at, by.person_id
    session.flush()
    note(session, "send-rejoinder", application, by=by, at=at, words=count)
    return _view(row, definition_by_version(session, application.call_version_id))
