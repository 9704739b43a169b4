"""Words, characters and pages are counted alike on the screen and on the server, whatever is typed."""

from __future__ import annotations

import json
from typing import Any

from app.config import ROOT
from app.programmes.kinds import Question, QuestionKind, Text, read_answer
from app.programmes.kinds.single import count_pages, count_words

ODD = (
    "",
    " ",
    "one",
    "  one  two\n\nthree\t",
    "well-known e\u2013mail and/or x",
    "å ä ö Å",
    "a\u0301 e\u0308 n\u0303",
    "no\u00a0break and\u202fnarrow\u2009thin\u3000wide",
    "zero\u200bwidth\u200djoined\ufeffmark",
    "\ufeffmark at the front",
    "next\u0085line and\u2028lines\u2029apart",
    "file\x1cgroup\x1drecord\x1eunit\x1funder",
    "tab\x0bvertical\x0cfeed",
    "👩\u200d👩\u200d👧 🇸🇪 👍🏽 𝒳",
    "漢字かな交じり文 한국어",
    "مرحبا بالعالم \u200fשלום",
    "soft\u00adhyphen…ellipsis",
    "1 000,50 1.5e10 −3",
    "\u1680ogham\u180emongolian",
    "x" * 3000,
    "x" * 3001 + " ",
    "🙂" * 1500 + "\n" + "y" * 1499,
    "\u00a0\u2003\u3000",
    "<b>&amp;</b> \"quoted\" 'single'",
)
QUESTION = Question("text", "section", QuestionKind.LONG_TEXT, Text("Text", "Text"))


def on_the_server(text: str) -> list[int]:
    """What is counted of an answer as it is kept."""
    kept = read_answer(QUESTION, [text])
    words = kept if isinstance(kept, str) else ""
    return [count_words(words), len(words), count_pages(words)]


def test_the_screen_counts_what_the_server_counts(chromium: Any) -> None:
    page = chromium.new_page()
    page.set_content("<!doctype html><body></body>")
    page.evaluate(
        """texts => texts.forEach((text, place) => {
            const field = document.createElement("textarea");
            field.id = `t${place}`;
            field.value = text;
            document.body.append(field);
            for (const unit of ["words", "chars", "pages"]) {
                const count = document.createElement("p");
                Object.assign(count.dataset, {countOf: field.id, unit, limit: "1", within: "{used}", over: "{used}"});
                document.body.append(count);
            }
        })""",
        list(ODD),
    )
    script = (ROOT / "app" / "static" / "js" / "counting.js").read_text(encoding="utf-8")
    page.add_script_tag(content=script, type="module")
    page.wait_for_function("() => [...document.querySelectorAll('[data-count-of]')].every((e) => e.textContent)")

    counted = page.evaluate("() => [...document.querySelectorAll('[data-count-of]')].map((e) => Number(e.textContent))")
    shown = {json.dumps(text[:40]): counted[place * 3 : place * 3 + 3] for place, text in enumerate(ODD)}
    page.close()

    assert shown == {json.dumps(text[:40]): on_the_server(text) for text in ODD}
