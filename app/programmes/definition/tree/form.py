"""What applicants are asked, checked for and asked to approve."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from app.programmes.definition.tree.base import Moment
from app.programmes.definition.vocabulary import (
    ApprovalKind,
    Approver,
    AtExpiry,
    Matching,
    Material,
    OneApplication,
    Part,
    Severity,
    Window,
)
from app.programmes.kinds import Condition, Text


@dataclass(frozen=True)
class Area:
    """One field of research that the call is open to."""

    key: str
    title: Text


@dataclass(frozen=True)
class Outline:
    """The short first stage. Without `selects`, every outline that came in may go on to the full application."""

    closes: Moment | None = None
    selects: bool = True
    decision_by: Moment | None = None


@dataclass(frozen=True)
class EligibilityCheck:
    """One thing that a person checks and ticks. `ask` is put to applicants before they type; yes is right."""

    key: str
    title: Text
    help: Text | None = None
    ask: Text | None = None
    reason: Text | None = None


@dataclass(frozen=True)
class EligibilityRule:
    """One thing that software checks: `holds` is an expression over the answers; `reason` is told where it does not."""

    key: str
    title: Text
    holds: str
    reason: Text
    severity: Severity = Severity.STOPS


@dataclass(frozen=True)
class FormCheck:
    """A check across questions: `holds` is an expression; where it is false, `message` stands at the question."""

    key: str
    holds: str
    message: Text
    question: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the form. `owner` is `shared` or the key of the side that answers; `budget` adds that side's budget."""

    key: str
    title: Text
    owner: str
    help: Text | None = None
    budget: bool = False
    stage: Part = Part.FULL
    when: Condition | None = None


@dataclass(frozen=True)
class OneApplicationRule:
    """How many applications one person may be part of; `most` counts for `most_as_lead`."""

    rule: OneApplication = OneApplication.ANY
    most: int | None = None


@dataclass(frozen=True)
class TeamRule:
    """Whether everybody invited must have answered before submitting, and of how many applications to calls of the
    programme that are not decided yet one person may be a key person (none: of any number)."""

    all_answer: bool = False
    most_in_programme: int | None = None


@dataclass(frozen=True)
class Rate:
    """How many units of the lead side's currency one unit is worth: for a check of balance, and to show. Amounts are
    never added by it; `date` and `source` say where it was taken from."""

    currency: str
    value: Decimal
    date: dt.date | None = None
    source: Text | None = None


@dataclass(frozen=True)
class MatchingRule:
    """What the sides' amounts must be to each other. `percent` is the leeway; `ratio` one number per paying side."""

    rule: Matching = Matching.OWN_CAPS
    percent: int | None = None
    ratio: tuple[int, ...] = ()
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True)
class Approval:
    """Something that people agree to. `question` names who is asked where the approver is a named person.

    `side` limits it to one side (empty: every side that takes part, each for itself). `answers` are the allowed ones,
    the first one grants. `at_least` is how many must agree; 0: everybody who is named. `days` is the window after the
    asking; what lapses counts as not granted. `after` is the key of the approval of the same side that must be granted
    before this one is asked; `at_expiry` what follows when a window after the deadline ends without an answer.
    """

    key: str
    kind: ApprovalKind
    title: Text
    who: Approver
    side: str = ""
    question: str = ""
    at_least: int = 1
    answers: tuple[str, ...] = ("yes", "no")
    window: Window = Window.BEFORE_CLOSING
    days: int | None = None
    voided_by: tuple[Material, ...] = ()
    required: bool = True
    after: str = ""
    at_expiry: AtExpiry = AtExpiry.OFFICE_DECIDES
