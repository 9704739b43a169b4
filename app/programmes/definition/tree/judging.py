"""What reviewers are given: scales, criteria and panels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.programmes.definition.tree.base import Moment
from app.programmes.definition.vocabulary import (
    Best,
    Formula,
    Overall,
    PanelResult,
    Part,
    ScaleKind,
    Visibility,
)
from app.programmes.kinds import Text


@dataclass(frozen=True)
class ScaleLabel:
    """What one value of a scale means."""

    value: Decimal
    text: Text


@dataclass(frozen=True)
class Scale:
    """The values that may be given, and which end is the best.

    A categorical scale has the values 1 (the best) to n with a label each; a binary one 1 for yes and 0 for no.
    Both are written in a declaration without low, high, step and best.
    """

    key: str
    low: Decimal
    high: Decimal
    best: Best
    step: Decimal = Decimal(1)
    labels: tuple[ScaleLabel, ...] = ()
    kind: ScaleKind = ScaleKind.NUMERIC

    @property
    def values(self) -> tuple[Decimal, ...]:
        """Every value, lowest first."""
        return tuple(self.low + self.step * place for place in range(int((self.high - self.low) / self.step) + 1))

    @property
    def best_value(self) -> Decimal:
        return self.high if self.best is Best.HIGH else self.low

    @property
    def worst_value(self) -> Decimal:
        return self.low if self.best is Best.HIGH else self.high

    @property
    def is_numeric(self) -> bool:
        """Whether means of its values mean something."""
        return self.kind is ScaleKind.NUMERIC

    def label(self, value: Decimal | int) -> Text | None:
        """What the value means, or None where the declaration gives no words for it."""
        return next((label.text for label in self.labels if label.value == value), None)


@dataclass(frozen=True)
class Criterion:
    """One thing that reviewers judge. `weight` counts only where the overall grade is computed.

    `scale` is the key of its own scale (empty: the panel's); `threshold` the worst value that still passes;
    `areas` and `panels` limit it to those (empty: all).
    """

    key: str
    title: Text
    help: Text | None = None
    weight: Decimal = Decimal(1)
    text_required: bool = False
    scale: str = ""
    threshold: Decimal | None = None
    areas: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Panel:
    """A group of reviewers; `side` is the side whose panel it is, or `joint`. `scale` is the key of its scale.

    `after` names panels that close first (a committee after a study section). `outside_reviews` is how many of the
    reviews must come from people of no side.
    """

    key: str
    title: Text
    side: str
    scale: str
    min_reviews: int | None = None
    needs_chair: bool = True
    stage: Part = Part.FULL
    result: PanelResult = PanelResult.MEAN
    sees_others: Visibility = Visibility.AFTER_CLOSING
    outside_reviews: int = 0
    after: tuple[str, ...] = ()
    conflicts_by: Moment | None = None
    reviews_by: Moment | None = None
    meets: Moment | None = None


@dataclass(frozen=True)
class Grade:
    """How the overall grade of one review comes about; `threshold` is the worst that still passes."""

    how: Overall
    formula: Formula = Formula.WEIGHTED_MEAN
    expression: str = ""
    threshold: Decimal | None = None
