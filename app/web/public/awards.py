"""Awards from before this system, by programme and year, and as open data."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.awards.past import PastRow, past_awards
from app.exports.feeds.awards import award_data, awards_csv
from app.extensions import db
from app.programmes.partnerships import cooperations
from app.web.doors import public
from app.web.words import amount_of, language

bp = Blueprint("awards", __name__)


@dataclass(frozen=True)
class AwardText:
    """One side's part of an award in words."""

    programme_key: str
    programme: str
    year: int
    title: str
    side: str
    amount: str
    leader: str


def award_texts(rows: list[PastRow]) -> list[AwardText]:
    """Awards as lists show them."""
    return [
        AwardText(
            row.programme,
            _title(row.programme),
            row.year,
            row.title,
            row.side,
            amount_of(row.amount) if row.amount else "",
            row.leader,
        )
        for row in rows
    ]


def _title(programme: str) -> str:
    known = cooperations().programmes.get(programme)
    return known.title.in_(language()) if known else programme


def _wanted(rows: list[PastRow], programme: str, year: str) -> list[PastRow]:
    return [
        row for row in rows if (not programme or row.programme == programme) and (not year or str(row.year) == year)
    ]


@bp.get("/awards")
@public
def index() -> ResponseReturnValue:
    """All awards from before, with programmes and years to choose from."""
    rows = past_awards(db.session())
    programme, year = request.args.get("programme", ""), request.args.get("year", "")
    shown = _wanted(rows, programme, year)
    by_programme = Counter(row.programme for row in _wanted(rows, "", year))
    by_year = Counter(row.year for row in _wanted(rows, programme, ""))
    return render_template(
        "public/awards.html",
        awards=award_texts(shown),
        total=len(rows),
        programmes=sorted((_title(key), key, count) for key, count in by_programme.items()),
        years=sorted(by_year.items(), reverse=True),
        chosen_programme=programme,
        chosen_year=year,
        query={name: value for name, value in (("programme", programme), ("year", year)) if value},
    )


@bp.get("/awards.csv")
@public
def table() -> ResponseReturnValue:
    """The same as a CSV."""
    rows = _wanted(past_awards(db.session()), request.args.get("programme", ""), request.args.get("year", ""))
    headers = {"Content-Disposition": 'inline; filename="awards.csv"'}
    return Response(awards_csv(rows), mimetype="text/csv", headers=headers)


@bp.get("/awards.json")
@public
def open_data() -> ResponseReturnValue:
    """The same as JSON."""
    rows = _wanted(past_awards(db.session()), request.args.get("programme", ""), request.args.get("year", ""))
    data = {"version": 1, "awards": [award_data(row) for row in rows]}
    return Response(json.dumps(data, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")
