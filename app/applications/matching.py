"""What the sides' amounts must be to each other. Pure: a check by the frozen rates of the call, and never a sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations

from app.kernel.errors import Problem
from app.kernel.money import Money, exponent
from app.kernel.words import N_
from app.programmes.definition import Side, Text
from app.programmes.definition.tree.form import MatchingRule, Rate
from app.programmes.definition.vocabulary import Matching

COMPARING = frozenset({Matching.EQUAL, Matching.RATIO})
ON_SCALE = N_(
    "%(one)s: %(first)s. %(other)s: %(second)s. They are %(apart)s %% apart; at most %(allowed)s %% is allowed."
)
BY_RATE = N_(
    "%(one)s: %(first)s. %(other)s: %(second)s. At %(rates)s, the rates of the call for this check alone, they are "
    "%(apart)s %% apart; at most %(allowed)s %% is allowed."
)
IN_RATIO = N_(
    "%(one)s: %(first)s. %(other)s: %(second)s. The call asks for %(ratio)s. They are %(apart)s %% away from it; "
    "at most %(allowed)s %% is allowed."
)
IN_RATIO_BY_RATE = N_(
    "%(one)s: %(first)s. %(other)s: %(second)s. The call asks for %(ratio)s. At %(rates)s, the rates of the call for "
    "this check alone, they are %(apart)s %% away from it; at most %(allowed)s %% is allowed."
)


@dataclass(frozen=True)
class Share:
    """What one side would pay in all, and its number in the ratio of the call."""

    side: str
    money: Money
    weight: int = 1


@dataclass(frozen=True)
class Balance:
    """Two sides compared. `apart` is the difference in per cent of the larger one, each divided by its number."""

    one: Share
    other: Share
    apart: Fraction
    allowed: int
    is_ratio: bool
    rates: Text | None

    @property
    def is_met(self) -> bool:
        return self.apart <= self.allowed

    @property
    def problem(self) -> Problem:
        """The comparison in words, with both amounts and the rate; also where it is met."""
        messages = {
            (False, False): ON_SCALE,
            (False, True): BY_RATE,
            (True, False): IN_RATIO,
            (True, True): IN_RATIO_BY_RATE,
        }
        values: dict[str, object] = {
            "one": self.one.side,
            "first": self.one.money,
            "other": self.other.side,
            "second": self.other.money,
            "ratio": f"{self.one.weight}:{self.other.weight}",
            "rates": self.rates or "",
            "apart": per_cent(self.apart, ROUND_FLOOR if self.is_met else ROUND_CEILING),
            "allowed": str(self.allowed),
        }
        return Problem("not_matched", messages[self.is_ratio, bool(self.rates)], field="matching", values=values)


class Percent(Text):
    """A number of per cent as both languages write it."""

    def __str__(self) -> str:
        return self.en


def per_cent(value: Fraction, rounding: str) -> Percent:
    """With one decimal, rounded away from the line that it is held against."""
    exact = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.1"), rounding=rounding)
    text = f"{exact:f}".removesuffix(".0")
    return Percent(text, text.replace(".", ","))


def shares_of(rule: MatchingRule, paying: Sequence[Side], amounts: Mapping[str, Money]) -> tuple[Share, ...]:
    """The sides that take part and pay, in the order of the call; the numbers of the others fall out of the ratio."""
    weights = dict(zip((side.key for side in paying), rule.ratio, strict=False))
    return tuple(
        Share(side.short, amounts[side.key], weights.get(side.key, 1) if rule.rule is Matching.RATIO else 1)
        for side in paying
        if side.key in amounts
    )


def balances(rule: MatchingRule | None, shares: Sequence[Share], home: str | None) -> tuple[Balance, ...]:
    """Every two of the sides compared; nothing where each only keeps its own caps, or gives in kind.

    `home` is the currency of the leading side, in which the rates are written. Raises KeyError without a rate.
    """
    if rule is None or rule.rule not in COMPARING:
        return ()
    rates = {rate.currency: Fraction(rate.value) for rate in rule.rates} | {home or "": Fraction(1)}
    if len({share.money.currency for share in shares}) == 1:
        rates = {share.money.currency: Fraction(1) for share in shares}
    return tuple(
        Balance(
            one,
            other,
            _apart(_worth(one, rates), _worth(other, rates)),
            rule.percent or 0,
            rule.rule is Matching.RATIO,
            _rates_text(rule, {one.money.currency, other.money.currency}, home),
        )
        for one, other in combinations([share for share in shares if share.weight], 2)
    )


def _worth(share: Share, rates: Mapping[str, Fraction]) -> Fraction:
    return Fraction(share.money.major) * rates[share.money.currency] / share.weight


def _apart(one: Fraction, other: Fraction) -> Fraction:
    larger = max(one, other)
    return 100 * abs(one - other) / larger if larger else Fraction(0)


def _rates_text(rule: MatchingRule, currencies: set[str], home: str | None) -> Text | None:
    """The rates used, as `USD 1 = SEK 10.42 (2026-01-15, the Central Bank)`; none where both are in one currency."""
    if len(currencies) == 1:
        return None
    used = [rate for rate in rule.rates if rate.currency in currencies and rate.currency != home]
    said = [f"{rate.currency} 1 = {home} {rate.value.normalize():f}" for rate in used]
    whence = [whence_of(rate) for rate in used]
    return Percent(
        ", ".join(rate + (f" ({of.en})" if of.en else "") for rate, of in zip(said, whence, strict=True)),
        ", ".join(rate + (f" ({of.sv})" if of.sv else "") for rate, of in zip(said, whence, strict=True)),
    )


def whence_of(rate: Rate) -> Text:
    """Of which day a rate is and who published it, as far as the call says."""
    day, source = rate.date.isoformat() if rate.date is not None else "", rate.source or Text("", "")
    return Text(", ".join(filter(None, (day, source.en))), ", ".join(filter(None, (day, source.sv))))


@dataclass(frozen=True)
class Shown:
    """An amount as it would be in the currency of the lead side, with the rate in words. Only to show; never added."""

    money: Money
    about: Money
    rate: Rate

    @property
    def words(self) -> Text:
        """`at 10.42 SEK per USD, 2026-01-15, source …`: an amount at a rate is never shown without."""
        value, home = f"{self.rate.value.normalize():f}", self.about.currency
        day = f", {self.rate.date.isoformat()}" if self.rate.date is not None else ""
        source = self.rate.source or Text("", "")
        return Text(
            f"at {value} {home} per {self.money.currency}{day}" + (f", source {source.en}" if source.en else ""),
            f"vid {value.replace('.', ',')} {home} per {self.money.currency}{day}"
            + (f", källa {source.sv}" if source.sv else ""),
        )


def shown_at_rate(rule: MatchingRule | None, money: Money, home: str | None) -> Shown | None:
    """What an amount of another currency comes to at the reference rate of the call, to the whole unit; None where the
    call gives no rate, or the amount is in the lead side's own currency."""
    rate = next((rate for rate in rule.rates if rate.currency == money.currency), None) if rule else None
    if rate is None or home is None or money.currency == home:
        return None
    whole = (money.major * rate.value).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Shown(money, Money(int(whole) * 10 ** exponent(home), home), rate)


def match_problems(rule: MatchingRule | None, shares: Sequence[Share], home: str | None) -> list[Problem]:
    """What does not fit: sides too far apart, and a side that the ratio leaves nothing and that asks for something."""
    found = [balance.problem for balance in balances(rule, shares, home) if not balance.is_met]
    if rule is not None and rule.rule is Matching.RATIO:
        message = N_("%(side)s asks for %(asked)s, and the ratio of the call leaves it nothing.")
        found += [
            Problem("not_in_ratio", message, field="matching", values={"side": share.side, "asked": share.money})
            for share in shares
            if not share.weight and share.money.minor
        ]
    if rule is not None and rule.rule is Matching.IN_KIND and shares and not any(share.money.minor for share in shares):
        message = N_("No side asks for an amount; at least one must.")
        found.append(Problem("nothing_asked", message, field="matching"))
    return found
