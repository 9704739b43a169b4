"""Reading panels: by the office and chairs inside their scopes, by members from the membership they hold.

`among` is always a scope's select of application ids, `panels` and `reviews` a scope's select of these rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application, ApplicationSide
from app.identities.models import EmailAddress, Person
from app.kernel.database import scoped
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.definition.vocabulary import Overall
from app.programmes.kinds import Text
from app.programmes.models import Call
from app.programmes.queries import definition_of, newest_definitions
from app.reviews.models import Assignment, ConflictAnswer, Panel, PanelMember, Review, Score
from app.reviews.rules import Rank, Result, Scale, overall_grade, ranks, summarise
from app.workflow.vocabulary import State

IN_PLAY = (State.SUBMITTED, State.ELIGIBLE, State.IN_REVIEW)
JUDGED = (State.IN_REVIEW, State.REVIEWED, State.DECIDED, State.AWARDED, State.RESERVE, State.DECLINED)

Who = UUID | ColumnElement[Any] | Any


def clear_of(person: Who, application: Who) -> ColumnElement[bool]:
    """The person has declared no conflict with the application and takes no part in it."""
    answer, whole, part = aliased(ConflictAnswer), aliased(Application), aliased(ApplicationSide)
    return and_(
        ~exists().where(answer.person_id == person, answer.application_id == application, answer.has_conflict),
        ~exists().where(whole.id == application, whole.lead_person_id == person),
        ~exists().where(part.application_id == application, part.lead_person_id == person),
    )


def is_live() -> ColumnElement[bool]:
    """Assignments that count: the member has not declined and is in no conflict with the application."""
    return and_(PanelMember.declined_at.is_(None), clear_of(PanelMember.person_id, Assignment.application_id))


# --- Panels of a call -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PanelRow:
    """A panel on the board. The counts are None when they may not be read."""

    id: UUID
    key: str
    title: Text
    side_key: str | None
    is_closed: bool
    is_readable: bool
    members: int | None
    submitted: int | None
    assigned: int | None


def panels_of_call(
    session: Session, call_id: UUID, *, readable: Select[Any], among: Select[Any] | None = None
) -> tuple[PanelRow, ...]:
    """The panels of a call in the order of its declaration; reviews are counted only inside `among`."""
    definition = definition_of(session, session.get_one(Call, call_id))
    open_to = {panel.id for panel in session.scalars(readable)}
    found = {panel.key: panel for panel in session.scalars(select(Panel).where(Panel.call_id == call_id))}
    rows = []
    for declared in definition.panels:
        panel = found.get(declared.key)
        if panel is None:
            continue
        may_read = panel.id in open_to
        members = _count_members(session, panel.id) if may_read else None
        done, given = progress(session, panel.id, among=among) if may_read and among is not None else (None, None)
        rows.append(PanelRow(
            panel.id, panel.key, declared.title, panel.side_key, panel.closed_at is not None, may_read, members, done, given
        ))
    return tuple(rows)


def _count_members(session: Session, panel_id: UUID) -> int:
    return session.scalar(
        select(func.count()).select_from(PanelMember)
        .where(PanelMember.panel_id == panel_id, PanelMember.declined_at.is_(None))
    ) or 0


def progress(session: Session, panel_id: UUID, *, among: Select[Any]) -> tuple[int, int]:
    """How many reviews of a panel are submitted, of how many: only of applications `among` those one may see."""
    row = session.execute(scoped(
        select(func.count(Review.submitted_at), func.count(Assignment.id)).select_from(Assignment)
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.panel_id == panel_id, is_live(), Application.state.in_(JUDGED), Application.id.in_(among))
    )).one()
    return int(row[0]), int(row[1])


def title_of(session: Session, panel: Panel) -> Text:
    """The panel's title as the call declares it."""
    return definition_of(session, session.get_one(Call, panel.call_id)).panel(panel.key).title


def criteria_of(session: Session, panel: Panel) -> tuple[Text, ...]:
    """The titles of the criteria, in the order of the declaration."""
    return tuple(criterion.title for criterion in definition_of(session, session.get_one(Call, panel.call_id)).criteria)


