"""The application's form: what was typed is read, kept and drawn again; used by the applicant and by each partner."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.applications import queries, services
from app.applications.models import Application, ApplicationSide
from app.applications.parts import (
    Kept,
    Part,
    answers_of,
    asked_of,
    parts_of,
    read_amounts,
    read_answers,
    values_of,
)
from app.applications.rules import writes_part
from app.applications.side_deadlines import closed_parts
from app.applications.stages import part_at
from app.applications.tally import Line, place_of
from app.kernel.actors import Acting
from app.kernel.errors import Clash, Problem, Refused
from app.kernel.transaction import transaction
from app.programmes.asking import AskedQuestion
from app.programmes.definition import Definition, Question, QuestionKind, Section
from app.programmes.kinds import SPARE_ROWS, Column, answer_text, countries, row_parts, typed_of
from app.programmes.queries import definition_by_version
from app.web.applicant import files
from app.web.applicant.budgets import LEAST, BudgetField, budget_field, overtaken, typed_lines
from app.web.applicant.late import closed_meanwhile
from app.web.applicant.limits import limits, number_texts, tolerance_texts
from app.web.doors import now
from app.web.letters import texts as letters
from app.web.words import (
    ProblemText,
    by_field,
    language,
    moment_text,
    problem_text,
    problem_texts,
    typed_amount,
)


@dataclass(frozen=True)
class ClashField:
    """Both texts, as a page shows them."""

    yours: str
    theirs: str
    theirs_by: str


@dataclass(frozen=True)
class QuestionField:
    """One question with what stands in it now. `typed` is what the form sends back, entry by entry; `asked` is what
    the call declares of it."""

    name: str
    key: str
    kind: str
    title: str
    help: str | None
    asked: Question
    typed: tuple[str, ...]
    text: str
    version: int
    errors: tuple[str, ...]
    is_writable: bool
    clash: ClashField | None
    ranks: tuple[tuple[str, str], ...] = ()
    upload: files.UploadField | None = None
    notes: tuple[str, ...] = ()
    sought: letters.SoughtField | None = None

    @property
    def required(self) -> bool:
        return self.asked.required

    @property
    def max_words(self) -> int | None:
        return self.asked.max_words

    @property
    def max_chars(self) -> int | None:
        return self.asked.max_chars

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """What may be chosen, in the reader's language."""
        if self.asked.kind in (QuestionKind.COUNTRY, QuestionKind.INSTITUTION):
            return tuple(countries(language()).items())
        return tuple((option.key, option.title.in_(language())) for option in self.asked.options)

    @property
    def value(self) -> str:
        return self.typed[0] if self.typed else ""

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.asked.columns

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows that hold something, and a few empty ones; saving offers more."""
        width = max(1, len(row_parts(self.asked)))
        filled = [self.typed[at : at + width] for at in range(0, len(self.typed), width)]
        wanted = max(len(filled) + SPARE_ROWS if filled else SPARE_ROWS, self.asked.min_rows or 0)
        most = self.asked.max_rows
        count = max(len(filled), min(wanted, most) if most is not None else wanted)
        return tuple((*row, *[""] * (width - len(row))) for row in [*filled, *[()] * (count - len(filled))])

    @property
    def limits(self) -> tuple[str, ...]:
        """Limits that no counter shows, in words."""
        return limits(self.asked)


@dataclass(frozen=True)
class SectionField:
    """A section of the form. `note` says who writes it, where that is somebody else."""

    key: str
    title: str
    help: str | None
    questions: tuple[QuestionField, ...]
    budget: BudgetField | None
    note: str | None


@dataclass(frozen=True)
class Typed:
    """What a browser sent: entries and version of each answer, and the budget's lines that were changed."""

    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[Line, str] = field(default_factory=dict)
    amounts_were: Mapping[Line, str] = field(default_factory=dict)
    least: str | None = None


