"""What of an earlier application fits into another call, question by question. Pure; nothing is ever cut to fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition, Side
from app.programmes.kinds import SOUGHT, Answer, Question, QuestionKind, answer_problems, read_answer, typed_of

DATED = (QuestionKind.DATE, QuestionKind.PERIOD)
NEVER = SOUGHT | {QuestionKind.DECLARATION, QuestionKind.CALCULATED}
LIMITS = frozenset({"too_many_words", "too_many_chars", "too_many_pages", "too_many_rows"})
NO_SUCH_QUESTION = N_("This call does not ask it.")
ANEW = N_("To be confirmed anew.")
ASKED_ANEW = N_("Others write it: ask them anew.")
OTHER_CURRENCY = N_("The amount is in another currency here.")
OUT_OF_TIME = N_("The date does not fit this call.")
DOES_NOT_FIT = N_("The answer cannot be given here: %(problem)s")
OTHER_SIDE = N_("Another side wrote it.")
OTHER_COSTS = N_("The currency, the years or the costs differ.")


@dataclass(frozen=True)
class Copied:
    """An answer that goes over; `over` names what is beyond a limit of the new call, and is shown, never cut."""

    source: Question
    target: Question
    entries: tuple[str, ...]
    over: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Left:
    """An answer that stays behind, and why."""

    source: Question
    why: Problem


@dataclass(frozen=True)
class Plan:
    """Everything that was answered: what goes over and what does not. `budget` says whether the own amounts do."""

    copied: tuple[Copied, ...]
    left: tuple[Left, ...]
    budget: bool = False
    why_no_budget: Problem | None = None


def match(source: Question, targets: Iterable[Question]) -> Question | None:
    """The question that asks the same: the same key and kind, else the same kind under the same title."""
    same = [each for each in targets if each.kind is source.kind]
    by_key = next((each for each in same if each.key == source.key), None)
    return by_key or next((each for each in same if each.title == source.title), None)


def plan_of(
    source: Definition,
    target: Definition,
    answers: Mapping[str, Answer],
    own: Collection[str],
    own_there: Collection[str],
) -> Plan:
    """What goes over of `answers`. `own` and `own_there` are the owners whose sections the person writes, in the earlier
    call and in this one."""
    owners = {section.key: section.owner for section in source.sections}
    there = {section.key: section.owner for section in target.sections}
    targets = [question for question in target.questions if there[question.section] in own_there]
    copied: list[Copied] = []
    left: list[Left] = []
    for question in source.questions:
        answer = answers.get(question.key)
        if answer in (None, "", [], {}) or question.kind is QuestionKind.CALCULATED:
            continue
        if owners[question.section] not in own:
            left.append(Left(question, _why(OTHER_SIDE)))
            continue
        taken = {each.target.key for each in copied}
        found = _one(question, answer, [each for each in targets if each.key not in taken])
        (copied if isinstance(found, Copied) else left).append(found)  # type: ignore[arg-type]  # each to its own list
    return Plan(tuple(copied), tuple(left))


def _one(source: Question, answer: Answer, targets: Sequence[Question]) -> Copied | Left:
    target = match(source, targets)
    if target is None:
        return Left(source, _why(NO_SUCH_QUESTION))
    if source.kind in NEVER:
        return Left(source, _why(ASKED_ANEW if source.kind in SOUGHT else ANEW))
    if source.currency != target.currency:
        return Left(source, _why(OTHER_CURRENCY))
    if source.kind is QuestionKind.FILE:
        return Copied(source, target, ())
    if source.kind is QuestionKind.TABLE and not {each.key for each in source.columns} <= {
        each.key for each in target.columns
    }:
        return Left(source, _why(NO_SUCH_QUESTION))
    entries = typed_of(target, answer, "en")
    read = read_answer(target, entries)
    if isinstance(read, Problem):
        return Left(source, _why(DOES_NOT_FIT, problem=read))
    faults = answer_problems(target, read)
    if source.kind in DATED and faults:
        return Left(source, _why(OUT_OF_TIME))
    return Copied(source, target, entries, tuple(fault for fault in faults if fault.code in LIMITS))


def budget_fits(source: Side, target: Side, years: int, years_there: int) -> bool:
    """Whether amounts may go over: the same currency, the same costs, and no year too many."""
    costs = {cost.key for cost in source.allowed_costs}, {cost.key for cost in target.allowed_costs}
    return (
        source.pays
        and target.pays
        and source.currency == target.currency
        and costs[0] == costs[1]
        and years <= years_there
    )


def _why(message: str, **values: object) -> Problem:
    return Problem("left_behind", message, values=values)
