"""Swedish personal identity and coordination numbers inside a text: found, so that nobody is registered by one. Pure.

A number counts when its date can exist and its check digit fits (the Luhn sum of its ten last digits). A coordination
number has 60 added to its day. Ten bare digits that begin as telephone numbers do (`070…`, `08…`) are passed over.
"""

from __future__ import annotations

import datetime as dt
import re

_NUMBER = re.compile(
    r"(?<![0-9A-Za-z+./:-])(?P<century>18|19|20)?(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?P<sign>[-+\u2010-\u2015\u2212]|[ \u00a0])?(?P<rest>[0-9]{4})(?![0-9A-Za-z-])"
)
_TELEPHONES = ("070", "08")
COORDINATION = 60
"""What is added to the day of a coordination number."""


def personal_numbers(text: str) -> tuple[str, ...]:
    """Every number in the text as it was written, in order."""
    return tuple(found[0] for found in _NUMBER.finditer(text) if _is_one(found))


def masked(number: str) -> str:
    """The number with its last four digits hidden: a page that warns of one does not repeat it."""
    return number[:-4] + "••••"


def luhn_digit(nine: str) -> str:
    """The check digit of nine digits."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _is_one(found: re.Match[str]) -> bool:
    ten = found["year"] + found["month"] + found["day"] + found["rest"]
    if found["century"] is None and not found["sign"] and ten.startswith(_TELEPHONES):
        return False
    return luhn_digit(ten[:9]) == ten[9] and _can_be(found)


def _can_be(found: re.Match[str]) -> bool:
    """Whether the date exists, in the written century or in any that it may mean."""
    day = int(found["day"])
    if day > COORDINATION:
        day -= COORDINATION
    centuries = [found["century"]] if found["century"] else ["19", "20"]
    return any(_exists(int(century + found["year"]), int(found["month"]), day) for century in centuries)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
