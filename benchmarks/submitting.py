"""Row b′: what a submit costs beside its floor; and a rush of simultaneous submits before the deadline.

`python -m benchmarks.submitting [sqlite|postgresql] [--rush 300]` prints both and says whether everything was met.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import selectors
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, redirect
from sqlalchemy import create_engine, event, func, insert, select, update
from werkzeug import Response

from app import config, create_app, models
from app.applications.models import Application, Submission
from app.communications.models import Letter
from app.extensions import db
from app.kernel.database import scoped, writing
from app.programmes.models import Call
from app.trail.models import TrailEntry
from app.trail.services import verify
from app.workflow.vocabulary import State
from benchmarks.__main__ import VOLUMES, _database, _mark
from benchmarks.data import build
from benchmarks.ready import Ready, headers, ready
from benchmarks.serving import Served, serve

RATIO, STATEMENTS, GROWTH = 4.0, 16, 1.1
WARMING, RUNS, REQUESTS = 10, 5, 40
CALL, RUSH, THREADS, SOON = "bench-00", 300, 160, 4
SILENT = ("PRAGMA", "BEGIN", "SET", "SHOW", "SELECT pg_advisory")


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a submit, and the 95th percentile in milliseconds."""

    cpu_ms: float
    p95_ms: float


def floor() -> Flask:
    """The barest page that writes the same rows: no rule, no permission, no translation, no history."""
    app = Flask("floor")
    engine = create_engine(os.environ["TANDEM_DATABASE_URL"])
    table = models.metadata.tables

    @app.post("/applications/<uuid:application_id>/submit")
    def submit(application_id: UUID) -> Response:
        at = datetime.now(UTC)
        of = {name: table[name].c.application_id == application_id for name in ("application_side", "answer")}
        with engine.begin() as work:
            found = work.execute(select(table["application"]).where(table["application"].c.id == application_id)).one()
            call = work.execute(select(table["call"]).where(table["call"].c.id == found.call_id)).one()
            sides = work.execute(
                select(table["application_side"], table["person"].c.name, table["email_address"].c.address)
                .join(table["person"], table["person"].c.id == table["application_side"].c.lead_person_id)
                .join(table["email_address"], table["email_address"].c.person_id == table["person"].c.id)
                .where(of["application_side"])
            ).all()
            answers = work.execute(select(table["answer"].c.key, table["answer"].c.value).where(of["answer"])).all()
            years = table["budget_year"]
            budget = work.execute(
                select(years).where(years.c.application_side_id.in_([side.id for side in sides]))
            ).all()
            number = call.last_number + 1
            work.execute(update(table["call"]).where(table["call"].c.id == call.id).values(last_number=number))
            work.execute(
                update(table["application"])
                .where(table["application"].c.id == application_id)
                .values(state="submitted", number=number, reference=f"{call.key}-{number}", submitted_at=at)
            )
            own = next(side for side in sides if side.lead_person_id == found.lead_person_id)
            mine = table["application_side"]
            work.execute(update(mine).where(mine.c.id == own.id).values(confirmed_at=at, confirmed_as=own.name))
            content = {
                "answers": {row.key: row.value for row in answers},
                "sides": [{"key": side.side_key, "name": side.name, "address": side.address} for side in sides],
                "budget": [[row.year, row.amount_minor, row.currency] for row in budget],
            }
            snapshot = json.dumps(content, sort_keys=True)
            sha256 = hashlib.sha256(snapshot.encode()).hexdigest()
            _write(work, table, found, number, at, content, sha256, sides)
        return redirect(f"/applications/{application_id}", 303)

    return app


def _write(  # noqa: PLR0917  # one row of each kind
    work: Any, table: Any, found: Any, number: int, at: datetime, content: Any, sha256: str, sides: Any
) -> None:
    last = work.execute(
        select(table["trail_entry"].c.position, table["trail_entry"].c.mac)
        .where(table["trail_entry"].c.chain == "floor")
        .order_by(table["trail_entry"].c.position.desc())
        .limit(1)
    ).first()
    position = last.position + 1 if last else 1
    step = {"application_id": found.id, "position": 1, "move": "submit", "start": "draft", "end": "submitted"}
    work.execute(insert(table["application_step"]), {**step, "id": uuid4(), "by_name": "", "reason": "", "at": at})
    work.execute(
        insert(table["trail_entry"]),
        {
            "id": uuid4(), "chain": "floor", "position": position, "at": at, "actor": "floor", "verb": "submit",
            "subject": "floor", "payload": {}, "before": last.mac if last else "", "mac": sha256,
        },
    )  # fmt: skip
    work.execute(
        insert(table["submission"]),
        {
            "id": uuid4(), "application_id": found.id, "number": 1, "snapshot": content, "sha256": sha256,
            "submitted_at": at, "submitted_by": found.lead_person_id, "part": "full",
        },
    )  # fmt: skip
    link = uuid4()
    work.execute(
        insert(table["personal_link"]),
        {
            "id": link, "created_at": at, "purpose": "partner", "person_id": sides[0].lead_person_id,
            "sent_to": sides[0].address, "expires_at": at,
        },
    )  # fmt: skip
    work.execute(
        insert(table["letter"]),
        [
            {
                "id": uuid4(), "kind": "receipt", "status": "queued", "dedupe": f"{found.id}:{side.id}",
                "person_id": side.lead_person_id, "link_id": link, "locale": "en", "created_at": at,
                "next_try_at": at, "values": {"number": number, "sha256": sha256}, "attempts": 0, "version": 1,
            }
            for side in sides
        ],
    )  # fmt: skip