@dataclass(frozen=True)
class Saved:
    """What came of saving: what clashed and what could not be read; everything else is kept."""

    typed: Typed
    clashes: tuple[Clash, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.clashes and not self.problems


NOTHING = Saved(Typed())


def read(form: MultiDict[str, str], own: Part) -> Typed:
    """A question was on the page if its version was; a line of the budget counts if its text was changed there."""
    answers: dict[str, list[str]] = {}
    versions: dict[str, int] = {}
    for name in form:
        key = name.removeprefix("v-")
        if key == name or form.get(f"keep-q-{key}") == "theirs":
            continue
        undecided = f"clash-{key}" in form and f"keep-q-{key}" not in form
        answers[key], versions[key] = form.getlist(f"q-{key}"), -1 if undecided else form.get(name, 0, int)
    start = f"budget-{own.key}-"
    changed = {name: form[name] for name in form if form[name] != form.get(f"was-{name}")}
    were = {name.removeprefix("was-"): form[name] for name in form if name.startswith("was-")}
    least = changed.get(f"least-{own.key}")
    return Typed(
        answers,
        versions,
        typed_lines(changed, start),
        typed_lines(were, start),
        None if least is None else typed_amount(least),
    )


def save(session: Session, application: Application, own: Part, typed: Typed, *, by: Acting, at: datetime) -> Saved:
    """Keep all that can be kept; the rest comes back to be shown beside its field. Files come after the texts, in a
    transaction of their own: no text is lost because of a file."""
    saved = save_typed(session, application, own, typed, by=by, at=at)
    return replace(saved, problems=(*saved.problems, *files.keep(session, application, by=by, at=at)))


def save_typed(
    session: Session, application: Application, own: Part, typed: Typed, *, by: Acting, at: datetime
) -> Saved:
    """The texts and amounts of `save`, without files."""
    definition = definition_by_version(session, application.call_version_id)
    questions = services.writable(session, application, definition, by=by)
    typed = _amounts_as_read(questions, typed)
    sent = typed
    shut = closed_meanwhile(session, application, definition, own, typed, at=at)
    typed = replace(
        typed,
        answers={key: entries for key, entries in typed.answers.items() if key not in shut.answers},
        amounts={} if shut.is_own_closed else typed.amounts,
    )
    _, unreadable = read_answers(questions, typed.answers)
    passed = overtaken(own, typed.amounts, typed.amounts_were)
    free = {year: text for year, text in typed.amounts.items() if year not in passed}
    amounts, wrong = read_amounts(own.side, free)
    wrong += passed.values()
    refused = {problem.field for problem in unreadable}
    answers = {key: entries for key, entries in typed.answers.items() if f"q-{key}" not in refused}
    with transaction(session):
        clashes = services.save_answers(session, application, answers, typed.versions, by=by, at=at)
        side = queries.side_of(session, application.id, own.key)
        if side is not None and own.side.pays and amounts:
            readable = {year: typed.amounts[year] for year in amounts}
            services.save_budget(session, side, readable, by=by, at=at)
        wrong += _save_least(session, side, typed.least, by=by, at=at)
    return Saved(sent, clashes, (*shut.problems, *unreadable, *wrong))


def _save_least(
    session: Session, side: ApplicationSide | None, typed: str | None, *, by: Acting, at: datetime
) -> tuple[Problem, ...]:
    """Keep the least amount that is enough, if it was on the page and changed there; what stands in the way else."""
    if side is None or typed is None:
        return ()
    try:
        services.save_least(session, side, typed, by=by, at=at)
    except Refused as refused:
        return refused.problems
    return ()


def _amounts_as_read(questions: Sequence[Question], typed: Typed) -> Typed:
    """Amounts as the page's language writes them."""
    money = {question.key for question in questions if question.kind is QuestionKind.MONEY}
    answers = {
        key: [typed_amount(entry) for entry in entries] if key in money else entries
        for key, entries in typed.answers.items()
    }
    return replace(typed, answers=answers)


def sections(
    session: Session,
    application: Application,
    *,
    by: Acting,
    saved: Saved = NOTHING,
    owners: frozenset[str] | None = None,
) -> tuple[SectionField, ...]:
    """The form as this person sees it: own questions to write, others to read; `owners` picks sections."""
    definition = definition_by_version(session, application.call_version_id)
    kept = answers_of(session, application)
    parts = {part.key: part for part in parts_of(session, application, definition)}
    stage = part_at(definition, application.state)
    asked = asked_of(definition, values_of(kept), tuple(parts.values()), language(), at_stage=stage)
    open_keys = {question.key for question in services.writable(session, application, definition, by=by, at=now())}
    closed = closed_parts(session, application, definition, now())
    errors, ranks = errors_of(saved), _ranks(definition)
    uploads = files.fields(session, application, definition, now())
    sought = letters.fields(session, application, definition, by)
    return tuple(
        SectionField(
            found.section.key,
            found.title,
            found.help,
            tuple(
                replace(
                    _warned(
                        question_field(
                            each, kept.get(each.question.key), saved, errors, is_writable=each.question.key in open_keys
                        ),
                        kept.get(each.question.key),
                        definition,
                    ),
                    ranks=ranks.get(each.question.key, ()),
                    upload=uploads.get(each.question.key),
                    sought=sought.get(each.question.key),
                )
                for each in found.questions
            ),
            _budget_of(definition, found.section, parts.get(found.section.owner), saved, by=by, closed=closed),
            problem_text(closed[found.section.owner]).text
            if found.section.owner in closed
            else _note(found.section, parts.get(found.section.owner), by),
        )
        for found in asked.sections
        if owners is None or found.section.owner in owners
    )


def _warned(field: QuestionField, kept: Kept | None, definition: Definition) -> QuestionField:
    """The field with what is worth telling of the answer that stands before anything is submitted."""
    if kept is None or not field.is_writable:
        return field
    notes = tolerance_texts(field.asked, kept.value, definition.limit_tolerance_percent)
    return replace(field, errors=(*field.errors, *number_texts(field.asked, kept.value)), notes=notes)


def _ranks(definition: Definition) -> dict[str, tuple[tuple[str, str], ...]]:
    """The ranks that may be chosen under a question about people."""
    return {
        asked.question: tuple((rank.key, rank.title.in_(language())) for rank in asked.ranks)
        for side in definition.sides
        for asked in side.participants
    }


def status_of(saved: Saved, problems: Sequence[ProblemText]) -> int:
    """What a page that draws the form again answers: 409 with both texts, 413 for a file too large, else 422 or 200."""
    if saved.clashes:
        return 409
    if files.is_too_large(saved.problems):
        return 413
    return 422 if problems else 200


def clash_texts(saved: Saved, definition: Definition) -> tuple[ProblemText, ...]:
    """Which texts wait for a choice, for the top of the page."""
    return tuple(
        ProblemText(
            gettext(
                "%(question)s: changed in another window meanwhile. Both texts are shown; choose which one to keep.",
                question=definition.question(clash.field.removeprefix("q-")).title.in_(language()),
            ),
            f"#{clash.field}",
            clash.field,
        )
        for clash in saved.clashes
    )


def refused_amounts(own: Part, saved: Saved) -> dict[Line, str]:
    """What was typed as an amount and is not kept, to be shown again."""
    fields = {problem.field for problem in saved.problems}
    found = {line: text for line, text in saved.typed.amounts.items() if place_of(own.key, line) in fields}
    return found | ({LEAST: saved.typed.least} if saved.typed.least and f"least-{own.key}" in fields else {})


def errors_of(saved: Saved) -> dict[str, tuple[str, ...]]:
    """What could not be read, by field."""
    return by_field(problem_texts(saved.problems))


def _note(section: Section, part: Part | None, by: Acting) -> str | None:
    if part is None or writes_part(part, by):
        return None
    side = part.side.short
    if part.confirmed_at is not None:
        return str(gettext("%(person)s answers for %(side)s and has confirmed.", person=part.name, side=side))
    return str(
        gettext("Whoever leads the project at %(side)s answers here. Until then you can prepare the text.", side=side)
    )


def question_field(
    asked: AskedQuestion, kept: Kept | None, saved: Saved, errors: Mapping[str, tuple[str, ...]], *, is_writable: bool
) -> QuestionField:
    """A question as the page draws it: what was typed if that is not kept yet, else what stands."""
    question = asked.question
    name = f"q-{question.key}"
    value = kept.value if kept else None
    clash = next((clash for clash in saved.clashes if clash.field == name), None)
    typed = (
        tuple(saved.typed.answers.get(question.key, ()))
        if clash or name in errors
        else typed_of(question, value, language())
    )
    return QuestionField(
        name,
        question.key,
        question.kind.value,
        asked.title,
        asked.help,
        question,
        typed,
        asked.text,
        kept.version if kept else 0,
        errors.get(name, ()),
        is_writable and question.kind is not QuestionKind.CALCULATED,
        _clash_field(question, typed, kept) if clash and kept else None,
    )


def _clash_field(question: Question, typed: Sequence[str], kept: Kept) -> ClashField:
    values, _ = read_answers([question], {question.key: typed})
    return ClashField(
        answer_text(question, values.get(question.key), language()),
        answer_text(question, kept.value, language()),
        gettext("%(person)s, saved %(when)s", person=kept.changed_by, when=moment_text(kept.changed_at)),
    )


def _budget_of(
    definition: Definition,
    section: Section,
    part: Part | None,
    saved: Saved,
    *,
    by: Acting,
    closed: Collection[str],
) -> BudgetField | None:
    if not section.budget or part is None or not part.side.pays:
        return None
    is_writable = writes_part(part, by) and part.key not in closed
    return budget_field(definition, part, refused_amounts(part, saved), saved.problems, is_writable=is_writable)
