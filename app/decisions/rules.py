"""The joint decision models: from the verdicts of the sides to a proposal. The decision itself is made by people."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol, TypeVar

from app.kernel.words import N_
from app.programmes.definition.vocabulary import TieRule

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


@dataclass(frozen=True)
class Judged:
    """What the panels made of one application, by the key of the panel; a panel without a result is absent.

    `grades` are oriented: 0 the worst, 1 the best of their scale. `below` names thresholds that were not reached.
    """

    ranks: Mapping[str, int] = field(default_factory=dict, hash=False)
    grades: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    area: str = ""
    below: tuple[str, ...] = ()
    tie_grade: Fraction | None = None
    had_grant: bool = False
    spread: Fraction | None = None


@dataclass(frozen=True)
class JointRule:
    """The joint rule as a call declares it. `panels` are those whose results count, each with its side's weight.

    `absent` names, by application, the sides that stay away from it: nothing is awaited of them. `panel_sides` are
    the sides of the panels, as far as a panel belongs to one.
    """

    panels: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    lead: str = ""
    vetoes: frozenset[str] = frozenset()
    quotas: Mapping[str, int] = field(default_factory=dict, hash=False)
    first: tuple[TieRule, ...] = ()
    ties: tuple[TieRule, ...] = ()
    committee: str = ""
    absent: Mapping[Hashable, frozenset[str]] = field(default_factory=dict, hash=False)
    panel_sides: Mapping[str, str] = field(default_factory=dict, hash=False)

    def present(self, application: Hashable, sides: Mapping[str, str]) -> dict[str, str]:
        """The sides that take part in an application."""
        away = self.absent.get(application, frozenset())
        return {side: name for side, name in sides.items() if side not in away}

    def within(self, application: Hashable) -> JointRule:
        """The same rule without the panels of sides that stay away from this application."""
        away = self.absent.get(application, frozenset())
        if not away:
            return self
        panels = {key: weight for key, weight in self.panels.items() if self.panel_sides.get(key) not in away}
        return replace(self, panels=panels, vetoes=self.vetoes - away)


class Model(Protocol):
    """A joint decision model: verdicts and panel results by application, names by side, and the ceiling of the call."""

    def __call__(
        self,
        verdicts: Mapping[Key, Iterable[SideVerdict]],
        sides: Mapping[str, str],
        max_awards: int | None,
        rule: JointRule,
        judged: Mapping[Key, Judged],
        /,
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
    verdicts: Mapping[Key, Iterable[SideVerdict]],
    sides: Mapping[str, str],
    max_awards: int | None,
    rule: JointRule,
    judged: Mapping[Key, Judged],
) -> dict[Key, Proposal]:
    """Every side must recommend, however many there are; one that does not is enough to decline.

    The ceiling changes nothing here: which of too many to leave out is for the meeting (see `over_ceiling`).
    """
    return {
        application: _all_of(_by_side(said, sides), rule.present(application, sides))
        for application, said in verdicts.items()
    }


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


def lead_agency(
    verdicts: Mapping[Key, Iterable[SideVerdict]],
    sides: Mapping[str, str],
    max_awards: int | None,
    rule: JointRule,
    judged: Mapping[Key, Judged],
) -> dict[Key, Proposal]:
    """The leading side's verdict decides; the other sides endorse it, and a veto of one of them declines."""
    speaking = {side: name for side, name in sides.items() if side == rule.lead or side in rule.vetoes}
    return {
        application: _all_of(_by_side(said, sides), rule.present(application, speaking))
        for application, said in verdicts.items()
    }


Order = Callable[[JointRule, Judged], Fraction | None]
"""The number by which a model orders applications, the smallest first; None where a result is missing."""


def _by_committee(rule: JointRule, case: Judged) -> Fraction | None:
    rank = case.ranks.get(rule.committee)
    return None if rank is None else Fraction(rank)


def _by_joint_panel(rule: JointRule, case: Judged) -> Fraction | None:
    """The panel that all sides share; where there are several, the committee among them."""
    key = rule.committee or next(iter(rule.panels), "")
    return None if key not in case.ranks else Fraction(case.ranks[key])


def _ranks(rule: JointRule, case: Judged) -> list[tuple[Fraction, Fraction]] | None:
    if not rule.panels or any(panel not in case.ranks for panel in rule.panels):
        return None
    return [(Fraction(case.ranks[panel]), weight) for panel, weight in rule.panels.items()]


