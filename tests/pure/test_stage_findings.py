"""What the look before the start says of outlines, rejoinders, interviews and triage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.programmes.changes import change_problems
from app.programmes.definition import check
from tests import staged
from tests.domain.test_later_stages import INTERVIEW, REJOINDER
from tests.shows import shows
from tests.world import CLOSES

RUNNING = {"is_announced": True, "is_open": True, "has_drafts": True}
Change = Callable[[dict[str, Any]], None]


def codes(change: Change) -> set[str]:
    return {finding.code for finding in check(staged.declared(change)) if finding.blocks}


@pytest.mark.parametrize(
    "change",
    [
        staged.with_outline(),
        staged.with_outline(selects=False),
        staged.with_outline(is_judged=False),
        staged.with_stages("triage", "rejoinder", "interview", **REJOINDER, **INTERVIEW),
    ],
    ids=["outline", "outline for all", "outline without a panel", "all later stages"],
)
def test_a_call_with_these_stages_can_be_published(change: Change) -> None:
    assert codes(change) == set()


@pytest.mark.parametrize("stage", ["triage", "rejoinder", "interview"])
def test_what_follows_a_review_needs_one(stage: str) -> None:
    def change(data: dict[str, Any]) -> None:
        data["stages"] = ["eligibility", stage]
        data.update({**REJOINDER, **INTERVIEW})

    assert "stage_without_review" in codes(change)


def test_panels_for_outlines_alone_leave_the_full_applications_unjudged() -> None:
    def change(data: dict[str, Any]) -> None:
        staged.with_outline()(data)
        data["panels"] = data["panels"][-1:]

    assert "no_full_panel" in codes(change)


@pytest.mark.parametrize("stage", ["rejoinder", "interview", "outline"])
def test_a_stage_needs_its_settings(stage: str) -> None:
    assert "stage_without_settings" in codes(staged.with_stages(stage))


@shows("outline.closes")
def test_the_deadline_of_the_outlines_moves_in_a_running_call_as_the_joint_one_does() -> None:
    def later(data: dict[str, Any]) -> None:
        staged.with_outline()(data)
        data["outline"]["closes"] = staged.moment(CLOSES + timedelta(days=3))

    def choosing(data: dict[str, Any]) -> None:
        staged.with_outline(selects=False)(data)

    before = staged.declared(staged.with_outline())
    found = [
        [problem.field for problem in change_problems(before, staged.declared(change), **RUNNING)]
        for change in (later, choosing)
    ]
    assert found == [[], ["outline.selects"]]
