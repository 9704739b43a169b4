"""Money: whole minor units of one ISO currency, never a float, never added across currencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import total_ordering

from babel.numbers import format_currency, normalize_currency

from app.kernel.errors import Problem, Refused
from app.kernel.words import N_

# ISO 4217, list one: every currency that does not have two decimals.
_PLACES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {currency: places for places, currencies in _PLACES.items() for currency in currencies.split()}
_SIGNS = {
    "SEK": ("kr", ":-"),
    "DKK": ("kr",),
    "NOK": ("kr",),
    "ISK": ("kr",),
    "USD": ("us$", "$"),
    "CAD": ("ca$", "$"),
    "AUD": ("a$", "$"),
    "EUR": ("€",),
    "GBP": ("£",),
    "JPY": ("¥",),
    "CHF": ("fr",),
    "HUF": ("ft",),
}
LARGEST = 999_999_999_999
"""The largest amount that is read, in whole units: above every grant, and safe in a 64-bit column."""


def exponent(currency: str) -> int:
    """How many decimals the currency has by ISO 4217."""
    return _EXPONENTS.get(currency, 2)


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount in minor units (öre, cents) of a currency. Two currencies meet only in a ValueError: that is a bug."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise ValueError(f"minor units are whole, not {self.minor!r}")
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise ValueError(f"{self.currency!r} is no ISO currency code")

    @property
    def major(self) -> Decimal:
        """The exact amount in whole units, for a cell that holds a number."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return money_text(self, "en")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other


def sum_of(moneys: Iterable[Money], currency: str) -> Money:
    """The sum in that currency, zero of nothing. Raises ValueError when one of them is in another currency."""
    return sum(moneys, start=Money(0, currency))


class AmountProblem(Refused):
    """A typed text that is no amount. `code` is one of empty, not_a_number, ambiguous, too_precise, negative,
    too_large, another_currency; `values` of the template `message` are Money or plain strings."""

    def __init__(self, code: str, message: str, **values: object) -> None:
        self.code, self.message, self.values = code, message, values
        super().__init__([self.problem()])

    def problem(self, field: str | None = None, side: str | None = None) -> Problem:
        """The same as a Problem, tied to the place where it was typed."""
        return Problem(self.code, self.message, field=field, side=side, values=self.values)


_BLANKS = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u2009\u202f", " ") | {"’": "'", "ʼ": "'", "\u2212": "-"})
_SHAPE = re.compile(
    r"(?P<minus>-?) ?(?P<before>[^\d\s-]*) ?(?P<below>-?) ?(?P<body>\d(?:[\d ',.]*\d)?) ?(?P<after>.*)", re.ASCII
)


def parse_amount(text: str, currency: str) -> Money:
    """Read what a person typed, in Swedish or English writing. Raises AmountProblem, and never guesses.

    Spaces of every width, apostrophes, commas and dots may group thousands; the currency may stand at either end.
    """
    typed = " ".join(text.translate(_BLANKS).split())
    if not typed:
        raise AmountProblem("empty", N_("Write an amount; 0 if nothing is asked for."))
    shape = _SHAPE.fullmatch(typed)
    if shape is None:
        raise _no_number(typed)
    for word in (shape["before"], shape["after"]):
        _check_currency(word, currency, typed)
    whole, fraction = _split(shape["body"], currency, typed)
    if shape["minus"] or shape["below"]:
        raise AmountProblem("negative", N_("An amount cannot be below zero."))
    return _exact(whole, fraction, currency, typed)


def _check_currency(word: str, currency: str, typed: str) -> None:
    plain = word.strip().lower()
    plain = plain.removesuffix(".") or plain
    if not plain or plain == currency.lower() or plain in _SIGNS.get(currency, ()):
        return
    if normalize_currency(plain) or any(plain in signs for signs in _SIGNS.values()):
        message = N_("“%(typed)s” names another currency. This budget is in %(currency)s.")
        raise AmountProblem("another_currency", message, typed=_brief(typed), currency=currency)
    raise _no_number(typed)


