"""Calls with more stages than the small world's, made from its declaration by changing what a test is about."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application
from app.identities.models import Person
from app.kernel.database import scoped
from app.programmes.definition import Definition, from_data, to_data
from app.programmes.models import Call
from app.reviews import services as reviewing
from app.reviews.models import Assignment, Panel, PanelMember
from app.workflow.vocabulary import Move
from tests import stages
from tests.world import AFTER_CLOSING, CLOSES, KEY, World, build, lead, load_catalogue

FULL_CLOSES = CLOSES + timedelta(days=120)
BEFORE_FULL = FULL_CLOSES - timedelta(days=20)
AFTER_FULL = FULL_CLOSES + timedelta(days=1)
DAY = timedelta(days=1)


def declared(change: Callable[[dict[str, Any]], None]) -> Definition:
    """The small world's declaration, changed."""
    data = deepcopy(to_data(load_catalogue()[KEY]))
    change(data)
    return from_data(data, "a test")


def world_with(session: Session, change: Callable[[dict[str, Any]], None]) -> World:
    """The small world around a changed declaration."""
    return build(session, declared(change))


def moment(at: datetime) -> dict[str, str]:
    """An instant as a declaration writes it."""
    return {"date": at.date().isoformat(), "time": at.time().isoformat(), "zone": "UTC"}


def panel(key: str, *, side: str = "joint", **more: Any) -> dict[str, Any]:
    """A panel, as a declaration writes it."""
    return {
        "key": key,
        "side": side,
        "scale": "seven-best",
        "min_reviews": 1,
        "needs_chair": True,
        "outside_reviews": 0,
        "result": "mean",
        "sees_others": "after_closing",
        "stage": "full",
        "title": {"en": key.replace("-", " ").capitalize(), "sv": key.replace("-", " ").capitalize()},
        **more,
    }


def with_outline(*, selects: bool = True, is_judged: bool = True) -> Callable[[dict[str, Any]], None]:
    """Outlines close when the small world's call does; the full applications later."""

    def change(data: dict[str, Any]) -> None:
        data["stages"] = ["outline", "eligibility", "review"]
        data["outline"] = {
            "closes": moment(CLOSES),
            "selects": selects,
            "decision_by": moment(CLOSES + timedelta(days=30)),
        }
        data["closes"] = moment(FULL_CLOSES)
        data["decision_by"] = (FULL_CLOSES + timedelta(days=90)).date().isoformat()
        data["sections"][0]["stage"] = "outline"
        data["reminders"] = [2]
        if is_judged:
            data["panels"].append(panel("outline-panel", stage="outline"))

    return change


def with_stages(*more: str, **settings: Any) -> Callable[[dict[str, Any]], None]:
    """The small world's stages and these."""

    def change(data: dict[str, Any]) -> None:
        data["stages"] = ["eligibility", "review", *more]
        data.update(settings)

    return change


def panel_of(session: Session, world: World, key: str) -> Panel:
    """One panel of the call."""
    return session.scalars(select(Panel).where(Panel.call_id == world.call, Panel.key == key)).one()


def seat(session: Session, world: World, key: str, person: int, **more: Any) -> PanelMember:
    """One of the world's reviewers on a panel, who has said yes; nothing is answered about conflicts."""
    found = session.get_one(Person, world.reviewers[person])
    member = reviewing.name_member(
        session,
        panel_of(session, world, key),
        name=found.name,
        address=stages.address_of(session, found.id),
        is_chair=more.pop("is_chair", False),
        by=stages.ki_office(world),
        at=AFTER_CLOSING,
        **more,
    )
    by = stages.reviewer(session, member)
    reviewing.answer_invitation(session, member, accepts=True, because="", by=by, at=AFTER_CLOSING)
    return member


def given(session: Session, member: PanelMember, *applications: Application) -> None:
    """These applications on a member's desk, the conflicts answered."""
    found = session.get_one(Panel, member.panel_id)
    among = select(Application.id).where(Application.call_id == found.call_id)
    standing = session.execute(
        scoped(select(Assignment.application_id, Assignment.member_id).where(Assignment.panel_id == found.id))
    )
    pairs = {(row.application_id, row.member_id) for row in standing}
    pairs |= {(application.id, member.id) for application in applications}
    by = stages.reviewer(session, member)
    reviewing.assign(session, found, pairs, by=by, at=AFTER_CLOSING, among=among)
    reviewing.answer_conflicts(session, member, {}, by=by, at=AFTER_CLOSING)


def outline_reviewed(session: Session, world: World, *applications: Application) -> PanelMember:
    """Outlines checked, judged by one reviewer each, their panel closed."""
    for application in applications:
        stages.eligible(session, world, application)
    member = seat(session, world, "outline-panel", 0, is_chair=True)
    given(session, member, *applications)
    for place, application in enumerate(applications):
        applying.take(session, application, Move.START_REVIEW, by=stages.ki_office(world), at=AFTER_CLOSING)
        stages.score(session, world, member, application, 6 - place)
    outline_panel = panel_of(session, world, "outline-panel")
    reviewing.close_panel(session, outline_panel, by=stages.ki_office(world), at=AFTER_CLOSING + 2 * DAY)
    return member


def fill(session: Session, world: World, application: Application) -> None:
    """Every question that is asked now answered by the lead applicant."""
    person = session.get_one(Person, application.lead_person_id)
    answers = stages.answers_for(session, session.get_one(Call, world.call), application.title)
    applying.save_answers(session, application, answers, {}, by=lead(person.id, person.name), at=BEFORE_FULL)


def submit_full(session: Session, world: World, application: Application) -> None:
    """An invited application filled in, confirmed by the partner and submitted."""
    person = session.get_one(Person, application.lead_person_id)
    by = lead(person.id, person.name)
    fill(session, world, application)
    stages.confirm(session, application)
    applying.take(session, application, Move.SUBMIT, by=by, at=BEFORE_FULL)
