"""The application's form: what was typed is read, kept and drawn again; used by the applicant and by each partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.applications import queries, services
from app.applications.models import Application
from app.applications.parts import Kept, Part, answers_of, asked_of, parts_of, read_amounts, read_answers, values_of
from app.applications.stages import part_at
from app.kernel.actors import Acting
from app.kernel.errors import Clash, Problem
from app.kernel.money import AmountProblem, Money, amount_text, parse_amount
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.programmes.asking import AskedQuestion
from app.programmes.definition import Definition, Question, QuestionKind, Section
from app.programmes.kinds import SPARE_ROWS, Column, answer_text, countries, row_parts, typed_of
from app.programmes.queries import definition_by_version
from app.web.words import (
    ProblemText,
    amount_of,
    by_field,
    calendar_day,
    language,
    moment_text,
    problem_texts,
    typed_amount,
    typed_by_year,
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
        asked = self.asked
        said = []
        if asked.max_pages and asked.kind is not QuestionKind.FILE:
            said.append(gettext("At most %(n)s pages; 3,000 characters count as a page.", n=asked.max_pages))
        if asked.not_before and asked.not_after:
            said.append(
                gettext(
                    "From %(first)s to %(last)s.",
                    first=calendar_day(asked.not_before),
                    last=calendar_day(asked.not_after),
                )
            )
        if asked.min_days and asked.max_days:
            said.append(
                gettext(
                    "%(least)s to %(most)s days, first and last included.", least=asked.min_days, most=asked.max_days
                )
            )
        if asked.max_starred:
            said.append(gettext("Mark at most %(n)s as the most important.", n=asked.max_starred))
        if asked.max_rows:
            said.append(gettext("At most %(n)s rows. Saving offers more empty ones.", n=asked.max_rows))
        return tuple(said)


@dataclass(frozen=True)
class YearField:
    """One year of a budget. `was` is the text that stood there when the page was drawn."""

    name: str
    label: str
    value: str
    was: str
    shown: str
    note: str | None
    errors: tuple[str, ...]


@dataclass(frozen=True)
class BudgetField:
    """A side's budget in its own currency, to write or to read."""

    id: str
    side: str
    currency: str
    caps: tuple[str, ...]
    errors: tuple[str, ...]
    years: tuple[YearField, ...]
    total: str | None
    is_writable: bool


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
    """What a browser sent: entries and version of each answer, and the budget's years that were changed."""

    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[int, str] = field(default_factory=dict)
    amounts_were: Mapping[int, str] = field(default_factory=dict)


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
    """A question was on the page if its version was; a year of the budget counts if its text was changed there."""
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
    return Typed(answers, versions, typed_by_year(changed, start), typed_by_year(were, start))


def save(session: Session, application: Application, own: Part, typed: Typed, *, by: Acting, at: datetime) -> Saved:
    """Keep all that can be kept, in one transaction; the rest comes back to be shown beside its field."""
    definition = definition_by_version(session, application.call_version_id)
    questions = services.writable(session, application, definition, by=by)
    typed = _amounts_as_read(questions, typed)
    _, unreadable = read_answers(questions, typed.answers)
    overtaken = _overtaken(own, typed)
    free = {year: text for year, text in typed.amounts.items() if year not in overtaken}
    amounts, wrong = read_amounts(own.side, free)
    wrong += overtaken.values()
    refused = {problem.field for problem in unreadable}
    answers = {key: entries for key, entries in typed.answers.items() if f"q-{key}" not in refused}
    with transaction(session):
        clashes = services.save_answers(session, application, answers, typed.versions, by=by, at=at)
        side = queries.side_of(session, application.id, own.key)
        if side is not None and own.side.pays and amounts:
            readable = {year: typed.amounts[year] for year in amounts}
            services.save_budget(session, side, readable, by=by, at=at)
    return Saved(typed, clashes, (*unreadable, *wrong))


def _amounts_as_read(questions: Sequence[Question], typed: Typed) -> Typed:
    """Amounts as the page's language writes them."""
    money = {question.key for question in questions if question.kind is QuestionKind.MONEY}
    answers = {
        key: [typed_amount(entry) for entry in entries] if key in money else entries
        for key, entries in typed.answers.items()
    }
    return replace(typed, answers=answers)


