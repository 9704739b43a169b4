"""Being told of calls by mail: asked for by anybody, confirmed by whoever reads the address, stopped with one press.

An address is written to once to be confirmed, and never again unless it is. News of a call and a reminder before its
deadline go once each; reminders at nine in the morning in the chosen zone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from app.communications import services as mail
from app.communications.instants import instant_text
from app.communications.models import Letter, Subscription
from app.identities.services import allow_attempt, clean_address
from app.kernel.database import scoped
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_
from app.programmes import queries
from app.programmes.deadlines import LATE, Standing, reminder_instant, standing
from app.programmes.definition import Programme
from app.programmes.finding import EVERYTHING, Wish, entry_of, matches, wish_of
from app.programmes.queries import PublicCall

DAYS = (1, 3, 7, 14, 30)
UNCONFIRMED = timedelta(days=7)
"""After so long an address that was never confirmed is forgotten."""
ALIVE = (Standing.FORECAST, Standing.ANNOUNCED, Standing.OPEN)
TOO_OFTEN = Problem(
    "too_often", N_("This was asked for too often just now. Wait a quarter of an hour and try again."), field="address"
)
GONE = Problem(
    "alert_gone",
    N_("This link no longer works: the address is not kept any more. You can ask anew on the list of calls."),
)
NO_ZONE = Problem("no_zone", N_("Choose a time zone from the list."), field="zone")
NO_DAYS = Problem("no_days", N_("Choose how many days before the deadline you want to be told."), field="days")


@dataclass(frozen=True)
class Subject:
    """What is asked for: one call, or every call that matches a saved search."""

    call_key: str = ""
    wish: Wish = EVERYTHING

    @property
    def text(self) -> str:
        if self.call_key:
            return f"call:{self.call_key}"
        return "list:" + json.dumps(self.wish.without_status().as_dict(), sort_keys=True, ensure_ascii=False)

    def concerns(self, row: PublicCall, programme: Programme | None, stands: Standing) -> bool:
        """Whether a call is what was asked for."""
        if self.call_key:
            return row.key == self.call_key
        return matches(self.wish, entry_of(row.sha256, row.definition, programme, stands))


def subject_of(text: str) -> Subject:
    """What a kept text asks for."""
    kind, _, rest = text.partition(":")
    return Subject(rest) if kind == "call" else Subject(wish=wish_of(json.loads(rest)))


def ask(
    session: Session, address: str, subject: Subject, *, days: int, zone: str, locale: str, who: str, at: datetime
) -> None:
    """Keep the wish and mail a link to confirm it. Whether the address was known is told by nothing here.

    Refused when the address is none, the zone or the days are none of the list, or `who` or the address asks too often.
    """
    normal = clean_address(address)
    problems = [NO_DAYS] if days not in DAYS else []
    problems += [NO_ZONE] if not _is_zone(zone) else []
    if problems:
        raise Refused(problems)
    if not allow_attempt(session, "alert-from", who, at=at):
        raise Refused([TOO_OFTEN])
    known = session.scalar(
        select(Subscription).where(Subscription.address == normal, Subscription.subject == subject.text)
    )
    if known is None:
        known = Subscription(
            address=normal, subject=subject.text, days_before=days, zone=zone, locale=locale, created_at=at
        )
        session.add(known)
        session.flush()
    elif known.confirmed_at is None:
        known.days_before, known.zone, known.locale = days, zone, locale
    if known.confirmed_at is None and _may_write_to(session, normal, at):
        _post(session, known, "alert_confirm", f"ask:{at:%Y%m%d%H}", {}, at=at)


def _may_write_to(session: Session, address: str, at: datetime) -> bool:
    """At most one mail an hour and three a day that ask an address to confirm, whoever asks for them."""
    day = at - timedelta(days=1)
    asked = session.scalars(
        scoped(
            select(Letter.created_at)
            .join(Subscription, Subscription.id == Letter.subscription_id)
            .where(Subscription.address == address, Letter.kind == "alert_confirm", Letter.created_at > day)
        )
    ).all()
    return len(asked) < 3 and all(at - each >= timedelta(hours=1) for each in asked)


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return False
    return bool(zone)


def confirm(session: Session, subscription: Subscription, *, at: datetime) -> None:
    """Begin to tell. Confirmed twice is confirmed once."""
    subscription.confirmed_at = subscription.confirmed_at or at
    session.flush()


def stop(session: Session, subscription_id: UUID) -> None:
    """Forget the address, and every letter to it. Stopped twice is stopped once."""
    session.execute(_quietly(delete(Letter).where(Letter.subscription_id == subscription_id)))
    session.execute(delete(Subscription).where(Subscription.id == subscription_id))
    session.flush()


def tell_all(session: Session, programmes: Mapping[str, Programme], at: datetime) -> int:
    """Put all news and reminders that are due into the outbox. How many were put; the number of statements is constant
    until something is due."""
    session.execute(_forgotten_letters(at))
    session.execute(
        delete(Subscription).where(Subscription.confirmed_at.is_(None), Subscription.created_at < at - UNCONFIRMED)
    )
    wishes = session.scalars(select(Subscription).where(Subscription.confirmed_at.is_not(None))).all()
    if not wishes:
        return 0
    rows = [(row, standing(row, at)) for row in queries.public_rows(session, at)]
    alive = [(row, stands) for row, stands in rows if stands in ALIVE]
    told = set(session.scalars(scoped(select(Letter.dedupe).where(Letter.subscription_id.is_not(None)))))
    count = 0
    for wish in wishes:
        subject = subject_of(wish.subject)
        for row, stands in alive:
            if subject.concerns(row, programmes.get(row.definition.programme), stands):
                due = [*_news(wish, subject, row, stands), *_reminder(wish, row, stands, at)]
                for kind, name in due:
                    if f"alert:{wish.id}:{name}" not in told:
                        _post(session, wish, kind, name, _values(row, stands, wish), at=at)
                        count += 1
    return count


def _forgotten_letters(at: datetime) -> Delete:
    old = select(Subscription.id).where(Subscription.confirmed_at.is_(None), Subscription.created_at < at - UNCONFIRMED)
    return _quietly(delete(Letter).where(Letter.subscription_id.in_(old)))


def _news(wish: Subscription, subject: Subject, row: PublicCall, stands: Standing) -> list[tuple[str, str]]:
    """A call that came after the address was confirmed; as a forecast and as announced it is news each time."""
    since = row.public_since
    assert wish.confirmed_at is not None
    if subject.call_key or since is None or since < wish.confirmed_at:
        return []
    return [("alert_news", f"{'forecast' if stands is Standing.FORECAST else 'announced'}:{row.id}")]


def _reminder(wish: Subscription, row: PublicCall, stands: Standing, at: datetime) -> list[tuple[str, str]]:
    if row.due is None or stands is Standing.FORECAST:
        return []
    due = reminder_instant(row.due, wish.days_before, wish.zone)
    return [("alert_deadline", f"closes:{row.id}:{row.due:%Y%m%d}")] if due <= at < due + LATE else []


def _values(row: PublicCall, stands: Standing, wish: Subscription) -> dict[str, object]:
    call = row.definition
    return {
        "call": call.title.in_(wish.locale),
        "summary": call.summary.in_(wish.locale),
        "key": row.key,
        "is_forecast": stands is Standing.FORECAST,
        "days": wish.days_before,
        "times": _times(row, wish),
    }


def _times(row: PublicCall, wish: Subscription) -> list[dict[str, str]]:
    """The deadline on the clocks of each side and of the reader; nothing when no source tells it."""
    if row.due is None:
        return []
    places = [(side.short, side.zone) for side in row.definition.sides]
    if wish.zone not in {zone for _, zone in places}:
        places.append((wish.zone, wish.zone))
    return [{"place": place, "time": instant_text(row.due, zone, wish.locale)} for place, zone in places]


def _post(
    session: Session, wish: Subscription, kind: str, name: str, values: Mapping[str, object], *, at: datetime
) -> None:
    mail.post_to_address(session, kind, wish, dedupe=f"alert:{wish.id}:{name}", values=dict(values), at=at)


def _quietly(statement: Delete) -> Delete:
    """Letters to an address that is going are deleted unread: no object of them is held, so none is looked up."""
    return scoped(statement.execution_options(synchronize_session=False))
