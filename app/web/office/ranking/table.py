"""The ranking: all panels side by side, each on its own scale; nothing is mixed into one number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.access import scope
from app.applications import queries as applications
from app.applications.areas import areas_of
from app.applications.tally import Tally
from app.decisions import queries
from app.decisions.queries import VerdictView
from app.decisions.rules import Proposal, over_ceiling
from app.extensions import db
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, PanelResult, Part
from app.programmes.definition.keys.words import name_of
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import queries as judging
from app.reviews.models import Panel
from app.reviews.queries import PanelResults, PanelRow, ResultLine
from app.reviews.rules import Result, score_text
from app.web.doors import here, on_call, viewer
from app.web.labels import state_label, state_tone
from app.web.office import bp
from app.web.words import amount_of, language, problem_text

OUTCOMES = {
    "award": (N_("Award"), "good"),
    "reserve": (N_("Reserve list"), "info"),
    "decline": (N_("Decline"), "neutral"),
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
    value: str
    percentile: str
    below: tuple[str, ...]


@dataclass(frozen=True)
class PanelHead:
    """A panel above its columns: the scale, which end is the best, and what its result is made of."""

    key: str
    title: str
    scale: str
    result: str


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
    verdicts: tuple[tuple[str, str, str], ...]
    proposal: ProposalText | None
    outcome: tuple[str, str] | None


@bp.get("/calls/<uuid:call_id>/ranking")
@on_call(Action.SEE_RANKING)
def ranking(call_id: UUID) -> ResponseReturnValue:
    """The ranking, once every panel has closed; before that, whose panel is still open."""
    found, work, who = here(Call).thing, db.session(), viewer()
    definition = definition_of(work, found)
    readable = scope.readable_panels(who, call_id).where(Panel.stage == Part.FULL)
    panels = judging.panels_of_call(work, call_id, readable=readable, stage=Part.FULL)
    problems = tuple(problem_text(_still_open(panel, definition)) for panel in panels if not panel.is_closed)
    if problems:
        return render_template("office/ranking/sealed.html", call_id=call_id, problems=problems)
    among = scope.office_ids(who, call_id)
    results = judging.panel_results(work, call_id, panels=readable, among=among)
    verdicts = queries.verdicts_of(work, [row.id for row in applications.office_rows(work, among=among)])
    proposals = _proposals(work, found.id, definition, results, verdicts)
    rows = _rows(work, definition, among, results, verdicts, proposals)
    by = request.args.get("by", "")
    return render_template(
        "office/ranking/ranking.html",
        call_id=call_id,
        rows=_sorted(rows, results, by),
        by=by,
        panels=[head_of(panel) for panel in results],
        payers=[(side.short, side.currency) for side in definition.paying_sides],
        ceiling=definition.max_awards,
        above=over_ceiling(proposals, definition.max_awards),
    )


def _proposals(
    work: Session,
    call_id: UUID,
    definition: Definition,
    results: Sequence[PanelResults],
    verdicts: Mapping[UUID, Mapping[str, VerdictView]],
) -> dict[UUID, Proposal]:
    """The joint rule over what this person may see."""
    ids = list(verdicts)
    areas = areas_of(work, ids, definition, always=True)
    grants, beside = queries.earlier_grants(work, call_id, ids), applications.taking_part(work, ids)
    return queries.proposals(definition, verdicts, results, areas, grants, beside=beside)


def _still_open(panel: PanelRow, definition: Definition) -> Problem:
    side = definition.side(panel.side_key).short if panel.side_key else None
    message = N_("%(panel)s has not closed yet. The ranking opens when every panel has.")
    return Problem("panel_open", message, holder="chair, coordinator", side=side, values={"panel": panel.title})


def head_of(panel: PanelResults) -> PanelHead:
    scale = panel.scale
    text = gettext("%(low)s to %(high)s, %(best)s is best", low=scale.low, high=scale.high, best=scale.best_value)
    result = name_of(PanelResult, panel.how).in_(language())
    return PanelHead(panel.key, panel.title.in_(language()), text, result)


def place_text(line: ResultLine) -> str:
    """The rank in a panel; what was set aside was not discussed, and has none."""
    if line.is_set_aside:
        return str(gettext("not discussed"))
    return str(line.rank) if line.rank else "–"


def standing_of(line: ResultLine | None) -> Standing | None:
    """The numbers of one panel as one reads them."""
    if line is None:
        return None
    result: Result = line.result
    mean, median, spread = (
        "–" if value is None else score_text(value, language())
        for value in (result.mean, result.median, result.deviation)
    )
    return Standing(
        result.n,
        mean,
        median,
        spread,
        place_text(line),
        "–" if line.value is None else score_text(line.value, language()),
        "–" if line.percentile is None else score_text(line.percentile, language(), 0),
        tuple(title.in_(language()) for title in line.below),
    )


def _rows(  # noqa: PLR0917  # one row is made of all these
    work: Session,
    definition: Definition,
    among: Select[Any],
    results: Sequence[PanelResults],
    verdicts: Mapping[UUID, Mapping[str, VerdictView]],
    proposals: Mapping[UUID, Proposal],
) -> list[RankingRow]:
    listed = applications.office_rows(work, among=among)
    ids = [row.id for row in listed]
    asked, outcomes = applications.tallies(work, ids, definition), queries.decisions_of(work, ids)
    beside = applications.taking_part(work, ids)
    return [
        RankingRow(
            row.id,
            row.reference or "",
            row.title,
            state_label(row.state),
            state_tone(row.state),
            tuple(standing_of(panel.line(row.id)) for panel in results),
            tuple(
                _total(asked[row.id].get(side.key)) for side in definition.paying_sides if side.key in beside[row.id]
            ),
            tuple(
                (side.short, *said_text(verdicts[row.id].get(side.key)))
                for side in definition.sides
                if side.key in beside[row.id]
            ),
            proposal_text(proposals.get(row.id)),
            outcome_text(outcomes[row.id].outcome) if row.id in outcomes else None,
        )
        for row in listed
    ]


def _total(tally: Tally | None) -> str:
    return "–" if tally is None else amount_of(tally.total)


def said_text(verdict: VerdictView | None) -> tuple[str, str]:
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
