"""Earlier answers inside later texts: `{question_key}` becomes the answer, or a dash where there is none.

The result is plain text; whoever shows it escapes it like every other text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from app.kernel.money import Money, exponent, money_text
from app.programmes.definition import Definition
from app.programmes.expressions import Value
from app.programmes.expressions.tree import number_text
from app.programmes.kinds import Answer, Question, QuestionKind, Text, answer_text
from app.programmes.kinds.single import babel, shows_date, shows_yes_no

QUOTE = re.compile(r"\{([a-z][a-z0-9_-]*)\}")
NOTHING = "–"


def quote(
    text: Text,
    definition: Definition,
    answers: Mapping[str, Answer],
    locale: object,
    values: Mapping[str, Value | None] | None = None,
) -> str:
    """The text in the reader's language with the answers in place. Braces around anything else stay as they are."""
    questions = {question.key: question for question in definition.questions}

    def put(found: re.Match[str]) -> str:
        question = questions.get(found[1])
        if question is None:
            return found[0]
        if question.kind is QuestionKind.CALCULATED:
            return value_text(question, (values or {}).get(question.key), str(locale)) or NOTHING
        return answer_text(question, answers.get(question.key), locale) or NOTHING

    return QUOTE.sub(put, text.in_(locale))


def value_text(question: Question, value: Value | None, locale: str) -> str:
    """A calculated value as one reads it; at most two decimals, and amounts in the question's currency."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return shows_yes_no(question, value, locale)
    if isinstance(value, Fraction):
        if question.currency:
            return money_text(Money(round(value * 10 ** exponent(question.currency)), question.currency), locale)
        written = number_text(Fraction(round(value * 100), 100))
        return written.replace(".", ",") if babel(locale) == "sv" else written
    return shows_date(question, str(value), locale) if hasattr(value, "isoformat") else str(value)
