"""Scales with a direction, results of a panel, and ranks. Exact throughout: fractions, rounded only to be shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt
from typing import Protocol, TypeVar

from app.programmes.definition.tree import Grade
from app.programmes.definition.tree import Scale as DeclaredScale
from app.programmes.definition.vocabulary import Best, Formula, Overall, PanelResult
from app.programmes.expressions import NUMBER, CannotEvaluate, ExpressionRefused, evaluate, parse
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
    is_numeric: bool = True

    def __post_init__(self) -> None:
        if not self.low < self.high or self.step <= 0 or (self.high - self.low) % self.step:
            raise ValueError(f"scale {self.key}: from {self.low} to {self.high} by {self.step} does not come out even")
        Best(self.best)

    @classmethod
    def of(cls, declared: DeclaredScale) -> Scale:
        """The scale as a call declares it."""
        labels = {label.value: label.text for label in declared.labels}
        return cls(declared.key, declared.low, declared.high, declared.step, declared.best, labels, declared.is_numeric)

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

    def times(self, factor: Number) -> Scale:
        """The same scale with every value so many times as large; its steps no longer mean anything."""
        if factor == 1:
            return self
        low, high = Fraction(self.low) * Fraction(factor), Fraction(self.high) * Fraction(factor)
        return replace(self, low=_decimal(low), high=_decimal(high), step=_decimal(high - low), labels={})

    def flip(self) -> Scale:
        """The same scale counted from the other end: what was `value` is `mirrored(value)`, and means the same."""
        best = Best.LOW if self.best == Best.HIGH else Best.HIGH
        return replace(self, best=best, labels={self.low + self.high - at: text for at, text in self.labels.items()})

    def mirrored(self, value: Number) -> Fraction:
        """The value that stands for this one on the flipped scale."""
        return Fraction(self.low) + Fraction(self.high) - Fraction(value)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


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
    grade: Grade | None, entered: Number | None, criteria: Iterable[Weighted], scores: Mapping[str, Number | None]
) -> Fraction | None:
    """The overall grade of one review: the reviewer's own judgement, or computed as the call says.

    Criteria on scales of words do not count. None as long as a criterion that counts has no score.
    """
    if grade is None or grade.how is Overall.ENTERED:
        return None if entered is None else Fraction(entered)
    return COMPUTED[grade.formula](grade, tuple(criteria), scores)


def _weighted_mean(
    grade: Grade, criteria: tuple[Weighted, ...], scores: Mapping[str, Number | None]
) -> Fraction | None:
    return overall(criteria, scores)


def _weighted_sum(grade: Grade, criteria: tuple[Weighted, ...], scores: Mapping[str, Number | None]) -> Fraction | None:
    """Σ w·s."""
    mean = overall(criteria, scores)
    return None if mean is None else mean * sum((Fraction(each.weight) for each in criteria), start=Fraction(0))


def _alike(criteria: tuple[Weighted, ...], scores: Mapping[str, Number | None]) -> list[Fraction] | None:
    given = [scores.get(criterion.key) for criterion in criteria]
    return None if not given or None in given else [Fraction(score) for score in given if score is not None]


def _mean(grade: Grade, criteria: tuple[Weighted, ...], scores: Mapping[str, Number | None]) -> Fraction | None:
    return summarise(_alike(criteria, scores) or ()).mean


def _median(grade: Grade, criteria: tuple[Weighted, ...], scores: Mapping[str, Number | None]) -> Fraction | None:
    return summarise(_alike(criteria, scores) or ()).median


def _ten_times(grade: Grade, criteria: tuple[Weighted, ...], scores: Mapping[str, Number | None]) -> Fraction | None:
    mean = _mean(grade, criteria, scores)
    return None if mean is None else 10 * mean


def _by_expression(
    grade: Grade, criteria: tuple[Weighted, ...], scores: Mapping[str, Number | None]
) -> Fraction | None:
    """Over the scores by the criteria's keys; None where one that is named has none."""
    names = {criterion.key: NUMBER for criterion in criteria}
    values = {key: None if score is None else Fraction(score) for key, score in scores.items()}
    try:
        value = evaluate(parse(grade.expression, names), values)
    except (ExpressionRefused, CannotEvaluate):
        return None  # a criterion that this panel does not judge, or one on a scale of words
    return value if isinstance(value, Fraction) else None


