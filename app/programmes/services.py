"""Importing calls and announcing them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identities.models import Institution, Person, Role
from app.identities.services import grant_role
from app.kernel.actors import Acting
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes import models, queries
from app.programmes.deadlines import newcomers_until
from app.programmes.definition import Changes, Definition, Programme, check, load_programmes, to_data
from app.programmes.models import Call, CallState, CallVersion
from app.trail import services as trail
from app.workflow.vocabulary import Stage


def import_programme(session: Session, programme: Programme) -> models.Programme:
    """Keep a programme of the catalogue; a known one gets its present title."""
    known = session.scalar(select(models.Programme).where(models.Programme.key == programme.key))
    if known is None:
        known = models.Programme(key=programme.key, title={})
        session.add(known)
    known.title = {"en": programme.title.en, "sv": programme.title.sv}
    session.flush()
    return known


def import_call(
    session: Session, definition: Definition, *, by: Acting, at: datetime, is_decided: bool = False
) -> Call:
    """A new call, or a new version of a call that is still a draft. A running call is never touched: Refused.

    With `is_decided` a historic call comes in as decided, with its marked unknowns left unknown.
    """
    programme = _programme_of(session, definition)
    call = session.scalar(select(Call).where(Call.key == definition.key).with_for_update())
    if call is not None and call.state is not CallState.DRAFT:
        raise Refused(
            [Problem("call_runs", N_("This call has been announced; its declaration is no longer replaced."))]
        )
    if call is None:
        call = Call(key=definition.key, programme_id=programme.id, state=CallState.DRAFT, created_at=at)
        session.add(call)
    call.opens_at = definition.opens.instant if definition.opens else None
    call.closes_at = definition.closes.instant if definition.closes else None
    call.outline_closes_at = outline_closing(definition)
    call.visible_at = definition.announced.instant if definition.announced else None
    call.state = CallState.DECIDED if is_decided else CallState.DRAFT
    session.flush()
    _keep_institutions(session, definition)
    version = add_version(session, call, definition, at=at)
    trail.record(
        session,
        "import-call",
        by=by,
        at=at,
        call_id=call.id,
        subject=call.key,
        version=version.number,
        sha256=version.sha256,
    )
    return call


def outline_closing(definition: Definition) -> datetime | None:
    """When outlines close, in a call that has them."""
    has_outlines = Stage.OUTLINE in definition.stages
    closes = definition.outline.closes if definition.outline and has_outlines else None
    return closes.instant if closes is not None else None


def _programme_of(session: Session, definition: Definition) -> models.Programme:
    """The call's programme; one of the catalogue is brought along when it is not known yet."""
    known = session.scalar(select(models.Programme).where(models.Programme.key == definition.programme))
    if known is not None:
        return known
    declared = load_programmes().get(definition.programme)
    if declared is None:
        message = N_("There is no programme “%(programme)s”. Add it to the catalogue first.")
        raise Refused([Problem("no_programme", message, field="programme", values={"programme": definition.programme})])
    return import_programme(session, declared)


def _keep_institutions(session: Session, definition: Definition) -> None:
    for side in definition.sides:
        is_named = bool(side.institution.country)  # one that no source names yet is none
        if is_named and session.scalar(select(Institution.id).where(Institution.key == side.short)) is None:
            session.add(
                Institution(
                    key=side.short,
                    name=side.name,
                    short_name=side.short,
                    country=side.institution.country,
                    zone=side.zone,
                    currency=side.currency or "",
                    ror=side.institution.ror or None,
                )
            )
    session.flush()


def name_coordinator(  # whom, for which side
    session: Session, call: Call, person_id: UUID, side: str, *, by: Acting, at: datetime
) -> None:
    """Let a person coordinate a side of a new call; the trail keeps it like a role that an administrator gives."""
    grant_role(session, session.get_one(Person, person_id), Role.COORDINATOR, at=at, call_id=call.id, side_key=side)
    trail.record(session, "give-role", by=by, at=at, call_id=call.id, person=str(person_id), side=side)


def add_version(session: Session, call: Call, definition: Definition, *, at: datetime) -> CallVersion:
    """The next version of a call's declaration."""
    data = to_data(definition)
    last = session.scalar(
        select(CallVersion.number).where(CallVersion.call_id == call.id).order_by(CallVersion.number.desc()).limit(1)
    )
    version = CallVersion(
        call_id=call.id,
        number=(last or 0) + 1,
        data=data,
        sha256=sha256_of(data),
        created_at=at,
    )
    session.add(version)
    session.flush()
    return version


def sha256_of(data: Mapping[str, object]) -> str:
    """The hash that names a declaration: of its JSON with sorted keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def announce(session: Session, call: Call, definition: Definition, *, by: Acting, at: datetime) -> None:
    """Make a call public, at once or when its embargo ends. Refused with everything that still stands in the way."""
    problems = announce_problems(call, definition, at=at)
    if definition.changes_need is Changes.EVERY_SIDE:
        problems += _not_agreed(session, call, definition, by)
    if problems:
        raise Refused(problems)
    call.state, call.announced_at = CallState.ANNOUNCED, at
    call.visible_at = definition.announced.instant if definition.announced else None
    session.flush()
    trail.record(session, "announce-call", by=by, at=at, call_id=call.id, subject=call.key)


def announce_problems(call: Call, definition: Definition, *, at: datetime) -> tuple[Problem, ...]:
    """Everything in a declaration that keeps the call from being announced at this instant."""
    if call.state is not CallState.DRAFT:
        message = N_("This call has been announced already.")
        return (Problem("announced_already", message, since=call.announced_at),)
    problems = [finding.problem for finding in check(definition) if finding.blocks]
    first = newcomers_until(call)
    if first is not None and first <= at:
        message = N_("The deadline lies in the past.")
        problems.append(Problem("deadline_passed", message, field="closes", until=first))
    return tuple(problems)


def _not_agreed(session: Session, call: Call, definition: Definition, by: Acting) -> tuple[Problem, ...]:
    """The sides that have not agreed to publish exactly this text; whoever announces it agrees."""
    version = queries.newest_version(session, call.id)
    agreed = queries.agreed_sides(session, call.id, version.sha256) | by.sides
    message = N_("%(side)s has not agreed to publish this text.")
    return tuple(
        Problem("not_agreed", message, holder="coordinator", side=side.short, values={"side": side.short})
        for side in definition.sides
        if side.key not in agreed
    )


def publish_forecast(session: Session, call: Call, *, by: Acting, at: datetime) -> None:
    """Show a call that is not announced yet: what is known of it, and that details may change."""
    if call.state is not CallState.DRAFT:
        raise Refused(
            [Problem("announced_already", N_("This call has been announced already."), since=call.announced_at)]
        )
    call.forecast_at = None if call.forecast_at else at
    session.flush()
    trail.record(
        session, "forecast-call", by=by, at=at, call_id=call.id, subject=call.key, shown=bool(call.forecast_at)
    )
