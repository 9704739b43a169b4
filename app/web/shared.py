"""Pages that are the same for everybody who is nobody: their bodies are kept, and sent again while nothing has changed.

A body is kept by address, language, minute and version. The version changes with whatever the public is shown and with
every instant at which a call opens or closes by itself; the minute is that of the arrival, so texts such as «in 6 days»
and a demonstration's clock are never stale. Whoever is signed in, or has something to be told, gets a page of their own.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.programmes.queries import public_version
from app.web.doors import now, viewer_or_none
from app.web.words import language

ROOM = 16 * 1024 * 1024
"""Bytes of bodies that one process keeps; the longest unused go first."""


@dataclass(frozen=True)
class Kept:
    """A body as it was sent."""

    body: bytes
    kind: str
    etag: str
    headers: tuple[tuple[str, str], ...] = ()


class Shelf:
    """The kept bodies of one process."""

    def __init__(self, room: int = ROOM) -> None:
        self.room, self._size, self._lock = room, 0, Lock()
        self._bodies: OrderedDict[tuple[str, ...], Kept] = OrderedDict()

    def take(self, key: tuple[str, ...]) -> Kept | None:
        """The body under this key, or None."""
        with self._lock:
            kept = self._bodies.get(key)
            if kept is not None:
                self._bodies.move_to_end(key)
            return kept

    def put(self, key: tuple[str, ...], kept: Kept) -> None:
        """Keep a body; make room by dropping those that nobody has asked for longest."""
        with self._lock:
            before = self._bodies.pop(key, None)
            self._size += len(kept.body) - (len(before.body) if before else 0)
            self._bodies[key] = kept
            while self._size > self.room and self._bodies:
                _, dropped = self._bodies.popitem(last=False)
                self._size -= len(dropped.body)


def is_shared() -> bool:
    """Whether this answer may be given to anybody: it then carries no key of a form and no name."""
    return bool(g.get("is_shared"))


def shared(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Keep the body of a public page for everybody who is nobody, and answer 304 to those who have it."""

    @wraps(view)
    def answer(**arguments: Any) -> ResponseReturnValue:
        if viewer_or_none() is not None or "_flashes" in session:
            return view(**arguments)
        g.is_shared = True
        at = now()
        version = public_version(db.session(), at)
        shelf: Shelf = current_app.extensions.setdefault("shelf", Shelf())
        minute = str(int(at.timestamp()) // 60)
        key = (request.path, request.query_string.decode("latin-1"), language(), minute, version)
        kept = shelf.take(key)
        if kept is None:
            made = make_response(view(**arguments))
            if made.status_code != 200:
                return made
            kept = _kept(made)
            shelf.put(key, kept)
        return _sent(kept)

    return answer


def _kept(made: Response) -> Kept:
    body = made.get_data()
    headers = tuple((name, value) for name, value in made.headers if name in ("Content-Disposition", "Link"))
    return Kept(body, made.content_type or "", hashlib.sha256(body).hexdigest()[:32], headers)


def _sent(kept: Kept) -> Response:
    is_known = request.if_none_match.contains_weak(kept.etag)
    response = Response(b"" if is_known else kept.body, 304 if is_known else 200, content_type=kept.kind)
    response.headers.extend(kept.headers)
    response.set_etag(kept.etag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers.add("Vary", "Accept-Language")
    return response
