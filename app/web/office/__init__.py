"""The office: coordinators of each side announce, check, name, rank, decide, release and export."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("office", __name__, url_prefix="/office")

from app.web.office import awards, calls, deadlines, declaration, exports, letters, panels, ranking, waiting  # noqa: E402, F401  # views hang on bp
