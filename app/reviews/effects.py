"""What follows the start of a review, and what the guards of the workflow are told of panels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.paragraphs import own_paragraph
from app.applications.queries import taking_part
from app.applications.registry import Deed, Follow
from app.communications.services import About, post
from app.identities.models import LinkPurpose, Person
from app.identities.queries import coordinators_of
from app.identities.services import make_link, primary_address
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import JOINT, Definition
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.reviews.conflicts import clear_of
from app.reviews.models import Assignment, Panel, PanelMember
from app.trail.services import record
from app.workflow.vocabulary import Effect


def invite_assigned(session: Session, application: Application, deed: Deed) -> None:
    """Mail everybody who was given this application, and the chairs of the call's panels, once."""
    given = select(Assignment.member_id).where(Assignment.application_id == application.id)
    members = session.scalars(
        scoped(
            select(PanelMember)
            .join(Panel, Panel.id == PanelMember.panel_id)
            .where(
                Panel.call_id == application.call_id,
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
            "sent_by": ", ".join(coordinators_of(session, panel.call_id, panel.side_key)) or by.name,
            "decision_by": format_date(due, "d MMMM y", locale=person.locale) if due else None,
            **own_paragraph(session, None, definition, "review_invitation", person.locale),
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


EFFECTS: dict[Effect, Follow] = {Effect.ASSIGN: invite_assigned}


def facts(session: Session, application: Application, at: datetime) -> Mapping[str, Any]:
    """`thin_panels` and `open_panels` of an application, each naming the panel, its side and who can mend it."""
    definition = definition_by_version(session, application.call_version_id)
    panels = {
        panel.key: panel
        for panel in session.scalars(
            select(Panel).where(Panel.call_id == application.call_id).execution_options(populate_existing=True)
        )
    }
    return {
        "thin_panels": _thin(session, definition, panels, application),
        "open_panels": tuple(
            Problem(
                "panel_open",
                N_("The panel “%(panel)s” has not closed yet."),
                holder="chair, coordinator",
                side=_side(definition, declared.side),
                values={"panel": declared.title},
            )
            for declared in definition.panels
            if declared.key not in panels or panels[declared.key].closed_at is None
        ),
    }


def _side(definition: Definition, key: str) -> str | None:
    return next((side.short for side in definition.sides if side.key == key), None)


def _thin(
    session: Session, definition: Definition, panels: Mapping[str, Panel], application: Application
) -> tuple[Problem, ...]:
    counts = {
        row[0]: row[1]
        for row in session.execute(
            scoped(
                select(Assignment.panel_id, func.count())
                .join(PanelMember, PanelMember.id == Assignment.member_id)
                .where(Assignment.application_id == application.id, PanelMember.declined_at.is_(None))
                .where(clear_of(PanelMember.person_id, application.id))
                .group_by(Assignment.panel_id)
            )
        )
    }
    problems = []
    beside = taking_part(session, [application.id])[application.id]
    for declared in definition.panels:
        if declared.side != JOINT and declared.side not in beside:
            continue
        panel, needed = panels.get(declared.key), declared.min_reviews or 1
        count = counts.get(panel.id, 0) if panel is not None else 0
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
    return tuple(problems)
