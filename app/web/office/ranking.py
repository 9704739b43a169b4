"""Both panels side by side on their own scales, the verdict of each side, and the joint decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import scope
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.models import Application
from app.decisions import queries, services
from app.decisions.queries import DecisionView, VerdictView
from app.decisions.rules import Proposal, over_ceiling
from app.extensions import db
from app.kernel.errors import Clash, Problem, Refused, Stale
from app.kernel.money import Money, amount_text, sum_of
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, Side
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.reviews import queries as judging
from app.reviews.queries import PanelResults, PanelRow, ResultLine
from app.reviews.rules import Result, score_text
from app.web.doors import here, now, on_application, on_call, viewer
from app.web.labels import state_label, state_tone
from app.web.office import bp
from app.web.words import ProblemText, amount_of, by_field, language, moment_text, problem_text, problem_texts
from app.workflow.vocabulary import Move

OUTCOMES = {
    "award": (N_("Award"), "good"), "reserve": (N_("Reserve list"), "info"), "decline": (N_("Decline"), "neutral"),
    "awaiting": (N_("Awaiting a verdict"), "wait"),
}


def outcome_text(outcome: str) -> tuple[str, str]:
    """An outcome or proposal in words, with its tone."""
    words, tone = OUTCOMES[outcome]
    return gettext(words), tone


@dataclass(frozen=True)
class Standing:
    """One panel's result on one application, written for the reader."""

    n: int
    mean: str
    median: str
    spread: str
    rank: str


@dataclass(frozen=True)
class PanelHead:
    """A panel above its columns: the scale, and which end is the best."""

    key: str
    title: str
    scale: str


@dataclass(frozen=True)
class ProposalText:
    """What the joint rule proposes, and why."""

    label: str
    tone: str
    why: str


@dataclass(frozen=True)
class RankingRow:
    """One application in the ranking."""

    id: UUID
    reference: str
    title: str
    state: str
    tone: str
    standings: tuple[Standing | None, ...]
    asked: tuple[str, ...]
    verdicts: tuple[tuple[str, str], ...]
    proposal: ProposalText | None
    outcome: tuple[str, str] | None


@bp.get("/calls/<uuid:call_id>/ranking")
@on_call(Action.SEE_RANKING)
def ranking(call_id: UUID) -> ResponseReturnValue:
    """The ranking, once every panel has closed; before that, whose panel is still open."""
    found, work, who = here(Call).thing, db.session(), viewer()
    definition = definition_of(work, found)
    panels = judging.panels_of_call(work, call_id, readable=scope.readable_panels(who, call_id))
    problems = tuple(problem_text(_still_open(panel, definition)) for panel in panels if not panel.is_closed)
    if problems:
        return render_template("office/ranking/sealed.html", call_id=call_id, problems=problems)
    among = scope.office_ids(who, call_id)
    results = judging.panel_results(work, call_id, panels=scope.readable_panels(who, call_id), among=among)
    verdicts = queries.verdicts_of(work, [row.id for row in applications.office_rows(work, among=among)])
    proposals = queries.proposals(definition, verdicts)
    rows = _rows(work, definition, applications.office_rows(work, among=among), results, verdicts, proposals)
    by = request.args.get("by", "")
    return render_template(
        "office/ranking/ranking.html", call_id=call_id, rows=_sorted(rows, results, by), by=by,
        panels=[_head(panel) for panel in results], sides=[side.short for side in definition.sides],
        payers=[(side.short, side.currency) for side in definition.paying_sides], ceiling=definition.max_awards,
        above=over_ceiling(proposals, definition.max_awards),
    )


def _still_open(panel: PanelRow, definition: Definition) -> Problem:
    side = definition.side(panel.side_key).short if panel.side_key else None
    message = N_("%(panel)s has not closed yet. The ranking opens when every panel has.")
    return Problem("panel_open", message, holder="chair, coordinator", side=side, values={"panel": panel.title})


