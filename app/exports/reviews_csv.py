"""The submitted reviews as CSV: one review a row."""

from __future__ import annotations

from app.exports import review_lines
from app.exports.csv_text import csv_bytes
from app.exports.tables import CallTables


def write(tables: CallTables, locale: str) -> bytes:
    """The bytes of the file."""
    return csv_bytes(
        review_lines.columns(tables, locale),
        review_lines.rows(tables, locale),
        locale=locale,
        zone=tables.definition.lead_side.zone,
    )
