"""The extensions of a call: one row for each, granted, refused or still asked for."""

from __future__ import annotations

from collections.abc import Iterator

from app.applications.extensions import ExtensionRow
from app.exports import headings
from app.exports.overview import Value, filled
from app.exports.tables import CallTables
from app.programmes.kinds import Text


def columns(tables: CallTables, locale: str) -> list[str]:
    """The headings, instants on the clocks of the leading side."""
    zone = tables.definition.lead_side.zone
    return [
        headings.FOR.in_(locale),
        filled(headings.FROM, locale, zone=zone),
        filled(headings.TO, locale, zone=zone),
        headings.REASON.in_(locale),
        headings.ASKED_BY.in_(locale),
        filled(headings.ASKED_AT, locale, zone=zone),
        headings.ANSWER.in_(locale),
        headings.ANSWERED_BY.in_(locale),
        filled(headings.ANSWERED_AT, locale, zone=zone),
    ]


def rows(tables: CallTables, locale: str) -> Iterator[list[Value]]:
    """One row an extension, the newest first."""
    sides = {side.key: side.short for side in tables.definition.sides}
    for row in tables.extensions:
        aim = sides.get(row.side_key, row.side_key) if row.side_key else row.reference or headings.A_DRAFT.in_(locale)
        yield [
            aim,
            row.from_instant,
            row.to_instant,
            row.reason,
            row.asked_by,
            row.asked_at,
            _answer(row).in_(locale),
            row.agreed_by,
            row.agreed_at or row.refused_at,
        ]


def _answer(row: ExtensionRow) -> Text:
    if row.agreed_at is not None:
        return headings.GRANTED_EXTENSION
    return headings.REFUSED_EXTENSION if row.refused_at is not None else headings.OPEN_EXTENSION
