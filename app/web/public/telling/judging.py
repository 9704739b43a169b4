"""What is judged, by whom, on which scale, and how the sides decide together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext, ngettext

from app.kernel.words import N_
from app.programmes.definition import (
    JOINT,
    Best,
    Criterion,
    DecisionModel,
    Definition,
    Grade,
    Panel,
    Scale,
)
from app.programmes.definition.keys.words import name_of
from app.programmes.definition.vocabulary import Formula, Overall, PanelResult, Part, ScaleKind, TieRule
from app.web.public.telling.blocks import Fact, Sheet, Told, known, told, words
from app.web.public.telling.dates import in_every_zone
from app.web.words import language

MODELS = {
    DecisionModel.LEAD_AGENCY: N_("The leading side judges for all; the other sides take its result or say no."),
    DecisionModel.BOTH_RECOMMEND: N_(
        "A project is funded only if every side recommends it. The panels do not see each other's scores before all have closed."
    ),
    DecisionModel.OWN_FIRST_THEN_JOINT_PANEL: N_(
        "Each side judges first; a joint panel then decides among what is left."
    ),
    DecisionModel.JOINT_PANEL: N_("One panel of all sides judges and ranks the applications."),
    DecisionModel.STUDY_SECTION_THEN_COMMITTEE: N_(
        "A study section judges the science; a committee then decides, looking at the programme as a whole."
    ),
    DecisionModel.RANK_SUM: N_("The ranks that the panels give are added; the smallest sum comes first."),
    DecisionModel.WEIGHTED_MEAN_RANK: N_(
        "The ranks that the panels give are averaged with weights; the smallest comes first."
    ),
    DecisionModel.WORST_RANK: N_("The worse of the ranks that the panels give counts; the smallest comes first."),
    DecisionModel.ORIENTED_MEAN: N_(
        "The panels’ grades are brought to one direction and averaged; the best comes first."
    ),
    DecisionModel.ORIENTED_WORST: N_(
        "The panels’ grades are brought to one direction and the worse one counts; the best comes first."
    ),
}


def sheets(call: Definition) -> Iterator[Sheet]:
    """Criteria, scales, panels, then the decision."""
    lacking = (
        ()
        if call.criteria
        else (Told(gettext("No public source tells the criteria."), call.why_unknown("criteria") or ""),)
    )
    points = tuple(Told(words(each.title), lines=tuple(_criterion(call, each))) for each in call.criteria)
    yield Sheet("criteria", gettext("What is judged"), points=points or lacking, facts=tuple(_overall(call)))
    yield Sheet("scales", gettext("On which scale"), facts=tuple(_scale(call, scale) for scale in call.scales))
    yield Sheet("panels", gettext("Who judges"), points=tuple(_panel(call, each) for each in call.panels))
    yield _decision(call)


def number(value: Decimal) -> str:
    """A number as the reader's language writes it."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if language() == "sv" else text


def _criterion(call: Definition, criterion: Criterion) -> Iterator[str]:
    if criterion.help is not None:
        yield words(criterion.help)
    is_weighed = call.overall is not None and call.overall.how is Overall.COMPUTED
    if is_weighed and any(each.weight != criterion.weight for each in call.criteria):
        yield gettext("Weight: %(weight)s", weight=number(criterion.weight))
    if criterion.scale:
        yield gettext("Scale of its own: %(scale)s", scale=scale_text(call.scale(criterion.scale)))
    if criterion.threshold is not None:
        scale = call.scale(criterion.scale) if criterion.scale else _first_scale(call, criterion)
        yield (
            gettext(
                "Threshold: an application below %(value)s cannot be funded.",
                value=value_text(scale, criterion.threshold),
            )
            if scale is None or scale.best is Best.HIGH
            else gettext(
                "Threshold: an application worse than %(value)s cannot be funded.",
                value=value_text(scale, criterion.threshold),
            )
        )
    if criterion.areas:
        areas = ", ".join(words(area.title) for area in call.areas if area.key in criterion.areas)
        yield gettext("Only in: %(areas)s", areas=areas)
    if criterion.panels:
        yield gettext("Only by: %(panels)s", panels=", ".join(words(call.panel(key).title) for key in criterion.panels))
    if criterion.text_required:
        yield gettext("Reviewers must say why, in words.")


def _first_scale(call: Definition, criterion: Criterion) -> Scale | None:
    panels = [panel for panel in call.panels if not criterion.panels or panel.key in criterion.panels]
    return call.scale_of(panels[0]) if panels and panels[0].scale else None


def value_text(scale: Scale | None, value: Decimal) -> str:
    """A value of a scale, with its words where it has any."""
    label = scale.label(value) if scale is not None else None
    if label is not None and scale is not None and scale.kind is ScaleKind.CATEGORICAL:
        return words(label)
    if scale is not None and scale.kind is ScaleKind.BINARY:
        return str(gettext("yes") if value else gettext("no"))
    return f"{number(value)} ({words(label)})" if label is not None else number(value)


def scale_text(scale: Scale) -> str:
    """A scale in a line: its ends, its step and which end is best; or its words."""
    if scale.kind is ScaleKind.BINARY:
        return str(gettext("yes or no"))
    if scale.kind is ScaleKind.CATEGORICAL:
        return str(
            gettext("%(words)s; the first is best", words=", ".join(words(label.text) for label in scale.labels))
        )
    values = {"low": number(scale.low), "high": number(scale.high), "best": number(scale.best_value)}
    text = gettext("%(low)s to %(high)s; %(best)s is best", **values)
    steps = gettext("in steps of %(step)s", step=number(scale.step))
    return str(text) if scale.step == 1 else f"{text}, {steps}"


