"""Files that a form brings: stored and looked at before the writer lock is taken, so that a slow file holds nobody up."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import BinaryIO, TypeVar, cast

from flask import current_app, g
from werkzeug.datastructures import FileStorage, MultiDict

from app.applications.file_rules import LARGEST_MEGABYTES, MEGABYTE, Received, typed_name
from app.kernel.files import LocalStore, Store
from app.kernel.inspection import look_at

log = logging.getLogger("tandem.web")
LARGEST_FORM = 100 * 1024 * 1024
"""A form of this size is still read, so that its texts are kept and only its files are refused."""
MOST_PARTS = 5000
"""A form with files sends each cell of a long table as a part of its own."""
MOST_FILES = 40
V = TypeVar("V")


def takes_files(view: V) -> V:
    """Mark a view whose form may bring files; `received()` has them."""
    view.takes_files = True  # type: ignore[attr-defined]  # read by the hook that takes the writer lock
    return view


def store() -> Store:
    """Where this house keeps its files."""
    return LocalStore(current_app.config["SETTINGS"].instance / "files")


def received() -> Mapping[str, tuple[Received, ...]]:
    """The files that this request brought, by the name of their field."""
    return cast("Mapping[str, tuple[Received, ...]]", g.get("received", {}))


def receive(files: MultiDict[str, FileStorage]) -> dict[str, tuple[Received, ...]]:
    """Store and look at every file. What may not be kept is not; the name of its trouble is."""
    found: dict[str, tuple[Received, ...]] = {}
    brought = [(field, file) for field, file in files.items(multi=True) if file.filename]
    for field, file in brought[:MOST_FILES]:
        found[field] = (*found.get(field, ()), _one(typed_name(file.filename or ""), cast(BinaryIO, file.stream)))
    for field, file in brought[MOST_FILES:]:
        found[field] = (*found.get(field, ()), Received(typed_name(file.filename or ""), 0, trouble="too_many_at_once"))
    return found


def _one(name: str, stream: BinaryIO) -> Received:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > LARGEST_MEGABYTES * MEGABYTE:
        return Received(name, size)
    place = store()
    try:
        staged = place.stage(stream)
    except OSError as full:
        log.error("a file could not be stored: %s", full.strerror)
        return Received(name, size, trouble="not_kept")
    looked = look_at(staged.path)
    if looked.trouble:
        place.discard(staged)
        return Received.of(name, size, "", looked)
    place.keep(staged)
    return Received.of(name, size, staged.sha256, looked)
