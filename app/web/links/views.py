"""Looking after personal links: to whom they went, who opened them, and what one can do about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import links as reaching
from app.access.links import LinkLine, Reached
from app.access.reach import Here
from app.access.viewer import Viewer
from app.applications.models import Application
from app.communications import links as tending
from app.communications.services import About
from app.extensions import db
from app.kernel.errors import Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.definition.values import as_date
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.web.doors import Door, hang, here, now, on_application, on_call, viewer
from app.web.links import mails
from app.web.links.texts import line_text, words_of
from app.web.receiving import takes_files
from app.web.words import by_field, language, problem_texts, zone_name

bp = Blueprint("links", __name__)


def reach_link(session: Session, viewer: Viewer, link_id: UUID) -> Here[Reached]:
    """A link that this person may look after, in the state of the application that it is about."""
    found, acting = reaching.reach_link(session, viewer, link_id)
    return Here(found, acting, found.line.subject.state)


on_link = hang(Door("link: manage_links", Action.MANAGE_LINKS, reach_link, "link_id"))
on_office_link = hang(Door("link: record_mail", Action.RECORD_MAIL, reach_link, "link_id"))


@bp.get("/office/calls/<uuid:call_id>/links")
@on_call(Action.MANAGE_LINKS)
def of_call(call_id: UUID) -> ResponseReturnValue:
    """Every personal link of the call that its office may know of."""
    found, work = here(Call).thing, db.session()
    definition = definition_of(work, found)
    lines = [line_text(line, definition, now()) for line in reaching.of_call(work, viewer(), call_id)]
    back = (url_for("office.call", call_id=call_id), gettext("The call"))
    return render_template(
        "links/list.html", lines=lines, kicker=definition.title.in_(language()), back=back, is_office=True
    )


@bp.get("/applications/<uuid:application_id>/links")
@on_application(Action.MANAGE_LINKS)
def of_application(application_id: UUID) -> ResponseReturnValue:
    """The links by which one's own application asks others."""
    found, work = here(Application), db.session()
    if may(Action.SEE_CALL_OFFICE, found.acting) is None:
        return redirect(url_for(".of_call", call_id=found.thing.call_id))
    definition = definition_by_version(work, found.thing.call_version_id)
    lines = [line_text(line, definition, now()) for line in reaching.of_application(work, found.thing)]
    back = (url_for("applicant.edit", application_id=application_id), gettext("The application"))
    title = found.thing.title or gettext("Untitled application")
    return render_template("links/list.html", lines=lines, kicker=title, back=back, is_office=False)


def definition_here(line: LinkLine) -> Definition:
    """The declaration under which the application of a link was made, or the call's own."""
    work = db.session()
    if line.subject.version_id is not None:
        return definition_by_version(work, line.subject.version_id)
    return definition_of(work, work.get_one(Call, line.subject.call_id))


@bp.get("/links/<uuid:link_id>")
@on_link
def show(link_id: UUID) -> ResponseReturnValue:
    """One link: to whom, since when, in which browsers, and what can be done."""
    return _page(())


def _page(problems: Sequence[Problem]) -> ResponseReturnValue:
    found = here(Reached)
    line, definition = found.thing.line, definition_here(found.thing.line)
    texts = problem_texts(problems)
    is_office = may(Action.RECORD_MAIL, found.acting) is None
    application_id = line.subject.application_id
    page = render_template(
        "links/link.html",
        line=line_text(line, definition, now()),
        is_theirs=line.subject.person_id in (None, found.thing.link.person_id),
        problems=texts,
        errors=by_field(texts),
        typed=request.form.to_dict(),
        kicker=definition.title.in_(language()),
        back=url_for(".of_call", call_id=line.subject.call_id)
        if is_office or application_id is None
        else url_for(".of_application", application_id=application_id),
        is_office=is_office,
        recording=mails.recording(db.session(), viewer(), line, definition, request.form) if is_office else None,
    )
    return page, 422 if problems else 200


def about_of(line: LinkLine) -> About:
    """What mails and the trail say a link is about."""
    return About(line.subject.call_id, line.subject.application_id, line.subject.side_key)


def _done(line: LinkLine, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for(".show", link_id=line.id), 303)


@bp.post("/links/<uuid:link_id>/withdrawal")
@on_link
def withdraw(link_id: UUID) -> ResponseReturnValue:
    """Let the link stop working at once, in every browser."""
    found = here(Reached)
    with transaction(db.session()) as work:
        tending.withdraw(work, found.thing.link, about=about_of(found.thing.line), by=found.acting, at=now())
    return _done(found.thing.line, gettext("The link no longer works, in any browser."))


@bp.post("/links/<uuid:link_id>/browsers/<uuid:browser_id>/end")
@on_link
def shut_out(link_id: UUID, browser_id: UUID) -> ResponseReturnValue:
    """Shut one browser out; it needs a code to come back."""
    found = here(Reached)
    about = about_of(found.thing.line)
    with transaction(db.session()) as work:
        tending.shut_out(work, found.thing.link, browser_id, about=about, by=found.acting, at=now())
    return _done(found.thing.line, gettext("That browser is shut out. It needs a mailed code to come back."))


@bp.post("/links/<uuid:link_id>/extension")
@on_link
def extend(link_id: UUID) -> ResponseReturnValue:
    """Let the link work until the end of a later day."""
    found = here(Reached)
    try:
        with transaction(db.session()) as work:
            until, about = _end_of(request.form.get("until", "")), about_of(found.thing.line)
            tending.extend(work, found.thing.link, until, about=about, by=found.acting, at=now())
    except Refused as refused:
        return _page(refused.problems)
    return _done(found.thing.line, gettext("The link works longer now."))


def _end_of(typed: str) -> datetime | None:
    day = as_date(typed.strip())
    if day is None:
        return None
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone_name()))
    return midnight.astimezone(UTC) - timedelta(seconds=1)


@bp.post("/links/<uuid:link_id>/again")
@on_link
def send_anew(link_id: UUID) -> ResponseReturnValue:
    """Mail the same person a new link, and let the earlier ones stop working if that is asked."""
    found = here(Reached)
    line, words = found.thing.line, words_of(found.thing.line, definition_here(found.thing.line))
    try:
        if line.subject.person_id not in (None, found.thing.link.person_id):
            message = N_("Somebody else is asked for this by now. Look for that person’s link.")
            raise Refused([Problem("not_theirs", message, field="again")])
        with transaction(db.session()) as work:
            made = tending.send_anew(
                work,
                found.thing.link,
                lambda locale: words["sv" if locale == "sv" else "en"],
                replaces=bool(request.form.get("replaces")),
                about=about_of(line),
                by=found.acting,
                at=now(),
            )
            made_id = made.id
    except Refused as refused:
        return _page(refused.problems)
    flash(gettext("A new link is on its way to %(address)s.", address=made.sent_to), "good")
    return redirect(url_for(".show", link_id=made_id), 303)


@bp.post("/links/<uuid:link_id>/mail")
@on_office_link
@takes_files
def record_mail(link_id: UUID) -> ResponseReturnValue:
    """Record a yes that came by mail, with the mail."""
    found = here(Reached)
    try:
        with transaction(db.session()) as work:
            mails.record(work, viewer(), found.thing.line, definition_here(found.thing.line), by=found.acting, at=now())
    except Refused as refused:
        return _page(refused.problems)
    return _done(found.thing.line, gettext("The confirmation is recorded, with its mail. The lead applicant is told."))
