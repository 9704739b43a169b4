"""What a person may read, as conditions inside the WHERE. Lists, details, counts, exports, files and mails start here.

A conflict of interest is a NOT EXISTS in every scope but the applicants' own, and comes before all grants.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.access.viewer import Viewer
from app.applications.approvals.models import ApprovalTask
from app.applications.attachments import newest_submissions
from app.applications.letters.givers import has_given
from app.applications.letters.models import InvitedLetter
from app.applications.models import (
    Application,
    ApplicationSide,
    Attachment,
    Extension,
    KeptMail,
    Nomination,
    SubmissionFile,
)
from app.applications.team.members import is_member, took_part
from app.awards.models import Award
from app.communications.models import Letter
from app.identities.models import LinkPurpose
from app.kernel.database import scoped
from app.programmes.definition import Approver, Part, Visibility
from app.reviews.conflicts import clear_of
from app.reviews.models import Assignment, Panel, PanelMember, PanelTurn, Rejoinder, Review
from app.reviews.queries import is_its_turn, is_under_review
from app.workflow.table import AFTER_REVIEW
from app.workflow.vocabulary import State

Ids = Select[UUID]
CHAIRED = {
    Part.FULL: AFTER_REVIEW | {State.IN_REVIEW, State.DECIDED},
    Part.OUTLINE: frozenset({State.OUTLINE_IN_REVIEW, State.OUTLINE_REVIEWED, State.OUTLINE_DECIDED}),
}
"""By the stage of a panel: from the start of its reviews to the release."""


def applicant_of(viewer: Viewer) -> ColumnElement[bool]:
    """Applications that this person leads, for the whole or for a side, or has accepted to work on."""
    own_side = _own_side(viewer)
    if viewer.link is not None:
        if viewer.link.purpose is LinkPurpose.MEMBER:
            return is_member(viewer.person_id, Application.id, viewer.link.subject_id)
        if viewer.link.purpose is not LinkPurpose.PARTNER:
            return false()
        return own_side.where(ApplicationSide.id == viewer.link.subject_id)
    member = is_member(viewer.person_id, Application.id)
    return or_(Application.lead_person_id == viewer.person_id, own_side, member)


def unconflicted(viewer: Viewer) -> ColumnElement[bool]:
    """Applications against which this person has no declared conflict and in which the person takes no part."""
    return clear_of(viewer.person_id, Application.id)


def _own_side(viewer: Viewer) -> Exists:
    # Every EXISTS says what it correlates to: left to itself it would also adopt a table of the statement around it.
    return (
        exists()
        .where(ApplicationSide.application_id == Application.id, ApplicationSide.lead_person_id == viewer.person_id)
        .correlate(Application)
    )


def office_of(viewer: Viewer) -> ColumnElement[bool]:
    """Applications that were submitted to calls this person coordinates. Drafts are private to their team."""
    if viewer.link is not None or not viewer.duties:
        return false()
    return and_(Application.call_id.in_(viewer.calls), Application.state != State.DRAFT, unconflicted(viewer))


def _may_judge(viewer: Viewer) -> bool:
    return viewer.link is None or viewer.link.purpose is LinkPurpose.REVIEW


def member_of(viewer: Viewer) -> ColumnElement[bool]:
    """Panel memberships this person has accepted and answered the conflicts of; none in a call where the person applies."""
    if not _may_judge(viewer):
        return false()
    confined = PanelMember.id == viewer.link.subject_id if viewer.link is not None else true()
    application, side, panel = aliased(Application), aliased(ApplicationSide), aliased(Panel)
    leads = exists().where(side.application_id == application.id, side.lead_person_id == viewer.person_id)
    applies = exists().where(
        panel.id == PanelMember.panel_id,
        application.call_id == panel.call_id,
        application.state.not_in((State.DRAFT, State.WITHDRAWN)),
        or_(
            application.lead_person_id == viewer.person_id,
            leads.correlate(application),
            took_part(viewer.person_id, application.id),
            has_given(viewer.person_id, application.id),
        ),
    )
    return and_(
        PanelMember.person_id == viewer.person_id,
        PanelMember.accepted_at.is_not(None),
        PanelMember.conflicts_answered_at.is_not(None),
        ~applies.correlate(PanelMember),
        confined,
    )


def assigned_to(viewer: Viewer) -> ColumnElement[bool]:
    """Applications given to this person for review, while they are in review before a panel whose turn it is."""
    if not _may_judge(viewer):
        return false()
    given = (
        exists()
        .where(
            Assignment.application_id == Application.id,
            Assignment.member_id == PanelMember.id,
            Panel.id == Assignment.panel_id,
            is_under_review(),
            is_its_turn(Panel.id),
            member_of(viewer),
        )
        .correlate(Application)
    )
    return and_(given, unconflicted(viewer))


def has_judged(viewer: Viewer) -> ColumnElement[bool]:
    """Full applications that this person was given to review, from the end of the reviews to the decision: what the
    applicants answer is read by those who judged."""
    if not _may_judge(viewer):
        return false()
    given = (
        exists()
        .where(
            Assignment.application_id == Application.id,
            Assignment.member_id == PanelMember.id,
            Panel.id == Assignment.panel_id,
            Panel.stage == Part.FULL,
            member_of(viewer),
        )
        .correlate(Application)
    )
    return and_(given, Application.state.in_(AFTER_REVIEW | {State.DECIDED}), unconflicted(viewer))


def chaired_by(viewer: Viewer) -> ColumnElement[bool]:
    """Applications assigned in panels that this person chairs."""
    if not _may_judge(viewer):
        return false()
    chair = (
        exists()
        .where(
            Assignment.application_id == Application.id,
            Assignment.panel_id == PanelMember.panel_id,
            Panel.id == Assignment.panel_id,
            or_(*(and_(Panel.stage == stage, Application.state.in_(states)) for stage, states in CHAIRED.items())),
            PanelMember.is_chair,
            member_of(viewer),
        )
        .correlate(Application)
    )
    return and_(chair, unconflicted(viewer))


def applications(viewer: Viewer) -> Select[Application]:
    """Every application this person may know of, in whatever role."""
    return scoped(
        select(Application).where(
            or_(
                applicant_of(viewer),
                office_of(viewer),
                assigned_to(viewer),
                chaired_by(viewer),
                has_judged(viewer),
            )
        )
    )


def ids(condition: ColumnElement[bool], *more: ColumnElement[bool]) -> Ids:
    """The ids of applications under a condition, to be used inside another statement."""
    return select(Application.id).where(condition, *more)


def office_ids(viewer: Viewer, call_id: UUID) -> Ids:
    """The applications of one call that this coordinator may know of."""
    return ids(office_of(viewer), Application.call_id == call_id)


def panel_ids(viewer: Viewer, panel_id: UUID, call_id: UUID) -> Ids:
    """The applications of one panel that its chair or its side's coordinator may know of."""
    in_panel = (
        exists()
        .where(Assignment.application_id == Application.id, Assignment.panel_id == panel_id)
        .correlate(Application)
    )
    return ids(or_(office_of(viewer), chaired_by(viewer)), Application.call_id == call_id, in_panel)