COMPUTED: Mapping[Formula, Callable[..., Fraction | None]] = {
    Formula.WEIGHTED_MEAN: _weighted_mean,
    Formula.WEIGHTED_SUM: _weighted_sum,
    Formula.MEAN: _mean,
    Formula.MEDIAN: _median,
    Formula.TEN_TIMES_MEAN: _ten_times,
    Formula.EXPRESSION: _by_expression,
}
"""How an overall grade is computed, by the formula that a call names."""


def graded(scale: Scale, criteria: Iterable[Weighted], grade: Grade | None) -> Scale:
    """The scale on which overall grades lie: the panel's own, but for formulas that leave it."""
    if grade is None or grade.how is Overall.ENTERED:
        return scale
    factor = Fraction(1)
    if grade.formula is Formula.WEIGHTED_SUM:
        factor = sum((Fraction(each.weight) for each in criteria), start=Fraction(0))
    elif grade.formula is Formula.TEN_TIMES_MEAN:
        factor = Fraction(10)
    return scale.times(factor)


def panel_result(how: PanelResult, result: Result) -> Fraction | None:
    """What a panel's grades come to: the mean, the median, or ten times the mean as NIH panels give it."""
    if how is PanelResult.MEDIAN:
        return result.median
    if how is PanelResult.TEN_TIMES_MEAN:
        return None if result.mean is None else 10 * result.mean
    return result.mean


class Passing(Protocol):
    """Anything with a key and a threshold; a declared criterion is."""

    @property
    def key(self) -> str: ...
    @property
    def threshold(self) -> Decimal | None: ...


def below_threshold(criterion: Passing, scale: Scale, result: Result) -> bool:
    """Whether the mean of a criterion falls short of its threshold, in the direction of its scale."""
    if criterion.threshold is None or result.mean is None or not scale.covers(result.mean):
        return False
    return scale.oriented(result.mean) < scale.oriented(criterion.threshold)


@dataclass(frozen=True)
class Rank:
    """A place in a ranking; equal results share one, and the places after them are left out (1, 2=, 2=, 4)."""

    position: int
    tied: bool = False

    def __str__(self) -> str:
        return f"{self.position}=" if self.tied else str(self.position)


def ranks(results: Mapping[Key, Result], scale: Scale, how: PanelResult = PanelResult.MEAN) -> dict[Key, Rank | None]:
    """The rank by mean (or median), best first in the direction of the scale; None where there is no score."""
    middle = {key: result.median if how is PanelResult.MEDIAN else result.mean for key, result in results.items()}
    means = {key: scale.oriented(value) for key, value in middle.items() if value is not None}
    placed: dict[Fraction, list[Key]] = {}
    for key, mean in means.items():
        placed.setdefault(mean, []).append(key)
    ranked: dict[Key, Rank | None] = dict.fromkeys(results)
    position = 1
    for mean in sorted(placed, reverse=True):
        ranked.update(dict.fromkeys(placed[mean], Rank(position, len(placed[mean]) > 1)))
        position += len(placed[mean])
    return ranked


def percentiles(ranked: Mapping[Key, Rank | None]) -> dict[Key, Fraction | None]:
    """How many of a hundred others lie behind, equals counted half: 100 is alone at the top, 0 alone at the end.

    Panels on different scales are compared by these and by ranks, never by means. None without a rank or without others.
    """
    positions = [rank.position for rank in ranked.values() if rank is not None]
    others = len(positions) - 1
    shares: dict[Key, Fraction | None] = dict.fromkeys(ranked)
    for key, rank in ranked.items():
        if rank is not None and others > 0:
            behind = sum(position > rank.position for position in positions)
            equal = sum(position == rank.position for position in positions) - 1
            shares[key] = Fraction(100) * (behind + Fraction(equal, 2)) / others
    return shares


def rounded(value: Number | float, places: int = 2) -> Decimal:
    """The number that screen and export both show: rounded once, from the exact value, halves away from zero."""
    exact = Fraction(value)
    steps = floor(abs(exact) * 10**places + Fraction(1, 2))
    return Decimal(-steps if exact < 0 else steps).scaleb(-places)


def score_text(value: Number | float, locale: object, places: int = 2) -> str:
    """A score as one reads it, always with that many decimals: 2.50 in English, 2,50 in Swedish."""
    written = f"{rounded(value, places):.{places}f}"
    return written.replace(".", ",") if str(locale).lower().startswith("sv") else written
