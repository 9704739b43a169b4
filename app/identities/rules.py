"""Checks of addresses, identifiers and passwords."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from app.kernel.errors import Problem
from app.kernel.words import N_

SHORTEST_PASSWORD = 12
_LONGEST_ADDRESS = 254
_BREAKS_A_HEADER = set('<>()[],;:\\"')
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR = re.compile(rf"(?:https?://)?(?:ror\.org/)?0(?P<number>[{_CROCKFORD}]{{6}})(?P<check>[0-9]{{2}})/?")


def normalised_address(text: str) -> str | None:
    """The address as it is kept and compared, or None when it is none.

    Letters whose folding would make another address of it (ß, which becomes ss) are refused: mail would go astray.
    """
    typed = unicodedata.normalize("NFC", text.strip())
    address = typed.casefold()
    local, _, domain = address.partition("@")
    if address != typed.lower() or not local or "@" in domain or len(address.encode()) > _LONGEST_ADDRESS:
        return None
    if any(sign.isspace() or not sign.isprintable() or sign in _BREAKS_A_HEADER for sign in address):
        return None
    labels = domain.split(".")
    return address if len(labels) > 1 and all(labels) and all(local.split(".")) else None


def ror_is_valid(text: str) -> bool:
    """Whether this is a ROR id, bare or as an address, whose two check digits fit (ISO 7064, mod 97-10).

    The six characters are a number in Crockford's base 32; check = 98 - (number · 100) mod 97.
    """
    parts = _ROR.fullmatch(text.strip().lower())
    if parts is None:
        return False
    number = 0
    for sign in parts["number"]:
        number = number * 32 + _CROCKFORD.index(sign)
    return 98 - number * 100 % 97 == int(parts["check"])


def password_problems(text: str, known: Iterable[str] = ()) -> list[Problem]:
    """What is wrong with a new password: too short, or one of the `known` words (the person's name and addresses).

    There are no rules of composition: they make passwords worse.
    """
    if len(text) < SHORTEST_PASSWORD:
        message = N_("Use at least %(shortest)s characters. A few words in a row are easy to remember.")
        return [Problem("password_too_short", message, field="password", values={"shortest": SHORTEST_PASSWORD})]
    if text.strip().casefold() in {word.strip().casefold() for word in known}:
        message = N_("Choose something else than your name or address.")
        return [Problem("password_is_known", message, field="password")]
    return []
