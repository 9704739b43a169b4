"""Who went where: the ledger of the travel programmes whose calls one coordinates, as a page and as a file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import reach, scope
from app.applications.models import Application
from app.awards import journeys as ledger
from app.awards.journeys import Balance, LedgerLine
from app.exports.csv_text import csv_bytes
from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.transaction import transaction
from app.programmes import queries
from app.programmes.partnerships import cooperations
from app.trail import services as trail
from app.web.doors import now, viewer, with_account
from app.web.office import bp
from app.web.words import language


@dataclass(frozen=True)
class LineText:
    """A line of the ledger in words."""

    programme: str
    year: int
    way: str
    applications: int
    awards: int
    nights: str


def travel_programmes() -> tuple[str, ...]:
    """The travel programmes of which this person coordinates a call."""
    work = db.session()
    definitions = queries.newest_definitions(work, list(viewer().calls))
    return tuple(sorted({each.programme for each in definitions.values() if ledger.is_travel(each.programme)}))


def _lines() -> tuple[LedgerLine, ...]:
    """Raises NotFound for whoever coordinates no travel."""
    keys = travel_programmes()
    if not keys:
        raise NotFound()
    among = scope.ids(scope.office_of(viewer()), Application.call_id.in_(viewer().calls))
    return ledger.lines_of(ledger.journeys(db.session(), keys, among=among))


def _way(home: str, host: str) -> str:
    return str(gettext("%(home)s → %(host)s", home=home, host=host or gettext("elsewhere")))


def _title(programme: str) -> str:
    return cooperations().programmes[programme].title.in_(language())


def _line(line: LedgerLine) -> LineText:
    nights = "–"
    if line.dated:
        nights = str(line.nights)
        if line.dated < line.awards:
            nights = str(gettext("%(nights)s (of %(n)s awards)", nights=line.nights, n=line.dated))
    way = _way(line.home, line.host)
    return LineText(_title(line.programme), line.year, way, line.applications, line.awards, nights)


def _said(balance: Balance) -> str:
    if not balance.surplus:
        return str(gettext("In balance"))
    ways = (balance.one, balance.other) if balance.surplus > 0 else (balance.other, balance.one)
    return str(gettext("%(n)s more %(way)s", n=abs(balance.surplus), way=_way(*ways)))


@bp.get("/journeys")
@with_account
def journeys() -> ResponseReturnValue:
    """By year and direction: applications, awards, nights; and the balance of each pair of institutions."""
    lines = _lines()
    balances = [
        (
            _title(each.programme),
            _way(each.one, each.other),
            each.there,
            _way(each.other, each.one),
            each.back,
            _said(each),
        )
        for each in ledger.balances_of(lines)
    ]
    return render_template("office/journeys.html", lines=[_line(line) for line in lines], balances=balances)


@bp.post("/journeys.csv")
@with_account
def journeys_csv() -> ResponseReturnValue:
    """The lines as CSV; the trail says who took them."""
    lines = _lines()
    columns = [
        gettext("Programme"),
        gettext("Year"),
        gettext("From"),
        gettext("To"),
        gettext("Applications"),
        gettext("Awards"),
        gettext("Awards with dates"),
        gettext("Nights"),
    ]
    rows = [
        [
            _title(line.programme),
            line.year,
            line.home,
            line.host or gettext("elsewhere"),
            line.applications or None,
            line.awards,
            line.dated,
            line.nights if line.dated else None,
        ]
        for line in lines
    ]
    content = csv_bytes(columns, rows, locale=language(), zone=viewer().zone)
    with transaction(db.session()) as work:
        trail.record(work, "export-journeys", by=reach.house(viewer()), at=now(), rows=len(rows))
    name = f"journeys-{now().date().isoformat()}.csv"
    return Response(
        content,
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
