"""What one person answers for: the commitment behind each task, with the hash of exactly what would be approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.applications.approvals import materials, queries
from app.applications.approvals.materials import Basis
from app.applications.approvals.models import ApprovalTask
from app.applications.approvals.pledges import Pledge, Share, pledges, shares
from app.applications.approvals.queries import SETTLING, Asked, Standing, asked_in, definitions_of
from app.applications.approvals.rules import Status, hash_of, part_of
from app.applications.models import Application, ApplicationSide, Extension
from app.applications.rules import CapRule, cap_problems
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.programmes.deadlines import deadline
from app.programmes.definition import Approval, Definition, Side, Window
from app.programmes.models import Call
from app.workflow.table import WRITTEN


@dataclass(frozen=True)
class Commitment:
    """All that an approver sees of an application: the commitment, and nothing else of it. `closes_at` is the end of
    the answering where there is no window: the deadline of the application."""

    asked: Asked
    application: Application
    definition: Definition
    approval: Approval
    side: Side
    basis: Basis
    material: Mapping[str, str]
    sha256: str
    closes_at: datetime | None = None
    chain: tuple[Standing, ...] = ()

    @property
    def waits_for(self) -> Standing | None:
        """The link of the chain before this one, as long as it is not granted."""
        own = next((link for link in self.chain if link.approval.key == self.approval.key), None)
        return own.earlier if own is not None and own.status is Status.COMES_LATER else None

    @property
    def pledges(self) -> tuple[Pledge, ...]:
        """What the side commits itself to besides its budget, in the call's own words."""
        return pledges(self.definition, self.side.key, self.basis.answers)

    @property
    def shares(self) -> tuple[Share, ...]:
        """Whose time it promises."""
        own = self.basis.sides.get(self.side.key)
        lead = own.lead_name if own is not None else ""
        return shares(self.definition, self.side.key, self.basis.answers, self.application.id, lead)

    @property
    def over_cap(self) -> tuple[Problem, ...]:
        """Each cap of the call that the side's budget goes above."""
        own = self.basis.sides.get(self.side.key)
        if own is None or own.tally is None:
            return ()
        rule = CapRule.of(self.side, self.definition.years or 1, self.basis.sides.keys())
        return tuple(cap_problems(rule, own.tally.years))


def commitments(session: Session, asked: Sequence[Asked], at: datetime) -> tuple[Commitment, ...]:
    """What each of these tasks is about, for any number of applications in a constant number of statements."""
    ids = {one.task.application_id for one in asked}
    applications = {
        row.id: row for row in session.scalars(scoped(select(Application).where(Application.id.in_(ids)))).all()
    }
    definitions = definitions_of(session, list(applications.values()))
    signed = {one.task.application_id for one in asked if _is_signature(one)}
    written = [applications[key] for key in {one.task.application_id for one in asked if not _is_signature(one)}]
    after = materials.frozen(session, list(signed), definitions)
    before = materials.drafts(session, written, definitions)
    closing = closing_of_drafts(session, written, definitions)
    found = (
        commitment(one, applications[one.task.application_id], definitions[one.task.application_id], known)
        for one in asked
        if (known := (after if _is_signature(one) else before).get(one.task.application_id)) is not None
    )
    chains = queries.chains(session, [one.task for one in asked], definitions, at)
    whole = [
        replace(one, closes_at=closing.get(one.asked.task.application_id), chain=chains[one.asked.task.id])
        for one in found
    ]
    return tuple(sorted(whole, key=_order))


def _order(one: Commitment) -> tuple[str, str, str, int, str]:
    """By call, application and the order of the declaration, so that a list never jumps."""
    place = one.definition.approvals.index(one.approval)
    return one.definition.key, one.application.reference or "", one.basis.title, place, str(one.asked.task.id)


def _is_signature(one: Asked) -> bool:
    return one.task.window is Window.AFTER_CLOSING


def closing_of_drafts(
    session: Session, applications: Sequence[Application], definitions: Mapping[UUID, Definition]
) -> dict[UUID, datetime | None]:
    """The deadline of each of these drafts with whatever was granted to it or to its sides, in three statements."""
    ids = [application.id for application in applications]
    calls = {
        call.id: call.closes_at
        for call in session.scalars(select(Call).where(Call.id.in_({one.call_id for one in applications})))
    }
    later: dict[UUID, list[datetime]] = {key: [] for key in ids}
    own = scoped(
        select(Extension.application_id, Extension.to_instant).where(
            Extension.application_id.in_(ids), Extension.agreed_at.is_not(None)
        )
    )
    of_side = scoped(
        select(ApplicationSide.application_id, Extension.to_instant)
        .join(Extension, Extension.side_key == ApplicationSide.side_key)
        .join(Application, Application.id == ApplicationSide.application_id)
        .where(
            ApplicationSide.application_id.in_(ids),
            Extension.call_id == Application.call_id,
            Extension.agreed_at.is_not(None),
            ApplicationSide.declined_at.is_(None),
        )
    )
    for application_id, instant in (*session.execute(own), *session.execute(of_side)):
        later[application_id].append(instant)
    found: dict[UUID, datetime | None] = {}
    for application in applications:
        closes = calls[application.call_id]
        grace = definitions[application.id].grace_minutes
        found[application.id] = (
            None
            if closes is None
            else deadline(closes, grace, was_begun=True, extended_to=later[application.id]).closes
        )
    return found


def is_asked_now(found: Commitment, at: datetime) -> bool:
    """Whether the application stands where this is asked: being written before its deadline, or in and to be signed;
    and whether it is this one's turn."""
    if found.waits_for is not None:
        return False
    if found.approval.window is Window.BEFORE_CLOSING:
        return found.application.state in WRITTEN and (found.closes_at is None or at <= found.closes_at)
    return found.application.state in SETTLING


def commitment(asked: Asked, application: Application, definition: Definition, known: Basis) -> Commitment:
    """One task's commitment, with the hash of exactly what would be approved now."""
    approval = definition.approval(asked.task.key)
    material = part_of(known.items, asked.task.side_key)
    sha256 = hash_of(approval, asked.task.side_key, known.title, material)
    side = definition.side(asked.task.side_key)
    return Commitment(asked, application, definition, approval, side, known, material, sha256)


def awaited_from(session: Session, tasks: Select[ApprovalTask], at: datetime) -> int:
    """How many answers one person owes now, among the tasks that the person may see."""
    asked = [one for one in asked_in(session, tasks) if one.word.answer is None]
    return sum(is_asked_now(found, at) for found in commitments(session, asked, at)) if asked else 0