# --- What a person has in panels --------------------------------------------------------------------------------


@dataclass(frozen=True)
class MembershipRow:
    """A place in a panel on the person's own desk. `state` is invited, accepted or declined."""

    member_id: UUID
    call_id: UUID
    call_key: str
    panel_key: str
    title: Text
    state: str
    assigned: int
    submitted: int
    call_title: Text


def own_memberships(session: Session, person_id: UUID) -> tuple[MembershipRow, ...]:
    """The panels to which this person was invited; work that is a conflict is not counted."""
    rows = session.execute(
        select(PanelMember, Panel, Call).join(Panel, Panel.id == PanelMember.panel_id).join(Call, Call.id == Panel.call_id)
        .where(PanelMember.person_id == person_id)
        .where(or_(PanelMember.invited_at.is_not(None), PanelMember.accepted_at.is_not(None)))
        .order_by(PanelMember.created_at.desc(), PanelMember.id)
    ).all()
    definitions = newest_definitions(session, [call.id for _, _, call in rows])
    counts = _own_counts(session, person_id)
    return tuple(
        MembershipRow(
            member.id, call.id, call.key, panel.key, definitions[call.id].panel(panel.key).title, state_of(member),
            *counts.get(member.id, (0, 0)), definitions[call.id].title,
        )
        for member, panel, call in rows
    )


