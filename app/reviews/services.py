"""Naming members, their answers and conflicts, assigning, writing reviews, and closing panels."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.applications import services as applications
from app.applications.models import Application
from app.identities.queries import coordinates
from app.identities.services import find_or_make_person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound, Problem, Refused, Stale
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.definition.vocabulary import JOINT
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import desk
from app.reviews.effects import invite
from app.reviews.models import Assignment, ConflictAnswer, Panel, PanelMember, Review, Score
from app.reviews.queries import IN_PLAY, clear_of, is_live, scores_of, takes_part
from app.trail.services import record
from app.workflow.vocabulary import Move, State

CLOSED = N_("This panel has closed. What was submitted stands, and nothing more is taken.")


def open_panels(session: Session, call: Call, definition: Definition) -> None:
    """Make the panels that a call declares. Done twice is done once."""
    known = set(session.scalars(select(Panel.key).where(Panel.call_id == call.id)))
    for declared in definition.panels:
        if declared.key not in known:
            side = None if declared.side == JOINT else declared.side
            session.add(Panel(call_id=call.id, key=declared.key, side_key=side))
    session.flush()


def _open(session: Session, panel_id: UUID, *, for_closing: bool = False) -> Panel:
    """The panel, held until the transaction ends: nothing is written into it while it closes."""
    panel = session.get_one(Panel, panel_id, with_for_update=True if for_closing else {"read": True})
    if panel.closed_at is not None and not for_closing:
        raise Refused([Problem("panel_closed", CLOSED, holder="coordinator", since=panel.closed_at)])
    return panel


# --- Members ----------------------------------------------------------------------------------------------------


def name_member(
    session: Session, panel: Panel, *, name: str, address: str, is_chair: bool, by: Acting, at: datetime
) -> PanelMember:
    """Put somebody on a panel. Refused for whoever applies in the call or sits on another of its panels."""
    _open(session, panel.id)
    if not name.strip():
        raise Refused([Problem("name_missing", N_("Write the name."), field="name")])
    person = find_or_make_person(session, name, address, at=at)
    call = session.get_one(Call, panel.call_id)
    if coordinates(session, person.id, call.id):
        message = N_("This person coordinates a side of this call and cannot judge in it.")
        raise Refused([Problem("coordinates_here", message, field="address")])
    if takes_part(session, person.id, call, at=at):
        raise Refused(
            [
                Problem(
                    "applies_here",
                    N_("This person takes part in an application to this call and cannot judge in it."),
                    field="address",
                )
            ]
        )
    seats = session.scalars(
        select(PanelMember)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .where(Panel.call_id == panel.call_id, PanelMember.person_id == person.id, PanelMember.declined_at.is_(None))
    ).all()
    if any(seat.panel_id != panel.id for seat in seats):
        raise Refused(
            [
                Problem(
                    "sits_elsewhere",
                    N_("This person sits on another panel of this call; panels do not see each other."),
                    field="address",
                )
            ]
        )
    known = session.scalar(
        select(PanelMember).where(PanelMember.panel_id == panel.id, PanelMember.person_id == person.id)
    )
    if known is not None:
        raise Refused(
            [Problem("named_before", N_("This person has been named to this panel already."), field="address")]
        )
    member = PanelMember(panel_id=panel.id, person_id=person.id, is_chair=is_chair, created_at=at)
    session.add(member)
    session.flush()
    record(
        session,
        "name-reviewer",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel-member",
        subject_id=member.id,
        panel=panel.key,
        is_chair=is_chair,
    )
    return member


def invite_again(session: Session, panel: Panel, member_id: UUID, *, by: Acting, at: datetime) -> PanelMember:
    """Send a member a new link. Refused once the answer was no; NotFound for another panel's member."""
    _open(session, panel.id)
    member = session.get(PanelMember, member_id)
    if member is None or member.panel_id != panel.id:
        raise NotFound()
    if member.declined_at is not None:
        raise Refused(
            [Problem("declined", N_("This person has declined. Name somebody else."), since=member.declined_at)]
        )
    invite(session, member, by=by, at=at)
    return member


