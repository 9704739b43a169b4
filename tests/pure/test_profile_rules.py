"""Profiles: identifiers that prove themselves, career age, and what a form can be filled with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.team.models import Right
from app.applications.team.rules import hats_of, includes
from app.identities.models import Leave
from app.identities.profile import Said, read_profile
from app.kernel.identifiers import orcid_digit, orcid_of
from app.programmes.definition import Question, QuestionKind, Text
from app.web.account.filling import filled
from app.workflow.vocabulary import Hat

NAMED = {"name": "Ylva"}
ORCID = "0000-0002-1825-0097"


@pytest.mark.parametrize(
    "text",
    [ORCID, "0000000218250097", f"https://orcid.org/{ORCID}", f"orcid.org/{ORCID}/", f" http://ORCID.org/{ORCID} "],
)
def test_an_orcid_is_taken_bare_and_as_an_address(text: str) -> None:
    assert orcid_of(text) == ORCID


@pytest.mark.parametrize("text", ["", "0000-0002-1825-0098", "0000-0002-1825-009", f"https://evil.org/{ORCID}"])
def test_what_is_no_orcid_is_none(text: str) -> None:
    assert orcid_of(text) is None


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_of_an_orcid_is_seen(digits: str, place: int, step: int) -> None:
    whole = digits + orcid_digit(digits)
    wrong = whole[:place] + str((int(whole[place]) + step) % 10) + whole[place + 1 :]
    assert orcid_of(whole) is not None
    assert orcid_of(wrong) is None


@given(st.dates(date(1970, 1, 1), date(2030, 1, 1)), st.integers(0, 600), st.integers(0, 100))
def test_career_age_grows_with_time_and_falls_with_leave(degree: date, later: int, leave: int) -> None:
    at = date(degree.year + later // 12, degree.month, 1)
    with_leave = Said("x", doctoral_on=degree, months={Leave.PARENTAL: leave}).career_months(at)
    without = Said("x", doctoral_on=degree).career_months(at)
    if at < degree:
        assert with_leave is without is None
    else:
        assert without is not None
        assert with_leave == max(0, without - leave)


def test_career_age_counts_whole_months() -> None:
    said = Said("x", doctoral_on=date(2020, 3, 15), months={Leave.PARENTAL: 12, Leave.ILLNESS: 1})
    assert (said.career_months(date(2027, 3, 14)), said.career_months(date(2027, 3, 15))) == (70, 71)


def test_a_form_is_read_with_every_mistake_named() -> None:
    wrong = {"name": " ", "ror": "056d84692", "orcid": "1", "doctoral_on": "yesterday", "months-parental": "-1"}
    _, problems = read_profile(wrong)
    assert [problem.field for problem in problems] == ["name", "ror", "orcid", "doctoral_on", "months-parental"]
    said, problems = read_profile({**NAMED, "ror": "056d84691", "orcid": ORCID, "months-illness": "3"})
    assert (problems, said.ror, said.deducted) == ([], "https://ror.org/056d84691", 3)


@given(st.sampled_from(list(Right)), st.sampled_from(list(Right)), st.booleans())
def test_a_greater_right_gives_no_less(right: Right, wanted: Right, of_side: bool) -> None:
    if includes(right, wanted):
        assert hats_of(right, of_side=of_side) >= hats_of(wanted, of_side=of_side)
    assert hats_of(right, of_side=True).isdisjoint({Hat.CO_EDITOR, Hat.CO_SUBMITTER})


def test_the_own_row_is_renewed_or_added_and_others_are_left_alone() -> None:
    people = Question("people", "shared", QuestionKind.PEOPLE, Text("People", "Personer"))
    said = Said("Ylva", institution="KI")
    nils = {"name": "Nils", "email": "nils@x.example", "workplace": "NO"}
    old = {"name": "Y", "email": "Ylva@KI.example", "rank": "pi"}
    definition = None
    added = filled(definition, people, said, "ylva@ki.example", [nils])  # type: ignore[arg-type]  # not looked at
    assert added == ["Nils", "nils@x.example", "NO", "", "Ylva", "ylva@ki.example", "KI", ""]
    renewed = filled(definition, people, said, "ylva@ki.example", [old, nils])  # type: ignore[arg-type]
    assert renewed == ["Ylva", "ylva@ki.example", "KI", "pi", "Nils", "nils@x.example", "NO", ""]
