"""Sample values for every kind of letter."""

from __future__ import annotations

from typing import Any

SAMPLES: dict[str, dict[str, Any]] = {
    "sign_in_link": {"name": "Ylva Exempelsson"},
}
