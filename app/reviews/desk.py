"""A reviewer's desk: the form of one review, what was typed, what is missing, and the own table of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.areas import areas_of
from app.applications.models import Application
from app.kernel.database import scoped
from app.kernel.errors import Clash, NotFound, Problem, Refused
from app.kernel.words import N_
from app.programmes.definition import Criterion, Definition
from app.programmes.definition.vocabulary import Overall
from app.programmes.kinds import Text
from app.programmes.queries import definition_by_version
from app.reviews.models import Assignment, Panel, PanelMember, Review, Score
from app.reviews.queries import counting, points, scores_of
from app.reviews.rules import Scale, overall_grade

MINUTES_EACH = 45
"""What a reviewer is told to plan for one application."""


@dataclass(frozen=True)
class Sheet:
    """The form that one panel fills for one application, as the application's own version of the call declares it."""

    definition: Definition
    scale: Scale
    panel: Panel
    panel_title: Text
    criteria: tuple[Criterion, ...]

    @property
    def is_entered(self) -> bool:
        """Whether the reviewer enters the overall grade; else it is computed from the criteria."""
        grade = self.definition.overall
        return grade is None or grade.how is Overall.ENTERED

    @property
    def counting(self) -> tuple[Criterion, ...]:
        """The criteria whose scores are numbers."""
        return tuple(criterion for criterion in self.criteria if self.scale_for(criterion).is_numeric)

    def scale_for(self, criterion: Criterion) -> Scale:
        """The criterion's own scale, or the panel's."""
        return Scale.of(self.definition.scale_for(self.definition.panel(self.panel.key), criterion))

    def scale_at(self, name: str) -> Scale:
        """The scale of a field of the form."""
        key = name.removeprefix("score-")
        return self.scale if name == key else self.scale_for(self.definition.criterion(key))

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all fields, in the order of the form."""
        pairs = tuple(name for key in self.criteria for name in (f"score-{key.key}", f"remark-{key.key}"))
        return (*pairs, *(("overall",) if self.is_entered else ()), "for_applicant", "for_panel")


def application_of(session: Session, assignment: Assignment) -> Application:
    """The application of an assignment that was reached."""
    found = session.scalar(scoped(select(Application).where(Application.id == assignment.application_id)))
    if found is None:
        raise NotFound()
    return found


def sheet_of(session: Session, assignment: Assignment) -> Sheet:
    """The form that belongs to an assignment."""
    application = application_of(session, assignment)
    definition = definition_by_version(session, application.call_version_id)
    panel = session.get_one(Panel, assignment.panel_id)
    declared = definition.panel(panel.key)
    areas = areas_of(session, [application.id], definition)[application.id]
    criteria = definition.criteria_of(declared, areas)
    return Sheet(definition, Scale.of(definition.scale_of(declared)), panel, declared.title, criteria)


def review_of(session: Session, assignment: Assignment) -> Review | None:
    """What was written so far. Read afresh, so that another tab's version is seen."""
    statement = select(Review).where(Review.assignment_id == assignment.id)
    return session.scalar(scoped(statement).execution_options(populate_existing=True))


def point_text(value: Decimal | Fraction | int) -> str:
    """A value of the scale as the form carries it: 7, 3.5."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"


def typed_of(session: Session, sheet: Sheet, review: Review | None) -> dict[str, str]:
    """What stands in the review now, as its form would send it."""
    stored = scores_of(session, [review.id]).get(review.id, {}) if review is not None else {}
    typed: dict[str, str] = {}
    for criterion in sheet.criteria:
        score = stored.get(criterion.key)
        given = points(score.hundredths) if score is not None else None
        typed[f"score-{criterion.key}"] = "" if given is None else point_text(given)
        typed[f"remark-{criterion.key}"] = score.remark if score is not None else ""
    overall = points(review.overall) if review is not None else None
    if sheet.is_entered:
        typed["overall"] = "" if overall is None else point_text(overall)
    typed["for_applicant"] = review.for_applicant if review is not None else ""
    typed["for_panel"] = review.for_panel if review is not None else ""
    return typed


def cleaned(sheet: Sheet, typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form out of whatever was sent: line ends as the database keeps them, nothing else added."""
    return {name: (typed.get(name) or "").replace("\r\n", "\n").strip() for name in sheet.fields}


def hundredths(text: str) -> int | None:
    """A typed score in hundredths; None when nothing was typed. Raises ValueError when it is no number."""
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", ".")) * 100
        whole = int(value)
    except (ArithmeticError, ValueError) as wrong:
        raise ValueError(text) from wrong
    if whole != value:
        raise ValueError(text)
    return whole


def read_scores(sheet: Sheet, typed: Mapping[str, str]) -> dict[str, int | None]:
    """The typed scores by field, in hundredths. Refused, naming the allowed range, when one is not on the scale."""
    scores: dict[str, int | None] = {}
    problems = []
    for name in sheet.fields:
        if name != "overall" and not name.startswith("score-"):
            continue
        try:
            scores[name] = hundredths(typed[name])
            if scores[name] is not None and not sheet.scale_at(name).allows(Fraction(scores[name] or 0, 100)):
                raise ValueError(typed[name])
        except ValueError:
            problems.append(off_scale(sheet.scale_at(name), name))
    if problems:
        raise Refused(problems)
    return scores


def off_scale(scale: Scale, name: str) -> Problem:
    """This value is not on the panel's scale."""
    return Problem(
        "off_scale",
        N_("Choose a value from %(low)s to %(high)s, in steps of %(step)s."),
        field=name,
        values={"low": point_text(scale.low), "high": point_text(scale.high), "step": point_text(scale.step)},
    )


