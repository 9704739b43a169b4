"""Files that a form brings: stored and looked at before the writer lock is taken, so that a slow file holds nobody up."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from typing import BinaryIO, TypeVar, cast

from flask import current_app, g
from werkzeug.datastructures import FileStorage, MultiDict

from app.applications.file_rules import LARGEST_MEGABYTES, MEGABYTE, MOST_AT_ONCE, Received, typed_name
from app.applications.scan_rules import Scan
from app.kernel.files import LocalStore, Staged, Store
from app.kernel.inspection import Looked, look_at
from app.kernel.photos import NotAPicture, TooLarge, bare

log = logging.getLogger("tandem.web")
LARGEST_FORM = 100 * 1024 * 1024
"""A form of this size is still read, so that its texts are kept and only its files are refused."""
MOST_PARTS = 5000
"""A form with files sends each cell of a long table as a part of its own."""
PHOTOS = ("jpeg", "png")
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
    for place, (field, file) in enumerate(brought):
        name = typed_name(file.filename or "")
        is_beyond = place >= MOST_AT_ONCE
        one = Received(name, 1, trouble="beyond_count") if is_beyond else _one(name, cast(BinaryIO, file.stream))
        found[field] = (*found.get(field, ()), one)
    return found


def _one(name: str, stream: BinaryIO) -> Received:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > LARGEST_MEGABYTES * MEGABYTE:
        return Received(name, size)
    place = store()
    try:
        staged = place.stage(stream)
        looked = look_at(staged.path)
        if looked.type in PHOTOS:
            staged, looked = _bared(place, staged, looked)
    except OSError as full:
        log.error("a file could not be stored: %s", full.strerror)
        return Received(name, size, trouble="not_kept")
    if looked.trouble:
        place.discard(staged)
        return Received.of(name, size, "", looked)
    place.keep(staged)
    return Received.of(name, staged.size, staged.sha256, looked, first_scan())


def first_scan() -> Scan:
    """How a file that comes in now stands with the virus scanner: it waits, where there is one."""
    return Scan.WAITING if current_app.config["SETTINGS"].scanner else Scan.NOT_SCANNED


def _bared(place: Store, staged: Staged, looked: Looked) -> tuple[Staged, Looked]:
    """The photo as it is kept: without where, when and with what it was taken."""
    whole = staged.path.read_bytes()
    try:
        picture = bare(whole)
    except TooLarge:
        return staged, Looked(trouble="too_much")
    except NotAPicture:
        return staged, Looked(trouble="broken")
    if picture == whole:
        return staged, looked
    place.discard(staged)
    return place.stage(io.BytesIO(picture)), looked
