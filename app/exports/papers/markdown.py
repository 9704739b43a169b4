"""What people wrote as Markdown, as a tree that the templates draw. The same signs mean the same as on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Node = dict[str, Any]
READER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
SCHEMES = ("http", "https", "mailto")
TOP = 4
"""A question is a heading of the third level; those of its answer lie below it."""
MARKS = {"em": "em", "strong": "strong"}


def blocks_of(text: str) -> list[Node]:
    """The blocks of a text."""
    return _Writer().blocks(SyntaxTreeNode(READER.parse(text)).children)


class _Writer:
    """Writes one text. Levels of headings follow each other without a gap, as a reader of headings needs it."""

    def __init__(self) -> None:
        self.level = TOP - 1

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> list[Node]:
        return [block for node in nodes for block in self.block(node)]

    def block(self, node: SyntaxTreeNode) -> list[Node]:
        match node.type:
            case "paragraph":
                return [{"t": "p", "c": inline(node)}]
            case "heading":
                self.level = min(TOP - 1 + int(node.tag[1]), self.level + 1)
                return [{"t": "heading", "level": self.level, "c": inline(node)}]
            case "bullet_list" | "ordered_list":
                items = [self.blocks(item.children) for item in node.children]
                start = int(node.attrs.get("start", 1) or 0)
                return [{"t": "list" if node.type == "bullet_list" else "numbered", "items": items, "start": start}]
            case "blockquote":
                return [{"t": "quote", "c": self.blocks(node.children)}]
            case "fence" | "code_block":
                return [{"t": "pre", "v": broken(node.content.rstrip("\n"))}]
            case "hr":
                return [{"t": "rule"}]
            case "table":
                head, *bodies = node.children
                rows = [row for body in bodies for row in body.children]
                cells = [[inline(cell) for cell in row.children] for row in [*head.children, *rows]]
                return [{"t": "table", "heads": cells[0], "rows": cells[1:]}]
        return [{"t": "p", "c": [{"t": "text", "v": broken(node.content)}]}] if node.content else []


def inline(node: SyntaxTreeNode) -> list[Node]:
    """What stands in a line."""
    return [found for child in node.children for found in _inline(child)]


def _inline(node: SyntaxTreeNode) -> list[Node]:
    match node.type:
        case "inline":
            return inline(node)
        case "softbreak":
            return [{"t": "text", "v": " "}]
        case "hardbreak":
            return [{"t": "break"}]
        case "code_inline":
            return [{"t": "code", "v": broken(node.content)}]
        case "em" | "strong":
            return [{"t": MARKS[node.type], "c": inline(node)}]
        case "link":
            href = str(node.attrs.get("href", ""))
            said = inline(node)
            return [{"t": "link", "href": href, "c": said}] if said and urlsplit(href).scheme in SCHEMES else said
    return [{"t": "text", "v": broken(node.content)}] if node.content else []


LONGEST = 30
BREAK = "\u200b"
"""A place where a line may end; it has no width and draws nothing."""


def broken(text: str) -> str:
    """The text, with places to end the line inside runs that would leave the page."""
    return "".join(_pieces(text))


def _pieces(text: str) -> list[str]:
    pieces, run = [], 0
    for sign in text:
        run = 0 if sign.isspace() else run + 1
        pieces.append(sign)
        if run and run % LONGEST == 0:
            pieces.append(BREAK)
    return pieces
