"""The declarations that come with the house: read, complete where they must be, and silent about what nobody knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.kernel.money import Money
from app.programmes.copying import copied
from app.programmes.definition import (
    Best,
    DecisionModel,
    DeclarationRefused,
    Definition,
    Overall,
    Overhead,
    Programme,
    ProgrammeKind,
    ProgrammeStatus,
    Text,
    TieRule,
    check,
    from_data,
    is_publishable,
    load_catalogue,
    load_programmes,
    parse,
    to_data,
    unknowns,
)
from app.programmes.definition.catalogue import parse_programmes
from app.programmes.definition.toml import to_toml
from tests.filling import filled

CATALOGUE = load_catalogue()
PROGRAMMES = load_programmes()
HISTORIC = CATALOGUE["mayo-ki-breast-2021"]
OPEN = CATALOGUE["mayo-ki-breast-2027-fictional"]
IN_REVIEW = CATALOGUE["mayo-ki-breast-2026-fictional"]
FICTIONAL = pytest.mark.parametrize("call", [OPEN, IN_REVIEW], ids=lambda call: call.key)
ALL = pytest.mark.parametrize("call", CATALOGUE.values(), ids=lambda call: call.key)


REAL = [call for call in CATALOGUE.values() if not call.is_fictional]
LIGHT = (ProgrammeKind.TRAVEL, ProgrammeKind.STUDENT_TRAVEL, ProgrammeKind.ADMINISTRATIVE)
UNKNOWN = json.loads(Path(__file__).with_name("catalogue_unknowns.json").read_text(encoding="utf-8"))


def test_the_catalogue_holds_every_programme_of_the_collaboration_page_and_its_neighbours() -> None:
    assert {key: programme.kind.value for key, programme in PROGRAMMES.items()} == {
        "sinf": "project",
        "mayo-ki-breast": "project",
        "mayo-ki-cancer": "project",
        "ki-mayo-project-awards": "project",
        "ki-mayo-travel-awards": "travel",
        "ki-mayo-administrative-awards": "administrative",
        "mayo-symposium-student-travel": "student_travel",
        "dkfz-ki": "project",
        "blue-sky": "project",
        "ki-phd-travel": "student_travel",
        "gap-conference": "information",
        "nordic-gap": "information",
        "clinician-visits": "information",
        "md-anderson-workshops": "information",
        "cancer-research-horizons": "information",
        "nio-hungary-exchange": "information",
        "echos": "information",
    }


def test_every_programme_that_is_no_information_has_a_call_and_no_other_has_one() -> None:
    with_calls = {call.programme for call in CATALOGUE.values()}

    assert with_calls == {key for key, each in PROGRAMMES.items() if each.kind is not ProgrammeKind.INFORMATION}


def test_two_programmes_are_retired_and_say_why() -> None:
    retired = [each for each in PROGRAMMES.values() if each.status is ProgrammeStatus.RETIRED]

    assert [each.key for each in retired] == ["sinf", "dkfz-ki"]
    assert all(each.summary and "no longer lists" in each.summary.en for each in retired)


def test_no_call_states_what_no_source_tells() -> None:
    """The list holds, key by key, what the public pages leave open: a fact that is filled in has to leave it first."""
    assert {call.key: [unknown.key_path for unknown in unknowns(call)] for call in REAL} == UNKNOWN


@pytest.mark.parametrize("call", REAL, ids=lambda call: call.key)
def test_a_real_call_waits_for_its_unknowns_and_for_nothing_else(call: Definition) -> None:
    blocking = {finding.code for finding in check(call) if finding.blocks}

    assert blocking == {"unknown"}


@pytest.mark.parametrize("call", REAL, ids=lambda call: call.key)
def test_the_reason_of_an_unknown_is_a_sentence(call: Definition) -> None:
    for unknown in unknowns(call):
        assert re.fullmatch(r"[A-Z].{15,}\.", unknown.why), unknown


@ALL
def test_a_call_is_written_as_toml_without_loss(call: Definition) -> None:
    assert parse(to_toml(call), "written") == call


def texts_in(value: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text in both languages."""
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from texts_in(each, f"{path}[{place}]")
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts_in(getattr(value, each.name), f"{path}.{each.name}")


SAME_IN_BOTH = re.compile(r"Budget|Data|Innovation|Prevention|Student|CV|[A-Z][a-z]+, [A-Z][a-z]+|Cancer Research KI")
NAMES = re.compile(r".*(Sister Institution Network Fund|Collaborative (Travel|Project) Awards).*")


@pytest.mark.parametrize("entry", [*CATALOGUE.values(), *PROGRAMMES.values()], ids=lambda entry: entry.key)
def test_everything_is_said_in_both_languages(entry: Definition | Programme) -> None:
    for path, text in texts_in(entry):
        is_name = SAME_IN_BOTH.fullmatch(text.en) or NAMES.fullmatch(text.en)
        assert text.en.strip() and text.sv.strip()
        assert text.en != text.sv or is_name, (path, text)
        assert not re.search(r"\b(and|the|of|with)\b", text.sv) or is_name, (path, text.sv)


@pytest.mark.parametrize(
    "call", [call for call in REAL if PROGRAMMES[call.programme].kind in LIGHT], ids=lambda call: call.key
)
def test_a_light_grant_asks_little_even_when_all_is_known(call: Definition) -> None:
    whole = filled(call)

    assert len(whole.questions) <= 8
    assert len(whole.sections) <= 3


