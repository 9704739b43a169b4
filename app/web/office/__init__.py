"""The office: coordinators of each side announce, check, name, rank, decide, release and export."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("office", __name__, url_prefix="/office")

from app.web.office import (  # noqa: E402  # views hang on bp
    approvals,
    awards,
    calls,
    checks,
    deadlines,
    declaration,
    drafts,
    exports,
    journeys,
    letters,
    nominations,
    outlines,
    panels,
    promises,
    ranking,
    stages,
    waiting,
)

__all__ = [
    "approvals",
    "awards",
    "bp",
    "calls",
    "checks",
    "deadlines",
    "declaration",
    "drafts",
    "exports",
    "journeys",
    "letters",
    "nominations",
    "outlines",
    "panels",
    "promises",
    "ranking",
    "stages",
    "waiting",
]
