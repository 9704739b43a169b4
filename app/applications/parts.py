"""The parts of an application that was already reached: its answers, its sides with their people, its budgets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Answer, Application, ApplicationSide, BudgetYear, KeptMail, Submission
from app.applications.tally import Line, Tally, place_of, tally_of
from app.identities.models import EmailAddress, Person
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.money import AmountProblem, Money, parse_amount
from app.programmes.asking import Asked, ask
from app.programmes.definition import SHARED, Definition, Question, Side
from app.programmes.definition import Part as Stage
from app.programmes.kinds import COMES_OTHERWISE, read_answer
from app.programmes.kinds import Answer as Value


@dataclass(frozen=True)
class Kept:
    """What stands under a question: None when it was emptied. The version tells two tabs apart."""

    value: Value
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True)
class ByMail:
    """A yes that came by mail: who wrote it when, who recorded it when, and where the mail is kept."""

    id: UUID
    written_by: str
    written_on: date
    recorded_by: str
    recorded_at: datetime
    sha256: str

    @classmethod
    def of(cls, row: KeptMail) -> ByMail:
        """As it was recorded."""
        return cls(row.id, row.written_by, row.written_on, row.recorded_by_name, row.recorded_at, row.sha256)


@dataclass(frozen=True)
class Part:
    """One side's part as it stands now. `side` is what the call declares of it; `is_own` marks the applicant's own;
    `beside` holds the keys of all sides that take part, its own among them; `least` is the amount with which it could
    still do its part."""

    id: UUID
    side: Side
    is_own: bool
    person_id: UUID | None
    name: str
    address: str
    institution: str
    invited_at: datetime | None
    confirmed_at: datetime | None
    confirmed_as: str | None
    declined_at: datetime | None
    declined_because: str | None
    version: int
    lines: Mapping[Line, Money] = field(hash=False)
    beside: frozenset[str] = frozenset()
    objected_at: datetime | None = None
    objected_because: str | None = None
    mail: ByMail | None = None
    least: Money | None = None

    @property
    def key(self) -> str:
        return self.side.key

    @property
    def tally(self) -> Tally | None:
        """The sums of its amounts; None for a side that pays nothing."""
        return tally_of(self.side, self.lines) if self.side.pays and self.side.currency else None

    @property
    def years(self) -> Mapping[int, Money]:
        """The amounts by year as they were typed, costs added."""
        return self.tally.years if self.tally else {}


def answers_of(session: Session, application: Application) -> dict[str, Kept]:
    """Every answer that was ever given, by the question's key."""
    rows = session.execute(
        scoped(
            select(Answer, Person.name)
            .join(Person, Person.id == Answer.changed_by)
            .where(Answer.application_id == application.id)
        )
    )
    return {row.key: Kept(meant(row.value), row.version, name, row.changed_at) for row, name in rows}


def meant(value: Value) -> Value:
    """An emptied answer is kept as an empty text, so that its version lives on; it means no answer."""
    return None if value == "" else value


def values_of(kept: Mapping[str, Kept]) -> dict[str, Value]:
    """The answers alone."""
    return {key: answer.value for key, answer in kept.items()}


def parts_of(session: Session, application: Application, definition: Definition) -> tuple[Part, ...]:
    """The sides that take part, in the order of the declaration."""
    return _parts(_rows_of(session, application), application.lead_person_id, definition)


Row = tuple[ApplicationSide, Person | None, str | None, BudgetYear | None, KeptMail | None]