def _grades(rule: JointRule, case: Judged) -> list[tuple[Fraction, Fraction]] | None:
    if not rule.panels or any(panel not in case.grades for panel in rule.panels):
        return None
    return [(case.grades[panel], weight) for panel, weight in rule.panels.items()]


def _mean(pairs: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    weights = sum((weight for _, weight in pairs), Fraction(0))
    return sum((value * weight for value, weight in pairs), Fraction(0)) / weights if weights else None


def _rank_sum(rule: JointRule, case: Judged) -> Fraction | None:
    """By the mean of the ranks: the order of their sum, also where a side with its panel stays away."""
    pairs = _ranks(rule, case)
    return None if pairs is None else sum((rank for rank, _ in pairs), Fraction(0)) / len(pairs)


def _weighted_mean_rank(rule: JointRule, case: Judged) -> Fraction | None:
    pairs = _ranks(rule, case)
    return None if pairs is None else _mean(pairs)


def _worst_rank(rule: JointRule, case: Judged) -> Fraction | None:
    pairs = _ranks(rule, case)
    return None if pairs is None else max(rank for rank, _ in pairs)


def _oriented_mean(rule: JointRule, case: Judged) -> Fraction | None:
    pairs = _grades(rule, case)
    mean = None if pairs is None else _mean(pairs)
    return None if mean is None else 1 - mean


def _oriented_worst(rule: JointRule, case: Judged) -> Fraction | None:
    pairs = _grades(rule, case)
    return None if pairs is None else 1 - min(grade for grade, _ in pairs)


def _tie_key(ties: tuple[TieRule, ...], case: Judged) -> tuple[Fraction, ...]:
    """What comes first by these rules, where they can be computed; the chair and the lots are people's."""
    keys = {
        TieRule.CRITERION: -(case.tie_grade if case.tie_grade is not None else Fraction(-1)),
        TieRule.NO_EARLIER_GRANT: Fraction(case.had_grant),
        TieRule.SMALLER_SPREAD: case.spread if case.spread is not None else Fraction(10**6),
    }
    return tuple(keys[tie] for tie in ties if tie in keys)


def _in_order(order: Order) -> Model:
    """A model that awards from the top of one order, as far as the ceiling and the quotas go."""

    def model(
        verdicts: Mapping[Key, Iterable[SideVerdict]],
        sides: Mapping[str, str],
        max_awards: int | None,
        rule: JointRule,
        judged: Mapping[Key, Judged],
    ) -> dict[Key, Proposal]:
        proposals = {
            key: _not_ranked(_by_side(said, sides), sides, rule.within(key), judged.get(key))
            for key, said in verdicts.items()
        }
        placed: dict[tuple[Fraction, ...], list[Key]] = {}
        for key, proposal in proposals.items():
            value = order(rule.within(key), judged[key]) if proposal is None else None
            if value is not None:
                case = judged[key]
                place = (*_tie_key(rule.first, case), value, *_tie_key(rule.ties, case))
                placed.setdefault(place, []).append(key)
            elif proposal is None:
                proposals[key] = _plain(
                    ProposedOutcome.AWAITING, "rank_awaited", N_("Not every panel has a result yet.")
                )
        for key, proposal in _from_the_top(placed, max_awards, rule, judged).items():
            proposals[key] = proposal
        return {key: proposal for key, proposal in proposals.items() if proposal is not None}

    return model


def _not_ranked(
    said: Mapping[str, bool | None], sides: Mapping[str, str], rule: JointRule, case: Judged | None
) -> Proposal | None:
    """Why an application takes no part in the order: a veto, a threshold, a result that is not there."""
    vetoes = {side: name for side, name in sides.items() if side in rule.vetoes}
    if vetoes and any(said.get(side) is not True for side in vetoes):
        return _all_of({side: word for side, word in said.items() if side in vetoes}, vetoes)
    if case is not None and case.below:
        message = N_("Below the threshold: %(below)s.")
        return Proposal(ProposedOutcome.DECLINE, "below_threshold", message, {"below": ", ".join(case.below)})
    if case is None:
        return _plain(ProposedOutcome.AWAITING, "rank_awaited", N_("Not every panel has a result yet."))
    return None


def _from_the_top(
    placed: Mapping[tuple[Fraction, ...], list[Key]],
    max_awards: int | None,
    rule: JointRule,
    judged: Mapping[Key, Judged],
) -> dict[Key, Proposal]:
    """Award from the best down. Equals that do not all fit stay open: people break what the rule does not."""
    proposals: dict[Key, Proposal] = {}
    awarded, by_area = 0, dict.fromkeys(rule.quotas, 0)
    for place, value in enumerate(sorted(placed), start=1):
        free = {key for key in placed[value] if _has_room(rule, judged[key], by_area)}
        wanted = [key for key in placed[value] if key in free]
        for key in placed[value]:
            if key not in free:
                message = N_("Place %(place)s: the quota of its area is used.")
                proposals[key] = _placed(ProposedOutcome.DECLINE, "quota_used", message, place)
        room = len(wanted) if max_awards is None else max_awards - awarded
        if len(wanted) > max(0, room) > 0 or not _all_fit(rule, judged, wanted, by_area):
            for key in wanted:
                message = N_("Place %(place)s: equal with others at the line. People decide, and write why.")
                proposals[key] = _placed(ProposedOutcome.AWAITING, "tie_at_line", message, place)
            awarded = max_awards if max_awards is not None else awarded
            continue
        for key in wanted:
            if room > 0:
                awarded += 1
                if judged[key].area in by_area:
                    by_area[judged[key].area] += 1
                proposals[key] = _placed(
                    ProposedOutcome.AWARD, "above_line", N_("Place %(place)s: above the line."), place
                )
            else:
                proposals[key] = _placed(
                    ProposedOutcome.DECLINE, "below_line", N_("Place %(place)s: below the line."), place
                )
    return proposals


def _has_room(rule: JointRule, case: Judged, by_area: Mapping[str, int]) -> bool:
    return case.area not in rule.quotas or by_area[case.area] < rule.quotas[case.area]


def _all_fit(rule: JointRule, judged: Mapping[Key, Judged], wanted: list[Key], by_area: Mapping[str, int]) -> bool:
    needed: dict[str, int] = {}
    for key in wanted:
        needed[judged[key].area] = needed.get(judged[key].area, 0) + 1
    return all(by_area[area] + count <= rule.quotas[area] for area, count in needed.items() if area in rule.quotas)


def _plain(outcome: ProposedOutcome, code: str, message: str) -> Proposal:
    return Proposal(outcome, code, message, {})


def _placed(outcome: ProposedOutcome, code: str, message: str, place: int) -> Proposal:
    return Proposal(outcome, code, message, {"place": str(place)})


MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "both_recommend": both_recommend,
        "lead_agency": lead_agency,
        "own_first_then_joint_panel": _in_order(_by_committee),
        "joint_panel": _in_order(_by_joint_panel),
        "study_section_then_committee": _in_order(_by_committee),
        "rank_sum": _in_order(_rank_sum),
        "weighted_mean_rank": _in_order(_weighted_mean_rank),
        "worst_rank": _in_order(_worst_rank),
        "oriented_mean": _in_order(_oriented_mean),
        "oriented_worst": _in_order(_oriented_worst),
    }
)
"""Every model that a declaration may name."""


def propose(  # noqa: PLR0917  # the joint rule knows all of these
    model: str,
    verdicts_by_application: Mapping[Key, Iterable[SideVerdict]],
    sides: Mapping[str, str],
    max_awards: int | None = None,
    rule: JointRule | None = None,
    judged: Mapping[Key, Judged] | None = None,
) -> dict[Key, Proposal]:
    """A proposal for every application. `sides` are the call's sides in its order: key to the name people read.

    Raises ValueError for an unknown model, a call without sides, a strange side or a side that speaks twice.
    """
    if model not in MODELS:
        raise ValueError(f"there is no joint decision model {model!r}")
    if not sides:
        raise ValueError("a call without sides decides nothing")
    return MODELS[model](verdicts_by_application, sides, max_awards, rule or JointRule(), judged or {})


def over_ceiling(proposals: Mapping[Key, Proposal], max_awards: int | None) -> int:
    """How many proposed awards are above what the call can give; a ceiling, not a target, so never below 0."""
    proposed = sum(proposal.outcome is ProposedOutcome.AWARD for proposal in proposals.values())
    return 0 if max_awards is None else max(0, proposed - max_awards)
