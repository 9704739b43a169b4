"""What people wrote as Markdown, shown as Markdown: nothing they write can run, load or reach anything."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
BELOW = {"h1": "h4", "h2": "h5"}
"""A question's title is a heading of the third level; those of its answer lie below it."""


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = BELOW.get(token.tag, "h6")


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.core.ruler.push("lower_headings", _lower_headings)
    return reader


READER = _reader()


def markdown(text: str) -> Markup:
    """The text as HTML of a few harmless elements; links are followed without a trace of where they stood."""
    return Markup(  # noqa: S704  # nh3 has let through the elements above and nothing else
        nh3.clean(
            READER.render(text),
            tags=TAGS,
            attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
            url_schemes=SCHEMES,
            link_rel="noopener nofollow",
        )
    )
