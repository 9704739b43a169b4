"""Notices as they are reached: by everybody with an account while they stand, by their author, by whoever keeps order."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.reach import Here
from app.access.viewer import Viewer
from app.kernel.actors import Acting
from app.kernel.errors import NotFound
from app.notices.models import Notice
from app.programmes.models import Call, Programme
from app.workflow.vocabulary import Hat


def reader(viewer: Viewer) -> Acting:
    """Towards the board: somebody with an account, and no more."""
    return Acting(viewer.person_id, viewer.name, frozenset())


def own_notice(session: Session, viewer: Viewer, notice_id: UUID) -> Here[Notice]:
    """A notice for whoever put it up. NotFound for everybody else."""
    found = session.get(Notice, notice_id)
    if found is None or found.person_id != viewer.person_id or viewer.link is not None:
        raise NotFound()
    return Here(found, reader(viewer))


def any_notice(session: Session, viewer: Viewer, notice_id: UUID) -> Here[Notice]:
    """A notice for everybody with an account; one that is hidden or ended only for its author and those who keep
    order, who wear their hats."""
    found = session.get(Notice, notice_id)
    if found is None or viewer.link is not None:
        raise NotFound()
    hats = order_hats(session, viewer, found)
    is_away = found.hidden_at is not None or found.ended_at is not None
    if is_away and not hats and found.person_id != viewer.person_id:
        raise NotFound()
    return Here(found, Acting(viewer.person_id, viewer.name, frozenset(hats), _sides(viewer, found)))


def kept_in_order(session: Session, viewer: Viewer, notice_id: UUID) -> Here[Notice]:
    """A notice for coordinators of what it is about, and for administrators. NotFound for everybody else."""
    here = any_notice(session, viewer, notice_id)
    if not here.acting.hats:
        raise NotFound()
    return here


def order_hats(session: Session, viewer: Viewer, notice: Notice) -> set[Hat]:
    """Who may hide it: coordinators of its call, of any call of its programme, of any call where it names none."""
    hats: set[Hat] = {Hat.ADMINISTRATOR} if viewer.is_administrator else set()
    if notice.call_id is not None:
        coordinates = notice.call_id in viewer.calls
    elif notice.programme_key is not None and viewer.calls:
        of_programme = (Programme.key == notice.programme_key) & Call.id.in_(viewer.calls)
        statement = select(Call.id).join(Programme, Programme.id == Call.programme_id).where(of_programme).limit(1)
        coordinates = session.scalar(statement) is not None
    else:
        coordinates = bool(viewer.calls)
    return hats | {Hat.COORDINATOR} if coordinates else hats


def _sides(viewer: Viewer, notice: Notice) -> frozenset[str]:
    return viewer.sides_of(notice.call_id) if notice.call_id is not None else frozenset()
