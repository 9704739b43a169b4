"""Public identifiers that prove themselves by check digits."""

from __future__ import annotations

import re

ROR = re.compile(r"https://ror\.org/0[a-hjkmnp-tv-z0-9]{6}[0-9]{2}")
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def ror_of(text: str) -> str | None:
    """The address at ror.org of an id, bare or as an address, in any case; None where it is none or its digits do
    not prove."""
    bare = re.sub(r"^(https?://)?(ror\.org/)?", "", text.strip().lower()).removesuffix("/")
    address = f"https://ror.org/{bare}"
    return address if bare.isascii() and is_ror(address) else None


def orcid_of(text: str) -> str | None:
    """An ORCID iD as four groups of four, bare or as an address; None where it is none or its last digit does not
    prove the others (ISO 7064, MOD 11-2)."""
    bare = re.sub(r"^(https?://)?(www\.)?orcid\.org/", "", text.strip(), flags=re.IGNORECASE).removesuffix("/")
    digits = re.sub(r"[\s-]", "", bare).upper()
    if re.fullmatch(r"[0-9]{15}[0-9X]", digits) is None or orcid_digit(digits[:-1]) != digits[-1]:
        return None
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


def orcid_digit(digits: str) -> str:
    """The check digit of fifteen digits (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def is_ror(address: str) -> bool:
    """Whether this is the address of a record at ror.org with right check digits (ISO 7064, MOD 97-10)."""
    return ROR.fullmatch(address) is not None and proves_ror(address)


def proves_ror(address: str) -> bool:
    """Whether the two last digits of a well-formed address prove the others."""
    number = 0
    for sign in address[-9:-2]:
        number = number * 32 + _DIGITS.index(sign)
    return 98 - number * 100 % 97 == int(address[-2:])
