"""What was typed into a part that its side's own deadline has closed meanwhile: it is given back, never dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.parts import Part, answers_of, questions_of, read_answers
from app.applications.side_deadlines import closed_parts
from app.applications.tally import Line
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.kinds import answer_text
from app.web.words import language


class Sent(Protocol):
    """What a browser sent; see `forms.Typed`."""

    @property
    def answers(self) -> Mapping[str, Sequence[str]]: ...

    @property
    def amounts(self) -> Mapping[Line, str]: ...


@dataclass(frozen=True)
class Shut:
    """The questions of closed parts, whether the own budget is closed, and what was typed there."""

    answers: frozenset[str] = frozenset()
    is_own_closed: bool = False
    problems: tuple[Problem, ...] = ()


def closed_meanwhile(
    session: Session, application: Application, definition: Definition, own: Part, typed: Sent, *, at: datetime
) -> Shut:
    """What of this can no longer be kept, with each changed text in its problem."""
    closed = closed_parts(session, application, definition, at)
    if not closed:
        return Shut()
    kept = answers_of(session, application)
    message = N_("%(problem)s Not saved, under “%(question)s”: %(typed)s")
    problems, keys = [], set()
    for side_key, problem in closed.items():
        for question in questions_of(definition, {side_key}):
            keys.add(question.key)
            values, _ = read_answers([question], typed.answers)
            stands = kept[question.key].value if question.key in kept else None
            if question.key in values and values[question.key] != stands:
                shown = answer_text(question, values[question.key], language())
                said = {"problem": problem, "question": question.title, "typed": shown}
                problems.append(replace(problem, message=message, field=f"q-{question.key}", values=said))
    if own.key in closed and typed.amounts:
        message = N_("%(problem)s Not saved, in the budget: %(typed)s")
        shown = "; ".join(f"{_line_text(own, line)}: {text or '–'}" for line, text in sorted(typed.amounts.items()))
        said = {"problem": closed[own.key], "typed": shown}
        problems.append(replace(closed[own.key], message=message, field=f"budget-{own.key}", values=said))
    return Shut(frozenset(keys), own.key in closed, tuple(problems))


def _line_text(own: Part, line: Line) -> str:
    """A line of the budget as its reader names it: the year, and the cost where the call lists costs."""
    year, cost = line
    named = next((option.title.in_(language()) for option in own.side.allowed_costs if option.key == cost), "")
    return f"{year}, {named}" if named else str(year)