def _rows_of(session: Session, application: Application) -> list[Row]:
    """Each side that takes part with its lead and the lead's address, once for each line of its budget."""
    rows = session.execute(
        scoped(
            select(ApplicationSide, Person, EmailAddress.address, BudgetYear, KeptMail)
            .outerjoin(Person, Person.id == ApplicationSide.lead_person_id)
            .outerjoin(EmailAddress, (EmailAddress.person_id == Person.id) & EmailAddress.is_primary)
            .outerjoin(BudgetYear, BudgetYear.application_side_id == ApplicationSide.id)
            .outerjoin(KeptMail, KeptMail.id == ApplicationSide.mail_id)
            .where(ApplicationSide.application_id == application.id, ApplicationSide.takes_part)
            .order_by(ApplicationSide.side_key, BudgetYear.year)
        )
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _parts(rows: Sequence[Row], lead_person_id: UUID | None, definition: Definition) -> tuple[Part, ...]:
    money: dict[UUID, dict[Line, Money]] = {side.id: {} for side, _, _, _, _ in rows}
    for side, _, _, line, _ in rows:
        if line is not None:
            money[side.id][line.year, line.cost] = Money(line.amount_minor, line.currency)
    beside = frozenset(side.side_key for side, _, _, _, _ in rows)
    found = {
        row.side_key: Part(
            row.id,
            definition.side(row.side_key),
            row.lead_person_id == lead_person_id,
            row.lead_person_id,
            person.name if person else "",
            address or "",
            person.institution if person else "",
            row.invited_at,
            row.confirmed_at,
            row.confirmed_as,
            row.declined_at,
            row.declined_because,
            row.version,
            money[row.id],
            beside,
            row.objected_at,
            row.objected_because,
            ByMail.of(mail) if mail is not None else None,
            _least(row, definition.side(row.side_key)),
        )
        for row, person, address, _, mail in rows
    }
    return tuple(found[side.key] for side in definition.sides if side.key in found)


def _least(row: ApplicationSide, side: Side) -> Money | None:
    if row.least_minor is None or side.currency is None or not side.asks_least:
        return None
    return Money(row.least_minor, side.currency)


@dataclass
class Content:
    """All that an application holds, read once for a step that looks at it several times. `rows` are kept alive,
    so that the session finds them again without asking; `frozen` is
    the version that the step has made."""

    definition: Definition
    parts: tuple[Part, ...]
    answers: Mapping[str, Kept]
    rows: Sequence[Row] = ()
    lead_person_id: UUID | None = None
    frozen: Submission | None = None

    def renew(self) -> None:
        """The step has changed the sides: see them as they are now, from the rows that are held."""
        self.parts = _parts(self.rows, self.lead_person_id, self.definition)


def content_of(session: Session, application: Application, definition: Definition) -> Content:
    """Everything in two statements."""
    rows = _rows_of(session, application)
    parts = _parts(rows, application.lead_person_id, definition)
    return Content(definition, parts, answers_of(session, application), rows, application.lead_person_id)


def amounts_of(session: Session, side_ids: Collection[UUID]) -> dict[UUID, dict[Line, Money]]:
    """The amounts of each of these sides, by year and cost."""
    found: dict[UUID, dict[Line, Money]] = {side_id: {} for side_id in side_ids}
    for row in session.scalars(
        scoped(select(BudgetYear).where(BudgetYear.application_side_id.in_(found)).order_by(BudgetYear.year))
    ):
        found[row.application_side_id][row.year, row.cost] = Money(row.amount_minor, row.currency)
    return found


def asked_of(
    definition: Definition,
    answers: Mapping[str, Value],
    parts: Sequence[Part],
    locale: object = "en",
    *,
    at_stage: Stage = Stage.FULL,
) -> Asked:
    """What the form of a stage asks now, given the answers and budgets that stand in it; nothing of a side that stays
    away."""
    return ask(
        definition,
        answers,
        part=at_stage,
        amounts={part.key: part.years for part in parts},
        owners=frozenset({SHARED, *(part.key for part in parts)}),
        locale=locale,
    )


def questions_of(definition: Definition, owners: Collection[str]) -> tuple[Question, ...]:
    """The questions in sections of these owners, in the order of the form."""
    keys = {section.key for section in definition.sections if section.owner in owners}
    return tuple(question for question in definition.questions if question.section in keys)


def read_answers(
    questions: Sequence[Question], submitted: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Value], list[Problem]]:
    """What a form sent, as answers to keep, and a Problem (field `q-<key>`) for each that cannot be read."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for question in questions:
        if question.key not in submitted or question.kind in COMES_OTHERWISE:
            continue
        read = read_answer(question, submitted[question.key])
        if isinstance(read, Problem):
            problems.append(replace(read, field=f"q-{question.key}"))
        else:
            values[question.key] = read
    return values, problems


def read_amounts(side: Side, typed: Mapping[Line, str]) -> tuple[dict[Line, Money | None], list[Problem]]:
    """What a form sent as amounts by year and cost (None: emptied), and a Problem for each that cannot be read."""
    amounts: dict[Line, Money | None] = {}
    problems: list[Problem] = []
    for line, text in typed.items():
        try:
            amounts[line] = parse_amount(text, side.currency or "") if text.strip() else None
        except AmountProblem as wrong:
            problems.append(wrong.problem(place_of(side.key, line), side.short))
    return amounts, problems
