"""The tables of a call, gathered once from the scopes of whoever asks; every writer writes from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.viewer import Viewer
from app.applications import queries as applications
from app.applications.areas import areas_of
from app.applications.attachments import file_names, file_questions
from app.applications.extensions import ExtensionRow, extensions_of
from app.applications.models import Application, ApplicationSide
from app.applications.tally import Tally, tally_of_years
from app.awards import queries as awards
from app.decisions import queries as decisions
from app.decisions.queries import DecisionView, ReleaseView, VerdictView
from app.decisions.rules import Outcome, Proposal
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.money import Money
from app.programmes import queries as programmes
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.reviews import queries as judging
from app.reviews.models import Assignment, Panel, PanelMember, Review
from app.reviews.queries import ResultLine, ReviewLine
from app.workflow.vocabulary import State


@dataclass(frozen=True)
class Within:
    """What an export may read: applications and extensions by id, readable panels, submitted reviews, each already
    scoped."""

    applications: Select[Any]
    panels: Select[Any]
    reviews: Select[Any]
    extensions: Select[Any]


def within(viewer: Viewer, call_id: UUID) -> Within:
    """What this coordinator may take out: no application in conflict, no panel still sealed."""
    return Within(
        scope.office_ids(viewer, call_id),
        scope.readable_panels(viewer, call_id),
        scope.reviews_of_panels(viewer, call_id),
        scope.extensions(viewer, call_id),
    )


@dataclass(frozen=True)
class Leader:
    """Who leads one side's part of an application."""

    name: str
    institution: str


@dataclass(frozen=True)
class OverviewRow:
    """One application with everything that is known of it."""

    id: UUID
    reference: str
    title: str
    state: State
    submitted_at: datetime | None
    leaders: Mapping[str, Leader] = field(hash=False)
    asked: Mapping[str, Tally] = field(hash=False)
    granted: Mapping[str, Tally] = field(hash=False)
    standings: Mapping[str, ResultLine] = field(hash=False)
    verdicts: Mapping[str, VerdictView] = field(hash=False)
    proposal: Proposal | None
    decision: DecisionView | None
    files: tuple[str, ...] = ()
    least: Mapping[str, Money] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Given:
    """One application given to one reviewer; `is_in` tells that the review was submitted."""

    reference: str
    panel_key: str
    reviewer: str
    is_in: bool


@dataclass(frozen=True)
class CallTables:
    """The tables of one call as one person may see them, at one instant."""

    definition: Definition
    version: int
    made_at: datetime
    made_by: str
    overview: tuple[OverviewRow, ...]
    reviews: tuple[ReviewLine, ...]
    assigned: int
    missing: tuple[Given, ...]
    panels: tuple[str, ...]
    release: ReleaseView | None
    extensions: tuple[ExtensionRow, ...]

    @property
    def sealed(self) -> tuple[str, ...]:
        """Panels of the call that are left out, because they are sealed from this reader."""
        return tuple(panel.key for panel in self.definition.panels if panel.key not in self.panels)


def gather(session: Session, call: Call, allowed: Within, *, by_name: str, at: datetime) -> CallTables:
    """Read all tables of a call in one go, within what is allowed."""
    definition = programmes.definition_of(session, call)
    panels = {panel.id: panel.key for panel in session.scalars(scoped(allowed.panels))}
    given = _given(session, allowed, panels)
    overview = _overview(session, call, allowed, definition)
    known = {row.id for row in overview}
    lines = judging.review_lines(session, call.id, allowed.reviews)
    return CallTables(
        definition,
        programmes.newest_version(session, call.id).number,
        at,
        by_name,
        overview,
        tuple(line for line in lines if line.application_id in known and line.panel_key in panels.values()),
        len(given),
        tuple(one for one in given if not one.is_in),
        tuple(panels.values()),
        decisions.release_of(session, call.id),
        tuple(extensions_of(session, call.id, among=allowed.extensions)),
    )


def _overview(session: Session, call: Call, allowed: Within, definition: Definition) -> tuple[OverviewRow, ...]:
    rows = applications.office_rows(session, among=allowed.applications)
    ids = [row.id for row in rows]
    asked, leaders = applications.tallies(session, ids, definition), _leaders(session, ids)
    verdicts = decisions.verdicts_of(session, ids)
    results = judging.panel_results(session, call.id, panels=allowed.panels, among=allowed.applications)
    areas, grants = areas_of(session, ids, definition, always=True), decisions.earlier_grants(session, call.id, ids)
    beside, least = applications.taking_part(session, ids), applications.least_of(session, ids, definition)
    proposals = decisions.proposals(definition, verdicts, results, areas, grants, beside=beside)
    files = file_names(session, ids) if file_questions(definition) else {}
    outcomes, given = decisions.decisions_of(session, ids), awards.awards_of(session, ids)
    return tuple(
        OverviewRow(
            row.id,
            row.reference or "",
            row.title,
            row.state,
            row.submitted_at,
            leaders.get(row.id, {}),
            asked.get(row.id, {}),
            _granted(definition, verdicts[row.id], outcomes.get(row.id), given.get(row.id)),
            {panel.key: line for panel in results if (line := panel.line(row.id)) is not None},
            verdicts[row.id],
            proposals.get(row.id),
            outcomes.get(row.id),
            files.get(row.id, ()),
            least.get(row.id, {}),
        )
        for row in rows
    )


def _granted(
    definition: Definition,
    verdicts: Mapping[str, VerdictView],
    decision: DecisionView | None,
    award: awards.AwardView | None,
) -> dict[str, Tally]:
    """What stands in the award; before the release, what the sides would pay if it is decided as one."""
    paying = {side.key: side for side in definition.paying_sides}
    if award is not None:
        direct = {
            side.key: {year.year: year.amount - year.indirect if year.indirect else year.amount for year in side.years}
            for side in award.sides
        }
    elif decision is not None and decision.outcome is Outcome.AWARD:
        direct = {side: dict(verdict.amounts) for side, verdict in verdicts.items()}
    else:
        direct = {}
    return {key: tally_of_years(paying[key], years) for key, years in direct.items() if key in paying}


def _leaders(session: Session, ids: list[UUID]) -> dict[UUID, dict[str, Leader]]:
    found: dict[UUID, dict[str, Leader]] = {}
    for row in session.execute(
        scoped(
            select(ApplicationSide.application_id, ApplicationSide.side_key, Person.name, Person.institution)
            .join(Person, Person.id == ApplicationSide.lead_person_id)
            .where(ApplicationSide.application_id.in_(ids))
        )
    ):
        found.setdefault(row.application_id, {})[row.side_key] = Leader(row.name, row.institution)
    return found


def _given(session: Session, allowed: Within, panels: Mapping[UUID, str]) -> list[Given]:
    """What was given to reviewers and counts."""
    rows = session.execute(
        scoped(
            select(Application.reference, Assignment.panel_id, Person.name, Review.submitted_at)
            .select_from(Assignment)
            .join(Application, Application.id == Assignment.application_id)
            .join(Panel, Panel.id == Assignment.panel_id)
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Person, Person.id == PanelMember.person_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(
                Assignment.application_id.in_(allowed.applications),
                Assignment.panel_id.in_(panels),
                judging.is_judged(),
                judging.is_live(),
            )
            .order_by(Application.number, Assignment.panel_id, Person.name)
        )
    )
    return [Given(row.reference or "", panels[row.panel_id], row.name, row.submitted_at is not None) for row in rows]
