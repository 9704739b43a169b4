"""Outlines for their office: what the panels found, who is invited, and the one release of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.access.transfer import reads_application_outside
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.models import Application
from app.decisions import outlines
from app.decisions.outlines import OutlineView
from app.extensions import db
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes.definition import Part
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.reviews import queries as judging
from app.reviews.models import Panel
from app.reviews.queries import PanelResults
from app.web.doors import here, now, on_application, on_call, viewer
from app.web.judgements import review_texts
from app.web.labels import state_label, state_tone
from app.web.office import bp
from app.web.office.ranking.table import PanelHead, Standing, head_of, standing_of
from app.web.words import ProblemText, by_field, moment_text, problem_text, problem_texts
from app.workflow.table import OF_OUTLINE
from app.workflow.vocabulary import Move, State


@dataclass(frozen=True)
class OutlineRow:
    """One outline in the list."""

    id: UUID
    reference: str
    title: str
    state: str
    tone: str
    standings: tuple[Standing | None, ...]
    result: str | None


def _results(call_id: UUID) -> tuple[PanelResults, ...]:
    """What the panels of outlines found, as far as this person may see it."""
    panels = scope.readable_panels(viewer(), call_id).where(Panel.stage == Part.OUTLINE)
    return judging.panel_results(db.session(), call_id, panels, scope.office_ids(viewer(), call_id))


def result_text(view: OutlineView | None) -> str | None:
    """What was decided on an outline, in words."""
    if view is None:
        return None
    return str(gettext("Invited") if view.is_invited else gettext("Not invited"))


@bp.get("/calls/<uuid:call_id>/outlines")
@on_call(Action.SEE_RANKING)
def outlines_of_call(call_id: UUID) -> ResponseReturnValue:
    """All outlines with what the panels found, what is decided, and the release."""
    return _list_page(())


def _list_page(problems: Sequence[Problem], status: int = 200) -> ResponseReturnValue:
    found, work = here(Call).thing, db.session()
    rows = applications.office_rows(work, among=scope.office_ids(viewer(), found.id))
    results = _results(found.id)
    views = outlines.views_of(work, [row.id for row in rows])
    release = outlines.release_of(work, found.id)
    standing = () if release else outlines.release_problems(work, found, by=here(Call).acting, at=now())
    page = render_template(
        "office/outlines/outlines.html",
        call_id=found.id,
        panels=[head_of(panel) for panel in results],
        rows=[
            OutlineRow(
                row.id,
                row.reference or "",
                row.title,
                state_label(row.state),
                state_tone(row.state),
                tuple(standing_of(panel.line(row.id)) for panel in results),
                result_text(views.get(row.id)),
            )
            for row in rows
        ],
        released=moment_text(release[0]) if release else None,
        released_by=release[1] if release else None,
        standing=problem_texts(standing),
        problems=problem_texts(tuple(problem for problem in problems if problem not in standing)),
        decided=sum(row.state is State.OUTLINE_DECIDED for row in rows),
    )
    return page, status


@bp.post("/calls/<uuid:call_id>/outlines/release")
@on_call(Action.RELEASE_RESULTS)
def release_outlines(call_id: UUID) -> ResponseReturnValue:
    """Send all letters about outlines and open the full form to the invited. A second click shows that it is done."""
    if outlines.release_of(db.session(), call_id) is None:
        if request.form.get("confirm") != "yes":
            message = N_("Tick that the results may go out now.")
            return _list_page([Problem("not_confirmed", message, field="confirm")], 422)
        try:
            with transaction(db.session()) as work:
                outlines.release_outlines(work, here(Call).thing, by=here(Call).acting, at=now())
        except Refused as refused:
            return _list_page(refused.problems, 422)
        flash(gettext("The letters about the outlines are on their way."), "good")
    return redirect(url_for(".outlines_of_call", call_id=call_id), 303)


@bp.get("/applications/<uuid:application_id>/outline")
@on_application(Action.SEE_RANKING)
def outline(application_id: UUID) -> ResponseReturnValue:
    """One outline: what was sent, what the reviewers found, and whether the applicants are invited."""
    return _page({}, ())


def _page(typed: Mapping[str, str], problems: tuple[ProblemText, ...], status: int = 200) -> ResponseReturnValue:
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    view = outlines.views_of(work, [found.id]).get(found.id)
    results = _results(found.call_id)
    is_outside = reads_application_outside(work, viewer().person_id, found.id)
    hindrance = outlines.hindrance(work, found, acting)
    offered = {offer.move: offer for offer in applications.offers(work, found, acting, now())}
    decide, reopen = offered.get(Move.DECIDE_OUTLINE), offered.get(Move.REOPEN_OUTLINE)
    blocked = [problem for problem in (decide.problems if decide else ()) if problem.code != "no_outline_result"]
    page = render_template(
        "office/outlines/outline.html",
        application_id=found.id,
        call_id=found.call_id,
        reference=found.reference,
        sheet=applications.frozen_sheet(work, found.id, Part.OUTLINE, is_outside=is_outside),
        state=state_label(found.state),
        tone=state_tone(found.state),
        panels=_standings(results, found.id),
        reviews=_reviews(found),
        view=view,
        decided=result_text(view),
        decided_at=moment_text(view.at) if view else None,
        hindrance=problem_text(hindrance or blocked[0]) if hindrance or blocked else None,
        is_open=found.state in OF_OUTLINE and decide is not None,
        reopen=reopen is not None and reopen.is_open,
        typed=typed,
        problems=problems,
        errors=by_field(problems),
        choices=[("yes", gettext("Yes, invite"), None), ("no", gettext("No, do not invite"), None)],
    )
    return page, status


def _standings(results: Sequence[PanelResults], application_id: UUID) -> list[tuple[PanelHead, Standing | None]]:
    return [(head_of(panel), standing_of(panel.line(application_id))) for panel in results]


def _reviews(found: Application) -> object:
    work = db.session()
    definition = definition_by_version(work, found.call_version_id)
    reviews = scope.reviews_of_panels(viewer(), found.call_id).where(
        Application.id == found.id, Panel.stage == Part.OUTLINE
    )
    return review_texts(judging.review_lines(work, found.call_id, reviews), definition).get(found.id, ())


@bp.post("/applications/<uuid:application_id>/outline")
@on_application(Action.SEE_RANKING)
def decide_outline(application_id: UUID) -> ResponseReturnValue:
    """Record whether the applicants are invited; their letters are drafted in the same transaction."""
    form = request.form
    try:
        with transaction(db.session()) as work:
            outlines.decide_outline(
                work,
                here(Application).thing,
                is_invited={"yes": True, "no": False}.get(form.get("invited", "")),
                reasons=form.get("reasons", ""),
                feedback=form.get("feedback", ""),
                by=here(Application).acting,
                at=now(),
            )
    except Refused as refused:
        db.session.refresh(here(Application).thing)
        return _page(form, problem_texts(refused.problems), 422)
    flash(gettext("The decision on the outline is recorded. Its letters wait to be read."), "good")
    return redirect(url_for(".outline", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/outline/reopen")
@on_application(Action.SEE_RANKING)
def reopen_outline(application_id: UUID) -> ResponseReturnValue:
    """Take the decision on an outline back before the release, with a reason; its letters are dropped."""
    found, acting, reason = here(Application).thing, here(Application).acting, request.form.get("reason", "")
    try:
        with transaction(db.session()) as work:
            applying.take(work, found, Move.REOPEN_OUTLINE, by=acting, at=now(), reason=reason)
    except Refused as refused:
        db.session.refresh(found)
        return _page(request.form, problem_texts(refused.problems), 422)
    flash(gettext("The decision on the outline is open again. Its letters are dropped."))
    return redirect(url_for(".outline", application_id=application_id), 303)
