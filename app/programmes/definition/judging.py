"""Reading what reviewers are given: scales, criteria and panels."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.programmes.definition.reader import Table
from app.programmes.definition.tree import Criterion, Panel, Scale, ScaleLabel
from app.programmes.definition.values import as_decimal
from app.programmes.definition.vocabulary import Best
from app.programmes.kinds import Text

EMPTY = Text("", "")
MOST_VALUES = 101
"""More than this nobody can tell apart, and no form can offer."""


def read_scales(table: Table) -> tuple[Scale, ...]:
    """The scales of the call."""
    return tuple(_read_scale(scale) for scale in table.tables("scales"))


def read_criteria(table: Table) -> tuple[Criterion, ...]:
    """The criteria in the order in which they are judged."""
    return tuple(_read_criterion(criterion) for criterion in table.tables("criteria"))


def read_panels(table: Table) -> tuple[Panel, ...]:
    """The panels of the call."""
    return tuple(_read_panel(panel) for panel in table.tables("panels"))


def _read_scale(table: Table) -> Scale:
    low, high = table.decimal("low", required=True), table.decimal("high", required=True)
    scale = Scale(
        key=table.key(),
        low=low or Decimal(0),
        high=high or Decimal(0),
        best=table.word("best", Best, required=True, unknown=False) or Best.HIGH,
        step=_read_step(table),
    )
    labels = table.table("labels", "a table from values to texts", unknown=False)
    table.close()
    if low is None or high is None or not _is_walkable(table, scale):
        return scale
    return replace(scale, labels=_read_labels(labels, scale) if labels else ())


def _read_step(table: Table) -> Decimal:
    step = table.decimal("step")
    if step == 0:
        table.note("step", "0 leads nowhere", "a number above 0")
    return step or Decimal(1)


def _is_walkable(table: Table, scale: Scale) -> bool:
    if scale.low >= scale.high:
        table.note("high", f"{scale.high} is not above low, which is {scale.low}", "a number above low")
    elif (scale.high - scale.low) % scale.step:
        wrong = f"steps of {scale.step} from {scale.low} do not reach {scale.high}"
        table.note("step", wrong, "a step that divides the scale")
    elif (scale.high - scale.low) / scale.step >= MOST_VALUES:
        table.note("step", f"the scale has more than {MOST_VALUES} values", "a wider step")
    else:
        return True
    return False


def _read_labels(table: Table, scale: Scale) -> tuple[ScaleLabel, ...]:
    labels = []
    for key in table.entries:
        value = as_decimal(key)
        text = table.text(key, required=True)
        if value is None or value not in scale.values:
            allowed = f"values from {scale.low} to {scale.high} in steps of {scale.step}"
            table.note(key, "this label is for no value of the scale", allowed)
        elif text:
            labels.append(ScaleLabel(value, text))
    return tuple(sorted(labels, key=lambda label: label.value))


def _read_criterion(table: Table) -> Criterion:
    weight = table.decimal("weight")
    criterion = Criterion(
        key=table.key(),
        title=table.text("title", required=True) or EMPTY,
        help=table.text("help"),
        weight=Decimal(1) if weight is None else weight,
        text_required=table.boolean("text_required"),
    )
    table.close()
    return criterion


def _read_panel(table: Table) -> Panel:
    panel = Panel(
        key=table.key(),
        title=table.text("title", required=True) or EMPTY,
        side=table.string("side"),
        scale=table.string("scale"),
        min_reviews=table.integer("min_reviews", 1, 20),
        needs_chair=table.boolean("needs_chair", default=True),
    )
    table.close()
    return panel