def _own_counts(session: Session, person_id: UUID) -> dict[UUID, tuple[int, int]]:
    rows = session.execute(scoped(
        select(PanelMember.id, func.count(Assignment.id), func.count(Review.submitted_at))
        .join(Assignment, Assignment.member_id == PanelMember.id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(PanelMember.person_id == person_id, Application.state == State.IN_REVIEW, is_live())
        .group_by(PanelMember.id)
    ))
    return {row[0]: (row[1], row[2]) for row in rows}


def state_of(member: PanelMember) -> str:
    """named, invited, accepted or declined."""
    if member.declined_at is not None:
        return "declined"
    if member.accepted_at is not None:
        return "accepted"
    return "invited" if member.invited_at is not None else "named"


@dataclass(frozen=True)
class ChairRow:
    """A panel that somebody chairs."""

    panel_id: UUID
    title: Text
    call_title: Text
    is_closed: bool


def chaired_panels(session: Session, person_id: UUID) -> tuple[ChairRow, ...]:
    """The panels that this person chairs, from when the invitation is accepted and the conflicts are answered."""
    rows = session.execute(
        select(Panel).join(PanelMember, PanelMember.panel_id == Panel.id)
        .where(PanelMember.person_id == person_id, PanelMember.is_chair, PanelMember.accepted_at.is_not(None))
        .where(PanelMember.conflicts_answered_at.is_not(None)).order_by(PanelMember.created_at.desc(), Panel.id)
    ).scalars().all()
    definitions = newest_definitions(session, [panel.call_id for panel in rows])
    return tuple(
        ChairRow(panel.id, definitions[panel.call_id].panel(panel.key).title, definitions[panel.call_id].title,
                 panel.closed_at is not None)
        for panel in rows
    )


def panel_chaired_in(session: Session, person_id: UUID, call_id: UUID) -> UUID | None:
    """The panel of a call that this person chairs, or None."""
    return session.scalar(
        select(Panel.id).join(PanelMember, PanelMember.panel_id == Panel.id)
        .where(Panel.call_id == call_id, PanelMember.person_id == person_id, PanelMember.is_chair)
        .where(PanelMember.accepted_at.is_not(None)).limit(1)
    )


# --- Who waits for whom -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """What somebody owes a panel, and since when; `what` is a marked message, `side` the short name of the side."""

    what: str
    holder: str
    side: str | None
    since: datetime | None
    left: int = 0


ANSWER_DUE = N_("Answer to the invitation to review")
CONFLICTS_DUE = N_("Answer about conflicts of interest")
REVIEWS_DUE = N_("Reviews that are not submitted yet")


def waiting(session: Session, *, panels: Select[Any], among: Select[Any]) -> tuple[Waiting, ...]:
    """Members of open panels who have not answered, or have reviews outstanding, inside the scopes given."""
    found = {panel.id: panel for panel in session.scalars(panels) if panel.closed_at is None}
    if not found:
        return ()
    definitions = newest_definitions(session, list({panel.call_id for panel in found.values()}))
    left = _left(session, list(found), among)
    rows = session.execute(
        select(PanelMember, Person.name).join(Person, Person.id == PanelMember.person_id)
        .where(PanelMember.panel_id.in_(found), PanelMember.declined_at.is_(None), PanelMember.invited_at.is_not(None))
        .order_by(PanelMember.invited_at, Person.name, PanelMember.id)
    ).all()
    owed = []
    for member, name in rows:
        if not member.is_chair and not left.get(member.id):
            continue
        what, since = _owes(member, left.get(member.id, 0))
        if what:
            panel = found[member.panel_id]
            side = definitions[panel.call_id].side(panel.side_key).short if panel.side_key else None
            owed.append(Waiting(what, name, side, since, left.get(member.id, 0)))
    return tuple(owed)


def _owes(member: PanelMember, left: int) -> tuple[str, datetime | None]:
    if member.accepted_at is None:
        return ANSWER_DUE, member.invited_at
    if member.conflicts_answered_at is None:
        return CONFLICTS_DUE, member.accepted_at
    return (REVIEWS_DUE, member.conflicts_answered_at) if left else ("", None)


def _left(session: Session, panel_ids: Sequence[UUID], among: Select[Any]) -> dict[UUID, int]:
    rows = session.execute(scoped(
        select(Assignment.member_id, func.count()).join(PanelMember, PanelMember.id == Assignment.member_id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.panel_id.in_(panel_ids), Review.submitted_at.is_(None), is_live())
        .where(Application.state == State.IN_REVIEW, Application.id.in_(among)).group_by(Assignment.member_id)
    ))
    return {row[0]: row[1] for row in rows}


# --- The office's page of a panel -------------------------------------------------------------------------------


@dataclass(frozen=True)
class MemberRow:
    """A member as the panel's office sees one; counts are only of applications it may see."""

    id: UUID
    name: str
    address: str
    is_chair: bool
    state: str
    has_answered_conflicts: bool
    since: datetime | None
    because: str
    submitted: int
    assigned: int


def members_of(session: Session, panel: Panel, *, among: Select[Any]) -> tuple[MemberRow, ...]:
    """Everybody named to a panel, the chair first."""
    rows = session.execute(
        select(PanelMember, Person.name, EmailAddress.address).join(Person, Person.id == PanelMember.person_id)
        .join(EmailAddress, and_(EmailAddress.person_id == Person.id, EmailAddress.is_primary))
        .where(PanelMember.panel_id == panel.id).order_by(PanelMember.is_chair.desc(), Person.name, PanelMember.id)
    ).all()
    counts = _counts_by_member(session, panel.id, among)
    return tuple(
        MemberRow(
            member.id, name, address, member.is_chair, state_of(member), member.conflicts_answered_at is not None,
            member.declined_at or member.conflicts_answered_at or member.accepted_at or member.invited_at or member.created_at,
            member.declined_because or "", *counts.get(member.id, (0, 0)),
        )
        for member, name, address in rows
    )


def _counts_by_member(session: Session, panel_id: UUID, among: Select[Any]) -> dict[UUID, tuple[int, int]]:
    rows = session.execute(scoped(
        select(Assignment.member_id, func.count(Review.submitted_at), func.count(Assignment.id))
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.panel_id == panel_id, Assignment.application_id.in_(among), is_live())
        .group_by(Assignment.member_id)
    ))
    return {row[0]: (row[1], row[2]) for row in rows}


@dataclass(frozen=True)
class Cell:
    """One member towards one application: free, assigned, begun, submitted, conflict or declined."""

    member_id: UUID
    name: str
    state: str


@dataclass(frozen=True)
class GridRow:
    """One application in the grid of assignments; `lacks` more reviewers are needed before its review can start."""

    id: UUID
    reference: str
    title: str
    state: State
    cells: tuple[Cell, ...]
    lacks: int


