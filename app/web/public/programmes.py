"""Programmes, running and retired, each with its calls past and present. A retired one keeps its awards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.awards.past import past_awards
from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.words import N_
from app.programmes import queries
from app.programmes.definition import Definition, Programme, ProgrammeKind, ProgrammeStatus
from app.programmes.models import Call
from app.programmes.partnerships import cooperations
from app.web.doors import now, public
from app.web.public.awards import award_texts
from app.web.public.views import status_of
from app.web.words import language, moment_text

bp = Blueprint("programmes", __name__)

KINDS = {
    ProgrammeKind.PROJECT: N_("Research projects"),
    ProgrammeKind.TRAVEL: N_("Travel"),
    ProgrammeKind.STUDENT_TRAVEL: N_("Travel for students"),
    ProgrammeKind.ADMINISTRATIVE: N_("Administrative projects"),
    ProgrammeKind.EVENT: N_("Events"),
    ProgrammeKind.INFORMATION: N_("Information only; it has no calls"),
}


STATUSES = {
    ProgrammeStatus.ACTIVE: (N_("Active"), "good"),
    ProgrammeStatus.RETIRED: (N_("Retired"), "neutral"),
    None: (N_("Not known whether it goes on"), "wait"),
}


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme in a list."""

    key: str
    title: str
    summary: str
    kind: str
    status: str
    tone: str
    is_retired: bool
    has_no_calls: bool
    partners: tuple[str, ...]
    since: int | None


@dataclass(frozen=True)
class CallRow:
    """A call in the list of its programme."""

    key: str
    title: str
    year: int
    status: str
    tone: str
    closes: str
    is_fictional: bool


def row_of(programme: Programme) -> ProgrammeRow:
    """A programme as a list shows it."""
    return ProgrammeRow(
        programme.key,
        programme.title.in_(language()),
        programme.summary.in_(language()) if programme.summary else "",
        gettext(KINDS[programme.kind]),
        gettext(STATUSES[programme.status][0]),
        STATUSES[programme.status][1],
        programme.status is ProgrammeStatus.RETIRED,
        programme.kind is ProgrammeKind.INFORMATION,
        tuple(partner.short for partner in programme.partners),
        programme.since,
    )


def rows_of(programmes: Iterable[Programme]) -> list[ProgrammeRow]:
    """Programmes by title, the retired ones last."""
    return sorted(map(row_of, programmes), key=lambda row: (row.is_retired, row.title))


@bp.get("/programmes")
@public
def index() -> ResponseReturnValue:
    """Every programme."""
    return render_template("public/programmes.html", programmes=rows_of(cooperations().programmes.values()))


@bp.get("/programmes/<key>")
@public
def show(key: str) -> ResponseReturnValue:
    """One programme with its calls past and present."""
    found = cooperations().programmes.get(key)
    if found is None:
        raise NotFound()
    return render_template(
        "public/programme.html",
        row=row_of(found),
        programme=found,
        partnership=cooperations().partnerships.get(found.partnership),
        calls=_calls(key),
        awards=award_texts(past_awards(db.session(), programme=key)),
        of_programme=True,
    )


def _calls(programme_key: str) -> list[CallRow]:
    calls = queries.public_calls_of(db.session(), programme_key, now())
    definitions = queries.newest_definitions(db.session(), [call.id for call in calls])
    return [_call_row(call, definitions[call.id]) for call in calls]


def _call_row(call: Call, definition: Definition) -> CallRow:
    stated = definition.closes.stated if definition.closes else ""
    return CallRow(
        call.key,
        definition.title.in_(language()),
        definition.year,
        *status_of(call),
        moment_text(call.closes_at) or stated,
        definition.is_fictional,
    )
