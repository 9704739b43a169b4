"""What software found of the rules of a call in what was submitted: fail, pass, or pass with caveats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.kernel.database import scoped
from app.kernel.money import Money, money_text
from app.programmes.asking import ask, rule_verdicts
from app.programmes.asking.values import condition_of
from app.programmes.definition import Definition, EligibilityRule, Severity, Text
from app.programmes.kinds import answer_text
from app.programmes.queries import definition_by_version


class Outcome(StrEnum):
    """What software can say of one rule."""

    MET = "met"
    NOT_MET = "not_met"
    UNTOLD = "untold"
    NOT_ASKED = "not_asked"


class Verdict(StrEnum):
    """The rules together."""

    PASS = "pass"  # noqa: S105  # a verdict, no password
    CAVEATS = "caveats"
    FAIL = "fail"


@dataclass(frozen=True)
class Input:
    """One answer that a rule looked at, in both languages."""

    title: Text
    text: Text
    leaves_eu: bool


@dataclass(frozen=True)
class RuleLine:
    """One rule with its outcome and what it looked at."""

    rule: EligibilityRule
    outcome: Outcome
    inputs: tuple[Input, ...]

    @property
    def is_caveat(self) -> bool:
        """A rule that does not stop, and that is not shown to be met."""
        return self.rule.severity is Severity.CAVEAT and self.outcome in (Outcome.NOT_MET, Outcome.UNTOLD)


def lines_of(session: Session, application_id: UUID) -> tuple[RuleLine, ...]:
    """Every rule of the application's own version of the call, over what was submitted last; empty before."""
    row = session.execute(
        scoped(
            select(Submission.snapshot, Application.call_version_id)
            .join(Application, Application.id == Submission.application_id)
            .where(Submission.application_id == application_id)
            .order_by(Submission.number.desc())
            .limit(1)
        )
    ).first()
    return () if row is None else judged(definition_by_version(session, row.call_version_id), row.snapshot)


def judged(definition: Definition, snapshot: Mapping[str, Any]) -> tuple[RuleLine, ...]:
    """Every rule over a frozen version. Pure."""
    answers = {each["key"]: each["value"] for section in snapshot["sections"] for each in section["answers"]}
    amounts = {
        side["key"]: {row["year"]: Money(row["amount_minor"], row["currency"]) for row in side["years"]}
        for side in snapshot["sides"]
    }
    asked = ask(definition, answers, amounts=amounts)
    heard = {question.key for question in asked.questions} | {"budget"}
    lines = []
    for verdict in rule_verdicts(definition, asked):
        names = condition_of(definition, verdict.rule.holds).names
        if not {name.split(".")[0] for name in names} <= heard:
            outcome = Outcome.NOT_ASKED
        else:
            outcome = {True: Outcome.MET, False: Outcome.NOT_MET, None: Outcome.UNTOLD}[verdict.is_met]
        lines.append(RuleLine(verdict.rule, outcome, tuple(_inputs(definition, names, answers, amounts))))
    return tuple(lines)


def _inputs(
    definition: Definition,
    names: Iterable[str],
    answers: Mapping[str, Any],
    amounts: Mapping[str, Mapping[int, Money]],
) -> Iterable[Input]:
    questions = {question.key: question for question in definition.questions}
    for key in dict.fromkeys(name.split(".")[0] for name in sorted(names)):
        question = questions.get(key)
        if question is not None:
            texts = [answer_text(question, answers.get(key), locale) or "–" for locale in ("en", "sv")]
            yield Input(question.title, Text(*texts), question.leaves_eu)
    for side_key in dict.fromkeys(name.split(".")[1] for name in sorted(names) if name.startswith("budget.")):
        side = definition.side(side_key)
        total = list(amounts.get(side_key, {}).values())
        texts = ["; ".join(money_text(money, locale) for money in total) or "–" for locale in ("en", "sv")]
        yield Input(Text(f"Budget, {side.short}", f"Budget, {side.short}"), Text(*texts), leaves_eu=True)


def verdict_of(lines: Iterable[RuleLine]) -> Verdict:
    """Fail where a rule that stops is not met; caveats where another is not; else pass."""
    found = tuple(lines)
    if any(line.rule.severity is Severity.STOPS and line.outcome is Outcome.NOT_MET for line in found):
        return Verdict.FAIL
    return Verdict.CAVEATS if any(line.is_caveat for line in found) else Verdict.PASS
