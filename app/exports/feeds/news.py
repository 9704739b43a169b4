"""Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"
FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""


@dataclass(frozen=True)
class Item:
    """One piece of news."""

    id: str
    title: str
    text: str
    url: str
    published: datetime
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A feed: its name, its page, and its own address."""

    title: str
    language: str
    page: str
    address: str
    items: Sequence[Item]

    @property
    def updated(self) -> datetime:
        """When anything was last published; a feed of nothing says the beginning of time."""
        return max((item.published for item in self.items), default=datetime(1970, 1, 1, tzinfo=UTC))


def atom(feed: Feed) -> str:
    """The feed as Atom."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(feed.language)}>',
        f"<id>{_xml(feed.address)}</id><title>{_xml(feed.title)}</title><updated>{_stamp(feed.updated)}</updated>",
        f'<link rel="self" type="{ATOM}" href={quoteattr(feed.address)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(feed.page)}/>',
        "<author><name>Tandem</name></author>",
    ]
    for item in feed.items:
        lines += [
            f"<entry><id>{_xml(item.id)}</id><title>{_xml(item.title)}</title>",
            f'<link rel="alternate" type="text/html" href={quoteattr(item.url)}/>',
            f"<published>{_stamp(item.published)}</published><updated>{_stamp(item.published)}</updated>",
            *(f"<category term={quoteattr(tag)}/>" for tag in item.tags),
            f'<summary type="text">{_xml(item.text)}</summary></entry>',
        ]
    return "\n".join((*lines, "</feed>")) + "\n"


def json_feed(feed: Feed) -> str:
    """The feed as JSON Feed."""
    items = [
        {
            "id": item.id,
            "url": item.url,
            "title": item.title,
            "content_text": item.text,
            "date_published": _stamp(item.published),
            "tags": list(item.tags),
        }
        for item in feed.items
    ]
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.language,
        "items": items,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _xml(text: str) -> str:
    return escape(FORBIDDEN.sub("", text))
