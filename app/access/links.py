"""Personal links as the call to which they belong sees them: whose they are, and who may look after them.

The office of a call looks after its links, and a lead applicant after those by which the own application asks somebody.
Of a draft the office sees that it exists, when it was begun, the side, and the person who was asked: nothing it says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from app.access import scope
from app.access.viewer import Viewer
from app.applications.approvals.commitments import Commitment, commitments, is_asked_now
from app.applications.approvals.models import ApprovalTask
from app.applications.approvals.queries import asked_in
from app.applications.letters.models import InvitedLetter
from app.applications.models import Application, ApplicationSide
from app.applications.team.models import ApplicationMember
from app.identities.links import OpenLink
from app.identities.models import LinkBrowser, LinkPurpose, Person, PersonalLink
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound
from app.programmes.models import Call
from app.reviews.models import Panel, PanelMember
from app.trail.services import record
from app.workflow.table import WRITTEN
from app.workflow.vocabulary import Hat, State

Key = tuple[LinkPurpose, UUID]


@dataclass(frozen=True)
class Subject:
    """What a link is for. `person_id` is whose task it is now; `place` is a side's, a panel's or a question's key."""

    purpose: LinkPurpose
    id: UUID
    call_id: UUID
    person_id: UUID | None = None
    place: str = ""
    side_key: str | None = None
    application_id: UUID | None = None
    version_id: UUID | None = None
    state: State | None = None
    reference: str | None = None
    begun_at: datetime | None = None

    @property
    def is_written(self) -> bool:
        """Whether its application is being written: then it is private to its team."""
        return self.state in WRITTEN


@dataclass(frozen=True)
class Browser:
    """A browser that was let in."""

    id: UUID
    let_in_at: datetime
    by_code: bool
    revoked_at: datetime | None


@dataclass(frozen=True)
class LinkLine:
    """A task with the newest link to it, and every browser that one of its links let in."""

    id: UUID
    subject: Subject
    name: str
    sent_to: str
    sent_at: datetime
    used_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    earlier: int
    browsers: tuple[Browser, ...] = field(default=())

    @property
    def let_in(self) -> int:
        """How many browsers are let in now."""
        return sum(browser.revoked_at is None for browser in self.browsers)


@dataclass(frozen=True)
class Reached:
    """A link with what it is for, before somebody who may look after it."""

    link: PersonalLink
    line: LinkLine


def call_of(session: Session, purpose: LinkPurpose, subject_id: UUID | None) -> UUID | None:
    """The call in which a task lies; None for signing in, and for what lies in several calls."""
    if purpose is LinkPurpose.APPROVAL:  # that of a weekly mail is made out to the person, and lies in no one call
        return session.scalar(select(Call.id).where(Call.id == subject_id))
    statement = {
        LinkPurpose.REVIEW: select(Panel.call_id)
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .where(PanelMember.id == subject_id),
        LinkPurpose.PARTNER: select(Application.call_id)
        .join(ApplicationSide, ApplicationSide.application_id == Application.id)
        .where(ApplicationSide.id == subject_id),
        LinkPurpose.LETTER: select(Application.call_id)
        .join(InvitedLetter, InvitedLetter.application_id == Application.id)
        .where(InvitedLetter.id == subject_id),
        LinkPurpose.MEMBER: select(Application.call_id)
        .join(ApplicationMember, ApplicationMember.application_id == Application.id)
        .where(ApplicationMember.id == subject_id),
    }.get(LinkPurpose.LETTER if purpose is LinkPurpose.HOST else purpose)
    return None if statement is None else session.scalar(scoped(statement))


def note_browser(session: Session, link: OpenLink, browser_id: UUID, *, by_code: bool, at: datetime) -> None:
    """A line in the trail of the call: which browser was let in, by which link, and whether by a mailed code."""
    deed = f"by link sent to {link.sent_to}, name given: {link.person_name}"
    by = Acting(link.person_id, link.person_name, frozenset(), link_id=link.id, deed=deed)
    record(
        session,
        "let-browser-in",
        by=by,
        at=at,
        call_id=call_of(session, link.purpose, link.subject_id),
        subject=link.purpose.value,
        subject_id=link.subject_id,
        browser=str(browser_id),
        by_code=by_code,
    )


