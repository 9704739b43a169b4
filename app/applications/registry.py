"""Effects and facts that rooms above provide, named in the table and registered in `create_app`: one provider each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.parts import Content
from app.kernel.actors import Acting
from app.workflow.machine import Step
from app.workflow.vocabulary import Effect, Move, State


@dataclass(frozen=True)
class Form:
    """What a form brings along: its own `key`, under which it submits once however often it is sent; the hash of what
    its sender had `seen`; and whether the application `is_held` by this transaction already."""

    key: str = ""
    seen: str = ""
    is_held: bool = False


NO_FORM = Form()


@dataclass(frozen=True)
class Deed:
    """What an effect is told: who took which step, when and why. Submitting tells too what was read of the application,
    so that no effect asks again, and what the form brought."""

    step: Step[State, Move]
    by: Acting
    at: datetime
    reason: str
    content: Content | None = None
    form: Form = NO_FORM


Follow = Callable[[Session, Application, Deed], None]
Tell = Callable[[Session, Application, datetime], Mapping[str, Any]]

EFFECTS: dict[Effect, Follow] = {}
FACTS: dict[str, Tell] = {}


def provide_effect(effect: Effect, follow: Follow) -> None:
    """Say who does what follows a step. A second provider of the same effect is a bug."""
    if EFFECTS.get(effect, follow) is not follow:
        raise ValueError(f"{effect} already has a provider")
    EFFECTS[effect] = follow


def provide_facts(room: str, tell: Tell) -> None:
    """Say which facts a room knows for the guards; the keys are fields of `workflow.guards.Facts`."""
    if FACTS.get(room, tell) is not tell:
        raise ValueError(f"the facts of {room} already have a provider")
    FACTS[room] = tell
