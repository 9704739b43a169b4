"""What follows when an application is taken back, stands again by itself, or a withdrawal is undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import standing
from app.applications.effects import by_side, newest_number, post_to_team, present
from app.applications.extended import extended_to
from app.applications.models import Application, Submission
from app.applications.registry import Deed, Follow
from app.applications.sides import complete, confirmed_since_taken_back
from app.applications.stages import closing_of, part_at
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import Effect, Hat


def keep_standing(session: Session, application: Application, deed: Deed) -> None:
    """Keep what was submitted before the team writes on."""
    standing.keep(session, application, by=deed.by, at=deed.at)


def put_back(session: Session, application: Application, deed: Deed) -> None:
    """The deadline passed without a new version: the rows are again what was submitted. The part of a silent partner
    who has said yes since is completed with it, like after any late yes."""
    definition = definition_by_version(session, application.call_version_id)
    late = confirmed_since_taken_back(session, application, definition)
    besides = {side.side_key for side in late}
    standing.put_back(session, application, definition, by=deed.by, at=deed.at, besides=besides)
    for side in late:
        partner = Acting(side.lead_person_id, side.confirmed_as or "", frozenset({Hat.SIDE_LEAD}))
        complete(session, application, definition, side, by=partner, at=deed.at)


def closing(session: Session, application: Application, definition: Definition) -> datetime | None:
    """Until when this application may be submitted again; a stated grace comes on top for forms that are open."""
    part = part_at(definition, application.state)
    closes = closing_of(session.get_one(Call, application.call_id), part)
    return None if closes is None else max([closes, *extended_to(session, application, part)])


def tell_taken_back(session: Session, application: Application, deed: Deed) -> None:
    """Who took it back, which version stands meanwhile and until when it can be submitted again, to all of the team."""
    definition = present(session, application)
    said = {"number": newest_number(session, application), "by": deed.by.name}
    closes = closing(session, application, definition)
    post_to_team(
        session,
        application,
        "taken_back",
        deed.at,
        lambda locale: said | {"times": by_side(closes, definition, locale) if closes else []},
    )


def tell_stands(session: Session, application: Application, deed: Deed) -> None:
    """That the deadline passed and which version is assessed, to all of the team."""
    frozen = session.execute(
        scoped(
            select(Submission.number, Submission.sha256, Submission.submitted_at)
            .where(Submission.application_id == application.id)
            .order_by(Submission.number.desc())
            .limit(1)
        )
    ).one()
    definition = present(session, application)
    post_to_team(
        session,
        application,
        "version_stands",
        deed.at,
        lambda locale: {
            "number": frozen.number,
            "sha256": frozen.sha256,
            "times": by_side(frozen.submitted_at, definition, locale),
        },
    )


def tell_undone(session: Session, application: Application, deed: Deed) -> None:
    """That the withdrawal does not hold, and who undid it, to all of the team."""
    said: dict[str, Any] = {"by": deed.by.name}
    post_to_team(session, application, "withdrawal_undone", deed.at, lambda locale: said)


def remind_to_submit(  # how long before, and when
    session: Session, application: Application, closes: datetime, *, hours: int, at: datetime
) -> int:
    """That it is still taken back, to all of the team, once for each deadline and distance. How many were put."""
    definition = present(session, application)
    number = newest_number(session, application)
    return post_to_team(
        session,
        application,
        "still_taken_back",
        at,
        lambda locale: {
            "number": number,
            "hours": hours,
            "times": by_side(closes, definition, locale),
            "grace": definition.grace_minutes or 0,
        },
        once=f"{hours}:{(closes - timedelta(hours=hours)).isoformat()}",
    )


EFFECTS: dict[Effect, Follow] = {
    Effect.KEEP_STANDING: keep_standing,
    Effect.PUT_BACK: put_back,
    Effect.TELL_TAKEN_BACK: tell_taken_back,
    Effect.TELL_STANDS: tell_stands,
    Effect.TELL_UNDONE: tell_undone,
}
