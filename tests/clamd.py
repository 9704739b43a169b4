"""A small clamd for tests: a real server on a real socket that speaks INSTREAM and knows one virus."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The agreed test pattern, in two pieces, so that no scanner takes this source for a virus."""


class Told(socketserver.StreamRequestHandler):
    """One question."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        answer: str = self.server.answer or (  # type: ignore[attr-defined]
            "stream: Eicar-Signature FOUND" if EICAR in content else "stream: OK"
        )
        self.wfile.write(answer.encode() + b"\0")


@contextmanager
def clamd(place: Path | None = None, answer: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """Its address (TCP, or a unix socket at `place`), and what it was asked about. `answer` is said to everything."""
    server: socketserver.BaseServer
    if place is None:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Told)
        address = f"tcp://127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(place), Told)
        address = f"unix://{place}"
    seen: list[bytes] = []
    server.seen, server.answer = seen, answer  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield address, seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
