"""The overview as CSV: one application a row."""

from __future__ import annotations

from app.exports import overview
from app.exports.csv_text import csv_bytes
from app.exports.tables import CallTables


def write(tables: CallTables, locale: str) -> bytes:
    """The bytes of the file."""
    return csv_bytes(
        overview.columns(tables, locale),
        overview.rows(tables, locale),
        locale=locale,
        zone=tables.definition.lead_side.zone,
    )
