"""Reading the words of a scale, and making its values come out even."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from app.programmes.definition.reader import Table
from app.programmes.definition.tree import Scale, ScaleLabel
from app.programmes.definition.values import as_decimal, shown
from app.programmes.definition.vocabulary import Best, ScaleKind
from app.programmes.kinds import Text

EMPTY = Text("", "")
MOST_VALUES = 101
"""More than this nobody can tell apart, and no form can offer."""
NUMBERS = ("low", "high", "best", "step")
Say = Callable[[str, str, str], None]
"""Notes a mistake: key, what is wrong, what is allowed."""


def read_labels(table: Table, key: str) -> tuple[ScaleLabel, ...] | None:
    """The labels by value, lowest first; of words alone, numbered from the best."""
    kind = table.entries.get("kind", "numeric")
    if kind == ScaleKind.CATEGORICAL:
        return _read_ordered(table, key)
    labels = table.table(key, "a table from values to texts", unknown=False)
    if labels is None:
        return None
    read = []
    for name in labels.entries:
        value, text = as_decimal({"yes": 1, "no": 0}.get(name, name)), labels.text(name, required=True)
        if value is None:
            labels.note(name, "this label is for no value of the scale", "values of the scale")
        elif text:
            read.append(ScaleLabel(value, text))
    return tuple(sorted(read, key=lambda label: label.value)) or None


def _read_ordered(table: Table, key: str) -> tuple[ScaleLabel, ...] | None:
    allowed = "a list of at least two texts, the best first"
    given = table.find(key, required=True, unknown=False, allowed=allowed)
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given) or len(given) < 2:
        table.note(
            key, f"{shown(given)} is not such a list" if not isinstance(given, list) else "this is no choice", allowed
        )
        return None
    read = []
    for place, inner in enumerate(table.tables(key, unknown=False)):
        text = Text(inner.string("en", allowed="the English text"), inner.string("sv", allowed="the Swedish text"))
        inner.close()
        read.append(ScaleLabel(Decimal(place + 1), text))
    return tuple(read)


def settle_scale(scale: Scale, table: Mapping[str, object], say: Say) -> Scale:
    """The scale with its values in place; what does not come out even is noted."""
    if scale.kind is not ScaleKind.NUMERIC:
        for key in NUMBERS:
            if key in table:
                say(
                    key, f"a {scale.kind} scale has no numbers", "kind = “numeric”, or none of low, high, best and step"
                )
        return _worded(scale)
    missing = [key for key in NUMBERS[:3] if key not in table]
    for key in missing:
        allowed = "high or low" if key == "best" else "a number of at least 0"
        say(key, "this key is missing", allowed)
    unread = any(as_decimal(table.get(key, 0)) is None for key in ("low", "high", "step"))
    if missing or unread:
        return replace(scale, low=Decimal(0), high=Decimal(1), step=Decimal(1), best=scale.best or Best.HIGH)
    if not _is_walkable(scale, say):
        return replace(scale, low=Decimal(0), high=Decimal(1), step=Decimal(1), labels=())
    for label in scale.labels:
        if label.value not in scale.values:
            allowed = f"values from {scale.low} to {scale.high} in steps of {scale.step}"
            say(f"labels.{_number(label.value)}", "this label is for no value of the scale", allowed)
    return replace(scale, best=scale.best or Best.HIGH)


def _number(value: Decimal) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _worded(scale: Scale) -> Scale:
    if scale.kind is ScaleKind.BINARY:
        return replace(scale, low=Decimal(0), high=Decimal(1), best=Best.HIGH)
    return replace(scale, low=Decimal(1), high=Decimal(max(2, len(scale.labels))), best=Best.LOW)


def _is_walkable(scale: Scale, note: Say) -> bool:
    if scale.step == 0:
        note("step", "0 leads nowhere", "a number above 0")
    elif scale.low >= scale.high:
        note("high", f"{scale.high} is not above low, which is {scale.low}", "a number above low")
    elif (scale.high - scale.low) % scale.step:
        wrong = f"steps of {scale.step} from {scale.low} do not reach {scale.high}"
        note("step", wrong, "a step that divides the scale")
    elif (scale.high - scale.low) / scale.step >= MOST_VALUES:
        note("step", f"the scale has more than {MOST_VALUES} values", "a wider step")
    else:
        return True
    return False
