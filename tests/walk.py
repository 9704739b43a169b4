"""Takes any declaration from its announcement to the award, through the services that pages use.

Nothing here knows how many sides, panels or years a call has: it looks into the declaration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Application, ApplicationSide
from app.awards.queries import AwardView, award_of
from app.decisions import services as deciding
from app.identities import services as identities
from app.identities.models import Person, Role
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.money import amount_text
from app.programmes import services as programmes
from app.programmes.definition import Definition, Question, QuestionKind, Side
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import desk
from app.reviews import services as reviewing
from app.reviews.models import Assignment, Panel, PanelMember
from app.workflow.vocabulary import Hat, Move, Stage

DAY = dt.timedelta(days=1)
Q = QuestionKind
LEAVE_OUT = frozenset({Q.FILE, Q.CALCULATED})
"""Kinds that are not typed."""


def typed_for(question: Question) -> list[str]:
    """A good answer to a question, as a form sends it."""
    day = str(question.not_before or "2020-02-03")
    row = {"name": "Nils Påhittad", "email": "nils@made-up.example", "workplace": "Invented University", "rank": ""}
    cells = {"number": "3", "money": "100", "date": "2020-02-03", "short_text": "One line"}
    by_kind: dict[QuestionKind, list[str]] = {
        Q.NUMBER: [str(question.minimum or 1)],
        Q.MONEY: [str(question.minimum or 100)],
        Q.DATE: [day],
        Q.PERIOD: [day, str(dt.date.fromisoformat(day) + dt.timedelta(days=(question.min_days or 20) - 1))],
        Q.YES_NO: ["yes"],
        Q.YES_NO_TEXT: ["yes", "Because it is invented."],
        Q.PERSON: [row["name"], row["email"], row["workplace"]],
        Q.PEOPLE: list(row.values()) * (question.min_rows or 1),
        Q.INSTITUTION: ["Invented University", "NO", ""],
        Q.COUNTRY: ["NO"],
        Q.ORCID: ["0000-0002-1825-0097"],
        Q.TABLE: [cells[column.kind] for column in question.columns] * (question.min_rows or 1),
        Q.PUBLICATIONS: [str(question.since_year or 2020), "An invented article.", ""],
        Q.DECLARATION: ["yes"],
    }
    if question.options:
        return [question.options[0].key]
    return by_kind.get(question.kind, ["A short invented text."])


@dataclass
class Walk:
    """One call on its way, with the people that it needs."""

    session: Session
    definition: Definition
    call: Call
    offices: dict[str, Acting]
    people: int = 0
    budgets: dict[tuple[UUID, str], dict[int, str]] = field(default_factory=dict)

    @property
    def closes(self) -> dt.datetime:
        assert self.call.closes_at is not None
        return self.call.closes_at

    @property
    def before(self) -> dt.datetime:
        return self.closes - 10 * DAY

    @property
    def lead_office(self) -> Acting:
        return self.offices[self.definition.lead_side.key]

    def office_of(self, panel: Panel) -> Acting:
        """The coordinator of a panel's side; of the leading one for a joint panel."""
        return self.offices.get(panel.side_key or "", self.lead_office)

    def somebody(self, side: Side | None = None) -> Person:
        """A new invented person, at a side's institution or at none."""
        self.people += 1
        return identities.make_person(
            self.session,
            f"Nils Påhittad {self.people}",
            f"nils-{self.people}-{self.call.key}@made-up.example",
            at=self.before,
            institution=side.name if side else "Invented University",
            is_proved=True,
        )


def announced(session: Session, definition: Definition) -> Walk:
    """The call is public, with a coordinator for every side and its panels made."""
    at = definition.announced.instant if definition.announced else None
    assert at is not None
    offices: dict[str, Acting] = {}
    for side in definition.sides:
        person = identities.make_person(
            session, f"Office {side.key}", f"office-{side.key}-{definition.key}@made-up.example", at=at, is_proved=True
        )
        offices[side.key] = Acting(person.id, person.name, frozenset({Hat.COORDINATOR}), frozenset({side.key}))
    by = offices[definition.lead_side.key]
    call = programmes.import_call(session, definition, by=by, at=at - DAY)
    for side in definition.sides:
        person = session.get_one(Person, offices[side.key].person_id)
        identities.grant_role(session, person, Role.COORDINATOR, at=at, call_id=call.id, side_key=side.key)
    programmes.announce(session, call, definition, by=by, at=at - DAY)
    reviewing.open_panels(session, call, definition)
    return Walk(session, definition_of(session, call), call, offices)


