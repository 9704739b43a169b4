"""Changing a call: a working copy that may be wrong, made the declaration when it is sound and its sides agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.actors import Acting
from app.kernel.errors import Clash, Problem, Refused, Stale
from app.kernel.words import N_
from app.programmes import editing, queries
from app.programmes.agreeing import agree, forget, hold, needed_for_change
from app.programmes.changes import change_problems, moves_deadline
from app.programmes.copying import copied
from app.programmes.definition import DeclarationRefused, Definition, Mistake, check, from_data, to_data
from app.programmes.definition.differences import differences
from app.programmes.models import Call, CallState, WorkingCopy
from app.programmes.services import add_version, import_call, name_coordinator, outline_closing, sha256_of
from app.trail import services as trail


def open_copy(session: Session, call: Call, *, by: Acting, at: datetime) -> WorkingCopy:
    """The call's working copy; a new one begins with the declaration as it stands. It is held: two who write wait."""
    hold(session, call)
    known = queries.working_copy(session, call.id)
    if known is not None:
        return known
    newest = queries.newest_version(session, call.id)
    made = WorkingCopy(
        call_id=call.id,
        base_number=newest.number,
        data=newest.data,
        changed_at=at,
        changed_by=by.person_id,
    )
    session.add(made)
    session.flush()
    return made


def keep_entry(  # what was typed, where, and what stood there
    session: Session,
    work: WorkingCopy,
    path: str,
    form: editing.Form,
    was: str,
    *,
    by: Acting,
    at: datetime,
    group: str = "",
    base: Mapping[str, Any] | None = None,
) -> None:
    """Keep what was typed at one place. Where somebody else has changed the same place meanwhile, both changes are
    kept, key by key; Stale, with both texts, where both changed the same key."""
    found = editing.place(work.data, path, group)
    entry = editing.typed_entry(found, form)
    if was != found.digest:
        entry, both = editing.merged(found, entry, base)
        if both:
            raise Stale(_clashes(found, entry, both, work))
    if entry != found.entry:
        change(session, work, editing.with_entry(work.data, path, entry), by=by, at=at)


def _clashes(found: editing.Place, typed: Mapping[str, Any], both: Sequence[str], work: WorkingCopy) -> list[Clash]:
    return [
        Clash(name, name, _shown(typed.get(name)), _shown(found.entry.get(name)), "", work.version) for name in both
    ]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value is not None else ""


def rearrange(  # which deed, at which entry or list
    session: Session, work: WorkingCopy, deed: str, path: str, *, by: Acting, at: datetime
) -> str | None:
    """Add to a list, or copy, move or remove an entry; the path of a new entry comes back. Raises NoSuchPlace."""
    if deed == "add":
        outer, _, name = path.rpartition(".")
        outer = editing.numbered(work.data, outer)
        try:
            data = editing.with_new(work.data, outer, name)
        except KeyError:
            raise editing.NoSuchPlace(path) from None
        made: str | None = f"{outer}.{name}" if outer else name
        made = f"{made}[{len(editing.place(data, outer).entry[name]) - 1}]"
    else:
        place, made = editing.numbered(work.data, path), None
        data = DEEDS[deed](work.data, place)
    if data != work.data:
        change(session, work, data, by=by, at=at)
    return editing.named(data, made) if made else None


DEEDS: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    "up": lambda data, path: editing.moved(data, path, -1),
    "down": lambda data, path: editing.moved(data, path, 1),
    "copy": editing.duplicated,
    "remove": editing.without,
}
"""What may be done to an entry of a list."""


def change(session: Session, work: WorkingCopy, data: Mapping[str, Any], *, by: Acting, at: datetime) -> None:
    """Put other data in the working copy; what was agreed to was another text, so it is no longer proposed."""
    assert by.person_id is not None
    forget(session, work.call_id, sha256_of(work.data))
    work.data, work.changed_at, work.changed_by = dict(data), at, by.person_id
    work.proposed_at = work.proposed_by = None
    session.flush()


def read_copy(work: WorkingCopy) -> tuple[Definition | None, tuple[Mistake, ...]]:
    """The declaration that the working copy says, or what is mistaken in it."""
    try:
        return from_data(work.data, "the working copy"), ()
    except DeclarationRefused as refused:
        return None, refused.mistakes


def drop_copy(session: Session, work: WorkingCopy, *, by: Acting, at: datetime) -> None:
    """Throw the working copy away; the declaration stays as it was."""
    forget(session, work.call_id, sha256_of(work.data))
    trail.record(session, "drop-change", by=by, at=at, call_id=work.call_id, subject="working-copy")
    session.delete(work)
    session.flush()


