"""A declaration: every mistake has its message, what was read can be written, and a deadline is one instant."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Problem
from app.kernel.money import Money
from app.programmes.definition import (
    Best,
    DeclarationRefused,
    Definition,
    Mistake,
    Moment,
    Scale,
    Text,
    Unknown,
    check,
    from_data,
    is_publishable,
    parse,
    to_data,
    unknowns,
)
from app.programmes.kinds import (
    KINDS,
    Option,
    Question,
    QuestionKind,
    answer_problems,
    answer_text,
    count_words,
    read_answer,
)


class Gone:
    """Takes a key away; its name is the same in every run, so that tests can be told apart."""

    def __repr__(self) -> str:
        return "GONE"


GONE = Gone()
UNKNOWN = {"unknown": "why"}
WHOLE = tomllib.loads(
    (files("app.programmes") / "catalogue" / "calls" / "mayo-ki-breast-2027-fictional.toml").read_text("utf-8")
)
BOTH = 'both languages, {en = "…", sv = "…"}'
ZONE = "a zone of the IANA list, such as Europe/Stockholm, America/Chicago or UTC"
UNITS = "a whole number of currency units, at least 1, without quotation marks or separators"
KEY = "lower-case letters and digits in words joined by - or _, such as ki-budget"
ROR = "the address of a record at ror.org, such as https://ror.org/056d84691"
MODELS = (
    "lead_agency, both_recommend, own_first_then_joint_panel, joint_panel, study_section_then_committee, rank_sum, "
    "weighted_mean_rank, worst_rank, oriented_mean or oriented_worst"
)
OPTIONS = "“areas”, or a list of at least two {key, title}"


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The whole declaration with other values at some paths; GONE takes a key away."""
    tree = copy.deepcopy(WHOLE)
    for path, value in changes:
        *way, last = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
        place: Any = tree
        for step in way:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[str(last) if isinstance(place, dict) else last] = value
    return tree


def mistakes_of(*changes: tuple[str, Any]) -> list[str]:
    with pytest.raises(DeclarationRefused) as refused:
        from_data(changed(*changes), "calls/x.toml")
    return [str(mistake) for mistake in refused.value.mistakes]


def definition_with(*changes: tuple[str, Any]) -> Definition:
    return from_data(changed(*changes), "calls/x.toml")


