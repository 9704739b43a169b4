"""People who are invited to the team of an application of the small world."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.access import reach
from app.access.viewer import Viewer, with_duties
from app.applications.models import Application
from app.applications.team import services
from app.applications.team.models import ApplicationMember, MemberRole, Right
from app.identities.models import Person
from app.kernel.actors import Acting
from tests.world import BEFORE_CLOSING

ASTA = ("Asta Hjälpreda", "asta@ki.example")


def viewer(session: Session, person_id: UUID) -> Viewer:
    """Somebody signed in."""
    return with_duties(session, session.get_one(Person, person_id))


def acting(session: Session, person_id: UUID, application: Application) -> Acting:
    """What somebody is to an application, as the doors say; NotFound for a stranger."""
    return reach.application(session, viewer(session, person_id), application.id).acting


def invited(
    session: Session,
    application: Application,
    right: Right = Right.EDIT,
    *,
    who: tuple[str, str] = ASTA,
    side: str | None = None,
    role: MemberRole = MemberRole.PARTICIPANT,
    by: UUID | None = None,
) -> ApplicationMember:
    """Somebody invited by the lead applicant, or by another one; not answered yet."""
    inviter = acting(session, by or application.lead_person_id, application)
    return services.invite_member(
        session, application, name=who[0], address=who[1], role=role, right=right, side_key=side, by=inviter,
        at=BEFORE_CLOSING,
    )  # fmt: skip


def accepted(
    session: Session, application: Application, right: Right = Right.EDIT, **more: object
) -> ApplicationMember:
    """Somebody who was invited and has said yes."""
    member = invited(session, application, right, **more)  # type: ignore[arg-type]  # handed on as they are
    who = viewer(session, member.person_id)
    found = reach.team_member(session, who, member.id)
    services.answer(session, member, accepts=True, by=found.acting, at=BEFORE_CLOSING)
    return member
