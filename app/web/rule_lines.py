"""Rules that software checks, in words: for the formal check, for reviewers, and at the decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from app.applications.verdicts import Outcome, RuleLine, Verdict, verdict_of
from app.kernel.words import N_
from app.programmes.definition import Severity
from app.web.words import language

OUTCOMES = {
    Outcome.MET: (N_("met"), "good"),
    Outcome.NOT_MET: (N_("not met"), "bad"),
    Outcome.UNTOLD: (N_("cannot be told from the answers"), "wait"),
    Outcome.NOT_ASKED: (N_("does not concern this application"), "neutral"),
}
VERDICTS = {
    Verdict.PASS: (N_("Every rule is met"), "good"),
    Verdict.CAVEATS: (N_("Passed, with caveats"), "wait"),
    Verdict.FAIL: (N_("A rule that stops is not met"), "bad"),
}


@dataclass(frozen=True)
class RuleText:
    """One rule: its title, what came of it, why it matters where it is not met, and what it looked at."""

    title: str
    outcome: str
    tone: str
    reason: str
    is_caveat: bool
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RulesText:
    """All rules, and the verdict over them."""

    verdict: str
    tone: str
    lines: tuple[RuleText, ...]


def rules_text(lines: Iterable[RuleLine], *, is_outside: bool) -> RulesText | None:
    """The rules in words, or None where the call has none. Withheld answers stay withheld here too."""
    found = tuple(lines)
    if not found:
        return None
    label, tone = VERDICTS[verdict_of(found)]
    return RulesText(gettext(label), tone, tuple(_line(line, is_outside=is_outside) for line in found))


def caveats_text(lines: Iterable[RuleLine], *, is_outside: bool) -> tuple[RuleText, ...]:
    """Only what those who judge must know: rules that do not stop and are not met."""
    return tuple(_line(line, is_outside=is_outside) for line in lines if line.is_caveat)


def _line(line: RuleLine, *, is_outside: bool) -> RuleText:
    label, tone = OUTCOMES[line.outcome]
    if line.outcome is Outcome.NOT_MET and line.rule.severity is Severity.CAVEAT:
        tone = "wait"
    reason = line.rule.reason.in_(language()) if line.outcome in (Outcome.NOT_MET, Outcome.UNTOLD) else ""
    inputs = tuple(
        (
            each.title.in_(language()),
            gettext("withheld") if is_outside and not each.leaves_eu else each.text.in_(language()),
        )
        for each in line.inputs
    )
    return RuleText(line.rule.title.in_(language()), gettext(label), tone, reason, line.is_caveat, inputs)
