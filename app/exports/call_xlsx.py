"""The call as a workbook: what it is, one row an application, one row a review, and what was judged by which scale."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.exports import extension_lines, headings, overview, review_lines
from app.exports.cells import fitting
from app.exports.overview import Value, filled
from app.exports.tables import CallTables
from app.programmes.definition import Scale

WIDEST = 48


def write(tables: CallTables, locale: str) -> bytes:
    """The bytes of the workbook. Numbers are numbers, dates are dates, and no text is taken for a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": tables.definition.title.in_(locale), "author": "Tandem", "created": _naive(tables)})
    pages = _Pages(book, locale, ZoneInfo(tables.definition.lead_side.zone))
    pages.add(headings.ABOUT.in_(locale), [], _about(tables, locale))
    pages.add(headings.OVERVIEW.in_(locale), overview.columns(tables, locale), overview.rows(tables, locale))
    pages.add(headings.REVIEWS.in_(locale), review_lines.columns(tables, locale), review_lines.rows(tables, locale))
    pages.add(headings.CRITERIA.in_(locale), *_criteria(tables, locale))
    extensions = extension_lines.rows(tables, locale)
    pages.add(headings.EXTENSIONS.in_(locale), extension_lines.columns(tables, locale), extensions)
    book.close()
    return out.getvalue()


def _naive(tables: CallTables) -> datetime:
    return tables.made_at.replace(tzinfo=None)


class _Pages:
    """The sheets of one workbook, with their formats."""

    def __init__(self, book: xlsxwriter.Workbook, locale: str, zone: ZoneInfo) -> None:
        self.book, self.locale, self.zone = book, locale, zone
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.number = book.add_format({"valign": "top", "num_format": "#,##0.##"})
        self.whole = book.add_format({"valign": "top", "num_format": "#,##0"})
        self.instant = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"})

    def add(self, title: str, columns: list[str], rows: Iterable[list[Value]]) -> None:
        """One sheet; with columns, their heading stays in sight and can be filtered."""
        sheet = self.book.add_worksheet(title)
        widths = [min(WIDEST, max(10, len(column) // 2)) for column in columns]
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, self.head)
        at = 0
        for at, row in enumerate(rows, start=1 if columns else 0):
            for place, value in enumerate(row):
                widths += [10] * (place + 1 - len(widths))
                widths[place] = max(widths[place], self._put(sheet, at, place, value))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width + 2)
        if columns:
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(at, 1), len(columns) - 1)

    def _put(self, sheet: Worksheet, row: int, column: int, value: Value) -> int:
        """Write one typed cell; returns the width it would like."""
        if value is None:
            return 0
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value.astimezone(self.zone).replace(tzinfo=None), self.instant)
            return 16
        if isinstance(value, str):
            text = fitting(value, headings.CUT.in_(self.locale))
            # A string cell is never a formula, so the text stays as it was written; only CSV needs disarming.
            sheet.write_string(row, column, text, self.text)
            return min(WIDEST, max((len(line) for line in text.split("\n")), default=0))
        sheet.write_number(row, column, value, self._format(value))
        return 10

    def _format(self, value: int | Decimal) -> Format:
        return self.whole if value == int(value) else self.number


def _about(tables: CallTables, locale: str) -> Iterator[list[Value]]:
    definition, zone = tables.definition, tables.definition.lead_side.zone
    nothing = headings.NOTHING.in_(locale)
    submitted = tables.assigned - len(tables.missing)
    yield [headings.CALL.in_(locale), definition.title.in_(locale)]
    yield [headings.KEY.in_(locale), definition.key]
    yield [headings.VERSION.in_(locale), tables.version]
    yield [filled(headings.MADE_AT, locale, zone=zone), tables.made_at]
    yield [headings.MADE_BY.in_(locale), tables.made_by]
    yield [
        headings.HOLDS.in_(locale),
        filled(
            headings.COMPLETE, locale, applications=len(tables.overview), submitted=submitted, assigned=tables.assigned
        ),
    ]
    missing = [
        f"{one.reference}: {one.reviewer} ({definition.panel(one.panel_key).title.in_(locale)})"
        for one in tables.missing
    ]
    yield [headings.MISSING.in_(locale), "; ".join(missing) or nothing]
    sealed = [definition.panel(key).title.in_(locale) for key in tables.sealed]
    yield [headings.SEALED.in_(locale), ", ".join(sealed) or nothing]
    released: Value = tables.release.at if tables.release else headings.NOT_YET.in_(locale)
    yield [filled(headings.RELEASED, locale, zone=zone), released]
    kept = definition.records
    yield [headings.RETENTION.in_(locale), (kept.retention_class if kept else "") or nothing]
    yield [headings.KEPT_FOR.in_(locale), kept.years if kept and kept.years is not None else nothing]


def _criteria(tables: CallTables, locale: str) -> tuple[list[str], Iterator[list[Value]]]:
    columns = (
        headings.CRITERION,
        headings.HELP,
        headings.WEIGHT,
        headings.PANEL,
        headings.SCALE,
        headings.BEST,
        headings.VALUE,
        headings.MEANING,
    )
    return [column.in_(locale) for column in columns], _anchors(tables, locale)


def _anchors(tables: CallTables, locale: str) -> Iterator[list[Value]]:
    """Each criterion once, then each panel's scale, value by value."""
    for criterion in tables.definition.criteria:
        meaning = criterion.help.in_(locale) if criterion.help else None
        yield [criterion.title.in_(locale), meaning, criterion.weight, None, None, None, None, None]
    for panel in tables.definition.panels:
        scale = tables.definition.scale_of(panel)
        for value in scale.values:
            label = scale.label(value)
            yield [
                None,
                None,
                None,
                panel.title.in_(locale),
                f"{scale.low}–{scale.high}",
                _direction(scale, locale),
                value,
                label.in_(locale) if label else None,
            ]


def _direction(scale: Scale, locale: str) -> str:
    return filled(headings.DIRECTION[scale.best], locale, best=scale.best_value, worst=scale.worst_value)
