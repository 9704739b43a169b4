"""What a declaration may not contradict itself in.

Runs also when single values were mistaken, so that all mistakes are told at once; but a reference is not called wrong
while the list it points into could not be read, for that would be the same mistake told twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from app.kernel.words import N_, say
from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import SHAPE
from app.programmes.definition.mistakes import listed
from app.programmes.definition.reader import Reading
from app.programmes.definition.references import entries, find_lost, is_sound, keys_of
from app.programmes.definition.tree import Definition, Keyed, Moment
from app.programmes.definition.vocabulary import (
    SHARED,
    Approver,
    AtExpiry,
    Formula,
    Matching,
    OneApplication,
    Overall,
    ScaleKind,
    TieRule,
    Window,
)
from app.programmes.kinds import QuestionKind
from app.workflow.vocabulary import Stage


def find_contradictions(call: Definition, reading: Reading) -> None:
    """Notes every contradiction in the reading."""
    for rule in RULES:
        rule(call, reading)


def _lists(call: Definition) -> Iterator[tuple[str, Sequence[Keyed]]]:
    for path, entry, value in entries(SHAPE, call):
        if isinstance(entry.value, s.Records) and any(isinstance(key.value, s.Name) for key in entry.value.record.keys):
            yield path, value
        elif isinstance(entry.value, s.Options):
            owner = path.rsplit(".", 1)[0]
            taken = [q for place, q in enumerate(call.questions) if f"questions[{place}]" == owner and q.options_from]
            if not taken:
                yield path, value


def _keys_are_single(call: Definition, reading: Reading) -> None:
    for path, found in _lists(call):
        keys = [entry.key for entry in found]
        for place, key in enumerate(keys):
            if key and key in keys[:place]:
                first = keys.index(key)
                wrong = say(N_("“%(key)s” is already the key of %(path)s[%(first)s]"), key=key, path=path, first=first)
                reading.note(f"{path}[{place}].key", wrong, N_("a key of its own"))


def _times_follow(call: Definition, reading: Reading) -> None:
    for before, after, may_equal in (("announced", "opens", True), ("opens", "closes", False)):
        _in_order(reading, after, before, getattr(call, before), getattr(call, after), may_equal)
    if call.outline and call.outline.closes:
        _in_order(reading, "outline.closes", "opens", call.opens, call.outline.closes)
        _in_order(reading, "closes", "outline.closes", call.outline.closes, call.closes)
    for at, side in enumerate(call.sides):
        for place, due in enumerate(side.internal_deadlines):
            path = f"sides[{at}].internal_deadlines[{place}].moment"
            _in_order(reading, path, "opens", call.opens, due.moment)
            if not _is_in_order(due.moment, call.closes, True):
                wrong = say(
                    N_("%(stated)s is after the joint deadline, which is %(closes)s"),
                    stated=due.moment.stated,
                    closes=call.closes and call.closes.stated,
                )
                reading.note(path, wrong, N_("a moment up to closes"))
    _days_follow(call, reading)


def _days_follow(call: Definition, reading: Reading) -> None:
    if call.decision_by and call.closes and call.closes.date and call.decision_by < call.closes.date:
        wrong = say(
            N_("%(decision_by)s is before the call closes, which is %(stated)s"),
            decision_by=call.decision_by,
            stated=call.closes.stated,
        )
        reading.note("decision_by", wrong, N_("a date after closes"))
    if call.disposal_end and call.decision_by and call.disposal_end < call.decision_by:
        wrong = say(
            N_("%(disposal_end)s is before the decision, which is %(decision_by)s"),
            disposal_end=call.disposal_end,
            decision_by=call.decision_by,
        )
        reading.note("disposal_end", wrong, N_("a date after decision_by"))
    spans = (("event", call.event), ("interview", call.interview))
    for path, span in spans:
        if span and span.begins and span.ends and span.ends < span.begins:
            reading.note(
                f"{path}.ends",
                say(N_("%(ends)s is before %(begins)s"), ends=span.ends, begins=span.begins),
                N_("a date from begins on"),
            )


def _in_order(  # noqa: PLR0917  # two moments, their names, and whether they may be one
    reading: Reading, path: str, before: str, earlier: Moment | None, later: Moment | None, may_equal: bool = False
) -> None:
    if later is not None and not _is_in_order(earlier, later, may_equal):
        wrong = say(
            N_("%(stated)s is not after %(before)s, which is %(earlier)s"),
            stated=later.stated,
            before=before,
            earlier=earlier.stated if earlier else "",
        )
        reading.note(path, wrong, say(N_("a moment after %(before)s"), before=before))


def _is_in_order(earlier: Moment | None, later: Moment | None, may_equal: bool) -> bool:
    """Whether one follows the other; undecided ones pass. Days are compared where an instant is not known."""
    if earlier is None or later is None:
        return True
    pairs: tuple[tuple[dt.date | None, dt.date | None], ...] = (
        (earlier.instant, later.instant),
        (earlier.date, later.date),
    )
    first, second = pairs[0] if None not in pairs[0] else pairs[1]
    if first is None or second is None:
        return True
    return first < second or (first == second and (may_equal or None in pairs[0]))


def _years_fit(call: Definition, reading: Reading) -> None:
    for place, year in enumerate(call.contingent_years):
        path = f"contingent_years[{place}]"
        if year in call.contingent_years[:place]:
            reading.note(path, say(N_("year %(year)s is there twice"), year=year), N_("each year once"))
        elif call.years is not None and year > call.years:
            reading.note(
                path,
                say(N_("the project has no year %(year)s"), year=year),
                say(N_("years from 2 to %(years)s"), years=call.years),
            )


def _areas_are_there(call: Definition, reading: Reading) -> None:
    for place, question in enumerate(call.questions):
        if question.options_from and not call.areas and is_sound(reading, "areas"):
            reading.note(f"questions[{place}].options", N_("the call has no areas"), N_("a list of options, or areas"))


def _budgets_have_payers(call: Definition, reading: Reading) -> None:
    paying = [side.key for side in call.paying_sides]
    owners = [SHARED, *(side.key for side in call.sides if side.key)]  # an unknown owner has been told already
    for place, section in enumerate(call.sections):
        if section.budget and section.owner in owners and section.owner not in paying:
            wrong = say(N_("“%(owner)s” has no budget of its own"), owner=section.owner)
            reading.note(
                f"sections[{place}].budget",
                wrong,
                say(N_("true in a section owned by %(words)s"), words=listed(paying)),
            )


def _title_is_asked(call: Definition, reading: Reading) -> None:
    asked = next((question for question in call.questions if question.key == call.title_question), None)
    if asked is not None and asked.kind is not QuestionKind.SHORT_TEXT:
        titles = [question.key for question in call.questions if question.kind is QuestionKind.SHORT_TEXT]
        reading.note("title_question", say(N_("“%(key)s” is no short text"), key=asked.key), listed(titles))


def _people_are_asked(call: Definition, reading: Reading) -> None:
    """References that need a question of one kind."""
    kinds = {question.key: question.kind for question in call.questions}
    wanted: list[tuple[str, str, QuestionKind]] = []
    for at, side in enumerate(call.sides):
        for place, asked in enumerate(side.participants):
            wanted.append((f"sides[{at}].participants[{place}].question", asked.question, QuestionKind.PEOPLE))
        for place, limit in enumerate(side.career_limits):
            path = f"sides[{at}].career_limits[{place}]"
            wanted.append((f"{path}.from_question", limit.from_question, QuestionKind.DATE))
            wanted.append((f"{path}.deduct_question", limit.deduct_question, QuestionKind.NUMBER))
    for place, approval in enumerate(call.approvals):
        if kinds.get(approval.question) is not QuestionKind.PEOPLE:  # one person, or several of whom `at_least` agree
            wanted.append((f"approvals[{place}].question", approval.question, QuestionKind.PERSON))
        if approval.who is Approver.NAMED_PERSON and not approval.question:
            wrong = N_("a named person needs the question that names it")
            reading.note(f"approvals[{place}].question", wrong, N_("the key of a question of kind person"))
    for path, key, kind in wanted:
        if key in kinds and kinds[key] is not kind:
            reading.note(
                path,
                say(N_("“%(key)s” is a question of kind %(kinds)s"), key=key, kinds=kinds[key]),
                say(N_("a question of kind %(kind)s"), kind=kind),
            )


def _sides_are_enough(call: Definition, reading: Reading) -> None:
    count, needed = len(call.sides), sum(not side.optional for side in call.sides)
    if call.least_sides is not None and call.least_sides > count:
        reading.note(
            "least_sides",
            say(N_("the call has %(count)s sides"), count=count),
            say(N_("at most %(count)s"), count=count),
        )
    if call.most_sides is not None and call.most_sides < needed:
        reading.note(
            "most_sides",
            say(N_("%(needed)s sides always take part"), needed=needed),
            say(N_("at least %(needed)s"), needed=needed),
        )
    for place, side in enumerate(call.sides):
        if side.lead and side.optional:
            reading.note(f"sides[{place}].optional", N_("the leading side always takes part"), N_("optional = false"))


def _matching_fits(call: Definition, reading: Reading) -> None:
    rule = call.matching
    if rule is None:
        return
    paying = call.paying_sides
    if rule.rule is Matching.RATIO and len(rule.ratio) != len(paying):
        wrong: str = say(N_("no numbers for %(sides)s paying sides"), sides=len(paying))
        if rule.ratio:
            wrong = say(N_("%(count)s numbers for %(sides)s paying sides"), count=len(rule.ratio), sides=len(paying))
        reading.note("matching.ratio", wrong, N_("one number for each paying side, in their order"))
    if rule.rule in (Matching.EQUAL, Matching.RATIO):
        home = call.lead_side.currency if any(side.lead for side in call.sides) else None
        rated = {rate.currency for rate in rule.rates}
        foreign = sorted({side.currency for side in paying if side.currency} - {home} - rated)
        if foreign:
            wrong = say(N_("there is no rate for %(words)s"), words=listed(foreign))
            reading.note("matching.rates", wrong, N_("a rate for every currency but that of the lead side"))
    if rule.rule is Matching.EQUAL and rule.percent is None:
        reading.note("matching.percent", N_("this key is missing"), N_("the leeway in per cent; 0 is an answer"))


def _approvals_follow(call: Definition, reading: Reading) -> None:
    """A chain goes down the list, within one window, so that it can have no circle."""
    for place, approval in enumerate(call.approvals):
        earlier = {each.key for each in call.approvals[:place] if each.window is approval.window}
        if approval.after and approval.after not in earlier and any(a.key == approval.after for a in call.approvals):
            wrong = say(N_("“%(key)s” is not asked before this one"), key=approval.after)
            allowed = N_("the key of an approval that stands above it and is asked in the same window")
            reading.note(f"approvals[{place}].after", wrong, allowed)
        if approval.at_expiry is not AtExpiry.OFFICE_DECIDES and approval.window is Window.BEFORE_CLOSING:
            early = N_("before the deadline, nothing follows by itself")
            reading.note(f"approvals[{place}].at_expiry", early, N_("window = “after_closing”, or no such rule"))


def _silence_is_decided_on(call: Definition, reading: Reading) -> None:
    if call.partner_grace_days is not None and Stage.ELIGIBILITY not in call.stages:
        wrong = N_("nobody would decide on a partner who stays silent")
        reading.note("partner_grace_days", wrong, N_("the stage “eligibility”, or no such days"))


def _one_application_fits(call: Definition, reading: Reading) -> None:
    rule = call.one_application
    if rule and rule.rule is OneApplication.MOST_AS_LEAD and rule.most is None:
        reading.note("one_application.most", N_("this key is missing"), N_("how many applications one person may lead"))
    if rule and rule.rule is not OneApplication.MOST_AS_LEAD and rule.most is not None:
        reading.note(
            "one_application.most",
            say(N_("%(rule)s has no number"), rule=rule.rule),
            N_("rule = “most_as_lead”, or no number"),
        )


def _judging_holds(call: Definition, reading: Reading) -> None:
    numeric = {scale.key: scale for scale in call.scales}
    for place, panel in enumerate(call.panels):
        scale = numeric.get(panel.scale)
        if scale is not None and scale.kind is not ScaleKind.NUMERIC and call.overall:
            wrong = say(N_("“%(key)s” has no numbers to grade with"), key=scale.key)
            reading.note(f"panels[{place}].scale", wrong, N_("a numeric scale; criteria may have scales of words"))
    for place, criterion in enumerate(call.criteria):
        scales = [numeric.get(criterion.scale)] if criterion.scale else [numeric.get(p.scale) for p in call.panels]
        for scale in scales:
            if scale is None or not is_sound_scale(reading, call, scale.key):
                continue
            if criterion.threshold is not None and criterion.threshold not in scale.values:
                allowed = say(N_("a value from %(low)s to %(high)s"), low=scale.low, high=scale.high)
                reading.note(
                    f"criteria[{place}].threshold",
                    say(N_("%(threshold)s is not on “%(key)s”"), threshold=criterion.threshold, key=scale.key),
                    allowed,
                )
                break
    _panels_follow(call, reading)


def is_sound_scale(reading: Reading, call: Definition, key: str) -> bool:
    """Whether nothing is wrong with a scale itself."""
    place = next((at for at, scale in enumerate(call.scales) if scale.key == key), -1)
    return not any(mistake.key_path.startswith(f"scales[{place}].") for mistake in reading.mistakes)


def _panels_follow(call: Definition, reading: Reading) -> None:
    after = {panel.key: set(panel.after) for panel in call.panels}
    for place, panel in enumerate(call.panels):
        seen, ahead = set(), list(panel.after)
        while ahead:
            key = ahead.pop()
            if key == panel.key:
                reading.note(
                    f"panels[{place}].after", N_("it waits for itself in the end"), N_("panels that close first")
                )
                break
            if key not in seen:
                seen.add(key)
                ahead += after.get(key, ())


def _overall_has_weight(call: Definition, reading: Reading) -> None:
    grade = call.overall
    if grade is None or grade.how is not Overall.COMPUTED or not call.criteria:
        return
    weighs = grade.formula in (Formula.WEIGHTED_MEAN, Formula.WEIGHTED_SUM)
    if weighs and not any(criterion.weight for criterion in call.criteria):
        wrong = N_("nothing can be computed while every criterion weighs 0")
        reading.note("overall.how", wrong, N_("“entered”, or a weight above 0"))


def _ties_can_be_broken(call: Definition, reading: Reading) -> None:
    decision = call.decision
    if decision is None:
        return
    if TieRule.CRITERION in decision.ties and not decision.tie_criterion:
        reading.note(
            "decision.tie_criterion", N_("this key is missing"), N_("the key of the criterion that breaks ties")
        )
    if decision.tie_criterion and TieRule.CRITERION not in decision.ties:
        reading.note(
            "decision.tie_criterion", N_("no tie rule asks for it"), N_("“criterion” among ties, or no criterion")
        )


def _limits_know_their_areas(call: Definition, reading: Reading) -> None:
    """Areas and sides that are named where the list is empty."""
    if call.decision is None:
        return
    sides = keys_of(reading, "sides", call.sides)
    named = [weight.side for weight in call.decision.weights]
    for place, key in enumerate(named):
        if key in named[:place] and sides is not None:
            reading.note(
                f"decision.weights[{place}].side", say(N_("“%(key)s” is there twice"), key=key), N_("each side once")
            )


RULES = (
    find_lost,
    _areas_are_there,
    _budgets_have_payers,
    _title_is_asked,
    _people_are_asked,
    _sides_are_enough,
    _matching_fits,
    _approvals_follow,
    _silence_is_decided_on,
    _one_application_fits,
    _judging_holds,
    _overall_has_weight,
    _ties_can_be_broken,
    _limits_know_their_areas,
    _times_follow,
    _years_fit,
    _keys_are_single,
)
