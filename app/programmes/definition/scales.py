"""Reading the words of a scale, and making its values come out even."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from app.kernel.words import N_, say
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
    labels = table.table(key, N_("a table from values to texts"), unknown=False)
    if labels is None:
        return None
    read = []
    for name in labels.entries:
        value, text = as_decimal({"yes": 1, "no": 0}.get(name, name)), labels.text(name, required=True)
        if value is None:
            labels.note(name, N_("this label is for no value of the scale"), N_("values of the scale"))
        elif text:
            read.append(ScaleLabel(value, text))
    return tuple(sorted(read, key=lambda label: label.value)) or None


def _read_ordered(table: Table, key: str) -> tuple[ScaleLabel, ...] | None:
    allowed = N_("a list of at least two texts, the best first")
    given = table.find(key, required=True, unknown=False, allowed=allowed)
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given) or len(given) < 2:
        is_list = isinstance(given, list)
        wrong = N_("this is no choice") if is_list else say(N_("%(given)s is not such a list"), given=shown(given))
        table.note(key, wrong, allowed)
        return None
    read = []
    for place, inner in enumerate(table.tables(key, unknown=False)):
        text = Text(
            inner.string("en", allowed=N_("the English text")), inner.string("sv", allowed=N_("the Swedish text"))
        )
        inner.close()
        read.append(ScaleLabel(Decimal(place + 1), text))
    return tuple(read)


def settle_scale(scale: Scale, table: Mapping[str, object], note: Say) -> Scale:
    """The scale with its values in place; what does not come out even is noted."""
    if scale.kind is not ScaleKind.NUMERIC:
        for key in NUMBERS:
            if key in table:
                wrong = say(N_("a %(kind)s scale has no numbers"), kind=scale.kind.value)
                note(key, wrong, N_("kind = “numeric”, or none of low, high, best and step"))
        return _worded(scale)
    missing = [key for key in NUMBERS[:3] if key not in table]
    for key in missing:
        note(key, N_("this key is missing"), N_("high or low") if key == "best" else N_("a number of at least 0"))
    unread = any(as_decimal(table.get(key, 0)) is None for key in ("low", "high", "step"))
    if missing or unread:
        return replace(scale, low=Decimal(0), high=Decimal(1), step=Decimal(1), best=scale.best or Best.HIGH)
    if not _is_walkable(scale, note):
        return replace(scale, low=Decimal(0), high=Decimal(1), step=Decimal(1), labels=())
    for label in scale.labels:
        if label.value not in scale.values:
            allowed = say(
                N_("values from %(low)s to %(high)s in steps of %(step)s"),
                low=scale.low,
                high=scale.high,
                step=scale.step,
            )
            note(f"labels.{_number(label.value)}", N_("this label is for no value of the scale"), allowed)
    return replace(scale, best=scale.best or Best.HIGH)


def _number(value: Decimal) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _worded(scale: Scale) -> Scale:
    if scale.kind is ScaleKind.BINARY:
        return replace(scale, low=Decimal(0), high=Decimal(1), best=Best.HIGH)
    return replace(scale, low=Decimal(1), high=Decimal(max(2, len(scale.labels))), best=Best.LOW)


def _is_walkable(scale: Scale, note: Say) -> bool:
    if scale.step == 0:
        note("step", N_("0 leads nowhere"), N_("a number above 0"))
    elif scale.low >= scale.high:
        wrong = say(N_("%(high)s is not above low, which is %(low)s"), high=scale.high, low=scale.low)
        note("high", wrong, N_("a number above low"))
    elif (scale.high - scale.low) % scale.step:
        wrong = say(
            N_("steps of %(step)s from %(low)s do not reach %(high)s"), step=scale.step, low=scale.low, high=scale.high
        )
        note("step", wrong, N_("a step that divides the scale"))
    elif (scale.high - scale.low) / scale.step >= MOST_VALUES:
        note("step", say(N_("the scale has more than %(most)s values"), most=MOST_VALUES), N_("a wider step"))
    else:
        return True
    return False
