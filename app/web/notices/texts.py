"""Notices in words, and the choices of their form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.notices.queries import NoticeRow, is_standing
from app.notices.rules import Match, Typed
from app.notices.services import institutions
from app.programmes import queries as programmes
from app.programmes.deadlines import Standing, standing
from app.programmes.definition import Definition
from app.programmes.partnerships import cooperations
from app.web.words import date_text, language

SEEKING = (Standing.FORECAST, Standing.ANNOUNCED, Standing.OPEN)
"""Calls for which somebody may still look for a partner."""


@dataclass(frozen=True)
class Choices:
    """What the lists of the form and of the filter offer: values and words."""

    abouts: tuple[tuple[str, str], ...]
    institutions: tuple[tuple[str, str], ...]
    calls: Mapping[UUID, str]

    def about_text(self, row: NoticeRow) -> str:
        """What a notice is about, in words; empty for anything."""
        if row.call_id is not None:
            return self.calls.get(row.call_id, gettext("A call that has closed"))
        if row.programme_key is not None:
            return dict(self.abouts).get(f"programme:{row.programme_key}", row.programme_key)
        return ""


@dataclass(frozen=True)
class NoticeText:
    """A notice as the board shows it; `why` says why it fits, where it is shown as a match."""

    id: UUID
    url: str
    topic: str
    author: str
    affiliation: str
    brings: str
    seeks: str
    keywords: tuple[str, ...]
    institution: str
    sought: str
    about: str
    until: str
    is_standing: bool
    is_hidden: bool
    hidden_because: str
    why: str = ""


def choices_of(session: Session, at: datetime) -> Choices:
    """Programmes that go on, calls that are coming or open and have more than one side, and institutions."""
    calls = {
        row.id: (row.key, row.definition.title.in_(language()))
        for row in programmes.public_rows(session, at)
        if standing(row, at) in SEEKING and seeks_partners(row.definition)
    }
    abouts = [(f"call:{key}", gettext("Call: %(title)s", title=title)) for key, title in calls.values()]
    abouts += [
        (f"programme:{key}", gettext("Programme: %(title)s", title=each.title.in_(language())))
        for key, each in cooperations().programmes.items()
    ]
    return Choices(
        tuple(abouts),
        tuple((name, name) for name in institutions()),
        {call_id: gettext("Call: %(title)s", title=title) for call_id, (_, title) in calls.items()},
    )


def seeks_partners(definition: Definition) -> bool:
    """Whether an application needs, or may have, somebody at another institution."""
    return len(definition.sides) > 1


def notice_text(row: NoticeRow, choices: Choices, at: datetime, match: Match | None = None) -> NoticeText:
    """A notice in the reader's language."""
    return NoticeText(
        row.id,
        url_for("notices.show", notice_id=row.id),
        row.topic,
        row.author,
        row.institution or row.affiliation,
        row.brings,
        row.seeks,
        row.keywords,
        row.institution,
        row.sought,
        choices.about_text(row),
        date_text(row.ends_at) or "",
        is_standing(row, at),
        row.hidden_because is not None,
        row.hidden_because or "",
        _why(match),
    )


def _why(match: Match | None) -> str:
    if match is None:
        return ""
    words = ", ".join(match.shared)
    if match.fits_sides:
        return str(gettext("Both name %(words)s, and you are at different institutions.", words=words))
    return str(gettext("Both name %(words)s.", words=words))


def typed_of(form: Mapping[str, str], session: Session, at: datetime) -> Typed:
    """A notice as the form sent it. What it is about is taken only from what is offered."""
    kind, _, key = form.get("about", "").partition(":")
    call = programmes.public_call(session, key, at) if kind == "call" else None
    return Typed(
        form.get("topic", ""),
        form.get("brings", ""),
        form.get("seeks", ""),
        form.get("keywords", ""),
        form.get("institution", ""),
        form.get("sought", ""),
        key if kind == "programme" and key in cooperations().programmes else None,
        call.id if call is not None else None,
        _day(form.get("until", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
