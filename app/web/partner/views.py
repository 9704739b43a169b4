"""The partner's one page: what the project is, the budget of the own side, and yes or no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import reach, scope
from app.access.reach import Here
from app.access.viewer import Viewer
from app.applications import queries, services, silence
from app.applications.approvals.commitments import awaited_from
from app.applications.models import Application, ApplicationSide
from app.applications.participation import seen_by_partner
from app.applications.parts import Part, parts_of
from app.applications.side_deadlines import closed_parts, internal_dues
from app.applications.stages import asks_budget, closing_of, part_at
from app.applications.team.comments import open_counts
from app.extensions import db
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.web.account.filling import fillable
from app.web.applicant import budgets, files, forms, notices
from app.web.applicant.standing import shown_title
from app.web.doors import Door, hang, here, now, viewer
from app.web.public.views import places
from app.web.receiving import takes_files
from app.web.side_dues import due_texts
from app.web.transfer import transfer_text
from app.web.words import by_field, by_mail_text, deadline_text, language, moment_text, problem_texts

bp = Blueprint("partner", __name__)


@dataclass(frozen=True)
class Task:
    """A partner's part with the application it belongs to."""

    side: ApplicationSide
    application: Application


def reach_task(session: Session, viewer: Viewer, side_id: UUID) -> Here[Task]:
    """The part this partner leads, and its application. NotFound for everybody else, the lead applicant too."""
    side = reach.side(session, viewer, side_id)
    application = reach.application(session, viewer, side.thing.application_id)
    if application.thing.lead_person_id == side.thing.lead_person_id:
        raise NotFound()
    return Here(Task(side.thing, application.thing), side.acting, application.state)


own_part = hang(Door("side: its own lead", None, reach_task, "side_id"))
own_open_part = hang(Door("side: confirm_side", Action.CONFIRM_SIDE, reach_task, "side_id"))


@dataclass(frozen=True)
class Answered:
    """What the partner has said so far."""

    label: str
    tone: str
    at: str | None


@bp.get("/parts/<uuid:side_id>")
@own_part
def task(side_id: UUID) -> ResponseReturnValue:
    """The whole task on one page; once it is submitted, the receipt."""
    found = here(Task)
    if may(Action.READ_DRAFT, found.acting, found.state) is not None:
        task = found.thing
        if silence.may_confirm_late(db.session(), task.application, task.side, by=found.acting, at=now()) is None:
            return redirect(url_for(".late", side_id=side_id))
        return redirect(url_for("applicant.show", application_id=found.thing.application.id))
    return _page()


@dataclass(frozen=True)
class Refusals:
    """What stood in the way, and what was typed."""

    problems: tuple[Problem, ...] = ()
    name: str = ""
    because: str = ""
    otherwise: str = ""


def _page(saved: forms.Saved = forms.NOTHING, refused: Refusals = Refusals()) -> ResponseReturnValue:
    found, work = here(Task), db.session()
    application = found.thing.application
    definition = definition_by_version(work, application.call_version_id)
    parts = parts_of(work, application, definition)
    own = next(part for part in parts if part.id == found.thing.side.id)
    problems = problem_texts((*saved.problems, *refused.problems)) + forms.clash_texts(saved, definition)
    told_at = {each.field for each in (*saved.problems, *refused.problems)}
    closed = closed_parts(work, application, definition, now())
    page = render_template(
        "partner/task.html",
        side_id=own.id,
        application_id=application.id,
        fills=fillable(definition, viewer()),
        remarks=open_counts(work, application),
        title=shown_title(application, definition),
        side=own.side.name,
        short=own.side.short,
        pays=own.side.pays,
        lead=next((part for part in parts if part.is_own), own).name,
        problems=problems,
        name=refused.name or own.confirmed_as or own.name,
        because=refused.because,
        otherwise=refused.otherwise,
        said=own.objected_because or own.declined_because,
        errors=by_field(problems),
        answered=_answered(own),
        sections=own_sections(work, found, definition, own, saved),
        sheet=queries.draft_sheet(work, application),
        is_confirmed=own.confirmed_at is not None and own.mail is None,
        call=_call(application, definition),
        over=problem_texts([each for each in queries.caps_broken(definition, own) if each.field not in told_at]),
        balance=budgets.balance_text(definition, parts),
        dues=due_texts(internal_dues(work, application, definition), own.key),
        closed=problem_texts([closed[own.key]] if own.key in closed else []),
        warnings=problem_texts(seen_by_partner(work, application, definition, found.acting.person_id))
        if found.acting.person_id
        else (),
        transfer=transfer_text(definition),
        told=notices.told_text(work, application, definition, found.acting),
        approvals=awaited_from(work, scope.approval_tasks(viewer()), now()) if definition.approvals else 0,
    )
    return page, forms.status_of(saved, problems)