MISTAKES: list[tuple[str, Any, str]] = [
    # path, value put there, the whole message after the file's name
    ("schema", 2, "schema: 2 is not a schema that is read here. Allowed: 1."),
    ("schema", True, "schema: true is not a schema that is read here. Allowed: 1."),
    ("schema", GONE, "schema: this key is missing. Allowed: 1."),
    ("key", GONE, f"key: this key is missing. Allowed: {KEY}."),
    ("key", "Mayo KI", f"key: “Mayo KI” is not of the right form. Allowed: {KEY}."),
    ("programme", 7, f"programme: 7 is not a text. Allowed: {KEY}."),
    (
        "reference_prefix",
        "mkb 27",
        "reference_prefix: “mkb 27” is not of the right form. "
        "Allowed: capitals and digits joined by -, such as MKB-27.",
    ),
    ("year", "2027", "year: “2027” is not a whole number. Allowed: a whole number from 1900 to 2200."),
    ("year", 1700, "year: 1700 is too low. Allowed: a whole number from 1900 to 2200."),
    (
        "is_fictional",
        "yes",
        "is_fictional: “yes” is neither true nor false. Allowed: true or false, without quotation marks.",
    ),
    ("title", "Only one", f"title: “Only one” is not a text in two languages. Allowed: {BOTH}."),
    ("title", UNKNOWN, f"title: this may not be left unknown. Allowed: {BOTH}."),
    ("title.sv", GONE, "title.sv: this key is missing. Allowed: the Swedish text."),
    ("title.en", "  ", "title.en: the text is empty. Allowed: the English text."),
    ("title.de", "Titel", "title.de: there is no such key. Allowed: en or sv."),
    ("languages", "en", "languages: “en” is not a list. Allowed: a list of en or sv, each at most once."),
    ("languages", ["en", "de"], "languages[1]: “de” is not known. Allowed: a list of en or sv, each at most once."),
    ("languages", ["en", "en"], "languages[1]: “en” is there twice. Allowed: a list of en or sv, each at most once."),
    (
        "areas",
        {"key": "x"},
        "areas: a table is not a list of tables. Allowed: a list of tables, each begun by [[areas]].",
    ),
    ("areas", GONE, "questions[2].options: the call has no areas. Allowed: a list of options, or areas."),
    (
        "areas[1].key",
        "diagnosis",
        "areas[1].key: “diagnosis” is already the key of areas[0]. Allowed: a key of its own.",
    ),
    (
        "closes",
        "2027-04-01T14:00",
        "closes: “2027-04-01T14:00” is not a table. Allowed: a table of date, time and zone.",
    ),
    ("closes.date", "1 April", "closes.date: “1 April” is not a date. Allowed: a date such as 2027-04-01."),
    (
        "closes.time",
        "2 pm",
        "closes.time: “2 pm” is not a clock time. Allowed: a clock time such as 14:00:00 or “14:00”.",
    ),
    ("closes.zone", GONE, f"closes.zone: this key is missing. Allowed: {ZONE}."),
    (
        "closes.zone",
        "Europe/Stokholm",
        f"closes.zone: “Europe/Stokholm” is not a time zone; perhaps “Europe/Stockholm” is meant. Allowed: {ZONE}.",
    ),
    ("closes.grace", 5, "closes.grace: there is no such key. Allowed: date, time or zone."),
    (
        "opens.date",
        "2027-05-01",
        "closes: 2027-04-01 14:00 Europe/Stockholm is not after opens, which is 2027-05-01 09:00 Europe/Stockholm. "
        "Allowed: a moment after opens.",
    ),
    (
        "announced.date",
        "2026-12-01",
        "opens: 2026-10-01 09:00 Europe/Stockholm is not after announced, which is 2026-12-01 09:00 Europe/Stockholm. "
        "Allowed: a moment after announced.",
    ),
    (
        "decision_by",
        "2027-01-01",
        "decision_by: 2027-01-01 is before the call closes, which is 2027-04-01 14:00 Europe/Stockholm. "
        "Allowed: a date after closes.",
    ),
    ("grace_minutes", -1, "grace_minutes: -1 is too low. Allowed: a whole number from 0 to 10080."),
    ("grace_minutes", True, "grace_minutes: true is not a whole number. Allowed: a whole number from 0 to 10080."),
    (
        "grace_minutes",
        {"unknown": ""},
        "grace_minutes: a marked unknown holds the reason and nothing else. "
        'Allowed: {unknown = "why no source tells"}.',
    ),
    ("sides", [], "sides: a call needs a side. Allowed: at least one side."),
    ("sides", UNKNOWN, "sides: this may not be left unknown. Allowed: a list of tables, each begun by [[sides]]."),
    ("sides[1].lead", True, "sides: 2 of the 2 sides lead. Allowed: lead = true for exactly one side."),
    ("sides[0].lead", False, "sides: none of the 2 sides lead. Allowed: lead = true for exactly one side."),
    ("sides[1].key", "joint", "sides[1].key: “joint” has a meaning of its own. Allowed: any key but shared and joint."),
    (
        "sides[1].currency",
        "usd",
        "sides[1].currency: “usd” is not a currency; perhaps “USD” is meant. "
        "Allowed: a currency code of ISO 4217, such as SEK, USD or EUR.",
    ),
    ("sides[1].cap_per_year", "50,000", f"sides[1].cap_per_year: “50,000” is not a whole number. Allowed: {UNITS}."),
    ("sides[1].cap_per_year", 50000.5, f"sides[1].cap_per_year: 50000.5 is not a whole number. Allowed: {UNITS}."),
    ("sides[1].cap_per_year", 0, f"sides[1].cap_per_year: 0 is too low. Allowed: {UNITS}."),
    (
        "sides[1].cap_total",
        40_000,
        "sides[1].cap_total: the cap in total is below the cap per year. Allowed: at least the value of cap_per_year.",
    ),
    (
        "sides[1].overhead",
        "outside",
        "sides[1].overhead: “outside” is not known; perhaps “inside” is meant. Allowed: inside or on_top.",
    ),
    (
        "sides[1].overhead",
        "on_top",
        "sides[1].overhead_percent: overhead on top needs its rate. Allowed: per cent of the direct costs, such as 25.",
    ),
    (
        "sides[1].overhead_percent",
        25,
        "sides[1].overhead_percent: a rate means nothing unless overhead is on_top. "
        "Allowed: overhead = “on_top”, or no rate.",
    ),
    (
        "sides[1].institution",
        GONE,
        "sides[1].institution: this key is missing. Allowed: a table of name, short, country, zone and ror.",
    ),
    (
        "sides[1].institution.country",
        "USA",
        "sides[1].institution.country: “USA” is not a country code. "
        "Allowed: a country code of ISO 3166, such as SE or US.",
    ),
    (
        "sides[1].institution.ror",
        "https://ror.org/02qp3tb04",
        f"sides[1].institution.ror: “https://ror.org/02qp3tb04” has wrong check digits. Allowed: {ROR}.",
    ),
    ("years", 0, "years: 0 is too low. Allowed: a whole number from 1 to 10."),
    ("contingent_years", [3], "contingent_years[0]: the project has no year 3. Allowed: years from 2 to 2."),
    ("contingent_years", [2, 2], "contingent_years[1]: year 2 is there twice. Allowed: each year once."),
    (
        "contingent_years",
        [1],
        "contingent_years: a list is not that. Allowed: a list of years of the project after the first, such as [2].",
    ),
    ("max_awards", "two", "max_awards: “two” is not a whole number. Allowed: a whole number from 1 to 1000."),
    (
        "stages",
        ["interviews"],
        "stages[0]: “interviews” is not known; perhaps “interview” is meant. "
        "Allowed: a list of outline, signature, eligibility, review, triage, rejoinder or interview, each at most once.",
    ),
    (
        "sections[1].owner",
        "kii",
        "sections[1].owner: there is no “kii”; perhaps “ki” is meant. Allowed: shared, ki or mayo.",
    ),
    (
        "sections[0].budget",
        True,
        "sections[0].budget: “shared” has no budget of its own. Allowed: true in a section owned by ki or mayo.",
    ),
    (
        "questions[0].kind",
        "text",
        "questions[0].kind: “text” is not known; perhaps “long_text” is meant. "
        "Allowed: short_text, long_text, markdown, choice, choices, yes_no, yes_no_text, number, money, date, period, "
        "person, people, institution, country, orcid, file, table, publications, declaration, calculated, letter or host.",
    ),
    (
        "questions[0].section",
        "projekt",
        "questions[0].section: there is no “projekt”; perhaps “project” is meant. "
        "Allowed: project, ki_budget or mayo_budget.",
    ),
    ("questions[0].max_words", 0, "questions[0].max_words: 0 is too low. Allowed: a whole number of at least 1."),
    (
        "questions[2].max_words",
        10,
        "questions[2].max_words: this means nothing for a question of kind choice. Allowed: for this kind options.",
    ),
    ("questions[2].options", GONE, f"questions[2].options: a choice needs its options. Allowed: {OPTIONS}."),
    ("questions[2].options", "fields", f"questions[2].options: these are not options. Allowed: {OPTIONS}."),
    (
        "questions[2].options",
        [{"key": "a", "title": {"en": "A", "sv": "A"}}],
        f"questions[2].options: a choice needs something to choose between. Allowed: {OPTIONS}.",
    ),
    (
        "questions[3].criteria",
        ["patients_impact"],
        "questions[3].criteria[0]: there is no “patients_impact”; perhaps “patient_impact” is meant. "
        "Allowed: risk_breakthrough, patient_impact, external_funding or joint_feasibility.",
    ),
    (
        "title_question",
        "research_plan",
        "title_question: “research_plan” is no short text. Allowed: title_en or title_sv.",
    ),
    (
        "scales[0].best",
        "highest",
        "scales[0].best: “highest” is not known; perhaps “high” is meant. Allowed: high or low.",
    ),
    ("scales[0].high", "seven", "scales[0].high: “seven” is not a number. Allowed: a number of at least 0."),
    ("scales[0].low", 7, "scales[0].high: 7 is not above low, which is 7. Allowed: a number above low."),
    ("scales[0].step", 0, "scales[0].step: 0 leads nowhere. Allowed: a number above 0."),
    (
        "scales[0].step",
        4,
        "scales[0].step: steps of 4 from 1 do not reach 7. Allowed: a step that divides the scale.",
    ),
    ("scales[0].step", 0.01, "scales[0].step: the scale has more than 101 values. Allowed: a wider step."),
    (
        "scales[0].labels",
        {"8": {"en": "Beyond", "sv": "Bortom"}},
        "scales[0].labels.8: this label is for no value of the scale. Allowed: values from 1 to 7 in steps of 1.",
    ),
    ("criteria[0].weight", -1, "criteria[0].weight: -1 is too low. Allowed: a number of at least 0."),
    (
        "criteria[0].wieght",
        1,
        "criteria[0].wieght: there is no such key; perhaps “weight” is meant. "
        "Allowed: areas, help, key, panels, scale, text_required, threshold, title or weight.",
    ),
    ("panels[0].side", "k", "panels[0].side: there is no “k”; perhaps “ki” is meant. Allowed: joint, ki or mayo."),
    (
        "panels[0].scale",
        "seven",
        "panels[0].scale: there is no “seven”; perhaps “seven-best” is meant. Allowed: seven-best or one-best.",
    ),
    ("panels[0].min_reviews", 0, "panels[0].min_reviews: 0 is too low. Allowed: a whole number from 1 to 20."),
    ("overall.how", "average", "overall.how: “average” is not known. Allowed: entered or computed."),
    ("decision", {}, f"decision.model: this key is missing. Allowed: {MODELS}."),
    (
        "decision.model",
        "lead_decides",
        f"decision.model: “lead_decides” is not known; perhaps “lead_agency” is meant. Allowed: {MODELS}.",
    ),
]


