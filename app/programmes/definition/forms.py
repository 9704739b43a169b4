"""Reading the form: sections, questions and what each kind of question allows."""

from __future__ import annotations

from collections.abc import Mapping

from app.programmes.definition.mistakes import listed
from app.programmes.definition.reader import Table
from app.programmes.definition.tree import Area, Section
from app.programmes.kinds import KINDS, Option, Question, QuestionKind, Text

SETTINGS = ("max_words", "max_chars", "minimum", "maximum", "options")
EMPTY = Text("", "")


def read_sections(table: Table) -> tuple[Section, ...]:
    """The parts of the form in their order."""
    return tuple(_read_section(section) for section in table.tables("sections"))


def read_questions(table: Table, areas: tuple[Area, ...]) -> tuple[Question, ...]:
    """The questions in their order; a choice may take the call's areas for its options."""
    return tuple(_read_question(question, areas) for question in table.tables("questions"))


def _read_section(table: Table) -> Section:
    section = Section(
        key=table.key(),
        title=table.text("title", required=True) or EMPTY,
        owner=table.string("owner"),
        help=table.text("help"),
        budget=table.boolean("budget"),
    )
    table.close()
    return section


def _read_question(table: Table, areas: tuple[Area, ...]) -> Question:
    key = table.key()
    kind = table.word("kind", QuestionKind, required=True, unknown=False)
    options, options_from = _read_options(table, kind, areas)
    question = Question(
        key=key,
        section=table.string("section"),
        kind=kind or QuestionKind.SHORT_TEXT,
        title=table.text("title", required=True) or EMPTY,
        help=table.text("help"),
        required=table.boolean("required"),
        max_words=table.integer("max_words", 1),
        max_chars=table.integer("max_chars", 1),
        minimum=table.integer("minimum", -(10**12), unknown=False),
        maximum=table.integer("maximum", -(10**12), unknown=False),
        options=options,
        options_from=options_from,
        criteria=_read_criteria(table),
    )
    table.close()
    if kind is not None:
        _check_settings(table, question)
    return question


def _check_settings(table: Table, question: Question) -> None:
    meant = KINDS[question.kind].settings
    for key in SETTINGS:
        if key in table.entries and key not in meant:
            allowed = f"for this kind {listed(sorted(meant))}" if meant else "no limit and no options for this kind"
            table.note(key, f"this means nothing for a question of kind {question.kind}", allowed)
    if question.minimum is not None and question.maximum is not None and question.minimum > question.maximum:
        table.note("maximum", f"{question.maximum} is below the minimum {question.minimum}", "at least the minimum")


def _read_options(table: Table, kind: QuestionKind | None, areas: tuple[Area, ...]) -> tuple[tuple[Option, ...], str]:
    """The options, and `areas` where they are the call's areas."""
    table.known.append("options")
    given = table.entries.get("options")
    allowed = "“areas”, or a list of at least two {key, title}"
    if given == "areas":
        return tuple(Option(area.key, area.title) for area in areas), "areas"
    if isinstance(given, list) and all(isinstance(entry, Mapping) for entry in given):
        options = tuple(_read_option(option) for option in table.tables("options", unknown=False))
        if len(options) < 2:
            table.note("options", "a choice needs something to choose between", allowed)
        return options, ""
    if given is not None:
        table.note("options", "these are not options", allowed)
    elif kind is not None and "options" in KINDS[kind].settings:
        table.note("options", "a choice needs its options", allowed)
    return (), ""


def _read_option(table: Table) -> Option:
    option = Option(table.key(), table.text("title", required=True) or EMPTY)
    table.close()
    return option


def _read_criteria(table: Table) -> tuple[str, ...]:
    """Keys of the criteria that use the answer."""
    allowed = "a list of keys of criteria"
    keys = table.find("criteria", required=False, unknown=False, allowed=allowed)
    if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
        return tuple(keys)
    if keys is not None:
        table.note("criteria", "this is not a list of keys", allowed)
    return ()
