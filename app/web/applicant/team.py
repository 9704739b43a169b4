"""The team's page, and the draft and the comments for those who lead no part of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications import queries
from app.applications.models import Application
from app.applications.parts import Part, parts_of
from app.applications.rules import writes_part
from app.applications.team import comments, services
from app.applications.team.models import MemberRole, Right
from app.applications.team.queries import members_of, sides_to_invite
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version
from app.web.applicant import files, forms, notices
from app.web.applicant.opened import note_use
from app.web.applicant.shown import call_text
from app.web.applicant.standing import shown_title
from app.web.applicant.team_texts import member_text, right_options, role_options
from app.web.doors import here, now, on_application
from app.web.receiving import takes_files
from app.web.words import by_field, language, moment_text, problem_texts
from app.workflow.vocabulary import Hat

bp = Blueprint("team", __name__)
W = TypeVar("W", bound=StrEnum)


def _found() -> tuple[Application, Acting, Definition]:
    found = here(Application).thing
    return found, here(Application).acting, definition_by_version(db.session(), found.call_version_id)


# --- Who is of the team --------------------------------------------------------------------------------------------


@bp.get("/applications/<uuid:application_id>/team")
@on_application(Action.SEE_TEAM)
def team(application_id: UUID) -> ResponseReturnValue:
    """Who leads, who was invited, and what each may do."""
    return _team_page()


def _team_page(problems: tuple[Problem, ...] = (), typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    (found, acting, definition), work = _found(), db.session()
    may_invite = may(Action.INVITE_MEMBER, acting, found.state) is None
    may_change = may(Action.CHANGE_MEMBER, acting, found.state) is None
    options = sides_to_invite(work, found, acting.person_id) if may_invite else ()
    texts, rows = problem_texts(problems), members_of(work, found.id)
    page = render_template(
        "applicant/team.html",
        application_id=found.id,
        title=shown_title(found, definition),
        call=call_text(found, definition),
        leads=[part for part in parts_of(work, found, definition) if part.person_id and part.declined_at is None],
        members=[member_text(row, definition, found, acting, may_change=may_change) for row in rows],
        own_invitation=next((row.member.id for row in rows if row.member.person_id == acting.person_id), None),
        all_answer=definition.team is not None and definition.team.all_answer,
        parts=tuple((key or "", name or gettext("The whole application")) for key, name in options),
        roles=role_options(),
        rights=right_options(of_side=bool(options) and all(key is not None for key, _ in options)),
        problems=texts,
        errors=by_field(texts),
        typed=typed or {},
        may_comment=may(Action.READ_COMMENTS, acting, found.state) is None,
        back=back_to(found, acting),
    )
    return page, 422 if problems else 200


def back_to(found: Application, acting: Acting) -> str:
    """The page of the application on which this person works or reads."""
    for side_key in sorted(acting.sides) if Hat.SIDE_LEAD in acting.hats else ():
        side = queries.side_of(db.session(), found.id, side_key)
        if side is not None and side.lead_person_id == acting.person_id:
            return url_for("partner.task", side_id=side.id)
    if may(Action.EDIT_ANSWERS, acting, found.state) is None:
        return url_for("applicant.edit", application_id=found.id)
    if may(Action.READ_DRAFT, acting, found.state) is None:
        return url_for("team.draft", application_id=found.id)
    return url_for("applicant.show", application_id=found.id)


@bp.post("/applications/<uuid:application_id>/team")
@on_application(Action.INVITE_MEMBER)
def invite(application_id: UUID) -> ResponseReturnValue:
    """Invite somebody by mail, or the same person once more."""
    (found, acting, _), form = _found(), request.form
    name = form.get("name", "")
    try:
        with transaction(db.session()) as work:
            services.invite_member(
                work,
                found,
                name=name,
                address=form.get("address", ""),
                role=_word(MemberRole, form.get("role", ""), MemberRole.PARTICIPANT),
                right=_word(Right, form.get("may", ""), Right.READ),
                side_key=form.get("part") or None,
                by=acting,
                at=now(),
            )
    except Refused as refused:
        return _team_page(refused.problems, form)
    flash(gettext("%(name)s is invited by mail.", name=name.strip()), "good")
    return redirect(url_for(".team", application_id=application_id), 303)


def _word(words: type[W], text: str, otherwise: W) -> W:
    return words(text) if text in set(words) else otherwise


@bp.post("/applications/<uuid:application_id>/team/<uuid:member_id>")
@on_application(Action.CHANGE_MEMBER)
def change(application_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Give a member another right."""
    found, acting, _ = _found()
    try:
        with transaction(db.session()) as work:
            member = services.member_by_id(work, found, member_id)
            right = _word(Right, request.form.get("may", ""), member.may)
            services.change_right(work, found, member, right, by=acting, at=now())
    except Refused as refused:
        return _team_page(refused.problems)
    flash(gettext("The right is changed. The person is told by mail."), "good")
    return redirect(url_for(".team", application_id=application_id), 303)


