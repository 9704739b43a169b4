"""What points elsewhere in a declaration: keys of other entries, conditions, expressions, quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.kernel.words import N_, say
from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import SHAPE
from app.programmes.definition.mistakes import listed, suggestion
from app.programmes.definition.names import names_of, names_of_answers, names_of_budgets, names_of_criteria
from app.programmes.definition.reader import Reading
from app.programmes.definition.tree import Definition, Keyed
from app.programmes.expressions import TRUTH, ExpressionRefused, parse
from app.programmes.kinds import AllOf, AnyOf, Comparison, Condition, Operator, Question, QuestionKind, Text

QUOTE = re.compile(r"\{([^{}]*)\}")
Place = tuple[str, s.Key, Any]


def entries(record: s.Record, leaf: Any, path: str = "") -> Iterator[Place]:
    """Every key that holds something, with its path and value."""
    for entry in record.keys:
        value = getattr(leaf, entry.name, None)
        here = f"{path}.{entry.name}" if path else entry.name
        if value in (None, "", ()):
            continue
        yield here, entry, value
        if isinstance(entry.value, s.Record):
            yield from entries(entry.value, value, here)
        elif isinstance(entry.value, s.Records):
            for place, inner in enumerate(value):
                yield from entries(entry.value.record, inner, f"{here}[{place}]")


def find_lost(call: Definition, reading: Reading) -> None:
    """Note every reference, condition, expression and quote that leads nowhere."""
    for path, entry, value in entries(SHAPE, call):
        match entry.value:
            case s.Reference(to, also):
                refers(reading, path, value, _known(call, reading, to, also))
            case s.References(to):
                for place, key in enumerate(value):
                    refers(reading, f"{path}[{place}]", key, _known(call, reading, to))
            case s.When():
                _check_condition(call, reading, path, value, _questions_before(call, path))
            case s.Both(quotes=True):
                _check_quotes(reading, path, value, [each.key for each in _questions_before(call, path)])
    _check_expressions(call, reading)


def refers(reading: Reading, path: str, key: str, known: list[str] | None) -> None:
    """Note a key that is not among the known ones; `known` is None while that list could not be read."""
    if key and known is not None and key not in known:
        reading.note(
            path, say(N_("there is no “%(key)s”%(perhaps)s"), key=key, perhaps=suggestion(key, known)), listed(known)
        )


def _known(call: Definition, reading: Reading, to: str, also: Iterable[str] = ()) -> list[str] | None:
    keys = keys_of(reading, to, getattr(call, to))
    return [*also, *keys] if keys is not None and (keys or not also) else keys


def keys_of(reading: Reading, path: str, found: Iterable[Keyed]) -> list[str] | None:
    """The keys one may refer to, or None while that list is unknown or mistaken."""
    return list(dict.fromkeys(entry.key for entry in found)) if is_sound(reading, path) else None


def is_sound(reading: Reading, path: str) -> bool:
    """Whether a list could be read, keys and all."""
    mistaken = [mistake.key_path for mistake in reading.mistakes]
    is_whole = not any(at == path or (at.startswith(f"{path}[") and at.endswith("].key")) for at in mistaken)
    return is_whole and path not in [unknown.key_path for unknown in reading.unknowns]


def _questions_before(call: Definition, path: str) -> tuple[Question, ...]:
    """The questions that stand before this place of the form; all of them for what is no part of it."""
    found = re.match(r"(questions|sections)\[(\d+)\]", path)
    if found is None:
        return call.questions
    if found[1] == "questions":
        return call.questions[: int(found[2])]
    section = call.sections[int(found[2])]
    return tuple(question for question in call.questions if question.section != section.key)


def _check_quotes(reading: Reading, path: str, text: Text, known: list[str]) -> None:
    for language, words in (("en", text.en), ("sv", text.sv)):
        for key in QUOTE.findall(words):
            if key not in known:
                wrong = say(
                    N_("“{%(key)s}” quotes no earlier answer%(perhaps)s"), key=key, perhaps=suggestion(key, known)
                )
                reading.note(f"{path}.{language}", wrong, N_("the key of an earlier question in braces, or no braces"))


def _check_condition(
    call: Definition, reading: Reading, path: str, condition: Condition, before: tuple[Question, ...]
) -> None:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            word = "all" if isinstance(condition, AllOf) else "any"
            for place, part in enumerate(parts):
                _check_condition(call, reading, f"{path}.{word}[{place}]", part, before)
        case Comparison(key, operator, value):
            asked = next((question for question in before if question.key == key), None)
            if asked is None:
                if is_sound(reading, "questions"):
                    known = [question.key for question in before]
                    refers(reading, f"{path}.question", key, known)
            else:
                _check_comparison(reading, path, asked, operator, value)


FITTING: dict[Operator, frozenset[QuestionKind]] = {
    Operator.AT_LEAST: frozenset({QuestionKind.NUMBER, QuestionKind.MONEY}),
    Operator.AT_MOST: frozenset({QuestionKind.NUMBER, QuestionKind.MONEY}),
    Operator.CONTAINS: frozenset({QuestionKind.CHOICES}),
}


def _check_comparison(reading: Reading, path: str, asked: Question, operator: Operator, value: str) -> None:
    fitting = FITTING.get(operator)
    if fitting is not None and asked.kind not in fitting:
        wrong = say(
            N_("“%(operator)s” means nothing for a question of kind %(kind)s"), operator=operator, kind=asked.kind
        )
        reading.note(
            f"{path}.{operator}", wrong, say(N_("a question of kind %(words)s"), words=listed(sorted(fitting)))
        )
    elif operator in (Operator.AT_LEAST, Operator.AT_MOST) and not re.fullmatch(r"-?[0-9]{1,15}", value):
        reading.note(
            f"{path}.{operator}", say(N_("“%(value)s” is not a whole number"), value=value), N_("a whole number")
        )
    elif operator in (Operator.IS, Operator.IS_NOT, Operator.CONTAINS) and asked.options:
        if asked.option(value) is None:
            known = [option.key for option in asked.options]
            reading.note(
                f"{path}.{operator}",
                say(
                    N_("“%(value)s” is no option of “%(key)s”%(perhaps)s"),
                    value=value,
                    key=asked.key,
                    perhaps=suggestion(value, known),
                ),
                listed(known),
            )
    elif asked.kind in SAYING and operator in (Operator.IS, Operator.IS_NOT) and value not in ("yes", "no"):
        reading.note(
            f"{path}.{operator}",
            say(N_("“%(value)s” is no answer to “%(key)s”"), value=value, key=asked.key),
            N_("yes or no"),
        )


SAYING = frozenset({QuestionKind.YES_NO, QuestionKind.YES_NO_TEXT})
"""Kinds that are answered by yes or no."""


def _check_expressions(call: Definition, reading: Reading) -> None:
    if not is_sound(reading, "questions") or not is_sound(reading, "sides"):
        return
    names = names_of_budgets(call.sides, call.years or 1)
    for place, question in enumerate(call.questions):
        if question.formula:
            _check_expression(reading, f"questions[{place}].formula", question.formula, names)
        names |= names_of(question, names)
    names = names_of_answers(call)
    for listed_in in ("rules", "checks"):
        for place, entry in enumerate(getattr(call, listed_in)):
            if entry.holds:
                _check_expression(reading, f"{listed_in}[{place}].holds", entry.holds, names, is_condition=True)
    if call.overall and call.overall.expression and is_sound(reading, "criteria"):
        criteria = names_of_criteria(call.criteria)
        _check_expression(reading, "overall.expression", call.overall.expression, criteria)


def _check_expression(
    reading: Reading, path: str, text: str, names: dict[str, Any], *, is_condition: bool = False
) -> None:
    try:
        found = parse(text, names)
    except ExpressionRefused as refused:
        fault = refused.fault
        wrong = say(N_("at sign %(column)s: %(wrong)s"), column=fault.column, wrong=fault.wrong)
        reading.note(path, wrong, fault.remedy)
        return
    if is_condition and found.type != TRUTH:
        reading.note(
            path,
            say(N_("it gives %(kind)s"), kind=found.type.name),
            N_("something that is true or not, such as a comparison"),
        )
