"""What applicants see of outline, rejoinder and interview, and the page on which the reviews are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.stages import outline_selects, part_at
from app.decisions.outlines import released_view
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import Clash, NotFound, Refused, Stale
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, Part
from app.programmes.queries import definition_by_version
from app.reviews import interviews, rejoinders
from app.reviews.rejoinders import RejoinderView
from app.web.doors import here, now, on_application
from app.web.words import ProblemText, by_field, moment_text, problem_texts
from app.workflow.vocabulary import Stage, State

bp = Blueprint("rejoinder", __name__)


@dataclass(frozen=True)
class OutlineText:
    """The released result of an outline, in words."""

    label: str
    tone: str
    reasons: str
    feedback: str
    at: str | None


@dataclass(frozen=True)
class StagesText:
    """What the page of an application shows besides its result; None where the call, or the moment, has none of it."""

    outline: OutlineText | None
    edit_url: str | None
    rejoinder_url: str | None
    rejoinder_text: str
    rejoinder_is_open: bool
    interview_at: str | None
    interview_place: str


def stages_of(work: Session, found: Application, definition: Definition, acting: Acting, at: datetime) -> StagesText:
    """What this applicant may see now. Nothing of an outline before its release."""
    view = released_view(work, found)
    outline = None
    if view is not None:
        label = gettext("Invited to the full application") if view.is_invited else gettext("Not invited")
        tone = "good" if view.is_invited else "neutral"
        outline = OutlineText(label, tone, view.reasons, view.feedback, moment_text(view.at))
    writes = found.state is State.INVITED and may(Action.EDIT_ANSWERS, acting, found.state) is None
    answer = rejoinders.own_rejoinder(work, found) if Stage.REJOINDER in definition.stages else None
    met = interviews.interviews_of(work, [found.id]).get(found.id) if Stage.INTERVIEW in definition.stages else None
    return StagesText(
        outline,
        url_for("applicant.edit", application_id=found.id) if writes else None,
        url_for("rejoinder.show", application_id=found.id) if answer else None,
        _rejoinder_text(answer, at),
        answer is not None and answer.is_open(at) and may(Action.WRITE_REJOINDER, acting, found.state) is None,
        moment_text(met.begins_at) if met else None,
        met.place if met else "",
    )


def _rejoinder_text(answer: RejoinderView | None, at: datetime) -> str:
    if answer is None:
        return ""
    if answer.sent_at is not None:
        return str(gettext("Your answer was sent %(when)s.", when=moment_text(answer.sent_at)))
    if answer.is_open(at):
        return str(gettext("You may answer until %(when)s.", when=moment_text(answer.closes_at)))
    when = moment_text(answer.closes_at)
    return str(gettext("No answer was sent before %(when)s. The application goes on without.", when=when))


def part_text(found: Application, definition: Definition) -> str | None:
    """Which part is being written, where the call has two."""
    if Stage.OUTLINE not in definition.stages:
        return None
    if part_at(definition, found.state) is Part.FULL:
        return str(gettext("This is the full application. What you wrote in the outline stands in it."))
    if outline_selects(definition):
        return str(gettext("This is the outline. Who is invited fills in the full application later."))
    return str(gettext("This is the outline. When it is submitted, the full form opens with everything in it."))


@bp.get("/applications/<uuid:application_id>/rejoinder")
@on_application(Action.READ_REJOINDER)
def show(application_id: UUID) -> ResponseReturnValue:
    """What the reviewers wrote for the applicants, and the answer: to write for the lead, to read for the others."""
    return _page(None)


def _page(
    typed: str | None, problems: tuple[ProblemText, ...] = (), clashes: Sequence[Clash] = (), status: int = 200
) -> ResponseReturnValue:
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    answer = rejoinders.own_rejoinder(work, found)
    if answer is None:
        raise NotFound()
    definition = definition_by_version(work, found.call_version_id)
    page = render_template(
        "applicant/rejoinder.html",
        application_id=found.id,
        reference=found.reference,
        title=found.title,
        call=definition.title,
        texts=rejoinders.texts_for_applicants(work, found),
        answer=answer,
        text=answer.text if typed is None else typed,
        version=clashes[0].version if clashes else answer.version,
        theirs=rejoinders_text(clashes),
        is_writable=answer.is_open(now()) and may(Action.WRITE_REJOINDER, acting, found.state) is None,
        until=[(side.name, moment_text(answer.closes_at, side.zone)) for side in definition.sides],
        standing=_rejoinder_text(answer, now()),
        problems=problems,
        errors=by_field(problems),
    )
    return page, status


def rejoinders_text(clashes: Sequence[Clash]) -> str | None:
    """What another window has saved meanwhile."""
    return clashes[0].theirs if clashes else None


@bp.post("/applications/<uuid:application_id>/rejoinder")
@on_application(Action.READ_REJOINDER)
def write(application_id: UUID) -> ResponseReturnValue:
    """Save the draft; with the second button, also send it. What was typed is kept even when sending is refused."""
    found, acting = here(Application).thing, here(Application).acting
    text, version = request.form.get("text", ""), request.form.get("version", 0, type=int)
    try:
        with transaction(db.session()) as work:
            saved = rejoinders.save(work, found, text, version, by=acting, at=now())
        if request.form.get("then") == "send":
            with transaction(db.session()) as work:
                rejoinders.send(work, found, text, saved.version, by=acting, at=now())
    except Stale as stale:
        return _page(text, clashes=stale.clashes, status=409)
    except Refused as refused:
        return _page(text, problem_texts(refused.problems), status=422)
    is_sent = request.form.get("then") == "send"
    flash(gettext("Your answer is sent.") if is_sent else gettext("Draft saved."), "good")
    return redirect(url_for(".show", application_id=application_id), 303)