@pytest.mark.parametrize(("path", "value", "message"), MISTAKES, ids=[f"{path}={value}" for path, value, _ in MISTAKES])
def test_a_mistake_names_file_key_what_is_wrong_and_what_is_allowed(path: str, value: Any, message: str) -> None:
    assert mistakes_of((path, value)) == [f"calls/x.toml: {message}"]


def test_a_side_that_does_not_pay_has_neither_cap_nor_budget() -> None:
    assert mistakes_of(("sides[1].pays", False)) == [
        "calls/x.toml: sides[1].pays: a side that does not pay has no currency. Allowed: pays = true, or none of "
        "currency, cap_per_year, cap_total, least_total, caps_when, overhead, overhead_percent, allowed_costs, "
        "refused_costs, source_of_funds.",
        "calls/x.toml: sections[2].budget: “mayo” has no budget of its own. Allowed: true in a section owned by ki.",
    ]


def test_a_cap_without_a_currency_is_a_mistake_at_each_cap() -> None:
    assert mistakes_of(("sides[1].currency", GONE)) == [
        "calls/x.toml: sides[1].cap_per_year: a cap without a currency says nothing. Allowed: a cap and its currency.",
        "calls/x.toml: sides[1].cap_total: a cap without a currency says nothing. Allowed: a cap and its currency.",
    ]


