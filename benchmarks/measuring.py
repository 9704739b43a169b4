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


Ask = tuple[Served, Callable[[int], str], Headers, int]
"""A server, the address of each request, its headers, and the status that is right."""


def costs(asked: list[Ask]) -> list[Cost]:
    """The cost of each, run by run in turn, so that whatever else the machine does meets all of them alike."""
    numbers = [_warmed(each) for each in asked]
    runs: list[list[Cost]] = [[] for _ in asked]
    for _ in range(RUNS):
        for place, each in enumerate(asked):
            numbers[place], found = _run(each, numbers[place])
            runs[place].append(found)
    return [_median(each) for each in runs]


def _warmed(asked: Ask) -> int:
    served, path, headers, _ = asked
    for number in range(WARMING):
        get(served.port, path(number), headers())
    return WARMING


def _run(asked: Ask, number: int) -> tuple[int, Cost]:
    """Ask one after the other, and read the processes' clocks before and after."""
    served, path, headers, status = asked
    taken, before = [], served.cpu()
    for each in range(number, number + REQUESTS):
        begun = time.perf_counter()
        found, _ = get(served.port, path(each), headers())
        taken.append(time.perf_counter() - begun)
        if found != status:
            raise RuntimeError(f"{path(each)} answered {found} instead of {status}")
    spent = served.cpu() - before
    taken.sort()
    cost = Cost(spent / REQUESTS * 1000, REQUESTS / sum(taken), taken[int(REQUESTS * 0.95)] * 1000)
    return number + REQUESTS, cost


def _median(runs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(run.cpu_ms for run in runs),
        statistics.median(run.per_second for run in runs),
        statistics.median(run.p95_ms for run in runs),
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
