"""The questions of a call as one reads them before writing: what is asked, of whom, within which limits, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.kernel.money import Money, exponent
from app.kernel.words import N_
from app.programmes.definition import SHARED, Definition, Part, Section
from app.programmes.definition.keys.words import name_of
from app.programmes.kinds import SOUGHT, AllOf, AnyOf, Comparison, Condition, FilePart, Operator, Question, QuestionKind
from app.web.public.telling.applying import outside_eu
from app.web.public.telling.blocks import words
from app.web.words import amount_of, calendar_day, language

OPERATORS = {
    Operator.IS: N_("“%(question)s” is: %(value)s"),
    Operator.IS_NOT: N_("“%(question)s” is not: %(value)s"),
    Operator.CONTAINS: N_("“%(question)s” contains: %(value)s"),
    Operator.ANSWERED: N_("“%(question)s” is answered"),
    Operator.AT_LEAST: N_("“%(question)s” is at least %(value)s"),
    Operator.AT_MOST: N_("“%(question)s” is at most %(value)s"),
}


@dataclass(frozen=True)
class QuestionText:
    """One question with all that a writer needs to know."""

    title: str
    help: str
    kind: str
    limits: tuple[str, ...]
    options: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True)
class SectionText:
    """One part of the form, and who writes it."""

    title: str
    help: str
    who: str
    notes: tuple[str, ...]
    questions: tuple[QuestionText, ...]


def sections_of(call: Definition) -> tuple[SectionText, ...]:
    """The whole form, in its order. Calculated questions are left out: nobody answers them."""
    return tuple(_section(call, section) for section in call.sections)


def _section(call: Definition, section: Section) -> SectionText:
    who = gettext("All sides together") if section.owner == SHARED else call.side(section.owner).name
    notes = []
    if section.stage is Part.OUTLINE:
        notes.append(gettext("Asked in the outline already"))
    if section.budget:
        notes.append(gettext("With the budget of this side, year by year"))
    if section.when is not None:
        notes.append(gettext("Asked only when %(condition)s", condition=condition_text(call, section.when)))
    asked = tuple(_question(call, each) for each in call.questions_in(section) if not _is_calculated(each))
    return SectionText(words(section.title), words(section.help), who, tuple(notes), asked)


def _is_calculated(question: Question) -> bool:
    return question.kind is QuestionKind.CALCULATED


def _question(call: Definition, question: Question) -> QuestionText:
    options = call.areas if question.options_from else question.options
    return QuestionText(
        words(question.title),
        words(question.help),
        name_of(QuestionKind, question.kind).in_(language()),
        tuple(_limits(call, question)),
        tuple(words(option.title) for option in options),
        question.required,
    )


def _limits(call: Definition, asked: Question) -> Iterator[str]:
    if asked.max_words is not None:
        yield ngettext("at most %(num)d word", "at most %(num)d words", asked.max_words)
    if asked.max_chars is not None:
        yield ngettext("at most %(num)d character", "at most %(num)d characters", asked.max_chars)
    if asked.max_pages is not None:
        yield ngettext("at most %(num)d page", "at most %(num)d pages", asked.max_pages)
    if asked.minimum is not None:
        yield gettext("at least %(value)s", value=_number(asked, asked.minimum))
    if asked.maximum is not None:
        yield gettext("at most %(value)s", value=_number(asked, asked.maximum))
    if asked.not_before is not None:
        yield gettext("not before %(day)s", day=calendar_day(asked.not_before))
    if asked.not_after is not None:
        yield gettext("not after %(day)s", day=calendar_day(asked.not_after))
    yield from _counts(asked)
    yield from _of_others(asked)
    if asked.file_types:
        yield gettext("as %(types)s", types=", ".join(kind.upper() for kind in asked.file_types))
    if asked.max_megabytes is not None:
        yield gettext("at most %(size)s MB", size=asked.max_megabytes)
    yield from _made_of(asked)
    if asked.when is not None:
        yield gettext("asked only when %(condition)s", condition=condition_text(call, asked.when))
    if not asked.leaves_eu and outside_eu(call):
        yield gettext("not shown to readers outside the EU")


def _made_of(asked: Question) -> Iterator[str]:
    if asked.parts:
        yield gettext("one PDF of these parts: %(parts)s", parts=", ".join(_part(part) for part in asked.parts))
    if asked.columns:
        yield gettext("columns: %(columns)s", columns=", ".join(words(column.title) for column in asked.columns))


def _part(part: FilePart) -> str:
    """A part of one PDF with its limit."""
    title = words(part.title)
    if part.max_pages is not None:
        limit = ngettext("at most %(num)d page", "at most %(num)d pages", part.max_pages)
        title = f"{title} ({limit})"
    return title if part.required else gettext("%(part)s, if there is one", part=title)


def _of_others(asked: Question) -> Iterator[str]:
    if asked.kind not in SOUGHT:
        return
    yield gettext("you name a person, who answers by a link without an account")
    if asked.days_late is not None:
        yield ngettext(
            "may follow up to %(num)d day after the deadline",
            "may follow up to %(num)d days after the deadline",
            asked.days_late,
        )
    yield gettext("you can read it") if asked.seen_by_applicant else gettext("you see only that it came, and when")


def _counts(asked: Question) -> Iterator[str]:
    if asked.min_days is not None:
        yield ngettext("at least %(num)d day", "at least %(num)d days", asked.min_days)
    if asked.max_days is not None:
        yield ngettext("at most %(num)d day", "at most %(num)d days", asked.max_days)
    if asked.min_rows is not None:
        yield ngettext("at least %(num)d row", "at least %(num)d rows", asked.min_rows)
    if asked.max_rows is not None:
        yield ngettext("at most %(num)d row", "at most %(num)d rows", asked.max_rows)
    if asked.max_files is not None:
        yield ngettext("at most %(num)d file", "at most %(num)d files", asked.max_files)
    if asked.since_year is not None:
        yield gettext("from %(year)s on", year=asked.since_year)
    if asked.max_starred is not None:
        yield ngettext("at most %(num)d starred", "at most %(num)d starred", asked.max_starred)


def _number(asked: Question, value: int) -> str:
    if asked.kind is QuestionKind.MONEY and asked.currency:
        return amount_of(Money(value * 10 ** exponent(asked.currency), asked.currency))
    return str(value)


def condition_text(call: Definition, condition: Condition) -> str:
    """A condition in words."""
    match condition:
        case AllOf(parts):
            return str(gettext(" and ")).join(condition_text(call, part) for part in parts)
        case AnyOf(parts):
            return str(gettext(" or ")).join(condition_text(call, part) for part in parts)
        case Comparison(key, operator, value):
            question = call.question(key)
            values = {"question": words(question.title), "value": _value(call, question, value)}
            message = OPERATORS[operator]
            return str(gettext(message, **values))


def _value(call: Definition, question: Question, value: str) -> str:
    if value in ("yes", "no") and not question.options:
        return str(gettext("Yes") if value == "yes" else gettext("No"))
    titles = {area.key: area.title for area in call.areas} if question.options_from else {}
    option = question.option(value)
    return words(option.title if option else titles.get(value)) or value


def form_text(call: Definition, address: str) -> str:
    """The form as plain text with room to write in, so that one can write offline."""
    lines = [call.title.in_(language()), address, ""]
    for section in sections_of(call):
        lines += [
            "",
            section.title,
            "=" * len(section.title),
            *filter(None, (section.who, section.help, *section.notes)),
        ]
        for question in section.questions:
            need = gettext("must be answered") if question.is_required else gettext("may be left empty")
            lines += ["", f"{question.title} ({'; '.join((question.kind, *question.limits, need))})"]
            lines += [question.help] if question.help else []
            lines += [f"[ ] {option}" for option in question.options]
            lines += ["", "__________", ""]
    return "\n".join(lines).rstrip() + "\n"
