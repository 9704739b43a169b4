"""Reading applications. Whoever calls hands in one that was reached, or the ids of those that may be read."""

from app.applications.queries.applicants import OwnRow, draft_sheet, own_applications, own_draft
from app.applications.queries.lacks import (
    answers_lacking,
    balances_of,
    budget_lacks,
    caps_broken,
    waiting_for,
)
from app.applications.queries.moves import LISTS, call_facts, everything, facts, offers
from app.applications.queries.partners import (
    Invitation,
    SideChoice,
    applicants_of,
    choices_of,
    has_side,
    invitation,
    side_of,
    taking_part,
    team_of,
)
from app.applications.queries.readers import (
    OfficeRow,
    StepRow,
    budgets,
    frozen_sheet,
    office_rows,
    steps_of,
    tallies,
    ticked,
)

__all__ = [
    "Invitation",
    "LISTS",
    "OfficeRow",
    "OwnRow",
    "SideChoice",
    "StepRow",
    "answers_lacking",
    "applicants_of",
    "balances_of",
    "budget_lacks",
    "budgets",
    "call_facts",
    "caps_broken",
    "choices_of",
    "draft_sheet",
    "everything",
    "facts",
    "frozen_sheet",
    "has_side",
    "invitation",
    "offers",
    "office_rows",
    "own_applications",
    "own_draft",
    "side_of",
    "steps_of",
    "taking_part",
    "tallies",
    "team_of",
    "ticked",
    "waiting_for",
]