def _parts(walk: Walk, application: Application) -> Sequence[ApplicationSide]:
    statement = select(ApplicationSide).where(ApplicationSide.application_id == application.id)
    found = {part.side_key: part for part in walk.session.scalars(scoped(statement))}
    return [found[side.key] for side in walk.definition.sides if side.key in found]


def _ask_for_money(walk: Walk, part: ApplicationSide, by: Acting) -> None:
    """As much as the caps of the side allow, spread over the years."""
    side, years = walk.definition.side(part.side_key), walk.definition.years or 1
    if not side.pays:
        return
    caps = [cap.minor // share for cap, share in ((side.cap_per_year, 1), (side.cap_total, years)) if cap is not None]
    cap = side.cap_total or side.cap_per_year
    assert cap is not None
    text = amount_text(type(cap)(min(caps), cap.currency), "en")
    amounts = dict.fromkeys(range(1, years + 1), text)
    walk.budgets[part.application_id, side.key] = amounts
    applying.save_budget(walk.session, part, amounts, by=by, at=walk.before)


def submitted(walk: Walk) -> Application:
    """An application of all sides: answered, paid for, confirmed by every partner, submitted in time."""
    session, at = walk.session, walk.before
    person = walk.somebody(walk.definition.lead_side)
    by = Acting(person.id, person.name, frozenset({Hat.LEAD_APPLICANT}))
    application = applying.start_draft(session, walk.call, by=by, at=at)
    answers = {each.key: typed_for(each) for each in walk.definition.questions if each.kind not in LEAVE_OUT}
    applying.save_answers(session, application, answers, {}, by=by, at=at)
    for part in _parts(walk, application):
        if part.lead_person_id == person.id:
            _ask_for_money(walk, part, by)
        else:
            _join(walk, application, part, by)
    applying.take(session, application, Move.SUBMIT, by=by, at=at)
    return application


def _join(walk: Walk, application: Application, part: ApplicationSide, by: Acting) -> None:
    """A partner is asked, gives the side's budget and confirms. An optional side is brought in first."""
    side = walk.definition.side(part.side_key)
    if side.optional:
        applying.bring_in(walk.session, application, side.key, by=by, at=walk.before)
    partner = walk.somebody(side)
    address = identities.primary_address(walk.session, partner.id)
    applying.invite_partner(
        walk.session, application, part.side_key, name=partner.name, address=address, by=by, at=walk.before
    )
    own = Acting(partner.id, partner.name, frozenset({Hat.SIDE_LEAD}), frozenset({part.side_key}))
    _ask_for_money(walk, part, own)
    applying.confirm_side(walk.session, part, name=partner.name, by=own, at=walk.before)


def checked(walk: Walk, application: Application) -> None:
    """A person looks at each point of the formal check, where the call has one."""
    if Stage.ELIGIBILITY not in walk.definition.stages:
        return
    at, by = walk.closes + DAY, walk.lead_office
    applying.tick(walk.session, application, [each.key for each in walk.definition.eligibility], by=by, at=at)
    applying.take(walk.session, application, Move.PASS_CHECK, by=by, at=at, reason="In order.")


def reviewed(walk: Walk, *applications: Application, closes: bool = True) -> None:
    """Every panel is manned, reads, and closes in its turn; the first application is the best in all eyes."""
    if Stage.REVIEW not in walk.definition.stages:
        return
    members = {panel.key: _man(walk, panel, applications) for panel in _panels(walk)}
    for application in applications:
        started(walk, application)
    for panel in _panels(walk):
        for member in members[panel.key]:
            _read(walk, member, applications)
        if closes:
            at = walk.closes + 9 * DAY
            reviewing.close_panel(walk.session, panel, by=walk.office_of(panel), at=at)


def started(walk: Walk, application: Application) -> None:
    """The review of an application begins."""
    applying.take(walk.session, application, Move.START_REVIEW, by=walk.lead_office, at=walk.closes + 2 * DAY)


def _panels(walk: Walk) -> Iterator[Panel]:
    """The panels of the call, those first for which others wait."""
    rows = walk.session.scalars(select(Panel).where(Panel.call_id == walk.call.id)).all()
    found = {panel.key: panel for panel in rows}
    done: list[str] = []
    while len(done) < len(walk.definition.panels):
        ready = [p for p in walk.definition.panels if p.key not in done and set(p.after) <= set(done)]
        for declared in ready:
            yield found[declared.key]
            done.append(declared.key)


def _man(walk: Walk, panel: Panel, applications: Sequence[Application]) -> list[PanelMember]:
    """As many reviewers as the call asks for, the first in the chair; each reads everything."""
    by, at, members = walk.office_of(panel), walk.closes + DAY, []
    for place in range(walk.definition.panel(panel.key).min_reviews or 1):
        person = walk.somebody()
        address = identities.primary_address(walk.session, person.id)
        members.append(
            reviewing.name_member(
                walk.session, panel, name=person.name, address=address, is_chair=place == 0, by=by, at=at
            )
        )
    pairs = [(application.id, member.id) for application in applications for member in members]
    among = select(Application.id).where(Application.call_id == walk.call.id)
    reviewing.assign(walk.session, panel, pairs, by=by, at=at, among=among)
    return members


def _read(walk: Walk, member: PanelMember, applications: Sequence[Application]) -> None:
    at = walk.closes + 5 * DAY
    by = Acting(member.person_id, walk.session.get_one(Person, member.person_id).name, frozenset({Hat.REVIEWER}))
    reviewing.answer_invitation(walk.session, member, accepts=True, because="", by=by, at=at)
    reviewing.answer_conflicts(walk.session, member, {}, by=by, at=at)
    given = select(Assignment).where(Assignment.member_id == member.id)
    assignments = {row.application_id: row for row in walk.session.scalars(scoped(given))}
    for place, application in enumerate(applications):
        assignment = assignments[application.id]
        typed = _grades(desk.sheet_of(walk.session, assignment), place)
        reviewing.submit_review(walk.session, assignment, typed, 0, by=by, at=at)


def _grades(sheet: desk.Sheet, place: int) -> dict[str, str]:
    """The best grades for the first application, a step less for each of those after it; all thresholds are passed."""
    typed = {"for_applicant": "Invented, and well so.", "for_panel": ""}
    names = [f"score-{criterion.key}" for criterion in sheet.criteria] + (["overall"] if sheet.is_entered else [])
    for name in names:
        scale = sheet.scale_at(name)
        values = sorted(scale.points(), key=scale.oriented, reverse=True)
        typed[name] = desk.point_text(values[min(place, len(values) - 2)])
    return typed | {f"remark-{criterion.key}": "Because it is invented." for criterion in sheet.criteria}


def decided(walk: Walk, application: Application, outcome: str = "award") -> None:
    """Each side speaks, the decision is recorded and taken; its letters are drafted."""
    at = walk.closes + 20 * DAY
    for part in _parts(walk, application):
        deciding.record_verdict(
            walk.session,
            application,
            part.side_key,
            recommends=outcome == "award",
            reasons="Invented reasons.",
            typed=walk.budgets.get((application.id, part.side_key), {}) if outcome == "award" else {},
            version=0,
            by=walk.offices[part.side_key],
            at=at,
        )
    deciding.record_decision(
        walk.session,
        application,
        outcome=outcome,
        reasons="",
        feedback="Invented feedback.",
        took_part="Everybody",
        by=walk.lead_office,
        at=at,
    )
    applying.take(walk.session, application, Move.DECIDE, by=walk.lead_office, at=at)


def released(walk: Walk) -> None:
    """All letters go at one instant."""
    deciding.release(walk.session, walk.call, by=walk.lead_office, at=walk.closes + 30 * DAY)


def to_the_award(session: Session, definition: Definition) -> tuple[Walk, Application, AwardView]:
    """One application of a call, from the announcement to its award."""
    walk = announced(session, definition)
    application = submitted(walk)
    checked(walk, application)
    reviewed(walk, application)
    decided(walk, application)
    released(walk)
    award = award_of(session, application.id)
    assert award is not None
    return walk, application, award