def missing(sheet: Sheet, typed: Mapping[str, str]) -> tuple[Problem, ...]:
    """Everything that a review still needs before it can be submitted, in the order of the form."""
    problems = []
    for criterion in sheet.criteria:
        words = {"criterion": criterion.title}
        if not typed[f"score-{criterion.key}"]:
            problems.append(
                Problem(
                    "score_missing",
                    N_("Give a score for “%(criterion)s”."),
                    field=f"score-{criterion.key}",
                    values=words,
                )
            )
        if criterion.text_required and not typed[f"remark-{criterion.key}"]:
            problems.append(
                Problem(
                    "remark_missing",
                    N_("Write a few words on “%(criterion)s”."),
                    field=f"remark-{criterion.key}",
                    values=words,
                )
            )
    if sheet.is_entered and not typed["overall"]:
        problems.append(Problem("score_missing", N_("Give the overall grade."), field="overall"))
    return tuple(problems)


def clashes(stands: Mapping[str, str], typed: Mapping[str, str], by_name: str, version: int) -> tuple[Clash, ...]:
    """Every field in which two tabs differ; `label` is the field's name, put into words at the door."""
    return tuple(
        Clash(name, name, typed[name], stands[name], by_name, version) for name in stands if typed[name] != stands[name]
    )


# --- What the desk shows ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One criterion with what was given so far."""

    key: str
    title: Text
    help: Text | None
    text_required: bool
    score: str
    remark: str
    scale: Scale


@dataclass(frozen=True)
class Desk:
    """The form beside the application. `computed` is the overall grade where the call computes it."""

    application_id: UUID
    reference: str
    panel_title: Text
    scale: Scale
    lines: tuple[Line, ...]
    is_entered: bool
    overall: str
    computed: Fraction | None
    for_applicant: str
    for_panel: str
    version: int
    changed_at: datetime | None
    submitted_at: datetime | None
    is_closed: bool


def desk_of(session: Session, assignment: Assignment, typed: Mapping[str, str] | None = None) -> Desk:
    """The desk of an assignment that was reached, with what is stored or, after a refusal, what was typed."""
    sheet, review = sheet_of(session, assignment), review_of(session, assignment)
    stands = typed_of(session, sheet, review) if typed is None else cleaned(sheet, typed)
    return Desk(
        assignment.application_id,
        application_of(session, assignment).reference or "",
        sheet.panel_title,
        sheet.scale,
        tuple(
            Line(
                criterion.key,
                criterion.title,
                criterion.help,
                criterion.text_required,
                stands[f"score-{criterion.key}"],
                stands[f"remark-{criterion.key}"],
                sheet.scale_for(criterion),
            )
            for criterion in sheet.criteria
        ),
        sheet.is_entered,
        stands.get("overall", ""),
        _computed(session, sheet, review),
        stands["for_applicant"],
        stands["for_panel"],
        review.version if review else 0,
        review.changed_at if review else None,
        review.submitted_at if review else None,
        sheet.panel.closed_at is not None,
    )


def _computed(session: Session, sheet: Sheet, review: Review | None) -> Fraction | None:
    if sheet.is_entered or review is None:
        return None
    given = {key: points(score.hundredths) for key, score in scores_of(session, [review.id]).get(review.id, {}).items()}
    return overall_grade(sheet.definition.overall, None, sheet.counting, given)


@dataclass(frozen=True)
class QueueRow:
    """One application in the reviewer's own table. `state` is open, draft or submitted."""

    assignment_id: UUID
    reference: str
    title: str
    state: str
    scores: tuple[Fraction | None, ...]
    overall: Fraction | None
    changed_at: datetime | None


def queue_of(session: Session, assignments: Select[Any], member_id: UUID) -> tuple[QueueRow, ...]:
    """Everything on a member's desk, by reference, inside the scope `assignments`; own scores only."""
    inside = assignments.with_only_columns(Assignment.id).where(Assignment.member_id == member_id)
    rows = session.execute(
        scoped(
            select(Assignment, Application, Review)
            .join(Application, Application.id == Assignment.application_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(Assignment.id.in_(inside))
            .order_by(Application.number)
        )
    ).all()
    scores = scores_of(session, [review.id for *_, review in rows if review is not None])
    versions = {application.call_version_id for _, application, _ in rows}
    definitions = {version: definition_by_version(session, version) for version in versions}
    areas: dict[UUID, frozenset[str]] = {}
    for version, definition in definitions.items():
        ids = [application.id for _, application, _ in rows if application.call_version_id == version]
        areas |= areas_of(session, ids, definition)
    member = session.get(PanelMember, member_id)
    panel_key = session.get_one(Panel, member.panel_id).key if member is not None else ""
    return tuple(
        _row(
            definitions[application.call_version_id],
            assignment,
            application,
            review,
            scores.get(review.id, {}) if review is not None else {},
            panel_key=panel_key,
            areas=areas[application.id],
        )
        for assignment, application, review in rows
    )


def _row(
    definition: Definition,
    assignment: Assignment,
    application: Application,
    review: Review | None,
    scores: Mapping[str, Score],
    *,
    panel_key: str,
    areas: frozenset[str],
) -> QueueRow:
    given = {key: points(score.hundredths) for key, score in scores.items()}
    state = "open" if review is None else "draft" if review.submitted_at is None else "submitted"
    overall = (
        None
        if review is None
        else overall_grade(definition.overall, points(review.overall), counting(definition, panel_key, areas), given)
    )
    return QueueRow(
        assignment.id,
        application.reference or "",
        application.title,
        state,
        tuple(given.get(criterion.key) for criterion in definition.criteria),
        overall,
        review.changed_at if review is not None else None,
    )


def next_open(rows: tuple[QueueRow, ...]) -> UUID | None:
    """The first that is not submitted yet, or None."""
    return next((row.assignment_id for row in rows if row.state != "submitted"), None)
