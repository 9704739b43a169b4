"""The demonstration's data, made by the same services that people use, each step at its own invented time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import rehearsal
from app.applications import services as applying
from app.applications.models import Application, ApplicationSide
from app.cli import demo_travel, work
from app.cli.demo_texts import PROJECTS, REMARKS, Project
from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes import queries, services
from app.programmes.definition import Definition, QuestionKind, load_catalogue, load_programmes
from app.programmes.models import Call
from app.reviews import services as reviewing
from app.reviews.models import Assignment, Panel, PanelMember
from app.workflow.vocabulary import Hat, Move

DAY = timedelta(days=1)
MORE_REVIEWERS = {
    "ki": (("Runar Läslampa", "runar@review.example"),),
    "mayo": (("Rhea Fabricated", "rhea@review.example"),),
}


def is_empty(session: Session) -> bool:
    """Whether nobody is known yet."""
    return not session.scalar(select(func.count()).select_from(Person))


def fill(app: Flask, instance: Path) -> None:
    """People, the historic call, a round in review and an open round; then the clock is set to the beginning."""
    with work.write(app) as session:
        people = make_people(session)
        calls = import_catalogue(session, people)
        _draft(session, calls[rehearsal.OPEN_CALL], PROJECTS[0], people)
        _round_in_review(session, calls[rehearsal.REVIEW_CALL], people)
        demo_travel.fill(session, people, coordinator=_office(people["kajsa.samordnare@ki.example"], "ki"))
    rehearsal.set_clock(instance, rehearsal.BEGINS)


def make_people(session: Session) -> dict[str, Person]:
    """The invented people of the demonstration, by their address."""
    at = rehearsal.BEGINS - 400 * DAY
    people = {
        persona.address: identities.make_person(
            session,
            persona.name,
            persona.address,
            at=at,
            locale=persona.locale,
            institution=persona.institution,
            zone=persona.zone,
            is_proved=True,
        )
        for persona in rehearsal.PERSONAS
    }
    for project in PROJECTS:
        for name, address, institution in (project.lead, project.partner):
            if address not in people:
                people[address] = identities.make_person(
                    session,
                    name,
                    address,
                    at=at,
                    institution=institution,
                    is_proved=True,
                    zone="America/Chicago" if "mayo" in address else "Europe/Stockholm",
                )
    return people


def import_catalogue(session: Session, people: Mapping[str, Person]) -> dict[str, Call]:
    """Real calls of the past come in as decided records; the two fictional rounds are announced."""
    for programme in load_programmes().values():
        services.import_programme(session, programme)
    coordinators = {"ki": people["kajsa.samordnare@ki.example"], "mayo": people["molly.coordsen@mayo.example"]}
    identities.grant_role(
        session, people["adam.systemius@tandem.example"], Role.ADMINISTRATOR, at=rehearsal.BEGINS - 400 * DAY
    )
    return {
        definition.key: _call(session, definition, coordinators, is_decided=not definition.is_fictional)
        for definition in load_catalogue().values()
    }


def _call(session: Session, definition: Definition, coordinators: Mapping[str, Person], *, is_decided: bool) -> Call:
    """A call with the coordinators of those sides that have one here."""
    opens = definition.opens.instant if definition.opens else None
    at = (opens or rehearsal.BEGINS - 300 * DAY) - 20 * DAY
    by = _office(coordinators["ki"], "ki")
    call = services.import_call(session, definition, by=by, at=at, is_decided=is_decided)
    for side in definition.sides:
        if side.key in coordinators:
            identities.grant_role(
                session, coordinators[side.key], Role.COORDINATOR, at=at, call_id=call.id, side_key=side.key
            )
    if not is_decided:
        services.announce(session, call, definition, by=by, at=at)
        reviewing.open_panels(session, call, definition)
    return call


def _office(person: Person, side: str) -> Acting:
    return Acting(person.id, person.name, frozenset({Hat.COORDINATOR}), frozenset({side}))


def _lead(person: Person) -> Acting:
    return Acting(person.id, person.name, frozenset({Hat.LEAD_APPLICANT}))


def _draft(session: Session, call: Call, project: Project, people: Mapping[str, Person]) -> Application:
    """A draft with everything answered, the partner invited."""
    definition = queries.definition_of(session, call)
    opens = definition.opens.instant if definition.opens else None
    at = (opens or rehearsal.BEGINS) + 30 * DAY
    lead = people[project.lead[1]]
    by = _lead(lead)
    application = applying.start_draft(session, call, by=by, at=at)
    applying.save_answers(session, application, _answers(definition, project), {}, by=by, at=at)
    own = _side(session, application, definition.lead_side.key)
    applying.save_budget(session, own, dict(enumerate(project.budgets[own.side_key], start=1)), by=by, at=at)
    for side in definition.sides:
        if side.key != own.side_key and not side.optional:
            name, address, _ = project.partner
            applying.invite_partner(session, application, side.key, name=name, address=address, by=by, at=at)
    return application


def _answers(definition: Definition, project: Project) -> dict[str, list[str]]:
    texts = {**project.answers, "title_en": project.title_en, "title_sv": project.title_sv}
    answers: dict[str, list[str]] = {}
    for question in definition.questions:
        if question.key in texts:
            answers[question.key] = [texts[question.key]]
        elif question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES):
            keys = [option.key for option in question.options] or [area.key for area in definition.areas]
            answers[question.key] = keys[:1]
        elif question.kind is QuestionKind.LONG_TEXT:
            answers[question.key] = [project.answers["research_plan"]]
        elif question.kind is QuestionKind.YES_NO:
            answers[question.key] = ["yes"]
        elif question.kind is QuestionKind.SHORT_TEXT:
            answers[question.key] = [project.title_en]
    return answers


def _side(session: Session, application: Application, key: str) -> ApplicationSide:
    return session.scalars(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application.id, ApplicationSide.side_key == key
            )
        )
    ).one()


def _submitted(session: Session, call: Call, project: Project, people: Mapping[str, Person]) -> Application:
    application = _draft(session, call, project, people)
    definition = queries.definition_of(session, call)
    at = (call.closes_at or rehearsal.BEGINS) - 3 * DAY
    for side in definition.sides:
        if side.key == definition.lead_side.key or side.optional:
            continue
        part = _side(session, application, side.key)
        partner = people[project.partner[1]]
        by = Acting(partner.id, partner.name, frozenset({Hat.SIDE_LEAD}), frozenset({side.key}))
        applying.save_budget(session, part, dict(enumerate(project.budgets[side.key], start=1)), by=by, at=at)
        applying.confirm_side(session, part, name=partner.name, by=by, at=at)
    applying.take(session, application, Move.SUBMIT, by=_lead(people[project.lead[1]]), at=at)
    return application


def _round_in_review(session: Session, call: Call, people: Mapping[str, Person]) -> None:
    """Four applications found eligible, both panels named, most reviews in, some still waited for."""
    applications = [_submitted(session, call, project, people) for project in PROJECTS[1:]]
    definition = queries.definition_of(session, call)
    at = (call.closes_at or rehearsal.BEGINS) + 2 * DAY
    coordinators = {"ki": people["kajsa.samordnare@ki.example"], "mayo": people["molly.coordsen@mayo.example"]}
    for application in applications:
        by = _office(coordinators["ki"], "ki")
        applying.tick(session, application, [check.key for check in definition.eligibility], by=by, at=at)
        applying.take(
            session, application, Move.PASS_CHECK, by=by, at=at, reason="Complete, and both sides are confirmed."
        )
    members: dict[str, list[PanelMember]] = {}
    for panel in session.scalars(select(Panel).where(Panel.call_id == call.id).order_by(Panel.key)):
        side = panel.side_key or definition.lead_side.key
        members[panel.key] = _name_members(session, panel, side, _office(coordinators[side], side), at=at + DAY)
        pairs = [
            (application.id, member.id)
            for application in applications
            for member in members[panel.key]
            if not member.is_chair
        ]
        reviewing.assign(
            session,
            panel,
            pairs,
            by=_office(coordinators[side], side),
            at=at + DAY,
            among=select(Application.id).where(Application.call_id == call.id),
        )
    for application in applications:
        applying.take(session, application, Move.START_REVIEW, by=_office(coordinators["ki"], "ki"), at=at + 2 * DAY)
    for panel_members in members.values():
        for number, member in enumerate(panel_members):
            _review_most(session, definition, member, number, at=at + (5 + number) * DAY)


def _name_members(session: Session, panel: Panel, side: str, by: Acting, *, at: datetime) -> list[PanelMember]:
    named = {
        "ki": (
            ("Rut Granskarsdotter", "rut.granskarsdotter@review.example", False),
            ("Charlie Ordförandesson", "charlie@review.example", True),
        ),
        "mayo": (("Rex Imaginary", "rex.imaginary@review.example", False),),
    }[side]
    everybody = [*named, *((name, address, False) for name, address in MORE_REVIEWERS[side])]
    return [
        reviewing.name_member(session, panel, name=name, address=address, is_chair=is_chair, by=by, at=at)
        for name, address, is_chair in everybody
    ]


def _review_most(session: Session, definition: Definition, member: PanelMember, number: int, *, at: datetime) -> None:
    """The member says yes, has no conflict, and submits all reviews but, for the first member, the last two."""
    person = session.get_one(Person, member.person_id)
    by = Acting(person.id, person.name, frozenset({Hat.REVIEWER}))
    reviewing.answer_invitation(session, member, accepts=True, because="", by=by, at=at)
    reviewing.answer_conflicts(session, member, {}, by=by, at=at)
    given = session.scalars(
        scoped(select(Assignment).where(Assignment.member_id == member.id).order_by(Assignment.application_id))
    ).all()
    panel = definition.panel(session.get_one(Panel, member.panel_id).key)
    scale = definition.scale_of(panel)
    keep = given[:-2] if number == 0 else given
    for place, assignment in enumerate(keep):
        values = sorted(scale.values, key=lambda value: abs(value - scale.best_value))
        typed = typed_review(definition, _value(values, place, number), place + number)
        reviewing.save_review(session, assignment, typed, 0, by=by, at=at)
        reviewing.submit_review(session, assignment, typed, 1, by=by, at=at)


def _value(values: Sequence[Decimal], place: int, number: int) -> str:
    return f"{values[(place * 2 + number) % max(1, len(values) - 2)]:f}"


def typed_review(definition: Definition, value: str, number: int) -> dict[str, str]:
    """A review as a form sends one."""
    remark = REMARKS[number % len(REMARKS)]
    typed = {"overall": value, "for_applicant": remark, "for_panel": ""}
    for criterion in definition.criteria:
        typed[f"score-{criterion.key}"] = value
        typed[f"remark-{criterion.key}"] = remark
    return typed
