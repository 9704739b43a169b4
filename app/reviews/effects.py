"""What follows the start of a review, and what the guards of the workflow are told of panels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.paragraphs import own_paragraph
from app.applications.queries import taking_part
from app.applications.registry import Deed, Follow
from app.applications.stages import part_at
from app.communications.instants import instant_text
from app.communications.services import About, post
from app.identities.models import LinkPurpose, Person
from app.identities.queries import coordinator_names
from app.identities.services import make_link, primary_address
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import JOINT, Definition, Part
from app.programmes.definition import Panel as DeclaredPanel
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.reviews.conflicts import clear_of
from app.reviews.models import Assignment, Panel, PanelMember
from app.trail.services import record
from app.workflow.table import WRITTEN
from app.workflow.vocabulary import Effect, State


def invite_assigned(session: Session, application: Application, deed: Deed) -> None:
    """Mail everybody who was given this application, and the chairs of the call's panels, once."""
    given = select(Assignment.member_id).where(Assignment.application_id == application.id)
    members = session.scalars(
        scoped(
            select(PanelMember)
            .join(Panel, Panel.id == PanelMember.panel_id)
            .where(
                Panel.call_id == application.call_id,
                Panel.stage == _stage_of(deed),
                PanelMember.invited_at.is_(None),
                PanelMember.declined_at.is_(None),
            )
            .where(PanelMember.accepted_at.is_(None), or_(PanelMember.id.in_(given), PanelMember.is_chair))
            .where(or_(PanelMember.is_chair, clear_of(PanelMember.person_id, application.id)))
            .order_by(PanelMember.created_at, PanelMember.id)
        )
    ).all()
    for member in members:
        invite(session, member, by=deed.by, at=deed.at)


def _stage_of(deed: Deed) -> Part:
    return Part.OUTLINE if deed.step.end is State.OUTLINE_IN_REVIEW else Part.FULL


def invite(session: Session, member: PanelMember, *, by: Acting, at: datetime) -> None:
    """Mail a member the personal link to the panel's task. The letter names no application: its office reads it."""
    panel = session.get_one(Panel, member.panel_id)
    definition = definition_of(session, session.get_one(Call, panel.call_id))
    person = session.get_one(Person, member.person_id)
    address = primary_address(session, person.id)
    link = make_link(session, LinkPurpose.REVIEW, person.id, address, at=at, subject_id=member.id)
    due = definition.decision_by
    post(
        session,
        "review_invitation",
        person.id,
        dedupe=f"review-invitation:{link.id}",
        link_id=link.id,
        at=at,
        about=About(panel.call_id, None, panel.side_key),
        values={
            "name": person.name,
            "call": definition.title.in_(person.locale),
            "is_chair": member.is_chair,
            "panel": definition.panel(panel.key).title.in_(person.locale),
            "sent_by": ", ".join(coordinator_names(session, panel.call_id, panel.side_key)) or by.name,
            "decision_by": format_date(due, "d MMMM y", locale=person.locale) if due else None,
            **own_paragraph(session, None, definition, "review_invitation", person.locale),
            "dates": _dates(definition.panel(panel.key), person),
        },
    )
    member.invited_at = member.invited_at or at
    session.flush()
    record(
        session,
        "invite-reviewer",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel-member",
        subject_id=member.id,
        link=str(link.id),
    )


def _dates(declared: DeclaredPanel, person: Person) -> dict[str, str | None]:
    """Until when to answer about conflicts and to review, and when the panel meets, on the reader's clocks."""
    moments = {
        "conflicts_by": declared.conflicts_by,
        "reviews_by": declared.reviews_by,
        "meets": declared.meets,
    }
    return {
        name: instant_text(moment.instant, person.zone, person.locale) if moment and moment.instant else None
        for name, moment in moments.items()
    }


EFFECTS: dict[Effect, Follow] = {Effect.ASSIGN: invite_assigned}


def facts(session: Session, application: Application, at: datetime) -> Mapping[str, Any]:
    """`thin_panels` and `open_panels` of an application, each naming the panel, its side and who can mend it."""
    if application.state in WRITTEN:
        return {}
    definition = definition_by_version(session, application.call_version_id)
    part = part_at(definition, application.state)
    panels = {
        panel.key: panel
        for panel in session.scalars(
            select(Panel).where(Panel.call_id == application.call_id).execution_options(populate_existing=True)
        )
    }
    return {
        "thin_panels": _thin(session, definition, panels, application, part),
        "open_panels": tuple(
            Problem(
                "panel_open",
                N_("The panel “%(panel)s” has not closed yet."),
                holder="chair, coordinator",
                side=_side(definition, declared.side),
                values={"panel": declared.title},
            )
            for declared in definition.panels_at(part)
            if declared.key not in panels or panels[declared.key].closed_at is None
        ),
    }


def _side(definition: Definition, key: str) -> str | None:
    return next((side.short for side in definition.sides if side.key == key), None)


def _thin(
    session: Session, definition: Definition, panels: Mapping[str, Panel], application: Application, part: Part
) -> tuple[Problem, ...]:
    counts = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            scoped(
                select(Assignment.panel_id, func.count(), func.sum(case((PanelMember.is_outside, 1), else_=0)))
                .join(PanelMember, PanelMember.id == Assignment.member_id)
                .where(Assignment.application_id == application.id, PanelMember.declined_at.is_(None))
                .where(clear_of(PanelMember.person_id, application.id))
                .group_by(Assignment.panel_id)
            )
        )
    }
    problems = []
    beside = taking_part(session, [application.id])[application.id]
    for declared in definition.panels_at(part):
        if declared.side != JOINT and declared.side not in beside:
            continue
        panel = panels.get(declared.key)
        # A panel that begins after others is manned when its turn comes; see `services.panels`.
        needed = 0 if declared.after else declared.min_reviews or 1
        count, outside = counts.get(panel.id, (0, 0)) if panel is not None else (0, 0)
        if panel is not None and panel.closed_at is not None:
            problems.append(
                Problem(
                    "panel_closed",
                    N_("The panel “%(panel)s” has closed and takes no further application."),
                    holder="coordinator",
                    side=_side(definition, declared.side),
                    since=panel.closed_at,
                    values={"panel": declared.title},
                )
            )
        elif count < needed:
            problems.append(
                Problem(
                    "thin_panel",
                    N_("The panel “%(panel)s” has %(count)s of the %(needed)s reviewers that this application needs."),
                    holder="coordinator",
                    side=_side(definition, declared.side),
                    values={"panel": declared.title, "count": count, "needed": needed},
                )
            )
        elif outside < declared.outside_reviews and not declared.after:
            problems.append(_too_few_outside(definition, declared, outside))
    return tuple(problems)


def _too_few_outside(definition: Definition, declared: DeclaredPanel, outside: int) -> Problem:
    return Problem(
        "too_few_outside",
        N_("The panel “%(panel)s” has %(count)s of the %(needed)s reviewers of no side that this application needs."),
        holder="coordinator",
        side=_side(definition, declared.side),
        values={"panel": declared.title, "count": outside, "needed": declared.outside_reviews},
    )
