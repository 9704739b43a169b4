"""The tree of a declaration: frozen, without a rule of its own but what follows from the values.

A value that is a marked unknown is None (or an empty tuple) in its place, and is named in `Definition.unknowns`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from app.kernel.money import Money
from app.programmes.definition.vocabulary import Best, DecisionModel, Overall, Overhead, ProgrammeKind
from app.programmes.kinds import Question, Text
from app.workflow.vocabulary import Stage


class Keyed(Protocol):
    """Anything that has a key in its list."""

    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=Keyed)


def _named(entries: tuple[Entry, ...], key: str) -> Entry:
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)


@dataclass(frozen=True)
class Unknown:
    """A value that no source tells, and why."""

    key_path: str
    why: str


@dataclass(frozen=True)
class Moment:
    """A date, a clock time and a zone as they were written; each may still be unknown (None)."""

    date: dt.date | None
    time: dt.time | None
    zone: str | None

    @property
    def instant(self) -> dt.datetime | None:
        """The moment in UTC, or None as long as a part is unknown."""
        if self.date is None or self.time is None or self.zone is None:
            return None
        return dt.datetime.combine(self.date, self.time, ZoneInfo(self.zone)).astimezone(dt.UTC)

    @property
    def stated(self) -> str:
        """The known parts as they were written, such as `2021-04-01 17:00 America/Chicago`."""
        clock = self.time.isoformat("auto" if self.time.second else "minutes") if self.time else None
        return " ".join(part for part in (self.date and self.date.isoformat(), clock, self.zone) if part)

    def in_zone(self, zone: str) -> dt.datetime | None:
        """The moment on the clocks of another zone, or None as long as a part is unknown."""
        return self.instant.astimezone(ZoneInfo(zone)) if self.instant else None


@dataclass(frozen=True)
class Institution:
    """Somebody who pays or hosts. `ror` is the address of the public record, or empty."""

    name: str
    short: str
    country: str
    zone: str
    ror: str = ""


@dataclass(frozen=True)
class Programme:
    """A lasting cooperation, of which calls are dated openings."""

    key: str
    kind: ProgrammeKind
    title: Text
    partners: tuple[Institution, ...]


@dataclass(frozen=True)
class Area:
    """One field of research that the call is open to."""

    key: str
    title: Text


@dataclass(frozen=True)
class Side:
    """A funding institution in the call. The lead side's office keeps the call."""

    key: str
    institution: Institution
    zone: str
    lead: bool
    pays: bool
    currency: str | None = None
    cap_per_year: Money | None = None
    cap_total: Money | None = None
    overhead: Overhead | None = None
    overhead_percent: Decimal | None = None
    source_of_funds: Text | None = None

    @property
    def name(self) -> str:
        """The institution's full name."""
        return self.institution.name

    @property
    def short(self) -> str:
        """The institution's short name."""
        return self.institution.short


@dataclass(frozen=True)
class EligibilityCheck:
    """One thing that a person checks and ticks."""

    key: str
    title: Text
    help: Text | None = None


@dataclass(frozen=True)
class Section:
    """A part of the form. `owner` is `shared` or the key of the side that answers; `budget` adds that side's budget."""

    key: str
    title: Text
    owner: str
    help: Text | None = None
    budget: bool = False


@dataclass(frozen=True)
class ScaleLabel:
    """What one value of a scale means."""

    value: Decimal
    text: Text


@dataclass(frozen=True)
class Scale:
    """The values a panel may give, and which end is the best."""

    key: str
    low: Decimal
    high: Decimal
    best: Best
    step: Decimal = Decimal(1)
    labels: tuple[ScaleLabel, ...] = ()

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

    def label(self, value: Decimal | int) -> Text | None:
        """What the value means, or None where the declaration gives no words for it."""
        return next((label.text for label in self.labels if label.value == value), None)


@dataclass(frozen=True)
class Criterion:
    """One thing that reviewers judge. `weight` counts only where the overall grade is computed."""

    key: str
    title: Text
    help: Text | None = None
    weight: Decimal = Decimal(1)
    text_required: bool = False


@dataclass(frozen=True)
class Panel:
    """A group of reviewers; `side` is the side whose panel it is, or `joint`. `scale` is the key of its scale."""

    key: str
    title: Text
    side: str
    scale: str
    min_reviews: int | None = None
    needs_chair: bool = True


@dataclass(frozen=True)
class Decision:
    """How the sides decide together."""

    model: DecisionModel


@dataclass(frozen=True)
class After:
    """What follows an award, in words."""

    report: Text | None = None
    success: Text | None = None


@dataclass(frozen=True)
class Definition:
    """One call as it was declared. Amounts are `Money`, keys are unique in their list, and references hold."""

    key: str
    programme: str
    reference_prefix: str
    year: int
    is_fictional: bool
    title: Text
    summary: Text
    sides: tuple[Side, ...]
    schema: int = 1
    purpose: Text | None = None
    emphasis: Text | None = None
    languages: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    announced: Moment | None = None
    opens: Moment | None = None
    closes: Moment | None = None
    grace_minutes: int | None = None
    decision_by: dt.date | None = None
    years: int | None = None
    contingent_years: tuple[int, ...] = ()
    gate: Text | None = None
    max_awards: int | None = None
    stages: tuple[Stage, ...] = ()
    eligibility: tuple[EligibilityCheck, ...] = ()
    title_question: str = ""
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...] = ()
    scales: tuple[Scale, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    panels: tuple[Panel, ...] = ()
    overall: Overall | None = None
    review_terms: Text | None = None
    decision: Decision | None = None
    after: After | None = None
    unknowns: tuple[Unknown, ...] = ()

    def why_unknown(self, key_path: str) -> str | None:
        """The reason why this value is a marked unknown, or None when it is not."""
        return next((unknown.why for unknown in self.unknowns if unknown.key_path == key_path), None)

    @property
    def lead_side(self) -> Side:
        """The side whose office keeps the call."""
        return next(side for side in self.sides if side.lead)

    @property
    def paying_sides(self) -> tuple[Side, ...]:
        return tuple(side for side in self.sides if side.pays)

    def side(self, key: str) -> Side:
        """Raises KeyError, as the others below."""
        return _named(self.sides, key)

    def question(self, key: str) -> Question:
        return _named(self.questions, key)

    def section(self, key: str) -> Section:
        return _named(self.sections, key)

    def criterion(self, key: str) -> Criterion:
        return _named(self.criteria, key)

    def panel(self, key: str) -> Panel:
        return _named(self.panels, key)

    def scale(self, key: str) -> Scale:
        return _named(self.scales, key)

    def scale_of(self, panel: Panel) -> Scale:
        """The scale on which the panel scores."""
        return self.scale(panel.scale)

    def questions_in(self, section: Section) -> tuple[Question, ...]:
        """The section's questions in the order of the form."""
        return tuple(question for question in self.questions if question.section == section.key)
