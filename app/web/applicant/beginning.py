"""The page before an application is begun: what happens to what one writes, the quiz, and earlier applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import reach, scope
from app.access.reach import Here
from app.access.viewer import Viewer
from app.applications import copying, queries, services
from app.applications.models import Application
from app.extensions import db
from app.identities.models import Person
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.programmes.asking.notice import notice_of
from app.programmes.asking.quiz import judged, quiz_of
from app.programmes.deadlines import Standing, standing
from app.programmes.models import Call
from app.programmes.queries import PublicCall, definition_by_version
from app.web.applicant.notices import carried_quiz, forget_quiz, note_told, notice_text, settle_quiz, sha_of
from app.web.doors import Door, hang, here, now, viewer, with_account
from app.web.public.views import places, public_call
from app.web.receiving import first_scan
from app.web.words import deadline_text, language, problem_text, problem_texts

bp = Blueprint("begin", __name__)


def reach_own(session: Session, who: Viewer, application_id: UUID) -> Here[Application]:
    """An application that this person leads, whatever became of it. NotFound for everybody else."""
    found = reach.application(session, who, application_id)
    if found.thing.lead_person_id != who.person_id or who.link is not None:
        raise NotFound()
    return found


own_earlier = hang(Door("application: its own lead", None, reach_own, "application_id", needs_account=True))


@dataclass(frozen=True)
class Earlier:
    """An own application to another call, from which one may begin."""

    id: UUID
    title: str
    call: str
    reference: str


def refuse_closed(row: PublicCall) -> None:
    """A call that is not open has no such page."""
    if standing(row, now()) is not Standing.OPEN:
        raise NotFound()


@bp.get("/calls/<key>/begin")
@with_account
def begin(key: str) -> ResponseReturnValue:
    """Read, then begin with one click. Who has begun already goes on writing."""
    row = public_call(key)
    known = queries.own_draft(db.session(), row.id, viewer().person_id)
    if known is not None:
        return redirect(url_for("applicant.edit", application_id=known.id))
    refuse_closed(row)
    definition = row.definition
    said, answers = carried_quiz(key, definition)
    return render_template(
        "applicant/begin.html",
        key=key,
        title=definition.title.in_(language()),
        deadline=deadline_text(row.due, places(definition)) if row.due else None,
        notice=notice_text(notice_of(definition)),
        found=judged(definition, said, answers) if said or answers else (),
        has_quiz=not quiz_of(definition).is_empty,
        earlier=_earlier(row),
    )


def _earlier(row: PublicCall) -> tuple[Earlier, ...]:
    """What this person has led in other calls, the newest first."""
    work = db.session()
    own = queries.own_applications(
        work,
        among=scope.ids(
            scope.applicant_of(viewer()),
            Application.call_id != row.id,
            Application.lead_person_id == viewer().person_id,
        ),
    )
    return tuple(
        Earlier(
            each.id,
            each.title,
            definition_by_version(work, each.call_version_id).title.in_(language()),
            each.reference or "",
        )
        for each in own
    )


@dataclass(frozen=True)
class CopyLine:
    """One answer of the earlier application: what it becomes, or why it stays behind."""

    title: str
    note: str


@bp.get("/calls/<key>/begin/from/<uuid:application_id>")
@own_earlier
def copy(key: str, application_id: UUID) -> ResponseReturnValue:
    """What would be copied and what would not, before anything is."""
    return _copy_page(key, ())


def _copy_page(key: str, problems: Sequence[Problem]) -> ResponseReturnValue:
    row, found = public_call(key), here(Application).thing
    refuse_closed(row)
    made = copying.plan(db.session(), found, row.definition, _own_side(row))
    page = render_template(
        "applicant/copy.html",
        key=key,
        application_id=found.id,
        title=found.title,
        call=row.definition.title.in_(language()),
        copied=[CopyLine(each.target.title.in_(language()), _over(each.over)) for each in made.copied],
        left=[CopyLine(each.source.title.in_(language()), problem_text(each.why).text) for each in made.left],
        budget=made.budget,
        no_budget=problem_text(made.why_no_budget).text if made.why_no_budget else "",
        notice=notice_text(notice_of(row.definition)),
        problems=problem_texts(problems),
    )
    return page, 422 if problems else 200


def _own_side(row: PublicCall) -> str:
    person = db.session.get_one(Person, viewer().person_id)
    return services.side_for(row.definition, person.institution)


def _over(problems: Sequence[Problem]) -> str:
    return " ".join(problem_text(each).text for each in problems)


@bp.post("/calls/<key>/begin/from/<uuid:application_id>")
@own_earlier
def copy_over(key: str, application_id: UUID) -> ResponseReturnValue:
    """Begin with what fits. What is over a limit of the new call is kept whole and told in the list of what is missing."""
    row = public_call(key)
    refuse_closed(row)
    try:
        with transaction(db.session()) as work:
            by = reach.house(viewer())
            call = work.get_one(Call, row.id)
            begun = copying.begin_from(work, here(Application).thing, call, by=by, at=now(), scan=first_scan())
            if request.form.get("told") == sha_of(row.definition):
                note_told(work, begun, by)
            settle_quiz(work, begun, key, row.definition)
            address = url_for("applicant.edit", application_id=begun.id)
    except Refused as refused:
        return _copy_page(key, refused.problems)
    forget_quiz()
    flash(gettext("Copied. Read it through: the list of what is missing says what does not fit this call."), "good")
    return redirect(address, 303)
