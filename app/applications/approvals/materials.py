"""What is approved: the draft as it stands, or the frozen version. Read for many applications in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.approvals.pledges import is_committing, material_of
from app.applications.approvals.rules import Item, digest_of
from app.applications.models import Answer, Application, ApplicationSide, BudgetYear, Submission
from app.applications.snapshots import sheet_side
from app.applications.tally import Line, Tally, tally_of
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.money import Money, money_text
from app.programmes.definition import Definition, Material, Question, QuestionKind
from app.programmes.kinds import SOUGHT, answer_text
from app.workflow.table import TAKEN_BACK

PEOPLE = frozenset({QuestionKind.PERSON, QuestionKind.PEOPLE})
NEVER_MATERIAL = SOUGHT | {QuestionKind.CALCULATED}
LANGUAGES = ("en", "sv")
Words = dict[str, list[str]]
"""Material in words by path, in English and in Swedish."""


@dataclass(frozen=True)
class SideBasis:
    """One side's part as an approver sees it."""

    lead_name: str
    institution: str
    tally: Tally | None = None

    @property
    def years(self) -> tuple[tuple[int, Money], ...]:
        """What is asked for by year, with what lies on top."""
        return tuple(self.tally.totals.items()) if self.tally is not None else ()


@dataclass(frozen=True)
class Basis:
    """What an approval stands on. `number` is that of the frozen version; a draft has none. `words` says in words what
    is material; of other answers only the digest is known."""

    title: str
    sides: Mapping[str, SideBasis]
    items: tuple[Item, ...]
    number: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, list[str]] = field(default_factory=dict)


def drafts(
    session: Session, applications: Sequence[Application], definitions: Mapping[UUID, Definition]
) -> dict[UUID, Basis]:
    """The drafts as they stand, by application, in three statements. `definitions` are by application."""
    ids = [application.id for application in applications]
    answers: dict[UUID, dict[str, Any]] = {}
    for row in session.scalars(scoped(select(Answer).where(Answer.application_id.in_(ids)))):
        answers.setdefault(row.application_id, {})[row.key] = row.value
    sides = _sides(session, ids, definitions)
    return {
        application.id: _basis(
            title_of(application, definitions[application.id], answers.get(application.id, {})),
            definitions[application.id],
            sides.get(application.id, {}),
            answers.get(application.id, {}),
        )
        for application in applications
    }


def title_of(application: Application, definition: Definition, answers: Mapping[str, Any]) -> str:
    """The title as it is written now; of what is being improved, the application's own is the one that stands."""
    if application.state not in TAKEN_BACK:
        return application.title
    return str(answers.get(definition.title_question) or "")


def _basis(
    title: str,
    definition: Definition,
    sides: Mapping[str, SideBasis],
    answers: Mapping[str, Any],
    number: int | None = None,
) -> Basis:
    """Everything that is approved; an emptied answer is as if it had never been given."""
    given = {key: value for key, value in answers.items() if value not in (None, "", [], {})}
    answered = [item for question in definition.questions for item in _items(definition, question, given)]
    items = (*answered, *_side_items(sides))
    return Basis(title, sides, items, number, given, _words(definition, sides, given))


def _items(definition: Definition, question: Question, given: Mapping[str, Any]) -> list[Item]:
    """One answer, but none of what others send: it comes while approvals stand, and its writers answer for it. Of one
    that commits, what commits is an item of its own, and of a table the rest is another."""
    if question.key not in given or question.kind in NEVER_MATERIAL:
        return []
    owner, value = definition.section(question.section).owner, given[question.key]
    if question.kind in PEOPLE:
        return [Item(Material.PEOPLE, owner, question.key, digest_of(value))]
    whole = Item(Material.ANSWERS, owner, question.key, digest_of(value))
    if not is_committing(question):
        return [whole]
    own = Item(Material.COMMITMENTS, owner, question.key, digest_of(material_of(question, value)))
    return [own, whole] if question.columns else [own]