def test_nothing_can_be_computed_from_criteria_without_weight() -> None:
    weightless = [(f"criteria[{place}].weight", 0) for place in range(4)]

    assert mistakes_of(("overall.how", "computed"), *weightless) == [
        "calls/x.toml: overall.how: nothing can be computed while every criterion weighs 0. "
        "Allowed: “entered”, or a weight above 0."
    ]


def test_all_mistakes_are_told_at_once() -> None:
    told = mistakes_of(("year", "x"), ("sides[0].currency", "KR"), ("panels[1].side", "may"), ("closes.date", "soon"))

    assert [line.split(": ")[1] for line in told] == ["year", "closes.date", "sides[0].currency", "panels[1].side"]


def test_a_text_that_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(DeclarationRefused) as refused:
        parse('schema = 1\nkey = "x\n', "calls/x.toml")

    (mistake,) = refused.value.mistakes
    assert mistake == Mistake(
        "calls/x.toml", "line 2, column 9", "this is not TOML: Illegal character '\\n'", "TOML of version 1.0"
    )


# --- Moments ------------------------------------------------------------------------------------------------------


def test_a_time_that_the_clocks_leap_over_is_refused_with_the_remedy() -> None:
    assert mistakes_of(("closes.date", "2027-03-28"), ("closes.time", "02:30")) == [
        "calls/x.toml: closes.time: 02:30 on 2027-03-28 does not exist in Europe/Stockholm, where clocks go forward "
        "then. Allowed: a time up to 01:59 or from 03:00, or the same instant in the zone UTC."
    ]


