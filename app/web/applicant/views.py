"""The applicant's pages: begin, write, invite, check, submit, and see what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import reach
from app.applications import nominations, queries, services
from app.applications.approvals import queries as approvals
from app.applications.models import Application
from app.applications.participation import both_invalid
from app.applications.parts import Part, parts_of
from app.applications.stages import closing_of, part_at
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.definition import Part as Stage
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, public_call
from app.web.applicant import files, forms
from app.web.applicant.asking_sides import SideAsks, asked_by_sides
from app.web.applicant.budgets import balance_text, sides_words
from app.web.applicant.opened import last_used, note_use
from app.web.applicant.outcome import outcome_of, standing_text
from app.web.applicant.stages import part_text, stages_of
from app.web.approver.texts import StandingText, standing_texts
from app.web.doors import Door, hang, here, now, on_application, viewer, with_account
from app.web.labels import move_label
from app.web.public.views import places
from app.web.receiving import takes_files
from app.web.transfer import transfer_text
from app.web.words import (
    ProblemText,
    by_field,
    deadline_text,
    language,
    moment_text,
    problem_text,
    problem_texts,
    zone_name,
)
from app.workflow.vocabulary import Move, State

bp = Blueprint("applicant", __name__)
draft_or_receipt = hang(Door("application: edit_answers, or its receipt", None, reach.application, "application_id"))
any_applicant = hang(Door("application: moves of the lead applicant", None, reach.application, "application_id"))


@dataclass(frozen=True)
class SideText:
    """A side's partner, as the applicant sees the state of things."""

    key: str
    name: str
    short: str
    person: str
    address: str
    is_own: bool
    status: str
    tone: str
    since: str | None
    because: str | None
    can_invite: bool
    is_again: bool
    typed_name: str
    typed_address: str
    errors: dict[str, tuple[str, ...]]
    asks: SideAsks


@dataclass(frozen=True)
class Invited:
    """An invitation that was refused, to be shown again as it was typed."""

    side_key: str
    name: str
    address: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class MoveText:
    """A move as a button."""

    label: str
    url: str
    allowed: bool
    problem: ProblemText | None


@bp.post("/calls/<key>/applications")
@with_account
def start(key: str) -> ResponseReturnValue:
    """Begin a draft, or go on with the one already begun."""
    call = public_call(db.session(), key, now())
    if call is None:
        raise NotFound()
    with transaction(db.session()) as work:
        application = services.start_draft(work, call, by=reach.house(viewer()), at=now())
        begun = application.id
    return redirect(url_for(".edit", application_id=begun), 303)


@bp.get("/applications/<uuid:application_id>/edit")
@draft_or_receipt
def edit(application_id: UUID) -> ResponseReturnValue:
    """The whole form; partners are sent to their own part, and everybody to the receipt once it is submitted."""
    elsewhere = _elsewhere()
    if elsewhere is not None:
        return elsewhere
    note_use(here(Application).thing)
    return _edit_page()


def _elsewhere() -> ResponseReturnValue | None:
    """Where somebody belongs who may not write here: the own part, or the receipt. None for whoever may write."""
    found, acting = here(Application).thing, here(Application).acting
    problem = may(Action.EDIT_ANSWERS, acting, found.state)
    if problem is None:
        return None
    if may(Action.READ_APPLICATION, acting, found.state) is None:
        return redirect(url_for(".show", application_id=found.id))
    for side_key in sorted(acting.sides):
        side = queries.side_of(db.session(), found.id, side_key)
        if side is not None and may(Action.READ_DRAFT, acting, found.state) is None:
            return redirect(url_for("partner.task", side_id=side.id))
    raise NotAllowed([problem])


def _edit_page(saved: forms.Saved = forms.NOTHING, invited: Invited | None = None) -> ResponseReturnValue:
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    parts = parts_of(work, found, definition)
    closed, missing = _readiness(found)
    problems = problem_texts((*saved.problems, *(invited.problems if invited else ())))
    page = render_template(
        "applicant/edit.html",
        application_id=found.id,
        part=part_text(found, definition),
        title=found.title,
        call=_call_text(found, definition),
        sections=forms.sections(work, found, by=acting, saved=saved),
        is_alone=len(definition.sides) == 1,
        choices=queries.choices_of(work, found, definition),
        sides_said=sides_words(definition),
        balance=balance_text(definition, parts),
        sides=side_texts(parts, invited, asked_by_sides(found, definition)),
        warnings=problem_texts(both_invalid(work, found, definition)),
        transfer=transfer_text(definition),
        problems=problems + forms.clash_texts(saved, definition),
        closed=problem_texts(closed),
        missing=problem_texts(missing),
        approvals=_approvals(found, definition),
    )
    return page, forms.status_of(saved, problems)


