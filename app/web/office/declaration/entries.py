"""The page of one group or one entry of the declaration: every key with its control, whatever stands in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.extensions import db
from app.kernel.errors import Clash, NotFound, Problem, Stale
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import editing, queries, revising
from app.programmes.definition import shape as s
from app.programmes.definition.differences import value_text
from app.programmes.definition.keys.top import GROUPS
from app.programmes.models import Call
from app.web.doors import here, now, on_call
from app.web.errors import page as error_page
from app.web.office import bp
from app.web.office.declaration.choices import Choice, Choices, label_of
from app.web.office.declaration.controls import Control, Row, control_of
from app.web.office.declaration.desk import GROUP_TITLES, Desk, Told, desk_of, title_of, told, url_of, way_to
from app.web.words import ProblemText, language

GONE = Problem(
    "gone",
    N_(
        "Somebody else renamed this entry or took it out meanwhile, so this was not kept. Look for it from the overview."
    ),
)


@dataclass(frozen=True)
class Spot:
    """Which page is meant: an entry by its path, or a group of the whole."""

    path: str
    group: str

    @property
    def is_group(self) -> bool:
        return not self.path

    def url(self, desk: Desk, anchor: str | None = None) -> str:
        if self.is_group:
            return url_for("office.declaration_group", call_id=desk.call.id, group=self.group, _anchor=anchor)
        return url_of(desk, self.path, anchor)


@bp.get("/calls/<uuid:call_id>/declaration/groups/<group>")
@on_call(Action.EDIT_CALL)
def declaration_group(call_id: UUID, group: str) -> ResponseReturnValue:
    """One group of the call's keys."""
    if group not in dict(GROUPS):
        raise NotFound()
    return _page(Spot("", group))


@bp.get("/calls/<uuid:call_id>/declaration/entry")
@on_call(Action.EDIT_CALL)
def declaration_entry(call_id: UUID) -> ResponseReturnValue:
    """One entry of the declaration, by its path."""
    desk = desk_of(db.session(), here(Call).thing)
    try:
        path = editing.numbered(desk.data, request.args.get("at", ""))
        editing.place(desk.data, path)
    except editing.NoSuchPlace:
        raise NotFound() from None
    return _page(Spot(path, "")) if path else redirect(url_for(".declaration", call_id=call_id))


@bp.post("/calls/<uuid:call_id>/declaration/groups/<group>")
@on_call(Action.EDIT_CALL)
def keep_group(call_id: UUID, group: str) -> ResponseReturnValue:
    """Keep a group as it was typed; with one of the small buttons, also change one of its lists."""
    if group not in dict(GROUPS):
        raise NotFound()
    return _keep("", group)


@bp.post("/calls/<uuid:call_id>/declaration/entry")
@on_call(Action.EDIT_CALL)
def keep_entry(call_id: UUID) -> ResponseReturnValue:
    """Keep an entry as it was typed; with one of the small buttons, also change one of its lists."""
    at = request.args.get("at", "")
    if not at:
        raise NotFound()
    return _keep(at, "")


def _keep(at: str, group: str) -> ResponseReturnValue:
    found, acting = here(Call).thing, here(Call).acting
    made, path = None, ""
    try:
        with transaction(db.session()) as session:
            work = revising.open_copy(session, found, by=acting, at=now())
            path = editing.numbered(work.data, at)
            revising.keep_entry(
                session, work, path, _sent(), request.form.get("_was", ""),
                by=acting, at=now(), group=group, base=_base(),
            )  # fmt: skip
            deed, _, name = request.form.get("_then", "").partition(":")
            if deed == "open":
                made = f"{path}.{name}" if path else name
                editing.place(work.data, made)
            elif deed in ("add", *revising.DEEDS):
                inner = f"{path}.{name}" if path else name
                made = revising.rearrange(session, work, deed, inner, by=acting, at=now())
    except editing.NoSuchPlace:
        return error_page(409, (GONE,))
    except Stale as stale:
        if not stale.clashes:
            raise
        return _page(Spot(path, group), stale.clashes)
    return _after(Spot(path, group), made)


def _after(spot: Spot, made: str | None) -> ResponseReturnValue:
    desk = desk_of(db.session(), here(Call).thing)
    then, _, name = request.form.get("_then", "").partition(":")
    if made is not None:
        return redirect(url_of(desk, editing.numbered(desk.data, made)), 303)
    flash(gettext("Kept in the working copy."), "good")
    if then == "overview":
        return redirect(url_for(".declaration", call_id=desk.call.id), 303)
    return redirect(spot.url(desk, name.partition("[")[0] or None), 303)


