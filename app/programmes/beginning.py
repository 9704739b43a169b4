"""A new call from a file: the same parser as everywhere; whoever brings it coordinates the sides of the own institution."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identities.models import Role, RoleGrant
from app.kernel.actors import Acting
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes import queries
from app.programmes.definition import DeclarationRefused, Definition, Mistake, from_data, to_data
from app.programmes.definition.parse import toml_tables
from app.programmes.models import Call
from app.programmes.services import import_call, name_coordinator

DEEPEST = 60
"""How deep the tables of a file may be nested: far more than any declaration, and nothing that breaks its reader."""


def tables_of(name: str, content: bytes) -> dict[str, Any]:
    """What a file of TOML or JSON holds, as data that can be kept; it need not be a sound declaration.

    Raises DeclarationRefused where it is neither.
    """
    try:
        text = content.decode("utf-8-sig")
        tables = json.loads(text) if name.lower().endswith(".json") else toml_tables(text, name)
        _refuse_odd(tables, DEEPEST)
    except RecursionError as broken:
        mistake = Mistake(name, "the text", "its tables are nested too deeply", f"at most {DEEPEST} inside each other")
        raise DeclarationRefused([mistake]) from broken
    except ValueError as broken:  # of the letters, or of the JSON
        mistake = Mistake(name, "the text", f"it cannot be read: {broken}", "TOML or JSON in UTF-8")
        raise DeclarationRefused([mistake]) from broken
    if not isinstance(tables, dict):
        raise DeclarationRefused([Mistake(name, "the text", "it holds no table", "a declaration of a call")])
    try:
        return dict(to_data(from_data(tables, name)))
    except DeclarationRefused:
        plain: dict[str, Any] = _plain(tables)
        return plain


def _refuse_odd(value: Any, room: int) -> None:
    """Raises RecursionError for tables nested deeper than any page could draw, and ValueError for letters that no
    database keeps: JSON can write halves of letters and the letter that is none."""
    if room < 0:
        raise RecursionError
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("it holds a NUL")
        value.encode()
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _refuse_odd(key, room)
            _refuse_odd(inner, room - 1)
    elif isinstance(value, list):
        for inner in value:
            _refuse_odd(inner, room - 1)


def _plain(value: Any) -> Any:
    """Dates and times as text, as the reading takes them too."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def begin_call(session: Session, definition: Definition, *, by: Acting, at: dt.datetime) -> Call:
    """A new call that is not announced. Refused for a taken key, or where none of its sides is this coordinator's."""
    if queries.call_by_key(session, definition.key) is not None:
        raise Refused([Problem("key_taken", N_("There is a call with this key already."), field="key")])
    assert by.person_id is not None
    own = _sides_of(session, definition, by.person_id)
    if not own:
        message = N_("You coordinate none of the institutions of this call. Ask an administrator to bring it in.")
        raise Refused([Problem("no_side", message, field="sides")])
    made = import_call(session, definition, by=by, at=at)
    for side in own:
        name_coordinator(session, made, by.person_id, side, by=by, at=at)
    return made


def _sides_of(session: Session, definition: Definition, person_id: UUID) -> list[str]:
    """The sides of a new call whose institution is one that this person coordinates in another call."""
    duties = session.execute(
        select(RoleGrant.call_id, RoleGrant.side_key).where(
            RoleGrant.person_id == person_id, RoleGrant.role == Role.COORDINATOR, RoleGrant.ended_at.is_(None)
        )
    ).all()
    known = queries.newest_definitions(session, [duty.call_id for duty in duties])
    own = set()
    for duty in duties:
        sides = known[duty.call_id].sides if duty.call_id in known else ()
        own |= {side.institution.name for side in sides if side.key == duty.side_key}
    return [side.key for side in definition.sides if side.institution.name in own]
