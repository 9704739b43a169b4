"""Awards from before as open data: CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.awards.past import PastRow
from app.exports.csv_text import csv_bytes

COLUMNS = ("programme", "year", "title", "side", "amount", "currency", "leader", "source")
"""The headings of /awards.csv, which stay."""


def award_data(row: PastRow) -> dict[str, Any]:
    """One side's part of an award. The leader is empty unless it was agreed that the name is shown."""
    return {
        "programme": row.programme,
        "year": row.year,
        "title": row.title,
        "side": row.side,
        "amount": f"{row.amount.major:f}" if row.amount else None,
        "currency": row.amount.currency if row.amount else None,
        "leader": row.leader,
        "source": row.source,
    }


def awards_csv(rows: Iterable[PastRow]) -> bytes:
    """The awards as a CSV with `COLUMNS`."""
    lines = ([data[column] for column in COLUMNS] for data in map(award_data, rows))
    return csv_bytes(list(COLUMNS), lines, locale="en", zone="UTC")
