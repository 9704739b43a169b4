"""What is written is read back the same, as TOML and as JSON; the schema takes it; differences tell what differs."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from app.programmes.definition import Definition, from_data, load_catalogue, parse, to_data
from app.programmes.definition.differences import Change, differences
from app.programmes.definition.json_schema import json_schema
from app.programmes.definition.toml import to_toml
from app.programmes.kinds import Text
from tests.pure.declarations import declarations

SCHEMA = Draft202012Validator(json_schema())
CATALOGUE = pytest.mark.parametrize("call", load_catalogue().values(), ids=lambda call: call.key)


@given(declarations())
def test_what_is_written_is_read_back_the_same(call: Definition) -> None:
    assert from_data(json.loads(json.dumps(to_data(call))), "stored") == call
    assert parse(to_toml(call), "written") == call


@given(declarations())
def test_the_schema_takes_whatever_the_reading_takes(call: Definition) -> None:
    assert [error.message for error in SCHEMA.iter_errors(to_data(call))] == []


@given(declarations(), declarations())
def test_there_is_no_difference_if_and_only_if_two_are_the_same(one: Definition, other: Definition) -> None:
    assert differences(one, one) == ()
    assert (differences(one, other) == ()) == (to_data(one) == to_data(other))


@CATALOGUE
def test_the_catalogue_makes_the_round_trip(call: Definition) -> None:
    assert parse(to_toml(call), call.key) == call
    assert to_toml(parse(to_toml(call), call.key)) == to_toml(call)
    assert SCHEMA.is_valid(to_data(call))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("year", "2027"),
        ("stages", ["dance"]),
        ("sides", [{"key": "ki"}]),
        ("tittle", 1),
        ("grace_minutes", -1),
        ("title", {"en": "x"}),
    ],
)
def test_the_schema_refuses_what_the_reading_refuses(key: str, value: Any) -> None:
    broken = copy.deepcopy(to_data(load_catalogue()["mayo-ki-breast-2027-fictional"])) | {key: value}

    assert not SCHEMA.is_valid(broken)


def test_a_difference_names_its_place_in_both_languages() -> None:
    before = load_catalogue()["mayo-ki-breast-2027-fictional"]
    first, *others = before.criteria
    after = replace(before, max_awards=3, criteria=(*others, replace(first, title=Text("Boldness", "Djärvhet"))))

    found = [(each.change, each.key_path, each.title.sv, each.after) for each in differences(before, after)]

    assert found[0] == (Change.CHANGED, "max_awards", "Högst bidrag", "3")
    assert found[1][:3] == (Change.CHANGED, "criteria[risk_breakthrough].title", "Kriterier › Djärvhet › Rubrik")
    assert found[2][:2] == (Change.MOVED, "criteria")
