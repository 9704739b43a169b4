"""Partnerships as what they are: agreements, renewals, activities, programmes, and what no source tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.kernel.errors import NotFound
from app.kernel.words import N_
from app.programmes.partnerships import ACTIVITIES, Partnership, PartnershipStatus, cooperations
from app.web.doors import public
from app.web.public.programmes import rows_of
from app.web.words import language

bp = Blueprint("partnerships", __name__)

STATUSES = {
    PartnershipStatus.ACTIVE: (N_("In force"), "good"),
    PartnershipStatus.ENDED: (N_("Ended"), "neutral"),
    None: (N_("Not known whether it goes on"), "wait"),
}
FORMS = {1: "y", 2: "MMMM y", 3: "d MMMM y"}


def day_text(written: str) -> str:
    """A day as exact as it is known: «2013», «May 2013» or «14 May 2013». Empty stays empty."""
    if not written:
        return ""
    parts = [int(part) for part in written.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    return str(format_date(date(year, month, day), FORMS[len(parts)], locale=language()))


@dataclass(frozen=True)
class PartnershipRow:
    """A partnership in the list."""

    key: str
    title: str
    summary: str
    status: str
    tone: str
    partners: tuple[str, ...]
    programmes: int
    projects: int | None


def row_of(partnership: Partnership) -> PartnershipRow:
    """A partnership as the list shows it."""
    words, tone = STATUSES[partnership.status]
    names = tuple(partner.name for partner in partnership.partners)
    network = (partnership.network.in_(language()),) if partnership.network else ()
    return PartnershipRow(
        partnership.key,
        partnership.title.in_(language()),
        partnership.summary.in_(language()),
        gettext(words),
        tone,
        names + network,
        len(cooperations().programmes_of(partnership.key)),
        partnership.projects.number if partnership.projects else None,
    )


@bp.get("/partnerships")
@public
def index() -> ResponseReturnValue:
    """Every partnership, those in force first."""
    rows = [row_of(each) for each in cooperations().partnerships.values()]
    rows.sort(key=lambda row: (row.tone != "good", row.title))
    return render_template("public/partnerships.html", partnerships=rows)


@bp.get("/partnerships/<key>")
@public
def show(key: str) -> ResponseReturnValue:
    """One partnership."""
    found = cooperations().partnerships.get(key)
    if found is None:
        raise NotFound()
    return render_template(
        "public/partnership.html",
        row=row_of(found),
        partnership=found,
        programmes=rows_of(cooperations().programmes_of(key)),
        day_text=day_text,
        kind_of=lambda activity: gettext(ACTIVITIES[activity.kind]),
    )
