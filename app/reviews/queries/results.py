"""What a panel's reviews come to, read inside a scope of reviews or of panels and applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.applications.areas import areas_of
from app.applications.models import Application
from app.identities.models import Person
from app.kernel.database import scoped
from app.programmes.definition import Definition, PanelResult
from app.programmes.definition import Panel as Declared
from app.programmes.kinds import Text
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews.models import Assignment, Panel, PanelMember, Review, Score
from app.reviews.queries.common import counting, is_judged, is_live, points, scores_of
from app.reviews.rules import (
    Rank,
    Result,
    Scale,
    below_threshold,
    graded,
    overall_grade,
    panel_result,
    percentiles,
    ranks,
    summarise,
)
from app.reviews.triage import set_aside_among
from app.workflow.vocabulary import Stage


@dataclass(frozen=True)
class ReviewLine:
    """One submitted review. Scores are exact; `overall` is entered or computed, as the call says."""

    application_id: UUID
    reference: str
    title: str
    panel_id: UUID
    panel_key: str
    panel_title: Text
    side_key: str | None
    reviewer: str
    submitted_at: datetime
    overall: Fraction | None
    scores: tuple[tuple[str, Fraction | None], ...]
    remarks: tuple[tuple[str, str], ...]
    for_applicant: str
    for_panel: str


def review_lines(session: Session, call_id: UUID, reviews: Select[Any]) -> tuple[ReviewLine, ...]:
    """Every submitted review inside the scope `reviews`, by application, panel and reviewer.

    A review by somebody who turned out to be in conflict does not count, and is not listed.
    """
    definition = definition_of(session, session.get_one(Call, call_id))
    inside = reviews.with_only_columns(Review.id)
    rows = session.execute(
        scoped(
            select(Review, Application, Panel, Person.name)
            .select_from(Review)
            .join(Assignment, Assignment.id == Review.assignment_id)
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Person, Person.id == PanelMember.person_id)
            .join(Panel, Panel.id == Assignment.panel_id)
            .join(Application, Application.id == Assignment.application_id)
            .where(Review.id.in_(inside), Review.submitted_at.is_not(None), Panel.call_id == call_id, is_live())
            .order_by(Application.number, Panel.key, Person.name, Review.id)
        )
    ).all()
    scores = scores_of(session, [review.id for review, *_ in rows])
    areas = areas_of(session, {application.id for _, application, *_ in rows}, definition)
    return tuple(_line(definition, row, scores.get(row[0].id, {}), areas[row[1].id]) for row in rows)


def _line(definition: Definition, row: Any, scores: Mapping[str, Score], areas: frozenset[str]) -> ReviewLine:
    review, application, panel, name = row
    given = {key: points(score.hundredths) for key, score in scores.items()}
    judged = counting(definition, panel.key, areas)
    overall = overall_grade(definition.overall, points(review.overall), judged, given)
    assert review.submitted_at is not None
    return ReviewLine(
        application.id,
        application.reference or "",
        application.title,
        panel.id,
        panel.key,
        definition.panel(panel.key).title,
        panel.side_key,
        name,
        review.submitted_at,
        overall,
        tuple((criterion.key, given.get(criterion.key)) for criterion in definition.criteria),
        tuple(
            (criterion.key, scores[criterion.key].remark if criterion.key in scores else "")
            for criterion in definition.criteria
        ),
        review.for_applicant,
        review.for_panel,
    )


@dataclass(frozen=True)
class ResultLine:
    """What a panel's scores of one application come to. `criteria` is (key, title, Result) each.

    `value` is the panel's result as the call defines it; `below` names the thresholds that were not reached;
    `percentile` is how many of a hundred others lie behind in this panel. What is set aside has no rank: it was not
    discussed, and stands after all that were.
    """

    application_id: UUID
    reference: str
    title: str
    result: Result
    rank: Rank | None
    submitted: int
    assigned: int
    criteria: tuple[tuple[str, Text, Result], ...]
    value: Fraction | None = None
    below: tuple[Text, ...] = ()
    percentile: Fraction | None = None
    is_set_aside: bool = False


@dataclass(frozen=True)
class PanelResults:
    """The results of one panel on its own scale, best first. Ranks count only what the reader may see."""

    panel_id: UUID
    key: str
    title: Text
    side_key: str | None
    scale: Scale
    how: PanelResult
    is_closed: bool
    lines: tuple[ResultLine, ...]

    def line(self, application_id: UUID) -> ResultLine | None:
        """The line of one application, or None."""
        return next((line for line in self.lines if line.application_id == application_id), None)


def panel_results(session: Session, call_id: UUID, panels: Select[Any], among: Select[Any]) -> tuple[PanelResults, ...]:
    """Per readable panel the results of every application `among` those the reader may see."""
    definition = definition_of(session, session.get_one(Call, call_id))
    readable = {panel.key: panel for panel in session.scalars(panels) if panel.call_id == call_id}
    ids = [panel.id for panel in readable.values()]
    inside = (
        select(Review)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(Assignment.panel_id.in_(ids), Assignment.application_id.in_(among))
    )
    reviews = review_lines(session, call_id, inside)
    judged = _judged(session, ids, among)
    aside = set_aside_among(session, {row[1] for row in judged}) if Stage.TRIAGE in definition.stages else frozenset()
    return tuple(
        _results(definition, readable[declared.key], judged, reviews, aside)
        for declared in definition.panels
        if declared.key in readable
    )


def _judged(session: Session, panel_ids: Sequence[UUID], among: Select[Any]) -> Sequence[Any]:
    """(panel, application, reference, title, assigned) of everything that was given to these panels."""
    return session.execute(
        scoped(
            select(
                Assignment.panel_id, Application.id, Application.reference, Application.title, func.count(Assignment.id)
            )
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Panel, Panel.id == Assignment.panel_id)
            .join(Application, Application.id == Assignment.application_id)
            .where(Assignment.panel_id.in_(panel_ids), is_live(), is_judged(), Application.id.in_(among))
            .group_by(Assignment.panel_id, Application.id, Application.reference, Application.title, Application.number)
            .order_by(Application.number)
        )
    ).all()


def _results(
    definition: Definition,
    panel: Panel,
    judged: Sequence[Any],
    reviews: Sequence[ReviewLine],
    aside: frozenset[UUID],
) -> PanelResults:
    declared = definition.panel(panel.key)
    scale = graded(Scale.of(definition.scale_of(declared)), definition.criteria_of(declared), definition.overall)
    own: dict[UUID, list[ReviewLine]] = {}
    for review in reviews:
        if review.panel_id == panel.id:
            own.setdefault(review.application_id, []).append(review)
    given = [row for row in judged if row[0] == panel.id]
    results = {row[1]: summarise(review.overall for review in own.get(row[1], ())) for row in given}
    discussed = {key: result for key, result in results.items() if key not in aside}
    placed = ranks(discussed, scale, declared.result)
    shares = percentiles(placed)
    lines = [
        replace(
            _result_line(definition, declared, row, results[row[1]], placed.get(row[1]), own.get(row[1], ())),
            percentile=shares.get(row[1]),
            is_set_aside=row[1] in aside,
        )
        for row in given
    ]
    lines.sort(
        key=lambda line: (line.is_set_aside, line.rank is None, line.rank.position if line.rank else 0, line.reference)
    )
    return PanelResults(
        panel.id,
        panel.key,
        declared.title,
        panel.side_key,
        scale,
        declared.result,
        panel.closed_at is not None,
        tuple(lines),
    )


def _result_line(  # noqa: PLR0917  # one line is made of these
    definition: Definition, panel: Declared, row: Any, result: Result, rank: Rank | None, reviews: Sequence[ReviewLine]
) -> ResultLine:
    criteria = tuple(
        (criterion, summarise(dict(review.scores)[criterion.key] for review in reviews))
        for criterion in definition.criteria
    )
    below = [
        criterion.title
        for criterion, scores in criteria
        if below_threshold(criterion, Scale.of(definition.scale_for(panel, criterion)), scores)
    ]
    return ResultLine(
        row[1],
        row[2] or "",
        row[3],
        result,
        rank,
        len(reviews),
        row[4],
        tuple((criterion.key, criterion.title, scores) for criterion, scores in criteria),
        panel_result(panel.result, result),
        (*below, *_overall_below(definition, panel, result)),
    )


def _overall_below(definition: Definition, panel: Declared, result: Result) -> tuple[Text, ...]:
    grade = definition.overall
    if grade is None or grade.threshold is None or result.mean is None:
        return ()
    scale = graded(Scale.of(definition.scale_of(panel)), definition.criteria_of(panel), grade)
    is_short = scale.oriented(result.mean) < scale.oriented(grade.threshold)
    return (Text("Overall grade", "Helhetsbetyg"),) if is_short else ()
