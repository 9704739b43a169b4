"""What reviewers wrote, for those whom the form named as its readers: the panel's chair and the offices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext

from app.programmes.definition import Definition, Panel
from app.reviews.queries import ReviewLine
from app.reviews.rules import score_text
from app.web.words import language, moment_text


@dataclass(frozen=True)
class CriterionText:
    """One criterion of a review: its score and the remark, if any."""

    title: str
    score: str
    remark: str


@dataclass(frozen=True)
class ReviewText:
    """One submitted review, written for the reader."""

    panel: str
    reviewer: str
    overall: str
    criteria: tuple[CriterionText, ...]
    for_applicant: str
    for_panel: str


def dates_of(panel: Panel) -> tuple[tuple[str, str], ...]:
    """Until when a panel answers and reviews, and when it meets, as far as the call says so."""
    named = (
        (gettext("Conflicts of interest, by"), panel.conflicts_by),
        (gettext("Reviews, by"), panel.reviews_by),
        (gettext("The panel meets"), panel.meets),
    )
    return tuple(
        (label, text)
        for label, moment in named
        if moment is not None and (text := moment_text(moment.instant) or moment.stated)
    )


def review_texts(lines: Iterable[ReviewLine], definition: Definition) -> dict[UUID, tuple[ReviewText, ...]]:
    """Submitted reviews by their application, in the order given."""
    found: dict[UUID, tuple[ReviewText, ...]] = {}
    for line in lines:
        found[line.application_id] = (*found.get(line.application_id, ()), _text(line, definition))
    return found


def _text(line: ReviewLine, definition: Definition) -> ReviewText:
    scores, remarks = dict(line.scores), dict(line.remarks)
    return ReviewText(
        line.panel_title.in_(language()),
        line.reviewer,
        score_text(line.overall, language()) if line.overall is not None else "–",
        tuple(
            CriterionText(
                criterion.title.in_(language()),
                score_text(score, language()) if (score := scores.get(criterion.key)) is not None else "–",
                remarks.get(criterion.key, ""),
            )
            for criterion in definition.criteria
        ),
        line.for_applicant,
        line.for_panel,
    )
