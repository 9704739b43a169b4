"""What is approved: the draft as it stands, or the frozen version. Read for many applications in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.approvals.rules import Item, digest_of
from app.applications.models import Answer, Application, ApplicationSide, BudgetYear, Submission
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.money import Money
from app.programmes.definition import Definition, Material, QuestionKind
from app.workflow.table import TAKEN_BACK

PEOPLE = frozenset({QuestionKind.PERSON, QuestionKind.PEOPLE})


@dataclass(frozen=True)
class SideBasis:
    """One side's part as an approver sees it."""

    lead_name: str
    institution: str
    years: tuple[tuple[int, Money], ...]


@dataclass(frozen=True)
class Basis:
    """What an approval stands on. `number` is that of the frozen version; a draft has none."""

    title: str
    sides: Mapping[str, SideBasis]
    items: tuple[Item, ...]
    number: int | None = None


def drafts(
    session: Session, applications: Sequence[Application], definitions: Mapping[UUID, Definition]
) -> dict[UUID, Basis]:
    """The drafts as they stand, by application, in three statements. `definitions` are by application."""
    ids = [application.id for application in applications]
    answers: dict[UUID, list[Answer]] = {}
    for row in session.scalars(scoped(select(Answer).where(Answer.application_id.in_(ids)))):
        answers.setdefault(row.application_id, []).append(row)
    sides = _sides(session, ids)
    return {
        application.id: Basis(
            title_of(application, definitions[application.id], answers.get(application.id, ())),
            sides.get(application.id, {}),
            (
                *_answered(
                    definitions[application.id], {row.key: row.value for row in answers.get(application.id, ())}
                ),
                *_side_items(sides.get(application.id, {})),
            ),
        )
        for application in applications
    }


def title_of(application: Application, definition: Definition, answers: Iterable[Answer]) -> str:
    """The title as it is written now; of what is being improved, the application's own is the one that stands."""
    if application.state not in TAKEN_BACK:
        return application.title
    return next((str(row.value or "") for row in answers if row.key == definition.title_question), "")


def _sides(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, SideBasis]]:
    rows = session.execute(
        scoped(
            select(ApplicationSide, Person)
            .outerjoin(Person, Person.id == ApplicationSide.lead_person_id)
            .where(ApplicationSide.application_id.in_(ids))
        )
    ).all()
    years: dict[UUID, list[tuple[int, Money]]] = {}
    own = [side.id for side, _ in rows]
    for row in session.scalars(
        scoped(select(BudgetYear).where(BudgetYear.application_side_id.in_(own)).order_by(BudgetYear.year))
    ):
        years.setdefault(row.application_side_id, []).append((row.year, Money(row.amount_minor, row.currency)))
    found: dict[UUID, dict[str, SideBasis]] = {}
    for side, person in rows:
        found.setdefault(side.application_id, {})[side.side_key] = SideBasis(
            person.name if person else "", person.institution if person else "", tuple(years.get(side.id, ()))
        )
    return found


def _answered(definition: Definition, answers: Mapping[str, Any]) -> list[Item]:
    """Answers by question; an emptied one is as if it had never been given."""
    owners = {section.key: section.owner for section in definition.sections}
    return [
        Item(
            Material.PEOPLE if question.kind in PEOPLE else Material.ANSWERS,
            owners[question.section],
            question.key,
            digest_of(answers[question.key]),
        )
        for question in definition.questions
        if answers.get(question.key) not in (None, "", [], {})
    ]


def _side_items(sides: Mapping[str, SideBasis]) -> list[Item]:
    found = []
    for key, side in sides.items():
        if side.lead_name:
            found.append(Item(Material.PEOPLE, key, "lead", digest_of([side.lead_name, side.institution])))
        for year, money in side.years:
            found.append(Item(Material.BUDGET, key, str(year), digest_of([money.minor, money.currency])))
    return found


def frozen(session: Session, ids: Sequence[UUID]) -> dict[UUID, Basis]:
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
    return {row.application_id: basis_of(row.snapshot, row.number) for row in rows}


def basis_of(snapshot: Mapping[str, Any], number: int) -> Basis:
    """A frozen version as approvers see it."""
    sides = {
        side["key"]: SideBasis(
            side["lead"]["name"],
            side["lead"]["institution"],
            tuple((year["year"], Money(year["amount_minor"], year["currency"])) for year in side["years"]),
        )
        for side in snapshot["sides"]
    }
    answered = [
        Item(
            Material.PEOPLE if answer["kind"] in PEOPLE else Material.ANSWERS,
            section["owner"],
            answer["key"],
            digest_of(answer["value"]),
        )
        for section in snapshot["sections"]
        for answer in section["answers"]
        if answer["kind"] != QuestionKind.CALCULATED and answer["value"] not in (None, "", [], {})
    ]
    return Basis(snapshot["title"], sides, (*answered, *_side_items(sides)), number)


def newest_number(session: Session, application_id: UUID) -> int | None:
    """The number of the newest frozen version; None for a draft."""
    return session.scalar(
        scoped(select(func.max(Submission.number)).where(Submission.application_id == application_id))
    )
