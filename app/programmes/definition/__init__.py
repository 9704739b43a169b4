"""A call as data: one declaration, read by a pure parser that names every mistake, and written back without loss.

`parse` reads TOML and `from_data` what `to_data` wrote; both raise `DeclarationRefused` with all mistakes at once.
What no source tells is a marked unknown, `{unknown = "why"}`: allowed in a declaration, named by `unknowns` and
`check`, and to be filled before the call is published.
"""

from __future__ import annotations

from app.programmes.definition.catalogue import load_catalogue, load_programmes
from app.programmes.definition.findings import Finding, check, is_publishable, unknowns
from app.programmes.definition.mistakes import DeclarationRefused, Mistake
from app.programmes.definition.parse import from_data, parse
from app.programmes.definition.tree import (
    After,
    Area,
    Criterion,
    Decision,
    Definition,
    EligibilityCheck,
    Institution,
    Moment,
    Panel,
    Programme,
    Scale,
    ScaleLabel,
    Section,
    Side,
    Unknown,
)
from app.programmes.definition.vocabulary import (
    JOINT,
    SHARED,
    Best,
    DecisionModel,
    Overall,
    Overhead,
    ProgrammeKind,
)
from app.programmes.definition.writing import to_data
from app.programmes.kinds import Option, Question, QuestionKind, Text

__all__ = [
    "JOINT",
    "SHARED",
    "After",
    "Area",
    "Best",
    "Criterion",
    "Decision",
    "DecisionModel",
    "DeclarationRefused",
    "Definition",
    "EligibilityCheck",
    "Finding",
    "Institution",
    "Mistake",
    "Moment",
    "Option",
    "Overall",
    "Overhead",
    "Panel",
    "Programme",
    "ProgrammeKind",
    "Question",
    "QuestionKind",
    "Scale",
    "ScaleLabel",
    "Section",
    "Side",
    "Text",
    "Unknown",
    "check",
    "from_data",
    "is_publishable",
    "load_catalogue",
    "load_programmes",
    "parse",
    "to_data",
    "unknowns",
]
