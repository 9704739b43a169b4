"""A page of the editor that is sent back as it was drawn changes nothing, whatever the declaration says."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from app.programmes import bank, editing
from app.programmes.definition import Definition, load_catalogue, parse, to_data
from app.programmes.definition import shape as s
from app.programmes.definition.keys.top import GROUPS
from app.web.office.declaration import choices as choosing
from app.web.office.declaration.choices import Choices
from app.web.office.declaration.controls import DRAWN, Control, Group, control_of
from tests.house.test_keys import SHAPE
from tests.pure.declarations import declarations

RICH = "tests/pure/rich.toml"


@pytest.fixture(autouse=True, scope="module")
def plain_words() -> Iterator[None]:
    """The words as they are written, since there is no request here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choosing, "gettext", lambda text: text)
        yield


def sent(controls: Sequence[Control]) -> dict[str, list[str]]:
    """What a browser sends for these controls when nothing is changed."""
    form: dict[str, list[str]] = {}
    for each in controls:
        if each.may_be_unknown and (each.kind not in ("record", "records") or not each.value):
            form[f"{each.name}.unknown"] = [each.unknown]
        for name, values in _sent(each):
            form.setdefault(name, []).extend(values)
    return form


def _sent(each: Control) -> list[tuple[str, list[str]]]:
    match each.kind:
        case "both" | "long":
            return list(zip(each.names, ([text] for text in each.both), strict=True))
        case "several":
            known = [choice.value for choice in each.choices]
            return [(each.name, [value for value in known if value in each.chosen])]
        case "clock":
            return [(f"{each.name}.{part}", [text]) for part, text in each.parts.items()]
        case "options" | "labels":
            pairs = [(name, [row[place] for row in each.rows]) for place, name in enumerate(each.names)]
            return [*pairs, (f"{each.name}.areas", ["yes"])] if each.value == "areas" else pairs
        case "when":
            return _sent_group(each.condition) if each.condition else []
        case "record" | "records":
            return []
    return [(each.name, [each.value])]


def _sent_group(group: Group) -> list[tuple[str, list[str]]]:
    columns = [(part, [row[place] for row in group.rows]) for place, part in enumerate(("question", "look", "value"))]
    found = [(f"{group.name}.{part}", values) for part, values in columns] + [(f"{group.name}.join", [group.join])]
    return found + [pair for inner in group.groups for pair in _sent_group(inner)]


def spots(data: Mapping[str, Any], found: editing.Place) -> Iterator[tuple[str, str]]:
    """The paths of all entries that have a page, and the groups."""
    for key in found.record.keys:
        path = f"{found.path}.{key.name}" if found.path else key.name
        value = found.entry.get(key.name)
        if isinstance(key.value, s.Record) and isinstance(value, dict) and "unknown" not in value:
            yield path, ""
            yield from spots(data, editing.place(data, path))
        elif isinstance(key.value, s.Records) and isinstance(value, list):
            for number in range(len(value)):
                yield f"{path}[{number}]", ""
                yield from spots(data, editing.place(data, f"{path}[{number}]"))


def changed_by_sending(data: Mapping[str, Any]) -> list[str]:
    """The places at which a form that is sent back untouched would change something."""
    choices, changed = Choices(data, "en"), []
    pages = [*spots(data, editing.place(data, "")), *(("", group) for group, _ in GROUPS)]
    for path, group in pages:
        found = editing.place(data, path, group)
        form = sent([control_of(key, found, choices, "en") for key in found.record.keys])
        if editing.typed_entry(found, form) != found.entry:
            changed.append(path or group)
    assert len(pages) > len(GROUPS)
    return changed


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate), max_examples=25)  # a whole call is slow to shrink
@given(declarations())
def test_sending_a_page_back_untouched_changes_nothing(call: Definition) -> None:
    assert changed_by_sending(to_data(call)) == []


@pytest.mark.parametrize("key", [*load_catalogue(), "rich"])
def test_no_call_of_the_catalogue_is_changed_by_looking_at_it(key: str) -> None:
    call = load_catalogue().get(key)
    if call is None:
        with open(RICH, encoding="utf-8") as file:
            call = parse(file.read(), "rich")
    assert changed_by_sending(to_data(call)) == []


