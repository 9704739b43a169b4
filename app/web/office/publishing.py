"""Publishing a call with the agreement of its sides: the deed, and who is waited for."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.extensions import db
from app.kernel.transaction import transaction
from app.programmes import agreeing, queries, revising
from app.programmes.definition import Definition
from app.programmes.models import Call, CallState
from app.programmes.services import sha256_of
from app.reviews.services import open_panels
from app.web.doors import here, now
from app.web.words import moment_text


def published(sha256: str) -> tuple[str, str]:
    """Publish, or agree to publishing; what to say about it, and in which tone. Raises Refused."""
    found, acting = here(Call).thing, here(Call).acting
    with transaction(db.session()) as session:
        missing = agreeing.publish(session, found, sha256, by=acting, at=now())
        definition = queries.definition_of(session, found)
        if not missing:
            open_panels(session, found, definition)
    if missing:
        sides = ", ".join(definition.side(side).short for side in missing)
        return gettext(
            "Noted. The call is announced when %(sides)s has agreed to exactly this text.", sides=sides
        ), "wait"
    if found.visible_at is not None and found.visible_at > now():
        return gettext(
            "The call is published. It stays hidden from everybody else until the moment it is announced."
        ), "wait"
    return gettext("The call is announced. Everybody can see it now."), "good"


def proposal_of(session: Session, call: Call, definition: Definition) -> tuple[str, str, str | None, str | None] | None:
    """What waits for other sides of the call itself: what, whom it waits for, whose side, since when."""
    if call.state is CallState.DRAFT:
        agreed = agreeing.agreed_to_publish(session, call)
        missing = agreeing.sides_asked(definition) - agreed
        return (
            (gettext("Publishing of the call"), _coordinators(), _shorts(definition, missing), None) if agreed else None
        )
    work = queries.working_copy(session, call.id)
    if work is None or work.proposed_at is None:
        return None
    after, _ = revising.read_copy(work)
    if after is None:
        return None
    needed = agreeing.needed_for_change(session, call, after)
    missing = needed - queries.agreed_sides(session, call.id, sha256_of(work.data))
    since = moment_text(work.proposed_at)
    return gettext("Change of the call"), _coordinators(), _shorts(definition, missing), since


def _coordinators() -> str:
    return str(gettext("the coordinators"))


def _shorts(definition: Definition, sides: frozenset[str]) -> str:
    return ", ".join(side.short for side in definition.sides if side.key in sides)
