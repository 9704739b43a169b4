"""Markdown is shown as Markdown, and nothing that was written in it runs, loads or reaches anything."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.markdown import TAGS, markdown

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](http://evil.example/p.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html,<script>1</script>)",
    "[x](vbscript:1)",
    '[x](http://a.example "\\" onmouseover=\\"alert(1)")',
    "<a href='javascript:1'>x</a>",
    "<div hx-get='/x' hx-trigger='load'>x</div>",
    "<iframe src=//evil.example></iframe>",
    "<svg><animate onbegin=alert(1)>",
    "<style>@import 'http://evil.example'</style>",
    "<base href=//evil.example>",
    "<form action=//evil.example><input name=x>",
    "[![x](http://evil.example/a)](http://b.example)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<http://evil.example/\"onmouseover='alert(1)'>",
    "| a |\n|---|\n| <img src=x onerror=1> |",
    "```html\n</code></pre><script>1</script>\n```",
)
ATTRIBUTES = {"href", "rel", "start"}


def faults(text: str) -> list[str]:
    found = []
    for element in html5lib.parseFragment(str(markdown(text)), namespaceHTMLElements=False).iter():
        if element.tag in ("DOCUMENT_FRAGMENT",):
            continue
        if element.tag not in TAGS | {"tbody"}:
            found.append(f"element {element.tag}")
        found += [f"attribute {name}" for name in element.attrib if name not in ATTRIBUTES]
        href = element.get("href") or "http:"
        if not href.startswith(("http:", "https:", "mailto:")):
            found.append(f"address {href}")
        if element.tag == "a" and element.get("href") and element.get("rel") != "noopener nofollow":
            found.append("a link without its rel")
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_harmless(text: str) -> None:
    assert faults(text) == []
    assert "<img" not in str(markdown(text))


@given(
    st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "`", "*", "<", ">", '"', "å "]), max_size=8).map(
        "".join
    )
)
def test_hostile_input_in_pieces_is_harmless(text: str) -> None:
    assert faults(text) == []


def test_what_people_write_is_shown_as_meant() -> None:
    text = "# Aim\n\nSome **bold**, *soft* words.\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[paper](https://doi.example/1)"
    html = str(markdown(text))

    assert "<h4>Aim</h4>" in html
    assert "<strong>bold</strong>" in html
    assert "<li>two</li>" in html
    assert "<td>2</td>" in html
    assert '<a href="https://doi.example/1" rel="noopener nofollow">paper</a>' in html
