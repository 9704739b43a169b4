"""Where the parts of an application in one PDF seem to begin: proposed from its bookmarks and lines, confirmed by a
person. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.kernel.inspection import Heading
from app.programmes.kinds import FilePart

NUMBERING = re.compile(r"^(?:(?:\d+|[a-z]|[ivx]+)[.):]\s*)+|^\d+\s+")
"""What stands before a heading's words: `2.`, `B)`, `iv:`, `3.1.`."""
MOST_WORDS_MORE = 6
"""A line with more words after a part's title is a sentence, not its heading."""


def proposed(parts: Sequence[FilePart], headings: Sequence[Heading], pages: int) -> dict[str, int]:
    """The first page of each part that was found, in the order of the parts. A bookmark counts more than a line, and
    the whole title more than its beginning. The first part begins on page 1 where nothing says otherwise."""
    found: dict[str, int] = {}
    after = 0
    for place, part in enumerate(parts):
        page = _page_of(part, [each for each in headings if after < each.page <= pages])
        if page is None and place == 0 and pages and part.required:
            page = 1
        if page is not None:
            found[part.key] = after = page
    return _kept_in_front(parts, found)


def _kept_in_front(parts: Sequence[FilePart], found: dict[str, int]) -> dict[str, int]:
    """A title page belongs to the part that comes first: every page belongs to a part."""
    first = next((part.key for part in parts if part.key in found), None)
    return {key: 1 if key == first else page for key, page in found.items()}


def _page_of(part: FilePart, headings: Sequence[Heading]) -> int | None:
    """The earliest page among the headings that fit best."""
    fits = [(_fit(part, heading), -heading.page) for heading in headings]
    best = max(fits, default=(0, 0))
    return -best[1] if best[0] > 0 else None


def _fit(part: FilePart, heading: Heading) -> int:
    said = _plain(heading.text)
    bonus = 1 if heading.is_bookmark else 0
    for title in {_plain(part.title.en), _plain(part.title.sv)} - {""}:
        if said == title:
            return 4 + bonus
        if said.startswith(f"{title} ") and len(said.split()) - len(title.split()) <= MOST_WORDS_MORE:
            return 2 + bonus
    return 0


def _plain(text: str) -> str:
    """Words alone, in lower case: no numbering, no accents, no points."""
    bare = NUMBERING.sub("", unicodedata.normalize("NFKD", text.casefold()).strip())
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w\s]+", " ", letters).split())