def answer_invitation(
    session: Session, member: PanelMember, *, accepts: bool, because: str, by: Acting, at: datetime
) -> None:
    """Say yes, which accepts the call's terms of review, or no. A no gives back what was assigned."""
    panel = _open(session, member.panel_id)
    if (member.accepted_at if accepts else member.declined_at) is not None:
        return
    if not accepts and _has_submitted(session, member):
        raise Refused(
            [
                Problem(
                    "has_submitted",
                    N_("You have submitted reviews already. Ask the coordinator to change anything."),
                    holder="coordinator",
                )
            ]
        )
    member.accepted_at, member.declined_at = (at, None) if accepts else (None, at)
    member.declined_because = None if accepts else because.strip()
    session.flush()
    if not accepts:
        _drop_unwritten(session, Assignment.member_id == member.id)
    terms = definition_of(session, session.get_one(Call, panel.call_id)).review_terms
    record(
        session,
        "accept-invitation" if accepts else "decline-invitation",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel-member",
        subject_id=member.id,
        **({"terms": hashlib.sha256(terms.en.encode()).hexdigest()} if accepts and terms else {}),
    )


def _has_submitted(session: Session, member: PanelMember) -> bool:
    return (
        session.scalar(
            scoped(
                select(Review.id)
                .join(Assignment, Assignment.id == Review.assignment_id)
                .where(Assignment.member_id == member.id, Review.submitted_at.is_not(None))
                .limit(1)
            )
        )
        is not None
    )


def _drop_unwritten(session: Session, *conditions: Any) -> None:
    """Take assignments back. One with a review stays on record, and no longer counts anywhere."""
    written = select(Review.assignment_id)
    for assignment in session.scalars(
        scoped(select(Assignment).where(*conditions, Assignment.id.not_in(written)))
    ).all():
        session.delete(assignment)
    session.flush()


# --- Conflicts --------------------------------------------------------------------------------------------------


def answer_conflicts(
    session: Session, member: PanelMember, conflicts: Mapping[UUID, str], *, by: Acting, at: datetime
) -> None:
    """Answer for every application in play: a conflict with its reason, or none. A conflict is never taken back."""
    if member.accepted_at is None:
        raise Refused([Problem("not_accepted", N_("Say first whether you accept the invitation."))])
    panel = session.get_one(Panel, member.panel_id)
    problems = [
        Problem("reason_missing", N_("Write in a few words what the conflict is."), field=f"reason-{application_id}")
        for application_id, reason in conflicts.items()
        if not reason.strip()
    ]
    if problems:
        raise Refused(problems)
    asked = session.scalars(
        scoped(
            select(Application.id)
            .where(Application.call_id == panel.call_id, Application.state != State.DRAFT)
            .where(Application.state.in_(IN_PLAY) | Application.id.in_(list(conflicts)))
        )
    ).all()
    for application_id in asked:
        _answer(session, member.person_id, application_id, conflicts.get(application_id), at=at)
    member.conflicts_answered_at = at
    session.flush()
    record(
        session,
        "answer-conflicts",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel-member",
        subject_id=member.id,
        asked=len(asked),
        conflicts=len(set(conflicts) & set(asked)),
    )


def declare_conflict(
    session: Session, person_id: UUID, application: Application, reason: str, *, by: Acting, at: datetime
) -> None:
    """Close an application to oneself, for good: for coordinators, chairs and reviewers."""
    if not reason.strip():
        raise Refused(
            [Problem("reason_missing", N_("Write in a few words what the conflict is."), field="conflict-reason")]
        )
    _answer(session, person_id, application.id, reason, at=at)
    session.flush()
    record(
        session,
        "declare-conflict",
        by=by,
        at=at,
        call_id=application.call_id,
        subject="application",
        subject_id=application.id,
    )


def _answer(session: Session, person_id: UUID, application_id: UUID, reason: str | None, *, at: datetime) -> None:
    known = session.scalar(
        scoped(
            select(ConflictAnswer).where(
                ConflictAnswer.person_id == person_id, ConflictAnswer.application_id == application_id
            )
        )
    )
    if known is None:
        known = ConflictAnswer(person_id=person_id, application_id=application_id, has_conflict=False, reason="", at=at)
        session.add(known)
    if reason is not None and not known.has_conflict:
        known.has_conflict, known.reason, known.at = True, reason.strip(), at
        seats = select(PanelMember.id).where(PanelMember.person_id == person_id)
        session.flush()
        _drop_unwritten(session, Assignment.application_id == application_id, Assignment.member_id.in_(seats))


