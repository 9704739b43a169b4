"""Calls of any number of sides, made up for tests; every key that they do not name keeps its default."""

from __future__ import annotations

from typing import Any

from app.programmes.definition import Definition, from_data
from tests.filling import Data, both, moment

PLACES = (
    ("alpha", "SE", "Europe/Stockholm", "SEK"),
    ("beta", "US", "America/Chicago", "USD"),
    ("gamma", "DE", "Europe/Berlin", "EUR"),
    ("delta", "JP", "Asia/Tokyo", "JPY"),
)
SIDES = tuple(key for key, *_ in PLACES)


def call_of(count: int, model: str = "both_recommend", **more: Any) -> Definition:
    """A call of so many sides, each with its own currency, cap, panel and budget; scales run in turn up and down."""
    return from_data(data_of(count, model) | more, "made up")


def data_of(count: int, model: str = "both_recommend") -> Data:
    """The same as plain data, to be changed."""
    chosen = PLACES[:count]
    return {
        "schema": 1,
        "key": f"made-up-{count}",
        "programme": "mayo-ki-breast",
        "reference_prefix": f"MADE-{count}",
        "year": 2031,
        "is_fictional": True,
        "title": both(f"a call of {count}"),
        "summary": both("for tests"),
        "announced": moment("2031-01-10"),
        "opens": moment("2031-02-01"),
        "closes": moment("2031-04-03"),
        "grace_minutes": 0,
        "decision_by": "2031-09-01",
        "years": 2,
        "contingent_years": [2],
        "gate": both("progress"),
        "max_awards": 2,
        "stages": ["eligibility", "review"],
        "title_question": "title_en",
        "review_terms": both("read in confidence"),
        "sides": [_side(*place) for place in chosen],
        "eligibility": [{"key": "complete", "title": both("complete")}],
        "sections": [
            {"key": "project", "owner": "shared", "title": both("project")},
            *({"key": f"{key}-money", "owner": key, "budget": True, "title": both(key)} for key, *_ in chosen),
        ],
        "questions": [
            {"key": "title_en", "section": "project", "kind": "short_text", "required": True, "title": both("title")},
            {"key": "plan", "section": "project", "kind": "long_text", "title": both("plan"), "criteria": ["quality"]},
        ],
        "scales": [
            {"key": "up", "low": 1, "high": 7, "best": "high"},
            {"key": "down", "low": 1, "high": 9, "best": "low"},
        ],
        "criteria": [{"key": "quality", "title": both("quality")}, {"key": "nerve", "title": both("nerve")}],
        "panels": [
            {
                "key": f"{key}-panel",
                "title": both(key),
                "side": key,
                "scale": ("up", "down")[place % 2],
                "min_reviews": 1,
            }
            for place, (key, *_) in enumerate(chosen)
        ],
        "overall": {"how": "entered"},
        "decision": {"model": model},
    }


def _side(key: str, country: str, zone: str, currency: str) -> Data:
    return {
        "key": key,
        "lead": key == SIDES[0],
        "currency": currency,
        "cap_per_year": 50_000,
        "cap_total": 80_000,
        "overhead": "inside",
        "institution": {"name": f"Institute {key}", "short": key.title(), "country": country, "zone": zone},
    }
