"""The trail's one table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, JSONText


class TrailEntry(Identified, Base):
    """One deed. Triggers refuse UPDATE and DELETE; `mac` covers every column and the entry before."""

    __tablename__ = "trail_entry"
    __table_args__ = (UniqueConstraint("chain", "position"),)

    chain: Mapped[str] = mapped_column(index=True)
    position: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    payload: Mapped[Any] = mapped_column(JSONText)
    before: Mapped[str]
    mac: Mapped[str]
