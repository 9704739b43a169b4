"""What a declaration may not contradict itself in.

Runs also when single values were mistaken, so that all mistakes are told at once; but a reference is not called wrong
while the list it points into could not be read, for that would be the same mistake told twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from app.programmes.definition.mistakes import listed, suggestion
from app.programmes.definition.reader import Reading
from app.programmes.definition.tree import Definition, Keyed, Moment
from app.programmes.definition.vocabulary import JOINT, SHARED, Overall
from app.programmes.kinds import QuestionKind


def find_contradictions(call: Definition, reading: Reading) -> None:
    """Notes every contradiction in the reading."""
    for rule in RULES:
        rule(call, reading)


def _keys_are_single(call: Definition, reading: Reading) -> None:
    lists: list[tuple[str, Sequence[Keyed]]] = [
        ("sides", call.sides),
        ("areas", call.areas),
        ("eligibility", call.eligibility),
        ("sections", call.sections),
        ("questions", call.questions),
        ("scales", call.scales),
        ("criteria", call.criteria),
        ("panels", call.panels),
    ]
    for place, question in enumerate(call.questions):
        lists.append((f"questions[{place}].options", () if question.options_from else question.options))
    for path, entries in lists:
        keys = [entry.key for entry in entries]
        for place, key in enumerate(keys):
            if key and key in keys[:place]:
                first = keys.index(key)
                wrong = f"“{key}” is already the key of {path}[{first}]"
                reading.note(f"{path}[{place}].key", wrong, "a key of its own")


def _times_follow(call: Definition, reading: Reading) -> None:
    for before, after, may_equal in (("announced", "opens", True), ("opens", "closes", False)):
        earlier, later = getattr(call, before), getattr(call, after)
        if not _is_in_order(earlier, later, may_equal):
            wrong = f"{later.stated} is not after {before}, which is {earlier.stated}"
            reading.note(after, wrong, f"a moment after {before}")
    if call.decision_by and call.closes and call.closes.date and call.decision_by < call.closes.date:
        wrong = f"{call.decision_by} is before the call closes, which is {call.closes.stated}"
        reading.note("decision_by", wrong, "a date after closes")


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
            reading.note(path, f"year {year} is there twice", "each year once")
        elif call.years is not None and year > call.years:
            reading.note(path, f"the project has no year {year}", f"years from 2 to {call.years}")


def _form_holds(call: Definition, reading: Reading) -> None:
    sides = _keys(reading, "sides", call.sides)
    sections = _keys(reading, "sections", call.sections)
    criteria = _keys(reading, "criteria", call.criteria)
    for place, section in enumerate(call.sections):
        _refers(reading, f"sections[{place}].owner", section.owner, sides and [SHARED, *sides])
    for place, question in enumerate(call.questions):
        _refers(reading, f"questions[{place}].section", question.section, sections)
        for at, criterion in enumerate(question.criteria):
            _refers(reading, f"questions[{place}].criteria[{at}]", criterion, criteria)
        if question.options_from and not call.areas and _is_sound(reading, "areas"):
            reading.note(f"questions[{place}].options", "the call has no areas", "a list of options, or areas")


def _budgets_have_payers(call: Definition, reading: Reading) -> None:
    paying = [side.key for side in call.paying_sides]
    owners = [SHARED, *(side.key for side in call.sides if side.key)]  # an unknown owner has been told already
    for place, section in enumerate(call.sections):
        if section.budget and section.owner in owners and section.owner not in paying:
            wrong = f"“{section.owner}” has no budget of its own"
            reading.note(f"sections[{place}].budget", wrong, f"true in a section owned by {listed(paying)}")


def _title_is_asked(call: Definition, reading: Reading) -> None:
    titles = [question for question in call.questions if question.kind is QuestionKind.SHORT_TEXT]
    _refers(reading, "title_question", call.title_question, _keys(reading, "questions", titles))


def _judging_holds(call: Definition, reading: Reading) -> None:
    sides, scales = _keys(reading, "sides", call.sides), _keys(reading, "scales", call.scales)
    for place, panel in enumerate(call.panels):
        _refers(reading, f"panels[{place}].side", panel.side, sides and [JOINT, *sides])
        _refers(reading, f"panels[{place}].scale", panel.scale, scales)


def _overall_has_weight(call: Definition, reading: Reading) -> None:
    if call.overall is Overall.COMPUTED and call.criteria and not any(criterion.weight for criterion in call.criteria):
        wrong = "nothing can be computed while every criterion weighs 0"
        reading.note("overall", wrong, "“entered”, or a weight above 0")


def _keys(reading: Reading, path: str, entries: Iterable[Keyed]) -> list[str] | None:
    """The keys one may refer to, or None while that list is unknown or mistaken."""
    return list(dict.fromkeys(entry.key for entry in entries)) if _is_sound(reading, path) else None


def _is_sound(reading: Reading, path: str) -> bool:
    mistaken = [mistake.key_path for mistake in reading.mistakes]
    is_whole = not any(at == path or (at.startswith(f"{path}[") and at.endswith("].key")) for at in mistaken)
    return is_whole and path not in [unknown.key_path for unknown in reading.unknowns]


def _refers(reading: Reading, path: str, key: str, known: list[str] | None) -> None:
    if key and known is not None and key not in known:
        reading.note(path, f"there is no “{key}”{suggestion(key, known)}", listed(known))


RULES = (
    _form_holds,
    _budgets_have_payers,
    _title_is_asked,
    _judging_holds,
    _overall_has_weight,
    _times_follow,
    _years_fit,
    _keys_are_single,
)
