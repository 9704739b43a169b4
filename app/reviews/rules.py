"""Scales with a direction, results of a panel, and ranks. Exact throughout: fractions, rounded only to be shown."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt
from typing import Protocol, TypeVar

from app.programmes.definition.tree import Scale as DeclaredScale
from app.programmes.definition.vocabulary import Best, Overall
from app.programmes.kinds import Text

Number = int | Decimal | Fraction
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Scale:
    """The values a panel may give. `best` says which end is the better one; nothing else may assume a direction."""

    key: str
    low: Decimal
    high: Decimal
    step: Decimal = Decimal(1)
    best: str = Best.HIGH
    labels: Mapping[Decimal, Text] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.low < self.high or self.step <= 0 or (self.high - self.low) % self.step:
            raise ValueError(f"scale {self.key}: from {self.low} to {self.high} by {self.step} does not come out even")
        Best(self.best)

    @classmethod
    def of(cls, declared: DeclaredScale) -> Scale:
        """The scale as a call declares it."""
        labels = {label.value: label.text for label in declared.labels}
        return cls(declared.key, declared.low, declared.high, declared.step, declared.best, labels)

    def points(self) -> tuple[Decimal, ...]:
        """Every value that may be given, lowest first."""
        return tuple(self.low + self.step * place for place in range(int((self.high - self.low) / self.step) + 1))

    def allows(self, value: Number) -> bool:
        """Whether a reviewer may give this value."""
        return self.covers(value) and (Fraction(value) - Fraction(self.low)) % Fraction(self.step) == 0

    def covers(self, value: Number) -> bool:
        """Whether the value lies between the ends, as every mean does."""
        return Fraction(self.low) <= Fraction(value) <= Fraction(self.high)

    @property
    def best_value(self) -> Decimal:
        return self.high if self.best == Best.HIGH else self.low

    @property
    def worst_value(self) -> Decimal:
        return self.low if self.best == Best.HIGH else self.high

    def oriented(self, value: Number) -> Fraction:
        """0 for the worst, 1 for the best: (value - worst) / (best - worst). Raises ValueError outside the scale."""
        if not self.covers(value):
            raise ValueError(f"{value} lies outside the scale {self.key}")
        worst, best = Fraction(self.worst_value), Fraction(self.best_value)
        return (Fraction(value) - worst) / (best - worst)

    def flip(self) -> Scale:
        """The same scale counted from the other end: what was `value` is `mirrored(value)`, and means the same."""
        best = Best.LOW if self.best == Best.HIGH else Best.HIGH
        return replace(self, best=best, labels={self.low + self.high - at: text for at, text in self.labels.items()})

    def mirrored(self, value: Number) -> Fraction:
        """The value that stands for this one on the flipped scale."""
        return Fraction(self.low) + Fraction(self.high) - Fraction(value)


@dataclass(frozen=True)
class Result:
    """What scores come to. `spread` is the sample variance, exact; it needs two scores, the others need one."""

    n: int
    mean: Fraction | None = None
    median: Fraction | None = None
    spread: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation, to be shown."""
        return None if self.spread is None else sqrt(self.spread)


def summarise(values: Iterable[Number | None]) -> Result:
    """The result of some scores in any order. None (missing, abstained) is no score: it is not counted, never zero."""
    given = sorted(Fraction(value) for value in values if value is not None)
    n = len(given)
    if n == 0:
        return Result(0)
    mean = sum(given, start=Fraction(0)) / n
    median = (given[(n - 1) // 2] + given[n // 2]) / 2
    spread = sum(((value - mean) ** 2 for value in given), start=Fraction(0)) / (n - 1) if n > 1 else None
    return Result(n, mean, median, spread, given[0], given[-1])


class Weighted(Protocol):
    """Anything with a key and a weight; a declared criterion is."""

    @property
    def key(self) -> str: ...
    @property
    def weight(self) -> Decimal: ...


@dataclass(frozen=True)
class Criterion:
    """What is judged, and how much it counts where the overall grade is computed."""

    key: str
    weight: Decimal = Decimal(1)


def overall(criteria: Iterable[Weighted], scores: Mapping[str, Number | None]) -> Fraction | None:
    """Σ w·s / Σ w. None as long as a criterion that counts has no score, or if none counts."""
    total, weights = Fraction(0), Fraction(0)
    for criterion in criteria:
        weight, score = Fraction(criterion.weight), scores.get(criterion.key)
        if weight < 0:
            raise ValueError(f"criterion {criterion.key} has a weight below zero")
        if weight and score is None:
            return None
        total += weight * Fraction(score or 0)
        weights += weight
    return total / weights if weights else None


def overall_grade(
    how: Overall, entered: Number | None, criteria: Iterable[Weighted], scores: Mapping[str, Number | None]
) -> Fraction | None:
    """The overall grade of one review: the reviewer's own judgement, or the weighted mean, as the call says."""
    if how is Overall.COMPUTED:
        return overall(criteria, scores)
    return None if entered is None else Fraction(entered)


@dataclass(frozen=True)
class Rank:
    """A place in a ranking; equal results share one, and the places after them are left out (1, 2=, 2=, 4)."""

    position: int
    tied: bool = False

    def __str__(self) -> str:
        return f"{self.position}=" if self.tied else str(self.position)


def ranks(results: Mapping[Key, Result], scale: Scale) -> dict[Key, Rank | None]:
    """The rank by mean, best first in the direction of the scale; None where there is no score."""
    means = {key: scale.oriented(result.mean) for key, result in results.items() if result.mean is not None}
    placed: dict[Fraction, list[Key]] = {}
    for key, mean in means.items():
        placed.setdefault(mean, []).append(key)
    ranked: dict[Key, Rank | None] = dict.fromkeys(results)
    position = 1
    for mean in sorted(placed, reverse=True):
        ranked.update(dict.fromkeys(placed[mean], Rank(position, len(placed[mean]) > 1)))
        position += len(placed[mean])
    return ranked


def rounded(value: Number | float, places: int = 2) -> Decimal:
    """The number that screen and export both show: rounded once, from the exact value, halves away from zero."""
    exact = Fraction(value)
    steps = floor(abs(exact) * 10**places + Fraction(1, 2))
    return Decimal(-steps if exact < 0 else steps).scaleb(-places)


def score_text(value: Number | float, locale: object, places: int = 2) -> str:
    """A score as one reads it, always with that many decimals: 2.50 in English, 2,50 in Swedish."""
    written = f"{rounded(value, places):.{places}f}"
    return written.replace(".", ",") if str(locale).lower().startswith("sv") else written