def _sent() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


def _base() -> Mapping[str, Any] | None:
    """What the page was drawn from, as it sends it back; without it every difference is told as a clash."""
    try:
        base = json.loads(request.form.get("_base", ""))
    except (ValueError, RecursionError):  # no page of ours sends such a thing
        return None
    return base if isinstance(base, dict) else None


# --- Drawing ----------------------------------------------------------------------------------------------------


def _page(spot: Spot, clashes: tuple[Clash, ...] = ()) -> ResponseReturnValue:
    desk = desk_of(db.session(), here(Call).thing)
    stands = editing.place(desk.data, spot.path, spot.group)
    shown = stands
    if clashes:
        typed, _ = editing.merged(stands, editing.typed_entry(stands, _sent()), _base())
        shown = replace(stands, entry=typed)
    page = render_template(
        "office/declaration/entry.html",
        call_id=desk.call.id,
        title=gettext(GROUP_TITLES[spot.group]) if spot.is_group else title_of(desk, spot.path),
        way=list(way_to(desk, spot.path))[:-1],
        action=spot.url(desk),
        controls=_controls(desk, shown, clashes),
        was=stands.digest,
        base=json.dumps(stands.plain, ensure_ascii=False, sort_keys=True),
        stray=_stray(desk, stands, spot),
        clashes=_clash_texts(stands, clashes),
        is_form=spot.group == "form",
    )
    return page, 409 if clashes else 200


def _controls(desk: Desk, shown: editing.Place, clashes: tuple[Clash, ...]) -> list[Control]:
    choices = Choices(desk.data, language(), _programmes() if not shown.path else ())
    notes = told(desk)
    differing = {clash.field for clash in clashes}
    stands = editing.place(desk.data, shown.path)
    made = []
    for key in shown.record.keys:
        control = control_of(key, shown, choices, language())
        entries = _rows(desk, shown, key, notes) if isinstance(key.value, s.Records) else ()
        theirs = value_text(stands.entry.get(key.name)) if key.name in differing else None
        errors = () if entries else _at(notes, control.path)
        made.append(replace(control, entries=entries, errors=errors, theirs=theirs))
    return made


def _programmes() -> tuple[Choice, ...]:
    found = queries.programmes_known(db.session())
    return tuple(Choice(each.key, f"{each.title.get(language(), each.key)} ({each.key})") for each in found)


def _rows(desk: Desk, shown: editing.Place, key: s.Key, notes: tuple[Told, ...]) -> tuple[Row, ...]:
    entries = shown.entry.get(key.name)
    path = f"{shown.path}.{key.name}" if shown.path else key.name
    rows, known = [], _known(desk, path)
    for number, given in enumerate(entries if isinstance(entries, list) else []):
        entry, at = given if isinstance(given, Mapping) else {}, f"{path}[{number}]"
        relative = editing.named(desk.data, at).rpartition(".")[2] if at in known else f"{key.name}[{number}]"
        rows.append(Row(relative, label_of(entry, language()) or f"{number + 1}", url_of(desk, at), _at(notes, at)))
    return tuple(rows)


def _known(desk: Desk, path: str) -> set[str]:
    """The places of a list as it stands, each by its number."""
    outer, _, name = path.rpartition(".")
    listed = editing.place(desk.data, outer).entry.get(name)
    return {f"{path}[{number}]" for number in range(len(listed))} if isinstance(listed, list) else set()


def _at(notes: tuple[Told, ...], path: str) -> tuple[str, ...]:
    """What is told of a key or of anything inside it."""
    inside = (f"{path}.", f"{path}[")
    return tuple(
        each.text for each in notes if each.blocks and (each.key_path == path or each.key_path.startswith(inside))
    )


def _stray(desk: Desk, stands: editing.Place, spot: Spot) -> list[tuple[str, str]]:
    """Keys that no declaration has, as an uploaded file may hold them: keeping the page leaves them out."""
    if spot.is_group and spot.group != GROUPS[0][0]:
        return []
    known = {key.name for key in editing.place(desk.data, spot.path).record.keys} | {"schema"}
    return [(name, value_text(value)) for name, value in stands.entry.items() if name not in known]


def _clash_texts(stands: editing.Place, clashes: tuple[Clash, ...]) -> tuple[ProblemText, ...]:
    titles = {key.name: key.title.in_(language()) for key in stands.record.keys}
    message = N_("%(title)s: somebody else changed it meanwhile. Both texts are shown; keep yours, or take the other.")
    return tuple(
        ProblemText(gettext(message) % {"title": titles[clash.field]}, f"#{clash.field}", clash.field)
        for clash in clashes
    )
