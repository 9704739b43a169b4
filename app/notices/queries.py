"""Reading the board. Nobody's address is ever among what is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.identities.models import Person
from app.notices.models import Notice, NoticeContact
from app.notices.rules import Match, Words, keywords_of, match

MOST_SHOWN = 200


@dataclass(frozen=True)
class Wish:
    """What somebody looks for on the board; what is empty is not asked for."""

    words: str = ""
    institution: str = ""
    programme_key: str = ""
    call_id: UUID | None = None


@dataclass(frozen=True)
class NoticeRow:
    """A notice as people read it. `sought` is empty for any institution; about a call, a programme, or anything."""

    id: UUID
    author_id: UUID
    author: str
    affiliation: str
    topic: str
    brings: str
    seeks: str
    keywords: tuple[str, ...]
    institution: str
    sought: str
    programme_key: str | None
    call_id: UUID | None
    created_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    hidden_because: str | None

    @property
    def words(self) -> Words:
        return Words(self.topic, ", ".join(self.keywords), self.institution, self.sought)


def stands(at: datetime) -> ColumnElement[bool]:
    """Notices that the board shows: not ended, not past their day, not hidden, of somebody who may still sign in."""
    return Notice.ended_at.is_(None) & (Notice.ends_at > at) & Notice.hidden_at.is_(None) & Person.disabled_at.is_(None)


def is_standing(row: NoticeRow, at: datetime) -> bool:
    """The same for one that was read."""
    return row.ended_at is None and row.ends_at > at and row.hidden_because is None


def board(session: Session, at: datetime, wish: Wish = Wish()) -> tuple[NoticeRow, ...]:
    """What stands on the board, the newest first, as far as it is asked for. Every word must be in it somewhere."""
    conditions: list[ColumnElement[bool]] = [stands(at)]
    if wish.institution:
        conditions.append((Notice.institution == wish.institution) | (Notice.institution == ""))
    if wish.programme_key:
        conditions.append(Notice.programme_key == wish.programme_key)
    if wish.call_id:
        conditions.append(Notice.call_id == wish.call_id)
    for word in wish.words.split()[:8]:
        found = [
            func.lower(column).contains(word.lower(), autoescape=True)
            for column in (Notice.topic, Notice.brings, Notice.seeks, Notice.keywords)
        ]
        conditions.append(found[0] | found[1] | found[2] | found[3])
    return _rows(session, *conditions)


def own_notices(session: Session, person_id: UUID) -> tuple[NoticeRow, ...]:
    """Everything this person put up, ended or not."""
    return _rows(session, Notice.person_id == person_id)


def one(session: Session, notice_id: UUID) -> NoticeRow | None:
    """One notice in whatever state."""
    return next(iter(_rows(session, Notice.id == notice_id)), None)


def _rows(session: Session, *conditions: ColumnElement[bool]) -> tuple[NoticeRow, ...]:
    found = session.execute(
        select(Notice, Person.name, Person.institution)
        .join(Person, Person.id == Notice.person_id)
        .where(*conditions)
        .order_by(Notice.created_at.desc(), Notice.id)
        .limit(MOST_SHOWN)
    ).all()
    return tuple(
        NoticeRow(
            each.id,
            each.person_id,
            name,
            affiliation,
            each.topic,
            each.brings,
            each.seeks,
            keywords_of(each.keywords),
            each.institution,
            each.sought,
            each.programme_key,
            each.call_id,
            each.created_at,
            each.ends_at,
            each.ended_at,
            each.hidden_because,
        )
        for each, name, affiliation in found
    )


def matches_of(mine: NoticeRow, others: Sequence[NoticeRow]) -> tuple[tuple[NoticeRow, Match], ...]:
    """Who fits this notice and why, the best first; what one wrote oneself never fits."""
    found = [
        (row, fit)
        for row in others
        if row.author_id != mine.author_id and (fit := match(mine.words, row.words)) is not None
    ]
    return tuple(sorted(found, key=lambda each: (each[1].rank, each[0].created_at), reverse=True))


def contacts_since(session: Session, person_id: UUID, since: datetime) -> int:
    """How often this person wrote to authors since then."""
    return (
        session.scalar(
            select(func.count())
            .select_from(NoticeContact)
            .where(NoticeContact.by_person_id == person_id, NoticeContact.at > since)
        )
        or 0
    )


def contacts_with(session: Session, person_id: UUID, notice_id: UUID, at: datetime) -> int:
    """How often this person wrote about this notice in the last thirty days."""
    month = at - timedelta(days=30)
    return (
        session.scalar(
            select(func.count())
            .select_from(NoticeContact)
            .where(
                NoticeContact.by_person_id == person_id, NoticeContact.notice_id == notice_id, NoticeContact.at > month
            )
        )
        or 0
    )
