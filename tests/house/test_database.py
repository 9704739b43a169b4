"""The database: migrations and models agree, CHECKs among it; it goes down as well as up; settings are the safe ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect
from sqlalchemy.dialects import postgresql, sqlite

from app import migrate, models
from app.kernel.database import Unscoped, set_up, writing
from app.kernel.models import Protected


def test_models_and_migrations_agree(database: str) -> None:
    engine = set_up(create_engine(database))
    with writing(engine), engine.connect() as connection:
        command.check(migrate.alembic_config(connection))
    engine.dispose()


def _plain(text: str) -> str:
    text = re.sub(r"::\w+( \w+)?(\[\])?", "", text)
    text = re.sub(r"\(?\(?(\w+|\"\w+\")\)? = ANY \(\(?ARRAY\[(.*?)\]\)?\)\)?", r"\1 IN (\2)", text)
    return re.sub(r"[\s()\"]+", "", text).replace("!=", "<>").lower()


def test_every_check_of_the_models_is_in_the_database(database: str) -> None:
    engine = set_up(create_engine(database))
    dialect = sqlite.dialect() if engine.dialect.name == "sqlite" else postgresql.dialect()
    with engine.connect() as connection:
        for table in models.metadata.sorted_tables:
            there = {c["name"]: _plain(c["sqltext"]) for c in inspect(connection).get_check_constraints(table.name)}
            wanted = {
                str(c.name): _plain(str(c.sqltext.compile(dialect=dialect)))
                for c in table.constraints
                if isinstance(c, CheckConstraint)
            }
            assert set(there) == set(wanted), table.name
            if engine.dialect.name == "sqlite":
                assert there == wanted, table.name
    engine.dispose()


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_migrations_go_down_and_up_again(database: str) -> None:
    engine = set_up(create_engine(database))
    migrate.downgrade(engine, "base")
    with engine.connect() as connection:
        assert _tables(connection) == set()
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert _tables(connection) == {table.name for table in models.metadata.sorted_tables}
    assert migrate.is_current(engine)
    engine.dispose()


def test_sqlite_is_set_to_lose_nothing(sqlite_template: Path) -> None:
    engine = set_up(create_engine(f"sqlite:///{sqlite_template}"))
    held = [engine.connect() for _ in range(4)]
    for connection in held:
        asked = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        connection.close()
    engine.dispose()


def test_a_reading_transaction_cannot_write(sqlite_template: Path) -> None:
    engine = set_up(create_engine(f"sqlite:///{sqlite_template}"))
    with engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM person")
    engine.dispose()


def test_protected_classes_cannot_be_read_without_a_scope(session: object) -> None:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)
    for mapper in models.Base.registry.mappers:
        if issubclass(mapper.class_, Protected):
            with pytest.raises(Unscoped):
                session.execute(select(mapper.class_))
