"""The look before the start: what still has to be filled in or thought about before a call is published."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.kernel.words import N_
from app.programmes.definition.clocks import odd_hours
from app.programmes.definition.finding import Finding
from app.programmes.definition.rules_findings import conflicts_of_policy, kept_inside
from app.programmes.definition.tree import Definition, Panel, Side, Unknown
from app.programmes.definition.vocabulary import (
    JOINT,
    Approver,
    DecisionModel,
    Part,
    Window,
)
from app.programmes.kinds import AllOf, AnyOf, Comparison, Condition, QuestionKind
from app.workflow.reach import can_reach_award
from app.workflow.vocabulary import Stage

SATURDAY = 5
RANKING = frozenset(
    {
        DecisionModel.RANK_SUM,
        DecisionModel.WEIGHTED_MEAN_RANK,
        DecisionModel.WORST_RANK,
        DecisionModel.ORIENTED_MEAN,
        DecisionModel.ORIENTED_WORST,
    }
)
"""Models that join what several panels found, by arithmetic."""
WITH_COMMITTEE = frozenset({DecisionModel.OWN_FIRST_THEN_JOINT_PANEL, DecisionModel.STUDY_SECTION_THEN_COMMITTEE})


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
    asks = any(section.budget and section.owner == side.key for section in call.sections)
    if call.sections and not asks and _is_open(call, f"{path}.currency"):
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
        if not _judges_for(call.panels_at(Part.FULL) or call.panels, side):
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


def _stages_with_settings(call: Definition) -> Iterator[Finding]:
    """A stage without what it needs, and settings of a stage that the call does not have."""
    settings = {
        Stage.REJOINDER: ("rejoinder", N_("Rejoinder is a stage: say for how many days and words.")),
        Stage.INTERVIEW: ("interview", N_("Interview is a stage: say when and where.")),
        Stage.OUTLINE: ("outline", N_("Outline is a stage: say when outlines close.")),
    }
    for stage, (key, message) in settings.items():
        if stage in call.stages and getattr(call, key) is None:
            yield Finding(key, "stage_without_settings", message)
        elif stage not in call.stages and getattr(call, key) is not None and _is_open(call, "stages"):
            unused = N_("“%(key)s” is set, and the call has no such stage.")
            yield Finding("stages", "settings_without_stage", unused, {"key": key}, blocks=False)
    if Stage.OUTLINE in call.stages:
        yield from _outline(call)
    after_review = [stage for stage in call.stages if stage in (Stage.TRIAGE, Stage.REJOINDER, Stage.INTERVIEW)]
    if after_review and Stage.REVIEW not in call.stages:
        message = N_("Triage, rejoinder and interview follow the review, and review is not a stage.")
        yield Finding("stages", "stage_without_review", message)
    signs = [approval for approval in call.approvals if approval.window is Window.AFTER_CLOSING]
    if Stage.SIGNATURE in call.stages and not signs:
        yield Finding(
            "approvals", "nothing_to_sign", N_("Signature is a stage, and no approval is asked after the deadline.")
        )
    if signs and Stage.SIGNATURE not in call.stages and _is_open(call, "stages"):
        message = N_("An approval is asked after the deadline, and signature is not a stage.")
        yield Finding("stages", "signature_without_stage", message)


def _outline(call: Definition) -> Iterator[Finding]:
    if call.outline is not None and call.outline.closes is None and _is_open(call, "outline.closes"):
        yield Finding("outline.closes", "missing", N_("The outline needs a moment when it closes."))
    if call.sections and not call.sections_at(Part.OUTLINE):
        yield Finding("sections", "no_outline_section", N_("Outline is a stage, and no section is asked in it."))
    if Stage.REVIEW in call.stages and call.panels and not call.panels_at(Part.FULL):
        message = N_("No panel judges the full applications.")
        yield Finding("panels", "no_full_panel", message)


def _models_that_lack(call: Definition) -> Iterator[Finding]:
    """Decision models that need more than one panel, or a committee."""
    if call.decision is None or not call.panels:
        return
    model, full = call.decision.model, call.panels_at(Part.FULL)
    if model in RANKING and len(full) < 2:
        message = N_("This decision model joins the results of several panels, and there is only one.")
        yield Finding("decision.model", "one_panel", message)
    if model in WITH_COMMITTEE and not call.decision.committee:
        message = N_("This decision model needs the panel that decides last: name it as the committee.")
        yield Finding("decision.committee", "no_committee", message)
    if model is DecisionModel.JOINT_PANEL and not any(call.is_shared(panel) for panel in full):
        yield Finding("panels", "no_joint_panel", N_("The joint panel of the decision model is not among the panels."))
    if call.max_awards and sum(quota.most for quota in call.decision.quotas) < call.max_awards == _quoted(call):
        message = N_("The quotas of the areas together are below the ceiling of awards.")
        yield Finding("decision.quotas", "quotas_below_ceiling", message, blocks=False)


def _quoted(call: Definition) -> int | None:
    """The ceiling, where every area has a quota: only then can the quotas keep it from being reached."""
    assert call.decision is not None
    quoted = {quota.area for quota in call.decision.quotas}
    return call.max_awards if quoted and quoted == {area.key for area in call.areas} else None


def _dates_of_review(call: Definition) -> Iterator[Finding]:
    closes = call.closes.instant if call.closes else None
    for place, panel in enumerate(call.panels):
        due = panel.reviews_by.instant if panel.reviews_by else None
        deadline = closes
        if panel.stage is Part.OUTLINE and call.outline and call.outline.closes:
            deadline = call.outline.closes.instant
        if due is not None and deadline is not None and due <= deadline:
            message = N_("The reviews of %(panel)s are due before the deadline of the applications.")
            yield Finding(f"panels[{place}].reviews_by", "review_before_deadline", message, {"panel": panel.title})
        if due is not None and call.decision_by is not None and due.date() > call.decision_by:
            message = N_("The reviews of %(panel)s are due after the decision.")
            yield Finding(f"panels[{place}].reviews_by", "review_after_decision", message, {"panel": panel.title})
        declared = panel.conflicts_by.instant if panel.conflicts_by else None
        if declared is not None and due is not None and declared > due:
            message = N_("Conflicts are declared to %(panel)s after its reviews are due.")
            yield Finding(f"panels[{place}].conflicts_by", "conflicts_after_reviews", message, {"panel": panel.title})


def _questions_in_use(call: Definition) -> Iterator[Finding]:
    """What nobody scores, checks or needs is not asked."""
    if call.why_unknown("criteria") is not None:
        return
    used = used_questions(call)
    for place, question in enumerate(call.questions):
        if question.key not in used and _is_open(call, f"questions[{place}].criteria"):
            message = N_("No criterion, rule or purpose uses “%(question)s”. Name what it is for, or leave it out.")
            yield Finding(f"questions[{place}].criteria", "question_unused", message, {"question": question.title})


def used_questions(call: Definition) -> frozenset[str]:
    """The keys of questions that serve something: a criterion, a purpose, a rule, a calculation, a title, a budget."""
    budgets = {section.key for section in call.sections if section.budget}
    always = (QuestionKind.DECLARATION, QuestionKind.CALCULATED)
    used = {call.title_question}
    for question in call.questions:
        if question.criteria or question.used_for or question.section in budgets or question.kind in always:
            used.add(question.key)
    for side in call.sides:
        used |= {asked.question for asked in side.participants}
        for limit in side.career_limits:
            used |= {limit.from_question, limit.deduct_question}
    used |= {approval.question for approval in call.approvals}
    texts = [rule.holds for rule in call.rules] + [each.holds for each in call.checks]
    texts += [question.formula for question in call.questions]
    words = {word for text in texts for word in re.findall(r"[a-z][a-z0-9_-]*", text)}
    asked_when = [section.when for section in call.sections] + [question.when for question in call.questions]
    conditions = [condition for condition in asked_when if condition is not None]
    return frozenset(used | words | {key for condition in conditions for key in looked_at(condition)})


def looked_at(condition: Condition) -> Iterator[str]:
    """The questions that a condition looks at."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from looked_at(part)
        case Comparison(question):
            yield question


