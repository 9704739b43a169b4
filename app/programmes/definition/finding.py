"""One thing that the look before the start has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.kernel.errors import Problem


@dataclass(frozen=True)
class Finding:
    """One thing to see to. `blocks` tells whether it keeps the call from being published. `message` is English."""

    key_path: str
    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    blocks: bool = True

    def __str__(self) -> str:
        return self.message % dict(self.values) if self.values else self.message

    @property
    def problem(self) -> Problem:
        """The same as a Problem, for a refusal to publish."""
        return Problem(self.code, self.message, field=self.key_path, values=self.values)
