"""Signing in by password or by mailed link, signing out, personal links, and everybody's own desk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user as signed_in_user
from flask_login import login_user, logout_user

from app.access import reach, scope
from app.access.viewer import Viewer, viewer_of
from app.applications import queries as applications
from app.applications.approvals import commitments
from app.applications.team.queries import waiting_for
from app.communications import services as mail
from app.extensions import db
from app.identities import links
from app.identities import services as identities
from app.identities.models import LinkPurpose, Person
from app.kernel.database import writing
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.reviews import queries as reviews
from app.running import settings
from app.trail import services as trail
from app.web import resending
from app.web.account import letting
from app.web.applicant import membership
from app.web.approver import landing as approver
from app.web.doors import ask_key, now, public, signed_in, viewer, viewer_or_none, with_account, without_key
from app.web.hooks import LANGUAGE, SignedIn
from app.web.letters import landing as letters
from app.web.partner import landing as partner
from app.web.reviewer import landing as reviewer
from app.web.words import moment_text, problem_texts

bp = Blueprint("account", __name__)

WRONG = Problem("wrong", N_("This address and password do not belong together."), field="password")
TOO_OFTEN = Problem(
    "too_often", N_("Too many tries. Wait a quarter of an hour, or let us mail you a link."), field="address"
)


def local_target(target: str | None) -> str:
    """Where to go after signing in: a page of ours, or the desk."""
    if target and resending.is_ours(target):
        return target.rstrip("?")
    return url_for("account.desk")


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The two ways in."""
    return render_template(
        "account/sign_in.html", address="", target=request.args.get("next", ""), problems=(), sent=False, carried=None
    )


@bp.post("/sign-in")
@public
def sign_in_by_password() -> ResponseReturnValue:
    """Check the password outside the writer lock: hashing is slow on purpose."""
    address, target, at = request.form.get("address", ""), request.form.get("next", ""), now()
    with writing(db.engine), transaction(db.session()) as work:
        allowed = identities.allow_attempt(
            work, "sign-in", f"{address.strip().casefold()}|{request.remote_addr}", at=at
        )
    try:
        person = identities.person_by_address(db.session(), address)
    except Refused as refused:
        return _sign_in_again(address, target, refused.problems)
    cheap = settings().cheap_passwords
    fits = identities.password_fits(person, request.form.get("password", ""), cheap=cheap)
    db.session.rollback()
    if not allowed or not fits or person is None:
        return _sign_in_again(address, target, (WRONG if allowed else TOO_OFTEN,))
    with writing(db.engine), transaction(db.session()):
        _enter(person.id)
    carried = resending.brought()
    return resending.page(carried) if carried else redirect(local_target(target), 303)


sign_in_by_password.writes_itself = True  # type: ignore[attr-defined]  # read by the hook that takes the writer lock


def _sign_in_again(address: str, target: str, problems: tuple[Problem, ...]) -> ResponseReturnValue:
    return render_template(
        "account/sign_in.html",
        address=address,
        target=target,
        problems=problem_texts(problems),
        sent=False,
        carried=resending.brought(),
    ), 422


def _enter(person_id: UUID, link: links.OpenLink | None = None, browser_id: UUID | None = None) -> Viewer:
    """Begin a browser session, in the caller's transaction; whoever was signed in here before is signed out."""
    _leave()
    confined = link.id if link is not None and link.purpose is not LinkPurpose.SIGN_IN else None
    secret = identities.start_session(db.session(), person_id, at=now(), link_id=confined, browser_id=browser_id)
    found = viewer_of(db.session(), secret, at=now())
    assert found is not None
    login_user(SignedIn(secret, found))
    return found


def _leave() -> None:
    if viewer_or_none() is not None:
        identities.end_session(db.session(), signed_in_user.get_id(), at=now())
        logout_user()


