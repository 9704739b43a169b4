"""More time for one application or one side: asked for by one coordinator, agreed to by a second, seen by all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.applications.effects import tell_extended
from app.applications.models import Application, Extension
from app.applications.side_deadlines import first_internal
from app.applications.stages import closing_of
from app.identities.models import Person
from app.identities.services import person_by_address
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.words import N_
from app.programmes.definition import Part
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.trail.services import record
from app.workflow.table import WRITTEN


@dataclass(frozen=True)
class ExtensionRow:
    """One extension in the call's list, with both coordinators."""

    id: UUID
    application_id: UUID | None
    reference: str | None
    side_key: str | None
    from_instant: datetime
    to_instant: datetime
    reason: str
    asked_by: str
    asked_by_id: UUID
    asked_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None
    refused_at: datetime | None


def extensions_of(session: Session, call_id: UUID, *, among: Select[Any] | None = None) -> Sequence[ExtensionRow]:
    """Every extension of a call, the newest first: what was granted, asked for and refused, and why.

    With `among`, only those with these ids, as `access.scope.extensions` gives them for a reader.
    """
    asker, agreer = aliased(Person), aliased(Person)
    statement = (
        select(Extension, Application.reference, asker.name, agreer.name)
        .outerjoin(Application, Application.id == Extension.application_id)
        .join(asker, asker.id == Extension.asked_by)
        .outerjoin(agreer, agreer.id == Extension.agreed_by)
        .where(Extension.call_id == call_id)
        .order_by(Extension.asked_at.desc(), Extension.id)
    )
    rows = session.execute(scoped(statement if among is None else statement.where(Extension.id.in_(among))))
    return [
        ExtensionRow(
            row.id, row.application_id, reference, row.side_key, row.from_instant, row.to_instant, row.reason,
            asked_by, row.asked_by, row.asked_at, agreed_by, row.agreed_at, row.refused_at,
        )
        for row, reference, asked_by, agreed_by in rows
    ]  # fmt: skip


def draft_of_address(session: Session, call_id: UUID, address: str) -> UUID | None:
    """The draft in this call of whoever has this address, or None. Nothing of the draft is read."""
    person = person_by_address(session, address)
    if person is None:
        return None
    return session.scalar(
        scoped(
            select(Application.id).where(
                Application.call_id == call_id,
                Application.state.in_(WRITTEN),
                Application.lead_person_id == person.id,
            )
        )
    )


def ask_extension(
    session: Session,
    call: Call,
    *,
    application_id: UUID | None,
    side_key: str | None,
    to: datetime,
    reason: str,
    by: Acting,
    at: datetime,
    part: Part = Part.FULL,
) -> Extension:
    """Ask for more time. It holds only when a second coordinator agrees. Refused without a reason or a later instant."""
    problems = []
    if not reason.strip():
        problems.append(
            Problem("reason_missing", N_("Write the reason; it stands in the call’s list."), field="reason")
        )
    if (application_id is None) == (side_key is None):
        problems.append(Problem("no_aim", N_("Choose one application, or one side."), field="side"))
    starts = _starts(session, call, side_key, part)
    if starts is None or to <= starts:
        message = N_("The new instant must be later than the deadline that it moves.")
        problems.append(Problem("not_later", message, field="date", until=starts))
    if to <= at:
        problems.append(Problem("already_past", N_("The new instant lies in the past."), field="date"))
    if problems:
        raise Refused(problems)
    assert starts is not None and by.person_id is not None
    made = Extension(
        call_id=call.id,
        application_id=application_id,
        side_key=side_key,
        part=part,
        from_instant=starts,
        to_instant=to,
        reason=reason.strip(),
        asked_by=by.person_id,
        asked_at=at,
    )
    session.add(made)
    session.flush()
    record(
        session, "ask-extension", by=by, at=at, call_id=call.id, subject=side_key or "application", subject_id=made.id
    )
    return made


def _starts(session: Session, call: Call, side_key: str | None, part: Part) -> datetime | None:
    """The deadline that more time would move: that of the outlines, the joint one, or the earliest internal one of
    that side."""
    if part is Part.OUTLINE:
        return closing_of(call, part)
    internal = first_internal(definition_of(session, call), side_key) if side_key is not None else None
    return min(internal, call.closes_at) if internal is not None and call.closes_at is not None else call.closes_at


def answer_extension(
    session: Session, call: Call, extension_id: UUID, *, agrees: bool, by: Acting, at: datetime
) -> Extension:
    """A second coordinator says yes or no. NotAllowed for the one who asked; Refused when it was answered already."""
    found = session.scalar(
        select(Extension).where(Extension.id == extension_id, Extension.call_id == call.id).with_for_update()
    )
    if found is None:
        raise NotFound()
    if found.asked_by == by.person_id:
        message = N_("A second coordinator has to agree: whoever asked cannot.")
        raise NotAllowed([Problem("own_request", message, holder="coordinator")])
    if found.agreed_at is not None or found.refused_at is not None:
        raise Refused([Problem("answered_already", N_("This request has been answered already."))])
    if agrees and found.to_instant <= at:
        raise Refused([Problem("already_past", N_("The new instant lies in the past."))])
    if agrees:
        found.agreed_at, found.agreed_by = at, by.person_id
    else:
        found.refused_at = at
    session.flush()
    verb = "agree-to-extension" if agrees else "refuse-extension"
    record(session, verb, by=by, at=at, call_id=call.id, subject=found.side_key or "application", subject_id=found.id)
    if agrees:
        tell_extended(session, call, found, at)
    return found
