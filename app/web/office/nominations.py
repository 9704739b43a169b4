"""The office's page of nominations: which drafts ask the own side to put them forward, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.applications.nominating import nominating_sides, rows_of
from app.applications.nominations import answer_nomination
from app.applications.side_deadlines import dues_of_call
from app.extensions import db
from app.kernel.errors import NotFound, Refused, Stale
from app.kernel.transaction import CHANGED_MEANWHILE, transaction
from app.policy.vocabulary import Action
from app.programmes.definition.vocabulary import DeadlineKind
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.web.doors import here, now, on_call, viewer
from app.web.office import bp
from app.web.side_dues import due_texts
from app.web.words import ProblemText, language, moment_text, problem_texts


@dataclass(frozen=True)
class Line:
    """One request, as much of the draft as the applicant shows by asking."""

    id: UUID
    side: str
    title: str
    lead: str
    institution: str
    asked: str | None
    said: str
    tone: str
    answered: str | None
    reason: str
    version: int


@bp.get("/calls/<uuid:call_id>/nominations")
@on_call(Action.SEE_CALL_OFFICE)
def nominations(call_id: UUID) -> ResponseReturnValue:
    """What the own side is asked to nominate."""
    return _page(())


def _page(problems: tuple[ProblemText, ...], status: int = 200, typed: UUID | None = None) -> ResponseReturnValue:
    found, work = here(Call).thing, db.session()
    definition = definition_of(work, found)
    shorts = {side.key: side.short for side in definition.sides}
    dues = [
        due
        for due in dues_of_call(work, found, definition)
        if due.internal.kind is DeadlineKind.NOMINATION and due.side.key in here(Call).acting.sides
    ]
    said = {
        None: (gettext("Waiting for your answer"), "wait"),
        True: (gettext("Nominated"), "good"),
        False: (gettext("Not nominated"), "bad"),
    }
    lines = [
        Line(
            row.id, shorts[row.side_key], row.title, row.lead, row.institution, moment_text(row.asked_at),
            *said[row.is_nominated], moment_text(row.answered_at),
            request.form.get("reason", "") if row.id == typed else row.reason, row.version,
        )
        for row in rows_of(work, among=scope.nomination_ids(viewer(), found.id))
    ]  # fmt: skip
    page = render_template(
        "office/nominations.html",
        call_id=found.id,
        call_title=definition.title.in_(language()),
        lines=lines,
        dues=due_texts(dues),
        is_over=bool(dues) and all(due.internal.hard and due.due.is_over(now()) for due in dues),
        nominates=bool(set(nominating_sides(definition)) & here(Call).acting.sides),
        problems=problems,
    )
    return page, status


@bp.post("/calls/<uuid:call_id>/nominations/<uuid:nomination_id>")
@on_call(Action.SEE_CALL_OFFICE)
def answer_nominated(call_id: UUID, nomination_id: UUID) -> ResponseReturnValue:
    """Nominate, or not with a reason that the applicant reads."""
    found = db.session.scalar(scope.nominations(viewer(), call_id, nomination_id))
    if found is None:
        raise NotFound()
    nominates = request.form.get("answer") == "yes"
    try:
        with transaction(db.session()) as work:
            answer_nomination(
                work,
                found,
                nominates=nominates,
                reason=request.form.get("reason", ""),
                version=request.form.get("version", 0, type=int),
                by=here(Call).acting,
                at=now(),
            )
    except Refused as refused:
        return _page(problem_texts(refused.problems), 422, nomination_id)
    except Stale:
        return _page(problem_texts([CHANGED_MEANWHILE]), 409, nomination_id)
    flash(
        gettext("Nominated. The applicant is told.") if nominates else gettext("Not nominated. The applicant is told.")
    )
    return redirect(url_for(".nominations", call_id=call_id), 303)
