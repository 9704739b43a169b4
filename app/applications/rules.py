"""What keeps an application from being submitted: answers, budgets, caps. Told in words, with the place to mend it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, Problem
from app.kernel.money import Money, sum_of
from app.kernel.personal_numbers import masked, personal_numbers
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import SHARED
from app.programmes.definition.tree import Side
from app.programmes.kinds import NOT_TYPED, Answer, Question, QuestionKind, answer_problems
from app.workflow.vocabulary import Hat, State


def reference(prefix: str, number: int) -> str:
    """The name of an application that people quote, such as `MKB27-0012`; the declaration gives the prefix."""
    if not prefix or number < 1:
        raise ValueError(f"no reference from prefix {prefix!r} and number {number}")
    return f"{prefix}-{number:04d}"


_NAMED = {
    "answer_missing": N_("%(question)s: not answered yet."),
    "too_many_words": N_("%(question)s: %(count)s words, and at most %(limit)s are allowed."),
    "too_many_chars": N_("%(question)s: %(count)s characters, and at most %(limit)s are allowed."),
    "too_low": N_("%(question)s: at least %(limit)s."),
    "too_high": N_("%(question)s: at most %(limit)s."),
    "person_without_name": N_("%(question)s: give the person’s name."),
    "person_without_address": N_("%(question)s: give the person’s mail address, such as name@example.org."),
}


def question_problems(
    questions: Iterable[Question], answers: Mapping[str, Answer], tolerance: int = 0
) -> list[Problem]:
    """Everything wrong with the answers, in the order of the form. `field` is the question's key.

    The value `question` is the question's title (`Text`); counts and limits are numbers. `tolerance` is the per cent
    over a limit that the call still takes.
    """
    return [
        named(problem, question)
        for question in questions
        for problem in (
            *answer_problems(question, answers.get(question.key), tolerance),
            *number_problems(question, answers.get(question.key)),
        )
    ]


def number_problems(question: Question, answer: Answer) -> tuple[Problem, ...]:
    """A Swedish personal identity number inside an answer: none is asked for, and none is taken."""
    if question.kind in NOT_TYPED:
        return ()
    counted = {column.key for column in question.columns if column.kind in (QuestionKind.NUMBER, QuestionKind.MONEY)}
    found = next((number for text in texts_in(answer, counted) for number in personal_numbers(text)), None)
    if found is None:
        return ()
    message = N_("%(number)s looks like a Swedish personal identity number. Remove it: Tandem asks for none.")
    return (Problem("personal_number", message, field=question.key, values={"number": masked(found)}),)


def texts_in(answer: object, besides: Collection[str] = ()) -> Iterator[str]:
    """Every text inside an answer, whatever its kind, but for these columns of a table."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, Mapping):
        for key, value in answer.items():
            if key not in besides:
                yield from texts_in(value, besides)
    elif isinstance(answer, list | tuple):
        for value in answer:
            yield from texts_in(value, besides)


def named(problem: Problem, question: Question) -> Problem:
    """The problem of an answer with the question's title before it."""
    if problem.code in _NAMED:
        values: dict[str, object] = {**problem.values, "question": question.title}
        return replace(problem, message=_NAMED[problem.code], field=question.key, values=values)
    values = {"question": question.title, "problem": problem}
    return replace(problem, message=N_("%(question)s: %(problem)s"), field=question.key, values=values)


@dataclass(frozen=True)
class CapRule:
    """How much one side may be asked for, in its own currency. None is no cap. `name` is what people read.

    Caps and the least amount are held against what is typed: with overhead inside that holds everything, with
    overhead on top it is the direct costs. `may_be_zero`: a side may give in kind instead.
    """

    side: str
    currency: str
    per_year_minor: int | None
    total_minor: int | None
    years: int
    name: str = ""
    least_minor: int | None = None
    may_be_zero: bool = False

    @classmethod
    def of(cls, side: Side, years: int, beside: Collection[str] = (), *, may_be_zero: bool = False) -> CapRule:
        """The rule as a call declares it, given the keys of the sides that take part. Raises ValueError for a side
        that pays nothing and has no currency."""
        if side.currency is None:
            raise ValueError(f"side {side.key} has no currency")
        per_year, total = caps_of(side, beside)
        return cls(
            side.key,
            side.currency,
            per_year.minor if per_year else None,
            total.minor if total else None,
            years,
            side.short,
            side.least_total.minor if side.least_total else None,
            may_be_zero,
        )

    @property
    def shown(self) -> str:
        return self.name or self.side

    def place(self, year: int | None = None) -> str:
        """The field of a year's amount, `budget-<side>-<year>`; without a year the whole budget's, `budget-<side>`."""
        return f"budget-{self.side}" if year is None else f"budget-{self.side}-{year}"


def caps_of(side: Side, beside: Collection[str] = ()) -> tuple[Money | None, Money | None]:
    """The caps per year and in total that hold when these sides take part.

    The last of the conditional caps that fits takes the place of those it names; one that it does not name stays.
    """
    per_year, total = side.cap_per_year, side.cap_total
    for conditional in side.caps_when:
        if set(conditional.with_sides) <= set(beside):
            per_year = conditional.cap_per_year or side.cap_per_year
            total = conditional.cap_total or side.cap_total
    return per_year, total


