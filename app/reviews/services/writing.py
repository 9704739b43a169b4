"""Keeping what a reviewer types, and handing it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.kernel.actors import Acting
from app.kernel.errors import Refused, Stale
from app.reviews import desk
from app.reviews.models import Assignment, Review, Score
from app.reviews.queries import scores_of
from app.reviews.services.panels import in_turn, still_open
from app.trail.services import record


def save_review(
    session: Session, assignment: Assignment, typed: Mapping[str, str], version: int, *, by: Acting, at: datetime
) -> Review:
    """Keep what was typed, however little. `version` is that of the form, 0 for the first.

    Raises Stale with both texts when another tab was faster, Refused when a value is not on the panel's scale or the
    panel has closed.
    """
    in_turn(session, still_open(session, assignment.panel_id))
    sheet = desk.sheet_of(session, assignment)
    wanted, review = desk.cleaned(sheet, typed), desk.review_of(session, assignment)
    stands = desk.typed_of(session, sheet, review)
    if review is not None and version != review.version:
        differ = desk.clashes(stands, wanted, by.name, review.version)
        if differ:
            raise Stale(differ)
        return review
    scores = desk.read_scores(sheet, wanted)
    if review is not None and stands == wanted:
        return review
    if review is None:
        review = Review(assignment_id=assignment.id, created_at=at, changed_at=at)
        session.add(review)
    elif review.submitted_at is not None:
        record(
            session, "revise-review", by=by, at=at, call_id=sheet.panel.call_id, subject="review", subject_id=review.id
        )
    review.overall, review.changed_at = scores.get("overall"), at
    review.for_applicant, review.for_panel = wanted["for_applicant"], wanted["for_panel"]
    flag_modified(review, "changed_at")
    session.flush()
    _keep_scores(session, sheet, review, wanted, scores)
    return review


def _keep_scores(
    session: Session, sheet: desk.Sheet, review: Review, typed: Mapping[str, str], scores: Mapping[str, int | None]
) -> None:
    stored = scores_of(session, [review.id]).get(review.id, {})
    for criterion in sheet.criteria:
        score = stored.get(criterion.key)
        if score is None:
            score = Score(review_id=review.id, criterion=criterion.key)
            session.add(score)
        score.hundredths, score.remark = scores[f"score-{criterion.key}"], typed[f"remark-{criterion.key}"]
    session.flush()


def submit_review(
    session: Session, assignment: Assignment, typed: Mapping[str, str], version: int, *, by: Acting, at: datetime
) -> Review:
    """Save, then hand in. Refused with everything that is missing; what was typed is kept by saving it before.

    A submitted review stays open to its reviewer until the panel closes; the first time of submitting is kept.
    """
    review = save_review(session, assignment, typed, version, by=by, at=at)
    sheet = desk.sheet_of(session, assignment)
    problems = desk.missing(sheet, desk.cleaned(sheet, typed))
    if problems:
        raise Refused(problems)
    if review.submitted_at is None:
        review.submitted_at = at
        session.flush()
        record(
            session,
            "submit-review",
            by=by,
            at=at,
            call_id=sheet.panel.call_id,
            subject="review",
            subject_id=review.id,
            assignment=str(assignment.id),
        )
    return review
