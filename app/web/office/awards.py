"""An award by side and year, each in its own currency, and the gate before a later year."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications.models import Application
from app.awards import queries, services
from app.awards.queries import AwardSide, AwardYear
from app.extensions import db
from app.kernel.errors import NotFound, Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.web.doors import here, now, on_application
from app.web.office import bp
from app.web.words import ProblemText, amount_of, by_field, calendar_day, language, moment_text, problem_texts


@dataclass(frozen=True)
class YearText:
    """One year's money in words."""

    year: int
    amount: str
    is_gated: bool
    is_held: bool
    released: str | None
    released_by: str | None
    reason: str | None
    form: bool
    indirect: str | None


@dataclass(frozen=True)
class SideText:
    """One side's money in words; `is_own` marks the reader's side."""

    key: str
    name: str
    short: str
    total: str
    is_holding: bool
    years: tuple[YearText, ...]


@bp.get("/applications/<uuid:application_id>/award")
@on_application(Action.SEE_AWARD)
def award(application_id: UUID) -> ResponseReturnValue:
    """What each side pays, and which year waits. Applicants have a page of their own for it."""
    if may(Action.OPEN_GATE, here(Application).acting, here(Application).thing.state) is not None:
        return redirect(url_for("applicant.show", application_id=application_id))
    return _page((), {})


def _page(problems: tuple[ProblemText, ...], typed: dict[str, str]) -> ResponseReturnValue:
    found, acting = here(Application).thing, here(Application).acting
    view = queries.award_of(db.session(), found.id)
    if view is None:
        raise NotFound()
    page = render_template(
        "office/awards/award.html",
        application_id=found.id,
        call_id=found.call_id,
        reference=found.reference,
        title=found.title,
        at=moment_text(view.at),
        gate=view.gate.in_(language()) if view.gate else None,
        usable_until=calendar_day(view.disposal_end) if view.disposal_end else None,
        sides=[_side(side, side.key in acting.sides) for side in view.sides],
        problems=problems,
        fields=by_field(problems),
        typed=typed,
    )
    return page, 422 if problems else 200


def _side(side: AwardSide, is_own: bool) -> SideText:
    years = tuple(_year(year, is_own) for year in side.years)
    return SideText(side.key, side.name, side.short, amount_of(side.total), side.is_holding, years)


def _year(year: AwardYear, is_own: bool) -> YearText:
    return YearText(
        year.year,
        amount_of(year.amount),
        year.is_gated,
        year.is_held,
        moment_text(year.released_at),
        year.released_by,
        year.reason,
        is_own and year.is_held,
        amount_of(year.indirect) if year.indirect else None,
    )


@bp.post("/applications/<uuid:application_id>/award/gate")
@on_application(Action.OPEN_GATE)
def open_gate(application_id: UUID) -> ResponseReturnValue:
    """Release the own side's money for a gated year."""
    side_key, year = request.form.get("side", ""), request.form.get("year", 0, type=int)
    year = year if 0 <= year < 100 else 0
    reason = request.form.get(f"reason-{side_key}-{year}", "")
    try:
        with transaction(db.session()) as work:
            services.open_gate(
                work, here(Application).thing, side_key, year, reason=reason, by=here(Application).acting, at=now()
            )
    except Refused as refused:
        return _page(problem_texts(refused.problems), dict(request.form))
    flash(gettext("Year %(year)s is released for your side.", year=year))
    return redirect(url_for(".award", application_id=application_id), 303)
