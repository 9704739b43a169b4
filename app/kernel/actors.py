"""Who acts, and as what. Computed once at the door by `app.access` and handed on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True)
class Acting:
    """A person with the hats worn towards one thing; `sides` are the funding sides the hats belong to."""

    person_id: UUID | None
    name: str
    hats: frozenset[StrEnum]
    sides: frozenset[str] = frozenset()
    link_id: UUID | None = None
    deed: str = ""
