"""Where data may be read without a transfer to a third country."""

from __future__ import annotations

EUROPEAN_UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
EU_AND_EEA = frozenset((*EUROPEAN_UNION, "IS", "LI", "NO"))
"""As ISO 3166 writes them."""


def is_outside(country: str | None) -> bool:
    """Whether reading there is a transfer outside the EU and the EEA. Not known counts as outside."""
    return country is None or country.upper() not in EU_AND_EEA
