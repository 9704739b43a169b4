"""What may stand in a cell: texts that no spreadsheet takes for a formula, and numbers that stay numbers."""

from __future__ import annotations

from decimal import Decimal

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
LONGEST = 32_767
"""The most characters a cell of a workbook holds."""

Cell = str | int | Decimal | None


def disarmed(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would read a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(DANGEROUS) or text.startswith(DANGEROUS) else text


def fitting(text: str, note: str) -> str:
    """The text as a workbook can hold it. What is too long ends with `note`, so that a cut is never silent."""
    return text if len(text) <= LONGEST else text[: LONGEST - len(note) - 1] + "…" + note


def plain(value: Cell, decimal_mark: str) -> str:
    """A cell of a CSV file: numbers bare, with the decimal mark of the reader's language."""
    if value is None:
        return ""
    if isinstance(value, str):
        return disarmed(value)
    return format(value, "f").replace(".", decimal_mark) if isinstance(value, Decimal) else str(value)