def _split(body: str, currency: str, typed: str) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    runs, marks = re.split(r"[ ',.]", body), re.findall(r"[ ',.]", body)
    if not marks:
        return body, ""
    last, groups = marks[-1], marks[:-1]
    is_decimal = last in ",." and last not in groups
    whole, fraction = (runs[:-1], runs[-1]) if is_decimal else (runs, "")
    fits = len(whole) == 1 or (1 <= len(whole[0]) <= 3 and all(len(run) == 3 for run in whole[1:]))
    if not fits or len(set(groups if is_decimal else marks)) > 1:
        raise _no_number(typed)
    if len(fraction) == 3 and not set(groups) & {",", "."}:
        raise _ambiguous(runs, last, currency, typed)
    return "".join(whole), fraction


def _exact(whole: str, fraction: str, currency: str, typed: str) -> Money:
    places, known = exponent(currency), fraction.rstrip("0")
    if len(known) > places:
        message = N_("“%(typed)s” has too many decimals. %(currency)s has at most %(places)s.")
        raise AmountProblem("too_precise", message, typed=_brief(typed), currency=currency, places=str(places))
    digits = whole.lstrip("0") or "0"
    if len(digits) > len(str(LARGEST)):
        message = N_("That is more than %(largest)s, the most that can be kept.")
        raise AmountProblem("too_large", message, largest=Money(LARGEST * 10**places, currency))
    return Money(int(digits) * 10**places + int(known.ljust(places, "0") or "0"), currency)


def _ambiguous(runs: list[str], mark: str, currency: str, typed: str) -> AmountProblem:
    """Both readings as Money; one that the currency cannot hold is named as it was written."""
    before, after = "".join(runs[:-1]), runs[-1]
    message = N_(
        "“%(typed)s” can be read as %(thousands)s or as %(decimals)s. Write thousands with a space, such as 100 000."
    )
    return AmountProblem(
        "ambiguous",
        message,
        typed=_brief(typed),
        thousands=_reading(before + after, "", before + after, currency),
        decimals=_reading(before, after, f"{before}{mark}{after}", currency),
    )


def _reading(whole: str, fraction: str, written: str, currency: str) -> Money | str:
    try:
        return _exact(whole, fraction, currency, written)
    except AmountProblem:
        return _brief(written)


def _no_number(typed: str) -> AmountProblem:
    message = N_("“%(typed)s” is not an amount. Write it with digits, such as 100 000.")
    return AmountProblem("not_a_number", message, typed=_brief(typed))


def _brief(typed: str) -> str:
    return typed if len(typed) <= 40 else f"{typed[:39]}…"


def money_text(money: Money, locale: object) -> str:
    """The amount with its code, as one reads it: `SEK 1,000,000` in English; decimals only where they are not zero."""
    places = exponent(money.currency)
    pattern = "¤¤ #,##0" + (f".{'0' * places}" if money.minor % 10**places else "")
    with localcontext() as exact:
        exact.prec = max(exact.prec, len(str(money.minor)) + places + 2)  # an amount of any size is written
        return str(format_currency(money.major, money.currency, pattern, locale=_babel(locale), currency_digits=False))


def amount_text(money: Money, locale: object) -> str:
    """The amount without its code, for a field: `parse_amount` reads it back to the same, in both languages.

    Thousands stand apart by spaces in English too, since `100,000` alone would be ambiguous. Three decimals get a
    fourth for the same reason.
    """
    places = exponent(money.currency)
    whole, rest = divmod(abs(money.minor), 10**places)
    fraction = f"{rest:0{places}d}" + ("0" if places == 3 else "") if rest else ""
    mark = "," if _babel(locale) == "sv" else "."
    return ("-" if money.minor < 0 else "") + f"{whole:,}".replace(",", " ") + (mark + fraction if fraction else "")


def _babel(locale: object) -> str:
    return "sv" if str(locale).lower().startswith("sv") else "en"
