"""Reading verdicts, proposals and decisions. Whoever calls hands in applications that were reached through a scope."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.applications.areas import areas_of
from app.applications.models import Application
from app.applications.queries import taking_part
from app.communications.models import Letter, LetterStatus
from app.decisions.models import JointDecision, Release, Verdict, VerdictYear
from app.decisions.rules import JointRule, Judged, Outcome, Proposal, ProposedOutcome, SideVerdict, propose
from app.identities.models import EmailAddress, Person
from app.kernel.database import scoped
from app.kernel.money import Money
from app.kernel.words import N_
from app.programmes.definition import JOINT, DecisionModel, Definition, Part
from app.programmes.models import Call
from app.reviews.conflicts import in_conflict, leads_in
from app.reviews.models import Panel
from app.reviews.queries import JUDGED, PanelResults, panel_results
from app.reviews.rules import Scale, middle_of
from app.reviews.triage import set_aside_among
from app.workflow.table import UNSENT as HANDED_IN_NOTHING
from app.workflow.vocabulary import State

RELEASED = frozenset({State.AWARDED, State.RESERVE, State.DECLINED})
FINAL = RELEASED | {State.WITHDRAWN, State.INELIGIBLE, State.NOT_INVITED}
UNSENT = HANDED_IN_NOTHING
"""Who has been invited and sent no full application has handed nothing in, like a draft."""


@dataclass(frozen=True)
class VerdictView:
    """What one side said, with the amounts it would pay by year."""

    id: UUID
    side_key: str
    recommends: bool
    reasons: str
    by_name: str
    at: datetime
    version: int
    amounts: Mapping[int, Money] = field(hash=False)


@dataclass(frozen=True)
class DecisionView:
    """A joint decision as it was recorded. `superseded_at` tells that a later one took its place."""

    id: UUID
    outcome: Outcome
    model: str
    proposed: str
    reasons: str
    feedback: str
    took_part: str
    by_name: str
    at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True)
class ReleaseView:
    """The instant at which the results of a call became visible, and who pressed the button."""

    at: datetime
    by_name: str


def verdicts_of(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, dict[str, VerdictView]]:
    """The verdicts on these applications, by application and side."""
    rows = session.execute(
        scoped(
            select(Verdict, Person.name)
            .join(Person, Person.id == Verdict.by_person_id)
            .where(Verdict.application_id.in_(application_ids))
        )
    ).all()
    amounts: dict[UUID, dict[int, Money]] = {verdict.id: {} for verdict, _ in rows}
    for year in session.scalars(
        scoped(select(VerdictYear).where(VerdictYear.verdict_id.in_(amounts)).order_by(VerdictYear.year))
    ):
        amounts[year.verdict_id][year.year] = Money(year.amount_minor, year.currency)
    found: dict[UUID, dict[str, VerdictView]] = {application_id: {} for application_id in application_ids}
    for verdict, name in rows:
        found[verdict.application_id][verdict.side_key] = VerdictView(
            verdict.id,
            verdict.side_key,
            verdict.recommends,
            verdict.reasons,
            name,
            verdict.at,
            verdict.version,
            amounts[verdict.id],
        )
    return found


def proposals(
    definition: Definition,
    verdicts: Mapping[UUID, Mapping[str, VerdictView]],
    results: Sequence[PanelResults] = (),
    areas: Mapping[UUID, frozenset[str]] | None = None,
    had_grant: frozenset[UUID] = frozenset(),
    *,
    beside: Mapping[UUID, frozenset[str]] | None = None,
) -> dict[UUID, Proposal]:
    """What the joint rule of the call makes of verdicts and panel results; nothing where the call declares no rule.

    `beside` are the sides that take part in each application; all of them where it does not say.
    """
    if definition.decision is None:
        return {}
    said = {
        application_id: [SideVerdict(side, verdict.recommends, verdict.reasons) for side, verdict in by_side.items()]
        for application_id, by_side in verdicts.items()
    }
    sides = {side.key: side.short for side in definition.sides}
    judged = {key: judged_of(definition, key, results, (areas or {}).get(key, frozenset()), had_grant) for key in said}
    found = {key: case for key, case in judged.items() if case is not None}
    absent: dict[Hashable, frozenset[str]] = {
        key: frozenset(sides) - present for key, present in (beside or {}).items()
    }
    rule = replace(joint_rule(definition), absent=absent)
    aside = {line.application_id for panel in results for line in panel.lines if line.is_set_aside}
    discussed = {key: verdict for key, verdict in said.items() if key not in aside}
    made = propose(definition.decision.model.value, discussed, sides, definition.max_awards, rule, found)
    return made | dict.fromkeys(aside & said.keys(), NOT_DISCUSSED)


NOT_DISCUSSED = Proposal(
    ProposedOutcome.DECLINE, "not_discussed", N_("Set aside after the reviews, and not discussed."), {}
)
"""What is set aside can only be declined, whatever the joint rule makes of the others."""


def joint_rule(definition: Definition) -> JointRule:
    """The joint rule of a call. A panel weighs what its side weighs; a joint one, and one without a weight, 1."""
    decision = definition.decision
    if decision is None:
        return JointRule()
    weights = {weight.side: Fraction(weight.value) for weight in decision.weights}
    counting = [panel for panel in definition.panels_at(Part.FULL) if panel.key != decision.committee]
    if decision.model is DecisionModel.JOINT_PANEL:
        counting = [panel for panel in counting if definition.is_shared(panel)]
    return JointRule(
        {panel.key: weights.get(panel.side, Fraction(1)) for panel in counting},
        definition.lead_side.key,
        frozenset(decision.vetoes),
        {quota.area: quota.most for quota in decision.quotas},
        decision.first,
        decision.ties,
        decision.committee,
        panel_sides={panel.key: panel.side for panel in counting if panel.side != JOINT},
    )


def judged_of(
    definition: Definition,
    application_id: UUID,
    results: Sequence[PanelResults],
    areas: frozenset[str],
    had_grant: frozenset[UUID],
) -> Judged | None:
    """What the panels made of an application; None before any of them has."""
    lines = {panel.key: (panel, line) for panel in results if (line := panel.line(application_id)) is not None}
    placed = {key: line.rank.position for key, (_, line) in lines.items() if line.rank is not None}
    if not placed:
        return None
    criterion = definition.decision.tie_criterion if definition.decision else ""
    ties = [
        Scale.of(definition.scale_for(definition.panel(panel.key), definition.criterion(criterion))).oriented(
            scores.mean
        )
        for panel, line in lines.values()
        for key, _, scores in line.criteria
        if key == criterion and scores.mean is not None
    ]
    spreads = [line.result.spread for _, line in lines.values() if line.result.spread is not None]
    return Judged(
        placed,
        {
            key: panel.scale.oriented(middle)
            for key, (panel, line) in lines.items()
            if (middle := middle_of(panel.how, line.result)) is not None
        },
        next(iter(sorted(areas)), ""),
        tuple(title.en for _, line in lines.values() for title in line.below),
        sum(ties, Fraction(0)) / len(ties) if ties else None,
        application_id in had_grant,
        max(spreads) if spreads else None,
    )


def earlier_grants(session: Session, call_id: UUID, application_ids: Collection[UUID]) -> frozenset[UUID]:
    """The applications whose leader already had an award in another call of the same programme."""
    other, awarded = aliased(Call), aliased(Application)
    own_call = select(Call.programme_id).where(Call.id == call_id).scalar_subquery()
    statement = (
        select(Application.id)
        .join(awarded, awarded.lead_person_id == Application.lead_person_id)
        .join(other, other.id == awarded.call_id)
        .where(
            Application.id.in_(application_ids),
            awarded.state == State.AWARDED,
            other.id != call_id,
            other.programme_id == own_call,
        )
    )
    return frozenset(session.scalars(scoped(statement)))


def proposals_of_call(session: Session, call_id: UUID, definition: Definition) -> dict[UUID, Proposal]:
    """What the joint rule makes of every application of a call. For deciding: who may not see all may not decide."""
    ids = list(
        session.scalars(
            scoped(select(Application.id).where(Application.call_id == call_id, Application.state.in_(JUDGED)))
        )
    )
    among = scoped(select(Application.id).where(Application.id.in_(ids)))
    results = panel_results(session, call_id, panels=_full_panels(call_id), among=among)
    areas = areas_of(session, ids, definition, always=True)
    grants, beside = earlier_grants(session, call_id, ids), taking_part(session, ids)
    return proposals(definition, verdicts_of(session, ids), results, areas, grants, beside=beside)


def _full_panels(call_id: UUID) -> Select[Panel]:
    """What panels found of an outline has no part in the decision on the full application."""
    return select(Panel).where(Panel.call_id == call_id, Panel.stage == Part.FULL)


def proposal_of(session: Session, definition: Definition, application: Application) -> Proposal | None:
    """What the joint rule makes of one application; None where the call declares no rule."""
    if set_aside_among(session, [application.id]):
        return NOT_DISCUSSED
    if definition.decision is None or definition.decision.model in SPOKEN:
        ids = [application.id]
        said = verdicts_of(session, ids)
        return proposals(definition, said, beside=taking_part(session, ids)).get(application.id)
    return proposals_of_call(session, application.call_id, definition).get(application.id)


SPOKEN = frozenset({DecisionModel.BOTH_RECOMMEND, DecisionModel.LEAD_AGENCY})
"""Models that ask the sides and look at no rank."""


def _decisions(session: Session, condition: ColumnElement[bool]) -> list[tuple[UUID, DecisionView]]:
    rows = session.execute(
        scoped(
            select(JointDecision, Person.name)
            .join(Person, Person.id == JointDecision.by_person_id)
            .where(condition)
            .order_by(JointDecision.at.desc(), JointDecision.id)
        )
    )
    return [
        (
            row.application_id,
            DecisionView(
                row.id,
                row.outcome,
                row.model,
                row.proposed,
                row.reasons,
                row.feedback,
                row.took_part,
                name,
                row.at,
                row.superseded_at,
            ),
        )
        for row, name in rows
    ]


def decisions_of(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, DecisionView]:
    """The valid decision on each of these applications, where there is one."""
    return dict(
        _decisions(session, JointDecision.application_id.in_(application_ids) & JointDecision.superseded_at.is_(None))
    )


def decision_history(session: Session, application_id: UUID) -> tuple[DecisionView, ...]:
    """Every decision on an application, the newest first; superseded ones stay legible."""
    return tuple(view for _, view in _decisions(session, JointDecision.application_id == application_id))


def released_decision(session: Session, application_id: UUID) -> DecisionView | None:
    """The decision as its applicants may read it: None before the release, whatever has been decided."""
    state = session.scalar(scoped(select(Application.state).where(Application.id == application_id)))
    if state not in RELEASED:
        return None
    return decisions_of(session, [application_id]).get(application_id)


def release_of(session: Session, call_id: UUID) -> ReleaseView | None:
    """The release of a call, or None before it."""
    row = session.execute(
        select(Release.at, Person.name)
        .join(Person, Person.id == Release.by_person_id)
        .where(Release.call_id == call_id)
    ).first()
    return None if row is None else ReleaseView(row.at, row.name)


def awards_besides(session: Session, application: Application) -> int:
    """How many other applications of the call are decided or awarded as awards."""
    return (
        session.scalar(
            scoped(
                select(func.count())
                .select_from(JointDecision)
                .join(Application, Application.id == JointDecision.application_id)
                .where(
                    Application.call_id == application.call_id,
                    Application.id != application.id,
                    Application.state.in_((State.DECIDED, State.AWARDED)),
                    JointDecision.superseded_at.is_(None),
                    JointDecision.outcome == Outcome.AWARD,
                )
            )
        )
        or 0
    )


def is_shut_out(session: Session, call_id: UUID, person_id: UUID | None, *, by_conflict_too: bool = True) -> bool:
    """Whether some application of the call is closed to this person, by taking part in it or by a conflict."""
    conflict = in_conflict(person_id, Application.id) if by_conflict_too else false()
    return (
        session.scalar(
            scoped(
                select(Application.id)
                .where(
                    Application.call_id == call_id,
                    Application.state != State.DRAFT,
                    or_(conflict, leads_in(person_id, Application.id)),
                )
                .limit(1)
            )
        )
        is not None
    )


def decided(session: Session, among: Select[Any]) -> tuple[tuple[UUID, str, State], ...]:
    """Applications `among` these that are no drafts, with reference and state, in the order of their numbers."""
    rows = session.execute(
        scoped(
            select(Application.id, Application.reference, Application.state)
            .where(Application.id.in_(among), Application.state != State.DRAFT)
            .order_by(Application.number)
        )
    )
    return tuple((row.id, row.reference or "", row.state) for row in rows)


@dataclass(frozen=True)
class LetterRow:
    """One letter of a call's outbox, with its recipient and the address it went or would go to."""

    id: UUID
    kind: str
    status: LetterStatus
    to_name: str
    to_address: str
    application_id: UUID | None
    reference: str | None
    sent_at: datetime | None
    last_error: str | None
    version: int


def outbox(session: Session, letters: Select[Any]) -> tuple[tuple[LetterRow, Letter], ...]:
    """The letters of a scope that were not dropped, drafts first, by application and recipient."""
    rows = session.execute(
        letters.join(Person, Person.id == Letter.person_id)
        .outerjoin(EmailAddress, (EmailAddress.person_id == Letter.person_id) & EmailAddress.is_primary)
        .outerjoin(Application, Application.id == Letter.application_id)
        .where(Letter.status != LetterStatus.DROPPED)
        .add_columns(Person.name, EmailAddress.address, Application.reference)
        .order_by(
            Letter.status != LetterStatus.DRAFT,
            Letter.status != LetterStatus.FAILED,
            Letter.created_at.desc(),
            Application.number,
            Person.name,
            Letter.id,
        )
    )
    return tuple(
        (
            LetterRow(
                letter.id,
                letter.kind,
                letter.status,
                name,
                letter.sent_to or address or "",
                letter.application_id,
                reference,
                letter.sent_at,
                letter.last_error,
                letter.version,
            ),
            letter,
        )
        for letter, name, address, reference in rows
    )
