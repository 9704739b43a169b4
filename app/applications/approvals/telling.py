"""When signers are told: at once what cannot wait, and else one mail a week, on Friday morning by their own clocks, with
everything that waits, what was promised this year, and who would work more than all of the time. Silence when nothing
waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.applications.approvals import effects, queries
from app.applications.approvals.commitments import Commitment, commitments, is_asked_now
from app.applications.approvals.effects import Line
from app.applications.approvals.pledges import Overload, co_funding, overloads
from app.identities.models import Person
from app.kernel.money import Money, sum_of
from app.programmes.deadlines import LATE, MORNING
from app.programmes.definition import Window

FRIDAY = 4
A_DAY = timedelta(days=1)
"""Whoever was told within a day of one thing is told of the next ones together, unless they end soon."""


def next_friday(at: datetime, zone: str) -> datetime:
    """The first Friday morning that comes after an instant, on these clocks."""
    day = at.astimezone(ZoneInfo(zone)).date()
    found = _morning(day + timedelta(days=(FRIDAY - day.weekday()) % 7), zone)
    return found if found > at else _morning(day + timedelta(days=7), zone)


def _morning(day: dt.date, zone: str) -> datetime:
    return dt.datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(dt.UTC)


def this_friday(at: datetime, zone: str) -> datetime:
    """The Friday morning at or before an instant, on these clocks."""
    day = at.astimezone(ZoneInfo(zone)).date()
    found = _morning(day - timedelta(days=(day.weekday() - FRIDAY) % 7), zone)
    return found if found <= at else _morning(day - timedelta(days=7), zone)


def is_due_now(
    window: Window, ends: datetime | None, at: datetime, zone: str, told_before: datetime | None = None
) -> bool:
    """Whether a person must be told at once. After the deadline: when the time ends before the next Friday. Before it,
    somebody waits in order to submit: at once, though not twice a day unless it ends within two."""
    if window is Window.AFTER_CLOSING:
        return ends is not None and ends < next_friday(at, zone)
    is_soon = ends is not None and ends - at < 2 * A_DAY
    return is_soon or told_before is None or at - told_before >= A_DAY


def tell_new(session: Session, lines: Sequence[Line], asked_by: str, at: datetime) -> int:
    """Tell those who are newly asked and cannot wait for their weekly mail. How many letters."""
    due = [line for line in lines if _is_due(session, line, at)]
    return effects.tell_asked(session, due, asked_by, at)


def _is_due(session: Session, line: Line, at: datetime) -> bool:
    task, application, _ = line
    person = session.get_one(Person, task.person_id)
    told = queries.last_told(session, task.person_id) if task.window is Window.BEFORE_CLOSING else None
    ends = task.until or queries.closes_at(session, application)
    return is_due_now(task.window, ends, at, person.zone, told)


def weekly(session: Session, waiting: Sequence[Line], at: datetime) -> int:
    """Each person's Friday mail, where something waits that is signed after a deadline, or that was not told yet. How
    many letters."""
    by_person: dict[UUID, list[Line]] = {}
    for line in waiting:
        by_person.setdefault(line[0].person_id, []).append(line)
    count = 0
    for person_id, lines in by_person.items():
        person = session.get_one(Person, person_id)
        friday = this_friday(at, person.zone)
        tasks = [task for task, _, _ in lines]
        is_wanted = any(task.window is Window.AFTER_CLOSING or task.told_at is None for task in tasks)
        if is_wanted and at < friday + LATE and not effects.had_digest(session, person_id, friday):
            count += _digest(session, person, friday, at)
    return count


def _digest(session: Session, person: Person, friday: datetime, at: datetime) -> int:
    own = queries.open_to(session, queries.asked_in(session, queries.own_tasks(person.id)))
    known = commitments(session, own, at)
    waiting = [one for one in known if one.asked.word.answer is None and is_asked_now(one, at)]
    lines = [(one.asked.task, one.application, one.definition) for one in waiting]
    if not lines:
        return 0
    said = effects.Promised(promised_in(known, at, person.zone), above_full(known))
    effects.digest(session, person, lines, said, friday, at)
    return 1


def _is_granted(one: Commitment) -> bool:
    return one.asked.voice.grants(one.approval)


def promised_in(known: Iterable[Commitment], at: datetime, zone: str) -> tuple[Money, ...]:
    """What this person has signed for this year on these clocks, each currency for itself: the sides' budgets and what
    the institution adds; a side's part counts once."""
    year, parts = at.astimezone(ZoneInfo(zone)).year, dict[tuple[UUID, str], list[Money]]()
    for one in known:
        answer = one.asked.word.answer
        if not _is_granted(one) or answer is None or answer.at.astimezone(ZoneInfo(zone)).year != year:
            continue
        own = one.basis.sides.get(one.side.key)
        amounts = [money for _, money in own.years] if own is not None else []
        parts[one.application.id, one.side.key] = [
            *amounts, *co_funding(one.definition, one.side.key, one.basis.answers)
        ]  # fmt: skip
    return by_currency(money for amounts in parts.values() for money in amounts)


def by_currency(moneys: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency; currencies are never added."""
    all_ = list(moneys)
    return tuple(sum_of((m for m in all_ if m.currency == c), c) for c in sorted({m.currency for m in all_}))


def above_full(known: Iterable[Commitment]) -> tuple[Overload, ...]:
    """Who would be above all of the time in which year, if all that waits were signed too. An application counts once;
    what was refused or can no longer be signed does not count."""
    counted = {}
    for one in known:
        if _is_granted(one) or one.asked.word.answer is None:
            counted[one.application.id, one.side.key] = one.shares
    return overloads(share for own in counted.values() for share in own)
