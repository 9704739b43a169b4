"""Personal links as the call to which they belong sees them: whose they are, and who may look after them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationSide
from app.identities.links import OpenLink
from app.identities.models import LinkPurpose
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.reviews.models import Panel, PanelMember
from app.trail.services import record


def call_of(session: Session, purpose: LinkPurpose, subject_id: UUID | None) -> UUID | None:
    """The call in which a task lies; None for signing in."""
    if purpose is LinkPurpose.APPROVAL:
        return subject_id
    if purpose is LinkPurpose.REVIEW:
        return session.scalar(
            select(Panel.call_id)
            .join(PanelMember, PanelMember.panel_id == Panel.id)
            .where(PanelMember.id == subject_id)
        )
    if purpose is LinkPurpose.PARTNER:
        return session.scalar(
            scoped(
                select(Application.call_id)
                .join(ApplicationSide, ApplicationSide.application_id == Application.id)
                .where(ApplicationSide.id == subject_id)
            )
        )
    return None


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
