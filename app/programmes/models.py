"""Programmes and calls. What a call is stands in its declaration; the columns are what lists and locks need."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, JSONText, Stamped, one_of, word_of


class CallState(StrEnum):
    """Where a call stands; open and closed follow from the clock."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    DECIDED = "decided"


class Programme(Identified, Base):
    """A lasting cooperation of institutions, under which calls are opened."""

    __tablename__ = "programme"

    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[Any] = mapped_column(JSONText)


class Call(Identified, Stamped, Base):
    """One dated opening of a programme."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(one_of("state", CallState), name="state"),
        CheckConstraint("(state <> 'announced') OR (announced_at IS NOT NULL)", name="announced_at_kept"),
        CheckConstraint("(state <> 'announced') OR (closes_at IS NOT NULL)", name="closes_at_known"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    state: Mapped[CallState] = mapped_column(word_of(CallState))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    visible_at: Mapped[datetime | None]
    forecast_at: Mapped[datetime | None]
    outline_closes_at: Mapped[datetime | None]
    last_number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CallVersion(Identified, Stamped, Base):
    """A declaration as it stood; applications, reviews and letters keep the one they were made under."""

    __tablename__ = "call_version"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    number: Mapped[int]
    data: Mapped[Any] = mapped_column(JSONText)
    sha256: Mapped[str]


class WorkingCopy(Identified, Base):
    """A declaration while it is edited: it may be unfinished or wrong. One a call; kept until it is taken or dropped."""

    __tablename__ = "working_copy"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), unique=True)
    base_number: Mapped[int]
    data: Mapped[Any] = mapped_column(JSONText)
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None]
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Agreement(Identified, Base):
    """A side's coordinator agrees to a declaration: to publishing it, or to a change. It names the very text."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("call_id", "sha256", "side_key"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    sha256: Mapped[str]
    side_key: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