def test_every_kind_of_value_has_a_way_to_be_drawn() -> None:
    assert set(DRAWN) == set(s.Value.__args__)  # type: ignore[attr-defined]  # a union
    assert SHAPE.keys


def test_paths_by_number_and_by_key_lead_to_the_same_entry() -> None:
    data = to_data(load_catalogue()["mayo-ki-breast-2027-fictional"])
    for path, _ in spots(data, editing.place(data, "")):
        named = editing.named(data, path)
        assert editing.numbered(data, named) == path
        assert editing.place(data, named).entry == editing.place(data, path).entry
    for path in ("sides[nobody]", "sides[0].closes", "title", "sides", "sides[-1]", "questions[99]"):
        with pytest.raises(editing.NoSuchPlace):
            editing.place(data, path)


NESTED = {
    "all": [
        {"question": "a", "is": "yes"},
        {"any": [{"question": "b", "at_least": "3"}, {"all": [{"question": "c", "answered": "no"}]}]},
    ]
}


def test_nested_conditions_are_written_in_rows_and_groups() -> None:
    found = editing.Place("", s.Record("x", dict, (editing_key(),)), {"when": NESTED})
    form = sent([control_of(found.record.keys[0], found, Choices({}, "en"), "en")])

    assert editing.typed_entry(found, form)["when"] == NESTED
    form["when.0.join"] = ["all"]
    form["when.0.0.question"], form["when.0.0.look"], form["when.0.0.value"] = [""], ["is"], [""]
    assert editing.typed_entry(found, form)["when"] == {
        "all": [{"question": "a", "is": "yes"}, {"all": [{"question": "b", "at_least": "3"}]}]
    }


def editing_key() -> s.Key:
    return s.key("when", s.When(), "W", "W", "h", "h")


# --- The question bank ------------------------------------------------------------------------------------------

OTHER = load_catalogue()["mayo-ki-breast-2027-fictional"]


def banked(**changes: Any) -> bank.Banked:
    data = next(entry for entry in to_data(OTHER)["questions"] if entry["key"] == "popular_summary")  # type: ignore[attr-defined]
    found = bank.one_of([OTHER], OTHER.key, "popular_summary")
    assert found is not None
    return bank.Banked(found.call_key, found.call_title, found.question, found.others, copy.deepcopy(data) | changes)


def test_a_question_brings_everything_but_what_leads_nowhere() -> None:
    here = {"questions": [{"key": "title_en"}], "criteria": [{"key": "impact"}], "areas": []}
    found = banked(
        criteria=["impact", "boldness"],
        when={"any": [{"question": "title_en", "answered": "yes"}, {"question": "area", "is": "x"}]},
        formula="title_en + research_plan",
        help={"en": "Of {research_plan}, {title_en}.", "sv": "Om {research_plan}, {title_en}."},
    )

    taken = bank.taken(found, here, "own")

    assert taken.entry["section"] == "own"
    assert taken.entry["criteria"] == ["impact"]
    assert taken.entry["help"] == {"en": "Of –, {title_en}.", "sv": "Om –, {title_en}."}
    assert not {"when", "formula"} & set(taken.entry)
    assert taken.entry["max_words"] == OTHER.question("popular_summary").max_words
    assert taken.left_out == ("criteria: boldness", "when: area", "formula: research_plan", "help: {research_plan}")


def test_areas_of_the_other_call_become_answers_where_there_are_none() -> None:
    found = bank.one_of([OTHER], OTHER.key, "area")
    assert found is not None and found.data["options"] == "areas"

    assert [each["key"] for each in bank.taken(found, {}, "s").entry["options"]] == [area.key for area in OTHER.areas]
    kept = bank.taken(found, {"areas": [{"key": "x"}]}, "s").entry
    assert kept["options"] == "areas"


def test_questions_are_found_by_words_in_either_language() -> None:
    assert {each.question.key for each in bank.questions_in([OTHER], "populär")} == {"popular_summary"}
    assert len(bank.questions_in([OTHER, OTHER], "")) == len(OTHER.questions)
    assert bank.questions_in([OTHER], "nobody wrote this") == []
