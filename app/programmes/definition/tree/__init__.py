"""The tree of a declaration: frozen, without a rule of its own but what follows from the values.

A value that is a marked unknown is None (or an empty tuple) in its place, and is named in `Definition.unknowns`.
"""

from __future__ import annotations

from app.programmes.definition.tree.base import Entry, Keyed, Moment, Unknown, named
from app.programmes.definition.tree.call import Definition
from app.programmes.definition.tree.deciding import (
    After,
    Decision,
    Event,
    Interview,
    LetterText,
    Quota,
    Records,
    Rejoinder,
    Transfer,
    Weight,
)
from app.programmes.definition.tree.form import (
    Approval,
    Area,
    EligibilityCheck,
    EligibilityRule,
    FormCheck,
    MatchingRule,
    OneApplicationRule,
    Outline,
    Rate,
    Section,
    TeamRule,
)
from app.programmes.definition.tree.judging import Criterion, Grade, Panel, Scale, ScaleLabel
from app.programmes.definition.tree.sides import (
    CareerLimit,
    ConditionalCap,
    ConflictPolicy,
    Institution,
    InternalDeadline,
    Participants,
    Programme,
    Side,
)

__all__ = [
    "After",
    "Approval",
    "Area",
    "CareerLimit",
    "ConditionalCap",
    "ConflictPolicy",
    "Criterion",
    "Decision",
    "Definition",
    "EligibilityCheck",
    "EligibilityRule",
    "Entry",
    "Event",
    "FormCheck",
    "Grade",
    "Institution",
    "InternalDeadline",
    "Interview",
    "Keyed",
    "LetterText",
    "MatchingRule",
    "Moment",
    "OneApplicationRule",
    "Outline",
    "Panel",
    "Participants",
    "Programme",
    "Quota",
    "Rate",
    "Records",
    "Rejoinder",
    "Scale",
    "ScaleLabel",
    "Section",
    "Side",
    "TeamRule",
    "Transfer",
    "Unknown",
    "Weight",
    "named",
]