def test_a_time_that_comes_twice_is_refused_with_the_remedy() -> None:
    autumn = (("closes.date", "2027-11-07"), ("closes.time", "01:00:00"), ("closes.zone", "America/Chicago"))

    assert mistakes_of(*autumn, ("decision_by", GONE)) == [
        "calls/x.toml: closes.time: 01:00 on 2027-11-07 happens twice in America/Chicago, where clocks go back then. "
        "Allowed: a time up to 00:59 or from 02:00, or the same instant in the zone UTC."
    ]


def test_the_first_minute_after_the_leap_is_taken() -> None:
    closes = definition_with(("closes.date", "2027-03-28"), ("closes.time", "03:00")).closes

    assert closes is not None
    assert closes.instant == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_five_in_chicago_is_midnight_of_the_next_day_in_stockholm() -> None:
    closes = definition_with(
        ("closes", {"date": "2021-04-01", "time": "17:00", "zone": "America/Chicago"}),
        ("opens", GONE),
        ("announced", GONE),
    ).closes

    assert closes is not None
    in_stockholm = closes.in_zone("Europe/Stockholm")
    assert in_stockholm is not None
    assert closes.instant == datetime(2021, 4, 1, 22, 0, tzinfo=UTC)
    assert in_stockholm.strftime("%Y-%m-%d %H:%M") == "2021-04-02 00:00"
    assert closes.stated == "2021-04-01 17:00 America/Chicago"


def test_a_moment_with_an_unknown_part_has_no_instant_and_keeps_the_rest() -> None:
    definition = definition_with(("closes.time", UNKNOWN))

    assert definition.closes is not None
    assert (definition.closes.instant, definition.closes.stated) == (None, "2027-04-01 Europe/Stockholm")
    assert definition.closes.in_zone("UTC") is None
    assert definition.why_unknown("closes.time") == "why"


def test_days_are_compared_where_the_clock_is_unknown() -> None:
    assert mistakes_of(("opens.time", UNKNOWN), ("opens.date", "2027-04-02")) == [
        "calls/x.toml: closes: 2027-04-01 14:00 Europe/Stockholm is not after opens, which is 2027-04-02 Europe/"
        "Stockholm. Allowed: a moment after opens."
    ]


# --- The tree -----------------------------------------------------------------------------------------------------


def test_amounts_are_exact_money_of_the_side() -> None:
    definition = definition_with()

    assert definition.side("ki").cap_total == Money(100_000_000, "SEK")
    assert definition.side("mayo").cap_per_year == Money(5_000_000, "USD")


def test_a_currency_without_decimals_has_no_minor_units() -> None:
    side = definition_with(("sides[1].currency", "JPY")).side("mayo")

    assert side.cap_total == Money(100_000, "JPY")
    assert to_data(definition_with(("sides[1].currency", "JPY")))["sides"][1]["cap_total"] == 100_000  # type: ignore[index]


def test_a_call_may_have_one_side_or_three() -> None:
    third = copy.deepcopy(WHOLE["sides"][1]) | {"key": "third"}
    three = definition_with(("sides", [*copy.deepcopy(WHOLE["sides"]), third]))
    one = definition_with(
        ("sides", WHOLE["sides"][:1]),
        ("sections", WHOLE["sections"][:2]),
        ("questions", WHOLE["questions"][:8]),
        ("panels", WHOLE["panels"][:1]),
    )

    assert [side.key for side in three.paying_sides] == ["ki", "mayo", "third"]
    assert (one.lead_side.key, is_publishable(one)) == ("ki", True)


