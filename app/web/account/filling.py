"""Which questions of a form can be filled from a profile, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.access.viewer import Viewer
from app.identities.profile import Said
from app.programmes.definition import Definition, Question, QuestionKind

Q = QuestionKind
ALWAYS = frozenset({Q.PERSON, Q.PEOPLE, Q.ORCID, Q.INSTITUTION})


def fillable(definition: Definition, who: Viewer) -> frozenset[str]:
    """The questions at which “Use my profile” stands: for somebody with an account, which is who has a profile."""
    if who.link is not None:
        return frozenset()
    dates, months = _career(definition)
    return frozenset(
        question.key for question in definition.questions if question.kind in ALWAYS or question.key in dates | months
    )


def _career(definition: Definition) -> tuple[set[str], set[str]]:
    """The questions from which career age is counted, and those for the months that are deducted."""
    limits = [limit for side in definition.sides for limit in side.career_limits]
    return {limit.from_question for limit in limits}, {limit.deduct_question for limit in limits}


def filled(definition: Definition, question: Question, said: Said, address: str, standing: Any) -> list[str] | None:
    """What the form would send if the profile were typed into this question; None where the profile says nothing of it.

    `standing` is the answer as it is kept: among several people the own row is renewed, or added at the end.
    """
    own = [said.name, address, said.institution]
    if question.kind is Q.PERSON:
        return own
    if question.kind is Q.PEOPLE:
        return _people(own, standing)
    if question.kind is Q.ORCID:
        return [said.orcid] if said.orcid else None
    if question.kind is Q.INSTITUTION:
        country = standing.get("country", "") if isinstance(standing, dict) else ""
        return [said.institution, country, said.ror] if said.institution else None
    dates, months = _career(definition)
    if question.key in dates:
        return [said.doctoral_on.isoformat()] if said.doctoral_on else None
    return [str(said.deducted)] if question.key in months else None


def _people(own: Sequence[str], standing: Any) -> list[str]:
    rows: list[Mapping[str, str]] = [row for row in standing or () if isinstance(row, dict)]
    sent, is_there = [], False
    for row in rows:
        mine = row.get("email", "").strip().casefold() == own[1].casefold()
        is_there = is_there or mine
        sent += [*own, row.get("rank", "")] if mine else [row.get(part, "") for part in PARTS]
    return sent if is_there else [*sent, *own, ""]


PARTS = ("name", "email", "workplace", "rank")