def _overtaken(own: Part, typed: Typed) -> dict[int, Problem]:
    """Years that another tab or person changed since this page was loaded: both amounts are told, none overwritten."""
    found: dict[int, Problem] = {}
    for year, text in typed.amounts.items():
        stands = own.years.get(year)
        was = typed.amounts_were.get(year)
        if was is None or _read_or_none(was, own) == stands:
            continue
        message = N_("Changed meanwhile to %(stands)s, and you typed %(yours)s. Save again to replace it with yours.")
        values = {"stands": stands if stands is not None else "–", "yours": text}
        found[year] = Problem("changed_meanwhile", message, field=f"budget-{own.key}-{year}", values=values)
    return found


def _read_or_none(text: str, own: Part) -> Money | None:
    try:
        return parse_amount(text, own.side.currency or "") if text.strip() else None
    except AmountProblem:
        return None


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
    open_keys = {question.key for question in services.writable(session, application, definition, by=by)}
    errors, ranks = errors_of(saved), _ranks(definition)
    return tuple(
        SectionField(
            found.section.key,
            found.title,
            found.help,
            tuple(
                replace(
                    question_field(
                        each, kept.get(each.question.key), saved, errors, is_writable=each.question.key in open_keys
                    ),
                    ranks=ranks.get(each.question.key, ()),
                )
                for each in found.questions
            ),
            _budget_of(definition, found.section, parts.get(found.section.owner), saved, by=by),
            _note(found.section, parts.get(found.section.owner), by),
        )
        for found in asked.sections
        if owners is None or found.section.owner in owners
    )


def _ranks(definition: Definition) -> dict[str, tuple[tuple[str, str], ...]]:
    """The ranks that may be chosen under a question about people."""
    return {
        asked.question: tuple((rank.key, rank.title.in_(language())) for rank in asked.ranks)
        for side in definition.sides
        for asked in side.participants
    }


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


def errors_of(saved: Saved) -> dict[str, tuple[str, ...]]:
    """What could not be read, by field."""
    return by_field(problem_texts(saved.problems))


def _note(section: Section, part: Part | None, by: Acting) -> str | None:
    if part is None or part.person_id == by.person_id:
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
        tuple(saved.typed.answers[question.key]) if clash or name in errors else typed_of(question, value, language())
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
    definition: Definition, section: Section, part: Part | None, saved: Saved, *, by: Acting
) -> BudgetField | None:
    if not section.budget or part is None or not part.side.pays:
        return None
    return budget_field(definition, part, saved, is_writable=part.person_id == by.person_id)


def budget_field(definition: Definition, part: Part, saved: Saved, *, is_writable: bool) -> BudgetField:
    """A side's budget by year; each year over its cap says so beside the field."""
    errors = by_field(problem_texts(queries.caps_broken(definition, part))) | errors_of(saved)
    return BudgetField(
        f"budget-{part.key}",
        part.side.short,
        part.side.currency or "",
        caps_of(part),
        errors.get(f"budget-{part.key}", ()),
        tuple(_year_field(definition, part, year, saved, errors) for year in range(1, (definition.years or 1) + 1)),
        amount_of(part.total) if part.total else None,
        is_writable,
    )


def _year_field(
    definition: Definition, part: Part, year: int, saved: Saved, errors: Mapping[str, tuple[str, ...]]
) -> YearField:
    name = f"budget-{part.key}-{year}"
    money = part.years.get(year)
    was = amount_text(money, language()) if money is not None else ""
    is_refused = any(problem.field == name for problem in saved.problems)
    return YearField(
        name,
        gettext("Year %(year)s", year=year),
        saved.typed.amounts.get(year, was) if is_refused else was,
        was,
        amount_of(money) if money is not None else "–",
        gettext("paid only if the condition of the call is met") if year in definition.contingent_years else None,
        errors.get(name, ()),
    )


def caps_of(part: Part) -> tuple[str, ...]:
    """The caps of a side in words."""
    caps = []
    if part.side.cap_per_year:
        caps.append(gettext("at most %(cap)s a year", cap=amount_of(part.side.cap_per_year)))
    if part.side.cap_total:
        caps.append(gettext("at most %(cap)s in all", cap=amount_of(part.side.cap_total)))
    return tuple(caps)
