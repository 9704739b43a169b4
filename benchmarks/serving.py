"""Serving an application with gunicorn, and what its processes and the database's cost, read from /proc."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

WORKERS = 2


@dataclass(frozen=True)
class Served:
    """A server that answers: its port, and the processes whose time counts."""

    port: int
    master: int
    postmaster: int | None

    def cpu(self) -> float:
        """Seconds that the workers and the database's backends have spent on a processor until now."""
        pids = children(self.master) + (children(self.postmaster) if self.postmaster else [])
        return sum(seconds(pid) for pid in pids)


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def seconds(pid: int) -> float:
    """Time on a processor of all threads of a process, to the nanosecond; nothing for one that has ended."""
    spent = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            spent += int(thread.read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return spent / 1e9


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def serve(target: str, environment: dict[str, str], postmaster: int | None, threads: int = 0) -> Iterator[Served]:
    """Gunicorn with two workers on `target`, debug off, until the block ends; with `threads`, each worker takes so many
    requests in at once, so that they arrive while others write."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}"]
    command += ["--log-level", "warning", target]
    command += ["--threads", str(threads)] if threads else []
    process = subprocess.Popen(command, env=os.environ | environment)  # noqa: S603  # our own command
    try:
        _wait(port)
        yield Served(port, process.pid, postmaster)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            get(port, "/", {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer within half a minute")


def get(port: int, path: str, headers: dict[str, str], body: dict[str, str] | None = None) -> tuple[int, str]:
    """One request on a connection of its own, posted when there is a body; status and ETag."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"Accept-Language": "en", **headers}
    if body is None:
        connection.request("GET", path, headers=sent)
    else:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, urlencode(body), sent | form)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("ETag") or ""
