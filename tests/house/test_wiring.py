"""Every effect has exactly one provider; the drawn diagram is the table's."""

from __future__ import annotations

from flask import Flask

from app.applications.registry import EFFECTS, FACTS
from app.config import ROOT
from app.workflow.diagram import mermaid
from app.workflow.table import TABLE
from app.workflow.vocabulary import Effect


def test_every_effect_has_a_provider(app: Flask) -> None:
    assert set(EFFECTS) == set(Effect)
    assert set(FACTS) == {"reviews", "decisions", "outlines", "rejoinders", "interviews"}


def test_the_diagram_in_the_docs_is_current() -> None:
    assert (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8") == mermaid(TABLE)