def _head(panel: PanelResults) -> PanelHead:
    scale = panel.scale
    text = gettext("%(low)s to %(high)s, %(best)s is best", low=scale.low, high=scale.high, best=scale.best_value)
    return PanelHead(panel.key, panel.title.in_(language()), text)


def standing_of(line: ResultLine | None) -> Standing | None:
    """The numbers of one panel as one reads them."""
    if line is None:
        return None
    result: Result = line.result
    mean, median, spread = (
        "–" if value is None else score_text(value, language())
        for value in (result.mean, result.median, result.deviation)
    )
    return Standing(result.n, mean, median, spread, str(line.rank) if line.rank else "–")


def _rows(
    work: Session, definition: Definition, listed: Sequence[applications.OfficeRow], results: Sequence[PanelResults],
    verdicts: Mapping[UUID, Mapping[str, VerdictView]], proposals: Mapping[UUID, Proposal],
) -> list[RankingRow]:
    ids = [row.id for row in listed]
    budgets, outcomes = applications.budgets(work, ids), queries.decisions_of(work, ids)
    return [
        RankingRow(
            row.id, row.reference or "", row.title, state_label(row.state), state_tone(row.state),
            tuple(standing_of(panel.line(row.id)) for panel in results),
            tuple(_total(budgets.get(row.id, {}).get(side.key, {}), side) for side in definition.paying_sides),
            tuple(_said(verdicts[row.id].get(side.key)) for side in definition.sides),
            proposal_text(proposals.get(row.id)),
            outcome_text(outcomes[row.id].outcome) if row.id in outcomes else None,
        )
        for row in listed
    ]


def _total(years: Mapping[int, Money], side: Side) -> str:
    return amount_of(sum_of(years.values(), side.currency)) if years and side.currency else "–"


def _said(verdict: VerdictView | None) -> tuple[str, str]:
    if verdict is None:
        return gettext("awaited"), "wait"
    return (gettext("recommends"), "good") if verdict.recommends else (gettext("does not recommend"), "bad")


def proposal_text(proposal: Proposal | None) -> ProposalText | None:
    """The proposal of the joint rule in words."""
    if proposal is None:
        return None
    return ProposalText(*outcome_text(proposal.outcome), gettext(proposal.message) % dict(proposal.values))


def _sorted(rows: list[RankingRow], results: Sequence[PanelResults], by: str) -> list[RankingRow]:
    """By reference, or in the order of one panel; panels are never mixed into one number."""
    panel = next((panel for panel in results if panel.key == by), None)
    if panel is None:
        return rows
    order = {line.application_id: place for place, line in enumerate(panel.lines)}
    return sorted(rows, key=lambda row: order.get(row.id, len(order)))


# --- One application: verdicts and decision ----------------------------------------------------------------------


@dataclass(frozen=True)
class YearText:
    """One year of a side: asked, granted, and what stands in the field."""

    year: int
    asked: str
    granted: str
    typed: str


@dataclass(frozen=True)
class SideText:
    """One side's verdict, and the form for it when it is the reader's own and due."""

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
    results = judging.panel_results(work, found.call_id, panels=scope.readable_panels(who, found.call_id), among=among)
    proposal = queries.proposal_of(work, definition, found.id)
    history = queries.decision_history(work, found.id)
    hindrance = services.hindrance(found, definition, Action.RECORD_DECISION, acting)
    reopen = next((o for o in applications.offers(work, found, acting, now()) if o.move is Move.REOPEN_DECISION), None)
    valid = next((view for view in history if view.superseded_at is None), None)
    page = render_template(
        "office/ranking/decision.html", application_id=found.id, call_id=found.call_id, reference=found.reference,
        title=found.title, state=state_label(found.state), tone=state_tone(found.state), typed=typed.form,
        panels=[(_head(panel), standing_of(panel.line(found.id))) for panel in results],
        sides=_sides(work, found, definition, typed), proposal=proposal_text(proposal), problems=typed.problems,
        hindrance=problem_text(hindrance) if hindrance else None, fields=by_field(typed.problems),
        clashes=typed.clashes, decision=_decided(valid), old=[_decided(view) for view in history if view is not valid],
        prefill=_prefill(typed, history), reopen=reopen, reopen_problem=_first(reopen), award=valid is not None,
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
        outcome_text(view.outcome), proposed, view.reasons, view.feedback, view.took_part, view.by_name,
        moment_text(view.at), moment_text(view.superseded_at),
    )


