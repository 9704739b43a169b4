"""The columns of the reviews: one submitted review a row, with a score and a text for each criterion."""

from __future__ import annotations

from collections.abc import Iterator

from app.exports import headings
from app.exports.overview import Value, filled, shown
from app.exports.tables import CallTables
from app.reviews.queries import ReviewLine


def columns(tables: CallTables, locale: str) -> list[str]:
    """The headings, in order."""
    return [heading for heading, _ in _cells(tables, None, locale)]


def rows(tables: CallTables, locale: str) -> Iterator[list[Value]]:
    """The rows, in the order of the headings."""
    for row in tables.reviews:
        yield [value for _, value in _cells(tables, row, locale)]


def _cells(tables: CallTables, row: ReviewLine | None, locale: str) -> Iterator[tuple[str, Value]]:
    definition, zone = tables.definition, tables.definition.lead_side.zone
    scores, remarks = (dict(row.scores), dict(row.remarks)) if row else ({}, {})
    yield headings.REFERENCE.in_(locale), row.reference if row else None
    yield headings.PANEL.in_(locale), row.panel_title.in_(locale) if row else None
    yield headings.REVIEWER.in_(locale), row.reviewer if row else None
    yield filled(headings.SUBMITTED, locale, zone=zone), row.submitted_at if row else None
    for criterion in definition.criteria:
        yield criterion.title.in_(locale), shown(scores.get(criterion.key))
    yield headings.OVERALL.in_(locale), shown(row.overall) if row else None
    for criterion in definition.criteria:
        heading = filled(headings.REMARK, locale, criterion=criterion.title.in_(locale))
        yield heading, remarks.get(criterion.key) if row else None
    yield headings.FOR_APPLICANT.in_(locale), row.for_applicant if row else None
    yield headings.FOR_PANEL.in_(locale), row.for_panel if row else None
