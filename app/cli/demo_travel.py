"""The demonstration's journeys: a student whose supervisor and host are asked, another who has submitted; two notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import rehearsal
from app.access import reach, scope
from app.access.viewer import with_duties
from app.applications import services as applying
from app.applications.approvals import commitments
from app.applications.approvals import queries as approvals
from app.applications.approvals import services as approving
from app.applications.models import Application, ApplicationSide
from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.notices import services as notices
from app.notices.rules import Typed
from app.programmes import services
from app.programmes.definition.parse import parse
from app.programmes.models import Call
from app.reviews import services as reviewing
from app.workflow.vocabulary import Hat, Move

DECLARATION = Path(__file__).with_name("demo_travel.toml")
DAY = timedelta(days=1)
SUPERVISOR = ("Hanna Handledarsson", "hanna.handledarsson@ki.example", "Karolinska Institutet")
HOST = ("Holly Hostess", "holly.hostess@mayo.example", "Mayo Clinic")
SECOND = ("Sixten Sagoberg", "sixten.sagoberg@ki.example", "Karolinska Institutet")
JOURNEYS = {
    "stina.studentsson@ki.example": ("Learn to grow organoids", "2027-08-16", "2027-09-10"),
    SECOND[1]: ("Count dormant cells", "2027-06-07", "2027-06-25"),
}
PLACE = "Laboratory of Imaginary Medicine, Rochester"
NOTICES = (
    (
        "parker.fictional@mayo.example",
        Typed(
            "Organoids of dormant breast cells",
            "A collection of organoids grown from healthy breast tissue, with images.",
            "Somebody with a cohort that was followed for more than ten years.",
            "dormancy, organoids, imaging",
            "Mayo",
            "KI",
            programme_key="mayo-ki-breast",
        ),
    ),
    (
        "ylva.exempelsson@ki.example",
        Typed(
            "Late relapse and dormant cells",
            "A cohort of invented patients, followed for twenty years, with tissue.",
            "A laboratory that can grow organoids from it.",
            "dormancy, organoids, relapse",
            "KI",
            "Mayo",
            programme_key="mayo-ki-breast",
        ),
    ),
)


def fill(session: Session, people: Mapping[str, Person], *, coordinator: Acting) -> None:
    """The travel call with its two students, and the notice board."""
    call = _announced(session, coordinator)
    at = rehearsal.BEGINS - 6 * DAY
    sixten = identities.make_person(session, SECOND[0], SECOND[1], at=at, institution=SECOND[2], is_proved=True)
    submitted = _asked(session, call, sixten, at)
    for task in approvals.tasks_of(session, [submitted.id]):
        _says_yes(session, task.task.person_id, at + DAY)
    applying.take(session, submitted, Move.SUBMIT, by=_lead(sixten), at=at + 2 * DAY)
    _asked(session, call, people["stina.studentsson@ki.example"], rehearsal.BEGINS - timedelta(hours=20))
    for address, typed in NOTICES:
        person, put_up_at = people[address], rehearsal.BEGINS - 10 * DAY
        until = (rehearsal.BEGINS + 100 * DAY).date()
        by = Acting(person.id, person.name, frozenset())
        notices.put_up(session, replace(typed, until=until), zone=person.zone, by=by, at=put_up_at)


def _announced(session: Session, by: Acting) -> Call:
    definition = parse(DECLARATION.read_text(encoding="utf-8"), DECLARATION.name)
    at = rehearsal.BEGINS - 150 * DAY
    call = services.import_call(session, definition, by=by, at=at)
    assert by.person_id is not None
    kajsa = session.get_one(Person, by.person_id)
    identities.grant_role(session, kajsa, Role.COORDINATOR, at=at, call_id=call.id, side_key="ki")
    services.announce(session, call, definition, by=by, at=at)
    reviewing.open_panels(session, call, definition)
    return call


def _lead(person: Person) -> Acting:
    return Acting(person.id, person.name, frozenset({Hat.LEAD_APPLICANT}))


def _asked(session: Session, call: Call, student: Person, at: datetime) -> Application:
    """A complete draft whose supervisor and host are asked."""
    by = _lead(student)
    talk, begins, ends = JOURNEYS[identities.primary_address(session, student.id)]
    application = applying.start_draft(session, call, by=by, at=at)
    answers = {
        "talk": [talk],
        "event": [PLACE],
        "days": [begins, ends],
        "motivation": ["I learn there what nobody at home can teach, and **bring it back** to the group."],
        "supervisor": [*SUPERVISOR],
        "host": [*HOST],
        "true": ["yes"],
    }
    applying.save_answers(session, application, answers, {}, by=by, at=at)
    own = session.scalars(scoped(select(ApplicationSide).where(ApplicationSide.application_id == application.id))).one()
    applying.save_budget(session, own, {1: "28 000"}, by=by, at=at)
    approving.ask(session, application, by=by, at=at)
    return application


def _says_yes(session: Session, person_id: UUID, at: datetime) -> None:
    """Whoever is asked approves everything that waits, as on the page."""
    who = with_duties(session, session.get_one(Person, person_id))
    for waiting in commitments.commitments(session, approvals.asked_in(session, scope.approval_tasks(who)), at):
        found = reach.approval(session, who, waiting.asked.task.id)
        approving.answer(session, found.thing, "yes", name=who.name, seen=waiting.sha256, by=found.acting, at=at)
