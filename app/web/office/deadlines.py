"""The deadlines of a call: the joint one in every side's zone, moved for all, or later for one, with a second coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.applications import extensions as extending
from app.extensions import db
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import editing, queries, revising
from app.programmes.definition import Definition
from app.programmes.definition.moments import read_moment
from app.programmes.definition.reader import Reading, Table
from app.programmes.definition.shape import Zone
from app.programmes.models import Call, CallState
from app.web.doors import here, now, on_call, viewer
from app.web.office import bp
from app.web.office.declaration.choices import Choices
from app.web.public.views import places
from app.web.words import ProblemText, by_field, deadline_text, moment_text, problem_texts

PARTS = ("date", "time", "zone")


@dataclass(frozen=True)
class ExtensionText:
    """One extension in words, and whether this coordinator may answer it."""

    id: UUID
    aim: str
    before: str | None
    after: str | None
    reason: str
    asked: str
    state: str
    tone: str
    may_answer: bool


@bp.get("/calls/<uuid:call_id>/deadlines")
@on_call(Action.EDIT_CALL)
def deadlines(call_id: UUID) -> ResponseReturnValue:
    """The joint deadline, the grace, and every extension."""
    return _page((), {})


def _page(problems: tuple[ProblemText, ...], typed: Mapping[str, str]) -> ResponseReturnValue:
    session, found = db.session(), here(Call).thing
    definition = queries.definition_of(session, found)
    closes = definition.closes
    stated = {
        "move.date": closes.date.isoformat() if closes and closes.date else "",
        "move.time": closes.time.strftime("%H:%M") if closes and closes.time else "",
        "move.zone": (closes.zone if closes else None) or definition.lead_side.zone,
    }
    stated |= {"to.date": "", "to.time": stated["move.time"], "to.zone": stated["move.zone"]}
    body = render_template(
        "office/deadlines.html",
        call_id=found.id,
        title=definition.title,
        deadline=deadline_text(found.closes_at, places(definition)) if found.closes_at else None,
        grace=definition.grace_minutes,
        sides=[(side.key, side.name) for side in definition.sides],
        zones=[(each.value, each.label) for each in Choices({}, "en").codes(Zone())],
        rows=_rows(found, definition),
        is_announced=found.state is CallState.ANNOUNCED,
        typed=stated | dict(typed),
        problems=problems,
        errors=by_field(problems),
    )
    return body, 422 if problems else 200


def _rows(found: Call, definition: Definition) -> list[ExtensionText]:
    shorts = {side.key: side.short for side in definition.sides}
    rows = extending.extensions_of(db.session(), found.id, among=scope.extensions(viewer(), found.id))
    return [_row(row, shorts) for row in rows]


def _row(row: extending.ExtensionRow, shorts: Mapping[str, str]) -> ExtensionText:
    if row.agreed_at is not None:
        state, tone = gettext("Granted, agreed to by %(person)s", person=row.agreed_by), "good"
    elif row.refused_at is not None:
        state, tone = gettext("Refused"), "neutral"
    else:
        state, tone = gettext("Waits for a second coordinator"), "wait"
    aim = shorts.get(row.side_key, row.side_key) if row.side_key else row.reference or gettext("a draft")
    return ExtensionText(
        row.id,
        aim,
        moment_text(row.from_instant),
        moment_text(row.to_instant),
        row.reason,
        gettext("%(person)s, %(when)s", person=row.asked_by, when=moment_text(row.asked_at)),
        state,
        tone,
        row.agreed_at is None and row.refused_at is None and row.asked_by_id != viewer().person_id,
    )


def _typed(start: str) -> dict[str, str]:
    return {name: text for name, text in request.form.items() if name.startswith(start) or name in NAMES}


NAMES = ("address", "side", "reason")


def _instant(start: str) -> datetime:
    """The instant that was typed. Refused, at its parts, where it is none."""
    parts = {part: request.form.get(f"{start}.{part}", "").strip().replace("T", " ") for part in PARTS}
    written = {part: text for part, text in parts.items() if text}
    reading = Reading("the form")
    moment = read_moment(Table({start: written}, "", reading), start, required=True, unknown=False)
    if reading.mistakes or moment is None or moment.instant is None:
        message = N_("%(wrong)s. Allowed: %(allowed)s.")
        problems = [
            Problem("bad_moment", message, field=each.key_path, values={"wrong": each.wrong, "allowed": each.allowed})
            for each in reading.mistakes
        ]
        message = N_("Give a date, a time and a zone.")
        raise Refused(problems or [Problem("bad_moment", message, field=f"{start}.date")])
    return moment.instant


@bp.post("/calls/<uuid:call_id>/deadlines")
@on_call(Action.EDIT_CALL)
def move_deadline(call_id: UUID) -> ResponseReturnValue:
    """Write another joint deadline into the working copy; it holds when it is taken over."""
    found, acting = here(Call).thing, here(Call).acting
    try:
        if _instant("move") <= now():
            raise Refused([Problem("already_past", N_("The new instant lies in the past."), field="move.date")])
        with transaction(db.session()) as session:
            work = revising.open_copy(session, found, by=acting, at=now())
            group = editing.place(work.data, "", "dates")
            key = group.record.key("closes")
            parts = {f"closes.{part}": [request.form.get(f"move.{part}", "")] for part in PARTS}
            data = dict(work.data) | {"closes": editing.typed_value(key, parts, work.data.get("closes"))}
            if data != work.data:
                revising.change(session, work, data, by=acting, at=now())
    except Refused as refused:
        return _page(problem_texts(refused.problems), _typed("move."))
    flash(
        gettext("The new deadline is in the working copy. It holds, and drafts are told, when it is taken over."),
        "wait",
    )
    return redirect(url_for(".declaration", call_id=call_id, _anchor="work"), 303)


@bp.post("/calls/<uuid:call_id>/extensions")
@on_call(Action.EDIT_CALL)
def ask_extension(call_id: UUID) -> ResponseReturnValue:
    """Ask for more time for one draft, by the address of whoever leads it, or for one side."""
    found, acting = here(Call).thing, here(Call).acting
    address, side = request.form.get("address", "").strip(), request.form.get("side", "")
    if side and side not in {each.key for each in queries.definition_of(db.session(), found).sides}:
        raise NotFound()
    try:
        to = _instant("to")
        with transaction(db.session()) as session:
            extending.ask_extension(
                session, found, application_id=_draft(address) if address else None, side_key=side or None, to=to,
                reason=request.form.get("reason", ""), by=acting, at=now(),
            )  # fmt: skip
    except Refused as refused:
        problems = tuple(_placed(problem) for problem in refused.problems)
        return _page(problem_texts(problems), _typed("to."))
    flash(gettext("Asked for. It holds when a second coordinator agrees."), "wait")
    return redirect(url_for(".deadlines", call_id=call_id, _anchor="extensions"), 303)


def _placed(problem: Problem) -> Problem:
    """The problem at the field of this page."""
    field = "to.date" if problem.field == "date" else problem.field
    return Problem(problem.code, problem.message, field=field, until=problem.until, values=problem.values)


def _draft(address: str) -> UUID:
    session, found = db.session(), here(Call).thing
    application_id = extending.draft_of_address(session, found.id, address)
    if application_id is None or not scope.is_clear(session, viewer(), application_id):
        message = N_("Nobody with this address has a draft in this call.")
        raise Refused([Problem("no_draft", message, field="address")])
    return application_id


@bp.post("/calls/<uuid:call_id>/extensions/<uuid:extension_id>")
@on_call(Action.EDIT_CALL)
def answer_extension(call_id: UUID, extension_id: UUID) -> ResponseReturnValue:
    """A second coordinator says yes or no."""
    found, acting = here(Call).thing, here(Call).acting
    agrees = request.form.get("answer") == "yes"
    among = scope.extensions(viewer(), found.id)
    if extension_id not in {row.id for row in extending.extensions_of(db.session(), found.id, among=among)}:
        raise NotFound()
    try:
        with transaction(db.session()) as session:
            extending.answer_extension(session, found, extension_id, agrees=agrees, by=acting, at=now())
    except Refused as refused:
        return _page(problem_texts(refused.problems), {})
    said = (
        gettext("Granted. Whoever it holds for is told by mail.") if agrees else gettext("Refused. The deadline stays.")
    )
    flash(said, "good" if agrees else "info")
    return redirect(url_for(".deadlines", call_id=call_id, _anchor="extensions"), 303)