def submit(served: Served, path: str, sent: dict[str, str]) -> int:
    """One submit on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
    connection.request("POST", path, f"key={uuid4().hex}", form | sent)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def cost(served: Served, drafts: Sequence[Ready], sent: Callable[[Ready], dict[str, str]]) -> Cost:
    """The median of the runs; each draft is submitted once."""
    waiting, costs = list(drafts), list[Cost]()

    def one() -> None:
        draft = waiting.pop()
        status = submit(served, f"/applications/{draft.application_id}/submit", sent(draft))
        if status != 303:
            raise RuntimeError(f"a submit answered {status}")

    for _ in range(WARMING):
        one()
    for _ in range(RUNS):
        taken, before = [], served.cpu()
        for _ in range(REQUESTS):
            begun = time.perf_counter()
            one()
            taken.append(time.perf_counter() - begun)
        spent = served.cpu() - before
        costs.append(Cost(spent / REQUESTS * 1000, sorted(taken)[int(REQUESTS * 0.95)] * 1000))
    return Cost(statistics.median(run.cpu_ms for run in costs), statistics.median(run.p95_ms for run in costs))


def statements(app: Flask, draft: Ready) -> int:
    """How many SQL statements one warm submit sends."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(SILENT):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    path = f"/applications/{draft.application_id}/submit"
    answer = app.test_client(use_cookies=False).post(path, headers=headers(app, draft.secret), data={"key": "counted"})
    event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 303:
        raise RuntimeError(f"a submit answered {answer.status_code}")
    return len(seen)


def drafts(app: Flask, count: int) -> list[Ready]:
    """So many complete drafts in the first call."""
    with app.app_context(), writing(db.engine):
        call = db.session.scalars(select(Call).where(Call.key == CALL)).one()
        last = select(func.max(Application.number)).where(Application.call_id == call.id)
        call.last_number = db.session.scalar(scoped(last)) or 0
        found = ready(db.session(), call, count, datetime.now(UTC))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return found


# --- A rush --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rush:
    """What became of simultaneous submits: answers by status, seconds until the last, and what the database holds."""

    statuses: dict[int, int]
    drained_s: float
    worst_s: float
    received: int
    versions: int
    deeds: int
    letters: int
    breaks: int


def rush(app: Flask, served: Served, waiting: Sequence[Ready]) -> Rush:
    """Send every submit at once, just before the deadline of the call, and wait for every answer."""
    lines = [_line(served.port, app, draft) for draft in waiting]
    _close_soon(app)
    statuses, taken = _answers(lines)
    ids = [draft.application_id for draft in waiting]
    with app.app_context():
        work = db.session()

        def count(model: type[Any], *conditions: Any) -> int:
            return work.scalar(scoped(select(func.count()).select_from(model).where(*conditions))) or 0

        found = Rush(
            statuses,
            max(taken),
            max(taken),
            count(Application, Application.id.in_(ids), Application.state == State.SUBMITTED),
            count(Submission, Submission.application_id.in_(ids)),
            count(TrailEntry, TrailEntry.verb == "submit-application", TrailEntry.subject_id.in_(ids)),
            count(Letter, Letter.kind == "receipt", Letter.application_id.in_(ids)),
            len([each for each in verify(work).breaks if each.chain != "floor"]),
        )
        db.session.remove()
    return found