@pytest.mark.parametrize("call", REAL, ids=lambda call: call.key)
def test_a_call_whose_unknowns_are_filled_could_be_announced(call: Definition) -> None:
    assert is_publishable(filled(call))


@ALL
def test_a_call_survives_being_stored(call: Definition) -> None:
    assert from_data(json.loads(json.dumps(to_data(call))), "stored") == call


@ALL
def test_sides_are_partners_of_the_programme(call: Definition) -> None:
    known = {side.institution for side in call.sides if side.institution.country}

    assert known <= set(PROGRAMMES[call.programme].partners)


def test_the_fund_of_sister_institutions_tells_its_sourced_facts() -> None:
    call = CATALOGUE["sinf-2016"]

    assert [(side.key, side.lead, side.optional) for side in call.sides] == [
        ("md-anderson", True, False),
        ("ki", False, False),
        ("sister", False, True),
    ]
    assert (call.least_sides, call.years) == (2, 2)
    assert call.side("md-anderson").cap_total == Money(10_000_000, "USD")
    nih = ["significance", "investigators", "innovation", "approach", "environment"]
    section, committee = call.panels
    assert [criterion.key for criterion in call.criteria_of(section)] == nih
    assert [criterion.key for criterion in call.criteria_of(committee)] == ["programme-fit"]
    scale = call.scale_of(section)
    assert (scale.low, scale.high, scale.best) == (1, 9, Best.LOW)
    assert call.overall is not None and call.overall.how is Overall.ENTERED
    assert call.decision is not None
    assert call.decision.model is DecisionModel.STUDY_SECTION_THEN_COMMITTEE
    assert (call.decision.committee, committee.after) == (committee.key, (section.key,))


def test_the_call_of_2024_tells_its_sourced_facts() -> None:
    call = CATALOGUE["mayo-ki-cancer-2024"]

    assert call.closes is not None and call.closes.date == date(2024, 4, 5)
    assert (call.max_awards, call.years, call.contingent_years) == (3, 2, (2,))
    assert [area.key for area in call.areas] == ["breast", "solid", "haematologic"]
    assert [side.currency for side in call.sides] == [None, None]


def test_the_travel_awards_go_both_ways_to_three_sites_within_one_year() -> None:
    call = CATALOGUE["ki-mayo-travel-awards-2012"]
    stay = call.question("stay")

    assert [option.key for option in call.question("direction").options] == ["to-mayo", "to-ki"]
    for key in ("host_site", "home_site"):
        assert [option.key for option in call.question(key).options] == ["rochester", "jacksonville", "phoenix"]
    assert (stay.not_before, stay.not_after) == (date(2013, 1, 1), date(2013, 12, 31))


def test_the_student_grant_is_tied_to_its_symposium() -> None:
    event = CATALOGUE["mayo-symposium-student-travel-2018"].event

    assert event is not None
    assert (event.begins, event.ends, event.place) == (date(2018, 12, 9), date(2018, 12, 10), "")


def test_blue_sky_has_one_side_and_pays_indirect_costs_on_top() -> None:
    call = CATALOGUE["blue-sky-2020"]
    (ki,) = call.sides

    assert (ki.cap_total, ki.overhead, ki.overhead_percent) == (Money(50_000_000, "SEK"), Overhead.ON_TOP, 25)
    assert call.closes is not None and call.closes.date == date(2020, 5, 31)
    assert (call.max_awards, call.years) == (5, 1)
    assert [call.question(key).max_pages for key in ("programme", "cv")] == [5, 2]
    assert call.question("pdf").file_name == "BlueSkyAward_{first}_{last}"


def test_the_travel_grant_computes_its_grade_and_feasibility_is_no_part_of_it() -> None:
    call = CATALOGUE["ki-phd-travel-2024"]
    days = call.question("stay_days")

    assert call.overall is not None and call.overall.how is Overall.COMPUTED
    assert {criterion.key: criterion.weight for criterion in call.criteria} == {
        "relevance": 1,
        "added_value": 1,
        "feasibility": 0,
    }
    assert (days.minimum, days.maximum) == (14, 92)
    assert call.lead_side.cap_total == Money(3_000_000, "SEK")
    assert call.decision is not None and call.decision.first == (TieRule.NO_EARLIER_GRANT,)


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


@pytest.mark.parametrize("call", REAL, ids=lambda call: call.key)
def test_a_call_of_the_past_can_be_copied_with_its_unknowns(call: Definition) -> None:
    made = from_data(copied(to_data(call), key="next", year=2029), "copy")

    assert (made.key, made.year) == ("next", 2029)
    assert made.reference_prefix.endswith("29")
    left = [unknown.key_path for unknown in unknowns(call) if unknown.key_path != "year"]
    assert [unknown.key_path for unknown in unknowns(made)] == left


def test_a_side_that_no_source_places_is_shown_the_clocks_of_the_leading_side() -> None:
    call = CATALOGUE["sinf-2016"]

    assert (call.side("sister").institution.zone, call.side("sister").zone) == ("", "America/Chicago")


def test_a_budget_is_not_missed_while_nobody_knows_the_money() -> None:
    data = to_data(CATALOGUE["mayo-ki-cancer-2024"])
    sides: Any = data["sides"]
    sides[0] |= {"currency": "SEK", "cap_total": 1, "overhead": "inside"}

    found = [finding.code for finding in check(from_data(data, "known"))]

    assert found.count("no_budget") == 1
    assert "no_budget" not in [finding.code for finding in check(CATALOGUE["mayo-ki-cancer-2024"])]
