"""Two records of one human being become one: everything that refers to the one refers to the other afterwards.

Which columns refer to people is read from the tables themselves, so no new table is forgotten. Rows that may never
change (steps, frozen versions, answers to approvals) keep the old id, and so does the trail: the old record stays,
closed, and says which one it became. What only the rooms above know, they settle or refuse first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Table, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.identities import proofs
from app.identities.models import CareerLeave, EmailAddress, Person, PersonalLink, Profile, RoleGrant
from app.identities.services import end_all_sessions, primary_address
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.models import Base
from app.kernel.words import N_
from app.trail.services import record

KEEPING = frozenset({"application_step", "submission", "approval_entry", "answer_version"})
"""Tables of which no row may change, or not who it says."""
OWN = frozenset({"person", "email_address", "profile", "career_leave", "login_session", "personal_link", "role_grant"})
"""Tables of this room, each handled here in its own way."""


@dataclass(frozen=True)
class Pair:
    """The record that stays and the one that goes into it."""

    stays: UUID
    goes: UUID


INCOMPATIBLE = Problem(
    "incompatible_parts",
    N_("The two records have done things that one person may not do both of. Write to the coordinator of the call."),
    field="address",
    holder="coordinator",
)
Settle = Callable[[Session, Pair, datetime], None]
"""Refuses where the two play parts that one person may not play; settles rows of which one alone may be."""
_SETTLE: dict[str, Settle] = {}


def provide_settling(room: str, settle: Settle) -> None:
    """Say what a room does before two records are merged. A second provider for a room is a bug."""
    if _SETTLE.get(room, settle) is not settle:
        raise ValueError(f"{room} settles merging already")
    _SETTLE[room] = settle


def referring() -> Iterator[tuple[Table, Column[UUID]]]:
    """Every column of every table that refers to a person."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                yield table, column


def merge_people(session: Session, secret: str, other_address: str, *, by: Acting, at: datetime) -> Person:
    """Make the record behind `other_address` one with the person of this browser session, and close it.

    Refused unless this session has proved both that address and its own primary one within half an hour, for records
    that an administrator has closed, and where the two play parts that one person may not play. Then nothing changed.
    """
    browser = proofs.session_of(session, secret)
    stays = session.get_one(Person, browser.person_id, with_for_update=True)
    goes = proofs.holder_of(session, other_address)
    if goes is None or goes.id == stays.id:
        raise NotFound()
    session.refresh(goes, with_for_update=True)
    _both_are_proved(session, secret, stays, other_address, at)
    if stays.disabled_at is not None or goes.disabled_at is not None:
        message = N_("One of the two records is closed. Write to the administrator.")
        raise Refused([Problem("is_closed", message, field="address")])
    pair = Pair(stays.id, goes.id)
    for settle in _SETTLE.values():
        settle(session, pair, at)
    try:
        with session.begin_nested():
            moved = _move(session, pair)
            _take_over(session, stays, goes, at)
    except IntegrityError:  # a rule of the database says that these two are two: one asked and the other agreed
        raise Refused([INCOMPATIBLE]) from None
    session.expire_all()
    record(
        session, "merge-people", by=by, at=at, subject="person", subject_id=pair.stays, was=str(pair.goes), moved=moved
    )
    return stays


def _both_are_proved(session: Session, secret: str, stays: Person, other_address: str, at: datetime) -> None:
    own = primary_address(session, stays.id)
    lacking = [each for each in (own, other_address) if not proofs.is_proved(session, secret, each, at=at)]
    if lacking:
        message = N_("Prove %(address)s with a code first, in this browser.")
        raise Refused([Problem("not_proved", message, field="code", values={"address": each}) for each in lacking])


def _move(session: Session, pair: Pair) -> dict[str, int]:
    """Let every changeable row of the rooms above refer to the one that stays. Returns how many, by column."""
    moved: dict[str, int] = {}
    for table, column in referring():
        if table.name in KEEPING | OWN:
            continue
        done = session.execute(update(table).where(column == pair.goes).values({column.name: pair.stays}))
        count = getattr(done, "rowcount", 0)
        if count:
            moved[f"{table.name}.{column.name}"] = count
    return moved


def _take_over(session: Session, stays: Person, goes: Person, at: datetime) -> None:
    """Addresses, roles and profile go over; sessions and links of the record that goes are worth nothing."""
    addresses = update(EmailAddress).where(EmailAddress.person_id == goes.id)
    session.execute(addresses.values(person_id=stays.id, is_primary=False))
    held = {
        (grant.role, grant.call_id, grant.side_key)
        for grant in session.scalars(
            select(RoleGrant).where(RoleGrant.person_id == stays.id, RoleGrant.ended_at.is_(None))
        )
    }
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == goes.id)).all():
        if grant.ended_at is None and (grant.role, grant.call_id, grant.side_key) in held:
            grant.ended_at = at
        grant.person_id = stays.id
    _join_profiles(session, stays, goes)
    end_all_sessions(session, goes.id, at=at)
    links = update(PersonalLink).where(PersonalLink.person_id == goes.id, PersonalLink.revoked_at.is_(None))
    session.execute(links.values(revoked_at=at))
    goes.merged_into, goes.disabled_at, goes.password_hash = stays.id, at, None
    earlier = update(Person).where(Person.merged_into == goes.id)
    session.execute(earlier.values(merged_into=stays.id))
    session.flush()


def _join_profiles(session: Session, stays: Person, goes: Person) -> None:
    """What the one that stays has not said is taken from the other."""
    for name in ("institution", "department", "country"):
        setattr(stays, name, getattr(stays, name) or getattr(goes, name))
    if session.scalar(select(CareerLeave.id).where(CareerLeave.person_id == stays.id).limit(1)) is None:
        session.execute(update(CareerLeave).where(CareerLeave.person_id == goes.id).values(person_id=stays.id))
    theirs = session.get(Profile, goes.id)
    if theirs is None:
        return
    own = session.get(Profile, stays.id)
    if own is None:
        own = Profile(person_id=stays.id, title="", institution="", department="", phone="")
        session.add(own)
    for name in ("title", "institution", "ror", "department", "orcid", "phone", "doctoral_on"):
        setattr(own, name, getattr(own, name) or getattr(theirs, name))
    session.flush()
