"""One measurement: CPU time per request, requests a second, the slow end, and SQL statements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import event

from app.extensions import db
from benchmarks.rows import Work
from benchmarks.serving import Served, get

REQUESTS, RUNS, WARMING = 100, 5, 30
SILENT = ("PRAGMA", "BEGIN", "SET", "SHOW")
Headers = Callable[[], dict[str, str]]


@dataclass(frozen=True)
class Cost:
    """The median of the runs: CPU milliseconds a request, requests a second, and the 95th percentile in milliseconds."""

    cpu_ms: float
    per_second: float
    p95_ms: float


def cost(served: Served, path: Callable[[int], str], headers: Headers, status: int) -> Cost:
    """Ask one after the other, and read the processes' clocks before and after."""
    number = 0
    for number in range(WARMING):
        get(served.port, path(number), headers())
    runs = []
    for _ in range(RUNS):
        taken, before = [], served.cpu()
        for _ in range(REQUESTS):
            number += 1
            begun = time.perf_counter()
            found, _ = get(served.port, path(number), headers())
            taken.append(time.perf_counter() - begun)
            if found != status:
                raise RuntimeError(f"{path(number)} answered {found} instead of {status}")
        spent = served.cpu() - before
        taken.sort()
        runs.append(Cost(spent / REQUESTS * 1000, REQUESTS / sum(taken), taken[int(REQUESTS * 0.95)] * 1000))
    return Cost(
        *(statistics.median(values) for values in zip(*((r.cpu_ms, r.per_second, r.p95_ms) for r in runs), strict=True))
    )


def etag_of(served: Served, work: Work) -> Headers:
    """The headers of each request; a known ETag is asked for anew, since a body may change with the minute."""

    def headers() -> dict[str, str]:
        return work.headers(etag["now"])

    etag = {"now": get(served.port, work.path(0), {})[1] if work.status == 304 else ""}
    return headers


def statements(app: Flask, work: Work) -> int:
    """How many SQL statements one warm request sends."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(SILENT):
            seen.append(statement)

    client = app.test_client()
    etag = client.get(work.path(0), headers={"Accept-Language": "en"}).headers.get("ETag", "")
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    client.get(work.path(1), headers={"Accept-Language": "en", **work.headers(etag)})
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
