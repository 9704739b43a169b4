"""Runs migrations on a connection that the caller gives, or on the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, text

from app import config, models
from app.kernel.database import set_up, writing


def plain_type(kind: str, thing: object, _context: object) -> str | bool:
    """Own types are written into migrations as what they are in the database: migrations never import the app."""
    if kind != "type":
        return False
    names = {"UtcDateTime": "sa.DateTime(timezone=True)", "JSONText": "sa.Text()", "Enum": "sa.String(length=32)"}
    return names.get(type(thing).__name__, False)


def run(connection: Connection) -> None:
    """Migrate in one transaction; SQLite's foreign keys rest meanwhile and are checked afterwards."""
    context.configure(
        connection=connection,
        target_metadata=models.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        compare_server_default=True,
        render_item=plain_type,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = set_up(create_engine(config.read().database_url))
    with writing(engine), engine.connect() as opened:
        if opened.dialect.name == "sqlite":
            opened.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        run(opened)
        opened.commit()
        if opened.dialect.name == "sqlite" and opened.execute(text("PRAGMA foreign_key_check")).first():
            raise SystemExit("the migration left a foreign key without its row")
