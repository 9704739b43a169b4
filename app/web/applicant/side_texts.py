"""The sides of a draft, as the applicant sees the state of things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from app.applications.parts import ByMail, Part
from app.kernel.errors import Problem
from app.web.applicant.asking_sides import SideAsks
from app.web.words import (
    by_field,
    moment_text,
    problem_texts,
)


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
    mail: ByMail | None = None


@dataclass(frozen=True)
class Invited:
    """An invitation that was refused, to be shown again as it was typed."""

    side_key: str
    name: str
    address: str
    problems: tuple[Problem, ...]


def side_texts(
    parts: Sequence[Part], invited: Invited | None, asked: Mapping[str, SideAsks], *, may_invite: bool = True
) -> tuple[SideText, ...]:
    return tuple(
        _side_text(part, invited if invited and invited.side_key == part.key else None, asked[part.key], may_invite)
        for part in parts
    )


def _side_text(part: Part, invited: Invited | None, asks: SideAsks, may_invite: bool) -> SideText:
    if part.is_own:
        status, tone, since = gettext("You lead this side"), "neutral", None
    elif part.confirmed_at is not None:
        status, tone, since = gettext("Confirmed"), "good", part.confirmed_at
    elif part.declined_at is not None:
        status, tone, since = gettext("Has declined"), "bad", part.declined_at
    elif part.objected_at is not None:
        status, tone, since = gettext("Wants something changed"), "wait", part.objected_at
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
        part.declined_because or part.objected_because,
        may_invite and not part.is_own and part.confirmed_at is None and not asks.is_closed,
        waits,
        *typed,
        by_field(problem_texts(invited.problems)) if invited else {},
        asks,
        part.mail,
    )
