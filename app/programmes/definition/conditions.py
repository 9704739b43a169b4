"""Reading when something is asked: one look at an answer, or all or any of several."""

from __future__ import annotations

from collections.abc import Mapping

from app.kernel.words import N_, say
from app.programmes.definition.reader import Table
from app.programmes.definition.values import shown
from app.programmes.kinds import AllOf, AnyOf, Comparison, Condition, Operator

ALLOWED = N_('{question = "…", is = "…"}, or all or any of a list of such')
DEEPEST = 8


def read_condition(table: Table, key: str, depth: int = 0) -> Condition | None:
    """The condition under a key, or None."""
    inner = table.table(key, ALLOWED, unknown=False)
    return None if inner is None else _read(inner, depth)


def _read(table: Table, depth: int) -> Condition | None:
    if depth > DEEPEST:
        table.reading.note(
            table.path, say(N_("this is nested more than %(deepest)s deep"), deepest=DEEPEST), N_("a flatter condition")
        )
        return None
    for word, kind in (("all", AllOf), ("any", AnyOf)):
        if word in table.entries:
            parts = tuple(_read(part, depth + 1) for part in table.tables(word, required=True, unknown=False))
            if table.entries.get(word) == []:
                table.note(word, N_("there is nothing in it"), N_("at least one condition"))
            table.close()
            return kind(tuple(part for part in parts if part is not None))
    return _comparison(table)


def _comparison(table: Table) -> Comparison | None:
    question = table.string("question", allowed=N_("the key of an earlier question"))
    given = [operator for operator in Operator if operator.value in table.entries]
    table.known += [operator.value for operator in Operator]
    table.close()
    if len(given) != 1:
        wrong = N_("it does not say what is looked for") if not given else N_("it says several things at once")
        table.reading.note(
            table.path, wrong, say(N_("one of %(words)s"), words=", ".join(operator.value for operator in Operator))
        )
        return None
    value = table.entries[given[0].value]
    if isinstance(value, Mapping | list) or value is None:
        table.note(
            given[0].value,
            say(N_("%(value)s is not a value"), value=shown(value)),
            N_("a text, a number, true or false"),
        )
        return None
    return Comparison(question, given[0], _written(given[0], value))


def _written(operator: Operator, value: object) -> str:
    """Truth as the form says it; numbers as they are written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
