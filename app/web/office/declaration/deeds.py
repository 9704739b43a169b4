"""What is done with a working copy and with the call: proposed, agreed to, dropped, shown as a forecast, published."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications import changing
from app.extensions import db
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import queries, revising, services
from app.programmes.models import Call, CallState, WorkingCopy
from app.programmes.services import sha256_of
from app.reviews.services import open_panels
from app.web.doors import here, now, on_call
from app.web.office import bp
from app.web.office.declaration.desk import desk_of, href_of
from app.web.office.declaration.overview import page
from app.web.office.publishing import published
from app.web.words import ProblemText, problem_text


def _placed(problems: tuple[Problem, ...]) -> tuple[ProblemText, ...]:
    """Problems with links to the entries they concern."""
    desk = desk_of(db.session(), here(Call).thing)
    texts = []
    for problem in problems:
        text = problem_text(problem)
        href = href_of(desk, problem.field) if problem.field else None
        texts.append(ProblemText(text.text, href, problem.field, text.holder, text.side, text.since, text.until))
    return tuple(texts)


def _work(session: Session) -> WorkingCopy:
    work = queries.working_copy(session, here(Call).thing.id)
    if work is None:
        message = N_("There is no working copy any more: somebody took it over or dropped it.")
        raise Refused([Problem("no_copy", message)])
    return work


@bp.post("/calls/<uuid:call_id>/declaration/propose")
@on_call(Action.EDIT_CALL)
def propose(call_id: UUID) -> ResponseReturnValue:
    """Take the working copy over, as far as the own side goes."""
    found, acting = here(Call).thing, here(Call).acting
    try:
        with transaction(db.session()) as session:
            work = _work(session)
            if request.form.get("sha256") != sha256_of(work.data):
                message = N_("The working copy was changed meanwhile. Look at the differences again.")
                raise Refused([Problem("changed_meanwhile", message)])
            missing = changing.propose(session, found, work, by=acting, at=now())
            _open_more_panels(session, found)
    except Refused as refused:
        return page(_placed(refused.problems))
    return _said(missing)


@bp.post("/calls/<uuid:call_id>/declaration/agree")
@on_call(Action.EDIT_CALL)
def agree(call_id: UUID) -> ResponseReturnValue:
    """Agree to exactly the text that the page showed."""
    found, acting = here(Call).thing, here(Call).acting
    try:
        with transaction(db.session()) as session:
            sha256 = request.form.get("sha256", "")
            missing = changing.agree(session, found, _work(session), sha256, by=acting, at=now())
            _open_more_panels(session, found)
    except Refused as refused:
        return page(_placed(refused.problems))
    return _said(missing)


def _open_more_panels(session: Session, found: Call) -> None:
    """A panel that was added after the call was announced opens with the change."""
    if found.state is CallState.ANNOUNCED:
        open_panels(session, found, queries.definition_of(session, found))


def _said(missing: tuple[str, ...]) -> ResponseReturnValue:
    call_id = here(Call).thing.id
    if missing:
        names = queries.definition_of(db.session(), here(Call).thing)
        sides = ", ".join(side.short for side in names.sides if side.key in missing) or ", ".join(missing)
        flash(gettext("Proposed. It holds when %(sides)s has agreed to exactly this text.", sides=sides), "wait")
    else:
        flash(gettext("The change is taken over. Applications keep the version they were made under."), "good")
    return redirect(url_for(".declaration", call_id=call_id), 303)


@bp.post("/calls/<uuid:call_id>/declaration/drop")
@on_call(Action.EDIT_CALL)
def drop(call_id: UUID) -> ResponseReturnValue:
    """Throw the working copy away, exactly as the page showed it."""
    try:
        with transaction(db.session()) as session:
            work = _work(session)
            if request.form.get("sha256") != sha256_of(work.data):
                message = N_("The working copy was changed meanwhile. Look at the differences again.")
                raise Refused([Problem("changed_meanwhile", message)])
            revising.drop_copy(session, work, by=here(Call).acting, at=now())
    except Refused as refused:
        return page(_placed(refused.problems))
    flash(gettext("The changes are dropped; the declaration stays as it was."))
    return redirect(url_for(".declaration", call_id=call_id), 303)


@bp.post("/calls/<uuid:call_id>/declaration/forecast")
@on_call(Action.ANNOUNCE_CALL)
def forecast(call_id: UUID) -> ResponseReturnValue:
    """Show the call as a forecast, or hide it again."""
    found = here(Call).thing
    try:
        with transaction(db.session()) as session:
            services.publish_forecast(session, found, by=here(Call).acting, at=now())
    except Refused as refused:
        return page(_placed(refused.problems))
    shown = found.forecast_at is not None
    flash(gettext("The call is shown as a forecast.") if shown else gettext("The forecast is hidden again."))
    return redirect(url_for(".declaration", call_id=call_id), 303)


@bp.post("/calls/<uuid:call_id>/declaration/publish")
@on_call(Action.ANNOUNCE_CALL)
def publish(call_id: UUID) -> ResponseReturnValue:
    """Agree to publishing exactly this declaration; with the last side it is announced."""
    try:
        flash(*published(request.form.get("sha256", "")))
    except Refused as refused:
        return page(_placed(refused.problems))
    return redirect(url_for(".declaration", call_id=call_id), 303)
