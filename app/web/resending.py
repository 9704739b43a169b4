"""A form that was not taken is given back whole, to be sent again by whoever wrote it; never by itself.

Only a request that came from a page of ours is given back as a form: by `Sec-Fetch-Site`, or by `Origin`. Passwords are
never given back, files are named. Whoever has to sign in first carries the form through the signing in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge

FIELD = "carried"
"""Under this name the forms of signing in carry a form that was not taken."""
NEVER = frozenset({"csrf_token", "kept-as", "kept-for", FIELD})
MOST = 5000
WAYS_IN = frozenset(
    f"account.{name}" for name in ("sign_in_by_password", "send_link", "sign_out", "choose_password", "set_language")
)
"""Forms in which nobody writes; what stands in them is not given back."""


@dataclass(frozen=True)
class Entry:
    """A field of the form; a text is shown, to be read and changed, everything else only goes along."""

    name: str
    value: str

    @property
    def is_text(self) -> bool:
        return " " in self.value.strip() or "\n" in self.value.strip()


@dataclass(frozen=True)
class Again:
    """A form that was not taken: where it goes, what stood in it, and the names of files to be chosen again."""

    url: str
    entries: tuple[Entry, ...]
    files: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key of the present browser session, under which it may be sent."""
        return str(generate_csrf())

    @property
    def packed(self) -> str:
        """As one field, to be carried through signing in."""
        entries = [[entry.name, entry.value] for entry in self.entries]
        return json.dumps({"url": self.url, "entries": entries, "files": self.files}, ensure_ascii=False)


def again() -> Again | None:
    """The form that this request brought, when it came from a page of ours and has words in it; else None."""
    if request.method != "POST" or request.endpoint in (None, *WAYS_IN) or not is_from_here():
        return None
    try:
        entries = tuple(_entries())
        files = tuple(file.filename for file in request.files.values() if file.filename)
    except RequestEntityTooLarge:  # it was not even read; the page says where the words still are
        return None
    found = Again(request.full_path.rstrip("?"), entries, files)
    return found if any(entry.value.strip() for entry in entries) else None


def _entries() -> Iterator[Entry]:
    for name, value in request.form.items(multi=True):
        if name not in NEVER and "password" not in name:
            yield Entry(name, value)


def is_from_here() -> bool:
    """Whether a page of this house sent the request, as far as the browser says so."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def brought() -> Again | None:
    """The form that was carried through signing in, or None. It goes to an address of ours, or nowhere."""
    try:
        packed = json.loads(request.form.get(FIELD, ""))
        url, entries = packed["url"], tuple(Entry(str(name), str(value)) for name, value in packed["entries"][:MOST])
        files = tuple(str(name) for name in packed["files"])
        json.dumps([url, [(entry.name, entry.value) for entry in entries], files], ensure_ascii=False).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Again(url, entries, files) if isinstance(url, str) and is_ours(url) else None


def is_ours(url: str) -> bool:
    """Whether it is an address of this house and nothing else, whatever a browser makes of it."""
    return url.startswith("/") and not url.startswith("//") and url.isprintable() and "\\" not in url


def page(carried: Again) -> ResponseReturnValue:
    """The form again, for whoever has signed in now."""
    return render_template("account/send_again.html", again=carried)