def _scale(call: Definition, scale: Scale) -> Fact:
    """A scale under the names of those who use it: panels, and criteria that have it for their own."""
    labels = sorted(scale.labels, key=lambda label: label.value) if scale.is_numeric else []
    lines = tuple(f"{number(label.value)}: {words(label.text)}" for label in labels)
    users = [words(panel.title) for panel in call.panels if panel.scale == scale.key]
    users += [words(criterion.title) for criterion in call.criteria if criterion.scale == scale.key]
    name = ", ".join(users) or name_of(ScaleKind, scale.kind).in_(language())
    return Fact(name, Told(scale_text(scale), lines=lines))


def _panel(call: Definition, panel: Panel) -> Told:
    return Told(words(panel.title), lines=tuple(_of_panel(call, panel)))


def _of_panel(call: Definition, panel: Panel) -> Iterator[str]:
    yield (
        gettext("A panel of all sides")
        if panel.side == JOINT
        else gettext("The panel of %(side)s", side=call.side(panel.side).name)
    )
    if panel.scale:
        yield gettext("Scores %(scale)s", scale=scale_text(call.scale_of(panel)))
    if panel.stage is Part.OUTLINE:
        yield gettext("Judges the outlines")
    if panel.min_reviews is not None:
        yield ngettext(
            "At least %(num)d review of each application",
            "At least %(num)d reviews of each application",
            panel.min_reviews,
        )
    if panel.outside_reviews:
        yield ngettext(
            "%(num)d of them from somebody of no side", "%(num)d of them from people of no side", panel.outside_reviews
        )
    if panel.result is not PanelResult.MEAN:
        yield gettext("Its result: %(result)s", result=name_of(PanelResult, panel.result).in_(language()))
    if panel.after:
        yield gettext("Begins after: %(panels)s", panels=", ".join(words(call.panel(key).title) for key in panel.after))
    for text, moment in ((gettext("Reviews until"), panel.reviews_by), (gettext("Meets"), panel.meets)):
        if moment is not None and moment.instant is not None:
            yield f"{text} {' · '.join(in_every_zone(call, moment.instant))}"


def _overall(call: Definition) -> Iterator[Fact]:
    name = gettext("Overall grade")
    if call.overall is None:
        yield from known(call, "overall", name)
        return
    yield Fact(name, Told(overall_text(call.overall)))
    if call.overall.threshold is not None:
        yield Fact(gettext("Threshold of the overall grade"), Told(number(call.overall.threshold)))


def overall_text(grade: Grade) -> str:
    """How one review's overall grade comes about."""
    if grade.how is Overall.ENTERED:
        return str(gettext("entered by the reviewer; it is not computed from the criteria"))
    if grade.formula is Formula.EXPRESSION:
        return str(gettext("computed: %(expression)s", expression=grade.expression))
    return str(gettext("computed: %(formula)s", formula=name_of(Formula, grade.formula).in_(language())))


def _decision(call: Definition) -> Sheet:
    title, decision = gettext("How it is decided"), call.decision
    facts: list[Fact] = []
    if call.max_awards is not None:
        text = gettext("up to %(n)s; fewer may be funded", n=call.max_awards)
        facts.append(Fact(gettext("Projects"), Told(text)))
    else:
        facts.append(Fact(gettext("Projects"), told(call, "max_awards")))
    if decision is None:
        facts += known(call, "decision", gettext("Decision model"))
        return Sheet("decision", title, facts=tuple(facts))
    model = str(gettext(MODELS[decision.model])) if len(call.sides) > 1 else ""
    if model:
        facts.append(Fact(gettext("Decision model"), Told(name_of(DecisionModel, decision.model).in_(language()))))
    if decision.committee:
        facts.append(Fact(gettext("Decides last"), Told(words(call.panel(decision.committee).title))))
    if decision.weights:
        weights = ", ".join(f"{call.side(each.side).short} {number(each.value)}" for each in decision.weights)
        facts.append(Fact(gettext("Weights"), Told(weights)))
    if decision.vetoes:
        sides = ", ".join(call.side(key).name for key in decision.vetoes)
        facts.append(Fact(gettext("Nothing is funded without the yes of"), Told(sides)))
    titles = {area.key: words(area.title) for area in call.areas}
    for quota in decision.quotas:
        facts.append(Fact(gettext("At most in %(area)s", area=titles[quota.area]), Told(str(quota.most))))
    if decision.first:
        first = " → ".join(_tie(call, rule) for rule in decision.first)
        facts.append(Fact(gettext("Before any score"), Told(first)))
    if decision.ties:
        ties = " → ".join(_tie(call, rule) for rule in decision.ties)
        facts.append(Fact(gettext("Among equals"), Told(ties)))
    texts = tuple(filter(None, (model, words(decision.text))))
    return Sheet("decision", title, texts=texts, facts=tuple(facts))


def _tie(call: Definition, rule: TieRule) -> str:
    name = name_of(TieRule, rule).in_(language())
    assert call.decision is not None
    if rule is TieRule.CRITERION and call.decision.tie_criterion:
        return f"{name}: {words(call.criterion(call.decision.tie_criterion).title)}"
    return name
