"""The database as `reliability.md` asks: SQLite that loses nothing acknowledged, one writer at a time, scoped reads."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql import Executable

from app.kernel.models import Protected

S = TypeVar("S", bound=Executable)
PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "mmap_size=0", "journal_size_limit=67108864")
_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Unscoped(RuntimeError):
    """A protected class was read without a scope: always a bug, never shown."""


class WriterLock:
    """One writer at a time in all threads and processes; the kernel releases it even after kill -9."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mutex = threading.Lock()
        self._held: int | None = None

    def acquire(self, timeout: float = 10.0) -> bool:
        """Wait for the turn; raises TimeoutError after `timeout` seconds."""
        until = time.monotonic() + timeout
        if not self._mutex.acquire(timeout=timeout):
            raise TimeoutError("the writer lock was not free")
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    os.close(handle)
                    self._mutex.release()
                    raise TimeoutError("the writer lock was not free") from None
                time.sleep(0.005)
            else:
                self._held = handle
                return True

    def release(self) -> None:
        """Give the turn back."""
        handle, self._held = self._held, None
        if handle is not None:
            os.close(handle)
            self._mutex.release()


_locks: dict[str, WriterLock] = {}


def lock_for(engine: Engine) -> WriterLock | None:
    """The writer lock of a SQLite file, shared by all engines on it; None where the database locks rows itself."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    path = str(Path(engine.url.database).resolve())
    return _locks.setdefault(path, WriterLock(Path(path + ".writer")))


_gates: dict[str, threading.BoundedSemaphore] = {}
AT_ONCE = 4
"""Writers of one process that PostgreSQL sees at once: fewer than the pool holds, so that readers are always served."""


def _gate_for(engine: Engine) -> threading.BoundedSemaphore:
    return _gates.setdefault(str(engine.url), threading.BoundedSemaphore(AT_ONCE))


@contextmanager
def writing(engine: Engine, timeout: float = 10.0) -> Iterator[None]:
    """Transactions begun inside may write: SQLite begins IMMEDIATE, behind the writer lock. PostgreSQL locks rows
    itself; a few writers a process ask it at once, and the others wait here, each without a connection."""
    gate = lock_for(engine) or _gate_for(engine)
    if not gate.acquire(timeout=timeout):
        raise TimeoutError("the turn to write did not come")
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)
        gate.release()


def is_writing() -> bool:
    """Whether transactions begun now may write."""
    return _writing.get()


def set_up(engine: Engine) -> Engine:
    """Hang the settings on an engine: durability and locking for SQLite, time limits for PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgresql_connect)
    return engine


def _sqlite_connect(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # the driver must never send BEGIN itself
    cursor = dbapi.cursor()
    if cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0] not in ("wal", "memory"):
        raise RuntimeError("this SQLite file cannot use WAL; put it on a local disk")
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    may_write = is_writing()
    if connection.info.get("may_write") is not may_write:  # a connection stays as it was until it is told otherwise
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if may_write else 'ON'}")
        connection.info["may_write"] = may_write
    connection.exec_driver_sql("BEGIN IMMEDIATE" if may_write else "BEGIN")


def _postgresql_connect(dbapi: Any, _record: object) -> None:
    with dbapi.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute("SET statement_timeout = '30s'")
        cursor.execute("SET TIME ZONE 'UTC'")
        if cursor.execute("SHOW synchronous_commit").fetchone()[0] == "off":
            raise RuntimeError("synchronous_commit is off: acknowledged work could be lost")
    dbapi.commit()


def scoped(statement: S) -> S:
    """Mark a statement whose WHERE already says who may see what."""
    return statement.execution_options(scoped=True)


def refuse_unscoped(state: ORMExecuteState) -> None:
    """Session hook: a select of a protected class without a scope raises."""
    if (
        not state.is_select
        or state.is_column_load
        or state.is_relationship_load
        or state.execution_options.get("scoped")
    ):
        return
    for mapper in state.all_mappers:
        if issubclass(mapper.class_, Protected):
            raise Unscoped(mapper.class_.__name__)