def of_call(session: Session, viewer: Viewer, call_id: UUID) -> tuple[LinkLine, ...]:
    """The links of a call for its office, by purpose and person; none about an application in conflict, and of the
    panels only the own ones'."""
    sides = viewer.sides_of(call_id) if viewer.link is None else frozenset()
    if not sides:
        return ()
    asking = and_(Application.call_id == call_id, scope.unconflicted(viewer))
    members = and_(Panel.call_id == call_id, or_(Panel.side_key.is_(None), Panel.side_key.in_(sides)))
    subjects = _of_applications(session, asking) | _of_panels(session, members)
    approvals = Subject(LinkPurpose.APPROVAL, call_id, call_id)
    return _lines(session, {**subjects, (LinkPurpose.APPROVAL, call_id): approvals})


def person_of(session: Session, line: LinkLine) -> UUID:
    """To whom a link was sent."""
    return session.get_one(PersonalLink, line.id).person_id


def open_tasks(session: Session, viewer: Viewer, line: LinkLine, at: datetime) -> list[Commitment]:
    """What the person of an approvals link is asked now, as far as no conflict keeps the viewer from it."""
    statement = (
        select(ApprovalTask)
        .join(Application, Application.id == ApprovalTask.application_id)
        .where(
            Application.call_id == line.subject.call_id,
            ApprovalTask.person_id == person_of(session, line),
            scope.unconflicted(viewer),
        )
    )
    asked = [one for one in asked_in(session, scoped(statement)) if one.word.answer is None]
    return [found for found in commitments(session, asked, at) if is_asked_now(found, at)]


def of_application(session: Session, application: Application) -> tuple[LinkLine, ...]:
    """The links by which one application asks others, for its lead applicant."""
    return _lines(session, _of_applications(session, Application.id == application.id))


def reach_link(session: Session, viewer: Viewer, link_id: UUID) -> tuple[Reached, Acting]:
    """A link of a call that this person coordinates, or by which the own application asks. NotFound for all others."""
    link = session.get(PersonalLink, link_id)
    if link is None or link.subject_id is None or viewer.link is not None:
        raise NotFound()
    call_id = call_of(session, link.purpose, link.subject_id)
    sides = viewer.sides_of(call_id) if call_id is not None else frozenset()
    own = Application.lead_person_id == viewer.person_id
    in_office = of_call(session, viewer, call_id) if sides and call_id is not None else ()
    led = _lines(session, _of_applications(session, own, link.subject_id))
    for hat, lines in ((Hat.COORDINATOR, in_office), (Hat.LEAD_APPLICANT, led)):
        for line in lines:
            if line.subject.purpose is link.purpose and line.subject.id == link.subject_id and line.id == link_id:
                return Reached(link, line), Acting(viewer.person_id, viewer.name, frozenset({hat}), sides)
    raise NotFound()


