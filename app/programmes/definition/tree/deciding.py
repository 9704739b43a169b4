"""How the sides decide, what is written to people, and what is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from app.programmes.definition.vocabulary import DecisionModel, TieRule
from app.programmes.kinds import Text


@dataclass(frozen=True)
class Weight:
    """How much one side's rank or grade counts."""

    side: str
    value: Decimal


@dataclass(frozen=True)
class Quota:
    """At most so many awards in one area."""

    area: str
    most: int


@dataclass(frozen=True)
class Decision:
    """How the sides decide together. `committee` is the key of the panel that decides last, where the model has one.

    `first` names what comes before every score, `ties` what tells apart equals.
    """

    model: DecisionModel
    weights: tuple[Weight, ...] = ()
    vetoes: tuple[str, ...] = ()
    quotas: tuple[Quota, ...] = ()
    first: tuple[TieRule, ...] = ()
    ties: tuple[TieRule, ...] = ()
    tie_criterion: str = ""
    committee: str = ""
    text: Text | None = None


@dataclass(frozen=True)
class Rejoinder:
    """The applicant's answer to the reviews: how long it may take and be. Silence means that it goes on without."""

    days: int
    max_words: int


@dataclass(frozen=True)
class Interview:
    """When and where applicants are met."""

    begins: dt.date | None = None
    ends: dt.date | None = None
    place: Text | None = None


@dataclass(frozen=True)
class Event:
    """The named event that a grant is tied to."""

    name: Text
    begins: dt.date
    ends: dt.date
    place: str = ""
    url: str = ""


@dataclass(frozen=True)
class LetterText:
    """A paragraph of the call's own in every letter of one kind. Answers are quoted as {question_key}."""

    kind: str
    text: Text


@dataclass(frozen=True)
class Records:
    """What the archive needs to know: the retention class of the registrar's plan, and for how many years."""

    retention_class: str = ""
    years: int | None = None


@dataclass(frozen=True)
class Transfer:
    """On what basis answers may be read outside the EU and the EEA, and what applicants are told of it."""

    basis: Text | None = None
    notice: Text | None = None


@dataclass(frozen=True)
class Privacy:
    """What applicants read before they type, beyond what follows from the rest of the call: the legal basis of handling
    what they write, whom to ask, and what becomes a public document."""

    basis: Text | None = None
    contact: Text | None = None
    public_records: Text | None = None


@dataclass(frozen=True)
class After:
    """What follows an award, in words."""

    report: Text | None = None
    success: Text | None = None
