"""Who pays: institutions, sides, caps, and what each side asks of its own people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import Money
from app.programmes.definition.tree.base import Moment
from app.programmes.definition.vocabulary import (
    DeadlineKind,
    Overhead,
    ProgrammeKind,
    ProgrammeStatus,
    SameInstitution,
)
from app.programmes.kinds import Option, Text


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
    """A lasting cooperation, of which calls are dated openings. Kind `information` has no calls; status None: not told."""

    key: str
    kind: ProgrammeKind
    title: Text
    partners: tuple[Institution, ...]
    status: ProgrammeStatus | None = None
    partnership: str = ""
    summary: Text | None = None
    since: int | None = None


@dataclass(frozen=True)
class ConditionalCap:
    """Caps that hold instead of the side's own ones when all the named sides take part; the last that fits wins."""

    with_sides: tuple[str, ...]
    cap_per_year: Money | None = None
    cap_total: Money | None = None


@dataclass(frozen=True)
class InternalDeadline:
    """What one side wants done before the joint deadline. A hard one closes that side's part; a soft one reminds."""

    key: str
    title: Text
    kind: DeadlineKind
    moment: Moment
    hard: bool = True
    grace_minutes: int = 0


@dataclass(frozen=True)
class Participants:
    """How many people a side names under one question, and which ranks they may have (empty: any)."""

    question: str
    minimum: int = 1
    maximum: int | None = None
    ranks: tuple[Option, ...] = ()


@dataclass(frozen=True)
class CareerLimit:
    """At most so many years from a date asked for (a doctoral degree, say) to a fixed date, less deductible months."""

    key: str
    title: Text
    from_question: str
    at: dt.date
    most_years: int
    deduct_question: str = ""


@dataclass(frozen=True)
class ConflictPolicy:
    """What a side counts as a conflict of interest, in words and as far as software can see it."""

    text: Text | None = None
    same_institution: SameInstitution = SameInstitution.ALLOWED
    coauthor_years: int | None = None


@dataclass(frozen=True)
class Side:
    """A funding institution in the call. The lead side's office keeps the call. An optional side may stay away."""

    key: str
    institution: Institution
    zone: str
    lead: bool
    pays: bool
    optional: bool = False
    language: str = "en"
    currency: str | None = None
    cap_per_year: Money | None = None
    cap_total: Money | None = None
    least_total: Money | None = None
    asks_least: bool = False
    caps_when: tuple[ConditionalCap, ...] = ()
    overhead: Overhead | None = None
    overhead_percent: Decimal | None = None
    allowed_costs: tuple[Option, ...] = ()
    refused_costs: Text | None = None
    source_of_funds: Text | None = None
    internal_deadlines: tuple[InternalDeadline, ...] = ()
    participants: tuple[Participants, ...] = ()
    career_limits: tuple[CareerLimit, ...] = ()
    conflict_policy: ConflictPolicy | None = None

    @property
    def name(self) -> str:
        """The institution's full name."""
        return self.institution.name

    @property
    def short(self) -> str:
        """The institution's short name."""
        return self.institution.short
