"""A call copied to another year, edited as data, and what of a running call may still change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from app.programmes import editing
from app.programmes.changes import change_problems
from app.programmes.copying import copied
from app.programmes.definition import Definition, check, from_data, load_catalogue, to_data
from app.programmes.kinds import Text
from tests.pure.declarations import declarations

CALL = load_catalogue()["mayo-ki-breast-2027-fictional"]
DATA = to_data(CALL)


def test_a_copy_keeps_everything_and_moves_its_dates() -> None:
    made = from_data(copied(DATA, key="mayo-ki-2028", year=2028), "copy")

    assert (made.key, made.year, made.reference_prefix) == ("mayo-ki-2028", 2028, "MKB-28")
    assert made.closes is not None
    assert made.closes.stated == "2028-04-01 14:00 Europe/Stockholm"
    assert "2028" in made.title.sv
    assert (made.questions, made.criteria, made.scales, made.panels) == (
        CALL.questions,
        CALL.criteria,
        CALL.scales,
        CALL.panels,
    )
    assert [finding.code for finding in check(made) if finding.blocks] == []


@given(declarations())
def test_any_declaration_can_be_copied_and_copied_back(call: Definition) -> None:
    there = copied(to_data(call), key="other", year=call.year + 1)
    back = from_data(copied(there, key=call.key, year=call.year), "back")

    assert (back.sections, back.questions, back.closes, back.outline) == (
        call.sections,
        call.questions,
        call.closes,
        call.outline,
    )


@pytest.mark.parametrize(
    ("after", "is_open", "has_drafts", "late"),
    [
        (replace(CALL, max_awards=9), False, False, []),
        (replace(CALL, max_awards=9), True, False, ["max_awards"]),
        (replace(CALL, summary=Text("New", "Ny")), True, True, []),
        (replace(CALL, year=2030), False, False, ["year"]),
        (replace(CALL, criteria=(replace(CALL.criteria[0], help=Text("x", "y")), *CALL.criteria[1:])), True, True, []),
        (replace(CALL, questions=(*CALL.questions, replace(CALL.questions[1], key="more"))), True, True, []),
        (
            replace(CALL, questions=(*CALL.questions, replace(CALL.questions[1], key="more", required=True))),
            True,
            True,
            ["questions[more]"],
        ),
        (replace(CALL, questions=CALL.questions[1:]), True, False, []),
        (replace(CALL, questions=CALL.questions[:-1]), True, True, ["questions[mayo_budget_reasons]"]),
    ],
)
def test_rules_are_fixed_at_opening_and_the_form_at_the_first_draft(
    after: Definition, is_open: bool, has_drafts: bool, late: list[str]
) -> None:
    found = change_problems(CALL, after, is_announced=True, is_open=is_open, has_drafts=has_drafts)

    assert [problem.field for problem in found] == late


def test_an_entry_is_reached_and_what_a_form_sent_takes_its_place() -> None:
    found = editing.place(DATA, "sides[1]")
    form = {
        "key": ["mayo"], "lead": ["no"], "pays": ["yes"], "currency": ["USD"], "cap_total": ["120 000"],
        "overhead": ["inside"], "language": ["en"], "source_of_funds.en": ["Gifts"], "source_of_funds.sv": ["Gåvor"],
    }  # fmt: skip

    changed = from_data(editing.with_entry(DATA, "sides[1]", editing.typed_entry(found, form)), "edited")

    side = changed.side("mayo")
    assert side.cap_total is not None
    assert (side.cap_total.minor, side.cap_per_year, side.source_of_funds) == (120_000_00, None, Text("Gifts", "Gåvor"))
    assert side.institution == CALL.side("mayo").institution


def test_entries_are_added_moved_and_taken_out() -> None:
    more = editing.with_new(DATA, "", "criteria", {"key": "external_funding", "title": {"en": "X", "sv": "X"}})
    moved = editing.moved(more, "criteria[4]", -1)
    gone = editing.without(moved, "criteria[3]")

    assert [each["key"] for each in moved["criteria"]][3:] == ["external_funding_2", "joint_feasibility"]
    assert from_data(gone, "gone") == CALL


def test_a_place_that_is_not_there_is_told() -> None:
    for path in ("sides[9]", "nothing", "sides[0].closes", "title[0]"):
        with pytest.raises(editing.NoSuchPlace):
            editing.place(DATA, path)


def test_a_call_whose_changes_every_side_agrees_to_can_be_published() -> None:
    owned = replace(CALL, changes_need=type(CALL.changes_need)("every_side"))

    assert [(each.key_path, each.code) for each in check(owned) if each.blocks] == []