def grid(
    session: Session, panel: Panel, members: Sequence[MemberRow], needed: int, *, among: Select[Any]
) -> tuple[GridRow, ...]:
    """Applications that can be assigned, by members that can be; both in a stable order."""
    applications = session.execute(scoped(
        select(Application.id, Application.reference, Application.title, Application.state)
        .where(Application.id.in_(among), Application.call_id == panel.call_id, Application.state.in_(IN_PLAY))
        .order_by(Application.number)
    )).all()
    given = _given(session, panel.id, among)
    barred = _barred(session, panel.id, among)
    rows = []
    for application in applications:
        cells = tuple(
            Cell(member.id, member.name, _cell(member, application.id, given, barred))
            for member in members if not (member.state == "declined" and (application.id, member.id) not in given)
        )
        counted = sum(cell.state in ("assigned", "begun", "submitted") for cell in cells)
        rows.append(GridRow(
            application.id, application.reference or "", application.title, application.state, cells, max(0, needed - counted)
        ))
    return tuple(rows)


def _cell(member: MemberRow, application_id: UUID, given: Mapping[Any, str], barred: frozenset[Any]) -> str:
    pair = (application_id, member.id)
    if pair in barred:
        return "conflict"
    if member.state == "declined":
        return "declined"
    return given.get(pair, "free")


def _given(session: Session, panel_id: UUID, among: Select[Any]) -> dict[tuple[UUID, UUID], str]:
    rows = session.execute(scoped(
        select(Assignment.application_id, Assignment.member_id, Review.id, Review.submitted_at)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.panel_id == panel_id, Assignment.application_id.in_(among))
    ))
    return {
        (row[0], row[1]): "assigned" if row[2] is None else "begun" if row[3] is None else "submitted" for row in rows
    }


def _barred(session: Session, panel_id: UUID, among: Select[Any]) -> frozenset[tuple[UUID, UUID]]:
    rows = session.execute(scoped(
        select(Application.id, PanelMember.id).join(PanelMember, true())
        .where(PanelMember.panel_id == panel_id, Application.id.in_(among))
        .where(~clear_of(PanelMember.person_id, Application.id))
    ))
    return frozenset((row[0], row[1]) for row in rows)


def not_started(session: Session, call_id: UUID, *, among: Select[Any]) -> Sequence[Application]:
    """Applications whose review has not begun, for offering that step."""
    return session.scalars(scoped(
        select(Application).where(Application.id.in_(among), Application.call_id == call_id)
        .where(Application.state.in_((State.SUBMITTED, State.ELIGIBLE))).order_by(Application.number)
    )).all()


# --- Results ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewLine:
    """One submitted review. Scores are exact; `overall` is entered or computed, as the call says."""

    application_id: UUID
    reference: str
    title: str
    panel_id: UUID
    panel_key: str
    panel_title: Text
    side_key: str | None
    reviewer: str
    submitted_at: datetime
    overall: Fraction | None
    scores: tuple[tuple[str, Fraction | None], ...]
    remarks: tuple[tuple[str, str], ...]
    for_applicant: str
    for_panel: str


def review_lines(session: Session, call_id: UUID, reviews: Select[Any]) -> tuple[ReviewLine, ...]:
    """Every submitted review inside the scope `reviews`, by application, panel and reviewer.

    A review by somebody who turned out to be in conflict does not count, and is not listed.
    """
    definition = definition_of(session, session.get_one(Call, call_id))
    inside = reviews.with_only_columns(Review.id)
    rows = session.execute(scoped(
        select(Review, Application, Panel, Person.name).select_from(Review)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(PanelMember, PanelMember.id == Assignment.member_id).join(Person, Person.id == PanelMember.person_id)
        .join(Panel, Panel.id == Assignment.panel_id).join(Application, Application.id == Assignment.application_id)
        .where(Review.id.in_(inside), Review.submitted_at.is_not(None), Panel.call_id == call_id, is_live())
        .order_by(Application.number, Panel.key, Person.name, Review.id)
    )).all()
    scores = scores_of(session, [review.id for review, *_ in rows])
    return tuple(
        _line(definition, review, application, panel, name, scores.get(review.id, {})) for review, application, panel, name in rows
    )


