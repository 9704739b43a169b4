"""Public identifiers that prove themselves by check digits."""

from __future__ import annotations

import re

ROR = re.compile(r"https://ror\.org/0[a-hjkmnp-tv-z0-9]{6}[0-9]{2}")
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def is_ror(address: str) -> bool:
    """Whether this is the address of a record at ror.org with right check digits (ISO 7064, MOD 97-10)."""
    return ROR.fullmatch(address) is not None and proves_ror(address)


def proves_ror(address: str) -> bool:
    """Whether the two last digits of a well-formed address prove the others."""
    number = 0
    for sign in address[-9:-2]:
        number = number * 32 + _DIGITS.index(sign)
    return 98 - number * 100 % 97 == int(address[-2:])
