"""Bringing applications of the small world to a stage, through the same services that pages use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application, ApplicationSide
from app.cli.demo_data import typed_review
from app.decisions import services as deciding
from app.identities.models import EmailAddress, Person
from app.identities.services import primary_address
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.definition import QuestionKind
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import services as reviewing
from app.reviews.models import Assignment, Panel, PanelMember
from app.workflow.vocabulary import Hat, Move
from tests.world import AFTER_CLOSING, BEFORE_CLOSING, World, coordinator_of, lead

DAY = timedelta(days=1)
ASKED = {"ki": ("500 000", "400 000"), "mayo": ("50 000", "45 000")}


def answers_for(session: Session, call: Call, title: str) -> dict[str, list[str]]:
    """Every question answered."""
    definition = definition_of(session, call)
    answers: dict[str, list[str]] = {}
    for question in definition.questions:
        if question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES):
            answers[question.key] = [question.options[0].key if question.options else definition.areas[0].key]
        else:
            answers[question.key] = [title if question.kind is QuestionKind.SHORT_TEXT else f"{title}: a short text."]
    return answers


def side_of(session: Session, application_id: UUID, key: str) -> ApplicationSide:
    """One side's part of an application."""
    return session.scalars(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application_id, ApplicationSide.side_key == key
            )
        )
    ).one()


def draft(session: Session, world: World, *, title: str = "Silent partners", who: UUID | None = None) -> Application:
    """A complete draft with the partner invited; nobody has confirmed."""
    person = session.get_one(Person, who or world.researcher)
    call, by, at = session.get_one(Call, world.call), lead(person.id, person.name), BEFORE_CLOSING
    application = applying.start_draft(session, call, by=by, at=at)
    applying.save_answers(session, application, answers_for(session, call, title), {}, by=by, at=at)
    applying.save_budget(session, side_of(session, application.id, "ki"), dict(enumerate(ASKED["ki"], 1)), by=by, at=at)
    applying.invite_partner(
        session,
        application,
        "mayo",
        name=f"Parker {application.id.hex[:6]}",
        address=f"parker-{application.id.hex[:6]}@mayo.example",
        by=by,
        at=at,
    )
    return application


def confirm(session: Session, application: Application) -> None:
    """The partner gives the budget and confirms."""
    side = side_of(session, application.id, "mayo")
    assert side.lead_person_id is not None
    partner = session.get_one(Person, side.lead_person_id)
    by = Acting(partner.id, partner.name, frozenset({Hat.SIDE_LEAD}), frozenset({"mayo"}))
    applying.save_budget(session, side, dict(enumerate(ASKED["mayo"], 1)), by=by, at=BEFORE_CLOSING)
    applying.confirm_side(session, side, name=partner.name, by=by, at=BEFORE_CLOSING)


def submitted(
    session: Session, world: World, *, title: str = "Silent partners", who: UUID | None = None
) -> Application:
    """An application that was submitted in time."""
    application = draft(session, world, title=title, who=who)
    confirm(session, application)
    person = session.get_one(Person, application.lead_person_id)
    applying.take(session, application, Move.SUBMIT, by=lead(person.id, person.name), at=BEFORE_CLOSING)
    return application


def ki_office(world: World) -> Acting:
    """KI's coordinator."""
    return coordinator_of(world.ki_coordinator, "Kajsa Samordning", "ki")


def mayo_office(world: World) -> Acting:
    """Mayo's coordinator."""
    return coordinator_of(world.mayo_coordinator, "Molly Coordson", "mayo")


def eligible(session: Session, world: World, application: Application) -> None:
    """The formal check is passed."""
    checks = [check.key for check in definition_of(session, session.get_one(Call, world.call)).eligibility]
    by = ki_office(world)
    applying.tick(session, application, checks, by=by, at=AFTER_CLOSING)
    applying.take(session, application, Move.PASS_CHECK, by=by, at=AFTER_CLOSING, reason="In order.")


def panels(session: Session, world: World) -> dict[str, Panel]:
    """The call's panels by their side."""
    found = session.scalars(select(Panel).where(Panel.call_id == world.call))
    return {panel.side_key or "joint": panel for panel in found}


def named(session: Session, world: World) -> dict[str, list[PanelMember]]:
    """Two reviewers to each panel; none has answered."""
    members: dict[str, list[PanelMember]] = {"ki": [], "mayo": []}
    for place, person_id in enumerate(world.reviewers):
        side, by = ("ki", ki_office(world)) if place < 2 else ("mayo", mayo_office(world))
        person = session.get_one(Person, person_id)
        members[side].append(
            reviewing.name_member(
                session,
                panels(session, world)[side],
                name=person.name,
                address=primary_address(session, person_id),
                is_chair=place in (0, 2),
                by=by,
                at=AFTER_CLOSING,
            )
        )
    return members