def scores_of(session: Session, review_ids: Sequence[UUID]) -> dict[UUID, dict[str, Score]]:
    """The scores of reviews that the caller has reached, by criterion."""
    found: dict[UUID, dict[str, Score]] = {}
    for score in session.scalars(scoped(select(Score).where(Score.review_id.in_(review_ids)))):
        found.setdefault(score.review_id, {})[score.criterion] = score
    return found


def points(hundredths: int | None) -> Fraction | None:
    """A stored score as a number."""
    return None if hundredths is None else Fraction(hundredths, 100)


def _line(
    definition: Definition, review: Review, application: Application, panel: Panel, name: str, scores: Mapping[str, Score]
) -> ReviewLine:
    given = {key: points(score.hundredths) for key, score in scores.items()}
    overall = overall_grade(definition.overall or Overall.ENTERED, points(review.overall), definition.criteria, given)
    assert review.submitted_at is not None
    return ReviewLine(
        application.id, application.reference or "", application.title, panel.id, panel.key,
        definition.panel(panel.key).title, panel.side_key, name, review.submitted_at, overall,
        tuple((criterion.key, given.get(criterion.key)) for criterion in definition.criteria),
        tuple((criterion.key, scores[criterion.key].remark if criterion.key in scores else "") for criterion in definition.criteria),
        review.for_applicant, review.for_panel,
    )


@dataclass(frozen=True)
class ResultLine:
    """What a panel's scores of one application come to. `criteria` is (key, title, Result) each."""

    application_id: UUID
    reference: str
    title: str
    result: Result
    rank: Rank | None
    submitted: int
    assigned: int
    criteria: tuple[tuple[str, Text, Result], ...]


@dataclass(frozen=True)
class PanelResults:
    """The results of one panel on its own scale, best first. Ranks count only what the reader may see."""

    panel_id: UUID
    key: str
    title: Text
    side_key: str | None
    scale: Scale
    is_closed: bool
    lines: tuple[ResultLine, ...]

    def line(self, application_id: UUID) -> ResultLine | None:
        """The line of one application, or None."""
        return next((line for line in self.lines if line.application_id == application_id), None)


def panel_results(
    session: Session, call_id: UUID, panels: Select[Any], among: Select[Any]
) -> tuple[PanelResults, ...]:
    """Per readable panel the results of every application `among` those the reader may see."""
    definition = definition_of(session, session.get_one(Call, call_id))
    readable = {panel.key: panel for panel in session.scalars(panels) if panel.call_id == call_id}
    ids = [panel.id for panel in readable.values()]
    inside = select(Review).join(Assignment, Assignment.id == Review.assignment_id).where(
        Assignment.panel_id.in_(ids), Assignment.application_id.in_(among)
    )
    reviews = review_lines(session, call_id, inside)
    judged = _judged(session, ids, among)
    return tuple(
        _results(definition, readable[declared.key], judged, reviews)
        for declared in definition.panels if declared.key in readable
    )


def _judged(session: Session, panel_ids: Sequence[UUID], among: Select[Any]) -> Sequence[Any]:
    """(panel, application, reference, title, assigned) of everything that was given to these panels."""
    return session.execute(scoped(
        select(Assignment.panel_id, Application.id, Application.reference, Application.title, func.count(Assignment.id))
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.panel_id.in_(panel_ids), is_live(), Application.state.in_(JUDGED), Application.id.in_(among))
        .group_by(Assignment.panel_id, Application.id, Application.reference, Application.title, Application.number)
        .order_by(Application.number)
    )).all()


