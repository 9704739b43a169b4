"""What every table stands on: one base, names of constraints, and column types that refuse what would be wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, Enum, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Stored in UTC, returned aware; a naive one raises, because SQLite would lose its zone silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JSONText(TypeDecorator[Any]):
    """A JSON value kept as text with sorted keys, so that its hash is the same on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def word_of(enum: type[StrEnum]) -> TypeEngine[Any]:
    """A column type for an enum: its values as short text. The CHECK is written by the table, named after the column."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda kinds: [k.value for k in kinds],
    )


def one_of(column: str, enum: type[StrEnum]) -> str:
    """The text of a CHECK that keeps a column within an enum."""
    return f"{column} IN ({', '.join(repr(word.value) for word in enum)})"


class Base(DeclarativeBase):
    """The base of all tables. Plain SQLAlchemy: the domain does not know Flask."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime(), UUID: Uuid(), str: Text()},
    )


class Identified:
    """A random 128-bit id: it betrays neither order nor time."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class Stamped:
    """When the row was made, in UTC."""

    created_at: Mapped[datetime]


class Protected:
    """A class whose rows may not be read without a scope; see `app.kernel.database.refuse_unscoped`."""