# --- Assigning --------------------------------------------------------------------------------------------------


def assign(
    session: Session,
    panel: Panel,
    pairs: Collection[tuple[UUID, UUID]],
    *,
    by: Acting,
    at: datetime,
    among: Select[Any],
) -> None:
    """Make the panel's assignments `among` these applications exactly `pairs` of (application, member).

    What somebody has begun to write is not taken away. Whoever is added after the start is mailed at once. Raises
    NotFound for things outside the scope, Refused for a conflict; then nothing changed.
    """
    _open(session, panel.id)
    visible = {
        row.id: row
        for row in session.execute(
            scoped(
                select(Application.id, Application.state).where(
                    Application.id.in_(among), Application.call_id == panel.call_id
                )
            )
        )
    }
    members = {row.id: row for row in session.scalars(select(PanelMember).where(PanelMember.panel_id == panel.id))}
    standing = {
        (row.application_id, row.member_id): row
        for row in session.scalars(
            scoped(
                select(Assignment).where(Assignment.panel_id == panel.id, Assignment.application_id.in_(list(visible)))
            )
        )
    }
    wanted = set(pairs)
    if not all(application in visible and member in members for application, member in wanted):
        raise NotFound()
    new = sorted((pair for pair in wanted if pair not in standing), key=str)
    _check_new(session, new, visible, members)
    gone = [row for pair, row in standing.items() if pair not in wanted and visible[pair[0]].state in IN_PLAY]
    _drop_unwritten(session, Assignment.id.in_([row.id for row in gone]))
    for application_id, member_id in new:
        session.add(Assignment(panel_id=panel.id, member_id=member_id, application_id=application_id, created_at=at))
    session.flush()
    for member_id in dict.fromkeys(
        member for application, member in new if visible[application].state is State.IN_REVIEW
    ):
        if members[member_id].invited_at is None and members[member_id].accepted_at is None:
            invite(session, members[member_id], by=by, at=at)
    record(
        session,
        "assign-reviewers",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel",
        subject_id=panel.id,
        added=len(new),
        removed=len(gone),
    )


def _check_new(
    session: Session,
    new: Collection[tuple[UUID, UUID]],
    visible: Mapping[UUID, Any],
    members: Mapping[UUID, PanelMember],
) -> None:
    problems = []
    for application_id, member_id in new:
        member = members[member_id]
        if visible[application_id].state not in IN_PLAY:
            problems.append(Problem("not_now", N_("This cannot be done in the present state of the application.")))
        elif member.declined_at is not None:
            problems.append(
                Problem("declined", N_("This person has declined. Name somebody else."), since=member.declined_at)
            )
        elif not session.scalar(select(clear_of(member.person_id, application_id))):
            problems.append(
                Problem("conflict_of_member", N_("This person has a conflict of interest with this application."))
            )
    if problems:
        raise Refused(problems)


# --- Writing reviews --------------------------------------------------------------------------------------------


def save_review(
    session: Session, assignment: Assignment, typed: Mapping[str, str], version: int, *, by: Acting, at: datetime
) -> Review:
    """Keep what was typed, however little. `version` is that of the form, 0 for the first.

    Raises Stale with both texts when another tab was faster, Refused when a value is not on the panel's scale or the
    panel has closed.
    """
    _open(session, assignment.panel_id)
    sheet = desk.sheet_of(session, assignment)
    wanted, review = desk.cleaned(sheet, typed), desk.review_of(session, assignment)
    stands = desk.typed_of(session, sheet, review)
    if review is not None and version != review.version:
        differ = desk.clashes(stands, wanted, by.name, review.version)
        if differ:
            raise Stale(differ)
        return review
    scores = desk.read_scores(sheet, wanted)
    if review is not None and stands == wanted:
        return review
    if review is None:
        review = Review(assignment_id=assignment.id, created_at=at, changed_at=at)
        session.add(review)
    elif review.submitted_at is not None:
        record(
            session, "revise-review", by=by, at=at, call_id=sheet.panel.call_id, subject="review", subject_id=review.id
        )
    review.overall, review.changed_at = scores.get("overall"), at
    review.for_applicant, review.for_panel = wanted["for_applicant"], wanted["for_panel"]
    flag_modified(review, "changed_at")
    session.flush()
    _keep_scores(session, sheet, review, wanted, scores)
    return review


