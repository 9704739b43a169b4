"""From words to a mail: text files under `templates/mail/<kind>/`, first line the subject, the rest the text.

The HTML part is made from the text, so the two can never say different things. A missing value refuses to render.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

URL = re.compile(r"https?://[^\s<>\"]+")


class CannotRender(ValueError):
    """A letter lacks a value that its words need; it must not go out with a hole."""


@dataclass(frozen=True)
class Words:
    """A letter as a person reads it."""

    subject: str
    body: str


@dataclass(frozen=True)
class Post:
    """What every mail of this house has in common."""

    templates: Path
    base_url: str
    sender: str
    reply_to: str
    link_url: Callable[[UUID], str]
    alert_url: Callable[[UUID], str] = lambda _subscription: ""
    digits_of: Callable[[UUID], str] = lambda _code: ""
    proof_digits_of: Callable[[UUID], str] = lambda _code: ""


def environment(templates: Path) -> Environment:
    """Plain text needs no escaping; an undefined or empty value is an error."""
    return Environment(
        loader=FileSystemLoader(templates / "mail"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # plain text; the HTML part escapes every line
        finalize=_never_empty,
        keep_trailing_newline=False,
    )


def _never_empty(value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise CannotRender("a placeholder is empty")
    return value


def words_of(
    post: Post,
    kind: str,
    locale: str,
    values: Mapping[str, Any],
    link_id: UUID | None,
    *,
    show_link: bool = True,
    link: str | None = None,
    code: str | None = None,
) -> Words:
    """Render a kind of letter in a language. Raises CannotRender when a placeholder is missing or empty."""
    if link_id is not None:
        link = post.link_url(link_id) if show_link else f"{post.base_url}/p/…"
    try:
        text = (
            environment(post.templates)
            .get_template(f"{kind}/{locale}.txt")
            .render(
                **values,
                base_url=post.base_url,
                **({"link": link} if link else {}),
                **({"code": code} if code else {}),
            )
        )
    except UndefinedError as hole:
        raise CannotRender(f"{kind}/{locale}: {hole.message}") from hole
    subject, _, body = text.strip().partition("\n")
    return Words(" ".join(subject.split()), body.strip() + "\n")


def message_of(
    post: Post,
    words: Words,
    *,
    to_address: str,
    message_id: str,
    locale: str,
    at: datetime,
    stop_url: str = "",
    reply_to: str = "",
) -> EmailMessage:
    """One mail to one recipient, in text and HTML. A retry has the same Message-ID. Alerts say how to stop them.
    `reply_to` is a person's address where the answer is for a person and not for the house."""
    message = EmailMessage()
    message["From"] = post.sender
    message["Reply-To"] = reply_to or post.reply_to
    message["To"] = to_address
    message["Subject"] = words.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{urlsplit(post.base_url).hostname or 'tandem.invalid'}>"
    message["Content-Language"] = locale
    message["Auto-Submitted"] = "auto-generated"
    if stop_url:
        message["List-Unsubscribe"] = f"<{stop_url}/stop>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(words.body)
    message.add_alternative(html_of(post, words, locale), subtype="html")
    return message


def html_of(post: Post, words: Words, locale: str) -> str:
    """The same text as a calm HTML page; addresses become links."""
    layout = Environment(loader=FileSystemLoader(post.templates / "mail"), undefined=StrictUndefined, autoescape=True)
    paragraphs = [_linked(part) for part in re.split(r"\n\s*\n", words.body.strip())]
    return layout.get_template("layout.html").render(
        subject=words.subject, paragraphs=paragraphs, locale=locale, base_url=post.base_url
    )


def _linked(paragraph: str) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in URL.finditer(paragraph):
        url = found.group().rstrip(".,;)")
        parts.append(_lines(paragraph[end : found.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(url))
        end = found.start() + len(url)
    parts.append(_lines(paragraph[end:]))
    return Markup("").join(parts)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