def _words(definition: Definition, sides: Mapping[str, SideBasis], given: Mapping[str, Any]) -> Words:
    """By path, what a letter may show as old and new: amounts, people, and answers that commit."""
    found: Words = {}
    for question in definition.questions:
        if question.key not in given or not (question.kind in PEOPLE or is_committing(question)):
            continue
        kind = Material.PEOPLE if question.kind in PEOPLE else Material.COMMITMENTS
        path = f"{kind}/{definition.section(question.section).owner}/{question.key}"
        found[path] = [answer_text(question, given[question.key], language) for language in LANGUAGES]
    for key, side in sides.items():
        if side.lead_name:
            found[f"{Material.PEOPLE}/{key}/lead"] = [", ".join(filter(None, (side.lead_name, side.institution)))] * 2
        for line, money in side.tally.lines.items() if side.tally else ():
            path = f"{Material.BUDGET}/{key}/{line_name(line)}"
            found[path] = [money_text(money, language) for language in LANGUAGES]
    return found


def line_name(line: Line) -> str:
    """A line of a budget in a path: `1`, or `1 travel` where the call lists costs."""
    year, cost = line
    return f"{year} {cost}".strip()


def _side_items(sides: Mapping[str, SideBasis]) -> list[Item]:
    found = []
    for key, side in sides.items():
        if side.lead_name:
            found.append(Item(Material.PEOPLE, key, "lead", digest_of([side.lead_name, side.institution])))
        for line, money in side.tally.lines.items() if side.tally else ():
            found.append(Item(Material.BUDGET, key, line_name(line), digest_of([money.minor, money.currency])))
    return found


def _sides(
    session: Session, ids: Sequence[UUID], definitions: Mapping[UUID, Definition]
) -> dict[UUID, dict[str, SideBasis]]:
    rows = session.execute(
        scoped(
            select(ApplicationSide, Person)
            .outerjoin(Person, Person.id == ApplicationSide.lead_person_id)
            .where(ApplicationSide.application_id.in_(ids))
        )
    ).all()
    lines: dict[UUID, dict[Line, Money]] = {}
    own = [side.id for side, _ in rows]
    for row in session.scalars(scoped(select(BudgetYear).where(BudgetYear.application_side_id.in_(own)))):
        lines.setdefault(row.application_side_id, {})[row.year, row.cost] = Money(row.amount_minor, row.currency)
    found: dict[UUID, dict[str, SideBasis]] = {}
    for side, person in rows:
        declared = definitions[side.application_id].side(side.side_key)
        found.setdefault(side.application_id, {})[side.side_key] = SideBasis(
            person.name if person else "",
            person.institution if person else "",
            tally_of(declared, lines.get(side.id, {})) if declared.pays and declared.currency else None,
        )
    return found


def frozen(session: Session, ids: Sequence[UUID], definitions: Mapping[UUID, Definition]) -> dict[UUID, Basis]:
    """The newest frozen version of each, in one statement."""
    newest = (
        select(Submission.application_id, func.max(Submission.number).label("number"))
        .where(Submission.application_id.in_(ids))
        .group_by(Submission.application_id)
        .subquery()
    )
    rows = session.scalars(
        scoped(
            select(Submission).join(
                newest,
                (Submission.application_id == newest.c.application_id) & (Submission.number == newest.c.number),
            )
        )
    )
    return {row.application_id: basis_of(row.snapshot, row.number, definitions[row.application_id]) for row in rows}


def basis_of(snapshot: Mapping[str, Any], number: int, definition: Definition) -> Basis:
    """A frozen version as approvers see it."""
    sheets = [sheet_side(side) for side in snapshot["sides"]]
    sides = {sheet.key: SideBasis(sheet.lead_name, sheet.institution, sheet.tally) for sheet in sheets}
    answers = {answer["key"]: answer["value"] for section in snapshot["sections"] for answer in section["answers"]}
    return _basis(snapshot["title"], definition, sides, answers, number)


def newest_number(session: Session, application_id: UUID) -> int | None:
    """The number of the newest frozen version; None for a draft."""
    return session.scalar(
        scoped(select(func.max(Submission.number)).where(Submission.application_id == application_id))
    )