def _keep_scores(
    session: Session, sheet: desk.Sheet, review: Review, typed: Mapping[str, str], scores: Mapping[str, int | None]
) -> None:
    stored = scores_of(session, [review.id]).get(review.id, {})
    for criterion in sheet.criteria:
        score = stored.get(criterion.key)
        if score is None:
            score = Score(review_id=review.id, criterion=criterion.key)
            session.add(score)
        score.hundredths, score.remark = scores[f"score-{criterion.key}"], typed[f"remark-{criterion.key}"]
    session.flush()


def submit_review(
    session: Session, assignment: Assignment, typed: Mapping[str, str], version: int, *, by: Acting, at: datetime
) -> Review:
    """Save, then hand in. Refused with everything that is missing; what was typed is kept by saving it before.

    A submitted review stays open to its reviewer until the panel closes; the first time of submitting is kept.
    """
    review = save_review(session, assignment, typed, version, by=by, at=at)
    sheet = desk.sheet_of(session, assignment)
    problems = desk.missing(sheet, desk.cleaned(sheet, typed))
    if problems:
        raise Refused(problems)
    if review.submitted_at is None:
        review.submitted_at = at
        session.flush()
        record(
            session,
            "submit-review",
            by=by,
            at=at,
            call_id=sheet.panel.call_id,
            subject="review",
            subject_id=review.id,
            assignment=str(assignment.id),
        )
    return review


# --- Closing ----------------------------------------------------------------------------------------------------


def close_panel(session: Session, panel: Panel, *, by: Acting, at: datetime, reason: str = "") -> None:
    """End a panel's scoring. Refused while something is missing, unless a reason is given. Closed twice is closed once.

    When the last panel closes, every application in review moves on, by the system.
    """
    # All panels are locked first and in one order, so that two that close at once wait instead of deadlocking.
    others = session.scalars(
        select(Panel).where(Panel.call_id == panel.call_id).order_by(Panel.id).with_for_update()
    ).all()
    panel = _open(session, panel.id, for_closing=True)
    if panel.closed_at is not None:
        return
    problems = _unfinished(session, panel)
    if problems and not reason.strip():
        raise Refused(problems)
    panel.closed_at, panel.closed_by, panel.closed_because = at, by.person_id, reason.strip()
    session.flush()
    record(
        session,
        "close-panel",
        by=by,
        at=at,
        call_id=panel.call_id,
        subject="panel",
        subject_id=panel.id,
        early=bool(problems),
    )
    if any(other.closed_at is None for other in others):
        return
    for application in session.scalars(
        scoped(
            select(Application)
            .where(Application.call_id == panel.call_id, Application.state == State.IN_REVIEW)
            .order_by(Application.number)
        )
    ).all():
        applications.take(session, application, Move.CLOSE_REVIEW, by=applications.system("close-review"), at=at)


def _unfinished(session: Session, panel: Panel) -> list[Problem]:
    """What speaks against closing, without a number: it may be about an application that the reader is closed to."""
    problems = []
    if session.scalar(
        scoped(
            select(func.count())
            .select_from(Assignment)
            .join(PanelMember, PanelMember.id == Assignment.member_id)
            .join(Application, Application.id == Assignment.application_id)
            .outerjoin(Review, Review.assignment_id == Assignment.id)
            .where(
                Assignment.panel_id == panel.id,
                Application.state == State.IN_REVIEW,
                is_live(),
                Review.submitted_at.is_(None),
            )
        )
    ):
        problems.append(
            Problem(
                "reviews_missing",
                N_("Assigned reviews are missing. To close all the same, write the reason."),
                field="reason",
                holder="reviewer",
            )
        )
    if session.scalar(
        scoped(
            select(func.count())
            .select_from(Application)
            .where(Application.call_id == panel.call_id, Application.state.in_((State.SUBMITTED, State.ELIGIBLE)))
        )
    ):
        problems.append(
            Problem(
                "not_all_started",
                N_("Some applications are not in review yet, and could not be later. To close now, write the reason."),
                field="reason",
                holder="coordinator",
            )
        )
    return problems