def _call_text(found: Application, definition: Definition) -> dict[str, object]:
    call = db.session.get_one(Call, found.call_id)
    closes = closing_of(call, part_at(definition, found.state))
    deadline = deadline_text(closes, places(definition)) if closes else None
    return {
        "title": definition.title.in_(language()),
        "key": call.key,
        "deadline": deadline,
        "grace": definition.grace_minutes,
        "languages": definition.languages,
        "is_outline": part_at(definition, found.state) is Stage.OUTLINE,
    }


def _readiness(found: Application) -> tuple[list[Problem], list[Problem]]:
    """What the call itself forbids now, and what the application still lacks."""
    offered = queries.offers(db.session(), found, here(Application).acting, now(), last_used(found.id))
    problems = [problem for offer in offered if offer.move is Move.SUBMIT for problem in offer.problems]
    return [p for p in problems if p.code.startswith("call_")], [p for p in problems if not p.code.startswith("call_")]


def side_texts(parts: Sequence[Part], invited: Invited | None, asked: Mapping[str, SideAsks]) -> tuple[SideText, ...]:
    return tuple(
        _side_text(part, invited if invited and invited.side_key == part.key else None, asked[part.key])
        for part in parts
    )


def _side_text(part: Part, invited: Invited | None, asks: SideAsks) -> SideText:
    if part.is_own:
        status, tone, since = gettext("You lead this side"), "neutral", None
    elif part.confirmed_at is not None:
        status, tone, since = gettext("Confirmed"), "good", part.confirmed_at
    elif part.declined_at is not None:
        status, tone, since = gettext("Has declined"), "bad", part.declined_at
    elif part.person_id is not None:
        status, tone, since = gettext("Waiting for an answer"), "wait", part.invited_at
    else:
        status, tone, since = gettext("Nobody is invited yet"), "neutral", None
    waits = part.person_id is not None and part.declined_at is None
    typed = (invited.name, invited.address) if invited else (part.name, part.address) if waits else ("", "")
    return SideText(
        part.key,
        part.side.name,
        part.side.short,
        part.name,
        part.address,
        part.is_own,
        status,
        tone,
        moment_text(since),
        part.declined_because,
        not part.is_own and part.confirmed_at is None and not asks.is_closed,
        waits,
        *typed,
        by_field(problem_texts(invited.problems)) if invited else {},
        asks,
    )


@bp.post("/applications/<uuid:application_id>/edit")
@on_application(Action.EDIT_ANSWERS)
@takes_files
def save(application_id: UUID) -> ResponseReturnValue:
    """Keep what was typed, whatever is missing; to htmx only a line that says so, and the new versions."""
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    own = _own(found)
    note_use(found)
    saved = forms.save(work, found, own, forms.read(request.form, own), by=acting, at=now())
    if "HX-Request" in request.headers:
        return _saved_line(saved)
    if not saved.is_whole:
        return _edit_page(saved)
    if request.form.get("then") == "check":
        return redirect(url_for(".check", application_id=application_id), 303)
    place = files.place()
    if place is None:
        flash(gettext("Draft saved."), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor=place), 303)


def _own(found: Application) -> Part:
    definition = definition_by_version(db.session(), found.call_version_id)
    return next(part for part in parts_of(db.session(), found, definition) if part.is_own)


def _saved_line(saved: forms.Saved) -> ResponseReturnValue:
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    held = {clash.field for clash in saved.clashes} | {problem.field for problem in saved.problems}
    fields = [
        question
        for section in forms.sections(work, found, by=acting)
        for question in section.questions
        if question.is_writable and question.name not in held and question.key in saved.typed.answers
    ]
    budgets = [section.budget for section in forms.sections(work, found, by=acting) if section.budget]
    amounts = [
        line
        for budget in budgets
        if budget.is_writable
        for year in budget.years
        for line in year.lines
        if line.name not in held
    ]
    definition = definition_by_version(work, found.call_version_id)
    return render_template(
        "applicant/_saved.html",
        when=now().astimezone(ZoneInfo(zone_name())).strftime("%H:%M"),
        is_whole=saved.is_whole,
        fields=fields,
        amounts=amounts,
        budgets=budgets,
        balance=balance_text(definition, parts_of(work, found, definition)),
    )


