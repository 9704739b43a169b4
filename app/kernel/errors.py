"""Refusals are values: the page, the API and the test share one object that says the rule and who can lift it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self


@dataclass(frozen=True)
class Problem:
    """One rule that stands in the way. `message` is an English template for `values`, translated at the door."""

    code: str
    message: str
    field: str | None = None
    holder: str | None = None
    side: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % dict(self.values) if self.values else self.message


class Refusal(Exception):
    """Something was asked that may not be. Nothing has changed."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.code}: {problem}" for problem in self.problems))


class NotFound(Refusal):
    """There is no such thing, or this person may not know that it exists."""


class NotAllowed(Refusal):
    """The person may know the thing, but may not do this to it."""


class Refused(Refusal):
    """The person may do this, but the thing is not in order; `problems` names everything."""

    @classmethod
    def because(
        cls,
        code: str,
        message: str,
        *,
        field: str | None = None,
        holder: str | None = None,
        since: datetime | None = None,
        values: Mapping[str, object] | None = None,
    ) -> Self:
        """Refused for one reason alone."""
        return cls([Problem(code, message, field=field, holder=holder, since=since, values=values or {})])


@dataclass(frozen=True)
class Clash:
    """One text that two people changed: what the slower one typed and what stands now."""

    field: str
    label: str
    yours: str
    theirs: str
    theirs_by: str
    version: int


class Stale(Refusal):
    """The thing changed under the person's hands; both texts are kept for a choice."""

    def __init__(self, clashes: Iterable[Clash] = (), problems: Iterable[Problem] = ()) -> None:
        self.clashes = tuple(clashes)
        super().__init__(problems)
