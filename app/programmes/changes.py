"""What may still be changed of a running call. Pure.

The rule, criteria, scales and caps are fixed at opening, the form at the first draft; texts, extensions and optional
questions stay possible. Applications keep the version they were made under, whatever changes.
"""

from __future__ import annotations

import re

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.definition.differences import Change, Difference, differences

ALWAYS_FIXED = ("key", "programme", "reference_prefix", "year", "is_fictional", "opens")
FIXED_AT_OPENING = (
    "sides", "years", "contingent_years", "max_awards", "matching", "one_application", "team", "stages", "eligibility", "rules",
    "approvals", "scales", "criteria", "panels", "overall", "decision", "rejoinder", "outline", "changes_need",
    "least_sides", "most_sides", "grace_minutes", "drafts_kept_days",
)  # fmt: skip
FORM = ("sections", "questions", "checks", "title_question", "areas", "limit_tolerance_percent")
WORDS = re.compile(r"(.*\.)?(title|help|text|summary|reason|message|review_terms|ask|source_of_funds|refused_costs)")


def change_problems(
    before: Definition, after: Definition, *, is_announced: bool, is_open: bool, has_drafts: bool
) -> tuple[Problem, ...]:
    """Every change that comes too late. Moving the deadline is none of them."""
    found = []
    for difference in differences(before, after):
        head = difference.key_path.split(".")[0].split("[")[0]
        if is_announced and head in ALWAYS_FIXED and not (head == "opens" and not is_open):
            found.append(_late(difference, N_("%(what)s is fixed since the call was announced.")))
        elif is_open and head in FIXED_AT_OPENING and not _stays_possible(difference):
            found.append(_late(difference, N_("%(what)s is fixed since the call opened.")))
        elif has_drafts and head in FORM and not _is_safe(difference, after):
            found.append(_late(difference, N_("%(what)s is fixed since the first draft was begun.")))
    return tuple(found)


def _stays_possible(difference: Difference) -> bool:
    """Texts, and the dates of the outlines, which move as the joint deadline does."""
    path = difference.key_path
    return bool(WORDS.fullmatch(path)) or path.startswith(("outline.closes", "outline.decision_by"))


def _is_safe(difference: Difference, after: Definition) -> bool:
    """Texts, order, and questions that nobody has to answer."""
    if WORDS.fullmatch(difference.key_path) or difference.change is Change.MOVED:
        return True
    added = re.fullmatch(r"questions\[([^\]]+)\]", difference.key_path)
    if added is None or difference.change is not Change.ADDED:
        return False
    return not after.question(added[1]).required


def _late(difference: Difference, message: str) -> Problem:
    return Problem("too_late", message, field=difference.key_path, values={"what": difference.title})


def moves_deadline(before: Definition, after: Definition) -> bool:
    """Whether the instant of the deadline is another one."""
    old, new = (each.closes.instant if each.closes else None for each in (before, after))
    return old != new
