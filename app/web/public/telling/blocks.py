"""What a sheet of a call's page is made of."""

from __future__ import annotations

from dataclasses import dataclass

from app.programmes.definition import Definition
from app.programmes.kinds import Text
from app.web.words import language


@dataclass(frozen=True)
class Told:
    """A value in words. When it is empty, no source tells it, and `why` may say why."""

    text: str = ""
    why: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A name and its value."""

    name: str
    value: Told


@dataclass(frozen=True)
class Table:
    """A small table; the first cell of a row is its name."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Told, ...], ...]


@dataclass(frozen=True)
class Sheet:
    """One part of the page. What is empty is left out."""

    key: str
    title: str
    texts: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    points: tuple[Told, ...] = ()
    table: Table | None = None
    notes: tuple[str, ...] = ()
    level: int = 2

    @property
    def is_empty(self) -> bool:
        return not (self.texts or self.facts or self.points or self.table or self.notes)


def words(text: Text | None) -> str:
    """A text in the reader's language; nothing for none."""
    return text.in_(language()) if text is not None else ""


def told(call: Definition, path: str, text: str = "", *, lines: tuple[str, ...] = ()) -> Told:
    """A value of the declaration at a key path: its words, or why it is not known."""
    return Told(text, "" if text or lines else call.why_unknown(path) or "", lines)


def known(call: Definition, path: str, name: str, text: str = "") -> tuple[Fact, ...]:
    """A fact that is left out when the declaration is silent on it, and told when it marks it as unknown."""
    value = told(call, path, text)
    return (Fact(name, value),) if value.text or value.why else ()
