"""Calls of one, two and three sides as data, and the way of an application through them by the same services as pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import queries
from app.applications import services as applying
from app.applications.models import Application, ApplicationSide, Submission
from app.applications.snapshots import Sheet, sheet_of
from app.decisions import services as deciding
from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import Problem, Refused
from app.programmes import services as programmes
from app.programmes.definition import Definition, from_data
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import services as reviewing
from app.reviews.models import Panel, PanelMember
from app.workflow.vocabulary import Hat, Move
from tests import stages
from tests.world import AFTER_CLOSING, ANNOUNCED, BEFORE_CLOSING, World, coordinator_of, lead

DAY = stages.DAY
AT = BEFORE_CLOSING


def both(en: str, sv: str = "") -> dict[str, str]:
    return {"en": en, "sv": sv or en}


def institution(name: str, short: str, country: str = "SE", zone: str = "Europe/Stockholm") -> dict[str, str]:
    return {"name": name, "short": short, "country": country, "zone": zone}


KI: dict[str, Any] = {
    "key": "ki",
    "lead": True,
    "currency": "SEK",
    "cap_per_year": 500_000,
    "cap_total": 800_000,
    "overhead": "inside",
    "institution": institution("Karolinska Institutet", "KI"),
}
MAYO: dict[str, Any] = {
    "key": "mayo",
    "optional": True,
    "currency": "USD",
    "cap_total": 100_000,
    "overhead": "inside",
    "institution": institution("Mayo Clinic", "Mayo", "US", "America/Chicago"),
}
OSLO: dict[str, Any] = {
    "key": "oslo",
    "pays": False,
    "institution": institution("Oslo Invented Institute", "Oslo", "NO", "Europe/Oslo"),
}
COSTS = [
    {"key": "salaries", "title": both("Salaries", "Löner")},
    {"key": "travel", "title": both("Travel", "Resor")},
]
ON_TOP: dict[str, Any] = {"overhead": "on_top", "overhead_percent": "25", "allowed_costs": COSTS}


def call_of(*sides: Mapping[str, Any], **changes: Any) -> Definition:
    """A fictional call of these sides: a title is asked of all, a budget of whoever pays, and nothing else."""
    paying = [side["key"] for side in sides if side.get("pays", True)]
    data: dict[str, Any] = {
        "schema": 1,
        "key": "sides-2027",
        "programme": "mayo-ki-breast",
        "reference_prefix": "SIDE",
        "year": 2027,
        "is_fictional": True,
        "title": both("A call of sides", "En utlysning med parter"),
        "summary": both("Invented.", "Påhittad."),
        "sides": list(sides),
        "grace_minutes": 0,
        "years": 2,
        "max_awards": 2,
        "stages": [],
        "title_question": "title",
        "opens": {"date": "2026-10-01", "time": "09:00:00", "zone": "Europe/Stockholm"},
        "closes": {"date": "2027-04-01", "time": "14:00:00", "zone": "Europe/Stockholm"},
        "decision": {"model": "both_recommend"},
        "sections": [
            {"key": "project", "owner": "shared", "title": both("Project", "Projekt")},
            *(
                {"key": f"budget-{key}", "owner": key, "budget": True, "title": both(f"Budget at {key}")}
                for key in paying
            ),
        ],
        "questions": [
            {"key": "title", "section": "project", "kind": "short_text", "title": both("Title", "Titel")},
            *(
                {"key": f"why-{key}", "section": f"budget-{key}", "kind": "short_text", "title": both(f"Why, {key}")}
                for key in paying
            ),
        ],
    }
    return from_data({**data, **changes}, "sides")


def opened(session: Session, world: World, definition: Definition) -> Call:
    """The call announced, with a coordinator for each of its sides."""
    by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    call = programmes.import_call(session, definition, by=by, at=ANNOUNCED)
    programmes.announce(session, call, definition, by=by, at=ANNOUNCED)
    reviewing.open_panels(session, call, definition)
    people = {"ki": world.ki_coordinator, "mayo": world.mayo_coordinator}
    for side in definition.sides:
        person = session.get_one(Person, people.get(side.key, world.outsider))
        identities.grant_role(session, person, Role.COORDINATOR, at=ANNOUNCED, call_id=call.id, side_key=side.key)
    return call


def office(world: World, key: str) -> Acting:
    """The coordinator of a side."""
    people = {"ki": world.ki_coordinator, "mayo": world.mayo_coordinator}
    return coordinator_of(people.get(key, world.outsider), f"Office of {key}", key)


def begun(session: Session, world: World, call: Call, title: str = "Together", who: UUID | None = None) -> Application:
    """A draft with its questions answered."""
    by = lead(who or world.researcher)
    application = applying.start_draft(session, call, by=by, at=AT)
    answers = {question.key: [title] for question in definition_of(session, call).questions}
    applying.save_answers(session, application, answers, {}, by=by, at=AT)
    return application


def side(session: Session, application: Application, key: str) -> ApplicationSide:
    found = queries.side_of(session, application.id, key)
    assert found is not None
    return found


def asks(session: Session, application: Application, key: str, amounts: Mapping[Any, str]) -> None:
    """Whoever leads the side types amounts."""
    part = side(session, application, key)
    applying.save_budget(session, part, amounts, by=leader(part, application), at=AT)


def leader(part: ApplicationSide, application: Application) -> Acting:
    assert part.lead_person_id is not None
    hat = Hat.LEAD_APPLICANT if part.lead_person_id == application.lead_person_id else Hat.SIDE_LEAD
    return Acting(part.lead_person_id, f"Leader at {part.side_key}", frozenset({hat}), frozenset({part.side_key}))


def joins(session: Session, application: Application, key: str, amounts: Mapping[Any, str] | None = None) -> None:
    """Somebody is asked to lead the side, gives its amounts, and says yes."""
    by = lead(application.lead_person_id)
    part = side(session, application, key)
    if not part.takes_part:
        applying.bring_in(session, application, key, by=by, at=AT)
    if part.lead_person_id is None:
        name, address = f"Pia {key.title()}", f"pia-{application.id.hex[:6]}@{key}.example"
        applying.invite_partner(session, application, key, name=name, address=address, by=by, at=AT)
    if amounts is not None:
        asks(session, application, key, amounts)
    applying.confirm_side(session, part, name=f"Pia {key.title()}", by=leader(part, application), at=AT)


def submit(session: Session, application: Application) -> None:
    applying.take(session, application, Move.SUBMIT, by=lead(application.lead_person_id), at=AT)


def refused(session: Session, application: Application) -> list[Problem]:
    """What stands in the way of submitting."""
    try:
        with session.begin_nested():
            submit(session, application)
            raise AssertionError("it was submitted")
    except Refused as no:
        return list(no.problems)


def refused_codes(session: Session, application: Application) -> list[str]:
    """The codes of what stands in the way; nothing changes."""
    offers = queries.offers(session, application, lead(application.lead_person_id), AT)
    return [problem.code for offer in offers if offer.move is Move.SUBMIT for problem in offer.problems]


def judged(session: Session, world: World, call: Call, application: Application, keys: Sequence[str]) -> None:
    """One reviewer to the panel of each of these sides scores; every panel of the call closes."""
    found = {panel.side_key or "": panel for panel in session.scalars(select(Panel).where(Panel.call_id == call.id))}
    among = select(Application.id).where(Application.call_id == call.id)
    members: list[PanelMember] = []
    for place, key in enumerate(keys):
        person = session.get_one(Person, world.reviewers[place])
        member = reviewing.name_member(
            session,
            found[key],
            name=person.name,
            address=stages.address_of(session, person.id),
            is_chair=True,
            by=office(world, key),
            at=AFTER_CLOSING,
        )
        pair = [(application.id, member.id)]
        reviewing.assign(session, found[key], pair, by=office(world, key), at=AFTER_CLOSING, among=among)
        members.append(member)
    applying.take(session, application, Move.START_REVIEW, by=office(world, "ki"), at=AFTER_CLOSING)
    for member in members:
        by = stages.reviewer(session, member)
        reviewing.answer_invitation(session, member, accepts=True, because="", by=by, at=AFTER_CLOSING)
        reviewing.answer_conflicts(session, member, {}, by=by, at=AFTER_CLOSING)
        assignment = session.scalars(stages.given_to(member, application)).one()
        typed = stages.typed_review(definition_of(session, call), "5", 0)
        reviewing.submit_review(session, assignment, typed, 0, by=by, at=AFTER_CLOSING + DAY)
    for key, panel in found.items():
        reviewing.close_panel(session, panel, by=office(world, key), at=AFTER_CLOSING + 2 * DAY, reason="Done.")


def decided(session: Session, world: World, application: Application) -> list[Problem]:
    """KI alone recommends and decides as an award; what stands in the way of it."""
    at = AFTER_CLOSING + 3 * DAY
    try:
        _decide(session, world, application, {"ki": ("1", "1")}, at)
    except Refused as no:
        return list(no.problems)
    return []


def snapshot(session: Session, application: Application) -> Any:
    """The frozen version as plain data."""
    return session.scalars(scoped(select(Submission.snapshot).where(Submission.application_id == application.id))).one()


def sheet_with(side: Mapping[str, Any]) -> Sheet:
    """A sheet with this side alone."""
    plain = {"reference": "", "title": "", "call": {"title": both("Call")}, "submitted_at": None, "sections": []}
    return sheet_of({**plain, "sides": [side]})


def awarded(
    session: Session, world: World, call: Call, application: Application, grants: Mapping[str, Sequence[str]]
) -> None:
    """Each side in `grants` recommends with these amounts by year; the decision follows, and the results are let go."""
    at = AFTER_CLOSING + 3 * DAY
    _decide(session, world, application, grants, at)
    deciding.release(session, call, by=office(world, "ki"), at=at + DAY)


def _decide(
    session: Session, world: World, application: Application, grants: Mapping[str, Sequence[str]], at: datetime
) -> None:
    for key, amounts in grants.items():
        deciding.record_verdict(
            session,
            application,
            key,
            recommends=True,
            reasons="Strong.",
            typed=dict(enumerate(amounts, 1)),
            version=0,
            by=office(world, key),
            at=at,
        )
    deciding.record_decision(
        session,
        application,
        outcome="award",
        reasons="As recommended.",
        feedback="Bold and clear.",
        took_part="Everybody",
        by=office(world, "ki"),
        at=at,
    )
    applying.take(session, application, Move.DECIDE, by=office(world, "ki"), at=at)