def test_a_scale_knows_its_values_and_its_ends() -> None:
    scale = Scale("tenths", Decimal(1), Decimal(2), Best.LOW, Decimal("0.5"))

    assert scale.values == (Decimal(1), Decimal("1.5"), Decimal(2))
    assert (scale.best_value, scale.worst_value, scale.label(1)) == (1, 2, None)


def test_a_question_is_found_by_its_key_and_a_wrong_key_is_a_bug() -> None:
    definition = definition_with()

    asked = definition.questions_in(definition.section("ki_budget"))
    assert [question.key for question in asked] == ["ki_budget_reasons"]
    with pytest.raises(KeyError):
        definition.question("nothing")


def test_text_is_english_for_everybody_who_does_not_read_swedish() -> None:
    text = Text("Call", "Utlysning")

    assert [text.in_(locale) for locale in ("sv", "sv_SE", "en", "de")] == ["Utlysning", "Utlysning", "Call", "Call"]


# --- There and back -----------------------------------------------------------------------------------------------

MAY_BE_UNKNOWN = (
    "languages",
    "areas",
    "announced",
    "opens",
    "closes",
    "opens.date",
    "closes.time",
    "closes.zone",
    "grace_minutes",
    "decision_by",
    "years",
    "contingent_years",
    "gate",
    "max_awards",
    "stages",
    "eligibility",
    "scales",
    "overall",
    "review_terms",
    "decision",
    "after",
    "after.report",
    "purpose",
    "sides[0].cap_total",
    "sides[1].overhead",
    "sides[1].source_of_funds",
    "questions[3].max_words",
    "panels[1].min_reviews",
)
MAY_BE_GONE = (
    "languages",
    "announced",
    "grace_minutes",
    "after",
    "purpose",
    "sides[0].cap_total",
    "sides[1].institution.ror",
    "eligibility[0].help",
    "questions[1].max_chars",
    "scales[0].labels",
    "criteria[2].help",
    "title_question",
)


def parents_first_fall(paths: set[str]) -> set[str]:
    """Without the paths that lie inside another one of them."""
    return {path for path in paths if not any(path.startswith((f"{other}.", f"{other}[")) for other in paths)}


@given(st.sets(st.sampled_from(MAY_BE_UNKNOWN)), st.sets(st.sampled_from(MAY_BE_GONE)))
def test_what_is_written_is_read_back_the_same(marked: set[str], gone: set[str]) -> None:
    paths = parents_first_fall(marked | gone)
    definition = definition_with(*((path, GONE if path in gone - marked else UNKNOWN) for path in sorted(paths)))

    stored = json.loads(json.dumps(to_data(definition)))

    assert from_data(stored, "stored") == definition
    assert {unknown.key_path for unknown in unknowns(definition)} == paths & marked
    assert is_publishable(definition) <= (not paths & marked)


def test_what_is_written_is_sorted() -> None:
    written = to_data(definition_with())

    assert json.dumps(written) == json.dumps(written, sort_keys=True)


ANYWHERE = [*MAY_BE_UNKNOWN, *MAY_BE_GONE, "sides", "sides[0]", "sides[1].currency", "questions[2].options", "title"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | st.times(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["key", "unknown", "date", "en"]), inner),
    max_leaves=5,
)


@given(st.sampled_from(ANYWHERE), ANYTHING)
def test_no_value_whatever_makes_the_reading_stumble(path: str, value: Any) -> None:
    try:
        definition = definition_with((path, value))
    except DeclarationRefused as refused:
        assert all(mistake.wrong and mistake.allowed for mistake in refused.mistakes)
    else:
        assert from_data(json.loads(json.dumps(to_data(definition))), "stored") == definition


# --- The look before the start ------------------------------------------------------------------------------------


