"""The ranking of a call, and the verdicts and the decision on each application."""

from __future__ import annotations

from app.web.office.ranking import deciding, table  # noqa: F401  # views hang on the office
