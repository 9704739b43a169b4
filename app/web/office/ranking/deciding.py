"""One application before the sides: what the panels found, the verdict of each side, and the joint decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import scope
from app.access.transfer import reads_outside
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.models import Application
from app.applications.tally import Tally, rate_of, tally_of_years
from app.applications.verdicts import lines_of
from app.decisions import queries, services
from app.decisions.queries import DecisionView, VerdictView
from app.extensions import db
from app.kernel.errors import Clash, Problem, Refused, Stale
from app.kernel.money import Money, amount_text
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, Part, Side
from app.programmes.queries import definition_by_version
from app.reviews import queries as judging
from app.reviews.models import Panel
from app.web.doors import here, now, on_application, viewer
from app.web.errors import typed_texts
from app.web.judgements import review_texts
from app.web.labels import state_label, state_tone
from app.web.office import bp
from app.web.office.later import later_stages
from app.web.office.ranking.table import (
    head_of,
    outcome_text,
    proposal_text,
    said_text,
    standing_of,
)
from app.web.rule_lines import caveats_text
from app.web.sums import SumTable, sum_table
from app.web.words import (
    ProblemText,
    amount_of,
    by_field,
    language,
    moment_text,
    problem_text,
    problem_texts,
    typed_by_year,
)
from app.workflow.vocabulary import Move


@dataclass(frozen=True)
class YearText:
    """One year of a side: asked, granted, and what stands in the field."""

    year: int
    asked: str
    granted: str
    typed: str


@dataclass(frozen=True)
class SideText:
    """One side's verdict, and the form for it when it is the reader's own and due. `is_direct`: amounts are direct
    costs, and the sums tell what lies on top."""

    key: str
    short: str
    name: str
    currency: str | None
    verdict: VerdictView | None
    said: tuple[str, str]
    at: str | None
    years: tuple[YearText, ...]
    form: bool
    recommends: str | None
    reasons: str
    version: int
    asked_sums: SumTable | None
    granted_sums: SumTable | None
    is_direct: bool


@dataclass(frozen=True)
class DecisionText:
    """A decision in words."""

    outcome: tuple[str, str]
    proposed: tuple[str, str] | None
    reasons: str
    feedback: str
    took_part: str
    by_name: str
    at: str | None
    superseded: str | None


@dataclass(frozen=True)
class Typed:
    """What somebody sent that could not be taken, with the reasons."""

    form: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[ProblemText, ...] = ()
    clashes: tuple[Clash, ...] = ()
    status: int = 200


@bp.get("/applications/<uuid:application_id>/decision")
@on_application(Action.SEE_RANKING)
def decision(application_id: UUID) -> ResponseReturnValue:
    """One application: what the panels found, what each side says, and what is decided."""
    return _page(Typed())


def _page(typed: Typed) -> ResponseReturnValue:
    found, acting, work, who = here(Application).thing, here(Application).acting, db.session(), viewer()
    definition = definition_by_version(work, found.call_version_id)
    among = scope.ids(scope.office_of(who), Application.call_id == found.call_id)
    panels = scope.readable_panels(who, found.call_id).where(Panel.stage == Part.FULL)
    results = judging.panel_results(work, found.call_id, panels=panels, among=among)
    proposal = queries.proposal_of(work, definition, found)
    history = queries.decision_history(work, found.id)
    hindrance = services.hindrance(work, found, definition, Action.RECORD_DECISION, acting)
    reopen = next((o for o in applications.offers(work, found, acting, now()) if o.move is Move.REOPEN_DECISION), None)
    valid = next((view for view in history if view.superseded_at is None), None)
    page = render_template(
        "office/ranking/decision.html",
        application_id=found.id,
        call_id=found.call_id,
        reference=found.reference,
        title=found.title,
        state=state_label(found.state),
        tone=state_tone(found.state),
        typed=typed.form,
        kept_texts=typed_texts() if valid is not None or hindrance is not None else (),
        caveats_of_rules=caveats_text(
            lines_of(work, found.id), is_outside=reads_outside(work, who.person_id, definition)
        ),
        panels=[(head_of(panel), standing_of(panel.line(found.id))) for panel in results],
        sides=_sides(work, found, definition, typed),
        reviews=review_texts(
            judging.review_lines(
                work,
                found.call_id,
                scope.reviews_of_panels(who, found.call_id).where(Application.id == found.id, Panel.stage == Part.FULL),
            ),
            definition,
        ).get(found.id, ()),
        proposal=proposal_text(proposal),
        problems=typed.problems,
        hindrance=problem_text(hindrance) if hindrance else None,
        fields=by_field(typed.problems),
        clashes=typed.clashes,
        decision=_decided(valid),
        old=[_decided(view) for view in history if view is not valid],
        prefill=_prefill(typed, history),
        reopen=reopen,
        reopen_problem=_first(reopen),
        award=valid is not None,
        later=later_stages(work, found, definition),
        outcomes=[(key, outcome_text(key)[0], None) for key in ("award", "reserve", "decline")],
    )
    return page, typed.status


def _first(offer: object) -> ProblemText | None:
    problems: Sequence[Problem] = getattr(offer, "problems", ())
    return problem_text(problems[0]) if problems else None


def _decided(view: DecisionView | None) -> DecisionText | None:
    if view is None:
        return None
    proposed = outcome_text(view.proposed) if view.proposed else None
    return DecisionText(
        outcome_text(view.outcome),
        proposed,
        view.reasons,
        view.feedback,
        view.took_part,
        view.by_name,
        moment_text(view.at),
        moment_text(view.superseded_at),
    )


def _prefill(typed: Typed, history: Sequence[DecisionView]) -> Mapping[str, str]:
    """What was typed; else, after a reopening, the texts of the decision before."""
    if "feedback" in typed.form or not history:
        return typed.form
    last = history[0]
    return {"reasons": last.reasons, "feedback": last.feedback, "took_part": last.took_part, **typed.form}


def _sides(work: Session, found: Application, definition: Definition, typed: Typed) -> list[SideText]:
    acting = here(Application).acting
    asked = applications.tallies(work, [found.id], definition)[found.id]
    beside = applications.taking_part(work, [found.id])[found.id]
    verdicts = queries.verdicts_of(work, [found.id])[found.id]
    is_due = services.hindrance(work, found, definition, Action.RECORD_VERDICT, acting) is None
    return [
        replace(
            _side(side, definition.years or 1, asked.get(side.key), verdicts.get(side.key), typed),
            form=is_due and side.key in acting.sides,
        )
        for side in definition.sides
        if side.key in beside
    ]


def _side(side: Side, years_of_call: int, tally: Tally | None, verdict: VerdictView | None, typed: Typed) -> SideText:
    asked, granted = tally.years if tally else {}, verdict.amounts if verdict else {}
    years = tuple(
        YearText(
            year,
            _amount(asked.get(year)),
            _amount(granted.get(year)),
            typed.form.get(f"grant-{side.key}-{year}") or _bare(granted.get(year) or asked.get(year)),
        )
        for year in range(1, years_of_call + 1)
        if side.pays
    )
    chosen = None if verdict is None else "yes" if verdict.recommends else "no"
    version = next(
        (clash.version for clash in typed.clashes if clash.field == f"reasons-{side.key}"),
        verdict.version if verdict else 0,
    )
    return SideText(
        side.key,
        side.short,
        side.name,
        side.currency,
        verdict,
        said_text(verdict),
        moment_text(verdict.at) if verdict else None,
        years,
        False,
        typed.form.get(f"recommends-{side.key}", chosen),
        typed.form.get(f"reasons-{side.key}", verdict.reasons if verdict else ""),
        version,
        sum_table(tally, [(cost.key, cost.title) for cost in side.allowed_costs]),
        sum_table(tally_of_years(side, granted)) if granted else None,
        rate_of(side) is not None,
    )


def _amount(money: Money | None) -> str:
    return "–" if money is None else amount_of(money)


def _bare(money: Money | None) -> str:
    return "" if money is None else amount_text(money, language())


@bp.post("/applications/<uuid:application_id>/verdict/<side_key>")
@on_application(Action.SEE_RANKING)
def verdict(application_id: UUID, side_key: str) -> ResponseReturnValue:
    """Record what the own side says. Whether it may and is due, the service asks; what was typed stays on the page."""
    form, start = request.form, f"grant-{side_key}-"
    grants = typed_by_year(form, start)
    try:
        with transaction(db.session()) as work:
            services.record_verdict(
                work,
                here(Application).thing,
                side_key,
                typed=grants,
                by=here(Application).acting,
                at=now(),
                recommends={"yes": True, "no": False}.get(form.get(f"recommends-{side_key}", "")),
                reasons=form.get(f"reasons-{side_key}", ""),
                version=form.get("version", 0, type=int),
            )
    except Refused as refused:
        return _page(Typed(form, problem_texts(refused.problems), status=422))
    except Stale as stale:
        return _page(Typed(form, problem_texts(stale.problems), stale.clashes, 409))
    flash(gettext("The verdict is recorded."))
    return redirect(url_for(".decision", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/decide")
@on_application(Action.SEE_RANKING)
def decide(application_id: UUID) -> ResponseReturnValue:
    """Record the joint decision and take it into force; its letters are drafted in the same transaction."""
    found, acting, form = here(Application).thing, here(Application).acting, request.form
    try:
        with transaction(db.session()) as work:
            services.record_decision(
                work,
                found,
                outcome=form.get("outcome", ""),
                reasons=form.get("reasons", ""),
                feedback=form.get("feedback", ""),
                took_part=form.get("took_part", ""),
                by=acting,
                at=now(),
            )
            applying.take(work, found, Move.DECIDE, by=acting, at=now())
    except Refused as refused:
        return _page(Typed(form, problem_texts(refused.problems), status=422))
    flash(gettext("The decision is recorded. Its letters wait to be read."))
    return redirect(url_for(".decision", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/reopen")
@on_application(Action.SEE_RANKING)
def reopen(application_id: UUID) -> ResponseReturnValue:
    """Take a decision back before the release, with a reason; its letters are dropped, and it stays legible."""
    reason = request.form.get("reason", "")
    try:
        with transaction(db.session()) as work:
            applying.take(
                work,
                here(Application).thing,
                Move.REOPEN_DECISION,
                by=here(Application).acting,
                at=now(),
                reason=reason,
            )
    except Refused as refused:
        return _page(Typed(request.form, problem_texts(refused.problems), status=422))
    flash(gettext("The decision is open again. Its letters are dropped."))
    return redirect(url_for(".decision", application_id=application_id), 303)
