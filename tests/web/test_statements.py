"""No page asks the database once more for each application: five cost as many statements as two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.database import scoped
from app.programmes import services as programmes
from app.programmes.definition import load_catalogue
from app.programmes.queries import definition_of
from app.reviews import services as reviewing
from app.reviews.models import Assignment, PanelMember
from tests import stages
from tests.conftest import Clock
from tests.world import AFTER_CLOSING, ANNOUNCED, KEY, World, coordinator_of

Do = Callable[[Callable[[Session], Any]], Any]
As = Callable[[Any], FlaskClient]
Watch = Callable[[], Any]


@dataclass(frozen=True)
class Scene:
    """A call with some applications at a stage: who looks, and the ids that addresses of pages need."""

    world: World
    application: UUID
    panel: UUID
    membership: UUID
    assignment: UUID | None


def call_of_its_own(session: Session, world: World, name: str) -> World:
    """The same call once more, with the same coordinators, and with an applicant and reviewers of its own."""
    by = coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")
    declared = replace(load_catalogue()[KEY], key=f"{KEY}-{name}", reference_prefix=f"{name.upper()}-27")
    call = programmes.import_call(session, declared, by=by, at=ANNOUNCED)
    programmes.announce(session, call, definition_of(session, call), by=by, at=ANNOUNCED)
    reviewing.open_panels(session, call, definition_of(session, call))
    for person_id, side in ((world.ki_coordinator, "ki"), (world.mayo_coordinator, "mayo")):
        person = session.get_one(Person, person_id)
        identities.grant_role(session, person, Role.COORDINATOR, at=ANNOUNCED, call_id=call.id, side_key=side)

    def somebody(role: str, institution: str = "") -> UUID:
        address = f"{role}-{name}@people.example"
        return identities.make_person(
            session, f"{role} {name}", address, at=ANNOUNCED, institution=institution, is_proved=True
        ).id

    return replace(
        world,
        call=call.id,
        call_key=call.key,
        researcher=somebody("lead", "Karolinska Institutet"),
        reviewers=tuple(somebody(f"reviewer{n}") for n in range(4)),
    )


def assigned(session: Session, world: World, *applications: Application) -> None:
    """Both panels named and everything assigned, and the review not started."""
    for application in applications:
        stages.eligible(session, world, application)
    members = stages.named(session, world)
    among = select(Application.id).where(Application.call_id == world.call)
    for side, by in (("ki", stages.ki_office(world)), ("mayo", stages.mayo_office(world))):
        pairs = [(application.id, member.id) for application in applications for member in members[side]]
        reviewing.assign(session, stages.panels(session, world)[side], pairs, by=by, at=AFTER_CLOSING, among=among)


def partly_scored(session: Session, world: World, *applications: Application) -> None:
    """In review; one reviewer of each panel has scored everything."""
    members = stages.in_review(session, world, *applications)
    for application in applications:
        for side in ("ki", "mayo"):
            stages.score(session, world, members[side][0], application, 5)


STAGES: dict[str, Callable[..., Any]] = {
    "submitted": lambda session, world, *applications: stages.named(session, world),
    "assigned": assigned,
    "in review": partly_scored,
    "reviewed": stages.reviewed,
    "decided": stages.decided,
    "released": stages.released,
}
OFFICE = {
    "office board": ("ki_coordinator", "/office/calls/{call}"),
    "panel page of the office": ("ki_coordinator", "/office/panels/{panel}"),
    "ranking": ("ki_coordinator", "/office/calls/{call}/ranking"),
    "outlines": ("ki_coordinator", "/office/calls/{call}/outlines"),
    "letters": ("ki_coordinator", "/office/calls/{call}/letters"),
    "release": ("ki_coordinator", "/office/calls/{call}/release"),
    "exports": ("ki_coordinator", "/office/calls/{call}/exports"),
    "trail": ("ki_coordinator", "/office/calls/{call}/trail"),
    "days by side": ("ki_coordinator", "/office/calls/{call}/waiting"),
    "an application in the office": ("ki_coordinator", "/office/applications/{application}"),
    "list of calls": ("ki_coordinator", "/office/"),
    "declaration": ("ki_coordinator", "/office/calls/{call}/declaration"),
    "deadlines": ("ki_coordinator", "/office/calls/{call}/deadlines"),
}
PANEL = {
    "panel page of the chair": ("chair", "/panel/{panel}"),
    "conflicts": ("chair", "/panels/{membership}/conflicts"),
    "queue of a reviewer": ("chair", "/memberships/{membership}"),
    "what others wrote": ("chair", "/memberships/{membership}/others"),
    "a review": ("chair", "/reviews/{assignment}"),
    "desk of a reviewer": ("chair", "/desk"),
}
OTHERS = {
    "desk of an applicant": ("researcher", "/desk"),
    "public page": ("researcher", "/calls/{key}"),
    "people": ("administrator", "/admin/people"),
    "delivery": ("administrator", "/admin/delivery"),
}
BEFORE_REVIEW = {"submitted", "assigned"}
WITHOUT = {
    "panel page of the chair": BEFORE_REVIEW,
    "conflicts": BEFORE_REVIEW,
    "queue of a reviewer": BEFORE_REVIEW,
    "what others wrote": BEFORE_REVIEW,
    "a review": set(STAGES) - {"in review"},
}


def pages_at(stage: str) -> dict[str, tuple[str, str]]:
    pages = OFFICE | PANEL | OTHERS
    return {name: page for name, page in pages.items() if stage not in WITHOUT.get(name, set())}


def arrange(session: Session, world: World, stage: str, name: str, count: int) -> Scene:
    own = call_of_its_own(session, world, name)
    applications = [stages.submitted(session, own, title=f"Idea {n} of {name}") for n in range(count)]
    STAGES[stage](session, own, *applications)
    panel = stages.panels(session, own)["ki"].id
    membership = session.scalars(
        select(PanelMember.id).where(PanelMember.panel_id == panel, PanelMember.person_id == own.reviewers[0])
    ).one()
    assignment = session.scalar(
        scoped(
            select(Assignment.id).where(
                Assignment.member_id == membership, Assignment.application_id == applications[0].id
            )
        )
    )
    return Scene(own, applications[0].id, panel, membership, assignment)


def asked(scene: Scene, as_: As, statements: Watch, pages: Iterable[tuple[str, tuple[str, str]]]) -> dict[str, Any]:
    """What each page asks the database, when it is opened for the second time."""
    found: dict[str, list[str]] = {}
    for name, (who, pattern) in pages:
        person = scene.world.reviewers[0] if who == "chair" else getattr(scene.world, who)
        path = pattern.format(
            call=scene.world.call,
            key=scene.world.call_key,
            panel=scene.panel,
            membership=scene.membership,
            assignment=scene.assignment,
            application=scene.application,
        )
        browser = as_(person)
        first = browser.get(path)
        assert first.status_code == 200, f"{name}: {first.status_code}"
        with statements() as seen:
            assert browser.get(path).status_code == 200
        found[name] = list(seen)
    return found


def growth(few: list[str], many: list[str]) -> str:
    """How much it grew, and by which statement most."""
    more = Counter(many) - Counter(few)
    most = " ".join(more.most_common(1)[0][0].split()) if more else ""
    source = most[most.find("FROM") :][:120]
    return f"{len(few)} → {len(many)} statements; most of it {max(more.values(), default=0)} × … {source}"


@pytest.mark.parametrize("stage", STAGES)
def test_no_page_asks_more_for_more_applications(
    world: World, do: Do, as_: As, statements: Watch, time: Clock, stage: str
) -> None:
    time.at = AFTER_CLOSING + timedelta(days=5)
    pages = pages_at(stage)
    two = do(lambda s: arrange(s, world, stage, "two", 2))
    do(lambda s: call_of_its_own(s, world, "five-to-come"))  # lists of calls hold as many rows both times
    few = asked(two, as_, statements, pages.items())

    five = do(lambda s: arrange(s, world, stage, "five", 5))
    many = asked(five, as_, statements, pages.items())

    grown = [f"{name}: {growth(few[name], many[name])}" for name in pages if len(many[name]) > len(few[name])]
    assert grown == [], "pages that ask more with 5 applications than with 2:\n  " + "\n  ".join(grown)
    assert all(few.values()), "a page without a statement was not looked at"


def test_the_message_names_the_page_and_its_statement() -> None:
    told = growth(["SELECT a FROM call"], ["SELECT a FROM call", "SELECT b FROM side", "SELECT b FROM side"])
    assert told == "1 → 3 statements; most of it 2 × … FROM side"
