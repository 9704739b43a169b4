"""The office: coordinators of each side announce, check, name, rank, decide, release and export."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("office", __name__, url_prefix="/office")

from app.web.office import (  # noqa: E402  # views hang on bp
    awards,  # noqa: F401
    calls,  # noqa: F401
    exports,  # noqa: F401
    letters,  # noqa: F401
    outlines,  # noqa: F401
    panels,  # noqa: F401
    ranking,  # noqa: F401
    stages,  # noqa: F401
    waiting,  # noqa: F401
)
