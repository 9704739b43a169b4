"""The extensions as CSV: one a row."""

from __future__ import annotations

from app.exports import extension_lines
from app.exports.csv_text import csv_bytes
from app.exports.tables import CallTables


def write(tables: CallTables, locale: str) -> bytes:
    """The bytes of the file."""
    return csv_bytes(
        extension_lines.columns(tables, locale),
        extension_lines.rows(tables, locale),
        locale=locale,
        zone=tables.definition.lead_side.zone,
    )
