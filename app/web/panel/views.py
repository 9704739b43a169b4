"""A panel for its chair, and for the coordinator of its side: results on the own scale, progress, and closing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.extensions import db
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import PanelResult
from app.programmes.definition.keys.words import name_of
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import queries, rejoinders, services
from app.reviews.desk import point_text
from app.reviews.models import Panel, Rejoinder
from app.reviews.rules import Result, score_text
from app.web.doors import here, now, on_panel, viewer
from app.web.judgements import dates_of, review_texts
from app.web.words import ProblemText, language, moment_text, problem_texts

bp = Blueprint("panel", __name__)


@dataclass(frozen=True)
class LineText:
    """One application in the panel's results, in words."""

    application_id: UUID
    rank: str
    reference: str
    title: str
    n: str
    mean: str
    median: str
    spread: str
    value: str
    criteria: tuple[str, ...]
    is_set_aside: bool = False


def number(value: object) -> str:
    """A number of the results with two decimals, or a dash."""
    return "–" if value is None else score_text(value, language())  # type: ignore[arg-type]  # a fraction or a float


def line_text(line: queries.ResultLine) -> LineText:
    """A line of the results in this language."""
    result: Result = line.result
    return LineText(
        line.application_id,
        str(line.rank) if line.rank else gettext("not discussed") if line.is_set_aside else "–",
        line.reference,
        line.title,
        f"{line.submitted}/{line.assigned}",
        number(result.mean),
        number(result.median),
        number(result.deviation),
        number(line.value),
        tuple(number(criterion.mean) for _, _, criterion in line.criteria),
        line.is_set_aside,
    )


@bp.get("/panel/<uuid:panel_id>")
@on_panel(Action.SEE_PANEL)
def show(panel_id: UUID) -> ResponseReturnValue:
    """What the panel's scores come to. Applications in conflict with the reader are absent."""
    return _page((), "")


def _page(problems: tuple[ProblemText, ...], reason: str) -> ResponseReturnValue:
    panel, acting, work, who = here(Panel).thing, here(Panel).acting, db.session(), viewer()
    readable = scope.readable_panels(who, panel.call_id).where(Panel.id == panel.id)
    among = scope.panel_ids(who, panel.id, panel.call_id)
    results = queries.panel_results(work, panel.call_id, readable, among)
    found = results[0] if results else None
    definition = definition_of(work, work.get_one(Call, panel.call_id))
    written = scope.reviews_of_panels(who, panel.call_id).where(Panel.id == panel.id)
    done, given = queries.progress(work, panel.id, among=among)
    page = render_template(
        "panel/show.html",
        panel_id=panel.id,
        title=queries.title_of(work, panel).in_(language()),
        problems=problems,
        lines=[line_text(line) for line in found.lines] if found else [],
        reviews=review_texts(queries.review_lines(work, panel.call_id, written), definition),
        call_title=definition.title.in_(language()),
        reason=reason,
        submitted=done,
        assigned=given,
        criteria=[title.in_(language()) for title in queries.criteria_of(work, panel)],
        closed=moment_text(panel.closed_at),
        closed_because=panel.closed_because,
        best=point_text(found.scale.best_value) if found else "",
        result=name_of(PanelResult, found.how).in_(language()) if found else "",
        worst=point_text(found.scale.worst_value) if found else "",
        may_close=may(Action.CLOSE_PANEL, acting) is None and panel.closed_at is None,
        dates=dates_of(definition.panel(panel.key)),
        earlier=_earlier(panel),
        answers=rejoinders.sent_among(work, scope.rejoinders(who).where(Rejoinder.application_id.in_(among))),
        waits=queries.waits_for(work, panel),
        office_url=url_for("office.panel", panel_id=panel.id) if may(Action.MANAGE_PANEL, acting) is None else None,
    )
    return page, 422 if problems else 200


def _earlier(panel: Panel) -> list[tuple[str, list[LineText]]]:
    """What the panels found after which this one begins, once its turn has come."""
    who, work = viewer(), db.session()
    readable = scope.readable_panels(who, panel.call_id).where(Panel.id.in_(queries.panels_before(panel.id)))
    results = queries.panel_results(work, panel.call_id, readable, scope.panel_ids(who, panel.id, panel.call_id))
    return [(found.title.in_(language()), [line_text(line) for line in found.lines]) for found in results]


@bp.post("/panel/<uuid:panel_id>/close")
@on_panel(Action.CLOSE_PANEL)
def close(panel_id: UUID) -> ResponseReturnValue:
    """End the scoring, or say what is missing."""
    panel, acting = here(Panel).thing, here(Panel).acting
    reason = request.form.get("reason", "")
    try:
        with transaction(db.session()) as work:
            services.close_panel(work, panel, by=acting, at=now(), reason=reason)
    except Refused as refused:
        return _page(problem_texts(refused.problems), reason)
    flash(gettext("The panel has closed. What was submitted stands."), "good")
    return redirect(url_for(".show", panel_id=panel_id), 303)