def in_review(session: Session, world: World, *applications: Application) -> dict[str, list[PanelMember]]:
    """Both panels named, everything assigned to everybody, review started, all have said yes without a conflict."""
    for application in applications:
        eligible(session, world, application)
    members = named(session, world)
    among = select(Application.id).where(Application.call_id == world.call)
    for side, by in (("ki", ki_office(world)), ("mayo", mayo_office(world))):
        pairs = [(application.id, member.id) for application in applications for member in members[side]]
        reviewing.assign(session, panels(session, world)[side], pairs, by=by, at=AFTER_CLOSING, among=among)
    for application in applications:
        applying.take(session, application, Move.START_REVIEW, by=ki_office(world), at=AFTER_CLOSING)
    for member in (*members["ki"], *members["mayo"]):
        by = reviewer(session, member)
        reviewing.answer_invitation(session, member, accepts=True, because="", by=by, at=AFTER_CLOSING)
        reviewing.answer_conflicts(session, member, {}, by=by, at=AFTER_CLOSING)
    return members


def reviewer(session: Session, member: PanelMember) -> Acting:
    """A panel member as services see one."""
    return Acting(member.person_id, session.get_one(Person, member.person_id).name, frozenset({Hat.REVIEWER}))


def given_to(member: PanelMember, application: Application) -> Any:
    """The assignment of an application to a member."""
    return scoped(
        select(Assignment).where(Assignment.member_id == member.id, Assignment.application_id == application.id)
    )


def score(session: Session, world: World, member: PanelMember, application: Application, value: int) -> None:
    """A submitted review with this value throughout."""
    assignment = session.scalars(given_to(member, application)).one()
    typed = typed_review(definition_of(session, session.get_one(Call, world.call)), str(value), 0)
    reviewing.submit_review(session, assignment, typed, 0, by=reviewer(session, member), at=AFTER_CLOSING + DAY)


def reviewed(session: Session, world: World, *applications: Application) -> dict[str, list[PanelMember]]:
    """Everything scored and both panels closed."""
    members = in_review(session, world, *applications)
    for place, application in enumerate(applications):
        for side in ("ki", "mayo"):
            for member in members[side]:
                score(session, world, member, application, min(7, 2 + place) if side == "mayo" else max(1, 6 - place))
    for side, by in (("ki", ki_office(world)), ("mayo", mayo_office(world))):
        reviewing.close_panel(session, panels(session, world)[side], by=by, at=AFTER_CLOSING + 2 * DAY)
    return members


def conclude(session: Session, world: World, application: Application, outcome: str = "award") -> None:
    """Both sides say the same, the decision follows them, its letters are drafted."""
    at = AFTER_CLOSING + 3 * DAY
    for side, by in (("ki", ki_office(world)), ("mayo", mayo_office(world))):
        deciding.record_verdict(
            session,
            application,
            side,
            recommends=outcome == "award",
            reasons=f"{application.title}: the reasons of {side}.",
            typed=dict(enumerate(ASKED[side], 1)) if outcome == "award" else {},
            version=0,
            by=by,
            at=at,
        )
    deciding.record_decision(
        session,
        application,
        outcome=outcome,
        reasons=f"{application.title}: as both sides say.",
        feedback=f"{application.title}: bold and clear.",
        took_part="Kajsa Samordning\nMolly Coordson",
        by=mayo_office(world),
        at=at,
    )
    applying.take(session, application, Move.DECIDE, by=mayo_office(world), at=at)


def decided(session: Session, world: World, *applications: Application) -> dict[str, list[PanelMember]]:
    """Reviewed, and decided by both sides: the first is awarded, the others are declined. Nobody has been told."""
    members = reviewed(session, world, *applications)
    for place, application in enumerate(applications):
        conclude(session, world, application, "decline" if place else "award")
    return members


def release(session: Session, world: World) -> None:
    """Mayo's coordinator lets all results go."""
    call = session.get_one(Call, world.call)
    deciding.release(session, call, by=mayo_office(world), at=AFTER_CLOSING + 4 * DAY)


def released(session: Session, world: World, *applications: Application) -> dict[str, list[PanelMember]]:
    """Decided and released; the letters wait for the next round of delivery."""
    members = decided(session, world, *applications)
    release(session, world)
    return members


def address_of(session: Session, person_id: UUID) -> str:
    """A person's address."""
    return session.scalars(select(EmailAddress.address).where(EmailAddress.person_id == person_id)).one()
