"""Tables as CSV: UTF-8 with a mark that Excel understands, a semicolon and a decimal comma for Swedish readers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.exports.cells import plain
from app.exports.overview import Value


def csv_bytes(columns: list[str], rows: Iterable[list[Value]], *, locale: str, zone: str) -> bytes:
    """The table as the bytes of a file. Instants are written on the clocks of `zone`, which the heading names."""
    is_swedish = locale.startswith("sv")
    mark = "," if is_swedish else "."
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if is_swedish else ",", lineterminator="\r\n")
    writer.writerow([plain(column, mark) for column in columns])
    for row in rows:
        writer.writerow([_cell(value, mark, ZoneInfo(zone)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Value, mark: str, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return plain(value, mark)
