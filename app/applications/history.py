"""How every answer and budget line came to be what it is: each version, who wrote it, and when. No deed of the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.models import AnswerVersion, Application
from app.applications.parts import Kept
from app.applications.tally import Line
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.money import Money

STRETCH = timedelta(minutes=5)
"""How long one row grows while the same person writes on."""
GONE = 40
"""More signs than these taken away at once are worth a version of their own: what stood there stays readable."""


def note_version(
    session: Session,
    application: Application,
    key: str,
    value: Any,
    *,
    by: Acting,
    at: datetime,
    number: int | None = None,
) -> None:
    """Remember what stands under a key from now on, in the caller's transaction. `number` is the answer's version; without
    it the next one. An emptied answer is an empty text. A stretch of writing by one person grows one row."""
    note_versions(session, application, {key: (number, value)}, by=by, at=at)


def note_versions(
    session: Session,
    application: Application,
    changed: Mapping[str, tuple[int | None, Any]],
    *,
    by: Acting,
    at: datetime,
    stood: Mapping[str, Kept] | None = None,
) -> None:
    """As `note_version`, for several keys with one look at what was known before. `stood` is what stood there: an answer
    older than its history is remembered with its first change."""
    known = newest(session, application, changed)
    for key, (number, value) in changed.items():
        last, before = known.get(key), (stood or {}).get(key)
        if last is None and before is not None:
            _add(
                session, application, key, before.version, _text_of(before), None, before.changed_by, before.changed_at
            )
        if last is not None and last.value == value:
            continue
        following = number or (last.number + 1 if last else 1)
        if last is not None and is_one_stretch(last, value, by=by, at=at, submitted_at=application.submitted_at):
            last.number, last.value, last.at = following, value, at
        else:
            _add(session, application, key, following, value, by.person_id, by.name, at)
    session.flush()


def _text_of(kept: Kept) -> Any:
    return "" if kept.value is None else kept.value


def _add(  # noqa: PLR0917  # the columns of a row
    session: Session,
    application: Application,
    key: str,
    number: int,
    value: Any,
    person_id: UUID | None,
    name: str,
    at: datetime,
) -> None:
    session.add(
        AnswerVersion(
            application_id=application.id,
            key=key,
            number=number,
            value=value,
            begun_at=at,
            at=at,
            by_person_id=person_id,
            by_name=name,
        )
    )


def newest(session: Session, application: Application, keys: Mapping[str, object]) -> dict[str, AnswerVersion]:
    """The newest version under each of these keys."""
    last = (
        select(AnswerVersion.key, func.max(AnswerVersion.number).label("number"))
        .where(AnswerVersion.application_id == application.id, AnswerVersion.key.in_(keys))
        .group_by(AnswerVersion.key)
        .subquery()
    )
    rows = session.scalars(
        scoped(
            select(AnswerVersion)
            .join(last, (last.c.key == AnswerVersion.key) & (last.c.number == AnswerVersion.number))
            .where(AnswerVersion.application_id == application.id)
        )
    )
    return {row.key: row for row in rows}


class Stretch(Protocol):
    """The newest row of one answer's history."""

    @property
    def id(self) -> UUID: ...

    @property
    def value(self) -> Any: ...

    @property
    def begun_at(self) -> datetime: ...

    @property
    def at(self) -> datetime: ...

    @property
    def by_person_id(self) -> UUID | None: ...


def is_one_stretch(last: Stretch, value: Any, *, by: Acting, at: datetime, submitted_at: datetime | None) -> bool:
    """Whether this only goes on with what the same person began a few minutes ago: nobody else wrote there, nothing was
    submitted between, and not much of what stood there is gone."""
    is_young = last.begun_at <= last.at <= at < last.begun_at + STRETCH
    is_sent_between = submitted_at is not None and submitted_at >= last.begun_at
    return is_young and last.by_person_id == by.person_id and not is_sent_between and goes_on(last.value, value)


def goes_on(before: Any, after: Any) -> bool:
    """Whether a text was written on rather than replaced: at most `GONE` signs of it went."""
    old, new = _signs(before), _signs(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    return len(old) - start - end <= GONE


def _alike(one: str, other: str) -> int:
    """How many signs two texts have in common from their beginning."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[:middle] == other[:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _signs(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def budget_key(side_key: str, line: Line) -> str:
    """The key under which a line of a budget is remembered; no question's key holds a stroke."""
    year, cost = line
    return f"budget/{side_key}/{year}/{cost}"


def amount_value(money: Money | None) -> Any:
    """An amount as it is remembered; a line taken out is an empty text, as an emptied answer is."""
    return "" if money is None else {"minor": money.minor, "currency": money.currency}
