"""What a reviewer takes home: every application on the own table in one bundle, none in conflict, and a line in the
trail that says who took it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.access.transfer import reads_outside
from app.access.viewer import Viewer
from app.applications.queries import frozen_sheets
from app.exports.papers.bundles import Bundled, Left, bundle_of_several
from app.exports.papers.content import Reading
from app.exports.papers.enclosed import enclosed_in
from app.kernel.actors import Acting
from app.kernel.files import Store
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews.models import Assignment, Panel, PanelMember
from app.reviews.queries import given_to
from app.trail import services as trail


@dataclass(frozen=True)
class Taken:
    """A bundle under its name; its pieces are made while it is sent, and ask no database any more."""

    name: str
    several: tuple[Bundled, ...]
    left: Left
    reading: Reading

    def pieces(self, store: Store) -> Iterator[bytes]:
        return bundle_of_several(self.several, self.reading, store, self.left)


def take_assigned(
    session: Session,
    member: PanelMember,
    own: Select[Assignment],
    viewer: Viewer,
    *,
    by: Acting,
    at: datetime,
    locale: str,
) -> Taken:
    """Every application that this member judges, as far as `own` may be read; readers outside the EU and the EEA get
    theirs with what is withheld."""
    call = session.get_one(Call, session.get_one(Panel, member.panel_id).call_id)
    definition = definition_of(session, call)
    given = given_to(session, member, own)
    sheets = frozen_sheets(session, given.open, is_outside=reads_outside(session, member.person_id, definition))
    left = Left(given.conflicts, given.closed + len(given.open) - len(sheets))
    trail.record(
        session,
        "take-applications",
        by=by,
        at=at,
        call_id=call.id,
        subject="panel-member",
        subject_id=member.id,
        taken=len(sheets),
        excluded=left.conflicts,
    )
    letters = enclosed_in(session, viewer, given.open, definition)
    several = tuple(Bundled(sheet, sheet.reference, letters.get(key, ())) for key, sheet in sheets.items())
    return Taken(f"{call.key}-{at.date().isoformat()}.zip", several, left, Reading(locale, definition.lead_side.zone))