def cap_problems(rule: CapRule, amounts: Mapping[int, Money]) -> list[Problem]:
    """Every cap that the amounts by year go over. Raises ValueError for an amount in another currency.

    Values: `side` and `year` are strings; `asked`, `over` and `cap` are Money.
    """
    total = sum_of(amounts.values(), rule.currency)
    yearly = N_("%(side)s, year %(year)s: %(asked)s is %(over)s over the cap of %(cap)s a year.")
    in_all = N_("%(side)s, all years: %(asked)s is %(over)s over the cap of %(cap)s in all.")
    lines = [("over_cap_year", yearly, amounts[year], rule.per_year_minor, year) for year in sorted(amounts)]
    return [
        Problem(code, message, field=rule.place(year), side=rule.shown, values=_over(rule, asked, cap, year))
        for code, message, asked, cap, year in (*lines, ("over_cap_total", in_all, total, rule.total_minor, None))
        if cap is not None and asked.minor > cap
    ]


def _over(rule: CapRule, asked: Money, cap_minor: int, year: int | None) -> dict[str, object]:
    cap = Money(cap_minor, rule.currency)
    return {"side": rule.shown, "year": str(year or ""), "asked": asked, "over": asked - cap, "cap": cap}


def side_problems(rule: CapRule, amounts: Mapping[int, Money]) -> list[Problem]:
    """What a side's budget still lacks: every year of the call has an amount (0 is one), and one is above zero.

    An empty budget is told once. Values: `side` and `year` are strings.
    """
    if not amounts:
        return [_lack(rule, "budget_missing", N_("%(side)s: the budget is not filled in yet."))]
    strange = N_("%(side)s, year %(year)s: the call has no such year.")
    missing = N_("%(side)s, year %(year)s: no amount yet. Write 0 if nothing is asked for.")
    years = range(1, rule.years + 1)
    found = [_lack(rule, "no_such_year", strange, year) for year in sorted(amounts) if year not in years]
    found += [_lack(rule, "budget_year_missing", missing, year) for year in years if year not in amounts]
    asked = sum_of(amounts.values(), rule.currency)
    if not asked.minor and not rule.may_be_zero:
        found.append(_lack(rule, "budget_zero", N_("%(side)s: nothing is asked for in any year.")))
    elif asked.minor and rule.least_minor is not None and asked.minor < rule.least_minor:
        values: dict[str, object] = {"asked": asked, "least": Money(rule.least_minor, rule.currency)}
        message = N_("%(side)s, all years: %(asked)s is below the %(least)s that may be asked for at least.")
        found.append(_lack(rule, "below_least", message, more=values))
    return found


def _lack(
    rule: CapRule, code: str, message: str, year: int | None = None, more: Mapping[str, object] | None = None
) -> Problem:
    values = {"side": rule.shown, "year": str(year or ""), **(more or {})}
    return Problem(code, message, field=rule.place(year), side=rule.shown, values=values)


def side_count_problems(count: int, least: int | None, most: int | None) -> list[Problem]:
    """Too few or too many sides that take part."""
    values = {"count": str(count), "least": str(least), "most": str(most)}
    if least is not None and count < least:
        message = N_("Sides that take part: %(count)s, and the call asks for at least %(least)s.")
        return [Problem("too_few_sides", message, field="sides", values=values)]
    if most is not None and count > most:
        message = N_("Sides that take part: %(count)s, and the call allows at most %(most)s.")
        return [Problem("too_many_sides", message, field="sides", values=values)]
    return []


class Led(Protocol):
    """A side that takes part: who leads it, whether that is the lead applicant, and whether it has confirmed."""

    @property
    def key(self) -> str: ...

    @property
    def person_id(self) -> UUID | None: ...

    @property
    def confirmed_at(self) -> datetime | None: ...

    @property
    def is_own(self) -> bool: ...


def writes_part(part: Led, by: Acting) -> bool:
    """Whether this person writes a side's own questions and budget: who leads it, and who edits it for the team."""
    return (
        part.person_id == by.person_id
        or (Hat.SIDE_EDITOR in by.hats and part.key in by.sides)
        or (Hat.CO_EDITOR in by.hats and part.is_own)
    )


def owners_written(by: Acting, state: State, parts: Iterable[Led]) -> set[str]:
    """Whose sections this person writes now: the rule of `writable`. Raises NotAllowed when none may be written."""
    writes_all = may(Action.EDIT_ANSWERS, by, state) is None
    problem = may(Action.EDIT_ANSWERS, by, state) and may(Action.EDIT_SIDE, by, state)
    if problem is not None:
        raise NotAllowed([problem])
    owners = {SHARED} if writes_all else set()
    for part in parts:
        if writes_part(part, by) or (writes_all and part.confirmed_at is None):
            owners.add(part.key)
    return owners