@bp.post("/applications/<uuid:application_id>/sides/<side_key>/invitation")
@on_application(Action.INVITE_PARTNER)
@takes_files
def invite(application_id: UUID, side_key: str) -> ResponseReturnValue:
    """Ask somebody by mail to lead a side. What was typed in the draft is kept first: the button stands in its form."""
    name, address = (request.form.get(f"invite-{side_key}-{part}", "") for part in ("name", "address"))
    found, acting = here(Application).thing, here(Application).acting
    own = _own(found)
    note_use(found)
    saved = forms.save(db.session(), found, own, forms.read(request.form, own), by=acting, at=now())
    try:
        with transaction(db.session()) as work:
            services.invite_partner(work, found, side_key, name=name, address=address, by=acting, at=now())
    except Refused as refused:
        return _edit_page(saved, invited=Invited(side_key, name, address, _placed(refused.problems, side_key)))
    if not saved.is_whole:
        return _edit_page(saved)
    flash(gettext("%(name)s is invited by mail.", name=name.strip()), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor=f"side-{side_key}"), 303)


@bp.post("/applications/<uuid:application_id>/sides/<side_key>/presence")
@on_application(Action.INVITE_PARTNER)
def choose_side(application_id: UUID, side_key: str) -> ResponseReturnValue:
    """Bring an optional side in, or leave it out. What was typed is kept first: the button stands in the form."""
    found, acting = here(Application).thing, here(Application).acting
    own = _own(found)
    saved = forms.save(db.session(), found, own, forms.read(request.form, own), by=acting, at=now())
    choose = services.bring_in if request.form.get(f"takes-part-{side_key}") == "yes" else services.leave_out
    try:
        with transaction(db.session()) as work:
            choose(work, found, side_key, by=acting, at=now())
    except Refused as refused:
        return _edit_page(replace(saved, problems=(*saved.problems, *refused.problems)))
    if not saved.is_whole:
        return _edit_page(saved)
    flash(gettext("Your choice of sides is kept."), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor="sides"), 303)


@bp.post("/applications/<uuid:application_id>/sides/<side_key>/nomination")
@on_application(Action.INVITE_PARTNER)
def nominate(application_id: UUID, side_key: str) -> ResponseReturnValue:
    """Ask a side to nominate this application. What was typed in the draft is kept first."""
    found, acting = here(Application).thing, here(Application).acting
    own = _own(found)
    note_use(found)
    saved = forms.save(db.session(), found, own, forms.read(request.form, own), by=acting, at=now())
    if not saved.is_whole:
        return _edit_page(saved)
    try:
        with transaction(db.session()) as work:
            nominations.ask_nomination(work, found, side_key, by=acting, at=now())
    except Refused as refused:
        return _edit_page(forms.Saved(forms.Typed(), problems=refused.problems))
    flash(gettext("The coordinators there are asked by mail. They see the title and your name."), "good")
    return redirect(url_for(".edit", application_id=application_id, _anchor=f"side-{side_key}"), 303)


def _placed(problems: Sequence[Problem], side_key: str) -> tuple[Problem, ...]:
    """The problems at the fields of this side's invitation."""
    places = {"name": f"invite-{side_key}-name", "address": f"invite-{side_key}-address"}
    return tuple(replace(problem, field=places.get(problem.field or "", f"side-{side_key}")) for problem in problems)


@bp.get("/applications/<uuid:application_id>/check")
@draft_or_receipt
def check(application_id: UUID) -> ResponseReturnValue:
    """What will be sent, and everything that still stands in the way."""
    elsewhere = _elsewhere()
    if elsewhere is not None:
        return elsewhere
    note_use(here(Application).thing)
    return check_page(())


