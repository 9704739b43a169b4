"""Alembic, called from the terminal, from the first start and from tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

from app.config import ROOT
from app.kernel.database import writing


def alembic_config(connection: Connection | None = None) -> Config:
    """Where the migrations are: beside the package in a checkout, inside it in a wheel."""
    beside, inside = ROOT / "migrations", Path(__file__).parent / "_migrations"
    config = Config()
    config.set_main_option("script_location", str(beside if beside.is_dir() else inside))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision. Nothing is half done if it fails."""
    _run(engine, lambda config: command.upgrade(config, to))


def downgrade(engine: Engine, to: str) -> None:
    """Take the database back to a revision."""
    _run(engine, lambda config: command.downgrade(config, to))


def _run(engine: Engine, work: Callable[[Config], None]) -> None:
    with writing(engine), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys=OFF")
        work(alembic_config(connection))
        if connection.dialect.name == "sqlite":
            _keys_must_fit(connection)
        connection.commit()
        if connection.dialect.name == "sqlite":
            assert driver is not None
            driver.execute("PRAGMA foreign_keys=ON")


def _keys_must_fit(connection: Connection) -> None:
    if connection.execute(text("PRAGMA foreign_key_check")).first():
        raise RuntimeError("the migration left a foreign key without its row; nothing was changed")


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(alembic_config()).get_heads())
