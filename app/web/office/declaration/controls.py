"""Every key of the declaration as a control: what the description says of it, what stands in it, what is wrong with it.

Driven by the shape alone: a key that is added there is drawn here without a change. Pure but for the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.programmes.definition import shape as s
from app.programmes.definition.differences import value_text
from app.programmes.definition.keys.form import QUESTION
from app.programmes.editing import Place, groups_of, parts_of
from app.programmes.kinds import KINDS, SETTINGS, QuestionKind
from app.web.office.declaration.choices import Choice, Choices

SPARE = 3


@dataclass(frozen=True)
class Row:
    """One entry of a list, with the deeds that its buttons do."""

    path: str
    label: str
    note: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """One level of a condition: its rows, how they are joined, and the groups inside."""

    name: str
    join: str
    rows: tuple[tuple[str, str, str], ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Control:
    """A key as a page draws it. `kind` names the template's macro; which of the other fields are used follows from it."""

    name: str
    kind: str
    title: str
    help: str
    required: bool
    value: str = ""
    both: tuple[str, str] = ("", "")
    chosen: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict, hash=False)
    condition: Group | None = None
    entries: tuple[Row, ...] = ()
    path: str = ""
    may_be_unknown: bool = False
    unknown: str = ""
    errors: tuple[str, ...] = ()
    theirs: str | None = None
    note: str = ""
    is_aside: bool = False

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What may be chosen, as a list to select from draws it."""
        return tuple((choice.value, choice.label) for choice in self.choices)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the form sends this key."""
        parts = PARTS.get(self.kind)
        return (self.name,) if parts is None else tuple(f"{self.name}.{part}" for part in parts)


PARTS: dict[str, tuple[str, ...]] = {
    "both": ("en", "sv"),
    "long": ("en", "sv"),
    "clock": ("date", "time", "zone"),
    "options": ("key", "en", "sv"),
    "labels": ("value", "en", "sv"),
    "when": ("question", "look", "value"),
    "record": (),
    "records": (),
}
"""The parts of which a kind of control consists; of one part alone where it is not named here."""


def control_of(key: s.Key, found: Place, choices: Choices, locale: str) -> Control:
    """The control of one key, with what stands in it."""
    value = found.entry.get(key.name)
    mark = str(value["unknown"]) if isinstance(value, Mapping) and set(value) == {"unknown"} else ""
    kind, made = DRAWN[type(key.value)](key, None if mark else value, choices)
    return Control(
        key.name,
        kind,
        key.title.in_(locale),
        key.help.in_(locale),
        key.required,
        path=f"{found.path}.{key.name}" if found.path else key.name,
        may_be_unknown=key.unknown and not _has_entries(value),
        unknown=mark,
        is_aside=value is None and _is_of_another_kind(key, found),
        **made,
    )


def _is_of_another_kind(key: s.Key, found: Place) -> bool:
    """Whether a question of this kind has no use for the key; it is drawn aside, after the others."""
    kind = found.entry.get("kind")
    if found.record is not QUESTION or key.name not in SETTINGS or kind not in set(KINDS):
        return False
    return key.name not in KINDS[QuestionKind(kind)].settings


def _has_entries(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value)


Drawn = tuple[str, dict[str, Any]]