def check_page(refused: Sequence[Problem]) -> ResponseReturnValue:
    """The page before submitting, with what stood in the way of the last try."""
    found = here(Application).thing
    definition = definition_by_version(db.session(), found.call_version_id)
    closed, missing = _readiness(found)
    back = url_for("applicant.edit", application_id=found.id)
    page = render_template(
        "applicant/check.html",
        application_id=found.id,
        part=part_text(found, definition),
        title=found.title,
        call=_call_text(found, definition),
        sheet=queries.draft_sheet(db.session(), found),
        problems=problem_texts(refused, back),
        balance=balance_text(definition, parts_of(db.session(), found, definition)),
        closed=problem_texts(closed),
        missing=problem_texts(missing, back),
        warnings=problem_texts(both_invalid(db.session(), found, definition)),
        transfer=transfer_text(definition),
        back=back,
        approvals=_approvals(found, definition),
    )
    return page, 422 if refused else 200


def _approvals(found: Application, definition: Definition) -> tuple[StandingText, ...]:
    return standing_texts(approvals.standings(db.session(), found, definition, now()), definition)


@bp.post("/applications/<uuid:application_id>/submit")
@any_applicant
def submit(application_id: UUID) -> ResponseReturnValue:
    """Submit; a second click finds it done and shows the same receipt."""
    try:
        _take(Move.SUBMIT)
    except Refused as refused:
        return check_page(refused.problems)
    except NotAllowed as already:
        if already.problems[0].code != "no_such_move":
            raise
        return redirect(url_for(".show", application_id=application_id), 303)
    flash(_submitted_text(here(Application).thing), "good")
    return redirect(url_for(".show", application_id=application_id), 303)


def _submitted_text(found: Application) -> str:
    if found.state is State.INVITED:
        return str(
            gettext("The outline is submitted. Everything you wrote stands in the full form, which is open now.")
        )
    if found.state is State.OUTLINE_SUBMITTED:
        return str(gettext("The outline is submitted. Everybody who leads a side gets a receipt by mail."))
    return str(gettext("The application is submitted. Everybody who leads a side gets a receipt by mail."))


def _take(move: Move, reason: str = "") -> None:
    found, acting = here(Application).thing, here(Application).acting
    with transaction(db.session()) as work:
        services.take(work, found, move, by=acting, at=now(), reason=reason, last_used=last_used(found.id))


@bp.get("/applications/<uuid:application_id>")
@on_application(Action.READ_APPLICATION)
def show(application_id: UUID) -> ResponseReturnValue:
    """The receipt, where the application stands, and after the release what became of it."""
    if may(Action.SEE_CALL_OFFICE, here(Application).acting) is None:
        return redirect(url_for("office.application", application_id=application_id))
    return _show_page((), "")


def _show_page(refused: Sequence[Problem], reason: str) -> ResponseReturnValue:
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    sheet = queries.frozen_sheet(work, found.id)
    sides = [part.side for part in parts_of(work, found, definition)]
    received = [(side.name, moment_text(found.submitted_at, side.zone)) for side in sides]
    page = render_template(
        "applicant/show.html",
        application_id=found.id,
        reference=found.reference,
        title=found.title,
        sheet=sheet,
        call=_call_text(found, definition),
        standing=standing_text(found.state, definition),
        received=received,
        is_alone=len(sides) == 1,
        withdraw=_withdraw(found, acting),
        outcome=outcome_of(work, found, acting),
        stages=stages_of(work, found, definition, acting, now()),
        reason=reason,
        problems=problem_texts(refused),
        steps_at=moment_text(found.submitted_at),
        approvals=_approvals(found, definition),
    )
    return page, 422 if refused else 200


def _withdraw(found: Application, acting: Acting) -> MoveText | None:
    for offer in queries.offers(db.session(), found, acting, now()):
        if offer.move is Move.WITHDRAW:
            problem = problem_text(offer.problems[0]) if offer.problems else None
            url = url_for(".withdraw", application_id=found.id)
            return MoveText(move_label(offer.move), url, offer.is_open, problem)
    return None


@bp.post("/applications/<uuid:application_id>/withdraw")
@on_application(Action.READ_APPLICATION)
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Take the application back, with a reason that is kept."""
    reason = request.form.get("reason", "")
    try:
        _take(Move.WITHDRAW, reason)
    except Refused as refused:
        return _show_page(refused.problems, reason)
    flash(gettext("The application is withdrawn."))
    return redirect(url_for(".show", application_id=application_id), 303)
