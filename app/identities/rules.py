"""Checks of addresses, identifiers and passwords."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from app.kernel.errors import Problem
from app.kernel.words import N_

SHORTEST_PASSWORD = 12
_LONGEST_ADDRESS = 254
_BREAKS_A_HEADER = set('<>()[],;:\\"')


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
