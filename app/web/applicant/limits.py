"""The limits of a question that no counter shows, in words beside it: nobody learns of them only when submitting."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from app.applications.copying_rules import LIMITS
from app.applications.rules import number_problems
from app.kernel.money import Money, exponent
from app.programmes.kinds import Answer, Question, QuestionKind, answer_problems
from app.web.words import amount_of, calendar_day, problem_text


def limits(asked: Question) -> tuple[str, ...]:
    """One sentence a limit."""
    return (*_days(asked), *_numbers(asked), *_rows(asked))


def _days(asked: Question) -> Iterator[str]:
    first = calendar_day(asked.not_before) if asked.not_before else None
    last = calendar_day(asked.not_after) if asked.not_after else None
    if first and last:
        yield gettext("From %(first)s to %(last)s.", first=first, last=last)
    elif first:
        yield gettext("Not before %(day)s.", day=first)
    elif last:
        yield gettext("Not after %(day)s.", day=last)
    if asked.min_days and asked.max_days:
        yield gettext("%(least)s to %(most)s days, first and last included.", least=asked.min_days, most=asked.max_days)
    elif asked.min_days:
        yield gettext("At least %(n)s days, first and last included.", n=asked.min_days)
    elif asked.max_days:
        yield gettext("At most %(n)s days, first and last included.", n=asked.max_days)


def _numbers(asked: Question) -> Iterator[str]:
    if asked.minimum is not None:
        yield gettext("At least %(limit)s.", limit=_limit(asked, asked.minimum))
    if asked.maximum is not None:
        yield gettext("At most %(limit)s.", limit=_limit(asked, asked.maximum))


def _limit(asked: Question, whole: int) -> str:
    if asked.kind is not QuestionKind.MONEY or not asked.currency:
        return str(whole)
    return amount_of(Money(whole * 10 ** exponent(asked.currency), asked.currency))


def _rows(asked: Question) -> Iterator[str]:
    if asked.since_year:
        yield gettext("Only publications since %(year)s.", year=asked.since_year)
    if asked.max_starred:
        yield gettext("Mark at most %(n)s as the most important.", n=asked.max_starred)
    if asked.min_rows:
        yield gettext("At least %(n)s rows.", n=asked.min_rows)
    if asked.max_rows:
        yield gettext("At most %(n)s rows. Saving offers more empty ones.", n=asked.max_rows)


def number_texts(asked: Question, value: Answer) -> tuple[str, ...]:
    """That a personal number stands in the answer, told at once and at the field."""
    return tuple(problem_text(each).text for each in number_problems(asked, value))


def tolerance_texts(asked: Question, value: Answer, percent: int) -> tuple[str, ...]:
    """How a text that is over its limit lies to the call's tolerance; nothing where there is none."""
    if not percent or not _over(asked, value, 0):
        return ()
    if _over(asked, value, percent):
        text = gettext("Beyond the %(percent)s %% over the limit that this call takes: shorten it.", percent=percent)
    else:
        text = gettext("Over the limit, but within the %(percent)s %% that this call takes.", percent=percent)
    return (text,)


def _over(asked: Question, value: Answer, percent: int) -> bool:
    return any(problem.code in LIMITS for problem in answer_problems(asked, value, percent))
