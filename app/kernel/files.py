"""Where uploaded files lie: by their content's SHA-256, written whole or not at all. A name typed by anybody is no path."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 256 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Staged:
    """A file on its way in: under a temporary name, not yet kept."""

    path: Path
    sha256: str
    size: int


class Store(Protocol):
    """What Tandem asks of a storage."""

    def stage(self, stream: BinaryIO) -> Staged:
        """Take the bytes in under a temporary name. Raises OSError when they cannot be written; then nothing is left."""

    def keep(self, staged: Staged) -> None:
        """Put a staged file in its place, so that no power cut loses it any more."""

    def discard(self, staged: Staged) -> None:
        """Forget a staged file."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of a file that is kept. Raises FileNotFoundError."""

    def sweep(self, wanted: Collection[str], older_than: datetime) -> tuple[str, ...]:
        """Delete what nobody wants and nobody touched since, and what was staged and forgotten. Returns what went."""

    def missing(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Which of these files are not kept here."""


class LocalStore:
    """A folder on the local disk: `aa/<sha256>`, and `tmp/` for what is on its way in."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def stage(self, stream: BinaryIO) -> Staged:
        (self.root / "tmp").mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.root / "tmp")
        digest, size, path = hashlib.sha256(), 0, Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Staged(path, digest.hexdigest(), size)

    def keep(self, staged: Staged) -> None:
        place = self._place(staged.sha256)
        with self._turn():
            place.parent.mkdir(exist_ok=True)
            os.replace(staged.path, place)  # the same bytes once more: the file is young again, and no sweep takes it
            for folder in (place.parent, self.root):
                _sync_folder(folder)

    def discard(self, staged: Staged) -> None:
        staged.path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        return self._place(sha256).open("rb")

    def sweep(self, wanted: Collection[str], older_than: datetime) -> tuple[str, ...]:
        gone = []
        for path in list(self._files()):
            with self._turn(), suppress(FileNotFoundError):
                is_wanted = path.parent.name != "tmp" and path.name in wanted
                if not is_wanted and path.stat().st_mtime < older_than.timestamp():
                    path.unlink()
                    gone.append(path.name)
        return tuple(gone)

    def missing(self, wanted: Collection[str]) -> tuple[str, ...]:
        return tuple(sorted(sha256 for sha256 in wanted if not self._place(sha256).is_file()))

    def _files(self) -> Iterator[Path]:
        yield from (path for path in self.root.glob("*/*") if path.is_file())

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise ValueError("a file is kept under its SHA-256 and nothing else")
        return self.root / sha256[:2] / sha256

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Keeping and sweeping take turns, in all processes."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "turn").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
