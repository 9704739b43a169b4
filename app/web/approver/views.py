"""Everything that waits for somebody's approval on one page: sign several at once, say no, or let a deputy answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.access import reach, scope
from app.applications.approvals import commitments, queries, services
from app.applications.approvals.models import ApprovalTask
from app.applications.models import Application
from app.extensions import db
from app.kernel.errors import Problem, Refusal, Refused, Stale
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.web.applicant.checking import check_page
from app.web.approver.texts import commitment_text, overload_texts, promised_texts, together
from app.web.doors import Door, hang, here, now, on_application, signed_in, viewer
from app.web.words import by_field, problem_texts

bp = Blueprint("approver", __name__)
own_task = hang(Door("approval: give_approval", Action.GIVE_APPROVAL, reach.approval, "task_id"))
NOTHING_TICKED = Problem("nothing_ticked", N_("Tick what you approve."), field="sign")


@dataclass(frozen=True)
class Tried:
    """What was typed in a form that was refused, and why."""

    problems: tuple[Problem, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    ticked: frozenset[str] | None = None
    status: int = 200


@bp.get("/approvals")
@signed_in
def index() -> ResponseReturnValue:
    """What waits, and what was answered."""
    return _page(Tried())


def _page(tried: Tried) -> ResponseReturnValue:
    who, work = viewer(), db.session()
    found = commitments.commitments(work, queries.asked_in(work, scope.approval_tasks(who)), now())
    open_ = [c for c in found if c.asked.word.answer is None and commitments.is_asked_now(c, now())]
    waiting = [commitment_text(c) for c in open_]
    done = [commitment_text(c) for c in found if c.asked.word.answer is not None]
    problems = problem_texts(tried.problems)
    page = render_template(
        "approver/index.html",
        name=who.name,
        by_link=who.link is not None,
        waiting=waiting,
        together=together(open_) if len(open_) > 1 else (),
        above_full=overload_texts(found) if open_ else (),
        promised=promised_texts(found, now(), who.zone),
        done=done,
        problems=problems,
        errors=by_field(problems),
        typed=tried.typed,
        ticked=tried.ticked,
    )
    return page, tried.status


def _again(refusal: Refusal) -> ResponseReturnValue:
    """The page with everything that was typed and ticked."""
    db.session.rollback()
    ticked = frozenset(request.form.getlist("task")) if "task" in request.form else None
    status = 409 if isinstance(refusal, Stale) else 422
    return _page(Tried(refusal.problems, request.form.to_dict(), ticked, status))


@bp.post("/approvals")
@signed_in
def sign() -> ResponseReturnValue:
    """Approve what is ticked. A row that cannot be approved says why and stays; the others are kept."""
    ids = {UUID(text) for text in request.form.getlist("task") if _is_id(text)}
    if not ids:
        return _again(Refused([NOTHING_TICKED]))
    with transaction(db.session()) as work:
        refusals = _sign_each(work, ids)
    kept = len(ids) - len(refusals)
    if kept:
        flash(ngettext("%(num)s approval is kept. Thank you.", "%(num)s approvals are kept. Thank you.", kept), "good")
    return _some_left(refusals) if refusals else redirect(url_for(".index"), 303)


def _sign_each(work: Session, ids: set[UUID]) -> list[Refusal]:
    """Every row by itself, application by application, so that two who sign at once wait for each other in one order.
    A refused one has written nothing."""
    refusals: list[Refusal] = []
    reached = [reach.approval(work, viewer(), task_id) for task_id in ids]
    for found in sorted(reached, key=lambda one: (one.thing.application_id, one.thing.id)):
        try:
            services.answer(
                work,
                found.thing,
                queries.declared_of(work, found.thing).answers[0],
                name=request.form.get("name", ""),
                on_behalf_of=request.form.get("behalf", ""),
                seen=request.form.get(f"seen-{found.thing.id}", ""),
                by=found.acting,
                at=now(),
            )
        except (Refused, Stale) as refusal:
            refusals.append(refusal)
    return refusals


def _some_left(refusals: list[Refusal]) -> ResponseReturnValue:
    """The page with every row that was not kept and why, each reason once, and what was typed and ticked."""
    told = {(problem.code, problem.field): problem for refusal in refusals for problem in refusal.problems}
    problems = tuple(told.values())
    status = 409 if any(isinstance(refusal, Stale) for refusal in refusals) else 422
    ticked = frozenset(request.form.getlist("task"))
    return _page(Tried(problems, request.form.to_dict(), ticked, status))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@bp.post("/approvals/<uuid:task_id>")
@own_task
def answer(task_id: UUID) -> ResponseReturnValue:
    """Answer one with something else than yes; a no goes back to the lead applicant at once, with its reason."""
    found = here(ApprovalTask)
    try:
        with transaction(db.session()) as work:
            services.answer(
                work,
                found.thing,
                request.form.get("answer", ""),
                name=request.form.get(f"name-{task_id}", ""),
                because=request.form.get(f"because-{task_id}", ""),
                seen=request.form.get(f"seen-{task_id}", ""),
                by=found.acting,
                at=now(),
            )
    except (Refused, Stale) as refusal:
        return _again(refusal)
    flash(gettext("Your answer is kept. The lead applicant is told when you gave a reason."))
    return redirect(url_for(".index"), 303)


@bp.post("/approvals/<uuid:task_id>/deputy")
@own_task
def deputy(task_id: UUID) -> ResponseReturnValue:
    """Let somebody else answer in one's place."""
    found, name = here(ApprovalTask), request.form.get(f"deputy-name-{task_id}", "")
    try:
        with transaction(db.session()) as work:
            services.hand_over(
                work,
                found.thing,
                name=name,
                address=request.form.get(f"deputy-address-{task_id}", ""),
                by=found.acting,
                at=now(),
            )
    except (Refused, Stale) as refusal:
        return _again(refusal)
    flash(gettext("%(name)s is asked by mail, and answers in your place.", name=name.strip()), "good")
    if viewer().link is not None and not queries.asked_in(db.session(), scope.approval_tasks(viewer())):
        return redirect(url_for("public.home"), 303)
    return redirect(url_for(".index"), 303)


@bp.post("/applications/<uuid:application_id>/approvals")
@on_application(Action.ASK_APPROVALS)
def ask(application_id: UUID) -> ResponseReturnValue:
    """Ask everybody whose approval the draft needs."""
    found = here(Application)
    try:
        with transaction(db.session()) as work:
            made = services.ask(work, found.thing, by=found.acting, at=now())
            count = len({task.person_id for task in made})
    except Refused as refused:
        return check_page(refused.problems)
    flash(ngettext("%(num)s person is asked by mail.", "%(num)s people are asked by mail.", count), "good")
    return redirect(url_for("applicant.check", application_id=application_id, _anchor="approvals"), 303)
