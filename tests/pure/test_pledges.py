"""What an institution commits itself to, and who would work more than all of the time because of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.approvals.pledges import Share, co_funding, material_of, overloads, pledges, shares
from app.kernel.money import Money
from app.programmes.definition import Commitment, Definition, Question, QuestionKind, Text
from app.programmes.definition.vocabulary import ColumnKind
from app.programmes.kinds import Column
from tests.shows import shows
from tests.world import KEY, load_catalogue

ONE, TWO = UUID(int=1), UUID(int=2)


def column(key: str, commitment: Commitment | None, kind: str = "short_text") -> Column:
    return Column(key, Text(key.title(), key.title()), ColumnKind(kind), commitment)  # type: ignore[arg-type]


TIME = Question(
    "time", "ki_budget", QuestionKind.TABLE, Text("Working time", "Arbetstid"), currency="SEK",
    columns=(
        column("who", Commitment.PERSON), column("percent", Commitment.PERCENT, "number"),
        column("year", Commitment.YEAR, "number"), column("own", Commitment.CO_FUNDING, "money"),
        column("task", None),
    ),
)  # fmt: skip
PERCENT = Question(
    "percent", "ki_budget", QuestionKind.NUMBER, Text("Share of the time", "Andel av tiden"),
    commitment=Commitment.PERCENT, maximum=80,
)  # fmt: skip
ROOMS = Question(
    "rooms", "ki_budget", QuestionKind.SHORT_TEXT, Text("Premises", "Lokaler"), commitment=Commitment.PREMISES
)
PERIOD = Question("period", "ki_budget", QuestionKind.PERIOD, Text("When", "När"), commitment=Commitment.YEARS)
OURS = Question(
    "ours", "ki_budget", QuestionKind.MONEY, Text("Own money", "Egna medel"), commitment=Commitment.CO_FUNDING,
    currency="SEK",
)  # fmt: skip
THEIRS = replace(ROOMS, key="theirs", section="mayo_budget")


def declared(*questions: Question, **more: Any) -> Definition:
    known = load_catalogue()[KEY]
    return replace(known, questions=(*known.questions, *questions), **more)


def row(who: str = "Nils Påhittad", percent: str = "50", **more: str) -> dict[str, str]:
    return {"who": who, "percent": percent, **more}


@shows("questions.commitment", "questions.columns.commitment")
def test_signers_see_what_commits_their_side_in_the_words_of_the_call_and_nothing_else() -> None:
    call = declared(TIME, PERCENT, ROOMS, THEIRS)
    answers = {
        "time": [row(year="2027", own="5000000", task="Pipetting")], "percent": 30, "rooms": "Lab 4", "theirs": "Lab 9",
        "research_plan": "A secret plan.",
    }  # fmt: skip

    told = [(each.label.en, each.text.en, each.over) for each in pledges(call, "ki", answers)]

    assert told == [
        ("Working time", "Who: Nils Påhittad, Percent: 50, Year: 2027, Own: SEK 50,000", None),
        ("Share of the time", "30 per cent", None),
        ("Premises", "Lab 4", None),
    ]
    assert [each.label.en for each in pledges(call, "mayo", answers)] == ["Premises"]
    unmarked = replace(ROOMS, commitment=None)
    assert pledges(declared(unmarked), "ki", answers) == ()


@pytest.mark.parametrize(
    ("answers", "over"),
    [
        ({"percent": 81}, "81 per cent is above the limit of 80 per cent."),
        ({"percent": 80}, ""),
        ({"time": [row(percent="101")]}, "101 per cent is above the limit of 100 per cent."),
        ({"time": [row(percent="100")]}, ""),
    ],
)
def test_what_is_above_a_limit_says_so_in_words(answers: dict[str, Any], over: str) -> None:
    (told,) = pledges(declared(TIME, PERCENT), "ki", answers)
    assert (told.over.en if told.over else "") == over


def test_money_that_the_institution_adds_is_told_by_currency() -> None:
    answers = {"ours": 70_000_00, "time": [row(own="5000000"), row(own="100")]}

    assert co_funding(declared(TIME, OURS), "ki", answers) == (
        Money(5_000_000, "SEK"), Money(100, "SEK"), Money(7_000_000, "SEK"),
    )  # fmt: skip
    assert co_funding(declared(TIME, OURS), "mayo", answers) == ()


def years_of(call: Definition, answers: dict[str, Any]) -> list[int]:
    return [share.year for share in shares(call, "ki", answers, ONE, "Ylva")]


def test_the_years_are_those_of_the_row_of_the_period_or_of_the_call() -> None:
    call = declared(TIME, PERCENT, PERIOD, decision_by=date(2027, 6, 1), years=2)

    assert years_of(call, {"time": [row(year="2030")]}) == [2030]
    assert years_of(call, {"percent": 10, "period": {"from": "2028-09-01", "to": "2030-02-01"}}) == [2028, 2029, 2030]
    assert years_of(call, {"percent": 10}) == [2027, 2028]
    assert years_of(replace(call, years=None), {"time": [row()]}) == [2027]


def test_a_single_per_cent_is_that_of_whoever_leads_the_side() -> None:
    (share,) = shares(declared(PERCENT, decision_by=date(2027, 1, 1), years=1), "ki", {"percent": 40}, ONE, "Ylva E")
    assert (share.name, share.percent, share.marks) == ("Ylva E", Decimal(40), frozenset())


def promised(name: str, percent: int, *marks: str, year: int = 2027, application: UUID = ONE) -> Share:
    return Share(application, name, frozenset(marks), year, Decimal(percent))


@pytest.mark.parametrize(
    ("found", "over"),
    [
        ([promised("Nils", 70), promised("Nils", 60, application=TWO)], [("Nils", 2027, "130")]),
        ([promised("Nils", 70), promised("Nils", 30, application=TWO)], []),
        ([promised("Nils", 70), promised("Nils", 60, year=2028)], []),
        ([promised("Nils", 70), promised("nils ", 60)], [("Nils", 2027, "130")]),
        ([promised("Nils P", 70, "n@ki.example"), promised("N. Påhittad", 60, "n@ki.example")], [("Nils P", 2027, "130")]),
        ([promised("Nils", 70, "a@ki.example"), promised("Nils", 60, "b@ki.example")], []),  # two of one name
        ([promised("Nils", 70, "n@ki.example"), promised("Nils", 60)], [("Nils", 2027, "130")]),
        ([promised("Nils", 60, "a@x.example"), promised("Nils", 60, "b@x.example"), promised("Nils", 60)], []),
        ([promised("N", 70, "n@ki.example", "0000-0002-1825-0097"), promised("M", 60, "0000-0002-1825-0097")],
         [("N", 2027, "130")]),
        ([promised("Nils", 101)], [("Nils", 2027, "101")]),
    ],
)  # fmt: skip
def test_who_would_be_above_all_of_the_time(found: list[Share], over: list[tuple[str, int, str]]) -> None:
    assert [(one.name, one.year, one.number) for one in overloads(found)] == over


people = st.builds(
    promised, st.sampled_from(["Ada", "Bo"]), st.integers(0, 120), st.sampled_from(["x@ki.example", "y@ki.example"]),
    year=st.integers(2027, 2028),
)  # fmt: skip


@given(st.lists(people, max_size=8), st.randoms())
def test_in_which_order_applications_come_changes_nobodys_sum(found: list[Share], random: Any) -> None:
    mixed = [*found]
    random.shuffle(mixed)

    def sums(of: list[Share]) -> set[tuple[int, Decimal]]:
        return {(one.year, one.percent) for one in overloads(of)}

    assert sums(mixed) == sums(found)
    whole = {(mark, s.year) for s in found for mark in s.marks}
    expected = {
        (year, total)
        for mark, year in whole
        if (total := sum((s.percent for s in found if mark in s.marks and s.year == year), Decimal(0))) > 100
    }
    assert sums(found) == expected


def test_only_what_commits_is_material_in_any_order_and_any_blanks() -> None:
    rows = [row(task="Pipetting"), row(who="Ada", percent="20")]
    same = [row(who="Ada", percent="20", task="Something else"), row(who="Nils  Påhittad ")]

    assert material_of(TIME, rows) == material_of(TIME, same)
    assert material_of(TIME, rows) != material_of(TIME, [row(percent="51"), rows[1]])
    assert material_of(ROOMS, "Lab  4 ") == material_of(ROOMS, "Lab 4") != material_of(ROOMS, "Lab 5")
