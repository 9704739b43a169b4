"""Six digits that let another browser in. They live a quarter of an hour, and a few wrong tries spend them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identities.models import LinkCode, PersonalLink
from app.kernel.errors import Problem, Refused
from app.kernel.words import N_

LIFE = timedelta(minutes=15)
DIGITS = 6
TRIES = 5
"""Wrong tries after which a code is worth nothing."""
TRIES_A_DAY = 20
"""Wrong tries after which a link takes no code for a day: a million are possible."""
CODES_A_DAY = 12
SAME = timedelta(seconds=30)
"""A second click within this time sends no second mail."""
FIELD = "code"


def digits_of(key: str, code_id: UUID) -> str:
    """The digits of a code, which only the holder of the key can make."""
    return digits_for(key, b"link-code|", code_id)


def digits_for(key: str, purpose: bytes, code_id: UUID) -> str:
    """The digits of a code for some purpose: neither the database nor the outbox holds them."""
    mac = hmac.new(key.encode(), purpose + code_id.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def new_code(session: Session, link_id: UUID, *, at: datetime) -> LinkCode:
    """A new code for a link, or the one that was made a moment ago. Refused when there were too many today."""
    _lock(session, link_id)
    last = _newest(session, link_id)
    if last is not None and last.created_at > at - SAME and _is_open(last, at):
        return last
    count = session.scalar(
        select(func.count()).where(LinkCode.link_id == link_id, LinkCode.created_at > at - timedelta(days=1))
    )
    if (count or 0) >= CODES_A_DAY or _guessed(session, link_id, at):
        raise Refused([TOO_OFTEN])
    code = LinkCode(link_id=link_id, created_at=at, expires_at=at + LIFE)
    session.add(code)
    session.flush()
    return code


def spend(session: Session, key: str, link_id: UUID, typed: str, *, at: datetime) -> Problem | None:
    """Try a code. None when it fits, and then it is spent; else why not. A wrong try counts: the caller commits it."""
    _lock(session, link_id)
    code = _newest(session, link_id)
    if _guessed(session, link_id, at):
        return TOO_OFTEN
    if code is None or not _is_open(code, at):
        return EXPIRED
    digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    if not hmac.compare_digest(digits.encode(), digits_of(key, code.id).encode()):
        code.wrong += 1
        session.flush()
        return WRONG if code.wrong < TRIES else SPENT
    code.used_at = at
    session.flush()
    return None


def _lock(session: Session, link_id: UUID) -> None:
    session.get_one(PersonalLink, link_id, with_for_update=True)


def _newest(session: Session, link_id: UUID) -> LinkCode | None:
    statement = select(LinkCode).where(LinkCode.link_id == link_id).order_by(LinkCode.created_at.desc()).limit(1)
    return session.scalar(statement.execution_options(populate_existing=True))


def _is_open(code: LinkCode, at: datetime) -> bool:
    return code.used_at is None and code.wrong < TRIES and code.expires_at > at


def _guessed(session: Session, link_id: UUID, at: datetime) -> bool:
    since = (LinkCode.link_id == link_id, LinkCode.created_at > at - timedelta(days=1))
    return (session.scalar(select(func.sum(LinkCode.wrong)).where(*since)) or 0) >= TRIES_A_DAY


WRONG = Problem(
    "wrong_code", N_("This is not the code. Look at the newest mail, and type its six digits."), field=FIELD
)
SPENT = Problem(
    "code_spent", N_("Too many wrong tries: this code no longer works. Let us mail a new one."), field=FIELD
)
EXPIRED = Problem("code_expired", N_("This code has expired, or was used. Let us mail a new one."), field=FIELD)
TOO_OFTEN = Problem(
    "too_often",
    N_("Too many codes were asked for or mistyped. Try again tomorrow, or ask the person who invited you."),
    field=FIELD,
)