def extensions(viewer: Viewer, call_id: UUID) -> Select[Any]:
    """The extensions of a call by their ids, those of applications in conflict left out."""
    clear = or_(Extension.application_id.is_(None), clear_of(viewer.person_id, Extension.application_id))
    return select(Extension.id).where(Extension.call_id == call_id, clear)


def is_clear(session: Session, viewer: Viewer, application_id: UUID) -> bool:
    """Whether this person has no conflict with an application."""
    return bool(
        session.scalar(scoped(select(Application.id).where(Application.id == application_id, unconflicted(viewer))))
    )


def _chairs(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(PanelMember.panel_id == Panel.id, PanelMember.is_chair, member_of(viewer)).correlate(Panel)


def _chairs_after(viewer: Viewer) -> ColumnElement[bool]:
    """This person chairs a panel that begins after this one, and its turn has come."""
    return (
        exists()
        .where(
            PanelTurn.after_id == Panel.id,
            PanelMember.panel_id == PanelTurn.panel_id,
            is_its_turn(PanelTurn.panel_id),
            PanelMember.is_chair,
            member_of(viewer),
        )
        .correlate(Panel)
    )


def panel_is_readable(viewer: Viewer, call_id: UUID) -> ColumnElement[bool]:
    """Panels whose scores this person may see: the own side's, the one chaired, those after which that one begins, once
    it may; all of a stage once all of it have closed."""
    other = aliased(Panel)
    still_open = exists().where(other.call_id == Panel.call_id, other.stage == Panel.stage, other.closed_at.is_(None))
    all_closed = ~still_open.correlate(Panel)
    sides = viewer.sides_of(call_id)
    own_side = or_(Panel.side_key.in_(sides), Panel.side_key.is_(None)) if sides else false()
    chairs = false() if not _may_judge(viewer) else or_(_chairs(viewer), _chairs_after(viewer))
    coordinates = true() if sides and viewer.link is None else false()
    return or_(own_side, chairs, and_(coordinates, all_closed))


def readable_panels(viewer: Viewer, call_id: UUID) -> Select[Panel]:
    """The panels of a call whose scores this person may see now."""
    return select(Panel).where(Panel.call_id == call_id, panel_is_readable(viewer, call_id))


def own_assignments(viewer: Viewer) -> Select[Assignment]:
    """What this reviewer has to judge."""
    return scoped(
        select(Assignment)
        .join(PanelMember, PanelMember.id == Assignment.member_id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(member_of(viewer), unconflicted(viewer), is_under_review(), is_its_turn(Panel.id))
    )


def reviews_of_others(viewer: Viewer) -> Select[Review]:
    """Reviews by others that a member may read, of applications given to that member too: in the same panel when the
    call lets its members see each other, and of the panels after which the own one begins, once it may."""
    own, seat = aliased(Assignment), aliased(PanelMember)
    written = aliased(Review)
    has_own = exists().where(written.assignment_id == own.id, written.submitted_at.is_not(None)).correlate(own)
    in_turn = exists().where(
        PanelTurn.panel_id == own.panel_id, PanelTurn.after_id == Panel.id, is_its_turn(own.panel_id)
    )
    same_panel = and_(
        own.panel_id == Panel.id,
        own.member_id != Assignment.member_id,
        or_(
            and_(Panel.sees_others == Visibility.AFTER_CLOSING, Panel.closed_at.is_not(None)),
            and_(Panel.sees_others == Visibility.AFTER_OWN, has_own),
        ),
    )
    mine = select(PanelMember.id).where(member_of(viewer))
    given = exists().where(
        own.application_id == Assignment.application_id,
        own.member_id == seat.id,
        seat.id.in_(mine),
        or_(same_panel, in_turn.correlate(own, Panel)),
    )
    states = or_(*(and_(Panel.stage == stage, Application.state.in_(states)) for stage, states in CHAIRED.items()))
    return scoped(
        select(Review)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Review.submitted_at.is_not(None), states, unconflicted(viewer), given.correlate(Assignment, Panel))
    )


def rejoinders(viewer: Viewer) -> Select[Rejoinder]:
    """Answers of applicants to reviews, once sent: for offices, chairs and those who judged, before the decision and
    after it; never for somebody in conflict."""
    among = ids(or_(office_of(viewer), chaired_by(viewer), has_judged(viewer)))
    return scoped(select(Rejoinder).where(Rejoinder.sent_at.is_not(None), Rejoinder.application_id.in_(among)))


def reviews_of_panels(viewer: Viewer, call_id: UUID) -> Select[Review]:
    """Submitted reviews that this chair or coordinator may read, conflicts and sealed panels left out."""
    return scoped(
        select(Review)
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Review.submitted_at.is_not(None),
            Panel.call_id == call_id,
            panel_is_readable(viewer, call_id),
            or_(office_of(viewer), chaired_by(viewer)),
        )
    )


