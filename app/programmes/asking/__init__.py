"""What a form asks now: conditions, calculated answers, quoted answers, checks across questions. Pure.

An answer under a question that is not asked is kept, but neither checked, counted, quoted nor frozen.
"""

from __future__ import annotations

from app.programmes.asking.conditions import holds
from app.programmes.asking.form import Asked, AskedQuestion, AskedSection, ask
from app.programmes.asking.problems import RuleVerdict, check_problems, rule_verdicts, stopping_rules
from app.programmes.asking.quotes import quote
from app.programmes.asking.values import values_of

__all__ = [
    "Asked",
    "AskedQuestion",
    "AskedSection",
    "RuleVerdict",
    "ask",
    "check_problems",
    "holds",
    "quote",
    "rule_verdicts",
    "stopping_rules",
    "values_of",
]
