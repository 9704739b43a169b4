"""The form as it stands now: which sections and questions are asked, with their texts and calculated answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.programmes.asking.conditions import holds
from app.programmes.asking.quotes import quote, value_text
from app.programmes.asking.values import Amounts, values_of
from app.programmes.definition import Definition, Part, Section
from app.programmes.expressions import Value
from app.programmes.kinds import Answer, Question, QuestionKind, answer_text


@dataclass(frozen=True)
class AskedQuestion:
    """A question that is asked: its texts with answers quoted, and its answer as one reads it."""

    question: Question
    title: str
    help: str | None
    text: str


@dataclass(frozen=True)
class AskedSection:
    """A section that is asked."""

    section: Section
    title: str
    help: str | None
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True)
class Asked:
    """What is asked now. `answers` holds the answers under these questions and no others."""

    sections: tuple[AskedSection, ...]
    answers: Mapping[str, Answer] = field(hash=False)
    values: Mapping[str, Value | None] = field(hash=False)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question that is asked, in the order of the form."""
        return tuple(asked.question for section in self.sections for asked in section.questions)


def ask(
    definition: Definition,
    answers: Mapping[str, Answer],
    *,
    part: Part = Part.FULL,
    amounts: Amounts | None = None,
    owners: Collection[str] | None = None,
    locale: object = "en",
) -> Asked:
    """What the form asks, given what stands in it. A question that looks at one that is not asked finds no answer.

    `owners` are those whose sections are asked: what all sides share, and the sides that take part (None: all).
    """
    sections, heard = _asked_now(definition, answers, part, owners)
    values = values_of(definition, heard, amounts)
    return Asked(
        tuple(
            AskedSection(
                section,
                section.title.in_(locale),
                section.help.in_(locale) if section.help else None,
                tuple(_texts(definition, question, heard, values, locale) for question in questions),
            )
            for section, questions in sections
        ),
        heard,
        values,
    )


def _asked_now(
    definition: Definition, answers: Mapping[str, Answer], part: Part, owners: Collection[str] | None
) -> tuple[list[tuple[Section, list[Question]]], dict[str, Answer]]:
    """Question by question in the order of the declaration: conditions look at earlier questions only."""
    at_this_stage = {
        section.key: section for section in definition.sections_at(part) if owners is None or section.owner in owners
    }
    heard: dict[str, Answer] = {}
    asked: dict[str, list[Question]] = {key: [] for key in at_this_stage}
    for question in definition.questions:
        section = at_this_stage.get(question.section)
        if section is None or not holds(section.when, heard) or not holds(question.when, heard):
            continue
        asked[section.key].append(question)
        if answers.get(question.key) is not None:
            heard[question.key] = answers[question.key]
    shown = [(section, asked[key]) for key, section in at_this_stage.items() if holds(section.when, heard)]
    return shown, heard


def _texts(
    definition: Definition,
    question: Question,
    answers: Mapping[str, Answer],
    values: Mapping[str, Value | None],
    locale: object,
) -> AskedQuestion:
    if question.kind is QuestionKind.CALCULATED:
        text = value_text(question, values.get(question.key), str(locale))
    else:
        text = answer_text(question, answers.get(question.key), locale)
    return AskedQuestion(
        question,
        quote(question.title, definition, answers, locale, values),
        quote(question.help, definition, answers, locale, values) if question.help else None,
        text,
    )