def _of_applications(
    session: Session, condition: ColumnElement[bool], subject_id: UUID | None = None
) -> dict[Key, Subject]:
    columns = (
        Application.call_id,
        Application.id.label("application_id"),
        Application.call_version_id,
        Application.state,
        Application.reference,
        Application.created_at,
    )
    only_side = true() if subject_id is None else ApplicationSide.id == subject_id
    only_member = true() if subject_id is None else ApplicationMember.id == subject_id
    only_letter = true() if subject_id is None else InvitedLetter.id == subject_id
    sides = session.execute(
        scoped(
            select(*columns, ApplicationSide.id, ApplicationSide.side_key, ApplicationSide.lead_person_id)
            .join(ApplicationSide, ApplicationSide.application_id == Application.id)
            .where(condition, only_side, ApplicationSide.invited_at.is_not(None))
        )
    ).all()
    letters = session.execute(
        scoped(
            select(*columns, InvitedLetter.id, InvitedLetter.question_key, InvitedLetter.person_id, InvitedLetter.kind)
            .join(InvitedLetter, InvitedLetter.application_id == Application.id)
            .where(condition, only_letter, InvitedLetter.recalled_at.is_(None))
        )
    ).all()
    members = session.execute(
        scoped(
            select(*columns, ApplicationMember.id, ApplicationMember.person_id, ApplicationMember.side_key)
            .join(ApplicationMember, ApplicationMember.application_id == Application.id)
            .where(condition, only_member, ApplicationMember.ended_at.is_(None))
        )
    ).all()
    found: dict[Key, Subject] = {}
    for mate in members:
        found[LinkPurpose.MEMBER, mate.id] = Subject(
            LinkPurpose.MEMBER, mate.id, mate.call_id, mate.person_id, "", mate.side_key,
            mate.application_id, mate.call_version_id, mate.state, mate.reference, mate.created_at,
        )  # fmt: skip
    for row in sides:
        found[LinkPurpose.PARTNER, row.id] = Subject(
            LinkPurpose.PARTNER, row.id, row.call_id, row.lead_person_id, row.side_key, row.side_key,
            row.application_id, row.call_version_id, row.state, row.reference, row.created_at,
        )  # fmt: skip
    for letter in letters:
        purpose = LinkPurpose(letter.kind.value)
        found[purpose, letter.id] = Subject(
            purpose, letter.id, letter.call_id, letter.person_id, letter.question_key, None,
            letter.application_id, letter.call_version_id, letter.state, letter.reference, letter.created_at,
        )  # fmt: skip
    return found


def _of_panels(session: Session, condition: ColumnElement[bool]) -> dict[Key, Subject]:
    rows = session.execute(
        select(PanelMember.id, PanelMember.person_id, Panel.call_id, Panel.key, Panel.side_key)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .where(condition)
    ).all()
    return {
        (LinkPurpose.REVIEW, row.id): Subject(
            LinkPurpose.REVIEW, row.id, row.call_id, row.person_id, row.key, row.side_key
        )
        for row in rows
    }


def _lines(session: Session, subjects: dict[Key, Subject]) -> tuple[LinkLine, ...]:
    """The newest link of each person and task, in two statements."""
    rows = session.execute(
        select(PersonalLink, Person.name)
        .join(Person, Person.id == PersonalLink.person_id)
        .where(PersonalLink.subject_id.in_({subject_id for _, subject_id in subjects}))
        .order_by(PersonalLink.created_at, PersonalLink.id)
    ).all()
    tasks: dict[tuple[LinkPurpose, UUID, UUID], list[tuple[PersonalLink, str]]] = {}
    for link, name in rows:
        if link.subject_id is not None and (link.purpose, link.subject_id) in subjects:
            tasks.setdefault((link.purpose, link.subject_id, link.person_id), []).append((link, name))
    browsers = _browsers(session, [link.id for links in tasks.values() for link, _ in links])
    found = [_line(subjects[key[0], key[1]], links, browsers) for key, links in tasks.items()]
    return tuple(sorted(found, key=lambda line: (list(LinkPurpose).index(line.subject.purpose), line.name, line.id)))


def _line(
    subject: Subject, links: Collection[tuple[PersonalLink, str]], browsers: dict[UUID, list[Browser]]
) -> LinkLine:
    *_, (newest, name) = links
    used = [link.used_at for link, _ in links if link.used_at is not None]
    return LinkLine(
        newest.id,
        subject,
        name,
        newest.sent_to,
        newest.created_at,
        min(used, default=None),
        newest.expires_at,
        newest.revoked_at,
        len(links) - 1,
        tuple(browser for link, _ in links for browser in browsers.get(link.id, ())),
    )


def _browsers(session: Session, link_ids: Collection[UUID]) -> dict[UUID, list[Browser]]:
    found: dict[UUID, list[Browser]] = {}
    rows = session.scalars(
        select(LinkBrowser).where(LinkBrowser.link_id.in_(link_ids)).order_by(LinkBrowser.created_at, LinkBrowser.id)
    )
    for row in rows:
        found.setdefault(row.link_id, []).append(Browser(row.id, row.created_at, row.by_code, row.revoked_at))
    return found
