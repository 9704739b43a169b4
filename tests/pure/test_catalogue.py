"""The declarations that come with the house: read, complete where they must be, and silent about what nobody knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.kernel.money import Money
from app.programmes.definition import (
    Best,
    DecisionModel,
    DeclarationRefused,
    Definition,
    Overall,
    Overhead,
    ProgrammeKind,
    check,
    from_data,
    is_publishable,
    load_catalogue,
    load_programmes,
    to_data,
    unknowns,
)
from app.programmes.definition.catalogue import parse_programmes

CATALOGUE = load_catalogue()
HISTORIC = CATALOGUE["mayo-ki-breast-2021"]
OPEN = CATALOGUE["mayo-ki-breast-2027-fictional"]
IN_REVIEW = CATALOGUE["mayo-ki-breast-2026-fictional"]
FICTIONAL = pytest.mark.parametrize("call", [OPEN, IN_REVIEW], ids=lambda call: call.key)
ALL = pytest.mark.parametrize("call", CATALOGUE.values(), ids=lambda call: call.key)


def test_the_catalogue_holds_one_programme_and_three_calls() -> None:
    assert list(CATALOGUE) == ["mayo-ki-breast-2021", "mayo-ki-breast-2026-fictional", "mayo-ki-breast-2027-fictional"]
    assert {key: programme.kind for key, programme in load_programmes().items()} == {
        "mayo-ki-breast": ProgrammeKind.PROJECT
    }


@ALL
def test_a_call_survives_being_stored(call: Definition) -> None:
    assert from_data(json.loads(json.dumps(to_data(call))), "stored") == call


@ALL
def test_sides_are_partners_of_the_programme(call: Definition) -> None:
    assert {side.institution for side in call.sides} == set(load_programmes()[call.programme].partners)


def test_the_call_of_2021_leaves_unknown_exactly_what_no_source_tells() -> None:
    assert [unknown.key_path for unknown in unknowns(HISTORIC)] == [
        "languages",
        "announced",
        "opens",
        "closes.time",
        "closes.zone",
        "grace_minutes",
        "decision_by",
        "stages",
        "eligibility",
        "sections",
        "questions",
        "scales",
        "criteria",
        "panels",
        "overall",
        "decision",
        "after.report",
    ]
    assert {finding.code for finding in check(HISTORIC) if finding.blocks} == {"unknown"}
    assert not is_publishable(HISTORIC)


def test_the_call_of_2021_tells_its_sourced_facts() -> None:
    ki, mayo = HISTORIC.side("ki"), HISTORIC.side("mayo")

    assert HISTORIC.closes is not None
    assert (HISTORIC.closes.stated, HISTORIC.closes.instant) == ("2021-04-01", None)
    assert (HISTORIC.max_awards, HISTORIC.years, HISTORIC.contingent_years) == (2, 2, (2,))
    assert (ki.cap_per_year, ki.cap_total) == (Money(50_000_000, "SEK"), Money(100_000_000, "SEK"))
    assert (mayo.cap_per_year, mayo.cap_total) == (Money(5_000_000, "USD"), Money(10_000_000, "USD"))
    assert {ki.overhead, mayo.overhead} == {Overhead.INSIDE}
    assert not HISTORIC.is_fictional


@FICTIONAL
def test_a_fictional_round_says_so_in_both_languages(call: Definition) -> None:
    assert call.is_fictional
    assert "fictional round for demonstration" in call.title.en
    assert "påhittad omgång för demonstration" in call.title.sv


@FICTIONAL
def test_a_fictional_round_could_be_published_as_it_is(call: Definition) -> None:
    assert (unknowns(call), check(call), is_publishable(call)) == ([], [], True)


@FICTIONAL
def test_a_fictional_round_has_two_panels_on_scales_that_run_against_one_another(call: Definition) -> None:
    ki, mayo = (call.scale_of(call.panel(key)) for key in ("ki-panel", "mayo-panel"))

    assert (ki.low, ki.high, ki.best, ki.best_value) == (Decimal(1), Decimal(7), Best.HIGH, 7)
    assert (mayo.low, mayo.high, mayo.best, mayo.best_value) == (Decimal(1), Decimal(9), Best.LOW, 1)
    assert [len(ki.labels), len(mayo.labels)] == [7, 9]
    assert [panel.min_reviews for panel in call.panels] == [2, 2]
    assert call.overall is not None
    assert (len(call.criteria), call.overall.how) == (4, Overall.ENTERED)
    assert call.decision is not None
    assert call.decision.model is DecisionModel.BOTH_RECOMMEND


def test_the_round_of_2027_is_open_when_the_demo_starts() -> None:
    assert OPEN.opens is not None and OPEN.closes is not None
    assert OPEN.opens.instant == datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
    assert OPEN.closes.instant == datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
    assert OPEN.grace_minutes == 0


def test_the_round_of_2026_has_closed_before() -> None:
    assert IN_REVIEW.closes is not None
    assert IN_REVIEW.closes.instant == datetime(2026, 9, 15, 12, 0, tzinfo=UTC)


def test_the_form_of_a_round_names_its_limits() -> None:
    limits = {question.key: question.max_words for question in OPEN.questions if question.max_words}

    assert limits == {
        "popular_summary": 200,
        "research_plan": 1500,
        "site_roles": 400,
        "external_funding": 300,
        "ki_budget_reasons": 200,
        "mayo_budget_reasons": 200,
    }
    assert [option.key for option in OPEN.question("area").options] == ["diagnosis", "prevention", "treatment"]
    assert [(section.owner, section.budget) for section in OPEN.sections] == [
        ("shared", False),
        ("ki", True),
        ("mayo", True),
    ]


def test_a_wrong_programme_file_is_refused_with_file_key_and_reason() -> None:
    text = '[[programmes]]\nkey = "a"\nkind = "projekt"\ntitle = {en = "A", sv = "A"}\npartners = []\n'

    with pytest.raises(DeclarationRefused) as refused:
        parse_programmes(text, "programmes.toml")

    assert str(refused.value) == (
        "programmes.toml: programmes[0].kind: “projekt” is not known; perhaps “project” is meant. "
        "Allowed: project, travel, student_travel, administrative, event or information."
    )
