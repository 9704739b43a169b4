"""Reaching what somebody was asked to write for an application of others, and reading it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.reach import Here
from app.access.viewer import Viewer
from app.applications.letters.models import InvitedLetter
from app.applications.letters.queries import asked_of
from app.applications.models import Application
from app.applications.queries import application_of
from app.identities.models import LinkPurpose
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotFound
from app.programmes.queries import definition_by_version


def task(session: Session, viewer: Viewer, letter_id: UUID) -> Here[InvitedLetter]:
    """What this person is asked to write; by link only that for which the link was made."""
    found = asked_of(session, letter_id, viewer.person_id)
    if found is None or not viewer.came_for(LinkPurpose(found.kind.value), letter_id):
        raise NotFound()
    by = Acting(
        viewer.person_id,
        viewer.name,
        frozenset(),
        link_id=viewer.link.id if viewer.link else None,
        deed=viewer.deed,
    )
    return Here(found, by)


def read(session: Session, viewer: Viewer, letter_id: UUID) -> Here[InvitedLetter]:
    """A letter for those who judge, for whoever wrote it, and for the lead applicant where the call shows it."""
    named = InvitedLetter.id == letter_id
    found = session.scalar(scope.letters_of_others(viewer).where(named))
    if found is None:
        statement = select(InvitedLetter).join(Application, Application.id == InvitedLetter.application_id)
        own = or_(Application.lead_person_id == viewer.person_id, InvitedLetter.person_id == viewer.person_id)
        found = session.scalar(scoped(statement.where(named, own, InvitedLetter.recalled_at.is_(None))))
        if found is None or not _shown(session, viewer, found):
            raise NotFound()
    return Here(found, Acting(viewer.person_id, viewer.name, frozenset()))


def _shown(session: Session, viewer: Viewer, letter: InvitedLetter) -> bool:
    if letter.person_id == viewer.person_id:
        return viewer.came_for(LinkPurpose(letter.kind.value), letter.id)
    application = application_of(session, letter.application_id)
    question = definition_by_version(session, application.call_version_id).question(letter.question_key)
    return viewer.link is None and question.seen_by_applicant