@bp.post("/sign-in/link")
@public
def send_link() -> ResponseReturnValue:
    """Mail a link; the answer is the same whether the address is known or not."""
    address = request.form.get("address", "")
    try:
        with transaction(db.session()) as work:
            normal = identities.clean_address(address)
            allowed = identities.allow_attempt(work, "link", f"{normal}|{request.remote_addr}", at=now())
            person = identities.person_by_address(work, normal) if allowed else None
            if person is not None and person.disabled_at is None:
                link = identities.make_link(work, LinkPurpose.SIGN_IN, person.id, normal, at=now())
                mail.post(
                    work,
                    "sign_in_link",
                    person.id,
                    dedupe=f"sign-in:{link.id}",
                    values={"name": person.name},
                    at=now(),
                    link_id=link.id,
                )
    except Refused as refused:
        return _sign_in_again(address, "", refused.problems)
    carried = resending.brought()
    return render_template("account/sign_in.html", address=address, target="", problems=(), sent=True, carried=carried)


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser session on the server; the old cookie is worth nothing."""
    with transaction(db.session()) as work:
        letting.forget(work, viewer())
        _leave()
    return redirect(url_for("public.home"), 303)


@bp.get("/password")
@with_account
def password() -> ResponseReturnValue:
    """Choose a password, for those who do not want a mailed link each time."""
    return render_template("account/password.html", problems=())


@bp.post("/password")
@with_account
def choose_password() -> ResponseReturnValue:
    """Keep a new password and end every other session. The hash is made before the writer lock is taken."""
    who = viewer()
    try:
        made = identities.hashed(request.form.get("password", ""), known=(who.name,), cheap=settings().cheap_passwords)
    except Refused as refused:
        return render_template("account/password.html", problems=problem_texts(refused.problems)), 422
    db.session.rollback()
    with writing(db.engine), transaction(db.session()) as work:
        work.get_one(Person, who.person_id).password_hash = made
        identities.end_all_sessions(work, who.person_id, at=now())
        trail.record(work, "choose-password", by=reach.house(who), at=now(), subject_id=who.person_id)
        _enter(who.person_id)
    flash(gettext("Your password is kept. Every other browser has been signed out."), "good")
    return redirect(url_for(".desk"), 303)


choose_password.writes_itself = True  # type: ignore[attr-defined]  # read by the hook that takes the writer lock


@bp.post("/language")
@without_key
@public
def set_language() -> ResponseReturnValue:
    """Change the language and stay on the page. Kept pages carry no key, so only somebody signed in is asked for one."""
    chosen = request.form.get("locale", "")
    if chosen not in ("en", "sv"):
        abort(400)
    who = viewer_or_none()
    if who is not None:
        ask_key()
    if who is not None and who.link is None:
        with transaction(db.session()) as work:
            work.get_one(Person, who.person_id).locale = chosen
    answer = redirect(local_target(request.form.get("next") or url_for("public.home")), 303)
    answer.set_cookie(LANGUAGE, chosen, max_age=31536000, httponly=True, samesite="Lax", secure=settings().is_https)
    return answer


@bp.get("/p/<token>")
@public
def open_link(token: str) -> ResponseReturnValue:
    """Show what a personal link is for. Changes nothing, however often a mail scanner fetches it."""
    link = links.find(db.session(), settings().secret_key, token, at=now())
    action = url_for("account.act_on_link", token=token)
    if letting.needs_code(db.session(), link):
        return render_template("account/elsewhere.html", action=action, masked=letting.masked(link.sent_to))
    return LANDINGS[link.purpose][0](link, action)


@bp.post("/p/<token>")
@public
def act_on_link(token: str) -> ResponseReturnValue:
    """Do the task's first deed in a browser session confined to it, and go on to its page. The first browser that
    does so is let in; another one is asked for a code that is mailed to the address of the link."""
    with transaction(db.session()) as work:
        link = links.find(work, settings().secret_key, token, at=now())
        if link.purpose is LinkPurpose.SIGN_IN and not links.mark_used(work, link.id, at=now()):
            abort(404)
        letting.hold(work, link)
        if letting.needs_code(work, link):
            return letting.ask_code(work, link)
        known = come_in(link)
    return letting.with_cookie(redirect(LANDINGS[link.purpose][1](link, known), 303))


def come_in(link: links.OpenLink, *, by_code: bool = False) -> Viewer:
    """Begin the session of a link in this browser, in the caller's transaction; whoever is signed in here as that
    very person stays so."""
    known, work = viewer_or_none(), db.session()
    browser_id = letting.let_in(work, link, by_code=by_code)
    if known is None or known.person_id != link.person_id or (known.link is not None and known.link.id != link.id):
        known = _enter(link.person_id, link, browser_id)
    if link.purpose is not LinkPurpose.SIGN_IN:
        links.mark_used(work, link.id, at=now())
    return known


def _sign_in_page(link: links.OpenLink, action: str) -> str:
    return render_template("account/link.html", name=link.person_name, action=action)


def _to_desk(_link: links.OpenLink, _viewer: Viewer) -> str:
    return url_for("account.desk")


LANDINGS: dict[LinkPurpose, tuple[Callable[[links.OpenLink, str], str], Callable[[links.OpenLink, Viewer], str]]] = {
    LinkPurpose.SIGN_IN: (_sign_in_page, _to_desk),
    LinkPurpose.PARTNER: (partner.page, partner.act),
    LinkPurpose.REVIEW: (reviewer.page, reviewer.act),
    LinkPurpose.APPROVAL: (approver.page, approver.act),
    LinkPurpose.LETTER: (letters.page, letters.act),
    LinkPurpose.HOST: (letters.page, letters.act),
    LinkPurpose.MEMBER: (membership.page, membership.act),
}


@bp.get("/desk")
@with_account
def desk() -> ResponseReturnValue:
    """What this person has here: applications, reviews, panels."""
    who = viewer()
    work = db.session()
    return render_template(
        "account/desk.html",
        applications=applications.own_applications(work, among=scope.ids(scope.applicant_of(who))),
        memberships=reviews.own_memberships(work, who.person_id),
        panels=reviews.chaired_panels(work, who.person_id),
        invitations=[
            (row.member_id, row.inviter, row.title, moment_text(row.at)) for row in waiting_for(work, who.person_id)
        ],
        approvals=commitments.awaited_from(work, scope.approval_tasks(who), now()),
    )