def _line(port: int, app: Flask, draft: Ready) -> tuple[socket.socket, bytes]:
    """An open connection, and the bytes that are sent when it starts."""
    line = socket.create_connection(("127.0.0.1", port), timeout=120)
    body = f"key=rush-{draft.secret}"
    sent = {
        "Host": "127.0.0.1", "Connection": "close", "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)), **headers(app, draft.secret),
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return line, f"POST /applications/{draft.application_id}/submit HTTP/1.1\r\n{head}\r\n{body}".encode()


def _close_soon(app: Flask) -> None:
    """The deadline is seconds away: whatever arrives now is in time, whenever its turn to write comes."""
    with app.app_context(), writing(db.engine):
        db.session.execute(
            update(Call).where(Call.key == CALL).values(closes_at=datetime.now(UTC) + timedelta(seconds=SOON))
        )
        db.session.commit()
        db.session.remove()


def _answers(lines: Sequence[tuple[socket.socket, bytes]]) -> tuple[dict[int, int], list[float]]:
    begun, statuses, taken = time.perf_counter(), Counter[int](), list[float]()
    for line, message in lines:
        line.sendall(message)
    with selectors.DefaultSelector() as waits:
        heard: dict[socket.socket, bytes] = {}
        for line, _ in lines:
            line.setblocking(False)
            waits.register(line, selectors.EVENT_READ)
        while waits.get_map():
            for key, _ in waits.select(timeout=120):
                line: socket.socket = key.fileobj  # type: ignore[assignment]  # only sockets are registered
                part = line.recv(65536)
                heard[line] = heard.get(line, b"") + part
                if not part:
                    waits.unregister(line)
                    line.close()
                    statuses[int(heard[line].split(b" ", 2)[1]) if heard[line] else 0] += 1
                    taken.append(time.perf_counter() - begun)
    return dict(statuses), taken


# --- The command ---------------------------------------------------------------------------------------------------


def measure(database: str, volume: int, many: int) -> dict[str, Any]:
    """One row on one database with so many applications in the call; and the rush, where it is asked for."""
    count = WARMING + RUNS * REQUESTS
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder,
        _database(database, Path(folder)) as (url, postmaster),
    ):
        environment = {"TANDEM_INSTANCE": folder, "TANDEM_DATABASE_URL": url, "TANDEM_DEMO": "0"}
        app = create_app(config.read(environment))
        build(app, volume, datetime.now(UTC))
        waiting = drafts(app, 2 * count + many + 2)
        with (
            serve("benchmarks.submitting:floor()", environment, postmaster) as bare,
            serve("app:create_app()", environment, postmaster) as house,
        ):
            least = cost(bare, waiting[:count], lambda _: {})
            found = cost(house, waiting[count : 2 * count], lambda draft: headers(app, draft.secret))
        statements(app, waiting[-1])
        asked = statements(app, waiting[-2])
        ratio = found.cpu_ms / least.cpu_ms
        is_met = ratio <= RATIO and asked <= STATEMENTS
        print(
            f"b′  submit, {database}, {volume:,} applications: {found.cpu_ms:.2f} ms CPU, floor {least.cpu_ms:.2f}, "
            f"ratio {ratio:.2f} (at most {RATIO}), {asked} statements (at most {STATEMENTS}), "
            f"p95 {found.p95_ms:.0f} ms   {_mark(is_met)}"
        )
        result = {
            "row": "b′", "label": "submit", "database": database, "applications": volume, "house": asdict(found),
            "floor": asdict(least), "ratio": round(ratio, 3), "statements": asked, "is_met": is_met,
        }  # fmt: skip
        if many:
            with serve("app:create_app()", environment, postmaster, threads=THREADS) as house:
                told = rush(app, house, waiting[2 * count : 2 * count + many])
            is_whole = told.statuses == {303: many} and (
                told.received, told.versions, told.deeds, told.letters, told.breaks
            ) == (many, many, many, 2 * many, 0)  # fmt: skip
            print(
                f"    rush of {many}, {database}: answers {told.statuses}, the last after {told.drained_s:.1f} s; "
                f"{told.received} received, {told.versions} versions, {told.deeds} deeds, {told.letters} letters, "
                f"{told.breaks} breaks in the trail   {_mark(is_whole)}"
            )
            result |= {"rush": asdict(told), "is_met": is_met and is_whole}
    return result


def all_of(databases: Sequence[str], many: int, *, is_small: bool = False) -> list[dict[str, Any]]:
    """Both volumes on each database; the growth between them, and the rush with the smaller one."""
    results = []
    for database in databases:
        if is_small:
            results.append(measure(database, VOLUMES[0], many))
            continue
        small, large = (measure(database, volume, many if volume == VOLUMES[0] else 0) for volume in VOLUMES)
        growth = large["house"]["cpu_ms"] / small["house"]["cpu_ms"]
        large["growth"], large["is_met"] = round(growth, 3), large["is_met"] and growth <= GROWTH
        print(
            f"    growth from {VOLUMES[0]:,} to {VOLUMES[1]:,}: {growth:.2f} (at most {GROWTH})   {_mark(growth <= GROWTH)}"
        )
        results += [small, large]
    return results


def main() -> int:
    """The exit code says whether everything was met."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("database", nargs="*", default=["sqlite", "postgresql"])
    asked.add_argument("--rush", type=int, default=RUSH)
    asked.add_argument("--small", action="store_true", help="the smaller volume alone, without the growth")
    chosen = asked.parse_args()
    return 0 if all(result["is_met"] for result in all_of(chosen.database, chosen.rush, is_small=chosen.small)) else 1


if __name__ == "__main__":
    sys.exit(main())
