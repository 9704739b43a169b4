"""Asking clamd, a virus scanner that runs beside us, over its socket: the bytes go in, a verdict comes out."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

CHUNK = 256 * 1024
PATIENCE = 60.0
"""Seconds that the scanner has for each piece, and for its answer."""
LONGEST_ANSWER = 4096


class ScannerSilent(OSError):
    """No verdict: it is not there, too busy, or did not understand. Ask again later."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner says of a file: clean, or what it found in it."""

    found: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.found


def scan(address: str, stream: BinaryIO) -> Verdict:
    """The verdict of the clamd at `unix:///path` or `tcp://host:port`. Raises ScannerSilent when there is none."""
    try:
        with closing(_connected(address)) as line:
            line.settimeout(PATIENCE)
            line.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
            said = b"".join(_answer(line)).rstrip(b"\0\n").decode("utf-8", "replace")
    except OSError as error:
        raise ScannerSilent(f"{type(error).__name__}: {error}") from error
    if said == "stream: OK":
        return Verdict()
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return Verdict(said.removeprefix("stream: ").removesuffix(" FOUND") or "?")
    raise ScannerSilent(said[:200] or "no answer")


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "localhost", parts.port or 3310), timeout=PATIENCE)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(PATIENCE)
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> Iterator[bytes]:
    taken = 0
    while taken < LONGEST_ANSWER and (part := line.recv(LONGEST_ANSWER)):
        taken += len(part)
        yield part
        if part.endswith(b"\0"):
            return