def _text(value: Any) -> str:
    """A plain value as the form writes it; something odd is shown so that it can be mended."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value_text(value) if isinstance(value, dict | list) else str(value)


def _word(key: s.Key, value: Any, choices: Choices) -> Drawn:
    if key.name == "programme" and choices.programmes:
        return "select", {"value": _text(value), "choices": _with(choices.programmes, value)}
    return "text", {"value": _text(value)}


def _number(key: s.Key, value: Any, choices: Choices) -> Drawn:
    return "number", {"value": _text(value)}


def _wholes(key: s.Key, value: Any, choices: Choices) -> Drawn:
    text = ", ".join(map(str, value)) if isinstance(value, list) else _text(value)
    return "text", {"value": text}


def _both(key: s.Key, value: Any, choices: Choices) -> Drawn:
    given = value if isinstance(value, Mapping) else {"en": _text(value)}
    both = _text(given.get("en")), _text(given.get("sv"))
    is_long = (isinstance(key.value, s.Both) and key.value.long) or any("\n" in text for text in both)
    return "long" if is_long else "both", {"both": both}


def _one_of(key: s.Key, value: Any, choices: Choices) -> Drawn:
    stands = value if value is not None else key.default
    return "select", {"value": _text(stands), "choices": _with(choices.words(key.value), stands)}


def _some_of(key: s.Key, value: Any, choices: Choices) -> Drawn:
    chosen = tuple(map(_text, value)) if isinstance(value, list) else (_text(value),) if value else ()
    return "several", {"chosen": chosen, "choices": _with(choices.words(key.value), *chosen)}


def _flag(key: s.Key, value: Any, choices: Choices) -> Drawn:
    assert isinstance(key.value, s.Flag)
    return "flag", {"value": _text(key.value.default if value is None else value)}


def _code(key: s.Key, value: Any, choices: Choices) -> Drawn:
    return "select", {"value": _text(value), "choices": _with(choices.codes(key.value), value)}


def _day(key: s.Key, value: Any, choices: Choices) -> Drawn:
    return "day", {"value": _text(value)}


def _clock(key: s.Key, value: Any, choices: Choices) -> Drawn:
    given = value if isinstance(value, Mapping) else {"date": value}
    parts: dict[str, str] = {}
    for part in ("date", "time", "zone"):
        inner = given.get(part)
        is_unknown = isinstance(inner, Mapping) and "unknown" in inner
        parts[f"{part}.unknown"] = str(inner["unknown"]) if isinstance(inner, Mapping) and is_unknown else ""
        parts[part] = "" if is_unknown else _text(inner)
    parts["time"] = re.sub(r"^(\d\d:\d\d):00$", r"\1", parts["time"])
    return "clock", {"parts": parts, "choices": _with(choices.codes(s.Zone()), parts["zone"])}


def _reference(key: s.Key, value: Any, choices: Choices) -> Drawn:
    stands = value if value is not None else key.default or None
    return "select", {"value": _text(stands), "choices": _with(choices.keys(key.value), stands)}


def _references(key: s.Key, value: Any, choices: Choices) -> Drawn:
    chosen = tuple(map(_text, value)) if isinstance(value, list) else (_text(value),) if value else ()
    return "several", {"chosen": chosen, "choices": _with(choices.keys(key.value), *chosen)}


def _formula(key: s.Key, value: Any, choices: Choices) -> Drawn:
    assert isinstance(key.value, s.Formula)
    return "formula", {"value": _text(value), "note": ", ".join(choices.names(key.value.over))}


def _when(key: s.Key, value: Any, choices: Choices) -> Drawn:
    return "when", {"condition": _group(key.name, value, 0), "choices": choices.keys(s.Reference("questions"))}


def _group(name: str, condition: Any, depth: int) -> Group:
    """The level with two empty rows, its groups, and, not too deep, an empty one."""
    rows = [_looks(part) for part in parts_of(condition) if "all" not in part and "any" not in part]
    inside = groups_of(condition)
    spare: list[Any] = [None] if depth < 2 else []
    join = "any" if isinstance(condition, Mapping) and "any" in condition else "all"
    groups = tuple(_group(f"{name}.{place}", each, depth + 1) for place, each in enumerate([*inside, *spare]))
    return Group(name, join, (*rows, *[("", "is", "")] * 2), groups)


def _looks(part: Mapping[str, Any]) -> tuple[str, str, str]:
    look = next((word for word in part if word != "question"), "is")
    value = part.get(look, "")
    return _text(part.get("question")), look, _text(value)


def _options(key: s.Key, value: Any, choices: Choices) -> Drawn:
    from_areas = value == "areas"
    rows = [(_text(each.get("key")), *_pair(each.get("title"))) for each in _tables(value)]
    offers_areas = key.name == "options"
    return "options", {
        "value": "areas" if from_areas else "",
        "rows": (*rows, *[("", "", "")] * SPARE),
        "note": "areas" if offers_areas else "",
    }


def _labels(key: s.Key, value: Any, choices: Choices) -> Drawn:
    if isinstance(value, Mapping):
        rows = [(_text(at), *_pair(words)) for at, words in value.items()]
    else:
        rows = [("", *_pair(each)) for each in _tables(value)]
    return "labels", {"rows": (*rows, *[("", "", "")] * SPARE)}


def _pair(value: Any) -> tuple[str, str]:
    given = value if isinstance(value, Mapping) else {"en": value}
    return _text(given.get("en")), _text(given.get("sv"))


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _record(key: s.Key, value: Any, choices: Choices) -> Drawn:
    return "record", {"value": "there" if value else ""}


def _records(key: s.Key, value: Any, choices: Choices) -> Drawn:
    return "records", {}


def _with(choices: Sequence[Choice], *values: Any) -> tuple[Choice, ...]:
    """What may be chosen, and what is chosen although there is no such thing: it is shown, and told as a mistake."""
    known = {choice.value for choice in choices}
    odd = [_text(value) for value in values if value not in (None, "") and _text(value) not in known]
    return (*choices, *(Choice(value, f"{value} ?") for value in dict.fromkeys(odd)))


DRAWN: dict[type, Callable[[s.Key, Any, Choices], Drawn]] = {
    s.Words: _word,
    s.Name: _word,
    s.Both: _both,
    s.OneOf: _one_of,
    s.SomeOf: _some_of,
    s.Flag: _flag,
    s.Whole: _number,
    s.Wholes: _wholes,
    s.Exact: _number,
    s.Amount: _number,
    s.Currency: _code,
    s.Country: _code,
    s.Ror: _word,
    s.Zone: _code,
    s.Day: _day,
    s.Clock: _clock,
    s.Reference: _reference,
    s.References: _references,
    s.Formula: _formula,
    s.When: _when,
    s.Labels: _labels,
    s.Options: _options,
    s.Record: _record,
    s.Records: _records,
}
"""How each kind of value is drawn: the macro's name, and what it is drawn from."""