def propose(
    session: Session, call: Call, work: WorkingCopy, *, by: Acting, at: datetime, has_drafts: bool
) -> tuple[str, ...]:
    """Make the working copy the declaration, as far as the own side goes; other sides that have to agree are returned.

    With none left it is taken at once. Refused while it holds mistakes, or changes what is fixed by now.
    """
    hold(session, call)
    after = sound(session, call, work, at=at, has_drafts=has_drafts)
    sha256 = sha256_of(work.data)
    work.proposed_at, work.proposed_by = at, by.person_id
    missing = agree(session, call, needed_for_change(session, call, after), sha256, by=by, at=at)
    trail.record(session, "propose-change", by=by, at=at, call_id=call.id, subject=call.key, sha256=sha256)
    if not missing:
        _take(session, call, work, after, by=by, at=at)
    return missing


def sound(session: Session, call: Call, work: WorkingCopy, *, at: datetime, has_drafts: bool) -> Definition:
    """The declaration of the working copy. Refused with everything that keeps it from being taken."""
    after, mistakes = read_copy(work)
    if after is None:
        message = N_("%(place)s: %(wrong)s. Allowed: %(allowed)s.")
        raise Refused(
            Problem(
                "mistaken",
                message,
                field=each.key_path,
                values={"place": each.key_path, "wrong": each.wrong, "allowed": each.allowed},
            )
            for each in mistakes
        )
    before = queries.definition_of(session, call)
    if call.state is not CallState.DRAFT:
        is_open = call.opens_at is not None and at >= call.opens_at
        problems = change_problems(before, after, is_announced=True, is_open=is_open, has_drafts=has_drafts)
        problems += _not_publishable(before, after)
        if moves_deadline(before, after) and after.closes and after.closes.instant and after.closes.instant <= at:
            problems += (Problem("deadline_passed", N_("The deadline lies in the past."), field="closes"),)
        if problems:
            raise Refused(problems)
    elif after.key != before.key:
        raise Refused(
            [Problem("key_fixed", N_("The key of a call is given once; copy the call instead."), field="key")]
        )
    if not differences(before, after):
        raise Refused([Problem("nothing_changed", N_("Nothing differs from the declaration as it stands."))])
    return after


def _not_publishable(before: Definition, after: Definition) -> tuple[Problem, ...]:
    """What would have kept the changed declaration from being published, and was not so before."""
    known = {(each.key_path, each.code) for each in check(before)}
    return tuple(each.problem for each in check(after) if each.blocks and (each.key_path, each.code) not in known)


def agree_to_proposal(
    session: Session, call: Call, work: WorkingCopy, sha256: str, *, by: Acting, at: datetime, has_drafts: bool
) -> tuple[str, ...]:
    """The other side agrees to exactly the text it was shown; with the last agreement the change is taken."""
    hold(session, call)
    if work.proposed_at is None or sha256 != sha256_of(work.data):
        raise Refused(
            [Problem("changed_meanwhile", N_("The proposal was changed meanwhile. Look at the differences again."))]
        )
    after = sound(session, call, work, at=at, has_drafts=has_drafts)
    missing = agree(session, call, needed_for_change(session, call, after), sha256, by=by, at=at)
    if not missing:
        _take(session, call, work, after, by=by, at=at)
    return missing


def _take(session: Session, call: Call, work: WorkingCopy, after: Definition, *, by: Acting, at: datetime) -> None:
    before = queries.definition_of(session, call)
    version = add_version(session, call, after, at=at)
    call.opens_at = after.opens.instant if after.opens else None
    call.closes_at = after.closes.instant if after.closes else None
    call.outline_closes_at = outline_closing(after)
    call.visible_at = after.announced.instant if after.announced else None
    trail.record(
        session,
        "change-call",
        by=by,
        at=at,
        call_id=call.id,
        subject=call.key,
        version=version.number,
        sha256=version.sha256,
        changed=[each.key_path for each in differences(before, after)],
    )
    forget(session, call.id)
    session.delete(work)
    session.flush()


def copy_call(session: Session, call: Call, *, key: str, year: int, by: Acting, at: datetime) -> Call:
    """A new call that is not announced, with everything of this one and its dates shifted.

    Whoever coordinates a side of this one coordinates the same side of the new one. Refused for a taken key.
    """
    if queries.call_by_key(session, key) is not None:
        raise Refused([Problem("key_taken", N_("There is a call with this key already."), field="key")])
    data = copied(to_data(queries.definition_of(session, call)), key=key, year=year)
    try:
        definition = from_data(data, "the copy")
    except DeclarationRefused as refused:
        values = {"mistakes": "; ".join(f"{each.key_path}: {each.wrong}" for each in refused.mistakes)}
        raise Refused([Problem("copy_mistaken", N_("The copy is mistaken: %(mistakes)s"), values=values)]) from refused
    made = import_call(session, definition, by=by, at=at)
    for person_id, side in queries.coordinators_of(session, call.id):
        if any(side == each.key for each in definition.sides):
            name_coordinator(session, made, person_id, side, by=by, at=at)
    return made