def _call(application: Application, definition: Definition) -> dict[str, object]:
    call = db.session.get_one(Call, application.call_id)
    closes = closing_of(call, part_at(definition, application.state))
    deadline = deadline_text(closes, places(definition)) if closes else None
    return {"title": definition.title.in_(language()), "deadline": deadline, "years": definition.years}


def own_sections(
    work: Session, found: Here[Task], definition: Definition, own: Part, saved: forms.Saved
) -> tuple[forms.SectionField, ...]:
    """The sections this side answers; a side that pays but has no section of its own still gets its budget."""
    sections = forms.sections(work, found.thing.application, by=found.acting, saved=saved, owners=frozenset({own.key}))
    is_asked = asks_budget(definition, part_at(definition, found.thing.application.state), own.key)
    if own.side.pays and is_asked and not any(section.budget for section in sections):
        is_open = own.key not in closed_parts(work, found.thing.application, definition, now())
        budget = budgets.budget_field(
            definition, own, forms.refused_amounts(own, saved), saved.problems, is_writable=is_open
        )
        title = gettext("Budget at %(side)s", side=own.side.name)
        return (*sections, forms.SectionField("budget", title, None, (), budget, None))
    return sections


def _answered(own: Part) -> Answered:
    if own.mail is not None:
        return Answered(by_mail_text(own.mail), "good", None)
    if own.confirmed_at is not None:
        return Answered(gettext("You have confirmed"), "good", moment_text(own.confirmed_at))
    if own.objected_at is not None:
        return Answered(gettext("You asked for a change"), "wait", moment_text(own.objected_at))
    if own.declined_at is not None:
        return Answered(gettext("You have declined"), "neutral", moment_text(own.declined_at))
    return Answered(gettext("Waiting for your answer"), "wait", moment_text(own.invited_at))


@bp.post("/parts/<uuid:side_id>")
@own_open_part
@takes_files
def answer(side_id: UUID) -> ResponseReturnValue:
    """Keep the part, and confirm it if that was asked; what is typed is kept even when confirming is refused."""
    found, work = here(Task), db.session()
    application, side = found.thing.application, found.thing.side
    definition = definition_by_version(work, application.call_version_id)
    own = next(part for part in parts_of(work, application, definition) if part.id == side.id)
    with transaction(work):
        notices.note_told(work, application, found.acting)
    saved = forms.save(work, application, own, forms.read(request.form, own), by=found.acting, at=now())
    name = request.form.get("name", "")
    if not saved.is_whole:
        return _page(saved, Refusals(name=name))
    place = files.place()
    if place is not None:
        return redirect(url_for(".task", side_id=side_id, _anchor=place), 303)
    if request.form.get("then") == "later":
        flash(gettext("Saved. Nothing is confirmed yet."), "good")
        return redirect(url_for(".task", side_id=side_id), 303)
    try:
        with transaction(work):
            services.confirm_side(work, side, name=name, by=found.acting, at=now())
    except Refused as refused:
        return _page(refused=Refusals(refused.problems, name=name))
    flash(gettext("Thank you. Your part is confirmed; you can change it until the application is submitted."), "good")
    return redirect(url_for(".task", side_id=side_id), 303)


@bp.post("/parts/<uuid:side_id>/decline")
@own_open_part
def decline(side_id: UUID) -> ResponseReturnValue:
    """Say no, with one sentence."""
    found, because = here(Task), request.form.get("because", "")
    try:
        with transaction(db.session()) as work:
            services.decline_side(work, found.thing.side, because=because, by=found.acting, at=now())
    except Refused as refused:
        return _page(refused=Refusals(refused.problems, because=because))
    flash(gettext("You have declined. The lead applicant is told by mail."))
    return redirect(url_for(".task", side_id=side_id), 303)


@bp.post("/parts/<uuid:side_id>/objection")
@own_open_part
def object_(side_id: UUID) -> ResponseReturnValue:
    """Not like this, with one sentence: the invitation stays open."""
    found, otherwise = here(Task), request.form.get("otherwise", "")
    try:
        with transaction(db.session()) as work:
            services.object_to_side(work, found.thing.side, because=otherwise, by=found.acting, at=now())
    except Refused as refused:
        placed = tuple(replace(problem, field="otherwise") for problem in refused.problems)
        return _page(refused=Refusals(placed, otherwise=otherwise))
    flash(
        gettext("The lead applicant is told by mail at once. Your invitation stays open; you can still confirm."),
        "good",
    )
    return redirect(url_for(".task", side_id=side_id), 303)
