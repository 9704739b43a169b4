"""The joint decision models: from the verdicts of the sides to a proposal. The decision itself is made by people."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeVar

from app.kernel.words import N_

Key = TypeVar("Key", bound=Hashable)


class Outcome(StrEnum):
    """What the sides decide together."""

    AWARD = "award"
    RESERVE = "reserve"
    DECLINE = "decline"


class ProposedOutcome(StrEnum):
    """What a model proposes; awaiting as long as a missing verdict can still turn it."""

    AWARD = "award"
    DECLINE = "decline"
    AWAITING = "awaiting"


@dataclass(frozen=True)
class SideVerdict:
    """What one side says of one application; `recommend` is None as long as it has not spoken."""

    side: str
    recommend: bool | None
    reasons: str = ""


@dataclass(frozen=True)
class Proposal:
    """What the model makes of the verdicts, and why.

    The tuples hold the keys of the sides in the call's order. `message` is a template for `values`, which hold the
    names of the same sides as plain strings, joined by commas: `recommending`, `against`, `awaited`.
    """

    outcome: ProposedOutcome
    code: str
    message: str
    values: Mapping[str, str] = field(hash=False)
    recommending: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()


class Model(Protocol):
    """A joint decision model: verdicts by application, names by side, and the ceiling of the call."""

    def __call__(
        self, verdicts: Mapping[Key, Iterable[SideVerdict]], sides: Mapping[str, str], max_awards: int | None, /
    ) -> dict[Key, Proposal]: ...


# By what there is: sides that recommend, that do not, and that are awaited.
_SAID = {
    (True, False, False): N_("Recommended by %(recommending)s."),
    (True, True, False): N_("Recommended by %(recommending)s, not by %(against)s."),
    (False, True, False): N_("Not recommended by %(against)s."),
    (True, False, True): N_("Recommended by %(recommending)s, awaiting %(awaited)s."),
    (False, False, True): N_("Awaiting %(awaited)s."),
    (True, True, True): N_("Recommended by %(recommending)s, not by %(against)s. %(awaited)s cannot turn this."),
    (False, True, True): N_("Not recommended by %(against)s. %(awaited)s cannot turn this."),
}
_CODES = {
    ProposedOutcome.AWARD: "all_recommend",
    ProposedOutcome.DECLINE: "not_all_recommend",
    ProposedOutcome.AWAITING: "verdict_awaited",
}


def both_recommend(
    verdicts: Mapping[Key, Iterable[SideVerdict]], sides: Mapping[str, str], max_awards: int | None = None
) -> dict[Key, Proposal]:
    """Every side must recommend, however many there are; one that does not is enough to decline.

    The ceiling changes nothing here: which of too many to leave out is for the meeting (see `over_ceiling`).
    """
    return {application: _all_of(_by_side(said, sides), sides) for application, said in verdicts.items()}


def _by_side(verdicts: Iterable[SideVerdict], sides: Mapping[str, str]) -> dict[str, bool | None]:
    said: dict[str, bool | None] = {}
    for verdict in verdicts:
        if verdict.side not in sides or verdict.side in said:
            raise ValueError(f"side {verdict.side} is not in the call, or has spoken already")
        said[verdict.side] = verdict.recommend
    return said


def _all_of(said: Mapping[str, bool | None], sides: Mapping[str, str]) -> Proposal:
    groups = {
        name: tuple(side for side in sides if said.get(side) is word)
        for name, word in (("recommending", True), ("against", False), ("awaited", None))
    }
    outcome = ProposedOutcome.AWARD
    if groups["against"]:
        outcome = ProposedOutcome.DECLINE
    elif groups["awaited"]:
        outcome = ProposedOutcome.AWAITING
    message = _SAID[bool(groups["recommending"]), bool(groups["against"]), bool(groups["awaited"])]
    values = {name: ", ".join(sides[side] for side in keys) for name, keys in groups.items()}
    return Proposal(outcome, _CODES[outcome], message, values, **groups)


MODELS: Mapping[str, Model] = MappingProxyType({"both_recommend": both_recommend})
"""Every model that a declaration may name."""


def propose(
    model: str,
    verdicts_by_application: Mapping[Key, Iterable[SideVerdict]],
    sides: Mapping[str, str],
    max_awards: int | None = None,
) -> dict[Key, Proposal]:
    """A proposal for every application. `sides` are the call's sides in its order: key to the name people read.

    Raises ValueError for an unknown model, a call without sides, a strange side or a side that speaks twice.
    """
    if model not in MODELS:
        raise ValueError(f"there is no joint decision model {model!r}")
    if not sides:
        raise ValueError("a call without sides decides nothing")
    return MODELS[model](verdicts_by_application, sides, max_awards)


def over_ceiling(proposals: Mapping[Key, Proposal], max_awards: int | None) -> int:
    """How many proposed awards are above what the call can give; a ceiling, not a target, so never below 0."""
    proposed = sum(proposal.outcome is ProposedOutcome.AWARD for proposal in proposals.values())
    return 0 if max_awards is None else max(0, proposed - max_awards)
