"""Naming members, their answers and conflicts, assigning, writing reviews, and closing panels."""

from app.reviews.services.assigning import assign
from app.reviews.services.conflicts import answer_conflicts, declare_conflict
from app.reviews.services.members import answer_invitation, invite_again, name_member
from app.reviews.services.panels import close_panel, open_panels
from app.reviews.services.writing import save_review, submit_review

__all__ = [
    "answer_conflicts",
    "answer_invitation",
    "assign",
    "close_panel",
    "declare_conflict",
    "invite_again",
    "name_member",
    "open_panels",
    "save_review",
    "submit_review",
]
