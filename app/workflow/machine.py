"""A typed table of rows and the functions that walk it: what is offered, and one step. Generic over its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from app.kernel.actors import Acting
from app.kernel.errors import NotAllowed, Problem, Refused
from app.kernel.words import N_

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)
F = TypeVar("F")

Guard = Callable[[F], Problem | None]

CONFLICT = Problem(
    "conflict",
    N_("You have declared, or are known to have, a conflict of interest. Somebody else handles this application."),
    holder="coordinator",
)


@dataclass(frozen=True)
class Row(Generic[S, M, F]):
    """One arrow: who may take it, from where, where it ends (a state, or a function of the facts), and what follows."""

    move: M
    start: frozenset[S]
    end: S | Callable[[F], S]
    by: frozenset[StrEnum]
    ends: frozenset[S] = frozenset()
    when: tuple[Guard[F], ...] = ()
    then: tuple[StrEnum, ...] = ()
    only: frozenset[StrEnum] = frozenset()
    without: frozenset[StrEnum] = frozenset()
    needs_reason: bool = False

    def applies(self, stages: Collection[StrEnum]) -> bool:
        """Whether a call with these stages has this row."""
        return self.only <= set(stages) and self.without.isdisjoint(stages)

    def reachable(self) -> frozenset[S]:
        """Every state in which this row can end."""
        return self.ends or frozenset({self._fixed()})

    def _fixed(self) -> S:
        if callable(self.end):
            raise ValueError(f"{self.move}: a computed end must list its ends")
        return self.end

    def end_for(self, facts: F) -> S:
        """The state in which this row ends, given the facts."""
        return self.end(facts) if callable(self.end) else self.end


@dataclass(frozen=True)
class Offer(Generic[M]):
    """A move that this person would be the right one for: open, or greyed with its problems."""

    move: M
    problems: tuple[Problem, ...]
    needs_reason: bool

    @property
    def is_open(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Step(Generic[S, M]):
    """One step taken: from, to, and what must follow."""

    move: M
    start: S
    end: S
    effects: tuple[StrEnum, ...]


@dataclass(frozen=True)
class Machine(Generic[S, M, F]):
    """A table that can be walked. `shut` is the hat that closes every row.

    `belongs` names, for a state that not every call knows, the stages that bring it along.
    """

    rows: tuple[Row[S, M, F], ...]
    shut: StrEnum
    belongs: Mapping[S, frozenset[StrEnum]] = field(default_factory=dict, hash=False)

    def ends_of(self, row: Row[S, M, F], stages: Collection[StrEnum]) -> frozenset[S]:
        """Every state in which a row can end in a call with these stages."""
        return frozenset(end for end in row.reachable() if self.belongs.get(end, frozenset()) <= set(stages))

    def rows_from(self, state: S, stages: Collection[StrEnum]) -> Iterator[Row[S, M, F]]:
        """The rows that leave a state in a call with these stages."""
        return (row for row in self.rows if state in row.start and row.applies(stages))

    def offers(self, state: S, by: Acting, facts: F, stages: Collection[StrEnum]) -> tuple[Offer[M], ...]:
        """What this person may do now; moves of other people are not listed. A closed hat is offered nothing."""
        if self.shut in by.hats:
            return ()
        return tuple(
            Offer(row.move, _problems(row, facts), row.needs_reason)
            for row in self.rows_from(state, stages)
            if not row.by.isdisjoint(by.hats)
        )

    def step(  # noqa: PLR0917  # the five things a step is made of, and its reason
        self, state: S, move: M, by: Acting, facts: F, stages: Collection[StrEnum], reason: str = ""
    ) -> Step[S, M]:
        """Take one move. Raises NotAllowed (no row, not yours, conflict) or Refused (guards, missing reason)."""
        if self.shut in by.hats:
            raise NotAllowed([CONFLICT])
        row = next((row for row in self.rows_from(state, stages) if row.move == move), None)
        if row is None:
            raise NotAllowed([no_such_move(state, move)])
        if row.by.isdisjoint(by.hats):
            raise NotAllowed([not_yours(row)])
        problems = _problems(row, facts)
        if row.needs_reason and not reason.strip():
            problems += (Problem("reason_missing", N_("Write the reason; it is kept with the step."), field="reason"),)
        if problems:
            raise Refused(problems)
        return Step(row.move, state, row.end_for(facts), row.then)


def _problems(row: Row[S, M, F], facts: F) -> tuple[Problem, ...]:
    return tuple(problem for guard in row.when if (problem := guard(facts)) is not None)


def no_such_move(state: StrEnum, move: StrEnum) -> Problem:
    """The state has moved on, or never allowed this."""
    return Problem(
        "no_such_move",
        N_("This step cannot be taken now: the application has already moved on. Load the page again."),
        values={"state": state.value, "move": move.value},
    )


def not_yours(row: Row[S, M, F]) -> Problem:
    """Somebody else's move."""
    return Problem("not_yours", N_("This step belongs to somebody else."), holder=", ".join(sorted(row.by)))