def _prefill(typed: Typed, history: Sequence[DecisionView]) -> Mapping[str, str]:
    """What was typed; else, after a reopening, the texts of the decision before."""
    if "feedback" in typed.form or not history:
        return typed.form
    last = history[0]
    return {"reasons": last.reasons, "feedback": last.feedback, "took_part": last.took_part, **typed.form}


def _sides(work: Session, found: Application, definition: Definition, typed: Typed) -> list[SideText]:
    acting = here(Application).acting
    budgets = applications.budgets(work, [found.id]).get(found.id, {})
    verdicts = queries.verdicts_of(work, [found.id])[found.id]
    is_due = services.hindrance(found, definition, Action.RECORD_VERDICT, acting) is None
    return [
        _side(side, definition, budgets.get(side.key, {}), verdicts.get(side.key), typed,
              is_due and side.key in acting.sides)
        for side in definition.sides
    ]


def _side(
    side: Side, definition: Definition, asked: Mapping[int, Money], verdict: VerdictView | None, typed: Typed, form: bool
) -> SideText:
    granted = verdict.amounts if verdict else {}
    years = tuple(
        YearText(year, _amount(asked.get(year)), _amount(granted.get(year)),
                 typed.form.get(f"grant-{side.key}-{year}") or _bare(granted.get(year) or asked.get(year)))
        for year in range(1, (definition.years or 1) + 1) if side.pays
    )
    chosen = None if verdict is None else "yes" if verdict.recommends else "no"
    version = next((clash.version for clash in typed.clashes if clash.field == f"reasons-{side.key}"),
                   verdict.version if verdict else 0)
    return SideText(
        side.key, side.short, side.name, side.currency, verdict, _said(verdict), moment_text(verdict.at) if verdict else None,
        years, form, typed.form.get(f"recommends-{side.key}", chosen),
        typed.form.get(f"reasons-{side.key}", verdict.reasons if verdict else ""), version,
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
    grants = {int(key.removeprefix(start)): text for key, text in form.items()
              if key.startswith(start) and key.removeprefix(start).isdecimal()}
    try:
        with transaction(db.session()) as work:
            services.record_verdict(
                work, here(Application).thing, side_key, typed=grants, by=here(Application).acting, at=now(),
                recommends={"yes": True, "no": False}.get(form.get(f"recommends-{side_key}", "")),
                reasons=form.get(f"reasons-{side_key}", ""), version=form.get("version", 0, type=int),
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
                work, found, outcome=form.get("outcome", ""), reasons=form.get("reasons", ""),
                feedback=form.get("feedback", ""), took_part=form.get("took_part", ""), by=acting, at=now(),
            )
            applying.take(work, found, Move.DECIDE, by=acting, at=now())
    except Refused as refused:
        return _page(Typed(form, problem_texts(refused.problems), status=422))
    flash(gettext("The decision is recorded. Its letters wait to be read."))
    return redirect(url_for(".decision", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/reopen")
@on_application(Action.SEE_RANKING)
def reopen(application_id: UUID) -> ResponseReturnValue:
    """Take a decision back before the release, with a reason; its letters are dropped, the old decision stays legible."""
    reason = request.form.get("reason", "")
    try:
        with transaction(db.session()) as work:
            applying.take(work, here(Application).thing, Move.REOPEN_DECISION, by=here(Application).acting, at=now(),
                          reason=reason)
    except Refused as refused:
        return _page(Typed(request.form, problem_texts(refused.problems), status=422))
    flash(gettext("The decision is open again. Its letters are dropped."))
    return redirect(url_for(".decision", application_id=application_id), 303)