def deeds(viewer: Viewer, call_id: UUID) -> tuple[Ids, ...]:
    """What a line of the trail may be about for this coordinator: applications, and panels with their members and
    reviews as far as their scores may be seen."""
    panels = readable_panels(viewer, call_id).with_only_columns(Panel.id)
    members = select(PanelMember.id).where(PanelMember.panel_id.in_(panels))
    return office_ids(viewer, call_id), panels, members, reviews_of_panels(viewer, call_id).with_only_columns(Review.id)


def letters_for_office(viewer: Viewer, call_id: UUID) -> Select[Letter]:
    """Letters of a call that its coordinator may read: none about applications in conflict, none that reviewers got
    in the other side's panel."""
    return scoped(
        select(Letter).where(
            Letter.call_id == call_id,
            true() if call_id in viewer.calls and viewer.link is None else false(),
            or_(Letter.application_id.is_(None), Letter.application_id.in_(office_ids(viewer, call_id))),
            or_(Letter.side_key.is_(None), Letter.side_key.in_(viewer.sides_of(call_id))),
        )
    )


def nomination_ids(viewer: Viewer, call_id: UUID) -> Ids:
    """Requests to nominate that this coordinator's own side has got: of a draft, what asking shows and nothing more."""
    return nominations(viewer, call_id).with_only_columns(Nomination.id)


