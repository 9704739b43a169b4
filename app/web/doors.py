"""Deny by default: every view names its door; a view without one does not exist. The door loads, or refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import abort, current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.routing import RequestRedirect

from app.access import reach
from app.access.reach import Here
from app.access.viewer import Viewer
from app.extensions import csrf, db
from app.kernel.errors import NotAllowed, NotFound
from app.policy.table import may
from app.policy.vocabulary import Action

V = TypeVar("V", bound=Callable[..., Any])
T = TypeVar("T")
Load = Callable[[Session, Viewer, UUID], Here[Any]]


@dataclass(frozen=True)
class Door:
    """What a route asks before its view runs. `text` is what the route census reads."""

    text: str
    action: Action | None = None
    load: Load | None = None
    argument: str = ""
    is_public: bool = False
    needs_account: bool = False


def now() -> datetime:
    """When this request arrived: the `at` of whatever it does."""
    return cast(datetime, g.arrived)


def viewer_or_none() -> Viewer | None:
    """Who is at the door, if anybody."""
    return cast("Viewer | None", getattr(current_user._get_current_object(), "viewer", None))


def viewer() -> Viewer:
    """Who is at the door; only behind doors that ask for somebody."""
    found = viewer_or_none()
    assert found is not None
    return found


def here(kind: type[T]) -> Here[T]:
    """What the door has loaded, with the hats worn towards it."""
    found: Here[Any] = g.here
    assert isinstance(found.thing, kind)
    return cast(Here[T], found)


def hang(door: Door) -> Callable[[V], V]:
    """Give a view its door."""

    def nail(view: V) -> V:
        view.door = door  # type: ignore[attr-defined]  # read by `open_door` and the census
        return view

    return nail


def without_key(view: V) -> V:
    """A form that acts for nobody who is signed in, and so may come from a kept page that carries no key."""
    csrf.exempt(view)
    return view


def ask_key() -> None:
    """Ask for the form's key after all, of somebody who is signed in. Raises what a form without its key raises."""
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


public = hang(Door("public", is_public=True))
signed_in = hang(Door("somebody, by account or link"))
with_account = hang(Door("somebody with an account", needs_account=True))


def _on(what: str, load: Load, argument: str, action: Action) -> Callable[[V], V]:
    return hang(Door(f"{what}: {action.value}", action, load, argument))


on_application = partial(_on, "application", reach.application, "application_id")
on_call = partial(_on, "call", reach.call, "call_id")
on_panel = partial(_on, "panel", reach.panel, "panel_id")
on_membership = partial(_on, "membership", reach.membership, "member_id")
on_assignment = partial(_on, "assignment", reach.assignment, "assignment_id")


def for_house(action: Action) -> Callable[[V], V]:
    """A door to the house itself: administrators."""
    return hang(Door(f"house: {action.value}", action, needs_account=True))


def open_door() -> None:
    """Before every view: ask its door. Raises NotFound, NotAllowed or answers 401; sets `g.here`."""
    if isinstance(request.routing_exception, RequestRedirect):
        return  # the same address with its slash; that one has a door
    view = current_app.view_functions.get(request.endpoint or "")
    door: Door | None = getattr(view, "door", None)
    if door is None:
        raise NotFound()
    if door.is_public:
        return
    who = viewer_or_none()
    if who is None or (door.needs_account and who.link is not None):
        abort(401)
    if door.load is not None:
        g.here = door.load(db.session(), who, (request.view_args or {})[door.argument])
        acting = g.here.acting
    else:
        acting = reach.house(who)
    if door.action is not None:
        problem = may(door.action, acting, g.here.state if door.load is not None else None)
        if problem is not None:
            raise NotAllowed([problem]) if door.load is not None else NotFound()