def findings_of(*changes: tuple[str, Any]) -> list[tuple[str, str, bool]]:
    return [(finding.key_path, finding.code, finding.blocks) for finding in check(definition_with(*changes))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("criteria", UNKNOWN)], [("criteria", "unknown", True)]),
        ([("closes", GONE), ("decision_by", GONE)], [("closes", "missing", True)]),
        ([("grace_minutes", GONE)], [("grace_minutes", "missing", True)]),
        ([("gate", GONE)], [("gate", "missing", True)]),
        ([("decision", GONE)], [("decision", "missing", True)]),
        (
            [("title_question", GONE)],
            [("title_question", "missing", True), ("questions[0].criteria", "question_unused", True)],
        ),
        ([("eligibility", GONE)], [("eligibility", "nothing_to_check", True)]),
        ([("stages", ["review"])], [("stages", "checks_without_stage", False)]),
        ([("stages", ["eligibility"])], [("stages", "panels_without_stage", False)]),
        ([("overall", GONE)], [("overall", "review_incomplete", True)]),
        ([("panels", GONE)], [("panels", "review_incomplete", True)]),
        ([("panels[1]", GONE)], [("panels", "side_without_panel", True)]),
        ([("panels[0].min_reviews", GONE)], [("panels[0].min_reviews", "no_min_reviews", True)]),
        ([("sides[1].cap_total", GONE)], []),
        ([("sides[1].cap_total", GONE), ("sides[1].cap_per_year", GONE)], [("sides[1].cap_total", "no_cap", True)]),
        ([("sides[1].overhead", GONE)], [("sides[1].overhead", "no_overhead", True)]),
        (
            [("sections[2].budget", False)],
            [("sections", "no_budget", True), ("questions[8].criteria", "question_unused", True)],
        ),
        ([("closes.date", "2027-04-03")], [("closes.date", "closes_at_weekend", False)]),
        ([("max_awards", GONE)], [("max_awards", "no_ceiling", False)]),
        ([("review_terms", GONE)], [("review_terms", "no_terms", False)]),
        ([("sides[0].cap_total", 2_000_000)], [("sides[0].cap_total", "cap_out_of_reach", False)]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_the_check_finds(changes: list[tuple[str, Any]], expected: list[tuple[str, str, bool]]) -> None:
    if ("criteria", UNKNOWN) in changes:
        changes = [*changes, *((f"questions[{place}].criteria", []) for place in range(7))]

    assert findings_of(*changes) == expected


def test_a_joint_panel_judges_for_every_side() -> None:
    assert findings_of(("panels[1]", GONE), ("panels[0].side", "joint")) == []


def test_an_unknown_is_named_with_its_reason() -> None:
    definition = definition_with(("max_awards", {"unknown": "The page is lost"}))

    assert unknowns(definition) == [Unknown("max_awards", "The page is lost")]
    (finding,) = check(definition)
    assert str(finding) == "max_awards is not known: The page is lost. Fill it in before the call is published."
    assert (finding.problem.field, finding.problem.code) == ("max_awards", "unknown")


# --- Kinds of question --------------------------------------------------------------------------------------------

OPTIONS_AB = (Option("a", Text("Apple", "Äpple")), Option("b", Text("Pear", "Päron")))


def question(kind: QuestionKind, **settings: Any) -> Question:
    return Question("q", "s", kind, Text("Q", "F"), **settings)


def test_every_kind_of_question_is_registered() -> None:
    assert set(KINDS) == set(QuestionKind)
    assert all(kind.key is key for key, kind in KINDS.items())


@pytest.mark.parametrize(
    ("kind", "submitted", "answer", "english", "swedish"),
    [
        ("short_text", ["  One \n line\x00 "], "One line", "One line", "One line"),
        ("long_text", ["One\r\n\r\ntwo  "], "One\n\ntwo", "One\n\ntwo", "One\n\ntwo"),
        ("choice", ["a"], "a", "Apple", "Äpple"),
        ("choices", ["b", "a", "a"], ["a", "b"], "Apple, Pear", "Äpple, Päron"),
        ("yes_no", ["yes"], True, "Yes", "Ja"),
        ("yes_no", ["no"], False, "No", "Nej"),
        ("number", ["12 500"], 12500, "12,500", "12\N{NO-BREAK SPACE}500"),
        ("number", ["\N{MINUS SIGN}3"], -3, "-3", "-3"),
        ("number", ["0"], 0, "0", "0"),
        ("date", ["2027-04-01"], "2027-04-01", "1 April 2027", "1 april 2027"),
        (
            "person",
            ["Ada  Example", "ada@example.org", ""],
            {"name": "Ada Example", "email": "ada@example.org"},
            "Ada Example, ada@example.org",
            "Ada Example, ada@example.org",
        ),
    ],
)
def test_an_answer_is_read_and_shown(kind: str, submitted: list[str], answer: Any, english: str, swedish: str) -> None:
    asked = question(QuestionKind(kind), options=OPTIONS_AB if kind.startswith("choice") else (), required=True)

    read = read_answer(asked, submitted)

    assert not isinstance(read, Problem)
    assert read == answer and json.loads(json.dumps(read)) == read
    assert (answer_text(asked, read, "en"), answer_text(asked, read, "sv")) == (english, swedish)
    assert answer_problems(asked, read) == ()


@pytest.mark.parametrize("kind", list(QuestionKind))
@pytest.mark.parametrize("submitted", [[], [""], ["  ", ""]])
def test_nothing_given_is_no_answer_and_a_problem_only_where_one_is_required(
    kind: QuestionKind, submitted: list[str]
) -> None:
    read = read_answer(question(kind, options=OPTIONS_AB), submitted)

    assert read is None
    assert answer_text(question(kind), None, "sv") == ""
    assert answer_problems(question(kind), None) == ()
    missing = [] if kind is QuestionKind.CALCULATED else ["answer_missing"]
    assert [problem.code for problem in answer_problems(question(kind, required=True), None)] == missing


@pytest.mark.parametrize(
    ("kind", "submitted", "message"),
    [
        ("choice", "c", "“c” is not one of the answers offered."),
        ("choices", "c", "“c” is not one of the answers offered."),
        ("yes_no", "maybe", "Answer yes or no."),
        ("number", "12.5", "Write a whole number with digits, such as 12."),
        ("date", "31 February", "Write the date as year-month-day, such as 2027-04-01."),
    ],
)
def test_what_cannot_be_read_is_a_problem_at_the_question(kind: str, submitted: str, message: str) -> None:
    problem = read_answer(question(QuestionKind(kind), options=OPTIONS_AB), [submitted])

    assert isinstance(problem, Problem)
    assert (str(problem), problem.field) == (message, "q")


@pytest.mark.parametrize(
    ("asked", "value", "messages"),
    [
        (question(QuestionKind.LONG_TEXT, max_words=2), "one–two three", []),
        (question(QuestionKind.LONG_TEXT, max_words=2), "one two three", ["3 words, and at most 2 are allowed."]),
        (question(QuestionKind.SHORT_TEXT, max_chars=3), "åäöå", ["4 characters, and at most 3 are allowed."]),
        (question(QuestionKind.NUMBER, minimum=1), 0, ["At least 1."]),
        (question(QuestionKind.NUMBER, maximum=5), 6, ["At most 5."]),
        (question(QuestionKind.PERSON), {"email": "a@example.org"}, ["Give the person’s name."]),
        (
            question(QuestionKind.PERSON),
            {"name": "Ada", "email": "ada"},
            ["Give the person’s mail address, such as name@example.org."],
        ),
    ],
)
def test_an_answer_over_its_limit_is_kept_and_told(asked: Question, value: Any, messages: list[str]) -> None:
    assert [str(problem) for problem in answer_problems(asked, value)] == messages


@given(st.sampled_from(list(QuestionKind)), st.lists(st.text(), max_size=4))
def test_whatever_a_form_sends_is_an_answer_or_a_problem(kind: QuestionKind, submitted: list[str]) -> None:
    read = read_answer(question(kind, options=OPTIONS_AB), submitted)

    if not isinstance(read, Problem):
        assert "\x00" not in answer_text(question(kind, options=OPTIONS_AB), read, "en")


def test_words_are_counted_as_people_count_them() -> None:
    assert [count_words(text) for text in ("", " — ", "BRCA1-positive tumours", "a\n\nb  c", "50 %")] == [0, 1, 2, 3, 2]


def test_a_moment_is_complete_only_with_all_three_parts() -> None:
    assert Moment(None, None, None).instant is None
    assert Moment(None, None, None).stated == ""
