"""Which room does what follows a step, and which one knows which fact. The rows name them; here they meet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.config import ROOT, Settings


def wire() -> None:
    """Register every effect and every fact with its one provider."""
    from app.applications import effects as applications
    from app.applications import outlines as openings
    from app.applications import taking_back
    from app.applications.approvals.queries import provide_closed
    from app.applications.registry import provide_effect, provide_facts
    from app.applications.team import merging as teams
    from app.awards import effects as awards
    from app.decisions import effects as decisions
    from app.decisions import outlines
    from app.identities.merging import provide_settling
    from app.reviews import effects as reviews
    from app.reviews import interviews, merging, rejoinders
    from app.reviews.conflicts import closed_people

    stages = (openings, outlines, rejoinders, interviews, taking_back)
    for effects in (each.EFFECTS for each in (applications, reviews, decisions, awards, *stages)):
        for effect, follow in effects.items():
            provide_effect(effect, follow)
    provide_closed(closed_people)
    provide_settling("reviews", merging.settle)
    provide_settling("applications", teams.settle)
    provide_facts("reviews", reviews.facts)
    provide_facts("decisions", decisions.facts)
    provide_facts("outlines", outlines.facts)
    provide_facts("rejoinders", rejoinders.facts)
    provide_facts("interviews", interviews.facts)


def templates() -> Path:
    """The templates: beside the package in a checkout, inside it in a wheel."""
    beside, inside = ROOT / "templates", Path(__file__).parent / "_templates"
    return beside if beside.is_dir() else inside


def engine_options(settings: Settings) -> dict[str, Any]:
    """Pools: SQLite waits up to ten seconds for the file, PostgreSQL checks that a connection still lives."""
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10}, "pool_size": 8, "max_overflow": 8, "hide_parameters": True}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, "hide_parameters": True}
