"""A call owned by its sides: whose coordinators agree to publishing it and to changing it, each to the very text."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.kernel.actors import Acting
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes import queries
from app.programmes.definition import Changes, Definition
from app.programmes.models import Agreement, Call, CallState
from app.programmes.services import announce, announce_problems
from app.trail import services as trail


def sides_asked(definition: Definition) -> frozenset[str]:
    """The sides whose coordinators agree, as the declaration says."""
    if definition.changes_need is Changes.EVERY_SIDE:
        return frozenset(side.key for side in definition.sides)
    return frozenset({definition.lead_side.key})


def needed_for_change(session: Session, call: Call, after: Definition) -> frozenset[str]:
    """The sides that agree to a change: as the declaration says before it or after it, whichever asks for more.

    Before the call is published every coordinator may change it, but for this very rule and for taking out a side that
    has a say and a coordinator to give it; publishing is agreed to.
    """
    before = queries.definition_of(session, call)
    still = {side.key for side in after.sides}
    leaving = _leaving(session, call, sides_asked(before) - still)
    if call.state is CallState.DRAFT and not _loosens(before, after):
        return leaving
    return leaving | (sides_asked(before) & still) | sides_asked(after)


def _leaving(session: Session, call: Call, sides: frozenset[str]) -> frozenset[str]:
    """Of the sides that a change takes out, those with somebody to speak for them: nobody is voted out unheard."""
    return sides & {side for _, side in queries.coordinators_of(session, call.id)} if sides else sides


def _loosens(before: Definition, after: Definition) -> bool:
    return before.changes_need is Changes.EVERY_SIDE and after.changes_need is not Changes.EVERY_SIDE


def hold(session: Session, call: Call) -> None:
    """Hold the call until the transaction ends, so that two sides that agree at once see each other."""
    session.refresh(call, with_for_update=True)


def agree(
    session: Session, call: Call, needed: Collection[str], sha256: str, *, by: Acting, at: datetime
) -> tuple[str, ...]:
    """Note that the sides of this coordinator agree to a text; the sides that still have to are returned."""
    known = queries.agreed_sides(session, call.id, sha256)
    for side in sorted((by.sides & frozenset(needed)) - known):
        session.add(Agreement(call_id=call.id, sha256=sha256, side_key=side, person_id=by.person_id, at=at))
        trail.record(session, "agree-to-change", by=by, at=at, call_id=call.id, subject=side, sha256=sha256)
    session.flush()
    return tuple(sorted(frozenset(needed) - known - by.sides))


def forget(session: Session, call_id: UUID, sha256: str | None = None) -> None:
    """Agreements are spent with the change they were given to, or void with its text; the trail keeps them."""
    spent = delete(Agreement).where(Agreement.call_id == call_id)
    session.execute(spent if sha256 is None else spent.where(Agreement.sha256 == sha256))


def publish(session: Session, call: Call, sha256: str, *, by: Acting, at: datetime) -> tuple[str, ...]:
    """Agree to publishing exactly this text; with the last side the call is announced. Sides that are left come back.

    Refused for another text than the one that stands, while changes wait in the working copy, and for whatever the
    declaration lacks.
    """
    hold(session, call)
    version = queries.newest_version(session, call.id)
    definition = queries.read(version)
    problems = list(announce_problems(call, definition, at=at))
    if version.sha256 != sha256:
        message = N_("The declaration was changed meanwhile. Look at it again before you agree.")
        problems.append(Problem("changed_meanwhile", message))
    if _has_changes(session, call):
        message = N_("Changes wait in the working copy. Take them over or drop them first.")
        problems.append(Problem("changes_wait", message))
    if problems:
        raise Refused(problems)
    missing = agree(session, call, sides_asked(definition), sha256, by=by, at=at)
    if not missing:
        announce(session, call, definition, by=by, at=at)
        forget(session, call.id)
    return missing


def _has_changes(session: Session, call: Call) -> bool:
    work = queries.working_copy(session, call.id)
    return work is not None and work.data != queries.newest_version(session, call.id).data


def agreed_to_publish(session: Session, call: Call) -> frozenset[str]:
    """The sides that have agreed to publish the declaration as it stands."""
    if call.state is not CallState.DRAFT:
        return frozenset()
    return queries.agreed_sides(session, call.id, queries.newest_version(session, call.id).sha256)
