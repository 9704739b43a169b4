"""Personal links in words: what each opens, how it stands, and which browsers it let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext

from app.access.links import LinkLine, Subject
from app.identities.models import LinkPurpose
from app.programmes.definition import Definition, Text
from app.web.words import date_text, language, moment_text

WHAT = {
    LinkPurpose.PARTNER: Text(
        "the part of %(place)s in a joint application", "delen för %(place)s i en gemensam ansökan"
    ),
    LinkPurpose.REVIEW: Text("reviewing for %(place)s", "granskning för %(place)s"),
    LinkPurpose.APPROVAL: Text("what waits for approval in the call", "det som väntar på godkännande i utlysningen"),
    LinkPurpose.MEMBER: Text("taking part in an application", "att delta i en ansökan"),
    LinkPurpose.LETTER: Text("a letter for an application (%(place)s)", "ett brev till en ansökan (%(place)s)"),
    LinkPurpose.HOST: Text("an answer as the host (%(place)s)", "ett svar som värd (%(place)s)"),
}


@dataclass(frozen=True)
class BrowserText:
    """A browser that was let in, as the page tells it."""

    id: UUID
    name: str
    how: str
    when: str | None
    ended: str | None


@dataclass(frozen=True)
class LineText:
    """A link as its office or its lead applicant sees it."""

    id: UUID
    what: str
    about: str
    name: str
    sent_to: str
    sent: str | None
    used: str | None
    expires: str | None
    state: str
    tone: str
    is_open: bool
    is_withdrawn: bool
    earlier: int
    let_in: int
    browsers: tuple[BrowserText, ...]


def what_of(subject: Subject, definition: Definition) -> Text:
    """What a link is for, in both languages; nothing that an application says is in it."""
    words = WHAT[subject.purpose]
    places = {language_: _place(subject, definition, language_) for language_ in ("en", "sv")}
    return Text(words.en % {"place": places["en"]}, words.sv % {"place": places["sv"]})


def _place(subject: Subject, definition: Definition, locale: str) -> str:
    if subject.purpose is LinkPurpose.PARTNER:
        return definition.side(subject.place).name
    if subject.purpose is LinkPurpose.REVIEW:
        return definition.panel(subject.place).title.in_(locale)
    if subject.purpose in (LinkPurpose.LETTER, LinkPurpose.HOST):
        return definition.question(subject.place).title.in_(locale)
    return ""


def line_text(line: LinkLine, definition: Definition, at: datetime) -> LineText:
    """One link in words."""
    state, tone, is_open = _state(line, at)
    what = what_of(line.subject, definition).in_(language())
    return LineText(
        line.id,
        what[:1].upper() + what[1:],
        _about(line.subject),
        line.name,
        line.sent_to,
        moment_text(line.sent_at),
        moment_text(line.used_at),
        date_text(line.expires_at),
        state,
        tone,
        is_open,
        line.revoked_at is not None,
        line.earlier,
        line.let_in,
        tuple(
            BrowserText(
                browser.id,
                gettext("Browser %(number)s", number=number),
                gettext("let in by a mailed code") if browser.by_code else gettext("the first one to open it"),
                moment_text(browser.let_in_at),
                moment_text(browser.revoked_at),
            )
            for number, browser in enumerate(line.browsers, 1)
        ),
    )


def _about(subject: Subject) -> str:
    """Which application: its reference once it is submitted, before that only that there is one, and since when."""
    if subject.application_id is None:
        return ""
    if subject.reference:
        return subject.reference
    return str(gettext("a draft, begun %(day)s", day=date_text(subject.begun_at)))


def _state(line: LinkLine, at: datetime) -> tuple[str, str, bool]:
    if line.revoked_at is not None:
        return str(gettext("Withdrawn %(when)s", when=moment_text(line.revoked_at))), "bad", False
    if line.expires_at <= at:
        return str(gettext("Has expired")), "bad", False
    if line.used_at is None:
        return str(gettext("Not used yet")), "wait", True
    return str(gettext("In use")), "good", True


def words_of(line: LinkLine, definition: Definition) -> Mapping[str, Mapping[str, str]]:
    """What the mail with a new link says, by language."""
    what = what_of(line.subject, definition)
    senders = "\n".join(side.name for side in definition.sides)
    return {
        locale: {"what": what.in_(locale), "call": definition.title.in_(locale), "senders": senders}
        for locale in ("en", "sv")
    }
