"""Proving an address: a six-digit code is mailed to it, and asked for in the browser session that asked.

Only the hash of a code is kept, and the digits are made anew when the mail is; a code is worth nothing outside that one
session, and nothing after half an hour.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identities.codes import digits_for
from app.identities.models import AddressProof, EmailAddress, LoginSession, Person
from app.identities.services import allow_attempt, clean_address, hash_of, person_by_address
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.words import N_

LIFETIME = timedelta(minutes=30)
TRIES = 5
DAY = 86_400
CODES_A_DAY, CODES_FOR_ONE = 20, 30
"""Codes a person may ask for in a day, and codes for one address, whoever asks: five tries each, of a million."""
MOST_ADDRESSES = 10


@dataclass(frozen=True)
class Asked:
    """A code that was made: the mail that carries it is put by the caller."""

    proof_id: UUID
    address: str
    code_id: UUID


def session_of(session: Session, secret: str) -> LoginSession:
    """The open browser session behind a cookie's secret. Links have none here: proving takes an account."""
    found = session.scalar(
        select(LoginSession).where(
            LoginSession.secret_hash == hash_of(secret),
            LoginSession.ended_at.is_(None),
            LoginSession.link_id.is_(None),
        )
    )
    if found is None:
        raise NotFound()
    return found


def digits_of(key: str, code_id: UUID) -> str:
    """The digits of a code, which only the holder of the key can make."""
    return digits_for(key, b"address-code|", code_id)


def ask_code(session: Session, secret: str, address: str, *, key: str, at: datetime) -> Asked:
    """A new code for an address, whoever it belongs to; an earlier one is worth nothing. Refused when asked too often,
    by this person or for this address."""
    browser, normal = session_of(session, secret), clean_address(address)
    _not_too_often(session, browser.person_id, normal, at)
    code_id = uuid4()
    code = digits_of(key, code_id)
    proof = session.scalar(
        select(AddressProof).where(AddressProof.login_session_id == browser.id, AddressProof.address == normal)
    ) or AddressProof(login_session_id=browser.id, address=normal)
    proof.id = proof.id or UUID(bytes=secrets.token_bytes(16))
    proof.code_hash, proof.tries, proof.proved_at = _hash(proof.id, code), 0, None
    proof.created_at, proof.expires_at = at, at + LIFETIME
    session.add(proof)
    session.flush()
    return Asked(proof.id, normal, code_id)


def _not_too_often(session: Session, person_id: UUID, address: str, at: datetime) -> None:
    if not allow_attempt(session, "code-asked", f"{person_id}", at=at):
        message = N_("Too many codes were asked for. Wait a quarter of an hour.")
        raise Refused([Problem("too_often", message, field="address")])
    by_one = allow_attempt(session, "codes-of-a-day", f"{person_id}", at=at, most=CODES_A_DAY, per=DAY)
    for_one = allow_attempt(session, "codes-for-an-address", address, at=at, most=CODES_FOR_ONE, per=DAY)
    if not (by_one and for_one):
        message = N_("Too many codes were asked for today. Try again tomorrow.")
        raise Refused([Problem("too_often", message, field="address")])


def _hash(proof_id: UUID, code: str) -> str:
    return hash_of(f"{proof_id}|{code}")


def prove(session: Session, secret: str, address: str, code: str, *, at: datetime) -> bool:
    """Whether the code fits; every try counts, and after five a new code must be asked for. The caller commits."""
    proof = _proof(session, session_of(session, secret).id, address)
    if proof is None or proof.expires_at <= at or proof.tries >= TRIES:
        return False
    proof.tries += 1
    typed = "".join(code.split())
    fits = secrets.compare_digest(_hash(proof.id, typed), proof.code_hash)
    if fits:
        proof.proved_at = at
    session.flush()
    return fits


def is_proved(session: Session, secret: str, address: str, *, at: datetime) -> bool:
    """Whether this browser session has proved the address within the last half hour."""
    proof = _proof(session, session_of(session, secret).id, address)
    return proof is not None and proof.proved_at is not None and proof.proved_at + LIFETIME > at


def _proof(session: Session, login_session_id: UUID, address: str) -> AddressProof | None:
    return session.scalar(
        select(AddressProof).where(
            AddressProof.login_session_id == login_session_id, AddressProof.address == clean_address(address)
        )
    )


def addresses_of(session: Session, person_id: UUID) -> tuple[EmailAddress, ...]:
    """A person's addresses, the primary one first."""
    rows = session.scalars(
        select(EmailAddress)
        .where(EmailAddress.person_id == person_id)
        .order_by(EmailAddress.is_primary.desc(), EmailAddress.address)
    )
    return tuple(rows)


def holder_of(session: Session, address: str) -> Person | None:
    """Who has this address."""
    return person_by_address(session, address)


def add_address(session: Session, secret: str, address: str, *, at: datetime) -> EmailAddress:
    """Give the person of this session one more address. Refused before it is proved here, and for somebody else's."""
    browser, normal = session_of(session, secret), clean_address(address)
    if not is_proved(session, secret, normal, at=at):
        raise Refused([NOT_PROVED])
    known = session.scalar(select(EmailAddress).where(EmailAddress.address == normal))
    if known is not None and known.person_id != browser.person_id:
        raise Refused([Problem("address_taken", N_("There is somebody with this address already."), field="address")])
    count = session.scalar(
        select(func.count()).select_from(EmailAddress).where(EmailAddress.person_id == browser.person_id)
    )
    if known is None and (count or 0) >= MOST_ADDRESSES:
        message = N_("You have %(limit)s addresses. Remove one first.")
        raise Refused([Problem("too_many", message, field="address", values={"limit": MOST_ADDRESSES})])
    row = known or EmailAddress(person_id=browser.person_id, address=normal, is_primary=False, created_at=at)
    row.proved_at = at
    session.add(row)
    session.flush()
    return row


NOT_PROVED = Problem("not_proved", N_("Ask for a code first, and write it here within half an hour."), field="code")


PRESENT_FIRST = Problem(
    "present_first",
    N_("First prove the address to which mail goes now. If you no longer read its mail, ask an administrator."),
    field="addresses",
)


def make_primary(session: Session, secret: str, address_id: UUID, *, at: datetime) -> None:
    """Let mail go to this address. NotFound for somebody else's; Refused for one that was never proved, and before this
    browser session has proved the address to which mail goes now: a borrowed session takes no account over."""
    rows = addresses_of(session, session_of(session, secret).person_id)
    wanted = next((row for row in rows if row.id == address_id), None)
    if wanted is None:
        raise NotFound()
    if wanted.proved_at is None and not wanted.is_primary:
        raise Refused([NOT_PROVED])
    if not wanted.is_primary and not is_proved(session, secret, rows[0].address, at=at):
        raise Refused([PRESENT_FIRST])
    for row in rows:
        row.is_primary = False
    session.flush()
    wanted.is_primary = True
    session.flush()


def remove_address(session: Session, person_id: UUID, address_id: UUID) -> None:
    """Give an address up. Refused for the primary one: mail must go somewhere."""
    wanted = next((row for row in addresses_of(session, person_id) if row.id == address_id), None)
    if wanted is None:
        raise NotFound()
    if wanted.is_primary:
        message = N_("Mail goes to this address. Choose another one for mail before you remove it.")
        raise Refused([Problem("is_primary", message, field="addresses")])
    session.delete(wanted)
    session.flush()
