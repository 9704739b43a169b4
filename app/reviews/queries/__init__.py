"""Reading panels: by the office and chairs inside their scopes, by members from the membership they hold.

`among` is always a scope's select of application ids, `panels` and `reviews` a scope's select of these rows.
"""

from app.reviews.queries.common import (
    IN_PLAY,
    JUDGED,
    NOT_STARTED,
    UNDER_REVIEW,
    counting,
    is_its_turn,
    is_judged,
    is_live,
    is_under_review,
    points,
    scores_of,
    state_of,
)
from app.reviews.queries.members import (
    Applicant,
    Candidate,
    ChairRow,
    MembershipRow,
    candidates,
    chaired_panels,
    has_unanswered,
    own_memberships,
    seat_in,
    takes_part,
)
from app.reviews.queries.office import Cell, GridRow, MemberRow, grid, members_of, not_started
from app.reviews.queries.panels import PanelRow, Waiting, criteria_of, panels_of_call, progress, title_of, waiting
from app.reviews.queries.results import PanelResults, ResultLine, ReviewLine, panel_results, review_lines

__all__ = [
    "Applicant",
    "Candidate",
    "Cell",
    "ChairRow",
    "GridRow",
    "IN_PLAY",
    "JUDGED",
    "MemberRow",
    "NOT_STARTED",
    "UNDER_REVIEW",
    "is_its_turn",
    "is_judged",
    "is_under_review",
    "MembershipRow",
    "PanelResults",
    "PanelRow",
    "ResultLine",
    "ReviewLine",
    "Waiting",
    "candidates",
    "chaired_panels",
    "counting",
    "criteria_of",
    "grid",
    "has_unanswered",
    "is_live",
    "members_of",
    "not_started",
    "own_memberships",
    "panel_results",
    "panels_of_call",
    "points",
    "progress",
    "review_lines",
    "scores_of",
    "seat_in",
    "state_of",
    "takes_part",
    "title_of",
    "waiting",
]
