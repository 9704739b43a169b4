"""The whole declaration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from app.programmes.definition.tree.base import Moment, Unknown, named
from app.programmes.definition.tree.deciding import (
    After,
    Decision,
    Event,
    Interview,
    LetterText,
    Privacy,
    Records,
    Rejoinder,
    Transfer,
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
    Section,
    TeamRule,
)
from app.programmes.definition.tree.judging import Criterion, Grade, Panel, Scale
from app.programmes.definition.tree.sides import Side
from app.programmes.definition.vocabulary import JOINT, Changes, Part
from app.programmes.kinds import Question, Text
from app.workflow.vocabulary import Stage


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
    ai_use: Text | None = None
    languages: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    event: Event | None = None
    announced: Moment | None = None
    opens: Moment | None = None
    closes: Moment | None = None
    grace_minutes: int | None = None
    partner_grace_days: int | None = None
    reminders: tuple[int, ...] = ()
    drafts_kept_days: int | None = None
    decision_by: dt.date | None = None
    disposal_end: dt.date | None = None
    changes_need: Changes = Changes.LEAD
    least_sides: int | None = None
    most_sides: int | None = None
    years: int | None = None
    contingent_years: tuple[int, ...] = ()
    gate: Text | None = None
    max_awards: int | None = None
    matching: MatchingRule | None = None
    one_application: OneApplicationRule | None = None
    team: TeamRule | None = None
    stages: tuple[Stage, ...] = ()
    outline: Outline | None = None
    approvals: tuple[Approval, ...] = ()
    eligibility: tuple[EligibilityCheck, ...] = ()
    rules: tuple[EligibilityRule, ...] = ()
    title_question: str = ""
    limit_tolerance_percent: int = 0
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...] = ()
    checks: tuple[FormCheck, ...] = ()
    scales: tuple[Scale, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    panels: tuple[Panel, ...] = ()
    overall: Grade | None = None
    review_terms: Text | None = None
    rejoinder: Rejoinder | None = None
    interview: Interview | None = None
    decision: Decision | None = None
    letters: tuple[LetterText, ...] = ()
    after: After | None = None
    records: Records | None = None
    transfer: Transfer | None = None
    privacy: Privacy | None = None
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
        return named(self.sides, key)

    def question(self, key: str) -> Question:
        return named(self.questions, key)

    def section(self, key: str) -> Section:
        return named(self.sections, key)

    def criterion(self, key: str) -> Criterion:
        return named(self.criteria, key)

    def panel(self, key: str) -> Panel:
        return named(self.panels, key)

    def scale(self, key: str) -> Scale:
        return named(self.scales, key)

    def approval(self, key: str) -> Approval:
        return named(self.approvals, key)

    def scale_of(self, panel: Panel) -> Scale:
        """The scale on which the panel gives its overall grade, and its criteria where they have none of their own."""
        return self.scale(panel.scale)

    def scale_for(self, panel: Panel, criterion: Criterion) -> Scale:
        """The scale on which the panel scores this criterion."""
        return self.scale(criterion.scale or panel.scale)

    def criteria_of(self, panel: Panel, areas: Collection[str] = ()) -> tuple[Criterion, ...]:
        """What the panel judges in an application of these areas."""
        return tuple(
            criterion
            for criterion in self.criteria
            if (not criterion.panels or panel.key in criterion.panels)
            and (not criterion.areas or not areas or any(area in criterion.areas for area in areas))
        )

    def is_shared(self, panel: Panel) -> bool:
        """Whether all sides share the panel: a joint one does, and that of an only side."""
        return panel.side == JOINT or [panel.side] == [side.key for side in self.sides]

    def panels_at(self, stage: Part) -> tuple[Panel, ...]:
        """The panels that judge at a stage of applying."""
        return tuple(panel for panel in self.panels if panel.stage is stage)

    def sections_at(self, stage: Part) -> tuple[Section, ...]:
        """The sections of a stage; what the outline asked is asked again, filled in, in the full application."""
        return tuple(section for section in self.sections if stage is Part.FULL or section.stage is stage)

    def questions_in(self, section: Section) -> tuple[Question, ...]:
        """The section's questions in the order of the form."""
        return tuple(question for question in self.questions if question.section == section.key)
