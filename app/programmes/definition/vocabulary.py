"""The words a declaration chooses from."""

from __future__ import annotations

from enum import StrEnum

SHARED = "shared"
"""Owner of a section that all sides write together."""
JOINT = "joint"
"""Side of a panel that all sides share."""


class ProgrammeKind(StrEnum):
    """What a programme gives."""

    PROJECT = "project"
    TRAVEL = "travel"
    STUDENT_TRAVEL = "student_travel"
    ADMINISTRATIVE = "administrative"
    EVENT = "event"
    INFORMATION = "information"


class Overhead(StrEnum):
    """Where indirect costs lie: inside the amount asked for, or added on top of it."""

    INSIDE = "inside"
    ON_TOP = "on_top"


class Best(StrEnum):
    """Which end of a scale is the best."""

    HIGH = "high"
    LOW = "low"


class Overall(StrEnum):
    """Whether a reviewer enters the overall grade, or it is computed from the criteria."""

    ENTERED = "entered"
    COMPUTED = "computed"


class DecisionModel(StrEnum):
    """How the sides come to one decision."""

    BOTH_RECOMMEND = "both_recommend"