@bp.post("/applications/<uuid:application_id>/team/<uuid:member_id>/remove")
@on_application(Action.CHANGE_MEMBER)
def remove(application_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the team, or an invitation back."""
    found, acting, _ = _found()
    with transaction(db.session()) as work:
        services.remove_member(work, found, services.member_by_id(work, found, member_id), by=acting, at=now())
    flash(gettext("Done. The person no longer reaches the application."))
    return redirect(url_for(".team", application_id=application_id), 303)


# --- The draft for whoever reads it, or edits one side of it -------------------------------------------------------


@bp.get("/applications/<uuid:application_id>/draft")
@on_application(Action.READ_DRAFT)
def draft(application_id: UUID) -> ResponseReturnValue:
    """The application as it stands, and the own side's part for who edits it."""
    return _draft_page()


def _own_sides(found: Application, acting: Acting, definition: Definition) -> tuple[Part, ...]:
    if Hat.SIDE_EDITOR not in acting.hats:
        return ()
    return tuple(part for part in parts_of(db.session(), found, definition) if writes_part(part, acting))


def _draft_page(saved: forms.Saved = forms.NOTHING) -> ResponseReturnValue:
    (found, acting, definition), work = _found(), db.session()
    own = _own_sides(found, acting, definition)
    problems = problem_texts(saved.problems) + forms.clash_texts(saved, definition)
    owners = frozenset(part.key for part in own)
    page = render_template(
        "applicant/draft.html",
        application_id=found.id,
        title=shown_title(found, definition),
        call=call_text(found, definition),
        sections=forms.sections(work, found, by=acting, saved=saved, owners=owners) if own else (),
        side=own[0].side.short if own else "",
        sheet=queries.draft_sheet(work, found),
        problems=problems,
        told=notices.told_text(work, found, definition, acting),
        may_comment=may(Action.READ_COMMENTS, acting, found.state) is None,
    )
    return page, forms.status_of(saved, problems)


@bp.post("/applications/<uuid:application_id>/draft")
@on_application(Action.EDIT_SIDE)
@takes_files
def save(application_id: UUID) -> ResponseReturnValue:
    """Keep what was typed into the own side's part; it confirms nothing."""
    found, acting, definition = _found()
    own = _own_sides(found, acting, definition)
    if not own:
        raise NotAllowed([Problem("not_yours", N_("This belongs to somebody else."))])
    note_use(found)
    with transaction(db.session()) as work:
        notices.note_told(work, found, acting)
    saved = forms.save(db.session(), found, own[0], forms.read(request.form, own[0]), by=acting, at=now())
    if not saved.is_whole:
        return _draft_page(saved)
    place = files.place()
    if place is None:
        flash(gettext("Draft saved."), "good")
    return redirect(url_for(".draft", application_id=application_id, _anchor=place), 303)


# --- Comments ------------------------------------------------------------------------------------------------------


@bp.get("/applications/<uuid:application_id>/comments")
@on_application(Action.READ_COMMENTS)
def remarks(application_id: UUID) -> ResponseReturnValue:
    """What the team remarked, question by question."""
    return _comments_page()


def _comments_page(problems: tuple[Problem, ...] = (), typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    (found, acting, definition), work = _found(), db.session()
    titles = {question.key: question.title.in_(language()) for question in definition.questions}
    texts = problem_texts(problems)
    page = render_template(
        "applicant/comments.html",
        application_id=found.id,
        title=shown_title(found, definition),
        remarks=comments.remarks(work, found),
        titles=titles,
        options=tuple(titles.items()),
        may_write=may(Action.COMMENT_DRAFT, acting, found.state) is None,
        problems=texts,
        errors=by_field(texts),
        typed=typed or {"question": request.args.get("question", "")},
        moment=moment_text,
        back=back_to(found, acting),
    )
    return page, 422 if problems else 200


@bp.post("/applications/<uuid:application_id>/comments")
@on_application(Action.COMMENT_DRAFT)
def comment(application_id: UUID) -> ResponseReturnValue:
    """Remark something at a question, or answer a comment."""
    (found, acting, _), form = _found(), request.form
    text, answered = form.get("text", ""), form.get("answers", "")
    try:
        with transaction(db.session()) as work:
            if answered:
                row = comments.answer_comment(work, found, files.as_id(answered), text, by=acting, at=now())
            else:
                row = comments.write_comment(work, found, form.get("question", ""), text, by=acting, at=now())
            place = f"c-{row.answers_id or row.id}"
    except Refused as refused:
        return _comments_page(refused.problems, form)
    return redirect(url_for(".remarks", application_id=application_id, _anchor=place), 303)


@bp.post("/applications/<uuid:application_id>/comments/<uuid:comment_id>/done")
@on_application(Action.COMMENT_DRAFT)
def resolve(application_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Mark a comment as done."""
    found, acting, _ = _found()
    with transaction(db.session()) as work:
        comments.resolve_comment(work, found, comment_id, by=acting, at=now())
    return redirect(url_for(".remarks", application_id=application_id, _anchor=f"c-{comment_id}"), 303)