def _ways_to_an_award(call: Definition) -> Iterator[Finding]:
    if call.stages and not can_reach_award(call.stages):
        message = N_("With these stages no application can ever be awarded.")
        yield Finding("stages", "no_award", message)


def _clocks_apart(call: Definition) -> Iterator[Finding]:
    """A deadline in the weeks in which one side alone has changed its clocks."""
    at = call.closes.instant if call.closes else None
    if at is None:
        return
    for side in call.sides:
        odd = odd_hours(call.lead_side.zone, side.zone, at) if side.zone and call.lead_side.zone else None
        if odd is not None:
            message = N_(
                "On that day %(side)s is %(then)s hours away instead of %(usual)s: one side has changed its clocks."
            )
            values = {"side": side.short, "then": odd.then, "usual": odd.usual}
            yield Finding("closes.date", "clocks_apart", message, values, blocks=False)


def _approvals_in_order(call: Definition) -> Iterator[Finding]:
    """More approvals than people who are asked, an answer that grants by saying no, and a wait without an end."""
    kinds = {question.key: question.kind for question in call.questions}
    for place, approval in enumerate(call.approvals):
        several = approval.who is Approver.COORDINATOR or kinds.get(approval.question) is QuestionKind.PEOPLE
        if approval.at_least > 1 and not several:
            message = N_("“%(what)s” is asked of one person for each side: more than one cannot agree.")
            yield Finding(f"approvals[{place}].at_least", "too_many_approvals", message, {"what": approval.title})
        if approval.answers[:1] != ("yes",):
            message = N_("The first answer to “%(what)s” grants it: put yes first.")
            yield Finding(f"approvals[{place}].answers", "grants_by_no", message, {"what": approval.title})
        if approval.window is Window.AFTER_CLOSING and approval.required and approval.days is None:
            message = N_("“%(what)s” names no days: the office decides when the waiting ends.")
            path = f"approvals[{place}].days"
            if _is_open(call, path):
                yield Finding(path, "no_end", message, {"what": approval.title}, blocks=False)


LOOKS = (
    _unknown_values,
    _missing_values,
    _sides_without_money,
    _stages_in_use,
    _stages_with_settings,
    _approvals_in_order,
    _panels_that_lack,
    _models_that_lack,
    _dates_of_review,
    _questions_in_use,
    _ways_to_an_award,
    _worth_a_thought,
    _clocks_apart,
    kept_inside,
    conflicts_of_policy,
)
