"""Serving with waitress, which reads a whole body before the application runs: so it notes when the first byte came."""

from __future__ import annotations

from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import WSGITask

from app.config import Settings
from app.kernel import clock
from app.web.arrival import FIRST_BYTE

THREADS, CONNECTIONS, BACKLOG = 8, 900, 2048
"""A rush before a deadline waits here, with its arrival noted, and not outside where nobody sees it."""


class Noting(HTTPRequestParser):  # type: ignore[misc]  # waitress is untyped
    """A request on its way; made when its first byte comes."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.first_byte = clock.now()


class Telling(WSGITask):  # type: ignore[misc]  # waitress is untyped
    """Tells the application what was noted."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[FIRST_BYTE] = self.request.first_byte
        return environ


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress is untyped
    """A connection whose requests are noted."""

    parser_class = Noting
    task_class = Telling


def server_of(app: Flask, settings: Settings) -> Any:
    """The server, bound and not running yet."""
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        backlog=BACKLOG,
        asyncore_use_poll=True,
        ident="tandem",
    )
    server.channel_class = Channel
    return server
