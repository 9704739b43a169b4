"""Partnerships are read strictly: every fact has a source, every unknown a reason, every mistake a remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.programmes.definition import DeclarationRefused, load_programmes
from app.programmes.partnerships import (
    ActivityKind,
    PartnershipStatus,
    belonging,
    cooperations,
    load_partnerships,
    parse_partnership,
)

ALL = load_partnerships()
GOOD = """
key = "far-away"
status = "active"
title = {en = "Far", sv = "Långt"}
summary = {en = "Far away.", sv = "Långt borta."}
contact = {en = "The office", sv = "Kansliet"}
network = {en = "Many", sv = "Många"}
source = "A page"

[[agreements]]
title = {en = "Paper", sv = "Papper"}
signed = "2013-05"
source = "A page"

[[activities]]
kind = "visit"
title = {en = "Visits", sv = "Besök"}
source = "A page"

[projects]
number = 3
text = {en = "So far.", sv = "Hittills."}
source = "A page"
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(DeclarationRefused) as refused:
        parse_partnership(text, "far.toml")
    return [str(mistake) for mistake in refused.value.mistakes]


def test_a_complete_file_is_read() -> None:
    found = parse_partnership(GOOD, "far.toml")
    assert (found.key, found.status, found.agreements[0].signed) == ("far-away", PartnershipStatus.ACTIVE, "2013-05")
    assert (found.activities[0].kind, found.projects and found.projects.number) == (ActivityKind.VISIT, 3)
    assert found.unknowns == {}


def test_the_catalogue_tells_what_its_sources_tell() -> None:
    mayo, anderson = ALL["mayo-clinic"], ALL["md-anderson"]
    assert [agreement.signed for agreement in mayo.agreements] == ["2011", "2016-09"]
    assert [activity.since for activity in mayo.activities if activity.kind is ActivityKind.SYMPOSIUM] == ["1994", ""]
    assert [renewal.on for renewal in anderson.agreements[0].renewals] == ["2018-05"]
    assert anderson.projects is not None and anderson.projects.number == 9
    assert ALL["nio-hungary"].agreements[0].announced == "2021-07-30"
    assert (ALL["cancer-research-horizons"].agreements[0].years, ALL["echos"].partners) == (5, ())


def test_what_no_source_tells_is_unknown_with_its_reason() -> None:
    assert set(ALL["dkfz"].unknowns) == {"status", "agreements"}
    assert ALL["md-anderson"].status is None and "no longer lists" in ALL["md-anderson"].unknowns["status"]


def test_no_person_is_named_as_a_contact() -> None:
    text = GOOD.replace("The office", "somebody@ki.example")
    assert mistakes(text) == [
        "far.toml: contact: this names an address. Allowed: a role or an office, in words, and no person."
    ]


@pytest.mark.parametrize(
    ("change", "to", "told"),
    [
        ('status = "active"', 'status = "activ"', "far.toml: status: “activ” is not known; perhaps “active” is meant."),
        ('status = "active"', 'staus = "active"', "far.toml: staus: there is no such key; perhaps “status” is meant."),
        ('signed = "2013-05"', 'signed = "May 2013"', "far.toml: agreements[0].signed: “May 2013” is not of the right"),
        ('signed = "2013-05"', "", "far.toml: agreements[0].signed: neither signing nor announcement is told."),
        ('kind = "visit"', 'kind = "visits"', "far.toml: activities[0].kind: “visits” is not known; perhaps “visit”"),
        ("number = 3", 'number = "3"', "far.toml: projects.number: “3” is not a whole number."),
        ("number = 3", 'number = {unknown = "lost"}', "far.toml: projects.number: this may not be left unknown."),
        ("network =", "# network =", "far.toml: partners: nobody is named."),
    ],
)
def test_a_mistake_names_key_and_remedy(change: str, to: str, told: str) -> None:
    found = mistakes(GOOD.replace(change, to, 1))
    assert any(mistake.startswith(told) and "Allowed: " in mistake for mistake in found), found


def test_a_fact_without_a_source_is_refused() -> None:
    found = mistakes(
        GOOD.replace('source = "A page"', "", 2).replace('source = "A page"\n\n[projects]', "\n[projects]")
    )
    assert [line.split(": ")[1] for line in found] == ["agreements[0].source", "activities[0].source", "source"]


def test_all_mistakes_come_at_once() -> None:
    assert len(mistakes(GOOD.replace("active", "aktiv").replace("visit", "besök").replace("2013-05", "maj"))) == 3


def test_a_programme_of_a_partnership_that_is_not_there_is_refused() -> None:
    programme = replace(load_programmes()["mayo-ki-breast"], partnership="mayo-klinik")
    with pytest.raises(DeclarationRefused) as refused:
        belonging(ALL, {programme.key: programme})
    assert "there is no partnership “mayo-klinik”; perhaps “mayo-clinic” is meant" in str(refused.value)


def test_programmes_belong_to_their_partnership() -> None:
    keys = [programme.key for programme in cooperations().programmes_of("mayo-clinic")]
    assert "mayo-ki-breast" in keys
