"""The invited person's own page: what is asked, yes or no, and leaving. A personal link leads to it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import reach
from app.access.viewer import Viewer
from app.applications.stages import closing_of, part_at
from app.applications.team import queries, services
from app.applications.team.models import ApplicationMember
from app.applications.team.queries import Asked
from app.extensions import db
from app.identities.links import GONE, OpenLink
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.programmes.models import Call
from app.web.applicant.team_texts import ALLOWS, ROLES, part_name
from app.web.doors import Door, hang, here, now
from app.web.public.views import places
from app.web.words import by_field, deadline_text, language, moment_text, problem_texts

bp = Blueprint("membership", __name__)
own_invitation = hang(Door("team: the own invitation", None, reach.team_member, "member_id"))


def page(link: OpenLink, action: str) -> str:
    """Where the link of an invitation leads: GET shows what is asked and changes nothing."""
    asked = queries.invitation(db.session(), link.subject_id, link.person_id) if link.subject_id else None
    if asked is None:
        raise NotFound([GONE])
    return render_template("applicant/membership_landing.html", action=action, name=link.person_name, **_words(asked))


def act(link: OpenLink, _viewer: Viewer) -> str:
    """Go on to the invitation. Nothing is accepted by opening it."""
    return url_for("membership.invitation", member_id=link.subject_id)


def _words(asked: Asked) -> dict[str, object]:
    call = db.session.get_one(Call, asked.application.call_id)
    closes = closing_of(call, part_at(asked.definition, asked.application.state))
    return {
        "title": asked.application.title,
        "call_title": asked.definition.title.in_(language()),
        "inviter": asked.inviter,
        "institution": asked.institution,
        "role": gettext(ROLES[asked.member.role]),
        "part": part_name(asked.member, asked.definition),
        "allows": gettext(ALLOWS[asked.member.may]),
        "has_answered": asked.member.accepted_at is not None or asked.member.declined_at is not None,
        "until": deadline_text(closes, places(asked.definition)) if closes else None,
    }


@bp.get("/invitations/<uuid:member_id>")
@own_invitation
def invitation(member_id: UUID) -> ResponseReturnValue:
    """What is asked, and what was answered."""
    return _page()


def _page(problems: tuple[Problem, ...] = ()) -> ResponseReturnValue:
    member = here(ApplicationMember).thing
    asked = queries.invitation(db.session(), member.id, member.person_id)
    if asked is None:
        raise NotFound([GONE])
    texts = problem_texts(problems)
    page = render_template(
        "applicant/membership.html",
        member_id=member.id,
        application_id=member.application_id,
        accepted=moment_text(member.accepted_at),
        declined=moment_text(member.declined_at),
        because=request.form.get("because", ""),
        problems=texts,
        errors=by_field(texts),
        **_words(asked),
    )
    return page, 422 if problems else 200


@bp.post("/invitations/<uuid:member_id>/accept")
@own_invitation
def accept(member_id: UUID) -> ResponseReturnValue:
    """The own yes: from the next request on, the application is there."""
    found = here(ApplicationMember)
    with transaction(db.session()) as work:
        services.answer(work, found.thing, accepts=True, by=found.acting, at=now())
    flash(gettext("Thank you. You are of the team now; you can leave it again on the page of your invitation."), "good")
    return redirect(url_for("applicant.edit", application_id=found.thing.application_id), 303)


@bp.post("/invitations/<uuid:member_id>/decline")
@own_invitation
def decline(member_id: UUID) -> ResponseReturnValue:
    """The own no, with one sentence."""
    found = here(ApplicationMember)
    try:
        with transaction(db.session()) as work:
            because = request.form.get("because", "")
            services.answer(work, found.thing, accepts=False, because=because, by=found.acting, at=now())
    except Refused as refused:
        return _page(refused.problems)
    flash(gettext("You have declined. Whoever invited you is told by mail."))
    return redirect(url_for(".invitation", member_id=member_id), 303)


@bp.post("/invitations/<uuid:member_id>/leave")
@own_invitation
def leave(member_id: UUID) -> ResponseReturnValue:
    """Leave the team. The page is gone with it."""
    found = here(ApplicationMember)
    with transaction(db.session()) as work:
        services.leave(work, found.thing, by=found.acting, at=now())
    flash(gettext("You have left the team. Whoever invited you is told by mail."))
    return redirect(url_for("public.home"), 303)