def _results(
    definition: Definition, panel: Panel, judged: Sequence[Any], reviews: Sequence[ReviewLine]
) -> PanelResults:
    declared = definition.panel(panel.key)
    scale = Scale.of(definition.scale_of(declared))
    own: dict[UUID, list[ReviewLine]] = {}
    for review in reviews:
        if review.panel_id == panel.id:
            own.setdefault(review.application_id, []).append(review)
    results = {row[1]: summarise(review.overall for review in own.get(row[1], ())) for row in judged if row[0] == panel.id}
    placed = ranks(results, scale)
    lines = [
        ResultLine(
            row[1], row[2] or "", row[3], results[row[1]], placed[row[1]], len(own.get(row[1], ())), row[4],
            tuple(
                (criterion.key, criterion.title, summarise(dict(review.scores)[criterion.key] for review in own.get(row[1], ())))
                for criterion in definition.criteria
            ),
        )
        for row in judged if row[0] == panel.id
    ]
    lines.sort(key=lambda line: (line.rank is None, line.rank.position if line.rank else 0, line.reference))
    return PanelResults(
        panel.id, panel.key, declared.title, panel.side_key, scale, panel.closed_at is not None, tuple(lines)
    )


# --- What a member may see, from the own membership --------------------------------------------------------------


@dataclass(frozen=True)
class Applicant:
    """Somebody who leads an application or one side of it."""

    name: str
    institution: str
    side: str


@dataclass(frozen=True)
class Candidate:
    """An application as a member is shown it before answering: enough to know a conflict by."""

    id: UUID
    reference: str
    title: str
    people: tuple[Applicant, ...]


def candidates(session: Session, member: PanelMember, *, only_assigned: bool) -> tuple[Candidate, ...]:
    """The applications a member is asked about: all of the call, or those already given. Known conflicts are left out."""
    panel = session.get_one(Panel, member.panel_id)
    definition = definition_of(session, session.get_one(Call, panel.call_id))
    given = exists().where(Assignment.application_id == Application.id, Assignment.member_id == member.id)
    rows = session.execute(scoped(
        select(Application.id, Application.reference, Application.title)
        .where(Application.call_id == panel.call_id, Application.state.in_(IN_PLAY))
        .where(clear_of(member.person_id, Application.id), given if only_assigned else true())
        .order_by(Application.number)
    )).all()
    people = _people(session, [row.id for row in rows], {side.key: side.short for side in definition.sides})
    return tuple(Candidate(row.id, row.reference or "", row.title, people.get(row.id, ())) for row in rows)


def _people(session: Session, ids: Sequence[UUID], sides: Mapping[str, str]) -> dict[UUID, tuple[Applicant, ...]]:
    rows = session.execute(scoped(
        select(ApplicationSide.application_id, ApplicationSide.side_key, Person.name, Person.institution)
        .join(Person, Person.id == ApplicationSide.lead_person_id)
        .where(ApplicationSide.application_id.in_(ids)).order_by(ApplicationSide.side_key)
    ))
    found: dict[UUID, tuple[Applicant, ...]] = {}
    order = list(sides)
    for row in sorted(rows, key=lambda row: order.index(row.side_key) if row.side_key in order else len(order)):
        person = Applicant(row.name, row.institution, sides.get(row.side_key, row.side_key))
        found[row.application_id] = (*found.get(row.application_id, ()), person)
    return found


def has_unanswered(session: Session, member: PanelMember) -> bool:
    """Whether the member has yet to say of an assigned application whether it is a conflict."""
    answered = exists().where(
        ConflictAnswer.application_id == Assignment.application_id, ConflictAnswer.person_id == member.person_id
    )
    if member.conflicts_answered_at is None:
        return True
    return session.scalar(scoped(
        select(Assignment.id).join(Application, Application.id == Assignment.application_id)
        .where(Assignment.member_id == member.id, Application.state.in_(IN_PLAY), ~answered)
        .where(clear_of(member.person_id, Application.id)).limit(1)
    )) is not None


def takes_part(session: Session, person_id: UUID, call: Call, *, at: datetime) -> bool:
    """Whether a person leads an application to the call or a side of one. A draft left behind after the close is none."""
    is_open = call.closes_at is not None and at <= call.closes_at
    states = (State.WITHDRAWN,) if is_open else (State.WITHDRAWN, State.DRAFT)
    own_side = exists().where(ApplicationSide.application_id == Application.id, ApplicationSide.lead_person_id == person_id)
    return session.scalar(scoped(
        select(Application.id).where(Application.call_id == call.id, Application.state.not_in(states))
        .where(or_(Application.lead_person_id == person_id, own_side)).limit(1)
    )) is not None
