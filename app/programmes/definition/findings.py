"""The look before the start: what still has to be filled in or thought about before a call is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition.tree import Definition, Panel, Side, Unknown
from app.programmes.definition.vocabulary import JOINT
from app.workflow.vocabulary import Stage

SATURDAY = 5


@dataclass(frozen=True)
class Finding:
    """One thing to see to. `blocks` tells whether it keeps the call from being published. `message` is English."""

    key_path: str
    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    blocks: bool = True

    def __str__(self) -> str:
        return self.message % dict(self.values) if self.values else self.message

    @property
    def problem(self) -> Problem:
        """The same as a Problem, for a refusal to publish."""
        return Problem(self.code, self.message, field=self.key_path, values=self.values)


def unknowns(definition: Definition) -> list[Unknown]:
    """Every marked unknown, in the order of the declaration."""
    return list(definition.unknowns)


def check(definition: Definition) -> list[Finding]:
    """All findings, those that block first."""
    findings = [finding for look in LOOKS for finding in look(definition)]
    return sorted(findings, key=lambda finding: not finding.blocks)


def is_publishable(definition: Definition) -> bool:
    """Whether nothing blocks."""
    return not any(finding.blocks for finding in check(definition))


def _unknown_values(call: Definition) -> Iterator[Finding]:
    message = N_("%(key)s is not known: %(why)s Fill it in before the call is published.")
    for unknown in call.unknowns:
        why = unknown.why if unknown.why.endswith(".") else f"{unknown.why}."
        yield Finding(unknown.key_path, "unknown", message, {"key": unknown.key_path, "why": why})


def _missing_values(call: Definition) -> Iterator[Finding]:
    needed = {
        "opens": N_("The call needs a moment when it opens."),
        "closes": N_("The call needs a moment when it closes."),
        "grace_minutes": N_("State how many minutes after the deadline are still accepted; 0 is an answer."),
        "years": N_("State for how many years the money is given."),
        "sections": N_("The form has no sections."),
        "questions": N_("The form asks nothing."),
        "title_question": N_("Name the question whose answer is the title of an application."),
        "decision": N_("State how the sides decide together."),
    }
    for key, message in needed.items():
        if getattr(call, key) in (None, (), "") and _is_open(call, key):
            yield Finding(key, "missing", message)
    if call.contingent_years and call.gate is None and _is_open(call, "gate"):
        yield Finding("gate", "missing", N_("Say in words what opens the later years."))


def _is_open(call: Definition, key: str) -> bool:
    """Whether the place is simply empty. A marked unknown is told as such, and a title needs a form to be asked in."""
    asked_in = "questions" if key == "title_question" else key
    return call.why_unknown(key) is None and call.why_unknown(asked_in) is None


def _sides_without_money(call: Definition) -> Iterator[Finding]:
    for place, side in enumerate(call.sides):
        if side.pays:
            yield from _missing_money(call, f"sides[{place}]", side)


def _missing_money(call: Definition, path: str, side: Side) -> Iterator[Finding]:
    values = {"side": side.short}
    if side.currency is None and _is_open(call, f"{path}.currency"):
        yield Finding(f"{path}.currency", "no_currency", N_("%(side)s pays, and needs a currency."), values)
    caps = (f"{path}.cap_per_year", f"{path}.cap_total")
    if not (side.cap_per_year or side.cap_total) and all(_is_open(call, cap) for cap in caps):
        yield Finding(caps[1], "no_cap", N_("%(side)s pays, and needs a cap per year or in total."), values)
    if side.overhead is None and _is_open(call, f"{path}.overhead"):
        message = N_("Say whether indirect costs lie inside the amount of %(side)s or on top of it.")
        yield Finding(f"{path}.overhead", "no_overhead", message, values)
    if call.sections and not any(section.budget and section.owner == side.key for section in call.sections):
        yield Finding("sections", "no_budget", N_("%(side)s pays, and no section asks for its budget."), values)


def _stages_in_use(call: Definition) -> Iterator[Finding]:
    if Stage.ELIGIBILITY in call.stages and not call.eligibility and _is_open(call, "eligibility"):
        yield Finding("eligibility", "nothing_to_check", N_("Eligibility is a stage, and there is nothing to check."))
    if call.eligibility and Stage.ELIGIBILITY not in call.stages and _is_open(call, "stages"):
        message = N_("There are eligibility checks, and eligibility is not a stage.")
        yield Finding("stages", "checks_without_stage", message, blocks=False)
    if Stage.REVIEW not in call.stages:
        if (call.panels or call.criteria) and _is_open(call, "stages"):
            message = N_("There are panels or criteria, and review is not a stage.")
            yield Finding("stages", "panels_without_stage", message, blocks=False)
        return
    needed = {
        "criteria": N_("Review is a stage, and there are no criteria."),
        "panels": N_("Review is a stage, and there is no panel."),
        "scales": N_("Review is a stage, and there is no scale."),
        "overall": N_("Say whether reviewers enter the overall grade or it is computed."),
    }
    for key, message in needed.items():
        if not getattr(call, key) and _is_open(call, key):
            yield Finding(key, "review_incomplete", message)


def _panels_that_lack(call: Definition) -> Iterator[Finding]:
    for place, panel in enumerate(call.panels):
        path = f"panels[{place}].min_reviews"
        if panel.min_reviews is None and _is_open(call, path):
            message = N_("Say how many reviews %(panel)s gives each application at least.")
            yield Finding(path, "no_min_reviews", message, {"panel": panel.title.en})
    if not call.panels:
        return
    for side in call.paying_sides:
        if not _judges_for(call.panels, side):
            message = N_("%(side)s pays and recommends, and has no panel.")
            yield Finding("panels", "side_without_panel", message, {"side": side.short})


def _judges_for(panels: tuple[Panel, ...], side: Side) -> bool:
    return any(panel.side in (side.key, JOINT) for panel in panels)


def _worth_a_thought(call: Definition) -> Iterator[Finding]:
    day = call.closes.date if call.closes else None
    if day and day.weekday() >= SATURDAY:
        message = N_("The call closes on a Saturday or a Sunday, when nobody may be there to help.")
        yield Finding("closes.date", "closes_at_weekend", message, blocks=False)
    if call.max_awards is None and _is_open(call, "max_awards"):
        yield Finding("max_awards", "no_ceiling", N_("No ceiling for the number of awards is stated."), blocks=False)
    if Stage.REVIEW in call.stages and call.review_terms is None and _is_open(call, "review_terms"):
        yield Finding("review_terms", "no_terms", N_("Reviewers are shown no terms."), blocks=False)
    for place, side in enumerate(call.sides):
        yearly, total = side.cap_per_year, side.cap_total
        if yearly and total and call.years and total.minor > yearly.minor * call.years:
            message = N_("The cap of %(side)s in total cannot be reached with its cap per year.")
            yield Finding(f"sides[{place}].cap_total", "cap_out_of_reach", message, {"side": side.short}, blocks=False)


LOOKS = (_unknown_values, _missing_values, _sides_without_money, _stages_in_use, _panels_that_lack, _worth_a_thought)