def nominations(viewer: Viewer, call_id: UUID, nomination_id: UUID | None = None) -> Select[Nomination]:
    """The same as rows; one of them where it is named."""
    sides = viewer.sides_of(call_id) if viewer.link is None else frozenset()
    return scoped(
        select(Nomination)
        .join(Application, Application.id == Nomination.application_id)
        .where(Application.call_id == call_id, Nomination.side_key.in_(sides), unconflicted(viewer))
        .where(true() if nomination_id is None else Nomination.id == nomination_id)
    )


def attachments(viewer: Viewer) -> Select[Attachment]:
    """Files that this person may fetch: the team's own ones that stand, or stand in its newest frozen version; for
    office and reviewers those of that version alone."""
    frozen = (
        exists()
        .where(SubmissionFile.attachment_id == Attachment.id, SubmissionFile.submission_id.in_(newest_submissions()))
        .correlate(Attachment)
    )
    own = and_(applicant_of(viewer), or_(Attachment.removed_at.is_(None), frozen))
    judged = or_(office_of(viewer), assigned_to(viewer), chaired_by(viewer))
    return scoped(
        select(Attachment)
        .join(Application, Application.id == Attachment.application_id)
        .where(or_(own, and_(judged, frozen)))
    )


def kept_mails(viewer: Viewer) -> Select[KeptMail]:
    """Mails that confirm something, for the team of the application and the office of its call, which recorded them."""
    office = and_(Application.call_id.in_(viewer.calls), unconflicted(viewer)) if viewer.link is None else false()
    return scoped(
        select(KeptMail)
        .join(Application, Application.id == KeptMail.application_id)
        .where(or_(applicant_of(viewer), office))
    )


def letters_of_others(viewer: Viewer) -> Select[InvitedLetter]:
    """Letters that came for applications this person judges or administers; never for somebody in conflict."""
    return scoped(
        select(InvitedLetter)
        .join(Application, Application.id == InvitedLetter.application_id)
        .where(
            InvitedLetter.recalled_at.is_(None),
            or_(office_of(viewer), assigned_to(viewer), chaired_by(viewer), has_judged(viewer)),
        )
    )


def approval_tasks(viewer: Viewer) -> Select[ApprovalTask]:
    """What this person is asked to approve. By link only what the link was made for: all of one call for an approver,
    or of every call where it is made out to the person; the own part for a partner. To a coordinator, an application in
    conflict is closed here too; whoever is named by the applicants answers for them, and judges nothing."""
    confined: ColumnElement[bool] = true()
    if viewer.link is not None and viewer.link.purpose is LinkPurpose.APPROVAL:
        subject = viewer.link.subject_id
        confined = or_(Application.call_id == subject, ApprovalTask.person_id == subject)
    elif viewer.link is not None and viewer.link.purpose is LinkPurpose.PARTNER:
        own_side = ApplicationSide.side_key == ApprovalTask.side_key
        part = _own_side(viewer).where(ApplicationSide.id == viewer.link.subject_id, own_side)
        confined = part.correlate(Application, ApprovalTask)
    elif viewer.link is not None:
        confined = false()
    return scoped(
        select(ApprovalTask)
        .join(Application, Application.id == ApprovalTask.application_id)
        .where(
            ApprovalTask.person_id == viewer.person_id,
            ApprovalTask.closed_at.is_(None),
            or_(ApprovalTask.who != Approver.COORDINATOR, unconflicted(viewer)),
            confined,
        )
    )


def awards(viewer: Viewer) -> Select[Award]:
    """Awards of applications that this person leads or coordinates."""
    return scoped(
        select(Award)
        .join(Application, Application.id == Award.application_id)
        .where(or_(applicant_of(viewer), office_of(viewer)), Application.state == State.AWARDED)
    )


def among(statement: Select[Any]) -> Select[Any]:
    """A statement that reads protected columns inside one of the scopes above."""
    return scoped(statement)
