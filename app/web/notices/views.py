"""The notice board: read and filtered by people with an account, written by them, kept in order by coordinators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import notices as access
from app.extensions import db
from app.identities.models import Person
from app.kernel.errors import NotFound, Problem, Refused, Stale
from app.kernel.transaction import transaction
from app.notices import queries, services
from app.notices.models import Notice
from app.notices.queries import NoticeRow, Wish
from app.notices.rules import LONGEST_MESSAGE, LONGEST_STANDING, LONGEST_TEXT, LONGEST_TOPIC, USUAL_STANDING
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes import queries as programmes
from app.programmes.partnerships import cooperations
from app.web.doors import Door, hang, here, now, viewer, with_account
from app.web.notices.texts import Choices, choices_of, notice_text, typed_of
from app.web.words import by_field, problem_texts

bp = Blueprint("notices", __name__, url_prefix="/notices")
reading = hang(Door("notice: somebody with an account", None, access.any_notice, "notice_id", needs_account=True))
own = hang(Door("notice: its author", None, access.own_notice, "notice_id", needs_account=True))
order = hang(
    Door(
        "notice: hide_notice",
        Action.HIDE_NOTICE,
        access.kept_in_order,
        "notice_id",
        needs_account=True,
    )
)


@bp.get("")
@with_account
def board() -> ResponseReturnValue:
    """What stands on the board, as asked for; the own notices, and who fits them."""
    work, at = db.session(), now()
    choices = choices_of(work, at)
    wish = _wish()
    rows = queries.board(work, at, wish)
    everything = rows if wish == Wish() else queries.board(work, at)
    mine = queries.own_notices(work, viewer().person_id)
    fits = [
        (notice_text(row, choices, at), [notice_text(other, choices, at, fit) for other, fit in found[:5]])
        for row in mine
        if queries.is_standing(row, at) and (found := queries.matches_of(row, everything))
    ]
    return render_template(
        "notices/board.html",
        notices=[notice_text(row, choices, at) for row in rows],
        mine=[notice_text(row, choices, at) for row in mine],
        fits=fits,
        choices=choices,
        asked=request.args,
        is_filtered=wish != Wish(),
    )


def _wish() -> Wish:
    kind, _, key = request.args.get("about", "").partition(":")
    call = programmes.public_call(db.session(), key, now()) if kind == "call" else None
    return Wish(
        request.args.get("words", "").strip()[:200],
        request.args.get("institution", ""),
        key if kind == "programme" else "",
        call.id if call is not None else None,
    )


@bp.get("/new")
@with_account
def new() -> ResponseReturnValue:
    """An empty form; coming from a call, that call is chosen."""
    return _form(None, _beginning(), ())


def _beginning() -> dict[str, str]:
    person = db.session().get_one(Person, viewer().person_id)
    until = (now() + USUAL_STANDING).astimezone(ZoneInfo(viewer().zone)).date()
    return {
        "about": f"call:{request.args['call']}" if request.args.get("call") else "",
        "institution": _short_of(person.institution),
        "until": until.isoformat(),
    }


def _short_of(name: str) -> str:
    found = (
        partner.short
        for programme in cooperations().programmes.values()
        for partner in programme.partners
        if name in (partner.name, partner.short)
    )
    return next(found, "")


@bp.post("/new")
@with_account
def put_up() -> ResponseReturnValue:
    """Put up a notice."""
    try:
        with transaction(db.session()) as work:
            typed = typed_of(request.form, work, now())
            notice = services.put_up(work, typed, zone=viewer().zone, by=access.reader(viewer()), at=now())
            notice_id = notice.id
    except Refused as refused:
        return _form(None, request.form, refused.problems)
    flash(gettext("Your notice is up. Whoever answers it writes to you by mail."), "good")
    return redirect(url_for(".show", notice_id=notice_id), 303)


def _form(
    notice: Notice | None, typed: Mapping[str, str], problems: tuple[Problem, ...], *, is_stale: bool = False
) -> ResponseReturnValue:
    texts = problem_texts(problems)
    today = now().astimezone(ZoneInfo(viewer().zone)).date()
    page = render_template(
        "notices/form.html",
        notice_id=notice.id if notice is not None else None,
        version=notice.version if notice is not None else 0,
        stands=_typed(notice) if notice is not None and is_stale else None,
        typed=typed,
        problems=texts,
        fields=by_field(texts),
        choices=choices_of(db.session(), now()),
        first=today.isoformat(),
        last=(today + LONGEST_STANDING).isoformat(),
        days=LONGEST_STANDING.days,
        longest_topic=LONGEST_TOPIC,
        longest_text=LONGEST_TEXT,
    )
    return page, 409 if is_stale else 422 if problems else 200


def _typed(notice: Notice) -> dict[str, str]:
    """A notice as its form holds it."""
    call = programmes.call_by_id(db.session(), str(notice.call_id)) if notice.call_id else None
    about = f"programme:{notice.programme_key}" if notice.programme_key else f"call:{call.key}" if call else ""
    last = (notice.ends_at - timedelta(seconds=1)).astimezone(ZoneInfo(viewer().zone)).date()
    texts = {name: str(getattr(notice, name)) for name in ("topic", "brings", "seeks", "keywords")}
    chosen = {"institution": notice.institution, "sought": notice.sought}
    return {**texts, **chosen, "about": about, "until": last.isoformat()}


@bp.get("/<uuid:notice_id>")
@reading
def show(notice_id: UUID) -> ResponseReturnValue:
    """One notice, who fits it, and a form to write to its author."""
    return _show((), "")


def _show(problems: tuple[Problem, ...], text: str, because: str = "") -> ResponseReturnValue:
    work, at, found = db.session(), now(), here(Notice)
    row = queries.one(work, found.thing.id)
    is_own = found.thing.person_id == viewer().person_id
    keeps_order = may(Action.HIDE_NOTICE, found.acting) is None
    if row is None or not (queries.is_standing(row, at) or is_own or keeps_order):
        raise NotFound()
    choices = choices_of(work, at)
    texts = problem_texts(problems)
    page = render_template(
        "notices/show.html",
        notice=notice_text(row, choices, at),
        is_own=is_own,
        keeps_order=keeps_order,
        may_write=queries.is_standing(row, at) and not is_own,
        fits=_fits(row, choices),
        problems=texts,
        fields=by_field(texts),
        text=text,
        because=because,
        longest=LONGEST_MESSAGE,
    )
    return page, 422 if problems else 200


def _fits(row: NoticeRow, choices: Choices) -> list[object]:
    found = queries.matches_of(row, queries.board(db.session(), now()))
    return [notice_text(other, choices, now(), fit) for other, fit in found[:5]]


@bp.get("/<uuid:notice_id>/edit")
@own
def edit(notice_id: UUID) -> ResponseReturnValue:
    """The form with what stands."""
    found = here(Notice).thing
    return _form(found, _typed(found), ())


@bp.post("/<uuid:notice_id>/edit")
@own
def change(notice_id: UUID) -> ResponseReturnValue:
    """Keep other words. When another tab was faster, both texts come back."""
    found, acting = here(Notice).thing, here(Notice).acting
    version = request.form.get("version", -1, type=int)
    try:
        with transaction(db.session()) as work:
            typed = typed_of(request.form, work, now())
            services.change(work, found, typed, version, zone=viewer().zone, by=acting, at=now())
    except Refused as refused:
        return _form(found, request.form, refused.problems)
    except Stale:
        return _form(found, request.form, (), is_stale=True)
    flash(gettext("Changed."), "good")
    return redirect(url_for(".show", notice_id=notice_id), 303)


@bp.post("/<uuid:notice_id>/end")
@own
def end(notice_id: UUID) -> ResponseReturnValue:
    """Take the own notice down."""
    with transaction(db.session()) as work:
        services.end(work, here(Notice).thing, by=here(Notice).acting, at=now())
    flash(gettext("The notice is ended. You can put it up again by changing its last day."))
    return redirect(url_for(".board"), 303)


@bp.post("/<uuid:notice_id>/contact")
@reading
def contact(notice_id: UUID) -> ResponseReturnValue:
    """Write to the author by mail; no address is shown."""
    text = request.form.get("text", "")
    try:
        with transaction(db.session()) as work:
            services.write_to_author(work, here(Notice).thing, text, by=here(Notice).acting, at=now())
    except Refused as refused:
        return _show(refused.problems, text)
    flash(gettext("Sent. The answer comes to your own mail address."), "good")
    return redirect(url_for(".show", notice_id=notice_id), 303)


@bp.post("/<uuid:notice_id>/hide")
@order
def hide(notice_id: UUID) -> ResponseReturnValue:
    """Take a notice off the board, with a reason for its author."""
    because = request.form.get("because", "")
    try:
        with transaction(db.session()) as work:
            services.hide(work, here(Notice).thing, because, by=here(Notice).acting, at=now())
    except Refused as refused:
        return _show(refused.problems, "", because)
    flash(gettext("Hidden. Its author is told by mail."))
    return redirect(url_for(".show", notice_id=notice_id), 303)


@bp.post("/<uuid:notice_id>/show-again")
@order
def show_again(notice_id: UUID) -> ResponseReturnValue:
    """Put a hidden notice back on the board."""
    with transaction(db.session()) as work:
        services.show_again(work, here(Notice).thing, by=here(Notice).acting, at=now())
    return redirect(url_for(".show", notice_id=notice_id), 303)
