"""One measurement: CPU time per request, requests a second, the slow end, and SQL statements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event

from app.extensions import db
from benchmarks.rows import SECRET, Work
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


Body = Callable[[int], dict[str, str]] | None
Ask = tuple[Served, Callable[[int], str], Headers, int, Body]
"""A server, the address of each request, its headers, the status that is right, and what is posted."""


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
    served, path, headers, _, body = asked
    for number in range(WARMING):
        get(served.port, path(number), headers(), body(number) if body else None)
    return WARMING


def _run(asked: Ask, number: int) -> tuple[int, Cost]:
    """Ask one after the other, and read the processes' clocks before and after."""
    served, path, headers, status, body = asked
    taken, before = [], served.cpu()
    for each in range(number, number + REQUESTS):
        begun = time.perf_counter()
        found, _ = get(served.port, path(each), headers(), body(each) if body else None)
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


def headers_of(app: Flask, served: Served, work: Work) -> Headers:
    """The headers of each request; a known ETag is asked for anew, since a body may change with the minute."""
    ours = _signed_in(app) if work.is_ours else {}

    def headers() -> dict[str, str]:
        return work.headers(etag["now"]) | ours

    etag = {"now": get(served.port, work.path(0), {})[1] if work.status == 304 else ""}
    return headers


def _signed_in(app: Flask) -> dict[str, str]:
    """The cookie and the key of the applicant's browser."""
    raw = "0" * 40
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    kept = signer.dumps({"_user_id": SECRET.hex, "_fresh": True, "csrf_token": raw})
    key = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw)
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={kept}", "X-CSRFToken": str(key)}


def statements(app: Flask, work: Work) -> int:
    """How many SQL statements one warm request sends, after all that were measured."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(SILENT):
            seen.append(statement)

    client, after = app.test_client(use_cookies=False), WARMING + RUNS * REQUESTS
    ours = {"Accept-Language": "en"} | (_signed_in(app) if work.is_ours else {})

    def ask(number: int, headers: dict[str, str]) -> str:
        data = work.body(number) if work.body else None
        answer = client.open(work.path(number), method="POST" if work.body else "GET", headers=headers, data=data)
        if answer.status_code != work.status and number > after:
            raise RuntimeError(f"{work.path(number)} answered {answer.status_code} instead of {work.status}")
        return answer.headers.get("ETag", "")

    etag = ask(after, ours)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    ask(after + 1, ours | work.headers(etag))
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
